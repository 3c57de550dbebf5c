package handlers

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rollcall/models"
)

// member answers a member of the organization by address.
func (w *world) member(email string) (m *models.Member) {
	w.t.Helper()
	w.in(w.org, func(tx *models.Tx) (err error) {
		m, err = models.FindMemberByEmail(tx, email)
		return err
	})
	return m
}

func TestMembersList(t *testing.T) {
	w := newWorld(t)
	w.in(w.org, func(tx *models.Tx) error {
		for i := range 60 {
			if _, _, err := models.CreateInvite(tx, fmt.Sprintf("p%02d@acme.com", i), models.RoleMember); err != nil {
				return err
			}
		}
		return nil
	})
	w.admin.get("/organization/members")
	w.admin.want(200, "61 members", "1 to 50 of 61", "jo@acme.com", "page=2")
	w.admin.get("/organization/members?page=2&state=invited")
	w.admin.want(200, "60 members", "51 to 60 of 60", "p59@acme.com", "state=invited")
	w.admin.get("/organization/members?q=P0%25")
	w.admin.want(200, "0 members")
	w.admin.get("/organization/members?q=p07")
	w.admin.want(200, "1 member", "p07@acme.com")
	w.admin.get("/organization/members?role=admin&sort=-name")
	w.admin.want(200, "1 member", "jo@acme.com")
	for _, sort := range []string{"name", "state", "-state", "signin", "-signin", "'; DROP TABLE members"} {
		w.admin.get("/organization/members?sort=" + strings.ReplaceAll(strings.ReplaceAll(sort, " ", "+"), ";", "%3B"))
		w.admin.want(200, "61 members")
	}
	w.admin.get("/organization/members?page=99999999999999999999&state=<script>")
	w.admin.want(200, "0 members")
}

func TestMemberPage(t *testing.T) {
	w := newWorld(t)
	person(t, w.db, w.org.ID, "sam@acme.com", models.RoleMember)
	sam := signedIn(t, w.h, w.org.ID, "sam@acme.com")
	m := w.member("sam@acme.com")
	path := "/organization/members/" + m.ID
	w.admin.get(path)
	w.admin.want(200, "sam@acme.com", "Save profile")
	form := []string{"version", fmt.Sprint(m.Version), "first_name", "Samuel", "last_name", "Lee", "country", "FR", "birth_year", "84"}
	w.admin.post(path+"/edit", form...)
	w.admin.want(422, "four digits", `value="Samuel"`)
	form[9] = "1984"
	w.admin.post(path+"/edit", form...)
	w.admin.leads(path)
	w.admin.post(path+"/edit", form...)
	w.admin.want(409, "Somebody changed this meanwhile")
	late := []string{"version", fmt.Sprint(m.Version), "first_name", "Sammy", "last_name", "Lee", "country", "DE", "birth_year", "1984"}
	w.admin.post(path+"/edit", late...)
	w.admin.want(409, "Jo Miller changed this on", "Saved by Jo Miller", "First name Samuel Sammy", "Country France Germany", `value="Sammy"`)
	if m = w.member("sam@acme.com"); m.FirstName != "Samuel" || m.Country != "FR" {
		t.Errorf("the conflict changed something: %+v", m)
	}
	w.admin.post(path+"/edit", append([]string{"version", fmt.Sprint(m.Version)}, late[2:]...)...)
	w.admin.leads(path)
	if m = w.member("sam@acme.com"); m.FirstName != "Sammy" || m.Country != "DE" {
		t.Errorf("a second press does not put one's own in place: %+v", m)
	}
	w.admin.post(path+"/edit", append([]string{"version", fmt.Sprint(m.Version)}, form[2:]...)...)
	w.admin.leads(path)
	w.admin.post(path+"/role", "role", "admin", "plan", "", "was_role", "member")
	w.admin.leads(path)
	if m = w.member("sam@acme.com"); m.Role != models.RoleAdmin || m.FirstName != "Samuel" || m.Country != "FR" || m.BirthYear != 1984 {
		t.Errorf("%+v", m)
	}
	w.admin.post("/organization/members/"+w.adminMember+"/block", "x", "y")
	w.admin.want(422, "cannot block your own sign-in")
	w.admin.post(path + "/block")
	w.admin.leads(path)
	sam.get("/account")
	sam.leads("/login?next=%2Faccount")
	w.admin.post(path + "/unblock")
	w.admin.post(path+"/role", "role", "member", "was_role", "admin")
	w.admin.leads(path)
	w.admin.post("/organization/members/"+w.adminMember+"/role", "role", "member", "was_role", "admin")
	w.admin.want(422, "last administrator")
	w.admin.post(path + "/remove")
	w.admin.leads(path)
	w.admin.get(path)
	w.admin.want(200, "can be brought back", "Removed", "Role changed")
	w.admin.post(path + "/restore")
	w.admin.leads(path)
	if m = w.member("sam@acme.com"); m.Status != models.MemberActive {
		t.Errorf("%+v", m)
	}
}

// TestManagedMember is SPEC P8: what a directory owns is read-only in the page and on the server, and says why.
func TestManagedMember(t *testing.T) {
	w := newWorld(t)
	w.activeDirectory(w.org, 1)
	m := w.member("p0@acme.com")
	path := "/organization/members/" + m.ID
	w.admin.get(path)
	w.admin.want(200, "managed by your directory", "Okta")
	if strings.Contains(w.admin.last.Body.String(), `name="first_name"`) {
		t.Error("a managed profile has a form")
	}
	w.admin.post(path+"/edit", "version", fmt.Sprint(m.Version), "first_name", "X", "last_name", "Y", "country", "US")
	w.admin.want(403, "managed by your directory")
	w.admin.post(path + "/remove")
	w.admin.want(403)
	if now := w.member("p0@acme.com"); now.Version != m.Version {
		t.Error("a managed member was changed")
	}
	w.admin.post(path + "/block")
	w.admin.leads(path)
	if now := w.member("p0@acme.com"); now.BlockedAt == nil {
		t.Error("a managed member cannot be blocked")
	}
}

func TestGroupPages(t *testing.T) {
	w := newWorld(t)
	person(t, w.db, w.org.ID, "sam@acme.com", models.RoleMember)
	w.admin.post("/organization/groups", "name", "Everyone")
	w.admin.want(422, "reserved", `value="Everyone"`)
	w.admin.post("/organization/groups", "name", "")
	w.admin.want(422, "Give the group a name")
	w.admin.post("/organization/groups", "name", "Designers")
	path := w.admin.last.Header().Get("Location")
	w.admin.post("/organization/groups", "name", "designers")
	w.admin.want(422, "exists in this organization already")
	w.admin.get(path)
	w.admin.want(200, "Designers")
	w.admin.post(path+"/members", "add", "sam@acme.com, nobody@acme.com")
	w.admin.want(422, "nobody@acme.com", "sam@acme.com, nobody@acme.com")
	w.admin.post(path+"/members", "add", "sam@acme.com")
	w.admin.leads(path)
	var ultimate string
	w.in(w.org, func(tx *models.Tx) error {
		plans, err := models.OrganizationPlans(tx, w.org)
		p, _ := plans.Find("ultimate")
		ultimate = p.ID
		return err
	})
	// The preview says who changes, and changes nobody.
	w.admin.post(path+"/mapping", "role", "admin", "plan", ultimate, "do", "preview")
	w.admin.want(200, "1 person changes plan, 1 becomes an administrator.", "Save mapping")
	if m := w.member("sam@acme.com"); m.Role != models.RoleMember || m.PlanSource == models.FromGroup {
		t.Fatalf("the preview changed somebody: %+v", m)
	}
	w.admin.post(path+"/mapping", "role", "admin", "plan", ultimate, "do", "save")
	w.admin.want(422, "Tick the box to confirm")
	w.admin.post(path+"/mapping", "role", "admin", "plan", ultimate, "do", "save", "confirm_admin", "on")
	w.admin.leads(path)
	m := w.member("sam@acme.com")
	if m.PlanSource != models.FromGroup || *m.PlanID != ultimate {
		t.Errorf("%+v", m)
	}
	w.admin.get("/organization/members/" + m.ID)
	w.admin.want(200, "It comes from a group mapping")
	w.admin.post(path+"/mapping", "role", "king", "do", "save", "was_role", "admin", "was_plan", ultimate)
	w.admin.want(422, "Choose the role")
	w.admin.post(path+"/edit", "name", "Makers", "was", "Designers")
	w.admin.leads(path)
	w.admin.get(path)
	w.admin.want(200, "Makers", "1 person loses the plan Ultimate and the role admin")
	w.admin.post(path+"/members", "remove", m.ID)
	w.admin.leads(path)
	w.admin.get("/organization/groups?q=mak")
	w.admin.want(200, "1 group", "Makers")
	w.admin.post(path + "/delete")
	w.admin.leads("/organization/groups")
	w.admin.get(path)
	w.admin.want(404)
}

func TestInvitePages(t *testing.T) {
	w := newWorld(t)
	w.admin.get("/organization/invites/new")
	w.admin.want(200, "acme.com")
	w.admin.post("/organization/invites", "email", "nonsense", "role", "member")
	w.admin.want(422, "is not an e-mail address", `>nonsense</textarea>`)
	w.admin.post("/organization/invites", "email", "jo@acme.com", "role", "member")
	w.admin.want(422, "is a member of this organization already")
	w.admin.post("/organization/invites", "email", "sam@acme.com", "role", "king")
	w.admin.want(422, "Choose the role")
	w.admin.post("/organization/invites", "email", "sam@acme.com", "role", "admin")
	w.admin.leads("/organization/invites")
	first := mailed(t, w.db, "invite")
	w.admin.get("/organization/invites")
	w.admin.want(200, "sam@acme.com", "With a password", "Open")
	id := regexp.MustCompile(`/organization/invites/(inv-[a-z2-7]+)/resend`).FindStringSubmatch(w.admin.last.Body.String())[1]
	w.admin.post("/organization/invites/" + id + "/resend")
	w.admin.leads("/organization/invites")
	second := mailed(t, w.db, "invite")
	b := newBrowser(t, w.h)
	b.get(first)
	b.want(404)
	b.get(second)
	b.want(200, "Administrator", "Jo Miller")
	w.admin.post("/organization/invites/" + id + "/cancel")
	w.admin.leads("/organization/invites")
	b.get(second)
	b.want(410, "cancelled")
	w.admin.post("/organization/invites/" + id + "/resend")
	w.admin.want(410)
	w.admin.get("/organization/invites?show=all")
	w.admin.want(200, "Cancelled")
}

func TestDirectoryPage(t *testing.T) {
	w := newWorld(t)
	w.admin.get("/organization/sso/directory")
	w.admin.want(200)
	w.admin.post("/organization/sso/directory/tokens")
	w.admin.want(404)
	d := w.activeDirectory(w.org, 2)
	w.admin.get("/organization/sso/directory")
	w.admin.want(200, "http://localhost:8080/scim/v2/"+d.ID, "Active")
	w.admin.post("/organization/sso/directory/tokens")
	w.admin.want(200)
	token := regexp.MustCompile(`value="([0-9A-Za-z]{22})"`).FindStringSubmatch(w.admin.last.Body.String())
	if token == nil {
		t.Fatal("no token is shown")
	}
	w.admin.get("/organization/sso/directory")
	w.admin.want(200, token[1][18:])
	if strings.Contains(w.admin.last.Body.String(), token[1]) {
		t.Fatal("the token is shown twice")
	}
	w.admin.post("/organization/sso/directory/tokens")
	w.admin.leads("/organization/sso/directory")
	w.admin.get("/organization/sso/directory")
	w.admin.want(200, "two live tokens already")
	ids := regexp.MustCompile(`tokens/(tok-[a-z2-7]+)/end`).FindAllStringSubmatch(w.admin.last.Body.String(), -1)
	w.other.post("/organization/sso/directory/tokens/" + ids[0][1] + "/end")
	w.other.want(404)
	w.admin.post("/organization/sso/directory/tokens/" + ids[0][1] + "/end")
	w.admin.leads("/organization/sso/directory")
	w.admin.post("/organization/sso/directory/switches", "strict", "on", "guests", "on")
	w.admin.leads("/organization/sso/directory")
	w.in(w.org, func(tx *models.Tx) error {
		d, err := models.OrganizationDirectory(tx)
		if err != nil || !d.Strict || d.AllowGuests {
			t.Errorf("strict %v, guests %v: %v", d.Strict, d.AllowGuests, err)
		}
		return nil
	})
}

func TestLogs(t *testing.T) {
	w := newWorld(t)
	v := w.populate(w.org)
	for path, texts := range map[string][]string{
		"/organization":                                        {"Overview", "Members"},
		"/organization/activity":                               {"Integration deactivated", "Directory Sync switched off", "Group made", "activity/export?format=csv"},
		"/organization/activity?action=group.":                 {"Group made"},
		"/organization/activity?q=guest@acme.com":              {"Invited"},
		"/organization/activity?q=nobody@acme.com":             {"Activity"},
		"/organization/activity?from=2026-12-01&to=2026-12-01": {"Group made"},
		"/organization/activity?from=2027-01-01":               {"Activity"},
		"/organization/sso/signins":                            {"/organization/sso/signins/sig-victim", "Failed"},
		"/organization/sso/signins?ref=abcdefgh":               {"/organization/sso/signins/sig-victim"},
		"/organization/sso/signins/" + v.signIn:                {"ABCDEFGH"},
		"/organization/sso/requests":                           {"GET"},
		"/organization/sso/requests/" + v.request:              {"/Users"},
		"/organization/sso/connection":                         {"https://idp.example/sso"},
		"/organization/billing":                                {"Single Sign-On", "Directory Sync", "Core"},
		"/organization/settings":                               {"Acme"},
	} {
		w.admin.get(path)
		w.admin.want(200, texts...)
	}
	w.admin.get("/organization/activity?from=2027-01-01")
	if strings.Contains(text(w.admin.last), "Group made") {
		t.Error("the date does not narrow")
	}
	w.admin.get("/organization/sso/requests/999999")
	w.admin.want(404)
	w.admin.get("/organization/sso/requests/x")
	w.admin.want(404)
	w.admin.get("/organization/activity/export?format=csv")
	w.admin.want(200, "at,actor_kind,actor,action,target,changes,ip", "group.created")
	w.admin.get("/organization/activity/export?format=jsonl&action=group.")
	w.admin.want(200, `"action":"group.created"`)
	if strings.Contains(w.admin.last.Body.String(), "invite.created") {
		t.Error("the export is not narrowed")
	}
	w.other.get("/organization/activity/export?format=csv")
	if strings.Contains(w.other.last.Body.String(), "acme.com") {
		t.Error("the twin exports this organization")
	}
}

func TestSettingsPage(t *testing.T) {
	w := newWorld(t)
	version := func() string {
		w.admin.get("/organization/settings")
		return regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(w.admin.last.Body.String())[1]
	}
	v := version()
	w.admin.post("/organization/settings", "version", v, "name", "", "default_country", "DE")
	w.admin.want(422, "Give the organization a name")
	w.admin.post("/organization/settings", "version", v, "name", "Acme 2", "default_country", "Atlantis")
	w.admin.want(422, "is not a country", `value="Acme 2"`)
	w.admin.post("/organization/settings", "version", v, "name", "Acme 2", "support_contact", "nonsense")
	w.admin.want(422, "support contact")
	w.admin.post("/organization/settings", "version", v, "name", "Acme 2", "default_country", "DE", "support_contact", "it@acme.com", "health_mails", "on")
	w.admin.leads("/organization/settings")
	w.admin.post("/organization/settings", "version", v, "name", "Acme 3", "default_country", "FR")
	w.admin.want(409, "Acme 2", "Acme 3", "Germany", "France", "Weekly mail on off")
	if n := countOf(t, w.db, "organizations WHERE health_mails AND id = '"+w.org.ID+"'"); n != 1 {
		t.Error("the weekly mail is not switched on")
	}
	w.admin.get("/organization")
	w.admin.want(200, "Acme 2")
}

func TestNotAdmin(t *testing.T) {
	w := newWorld(t)
	person(t, w.db, w.org.ID, "sam@acme.com", models.RoleMember)
	sam := signedIn(t, w.h, w.org.ID, "sam@acme.com")
	for _, path := range []string{"/organization", tab, "/organization/members"} {
		sam.get(path)
		sam.want(403, "Jo Miller", "jo@acme.com")
	}
	sam.post(tab+"/settings", w.settings("domains", "evil.example")...)
	sam.want(403)
	sam.post("/organization/invites", "email", "sam@home.example", "role", "admin")
	sam.want(403, "jo@acme.com")
	if n := countOf(t, w.db, "invites WHERE email = 'sam@home.example'"); n != 0 {
		t.Errorf("%d invites by somebody who is not an administrator", n)
	}
	sam.get("/account")
	sam.want(200, "sam@acme.com")
	w.admin.post("/organization/invites", "email", "pat@acme.com", "role", "admin")
	pat := newBrowser(t, w.h)
	pat.post(mailed(t, w.db, "invite"), "name", "Pat Lee", "password", "a few words of mine")
	pat.leads("/account")
	pat.get(tab)
	pat.want(200, "Single Sign-On / Provision")
}

// TestActionWords: every action that models records has words here.
func TestActionWords(t *testing.T) {
	name := regexp.MustCompile(`"((?:member|account|connection|directory|directory_token|directory_user|domain|group|invite|organization|setup_link|operator|import|outbox)\.[a-z_]+)"`)
	files, err := filepath.Glob("../models/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	n := 0
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range name.FindAllStringSubmatch(string(text), -1) {
			if strings.HasSuffix(f, "_test.go") || strings.HasSuffix(m[1], ".go") {
				continue
			}
			n++
			if actionTexts[m[1]] == "" {
				t.Errorf("%s: %s has no words in actionTexts", f, m[1])
			}
		}
	}
	if n < 40 {
		t.Errorf("only %d actions found", n)
	}
}
