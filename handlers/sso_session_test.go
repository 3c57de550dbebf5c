package handlers

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"rollcall/models"
)

// TestSSOSessionIsBound: a session by one organization's SSO opens no other and changes no password (SPEC S7).
func TestSSOSessionIsBound(t *testing.T) {
	w := newSSOWorld(t)
	twin := addSSOWorld(t, w, "Globex", "globex.com")
	account, _ := person(t, w.db, w.org.ID, "alice@acme.com", models.RoleAdmin)
	person(t, w.db, twin.org.ID, "alice@acme.com", models.RoleAdmin)
	b := newBrowser(t, w.e)
	w.signIn(b, "alice@acme.com", "")
	b.leads("/account")
	b.get("/account")
	b.want(200, "Acme")
	if strings.Contains(text(b.last), "Globex") {
		t.Errorf("the page names the other organization: %s", text(b.last))
	}
	b.org = twin.org.ID
	b.post("/organization/switch", "to", twin.org.ID)
	b.get("/organization/members")
	b.want(200, "Acme")
	if strings.Contains(text(b.last), "Globex") {
		t.Error("the session opens the other organization")
	}
	before := scan[string](t, w.db, "SELECT password_hash FROM accounts WHERE id = '"+account+"'")
	b.org = w.org.ID
	b.post("/account/password", "current", testPassword, "password", "another horse battery")
	b.want(http.StatusForbidden)
	if after := scan[string](t, w.db, "SELECT password_hash FROM accounts WHERE id = '"+account+"'"); after != before {
		t.Error("a session by SSO changed the password")
	}
}

// TestOnePersonTwoDomains: one person with an address in the domain of each of two organizations, and the same NameID at
// both providers. Each address leads to its own provider and organization; neither provider speaks for the other's
// domain, and Single Sign-On that one organization ends leaves the other's session alone (SPEC I2, S2, S4, S7).
func TestOnePersonTwoDomains(t *testing.T) {
	acme := newSSOWorld(t)
	globex := addSSOWorld(t, acme, "Globex", "globex.com")
	as := func(w *ssoWorld, email string) *browser {
		b := newBrowser(t, w.e)
		b.post("/login", "email", email)
		b.want(200, "/saml/"+w.con.ID+"/start")
		r, relay := w.request(b, "")
		o := w.options(r.ID, email)
		o.NameID = "sam-1"
		w.deliver(b, w.respond(o), relay)
		b.finish()
		return b
	}
	one, two := as(acme, "sam@acme.com"), as(globex, "sam@globex.com")
	first, second := acme.member("sam@acme.com"), globex.member("sam@globex.com")
	if first.AccountID == nil || second.AccountID == nil || *first.AccountID == *second.AccountID {
		t.Fatalf("accounts %v and %v", first.AccountID, second.AccountID)
	}
	one.get("/account")
	one.want(200, "Acme")
	two.get("/account")
	two.want(200, "Globex")
	for w, foreign := range map[*ssoWorld]string{acme: "sam@globex.com", globex: "sam@acme.com"} {
		b := newBrowser(t, w.e)
		r, relay := w.request(b, "")
		o := w.options(r.ID, foreign)
		o.NameID = "sam-1"
		w.deliver(b, w.respond(o), relay)
		if b.last.Code == http.StatusSeeOther {
			b.finish()
		}
		w.refused(b, "saml_domain")
	}
	acme.do(func(tx *models.Tx) error {
		_, err := models.Deactivate(tx, models.KindSSO, models.MembersKeep)
		return err
	})
	one.get("/account")
	one.leads("/login?next=%2Faccount")
	two.get("/account")
	two.want(200, "Globex")
}

func scan[T any](t testing.TB, db *models.DB, query string) (v T) {
	t.Helper()
	if err := db.SQL().QueryRow(query).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestSSOSessionEnds: with the member, with the organization's lifetime, and with idleness (SPEC S7).
func TestSSOSessionEnds(t *testing.T) {
	w := newSSOWorld(t)
	in := func() *browser {
		b := newBrowser(t, w.e)
		w.signIn(b, "alice@acme.com", "")
		b.get("/account")
		b.want(200)
		return b
	}
	out := func(why string, b *browser) {
		t.Helper()
		if b.get("/account"); b.last.Code != http.StatusSeeOther {
			t.Errorf("%s: %d", why, b.last.Code)
		}
	}
	b := in()
	m := w.member("alice@acme.com")
	w.do(func(tx *models.Tx) error { return models.Deprovision(tx, m) })
	out("de-provisioned", b)
	w.signIn(b, "alice@acme.com", "")
	b.want(http.StatusForbidden, "This account is switched off", w.newest().Reference)
	if s := w.newest(); s.Reason != models.ReasonAccount || s.PersonID != m.ID {
		t.Errorf("log: %+v", s)
	}
	if _, err := w.db.SQL().Exec("UPDATE members SET status = 'active'"); err != nil {
		t.Fatal(err)
	}
	idle := in()
	w.clock.Forward(12*time.Hour + time.Second)
	out("idle", idle)
	long := in()
	for range 4 {
		w.clock.Forward(5 * time.Hour)
		long.get("/account")
	}
	long.want(200)
	w.clock.Forward(4*time.Hour + time.Second)
	out("24 hours", long)
}

// TestSSODirectoryMode: a sign-in makes no member once they come from the directory (SPEC S6).
// TestSSOLoginHint: the e-mail that was typed at /login goes along to providers that take it, and only to them.
func TestSSOLoginHint(t *testing.T) {
	w := newSSOWorld(t)
	for slug, want := range map[string]string{"okta": "&LoginHint=jo%2Bx%40acme.com", "entra": "&login_hint=jo%2Bx%40acme.com", "google": "", "": ""} {
		if _, err := w.db.SQL().Exec("UPDATE connections SET idp = '" + slug + "'"); err != nil {
			t.Fatal(err)
		}
		for _, typed := range []string{"jo%2Bx%40acme.com", "", "nonsense", "%22%26RelayState%3Dx%40acme.com", "jo%0D%0A%40acme.com"} {
			b := newBrowser(t, w.e)
			b.get("/saml/" + w.con.ID + "/start?email=" + typed)
			b.want(http.StatusFound)
			to := b.last.Header().Get("Location")
			if hinted := strings.HasSuffix(to, want) && want != ""; hinted != (want != "" && typed == "jo%2Bx%40acme.com") || strings.Contains(to, "int=") != hinted {
				t.Errorf("%q, typed %q: %s", slug, typed, to)
			}
		}
	}
}

func TestSSODirectoryMode(t *testing.T) {
	w := newSSOWorld(t)
	b := newBrowser(t, w.e)
	w.signIn(b, "alice@acme.com", "")
	b.leads("/account")
	if _, err := w.db.SQL().Exec("UPDATE organizations SET add_members = 'directory'"); err != nil {
		t.Fatal(err)
	}
	w.signIn(b, "alice@acme.com", "")
	b.leads("/account")
	other := newBrowser(t, w.e)
	w.signIn(other, "bob@acme.com", "")
	w.refused(other, models.ReasonNotMember)
	if n := countOf(t, w.db, "members"); n != 1 {
		t.Errorf("%d members", n)
	}
}

// TestSSORevoked: switching off ends sessions and sign-ins under way, in every place; Undo brings the sessions back.
func TestSSORevoked(t *testing.T) {
	w := newSSOWorld(t)
	twin := addSSOWorld(t, w, "Globex", "globex.com")
	alice, carol := newBrowser(t, w.e), newBrowser(t, w.e)
	w.signIn(alice, "alice@acme.com", "")
	twin.signIn(carol, "carol@globex.com", "")
	started, answered := newBrowser(t, w.e), newBrowser(t, w.e)
	r, relay := w.request(started, "")
	other, otherRelay := w.request(answered, "")
	w.deliver(answered, w.respond(w.options(other.ID, "bob@acme.com")), otherRelay)
	answered.want(http.StatusSeeOther)

	var revoked *models.Revocation
	w.do(func(tx *models.Tx) (err error) {
		revoked, err = models.Deactivate(tx, models.KindSSO, models.MembersKeep)
		return err
	})
	w.deliver(started, w.respond(w.options(r.ID, "bob@acme.com")), relay)
	started.want(http.StatusNotFound, "not switched on here")
	answered.finish()
	answered.want(http.StatusNotFound, "not switched on here")
	if s := w.newest(); s.Reason != models.ReasonOff {
		t.Errorf("logged %q", s.Reason)
	}
	alice.get("/account")
	alice.want(http.StatusSeeOther)
	carol.get("/account")
	carol.want(200)
	alice.post("/login", "email", "alice@acme.com")
	if strings.Contains(alice.last.Body.String(), "/saml/") {
		t.Error("people are still sent to the identity provider")
	}
	w.do(func(tx *models.Tx) error { return models.UndoRevocation(tx, revoked.ID) })
	alice.get("/account")
	alice.want(200)
	if n := countOf(t, w.db, "members WHERE email = 'bob@acme.com'"); n != 0 {
		t.Error("the sign-in under way made a member")
	}
}

// TestSSOSettingsSwap: what a browser started with the old settings ends with them, and the draft changes nobody's
// sign-in (SPEC S5).
func TestSSOSettingsSwap(t *testing.T) {
	w := newSSOWorld(t)
	b := newBrowser(t, w.e)
	r, relay := w.request(b, "")
	next := addSSOWorldIDP(t, w)
	w.do(func(tx *models.Tx) error { return models.SaveProviderData(tx, w.con, next) })
	drafting := newBrowser(t, w.e)
	w.signIn(drafting, "alice@acme.com", "")
	drafting.leads("/account")
	w.do(func(tx *models.Tx) error { return models.ActivateConnection(tx, w.con, true) })
	w.deliver(b, w.respond(w.options(r.ID, "alice@acme.com")), relay)
	b.finish()
	b.leads("/account")
}

// addSSOWorldIDP is another provider's data for the same connection.
func addSSOWorldIDP(t *testing.T, w *ssoWorld) models.ProviderData {
	t.Helper()
	other := addSSOWorld(t, w, "Initech", "initech.com")
	var p models.ProviderData
	other.do(func(tx *models.Tx) error {
		s, err := models.ActiveSettings(tx, other.con)
		if err == nil {
			p = models.ProviderData{EntityID: s.EntityID, SSOURL: s.SSOURL, Certificates: s.Certificates}
		}
		return err
	})
	return p
}
