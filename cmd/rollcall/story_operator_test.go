package main

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"rollcall/cmd/internal/browsertest"
	"rollcall/models"
)

// TestStoryOperator: an operator signs in with a second factor, sets an organization up without a purchase, mails the setup
// link to its IT person, acts as its administrator and stops; rows, mails and audit say so (SPEC B3, O2, A1).
func TestStoryOperator(t *testing.T) {
	s := &story{service: startService(t), browser: browsertest.Start(t, "testdata/axe/node_modules/axe-core/axe.min.js")}
	var made struct {
		SignInURL string `json:"sign_in_url"`
	}
	s.command(t, &made, "operator", "create", "--email", "ops@saas.test")
	ops := s.browser.NewPage(t)
	s.firstSignIn(ops, made.SignInURL)
	ops.See("0 organizations")
	detail := s.sellTo(ops)
	s.actFor(ops)

	ops.Go("Stop acting")
	ops.See("You no longer act for an organization.")
	if ops.Address() != detail {
		t.Errorf("leads to %s, not to %s", ops.Address(), detail)
	}
	ops.Open(s.base + "/organization")
	ops.Wait("the organization is closed again", `location.pathname === "/login"`)
	audit := s.base + "/operator/audit?org=" + detail[strings.LastIndex(detail, "/")+1:]
	ops.AccessibleInAllLooks("audit of the organization", audit)
	for _, words := range []string{"began to act as an administrator", "Ticket 4711: first steps", "stopped acting", "Setup link e-mailed", "Invite sent", "ops@saas.test"} {
		ops.See(words)
	}
	ops.AccessibleInAllLooks("audit", s.base+"/operator/audit")
	ops.AccessibleInAllLooks("health", s.base+"/operator/health?show=all")
	ops.AccessibleInAllLooks("staff", s.base+"/operator/staff")
	s.soldByStaff()
	s.renamePlan(ops)
	s.silent(ops)
}

// soldByStaff looks at the rows of an organization that has both features although nobody bought them.
func (s *story) soldByStaff() {
	s.t.Helper()
	db, err := models.Open(lookup(s.env)("ROLLCALL_DATABASE_URL"), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	countRows(s.t, db.SQL(), map[string]int{
		"SELECT COUNT(*) FROM organizations WHERE sso_bought AND scim_bought AND deprovision = 'downgrade'": 1,
		"SELECT COUNT(*) FROM orders": 0,
		"SELECT COUNT(*) FROM domains WHERE name = 'acme.test' AND state = 'verified'":                                                                      1,
		"SELECT COUNT(*) FROM setup_links WHERE kind = 'sso' AND started_at IS NOT NULL":                                                                    1,
		"SELECT COUNT(*) FROM members WHERE status = 'invited'":                                                                                             2,
		"SELECT COUNT(*) FROM outbox WHERE kind = 'mail.setup_link' AND payload LIKE '%it@acme.test%'":                                                      1,
		"SELECT COUNT(*) FROM audit_events WHERE actor_kind = 'operator' AND action IN ('organization.created', 'setup_link.created', 'setup_link.mailed')": 3,
		"SELECT COUNT(*) FROM audit_events WHERE actor_kind = 'setup' AND action = 'setup_link.started'":                                                    1,
		"SELECT COUNT(*) FROM audit_events WHERE actor_kind = 'acting' AND action = 'invite.created' AND actor_id = (SELECT id FROM operators)":             1,
		"SELECT COUNT(*) FROM audit_events WHERE action IN ('impersonation.began', 'impersonation.ended') AND actor_id = (SELECT id FROM operators)":        2,
	})
}

// firstSignIn is a new operator's: password, authenticator app, code.
func (s *story) firstSignIn(p *browsertest.Page, welcome string) {
	s.t.Helper()
	p.Open(welcome)
	p.Fill("New password", storyPassword)
	p.Go("Save")
	code, err := totp.GenerateCode(p.Value("Secret"), time.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	p.Fill("Code", code)
	p.Go("Sign in")
}

// sellTo makes an organization, mails its setup link, opens the link as the IT person would, and answers the address of
// the organization's page.
func (s *story) sellTo(p *browsertest.Page) string {
	s.t.Helper()
	p.Go("New organization")
	p.Fill("Name", "Acme Corp")
	p.Fill("E-mail domains", "acme.test, gmail.com")
	p.Fill("First administrator", "jo@acme.test")
	p.Go("Make the organization")
	p.See("gmail.com")
	p.Fill("E-mail domains", "acme.test")
	p.Go("Make the organization")
	detail := p.Address()
	p.Fill("E-mail it to", "it@acme.test")
	p.Go("Generate")
	link := p.Value("Setup link")
	s.mailSays("Set up Single Sign-On for Acme Corp")
	s.mailSays("Join Acme Corp")
	it := s.browser.NewPage(s.t)
	it.Open(link)
	it.Go("Start setup")
	it.See("Okta")
	p.AccessibleInAllLooks("an organization at the desk", detail)
	if strings.Contains(p.Text(), link) {
		s.t.Error("the link is shown a second time")
	}
	var org struct {
		SSO, SCIM string
		Domains   []string
	}
	s.command(s.t, &org, "org", "show", "acme-corp")
	if org.SSO != "awaiting" || org.SCIM != "awaiting" || strings.Join(org.Domains, " ") != "acme.test" {
		s.t.Errorf("%+v", org)
	}
	return detail
}

// actFor acts as an administrator: an invite goes out under the operator's name, recovery codes are refused.
func (s *story) actFor(p *browsertest.Page) {
	s.t.Helper()
	p.Fill("Reason", "why")
	p.Go("Act for Acme Corp")
	p.See("Say in 5 to 300 characters")
	p.Fill("Reason", "Ticket 4711: first steps")
	p.Go("Act for Acme Corp")
	p.See("You act as an administrator of Acme Corp")
	p.AccessibleInAllLooks("the tab while acting", s.base+"/organization/sso")
	p.See("Stop acting")
	p.Open(s.base + "/organization/invites/new")
	p.Fill("E-mail", "lee@acme.test")
	p.Go("Send invite")
	s.mailSays("ops@saas.test")
	p.Open(s.base + "/organization/sso/policy")
	p.Go("Make recovery codes")
	p.See("You act for this organization, so you cannot make recovery codes.")
	var members []struct{ Email, Role, Status string }
	s.command(s.t, &members, "member", "list", "--org", "acme-corp")
	if len(members) != 2 || members[0].Role != "admin" || members[1].Email != "lee@acme.test" || members[1].Status != "invited" {
		s.t.Errorf("%+v", members)
	}
}

// renamePlan renames a plan by keyboard-sized steps; the organization shows the new name.
func (s *story) renamePlan(p *browsertest.Page) {
	s.t.Helper()
	p.AccessibleInAllLooks("plans", s.base+"/operator/plans")
	p.Press("Rename Core")
	p.Fill("New name of Core", "Basic")
	p.Go("Save name")
	p.See("Renamed.")
	var org struct{ Plans []string }
	s.command(s.t, &org, "org", "show", "acme-corp")
	if strings.Join(org.Plans, " ") != "Basic Extended Ultimate" {
		s.t.Error(org.Plans)
	}
}
