package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"rollcall/cmd/internal/browsertest"
)

const storyPassword = "correct horse battery staple"

func waitReady(t *testing.T, base string) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if answer, err := http.Get(base + "/readyz"); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-deadline:
			t.Fatal("the server did not become ready")
		case <-tick.C:
		}
	}
}

// becomeAdmin accepts the invite with a password, signs out and signs in again with it.
func (s *story) becomeAdmin(p *browsertest.Page, invite string) {
	s.t.Helper()
	p.Open(invite)
	p.AccessibleInAllLooks("invite", p.Address())
	p.Fill("Your name", "Jo Miller")
	p.Fill("Password", storyPassword)
	p.Go("Join Acme Corp")
	p.Open(s.base + "/account")
	p.See("Jo Miller")
	p.Press("Jo Miller")
	p.Go("Sign out")
	p.Open(s.base + "/login")
	p.AccessibleInAllLooks("login", p.Address())
	p.Fill("E-mail", "jo@acme.test")
	p.Go("Continue")
	p.Accessible("password")
	p.Fill("Password", storyPassword)
	p.Go("Sign in")
}

// fillTab adds domains with one wrong one, which is named while the rest is kept, and sets the plan.
func (s *story) fillTab(p *browsertest.Page) {
	s.t.Helper()
	p.Open(s.base + "/organization/sso")
	p.AccessibleInAllLooks("tab before", p.Address())
	p.Fill("Email domains", "acme.test, acme-labs.test, acme.co.test, acme")
	p.Choose("Provision default plan", "Extended")
	p.Go("Save settings")
	p.See("“acme” is not a domain. Write it like acme.com.")
	p.Accessible("tab with an error")
	if got := p.Value("Email domains"); !strings.Contains(got, "acme-labs.test") {
		s.t.Errorf("the typed domains are lost: %q", got)
	}
	p.Fill("Email domains", "acme.test, acme-labs.test, acme.co.test")
	p.Go("Save settings")
	for _, d := range []string{"acme-labs.test", "acme.co.test"} {
		p.Wait(d+" is Unverified", `[...document.querySelectorAll("#domain-list li")].some((li) => li.innerText.includes("`+d+`") && li.innerText.includes("Unverified"))`)
	}
	p.Wait("acme.test stays Verified", `[...document.querySelectorAll("#domain-list li")].some((li) => li.innerText.includes("acme.test") && li.innerText.includes("Verified"))`)
	p.Wait("the plan is saved", `document.querySelector("[name=default_plan]").selectedOptions[0].text === "Extended"`)
}

// makeLink makes a setup link; it is shown this once.
func (s *story) makeLink(p *browsertest.Page, kind string) string {
	s.t.Helper()
	p.Open(s.base + "/organization/sso")
	p.Go("Generate " + kind + " setup link")
	p.Accessible("new " + kind + " link")
	link := p.Value(kind + " setup link")
	if !strings.HasPrefix(link, s.base+"/s/") {
		s.t.Fatalf("no link: %q", link)
	}
	p.Open(s.base + "/organization/sso")
	if strings.Contains(p.Text(), link) {
		s.t.Error("the link is shown a second time")
	}
	return link
}

// connectSSO is the IT person's way through the wizard to Active.
func (s *story) connectSSO(p *browsertest.Page, link string) {
	s.t.Helper()
	p.Open(link)
	p.AccessibleInAllLooks("setup link", link)
	p.Go("Start setup")
	p.AccessibleInAllLooks("provider choice", p.Address())
	p.Go("Shibboleth and SimpleSAMLphp")
	ours := newAgent(s.t)
	ours.open(p.Value("Our metadata"))
	s.idp.trust(s.t, ours.body)
	for range 10 {
		text := p.Text()
		if strings.Contains(text, "Metadata address") {
			break
		}
		p.Accessible("wizard step")
		p.Go("I have done this")
	}
	p.AccessibleInAllLooks("metadata step", p.Address())
	p.Fill("Metadata URL", s.idp.metadata)
	p.Go("Read this address")
	p.See("This is what we understood.")
	p.Accessible("metadata understood")
	p.Go("Save and go on")
	for range 10 {
		if strings.Contains(p.Text(), "Start test sign-in") {
			break
		}
		p.Go("I have done this")
	}
	s.testSignIn(p)
	p.AccessibleInAllLooks("test passed", p.Address())
	p.Go("Go on")
	p.AccessibleInAllLooks("activate step", p.Address())
	p.Go("Activate")
	p.See("Active")
	p.Go("Done")
	p.AccessibleInAllLooks("setup done", p.Address())
}

// testSignIn starts the test, which opens a new tab, and signs in there as alice; the wizard's own tab shows the result.
func (s *story) testSignIn(p *browsertest.Page) {
	s.t.Helper()
	tab := p.PressForTab("Start test sign-in")
	s.provider(tab, "alice")
	tab.Wait("the report in the tab", `location.origin === "`+s.base+`"`)
	if p.NoScript() {
		tab.See("alice@acme.test")
		p.Go("Show the latest state")
	}
	p.See("alice@acme.test")
	p.Wait("passed", `document.body.innerText.includes("Passed")`)
	p.Wait("the way on, without a reload", `document.querySelector("#step-foot").innerText.includes("Go on")`)
}

// provider signs a person in at SimpleSAMLphp's own form.
func (s *story) provider(p *browsertest.Page, user string) {
	s.t.Helper()
	p.Wait("SimpleSAMLphp's form", `location.hostname === "127.0.0.1" && document.querySelector("#username")`)
	p.Eval(`document.querySelector("#username").value = "` + user + `"; document.querySelector("#password").value = "password"; document.querySelector("#username").form.requestSubmit()`)
	if p.NoScript() {
		p.Wait("the provider's answer", `document.querySelector("[name=SAMLResponse]")`)
		p.Eval(`document.querySelector("form [type=submit]").click()`)
	}
}

// signIn is a member's way in at /login, through the provider.
func (s *story) signIn(p *browsertest.Page, user string) {
	s.t.Helper()
	p.Open(s.base + "/login")
	p.Fill("E-mail", user+"@acme.test")
	p.Press("Single sign-on (SSO)")
	s.provider(p, user)
	p.Wait("the account", `location.pathname === "/account"`)
	p.AccessibleInAllLooks("account", p.Address())
}

// membersHave waits until the members page shows these plans, after it was opened anew.
func (s *story) membersHave(p *browsertest.Page, plans map[string]string) {
	s.t.Helper()
	shown := s.browser.Beside(p)
	shown.Open(s.base + "/organization/members")
	shown.AccessibleInAllLooks("members", shown.Address())
	for email, plan := range plans {
		shown.Wait(email+" on "+plan, `[...document.querySelectorAll("tbody tr")].some((r) => r.innerText.includes("`+email+`") && r.innerText.includes("`+plan+`"))`)
	}
}

// revoke deactivates Single Sign-On in its dialog; Directory Sync goes with it.
func (s *story) revoke(p *browsertest.Page) {
	s.t.Helper()
	p.Open(s.base + "/organization/sso")
	p.Accessible("tab active")
	p.Press("Deactivate… Single Sign-On")
	p.See("Deactivating Single Sign-On also turns off Directory Sync.")
	p.Accessible("deactivate dialog")
	p.Go("Deactivate")
	for _, id := range []string{"sso", "scim"} {
		p.Wait(id+" is off", `document.querySelector("#`+id+`-status").innerText.includes("Deactivated")`)
	}
	p.AccessibleInAllLooks("tab deactivated", p.Address())
}
