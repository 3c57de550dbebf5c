package main

import (
	"fmt"
	"testing"

	"rollcall/cmd/internal/browsertest"
)

// TestStoryWithoutScripts does the whole job in a browser that runs no script (UX 12): nothing is pressed here but links
// and buttons that are in the page as it came.
func TestStoryWithoutScripts(t *testing.T) {
	s := newPeopleStory(t, "--plan", "Ultimate")
	s.idp = startSimpleSAMLphp(t)
	s.plain(s.admin)
	for _, walk := range []struct {
		name string
		do   func()
	}{
		{"buy Both", s.walkBuying}, {"connect Single Sign-On", s.walkSSO}, {"connect Directory Sync, then many leave", s.walkDirectory},
		{"import", s.walkImport}, {"join and leave", s.walkMember}, {"the operators' desk", s.walkDesk},
	} {
		t.Run(walk.name, func(t *testing.T) {
			defer func(before *testing.T) { s.t = before }(s.t)
			s.t = t
			s.admin.For(t)
			walk.do()
		})
		if t.Failed() {
			return // each goes on from where the one before has led
		}
	}
	s.silent(s.admin)
}

// plain turns the scripts of a person's browser off.
func (p *peopleStory) plain(page *browsertest.Page) *browsertest.Page {
	p.t.Helper()
	page.As(browsertest.Look{Width: 1360, NoScript: true})
	page.Open(p.base + "/")
	page.Wait("no script runs", `!customElements.get("copy-field")`)
	return page
}

// tab is the way to the Single Sign-On / Provision tab.
func (p *peopleStory) tab() {
	p.t.Helper()
	p.admin.Open(p.base + "/organization")
	p.admin.Go("Single Sign-On / Provision")
}

func (p *peopleStory) walkBuying() {
	a := p.admin
	p.tab()
	a.Fill("Email domains", "acme.test, acme-labs.test")
	a.Go("Continue to Checkout")
	a.Fill("Receipts go to", "bills@acme.test")
	a.Press("Continue to payment") // the page between moves on by its refresh
	a.See("no money")
	a.Go("Pay")
	a.Go("Confirm Purchase")
	a.See("Thank you: Single Sign-On and Directory Sync bought.")
	a.Go("Billing")
	a.Go("SANDBOX-")
	a.See("149.00 USD")
	p.rows(map[string]int{paidOrders: 1, features: 1})
}

func (p *peopleStory) walkSSO() {
	p.connectSSO(p.plain(p.browser.NewPage(p.t)), p.makeLink(p.admin, "SSO"))
	p.tab()
	p.admin.Wait("Active", `document.querySelector("#sso-status").innerText.includes("Active")`)
	alice := p.plain(p.browser.NewPage(p.t))
	p.signIn(alice, "alice")
	alice.See("Alice Adams")
	p.silent(alice)
}

func (p *peopleStory) walkDirectory() {
	it, a := p.plain(p.browser.NewPage(p.t)), p.admin
	o := p.connectSCIM(it, p.makeLink(a, "SCIM"))
	o.push()
	it.See("alice@acme.test") // by the page's own refresh
	it.Go("Done")
	for i := range 13 {
		o.person(fmt.Sprintf("p%d@acme.test", i), "Pat", fmt.Sprintf("Number %d", i), "")
	}
	for i := range 13 {
		o.deactivate(fmt.Sprintf("p%d@acme.test", i))
	}
	p.tab()
	a.Go("Directory")
	a.Go("Removals that wait")
	a.See("p10@acme.test")
	a.Go("Keep Pat Number 10")
	a.Press("Remove all now…")
	a.Go("Remove 2 people now")
	a.See("No removal waits.")
	p.rows(map[string]int{
		"SELECT COUNT(*) FROM members WHERE organization_id = ? AND first_name = 'Pat' AND status = 'active'":      1,
		"SELECT COUNT(*) FROM members WHERE organization_id = ? AND first_name = 'Pat' AND status = 'deactivated'": 12,
	})
	a.Open(p.base + "/organization/members?q=p11%40acme.test")
	a.Go("Pat Number 11")
	a.Go("Bring back")
	p.rows(map[string]int{"SELECT COUNT(*) FROM members WHERE organization_id = ? AND first_name = 'Pat' AND status = 'active'": 2})
	p.silent(it)
}

func (p *peopleStory) walkImport() {
	p.upload(peopleCSV)
	p.admin.Go("Invite 2 people")
	p.admin.See("2 people invited")
}

func (p *peopleStory) walkMember() {
	p.invite("eve@home.test")
	eve := p.plain(p.browser.NewPage(p.t))
	eve.Open(p.link(p.letter("invite", "eve@home.test"), "/invites/"))
	eve.Fill("Your name", "Eve Ray")
	eve.Fill("Password", storyPassword)
	eve.Go("Join Acme Corp")
	p.complete(eve)
	eve.Open(p.base + "/account")
	eve.Fill("Private e-mail address", "eve@private.test")
	eve.Go("Send me a link")
	eve.Open(p.link(p.letter("personal_email", "eve@private.test"), "/personal/"))
	eve.Go("Yes, this is my address")
	eve.Open(p.base + "/account")
	eve.See("eve@private.test")
	eve.Go("Leave…")
	eve.Go("Leave Acme Corp")
	eve.See("You have left")
	p.silent(eve)
}

func (p *peopleStory) walkDesk() {
	var made struct {
		SignInURL string `json:"sign_in_url"`
	}
	p.command(p.t, &made, "operator", "create", "--email", "ops@saas.test")
	ops := p.plain(p.browser.NewPage(p.t))
	p.firstSignIn(ops, made.SignInURL)
	ops.See("1 organization")
	ops.Go("Acme Corp")
	ops.Fill("Reason", "Ticket 4711: first steps")
	ops.Go("Act for Acme Corp")
	ops.See("You act as an administrator of Acme Corp")
	ops.Go("Stop acting")
	ops.See("You no longer act for an organization.")
	p.silent(ops)
}
