package handlers

import (
	"context"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rollcall/models"
	"rollcall/models/modelstest"
)

// world is a server with an organization, its administrator, and a twin that must never be touched.
type world struct {
	t            testing.TB
	h            http.Handler
	db           *models.DB
	clock        *modelstest.Clock
	org, twin    *models.Organization
	admin, other *browser // administrators of org and of the twin
	adminMember  string
	records      map[string][]string // what the DNS says
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, records: map[string][]string{}}
	w.db, w.clock = modelstest.NewDB(t)
	base, _ := url.Parse("http://localhost:8080")
	w.h = New(Config{
		DB: w.db, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: base, Payment: "sandbox", AllowPrivate: true,
		Draining:  func() bool { return true }, // so that the directory log is written at once
		LookupTXT: func(_ context.Context, host string) ([]string, error) { return w.records[host], nil },
	})
	w.org, w.twin = modelstest.Org(t, w.db, "Acme", "acme.com"), modelstest.Org(t, w.db, "Twin", "twin.example")
	_, w.adminMember = person(t, w.db, w.org.ID, "jo@acme.com", models.RoleAdmin)
	person(t, w.db, w.twin.ID, "kim@twin.example", models.RoleAdmin)
	w.admin, w.other = signedIn(t, w.h, w.org.ID, "jo@acme.com"), signedIn(t, w.h, w.twin.ID, "kim@twin.example")
	return w
}

// in runs fn inside the organization as the command would.
func (w *world) in(org *models.Organization, fn func(*models.Tx) error) {
	w.t.Helper()
	modelstest.Update(w.t, w.db, org.ID, fn)
}

// settings are the fields of the settings form as the page has them now, with changes put in.
func (w *world) settings(changes ...string) []string {
	w.t.Helper()
	form := map[string]string{"add_members": "jit", "deprovision": "downgrade"}
	w.in(w.org, func(tx *models.Tx) error {
		o, err := models.FindOrganization(tx)
		if err != nil {
			return err
		}
		form["version"], form["default_plan"] = fmt.Sprint(o.Version), *o.DefaultPlanID
		domains, err := models.ListDomains(tx)
		for _, d := range domains {
			form["domains"] += d.Name + ", "
		}
		return err
	})
	for i := 0; i < len(changes); i += 2 {
		form[changes[i]] = changes[i+1]
	}
	var pairs []string
	for k, v := range form {
		pairs = append(pairs, k, v)
	}
	return pairs
}

func (w *world) domains(org *models.Organization) (names []string) {
	w.t.Helper()
	w.in(org, func(tx *models.Tx) error {
		names = nil
		rows, err := models.ListDomains(tx)
		for _, d := range rows {
			names = append(names, d.Name+":"+d.State)
		}
		return err
	})
	return names
}

const tab = "/organization/sso"

func TestTab(t *testing.T) {
	w := newWorld(t)
	w.admin.get(tab)
	w.admin.want(200, "Single Sign-On / Provision", "Awaiting", "No link made yet", "Generate SSO setup link", "Generate SCIM setup link",
		"acme.com", "Verified", "Provision default plan", "Disable passwords on invites", "Downgrade only")
	if strings.Contains(w.admin.last.Body.String(), "twin.example") {
		t.Fatal("the twin's domain is shown")
	}
	newBrowser(t, w.h).get(tab)
	stranger := newBrowser(t, w.h)
	stranger.get(tab)
	stranger.leads("/login?next=%2Forganization%2Fsso")
}

// TestDomainsField is the table of SPEC O3: what is typed, and what becomes of it.
func TestDomainsField(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ typed, want, fault string }{
		{"acme.com, Foo.example", "acme.com:verified foo.example:unverified", ""},
		{"acme.com\n@bar.example;https://www.baz.example/path foo.example", "acme.com:verified bar.example:unverified foo.example:unverified www.baz.example:unverified", ""},
		{"münchen.example, MÜNCHEN.example", "acme.com:verified xn--mnchen-3ya.example:unverified", ""},
		{"", "acme.com:verified", ""},
		{"ok.example, gmail.com", "acme.com:verified", "gmail.com is a public mail service"},
		{"ok.example, co.uk", "acme.com:verified", "co.uk is a public suffix"},
		{"gmail.com, ok.example, acme, co.uk", "acme.com:verified", "gmail.com is a public mail service, so it cannot belong to one organization. “acme” is not a domain. Write it like acme.com. co.uk is a public suffix"},
		{"10.0.0.1", "acme.com:verified", "IP address"},
		{"acme", "acme.com:verified", "“acme” is not a domain"},
		{"a b..c", "acme.com:verified", "is not a domain"},
		{"twin.example", "acme.com:verified", "Another organization has proved that it owns twin.example"},
		{"<script>alert(1)</script>.com", "acme.com:verified", "is not a domain"},
	} {
		w.admin.post(tab+"/settings", w.settings("domains", c.typed, "disable_passwords", "on")...)
		if c.fault == "" {
			w.admin.leads(tab)
		} else {
			w.admin.want(422, c.fault, `value="`+strings.ReplaceAll(c.typed, "\n", " ")+`"`)
			if !regexp.MustCompile(`name="disable_passwords"[^>]*checked|checked[^>]*name="disable_passwords"`).MatchString(w.admin.last.Body.String()) {
				t.Errorf("%q: the rest of the form is lost", c.typed)
			}
		}
		if got := strings.Join(w.domains(w.org), " "); got != c.want {
			t.Errorf("%q: %s, want %s", c.typed, got, c.want)
		}
	}
	if got := strings.Join(w.domains(w.twin), " "); got != "twin.example:verified" {
		t.Errorf("the twin's domains: %s", got)
	}
}

func TestSettingsConflict(t *testing.T) {
	w := newWorld(t)
	person(t, w.db, w.org.ID, "pat@acme.com", models.RoleAdmin)
	pat := signedIn(t, w.h, w.org.ID, "pat@acme.com")
	mine, theirs := w.settings("add_members", "directory"), w.settings("disable_passwords", "on", "domains", "acme.com, new.example")
	pat.post(tab+"/settings", theirs...)
	pat.leads(tab)
	w.admin.post(tab+"/settings", mine...)
	w.admin.want(409, "changed this", "From the directory", "At first sign-in", "new.example", "Saved by Jo Miller")
	if got := strings.Join(w.domains(w.org), " "); !strings.Contains(got, "new.example") {
		t.Fatalf("the conflict changed something: %s", got)
	}
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(w.admin.last.Body.String())[1]
	w.admin.post(tab+"/settings", w.settings("add_members", "directory", "version", version)...)
	w.admin.leads(tab)
	w.admin.get(tab)
	w.admin.want(200, "Settings saved.", "Last changed by Jo Miller")
	w.admin.post(tab+"/settings", w.settings("deprovision", "disconnect")...)
	w.admin.want(200, "Change what happens when someone is removed?", "Downgrade and remove from organization", "Nobody is removed by this.", "2 active members")
	w.admin.get(tab)
	w.admin.want(200, `value="downgrade" checked`) // nothing is saved before the question is answered
	w.admin.post(tab+"/settings", w.settings("deprovision", "disconnect", "confirm", "yes")...)
	w.admin.leads(tab)
	w.admin.get(tab)
	w.admin.want(200, "Settings saved.", `value="disconnect" checked`)
	w.admin.post(tab+"/settings", w.settings("deprovision", "delete", "confirm", "yes")...)
	w.admin.want(422, "Only the service’s staff")
	w.admin.post(tab+"/settings", w.settings("deprovision", "wizard")...)
	w.admin.want(422, "Choose what happens")
	w.admin.post(tab+"/settings", w.settings("default_plan", "pln-nope")...)
	w.admin.want(422, "Core, Extended, Ultimate")
}

// TestSettingsSaved: default plan, domains and the password rule are changed whenever the administrator likes, with an
// event that says what became of them (SPEC O2, O5, P11).
func TestSettingsSaved(t *testing.T) {
	w := newWorld(t)
	var ultimate *models.Plan
	w.in(w.org, func(tx *models.Tx) (err error) { ultimate, err = models.FindPlanByName(tx, "Ultimate"); return err })
	selected := `value="` + ultimate.ID + `" selected`
	w.admin.get(tab)
	if strings.Contains(w.admin.last.Body.String(), selected) {
		t.Fatal("Ultimate is the default plan already")
	}
	w.admin.post(tab+"/settings", w.settings("default_plan", ultimate.ID, "disable_passwords", "on", "domains", "acme.com, new.example")...)
	w.admin.leads(tab)
	w.admin.get(tab)
	w.admin.want(200, selected, "new.example")
	w.in(w.org, func(tx *models.Tx) error {
		o, err := models.FindOrganization(tx)
		if err != nil || *o.DefaultPlanID != ultimate.ID || !o.DisablePasswords {
			t.Errorf("%+v %v", o, err)
		}
		return err
	})
	if n := countOf(t, w.db, `audit_events WHERE action = 'organization.settings_changed' AND actor_kind = 'member' AND changes = '{"default_plan":"Ultimate","disable_passwords":true}'`); n != 1 {
		t.Errorf("%d events", n)
	}
	w.admin.post(tab+"/settings", w.settings("disable_passwords", "")...)
	w.admin.leads(tab)
	if n := countOf(t, w.db, "organizations WHERE disable_passwords"); n != 0 {
		t.Error("the password rule cannot be taken back")
	}
}

// TestStaleTab is SPEC I5: a form of another organization changes nothing and offers to switch.
func TestStaleTab(t *testing.T) {
	w := newWorld(t)
	form := w.settings("domains", "stale.example")
	w.admin.org = w.twin.ID
	w.admin.post(tab+"/settings", form...)
	w.admin.want(409, "belongs to another organization")
	if strings.Contains(w.admin.last.Body.String(), "Switch to") {
		t.Error("offers to switch to an organization that is not theirs")
	}
	w.admin.org = ""
	w.admin.post(tab+"/settings", form...)
	w.admin.want(409)
	if got := strings.Join(w.domains(w.org), " "); got != "acme.com:verified" {
		t.Errorf("changed: %s", got)
	}
}

func TestVerifyDomain(t *testing.T) {
	w := newWorld(t)
	w.admin.post(tab+"/settings", w.settings("domains", "acme.com, new.example")...)
	var d models.Domain
	w.in(w.org, func(tx *models.Tx) error {
		rows, err := models.ListDomains(tx)
		d = rows[1]
		return err
	})
	verify := tab + "/domains/" + d.ID + "/verify"
	w.other.post(verify)
	w.other.want(404)
	w.other.post(tab + "/domains/" + d.ID + "/remove")
	w.other.want(404)
	w.admin.post(verify)
	w.admin.get(tab)
	w.admin.want(200, "We found no TXT record at _rollcall.new.example", d.TXTValue())
	w.records[d.TXTHost()] = []string{"v=spf1", "rollcall-domain-verification=other"}
	w.admin.post(verify)
	w.admin.get(tab)
	w.admin.want(200, "it says “rollcall-domain-verification=other”")
	w.records[d.TXTHost()] = []string{d.TXTValue()}
	w.admin.post(verify)
	w.admin.leads(tab + "#domain-list")
	w.admin.get(tab)
	w.admin.want(200, "new.example is verified.")
	w.records[d.TXTHost()] = nil
	w.admin.post(verify)
	if got := strings.Join(w.domains(w.org), " "); got != "acme.com:verified new.example:lost" {
		t.Error(got)
	}
	var told int
	if err := w.db.SQL().QueryRow("SELECT COUNT(*) FROM outbox WHERE kind = 'mail.domain_lost'").Scan(&told); err != nil || told != 1 {
		t.Errorf("%d mails about the lost proof (%v)", told, err)
	}
	w.admin.post(tab + "/domains/" + d.ID + "/remove")
	w.admin.leads(tab + "#domain-list")
	if got := strings.Join(w.domains(w.org), " "); got != "acme.com:verified" {
		t.Error(got)
	}
}

var shownLink = regexp.MustCompile(`http://localhost:8080/s/([0-9A-Za-z]{22})"`)

func TestSetupLinkOnTheTab(t *testing.T) {
	w := newWorld(t)
	w.admin.post(tab+"/link", "kind", "sso")
	w.admin.want(200, "Copy it now", "for 24 h 0 min")
	first := shownLink.FindStringSubmatch(w.admin.last.Body.String())
	if first == nil {
		t.Fatal("no link is shown")
	}
	w.admin.get(tab)
	w.admin.want(200, "Waiting for IT", "ends in", first[1][18:], "Jo Miller")
	if shownLink.MatchString(w.admin.last.Body.String()) {
		t.Fatal("the link is shown twice")
	}
	w.admin.post(tab+"/link/mail", "kind", "sso", "link", "http://localhost:8080/s/"+first[1], "email", "it at acme")
	w.admin.want(422, "is not an e-mail address", "/s/"+first[1])
	w.admin.post(tab+"/link/mail", "kind", "sso", "link", "http://localhost:8080/s/"+first[1], "email", "it@contractor.example")
	w.admin.leads(tab)
	if got := mailed(t, w.db, "setup_link"); got != "/s/"+first[1] {
		t.Errorf("mailed %q", got)
	}
	w.other.post(tab+"/link/mail", "kind", "sso", "link", "http://localhost:8080/s/"+first[1], "email", "it@contractor.example")
	w.other.want(404)
	w.clock.Forward(time.Second)
	w.admin.post(tab+"/link", "kind", "sso")
	second := shownLink.FindStringSubmatch(w.admin.last.Body.String())
	w.in(w.org, func(tx *models.Tx) error {
		for token, state := range map[string]string{first[1]: "replaced", second[1]: "live"} {
			l, err := models.FindSetupLink(tx, token)
			if err != nil || l.State(tx.Now) != state {
				t.Errorf("link %s: %v %v", state, l.State(tx.Now), err)
			}
		}
		return nil
	})
	w.other.post(tab+"/link/cancel", "kind", "sso")
	w.other.want(404)
	w.admin.post(tab+"/link/cancel", "kind", "sso")
	w.admin.leads(tab)
	w.admin.get(tab)
	w.admin.want(200, "The setup link was cancelled", "Generate new SSO setup link")
	w.admin.post(tab+"/link", "kind", "scim")
	w.clock.Forward(25 * time.Hour)
	person(t, w.db, w.org.ID, "pat@acme.com", models.RoleAdmin)
	pat := signedIn(t, w.h, w.org.ID, "pat@acme.com")
	pat.get(tab)
	pat.want(200, "The setup link expired on 2 Dec 2026, 09:00 UTC")
	pat.post(tab+"/link", "kind", "ldap")
	pat.want(400)
}

func TestSetupLinkNeedsADomain(t *testing.T) {
	w := newWorld(t)
	if _, err := w.db.SQL().Exec("DELETE FROM domains"); err != nil {
		t.Fatal(err)
	}
	w.admin.get(tab)
	w.admin.want(200, "Add an e-mail domain below first")
	w.admin.post(tab+"/link", "kind", "sso")
	w.admin.want(422, "Add an e-mail domain first")
}

func TestTabBeforePurchase(t *testing.T) {
	w := newWorld(t)
	if _, err := w.db.SQL().Exec("UPDATE organizations SET sso_bought = FALSE, scim_bought = FALSE"); err != nil {
		t.Fatal(err)
	}
	w.admin.get(tab)
	w.admin.want(200, "Not included", "Continue to Checkout")
	form := w.settings("domains", "acme.com, more.example", "next", "/organization/checkout")
	w.admin.post(tab+"/settings", form...)
	w.admin.leads("/organization/checkout")
	w.admin.post(tab+"/link", "kind", "sso")
	w.admin.want(402, "not included")
}

// TestTabQueryBudget: what the tab asks of the database does not grow with what it shows.
func TestTabQueryBudget(t *testing.T) {
	w := newWorld(t)
	var n atomic.Int64
	if err := w.db.OnQuery(func() { n.Add(1) }); err != nil {
		t.Fatal(err)
	}
	queries := func() int64 {
		w.admin.get(tab)
		n.Store(0)
		w.admin.get(tab)
		w.admin.want(200, "Profile changed")
		return n.Load()
	}
	w.changesFromDirectory()
	few := queries()
	var many []string
	for i := range 60 {
		many = append(many, fmt.Sprintf("d%d.example", i))
	}
	w.admin.post(tab+"/settings", w.settings("domains", "acme.com,"+strings.Join(many, ","))...)
	w.in(w.org, func(tx *models.Tx) error {
		for i := range 40 {
			if _, _, err := models.CreateInvite(tx, fmt.Sprintf("p%d@acme.com", i), models.RoleMember); err != nil {
				return err
			}
		}
		return nil
	})
	w.changesFromDirectory()
	if got := queries(); got != few || got > 40 {
		t.Errorf("%d queries with much to show, %d with little, at most 40", got, few)
	}
	t.Logf("%d queries", few)
}

// changesFromDirectory writes an audit event of the directory for every member.
func (w *world) changesFromDirectory() {
	w.t.Helper()
	by := models.Actor{Kind: models.ActorSCIM, ID: "dir-x", OrgID: w.org.ID}
	err := w.db.Update(context.Background(), by, func(tx *models.Tx) error {
		members, err := models.ListMembers(tx, models.MemberQuery{})
		for _, m := range members {
			if err := tx.Record("member.updated", m.ID, nil); err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestLiveStatus(t *testing.T) {
	w := newWorld(t)
	mark := func() (m string) {
		w.in(w.org, func(tx *models.Tx) (err error) { m, err = models.StatusMark(tx); return err })
		return m
	}
	before := mark()
	w.other.post(tab+"/link", "kind", "sso")
	if mark() != before {
		t.Error("another organization's link changes the mark")
	}
	w.admin.post(tab+"/link", "kind", "scim")
	if mark() == before {
		t.Error("a new link does not change the mark")
	}
	made := mark()
	w.clock.Forward(25 * time.Hour)
	if mark() == made {
		t.Error("an expired link does not change the mark")
	}
}

// TestEscaping: what people typed never becomes markup.
func TestEscaping(t *testing.T) {
	w := newWorld(t)
	evil := `"><script>alert(1)</script>`
	w.admin.post(tab+"/settings", w.settings("domains", evil)...)
	w.admin.want(422)
	if strings.Contains(w.admin.last.Body.String(), "<script>alert") || !strings.Contains(html.UnescapeString(w.admin.last.Body.String()), evil) {
		t.Error("the typed value is not shown as text")
	}
}
