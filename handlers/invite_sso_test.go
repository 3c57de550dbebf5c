package handlers

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"rollcall/models"
)

// invite makes an invite in the organization and answers its path.
func (w *ssoWorld) invite(email, role string) (path string, i *models.Invite) {
	w.t.Helper()
	w.do(func(tx *models.Tx) (err error) {
		var token string
		i, token, err = models.CreateInvite(tx, email, role)
		path = "/invites/" + token
		return err
	})
	return path, i
}

// accepted fails the test unless the invite is over, once, and in the audit.
func (w *ssoWorld) accepted(i *models.Invite, path string) {
	w.t.Helper()
	if n := countOf(w.t, w.db, "audit_events WHERE action = 'invite.accepted' AND target = '"+i.ID+"'"); n != 1 {
		w.t.Errorf("%d events say that the invite was accepted", n)
	}
	b := newBrowser(w.t, w.e)
	b.get(path)
	b.want(http.StatusGone, "was accepted")
}

// TestInviteBySSO: where the organization signs its people in, the invite's page offers that first, and coming in by it
// accepts the invite (SPEC O5, S2).
func TestInviteBySSO(t *testing.T) {
	w := newSSOWorld(t)
	twin := addSSOWorld(t, w, "Globex", "globex.com")
	path, i := w.invite("nia@acme.com", models.RoleAdmin)
	b := newBrowser(t, w.e)
	b.do("HEAD", path, nil)
	b.get(path)
	b.want(200, "Continue with single sign-on", "/saml/"+w.con.ID+"/start?email=nia%40acme.com", "Join Acme with a password", "Your name")
	if page := b.last.Body.String(); strings.Index(page, "Continue with single sign-on") > strings.Index(page, "Join Acme with a password") {
		t.Error("the password comes first")
	}
	if m := w.member("nia@acme.com"); m.Status != models.MemberInvited {
		t.Fatalf("looking at the invite made the member %s", m.Status)
	}
	w.signIn(b, "nia@acme.com", "")
	b.leads("/account")
	if m := w.member("nia@acme.com"); m.Status != models.MemberActive || m.Role != models.RoleAdmin || m.AccountID == nil || m.FirstName != "Alice" {
		t.Errorf("after the sign-in: %+v", m)
	}
	w.accepted(i, path)
	w.signIn(b, "nia@acme.com", "")
	w.accepted(i, path)

	// Another organization's sign-in would open nothing here, and a guest has none.
	for _, email := range []string{"kim@globex.com", "gus@elsewhere.example"} {
		path, _ := w.invite(email, models.RoleMember)
		b := newBrowser(t, w.e)
		b.get(path)
		b.want(200, `name="password"`)
		if strings.Contains(b.last.Body.String(), "/saml/") {
			t.Errorf("%s is sent to %s or %s", email, w.con.ID, twin.con.ID)
		}
	}
}

// TestInviteBySSOOnly: an invite that disables passwords, or an organization that requires single sign-on, leaves that as
// the only way (SPEC O5, S8). A directory may have brought the person meanwhile.
func TestInviteBySSOOnly(t *testing.T) {
	w := newSSOWorld(t)
	if _, err := w.db.SQL().Exec("UPDATE organizations SET disable_passwords = TRUE"); err != nil {
		t.Fatal(err)
	}
	closed, i := w.invite("nia@acme.com", models.RoleMember)
	if _, err := w.db.SQL().Exec("UPDATE organizations SET disable_passwords = FALSE"); err != nil {
		t.Fatal(err)
	}
	open, _ := w.invite("tom@acme.com", models.RoleMember)
	b := newBrowser(t, w.e)
	b.get(open)
	b.want(200, `name="password"`)
	if _, err := w.db.SQL().Exec("UPDATE organizations SET require_sso = TRUE"); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{closed, open} {
		b.get(path)
		b.want(200, "Continue with single sign-on", "company account")
		if strings.Contains(b.last.Body.String(), `name="password"`) || strings.Contains(b.last.Body.String(), `method="post" action="`+path) {
			t.Error("another way is offered")
		}
	}
	w.do(func(tx *models.Tx) error {
		d, _, err := models.CreateDirectory(tx, models.NewDirectory{IDP: "okta"})
		if err != nil {
			return err
		}
		_, err = models.CreateDirectoryUser(tx, d, models.Push{UserName: "nia@acme.com", Active: true, Document: "{}", Extra: "{}",
			Profile: models.Profile{FirstName: "Nia", LastName: "New", Email: "nia@acme.com", Country: "US"}})
		return err
	})
	if m := w.member("nia@acme.com"); m.Status != models.MemberActive || !m.Managed() {
		t.Fatalf("the directory brought %+v", m)
	}
	b.get(closed)
	b.want(200, "Nia New")
	w.signIn(b, "nia@acme.com", "")
	b.leads("/account")
	w.accepted(i, closed)
}

// TestInviteOfSomebodyKnown: who has an account already joins with its password, which stays, or signed in, and is in the
// new organization then; nothing of the other organization changes (SPEC I2, O1, O5).
func TestInviteOfSomebodyKnown(t *testing.T) {
	w := newWorld(t)
	w.clock.Forward(time.Second) // after Kim came into the twin
	path := w.invited("kim@twin.example", models.RoleMember)
	b := newBrowser(t, w.h)
	b.post(path, "name", "Kim Twin", "password", "quite another one")
	b.want(422, "You have an account with this address already", `value="Kim Twin"`)
	if n := countOf(t, w.db, "invites WHERE email = 'kim@twin.example' AND accepted_at IS NOT NULL AND organization_id = '"+w.org.ID+"'"); n != 0 {
		t.Error("a wrong password accepts the invite")
	}
	b.post(path, "name", "Kim Twin", "password", testPassword)
	b.leads("/account")
	b.get("/account")
	b.want(200, "Acme")
	b.get("/organization")
	b.want(403, "Jo Miller") // a member of Acme now, whose administrators these are
	for table, want := range map[string]int{
		"accounts WHERE email = 'kim@twin.example'":                                              1,
		"members WHERE email = 'kim@twin.example' AND status = 'active'":                         2,
		"members WHERE email = 'kim@twin.example' AND role = 'admin'":                            1,
		"audit_events WHERE action = 'invite.accepted' AND organization_id = '" + w.org.ID + "'": 2, // Jo's own too
		"audit_events WHERE organization_id = '" + w.twin.ID + "' AND action = 'invite.created'": 1,
	} {
		if n := countOf(t, w.db, table); n != want {
			t.Errorf("%d of %s, want %d", n, table, want)
		}
	}
	w.other.get("/organization")
	w.other.want(200)
	again := w.invited("lee@twin.example", models.RoleMember)
	person(t, w.db, w.twin.ID, "lee@twin.example", models.RoleMember)
	lee := signedIn(t, w.h, w.twin.ID, "lee@twin.example")
	lee.post(again)
	lee.leads("/account")
	lee.get("/organization")
	lee.want(403, "Jo Miller")
}
