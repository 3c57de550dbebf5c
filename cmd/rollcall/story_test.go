package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"rollcall/cmd/internal/browsertest"
)

// story is the whole product in one run: the program on its own database, SimpleSAMLphp, and people in Chromium. The
// service is on localhost and the provider on 127.0.0.1, so that SameSite behaves as in life: ports make no sites.
type story struct {
	t       *testing.T
	env     []string
	base    string
	idpPort string
	browser *browsertest.Browser
	said    bytes.Buffer // the server's log
}

func newStory(t *testing.T) *story {
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	s := &story{t: t, base: "http://localhost:" + port}
	s.browser = browsertest.Start(t, filepath.Join("testdata", "axe", "node_modules", "axe-core", "axe.min.js"))
	s.startIDP()
	dir := t.TempDir()
	s.env = []string{
		"ROLLCALL_DATABASE_URL=sqlite:" + filepath.Join(dir, "story.db"), "ROLLCALL_LISTEN=localhost:" + port, "ROLLCALL_BASE_URL=" + s.base,
		"ROLLCALL_MAIL_URL=file:" + filepath.Join(dir, "mail"),
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan int, 1)
	go func() { done <- run(ctx, []string{"serve"}, s.env, strings.NewReader(""), &bytes.Buffer{}, &s.said) }()
	t.Cleanup(func() {
		cancel()
		if code := <-done; code != 0 {
			t.Errorf("the server ended with %d: %s", code, s.said.String())
		}
	})
	waitReady(t, s.base)
	return s
}

// startIDP boots SimpleSAMLphp, or skips where a part is missing (exit 3).
func (s *story) startIDP() {
	port, err := freePort()
	if err != nil {
		s.t.Fatal(err)
	}
	s.idpPort = port
	out, err := s.idp("start", port)
	if x, ok := err.(*exec.ExitError); ok && x.ExitCode() == 3 && os.Getenv("ROLLCALL_TEST_REQUIRE") == "" {
		s.t.Skip("skipped: SimpleSAMLphp is not there: " + out)
	}
	if err != nil {
		s.t.Fatal(err, out)
	}
	s.t.Cleanup(func() { s.idp("stop", port) })
}

func (s *story) idp(args ...string) (string, error) {
	c := exec.Command(filepath.Join("testdata", "idp", "simplesamlphp.sh"), args...)
	c.Env = append(os.Environ(), "WORK="+filepath.Join(os.TempDir(), "rollcall-story-"+s.idpPort))
	out, err := c.CombinedOutput()
	return string(out), err
}

// command runs a command beside the server, on the same database, and decodes what it prints.
func (s *story) command(result any, args ...string) {
	s.t.Helper()
	var out, said bytes.Buffer
	if code := run(context.Background(), append(args, "--json"), s.env, strings.NewReader(""), &out, &said); code != 0 {
		s.t.Fatalf("%v: exit %d: %s", args, code, said.String())
	}
	if err := json.Unmarshal(out.Bytes(), result); err != nil {
		s.t.Fatal(err)
	}
}

// TestStory walks the whole job: an admin prepares, the IT person connects, a member signs in, the directory pushes,
// one leaves, the admin revokes.
func TestStory(t *testing.T) {
	s := newStory(t)
	var org struct {
		AdminInviteURL string `json:"admin_invite_url"`
	}
	s.command(&org, "org", "create", "--name", "Acme Corp", "--domain", "acme.test", "--plan", "Core,Extended,Ultimate",
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
	s.membersHave(admin, map[string]string{"alice@acme.test": "Ultimate", "bob@acme.test": "Core", "carol@acme.test": "Extended"})

	okta.deactivate("bob@acme.test")
	s.membersHave(admin, map[string]string{"bob@acme.test": "Free"})
	member.Open(s.base + "/account")
	member.Wait("bob is out of session", `location.pathname === "/login"`)

	s.revoke(admin)
	okta.refused()
	for _, p := range []*browsertest.Page{admin, it, member} {
		for _, line := range p.Console() {
			if !strings.Contains(line, "Failed to load resource") && !strings.HasPrefix(line, "info:") { // a 422 is a form drawn again
				t.Error("the console is not silent: ", line)
			}
		}
	}
	if strings.Contains(s.said.String(), okta.token) {
		t.Error("the log carries the directory's token")
	}
}
