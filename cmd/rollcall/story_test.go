package main

import (
	"path/filepath"
	"strings"
	"testing"

	"rollcall/cmd/internal/browsertest"
)

// story is the whole product in one run: the program on its own database, SimpleSAMLphp, and people in Chromium.
type story struct {
	*service
	idp     *idp
	browser *browsertest.Browser
}

func newStory(t *testing.T) *story {
	browser := browsertest.Start(t, filepath.Join("testdata", "axe", "node_modules", "axe-core", "axe.min.js"))
	return &story{service: startService(t), idp: startSimpleSAMLphp(t), browser: browser}
}

// TestStory walks the whole job: an admin prepares, the IT person connects, a member signs in, the directory pushes,
// one leaves, the admin revokes.
func TestStory(t *testing.T) {
	s := newStory(t)
	var org struct {
		AdminInviteURL string `json:"admin_invite_url"`
	}
	s.command(t, &org, "org", "create", "--name", "Acme Corp", "--domain", "acme.test", "--plan", "Core,Extended,Ultimate",
		"--feature", "sso,scim", "--admin", "jo@acme.test")

	admin := s.browser.NewPage(t)
	s.becomeAdmin(admin, org.AdminInviteURL)
	s.fillTab(admin)
	ssoLink, scimLink := s.makeLink(admin, "SSO"), s.makeLink(admin, "SCIM")

	admin.Open(s.base + "/organization/sso")
	admin.Wait("the mark of this load", `window.sameLoad = true`)
	it := s.browser.NewPage(t)
	s.connectSSO(it, ssoLink)
	admin.Wait("Active without a reload", `window.sameLoad && document.querySelector("#sso-status").innerText.includes("Active")`)

	member := s.browser.NewPage(t)
	s.signIn(member, "bob")
	member.See("Bob Baker")

	okta := s.connectSCIM(it, scimLink)
	okta.push()
	admin.Wait("Directory Sync Active without a reload", `window.sameLoad && document.querySelector("#scim-status").innerText.includes("Active")`)
	it.See("alice@acme.test")
	it.Wait("the way on, without a reload", `document.querySelector("#step-foot").innerText.includes("Done")`)
	s.membersHave(admin, map[string]string{"alice@acme.test": "Ultimate", "bob@acme.test": "Core", "carol@acme.test": "Extended"})

	okta.deactivate("bob@acme.test")
	s.membersHave(admin, map[string]string{"bob@acme.test": "Free"})
	member.Open(s.base + "/account")
	member.Wait("bob is out of session", `location.pathname === "/login"`)

	s.revoke(admin)
	okta.refused()
	s.silent(admin, it, member)
	if strings.Contains(s.said.String(), okta.token) {
		t.Error("the log carries the directory's token")
	}
}
