package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"rollcall/cmd/internal/browsertest"
	"rollcall/models"
)

// leaver invites somebody who joins with a password, or without one, and answers the person's own browser.
func (p *peopleStory) leaver(email, name string, password bool) *browsertest.Page {
	p.t.Helper()
	var invite struct{ URL string }
	p.command(p.t, &invite, "invite", "create", "--org", p.org, "--email", email)
	who := p.browser.NewPage(p.t)
	who.Open(invite.URL)
	who.Fill("Your name", name)
	if password {
		who.Fill("Password", storyPassword)
	}
	who.Go("Join Acme Corp")
	p.complete(who)
	who.Open(p.base + "/account")
	who.See("Acme Corp")
	return who
}

// remove takes somebody out of the organization, on the member's page.
func (p *peopleStory) remove(name string) {
	p.t.Helper()
	p.admin.Open(p.base + "/organization/members")
	p.admin.Go(name)
	p.admin.Press("Remove…")
	p.admin.Accessible("remove " + name)
	p.admin.Go("Remove from Acme Corp")
	p.admin.See("can be brought back until")
}

// signsIn signs in with the password of the stories.
func (p *peopleStory) signsIn(who *browsertest.Page, email string) {
	p.t.Helper()
	who.Open(p.base + "/login/password?email=" + email)
	who.Fill("Password", storyPassword)
	who.Go("Sign in")
}

// out fails unless the person's session has ended.
func (p *peopleStory) out(who *browsertest.Page) {
	p.t.Helper()
	who.Open(p.base + "/account")
	who.Wait("out of session", `location.pathname === "/login"`)
}

// TestStoryDowngrade: who is removed stays in the list, on Free, and keeps the own account; the way back brings plan and
// role (SPEC P7, policy downgrade).
func TestStoryDowngrade(t *testing.T) {
	s := newPeopleStory(t)
	bob := s.leaver("bob@acme.test", "Bob Baker", true)
	s.remove("Bob Baker")
	s.out(bob)
	s.letter("downgraded", "bob@acme.test")
	s.rows(map[string]int{
		"SELECT COUNT(*) FROM members JOIN plans ON plans.id = members.plan_id WHERE members.organization_id = ? AND email = 'bob@acme.test' AND status = 'deactivated' AND plans.free": 1,
		"SELECT COUNT(*) FROM audit_events WHERE organization_id = ? AND action = 'member.deactivated'":                                                                                 1,
		"SELECT COUNT(*) FROM sessions WHERE organization_id = ? AND ended_at IS NULL":                                                                                                  1,
	})
	s.signsIn(bob, "bob@acme.test")
	bob.AccessibleInAllLooks("account after a downgrade", s.base+"/account")
	bob.See("Free")
	bob.Shot("account-downgraded")

	s.admin.Go("Bring back")
	s.rows(map[string]int{
		"SELECT COUNT(*) FROM members JOIN plans ON plans.id = members.plan_id WHERE members.organization_id = ? AND email = 'bob@acme.test' AND status = 'active' AND plans.name = 'Core'": 1,
		"SELECT COUNT(*) FROM audit_events WHERE organization_id = ? AND action = 'member.reactivated'":                                                                                     1,
	})
	bob.Open(s.base + "/account")
	bob.See("Core")
	s.silent(s.admin, bob)
}

// TestStoryDisconnect: the person proves a private address and keeps a personal account; the work address is free for
// somebody else (SPEC P7, policy disconnect).
func TestStoryDisconnect(t *testing.T) {
	s := newPeopleStory(t)
	s.command(t, &struct{}{}, "org", "set", s.org, "--deprovision", "disconnect")
	cid := s.leaver("cid@acme.test", "Cid Poe", true)
	s.remove("Cid Poe")
	s.out(cid)
	s.rows(map[string]int{
		"SELECT COUNT(*) FROM members WHERE organization_id = ? AND email = 'cid@acme.test' AND status = 'disconnected'": 1,
		"SELECT COUNT(*) FROM accounts WHERE suspended_at IS NOT NULL":                                                   1,
		"SELECT COUNT(*) FROM accounts WHERE email_key = 'cid@acme.test'":                                                0,
	})
	s.signsIn(cid, "cid@acme.test")
	cid.See("do not fit")

	keep := s.link(s.letter("disconnected", "cid@acme.test"), "/personal/")
	cid.AccessibleInAllLooks("keep your account", keep)
	cid.Shot("keep-your-account")
	cid.Fill("Private e-mail address", "cid@home.test")
	cid.Go("Send me a link")
	cid.See("Check your mail")
	proof := s.link(s.letter("personal_email", "cid@home.test"), "/personal/")
	cid.AccessibleInAllLooks("private address", proof)
	cid.Go("Yes, this is my address")
	cid.AccessibleInAllLooks("personal account", s.base+"/account")
	cid.See("You belong to no organization. Your account is personal.")
	cid.See("Free")
	cid.Shot("account-personal")
	s.rows(map[string]int{
		"SELECT COUNT(*) FROM accounts WHERE email_key = 'cid@home.test' AND suspended_at IS NULL": 1,
		"SELECT COUNT(*) FROM audit_events WHERE action = 'account.suspended'":                     1,
		"SELECT COUNT(*) FROM audit_events WHERE action = 'account.made_personal'":                 1,
	})
	s.audited(map[string]int{"member.deactivated": 1})
	again := s.browser.NewPage(t)
	again.AccessibleInAllLooks("the used link", keep)
	s.leaver("cid@acme.test", "Another Cid", true) // the work address is free
	s.rows(map[string]int{"SELECT COUNT(*) FROM accounts WHERE email_key IN ('cid@acme.test', 'cid@home.test')": 2})
	s.silent(s.admin, cid)
}

// TestStoryDelete: the person is out at once, sees when the data goes, and after 30 days nothing that names the person is
// left, while the log keeps what happened (SPEC P7, I6, policy delete).
func TestStoryDelete(t *testing.T) {
	s := newPeopleStory(t, "--feature", "sso")
	s.command(t, &struct{}{}, "org", "set", s.org, "--deprovision", "delete")
	dan := s.leaver("dan@acme.test", "Dan Fox", true)
	s.setPasswords(false)
	eve := s.leaver("eve@acme.test", "Eve Ray", false)
	for _, name := range []string{"Dan Fox", "Eve Ray"} {
		s.remove(name)
		s.admin.See("Then everything known of the person is erased.")
	}
	s.out(dan)
	s.out(eve)
	s.letter("disabled", "dan@acme.test")
	told := s.letter("disabled", "eve@acme.test")
	if day := time.Now().UTC().Add(30 * 24 * time.Hour).Format("2 January 2006"); !strings.Contains(told, day) {
		t.Errorf("the mail does not say %s: %s", day, told)
	}
	s.signsIn(dan, "dan@acme.test") // the own password makes it Dan's own account
	dan.AccessibleInAllLooks("account of one who will be deleted", s.base+"/account")
	names := "SELECT COUNT(*) FROM person_labels WHERE organization_id = ? AND (name IN ('Dan Fox', 'Eve Ray') OR email IN ('dan@acme.test', 'eve@acme.test'))"
	s.later(29 * 24 * time.Hour)
	s.rows(map[string]int{"SELECT COUNT(*) FROM members WHERE organization_id = ? AND due_at IS NOT NULL": 2, "SELECT COUNT(*) FROM accounts": 3})
	s.later(31 * 24 * time.Hour)
	s.rows(map[string]int{
		"SELECT COUNT(*) FROM members WHERE organization_id = ?":                                         1,
		"SELECT COUNT(*) FROM invites WHERE organization_id = ? AND email <> 'jo@acme.test'":             0,
		"SELECT COUNT(*) FROM accounts WHERE email_key = 'dan@acme.test'":                                1,
		"SELECT COUNT(*) FROM accounts":                                                                  2,
		"SELECT COUNT(*) FROM audit_events WHERE organization_id = ? AND action = 'member.deactivated'":  2,
		"SELECT COUNT(*) FROM audit_events WHERE organization_id = ? AND action = 'member.erased'":       2,
		"SELECT COUNT(*) FROM audit_events WHERE organization_id = ? AND changes LIKE '%eve@acme.test%'": 0,
		"SELECT COUNT(*) FROM outbox WHERE payload LIKE '%eve@acme.test%'":                               0,
		names: 0,
	})
	s.admin.AccessibleInAllLooks("activity after an erasure", s.base+"/organization/activity")
	if text := s.admin.Text(); strings.Contains(text, "Eve Ray") || !strings.Contains(text, "rased") {
		t.Errorf("the activity after an erasure: %s", text)
	}
	dan.Open(s.base + "/account")
	dan.See("You belong to no organization.")
	s.silent(s.admin, dan)
}

// later does what the worker does about people who left when that much time has passed.
func (p *peopleStory) later(d time.Duration) {
	p.t.Helper()
	now := p.db.Now
	defer func() { p.db.Now = now }()
	p.db.Now = func() time.Time { return now().Add(d) }
	for {
		err := p.db.Update(context.Background(), models.Actor{Kind: models.ActorSystem, ID: "worker"}, models.CarryOnDeparture)
		if models.CodeOf(err) == models.NotFound {
			return
		}
		if err != nil {
			p.t.Fatal(err)
		}
	}
}

// TestStoryLastAdmin: nobody here can end the last administrator; when the directory does, the role stays on record,
// operators and the contact are alarmed, and only a recovery code lets the person in (SPEC P12).
func TestStoryLastAdmin(t *testing.T) {
	s := newPeopleStory(t, "--feature", "sso,scim")
	s.command(t, &struct{}{}, "operator", "create", "--email", "olga@vendor.test")
	s.admin.Open(s.base + "/organization/settings")
	s.admin.Fill("Support contact", "desk@acme.test")
	s.admin.Go("Save")
	codes := s.proveCode(s.admin)
	s.admin.Open(s.base + "/account/leave")
	s.admin.Go("Leave Acme Corp")
	s.admin.See("is the last administrator. Make somebody else an administrator first.")

	var dir struct {
		BaseURL string `json:"base_url"`
		Token   string
	}
	s.command(t, &dir, "directory", "create", "--org", s.org)
	o := &okta{t: t, base: dir.BaseURL, token: dir.Token, ids: map[string]string{}}
	o.person("jo@acme.test", "Jo", "Miller", "")
	o.deactivate("jo@acme.test")
	s.out(s.admin)
	s.rows(map[string]int{
		"SELECT COUNT(*) FROM members WHERE organization_id = ? AND role = 'admin' AND status = 'deactivated'":    1,
		"SELECT COUNT(*) FROM audit_events WHERE organization_id = ? AND action = 'organization.last_admin_left'": 1,
		"SELECT COUNT(*) FROM sessions WHERE organization_id = ? AND ended_at IS NULL":                            0,
	})
	for _, to := range []string{"olga@vendor.test", "desk@acme.test"} {
		s.letter("last_admin", to)
	}
	s.admin.Open(s.base + "/login/recovery")
	s.admin.Fill("E-mail", "jo@acme.test")
	s.admin.Fill("Recovery code", codes[1])
	s.admin.Go("Sign in")
	s.admin.AccessibleInAllLooks("members by a recovery code", s.base+"/organization/members")
	s.admin.See("Jo Miller")
	s.letter("recovery_used", "jo@acme.test")
	s.audited(map[string]int{"recovery_codes.created": 1, "recovery_codes.proved": 1, "recovery_codes.used": 1, "member.deactivated": 1})
	s.silent(s.admin)
}
