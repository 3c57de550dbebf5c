package handlers

import (
	"regexp"
	"strings"
	"testing"

	"rollcall/models"
)

func TestSignUpOrganization(t *testing.T) {
	w := newWorld(t)
	b := newBrowser(t, w.h)
	b.get("/")
	b.want(200, "Sign in", "/signup/organization")
	b.post("/signup/organization", "organization", "", "name", "Ann", "email", "ann@new.example", "password", "a few words of mine")
	b.want(422, "Give the organization a name", `value="ann@new.example"`)
	b.post("/signup/organization", "organization", "New Co", "name", "Ann Lee", "email", "ann@new.example", "password", "short")
	b.want(422, "at least 10 characters", `value="New Co"`, `value="Ann Lee"`)
	b.post("/signup/organization", "organization", "New Co", "name", "Ann Lee", "email", "ann@new.example", "password", "a few words of mine")
	b.want(200, "Check your mail")
	fresh := b.last.Body.String()
	// The password alone opens nothing until the e-mail is proved.
	b.post("/login/password", "email", "ann@new.example", "password", "a few words of mine")
	b.want(422, "Confirm your e-mail first")
	path := mailed(t, w.db, "verify")
	b.do("HEAD", path, nil)
	b.get(path)
	b.want(200, "ann@new.example")
	b.post(path)
	b.leads("/organization")
	b.get(tab)
	b.want(200, "Not included", "New Co", "Core", "Extended", "Ultimate")
	b.post(path)
	b.want(410)
	// A taken address gets the same bytes, and its owner is told.
	again := newBrowser(t, w.h)
	again.post("/signup/organization", "organization", "Evil", "name", "Eve", "email", "ann@new.example", "password", "other words of hers")
	again.want(200, "Check your mail")
	if again.last.Body.String() != fresh {
		t.Error("a taken address answers differently")
	}
	again.post("/login/password", "email", "ann@new.example", "password", "other words of hers")
	again.want(422, "do not fit together")
}

func TestSignUpPersonalAndAddOrganization(t *testing.T) {
	w := newWorld(t)
	b := newBrowser(t, w.h)
	b.post("/signup", "name", "Pat Solo", "email", "pat@home.example", "password", "a few words of mine")
	b.want(200, "Check your mail")
	b.post(mailed(t, w.db, "verify"))
	b.get("/account")
	b.want(200, "pat@home.example", "You belong to no organization")
	b.get("/organization")
	b.leads("/account")
	b.post("/account", "name", "Pat Duo")
	b.leads("/account")
	b.get("/signup/organization")
	b.want(200, "Sign up your organization")
	b.post("/signup/organization", "organization", "Solo Inc")
	b.leads("/organization/sso")
	b.get(tab)
	b.want(200, "Solo Inc", "Pat Duo")
}

func TestAccount(t *testing.T) {
	w := newWorld(t)
	w.admin.get("/account")
	w.admin.want(200, "jo@acme.com", "Jo", "Acme", "Change password", "Where you are signed in")
	form := []string{"first_name", "Joanna", "last_name", "Miller", "country", "DE", "current_city", "Bonn", "birth_year", "1984"}
	w.admin.post("/account", form...)
	w.admin.leads("/account")
	w.admin.get("/account")
	w.admin.want(200, "Joanna", "Bonn", "1984", "Profile saved.")
	w.admin.post("/account", "first_name", "", "last_name", "Miller", "country", "DE")
	w.admin.want(422, "Write the first name.")
	stale := w.admin.org
	w.admin.org = w.twin.ID
	w.admin.post("/account", form...)
	w.admin.want(409)
	w.admin.org = stale
	second := signedIn(t, w.h, w.org.ID, "jo@acme.com")
	w.admin.post("/account/password", "current", "wrong", "password", "a better one than that")
	w.admin.want(422, "not your current password")
	w.admin.get("/account")
	id := between(w.admin.last.Body.String(), `name="session" value="`, `"`)
	w.other.post("/account/sessions/end", "session", id)
	w.other.want(404)
	second.get("/account")
	second.want(200)
	w.admin.post("/account/sessions/end", "session", id)
	w.admin.leads("/account")
	second.get("/account")
	second.leads("/login?next=%2Faccount")
	second = signedIn(t, w.h, w.org.ID, "jo@acme.com")
	w.admin.post("/account/password", "current", testPassword, "password", "a better one than that")
	w.admin.leads("/account")
	w.admin.get("/account")
	w.admin.want(200, "All other sessions are signed out")
	second.get("/account")
	second.leads("/login?next=%2Faccount")
}

func TestSwitchOrganization(t *testing.T) {
	w := newWorld(t)
	third := newOrganization(w, "Third")
	person(t, w.db, third.ID, "jo@acme.com", models.RoleMember)
	w.admin.post("/organization/switch", "to", w.twin.ID)
	w.admin.want(404)
	w.admin.post("/organization/switch", "to", third.ID)
	w.admin.leads("/account")
	w.admin.get(tab)
	w.admin.want(403, "administrator")
	// A tab of the first organization is stale now, and offers to go back.
	w.admin.post("/account", "first_name", "X", "last_name", "Y", "country", "DE")
	w.admin.want(409, "Switch to Acme")
	w.admin.post("/organization/switch", "to", w.org.ID, "next", tab)
	w.admin.leads(tab)
	w.admin.get(tab)
	w.admin.want(200, "You are in Acme now")
}

func newOrganization(w *world, name string) (o *models.Organization) {
	w.t.Helper()
	w.in(&models.Organization{}, func(tx *models.Tx) (err error) {
		o, err = models.CreateOrganization(tx, models.NewOrganization{Name: name, Plans: []string{"Core"}})
		return err
	})
	return o
}

func TestInvitePage(t *testing.T) {
	w := newWorld(t)
	token := w.invited("sam@acme.com", models.RoleMember)
	b := newBrowser(t, w.h)
	b.do("HEAD", token, nil)
	b.get(token)
	b.want(200, "Join Acme", "sam@acme.com", "Password")
	b.post(token, "name", "Sam Lee", "password", "short")
	b.want(422, "at least 10", `value="Sam Lee"`)
	w.admin.get(token)
	w.admin.want(200, "You are signed in as jo@acme.com")
	w.admin.post(token, "name", "Sam", "password", "a few words of mine")
	w.admin.want(409)
	b.post(token, "name", "Sam Lee", "password", "a few words of mine")
	b.leads("/account")
	b.get("/account")
	b.want(200, "Sam", "Lee", "Acme")
	b.post(token, "name", "Sam Lee", "password", "a few words of mine")
	b.want(410, "was accepted")
	b.get("/invites/0000000000000000000000")
	b.want(404, "does not work")
}

// TestInviteOfNamed: who has been named by an administrator, a CSV or a directory is not asked for the name again, and
// the account gets that name.
func TestInviteOfNamed(t *testing.T) {
	w := newWorld(t)
	w.in(w.org, func(tx *models.Tx) error {
		m, err := models.Provision(tx, models.Arrival{Source: models.SourceCSV, Active: true, Profile: models.Profile{
			FirstName: "Nia", LastName: "Named", Email: "nia@acme.com", Country: "DE"}})
		if err == nil {
			_, _, err = models.InviteMember(tx, m, models.RoleMember)
		}
		return err
	})
	path, b := mailed(t, w.db, "invite"), newBrowser(t, w.h)
	b.get(path)
	b.want(200, "Nia Named", `name="password"`)
	if strings.Contains(b.last.Body.String(), `name="name"`) {
		t.Error("the name is asked for again")
	}
	b.post(path, "password", "short")
	b.want(422, "at least 10")
	b.post(path, "password", "a few words of mine")
	b.leads("/account")
	if m := w.member("nia@acme.com"); m.FirstName != "Nia" || m.LastName != "Named" || m.Status != models.MemberActive {
		t.Errorf("%+v", m)
	}
	if n := countOf(t, w.db, "accounts WHERE email = 'nia@acme.com' AND name = 'Nia Named'"); n != 1 {
		t.Error("the account has another name")
	}
}

// invited makes an invite and answers its path.
func (w *world) invited(email, role string) (path string) {
	w.t.Helper()
	w.in(w.org, func(tx *models.Tx) error {
		_, token, err := models.CreateInvite(tx, email, role)
		path = "/invites/" + token
		return err
	})
	return path
}

// TestInviteWithoutPassword is SPEC O5: the rule is the one in force when the invite was made.
func TestInviteWithoutPassword(t *testing.T) {
	w := newWorld(t)
	before := w.invited("one@acme.com", models.RoleMember)
	w.admin.post(tab+"/settings", w.settings("disable_passwords", "on")...)
	after := w.invited("two@acme.com", models.RoleMember)
	w.admin.get("/organization/invites")
	for email, rule := range map[string]string{"one": "With a password", "two": "Without a password"} {
		if got := regexp.MustCompile(email + `@acme\.com.*?(With\w*) a password`).FindString(text(w.admin.last)); !strings.HasSuffix(got, rule) {
			t.Errorf("%s: the list says %q, want %s", email, got, rule)
		}
	}
	b := newBrowser(t, w.h)
	b.get(before)
	b.want(200, `name="password"`)
	b.get(after)
	b.want(200, "You need no password")
	if strings.Contains(b.last.Body.String(), `name="password"`) {
		t.Error("a password is asked for")
	}
	b.post(after, "name", "Two Lee", "password", "a few words of mine")
	b.leads("/account")
	b.get("/account")
	b.want(200, "invited without a password")
	b.post("/account/password", "password", "a few words of mine")
	b.want(403)
	b.post("/logout")
	b.post("/login/password", "email", "two@acme.com", "password", "a few words of mine")
	b.want(422)
}

func TestExpiredInvite(t *testing.T) {
	w := newWorld(t)
	path := w.invited("sam@acme.com", models.RoleMember)
	w.clock.Forward(8 * 24 * 60 * 60 * 1e9)
	b := newBrowser(t, w.h)
	b.get(path)
	b.want(410, "expired", "/ask")
	b.post(path, "name", "Sam", "password", "a few words of mine")
	b.want(410)
	b.post(path + "/ask")
	b.want(410, "administrators")
	if n := countOf(t, w.db, "outbox WHERE kind = 'mail.invite_asked' AND payload LIKE '%jo@acme.com%' AND payload LIKE '%sam@acme.com%'"); n != 1 {
		t.Errorf("%d mails to the administrator", n)
	}
	if n := countOf(t, w.db, "audit_events WHERE action = 'invite.asked' AND organization_id = '"+w.org.ID+"'"); n != 1 {
		t.Errorf("%d events", n)
	}
}

// TestComplete is the form of SPEC P4.
func TestComplete(t *testing.T) {
	w := newWorld(t)
	_, member := person(t, w.db, w.org.ID, "sam@acme.com", models.RoleMember)
	b := signedIn(t, w.h, w.org.ID, "sam@acme.com")
	if _, err := w.db.SQL().Exec("UPDATE members SET status = 'held', hold_reasons = 'missing_country', country = '' WHERE id = '" + member + "'"); err != nil {
		t.Fatal(err)
	}
	b.get("/account")
	b.leads("/account/complete")
	b.get("/account/complete?next=/help")
	b.want(200, "Country", `value="/help"`)
	if strings.Contains(b.last.Body.String(), `name="first_name"`) {
		t.Error("asks for what is there")
	}
	b.post("/account/complete", "next", "/help")
	b.want(422)
	b.post("/account/complete", "country", "DE", "next", "https://evil.example")
	b.leads("/account")
	b.get("/account")
	b.want(200, "sam@acme.com")
}

func TestHelp(t *testing.T) {
	w := newWorld(t)
	b := newBrowser(t, w.h)
	b.get("/help")
	b.want(200, "Okta", "Microsoft Entra ID")
	for _, slug := range []string{"okta", "google", "custom-scim"} {
		b.get("/help/" + slug)
		b.want(200, "Checked on")
	}
	b.get("/help/nope")
	b.want(404)
}
