package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"rollcall/cmd/internal/browsertest"
)

// TestStoryRequireSSO: an administrator makes recovery codes, proves one and requires single sign-on; a member's password
// is refused; another code opens a session, and the administrators hear of it (SPEC S8).
func TestStoryRequireSSO(t *testing.T) {
	s := newStory(t)
	var org struct {
		ID             string
		AdminInviteURL string `json:"admin_invite_url"`
	}
	var con struct {
		MetadataURL string `json:"metadata_url"`
	}
	var invite struct{ URL string }
	s.command(t, &org, "org", "create", "--name", "Acme Corp", "--domain", "acme.test", "--plan", "Core", "--feature", "sso", "--admin", "alice@acme.test")
	s.command(t, &con, "connection", "create", "--org", org.ID, "--metadata", s.idp.metadata, "--activate")
	ours := newAgent(t)
	ours.open(con.MetadataURL)
	s.idp.trust(t, ours.body)
	s.command(t, &invite, "invite", "create", "--org", org.ID, "--email", "bob@acme.test")
	admin, member := s.browser.NewPage(t), s.browser.NewPage(t)
	s.join(admin, org.AdminInviteURL, "Alice Adams")
	s.join(member, invite.URL, "Bob Baker")

	codes := s.proveCode(admin)
	admin.Open(s.base + "/login/sso?email=alice%40acme.test&next=%2Forganization%2Fsso%2Fpolicy")
	admin.Press("Continue with single sign-on")
	s.provider(admin, "alice")
	admin.Wait("the policy, through single sign-on", `location.pathname === "/organization/sso/policy"`)
	admin.Tick("Refuse passwords")
	admin.Go("Save")
	admin.See("Single sign-on is required now")
	admin.AccessibleInAllLooks("policy required", s.base+"/organization/sso/policy")

	member.Open(s.base + "/account")
	member.Wait("the password's session has ended", `location.pathname === "/login"`)
	member.AccessibleInAllLooks("password refused", s.base+"/login/password?email=bob%40acme.test")
	member.See("Your organization uses single sign-on")
	member.Press("Continue with Acme Corp")
	s.provider(member, "bob")
	member.Wait("the account", `location.pathname === "/account"`)

	locked := s.browser.NewPage(t)
	locked.AccessibleInAllLooks("recovery", s.base+"/login/recovery")
	locked.Fill("E-mail", "alice@acme.test")
	locked.Fill("Recovery code", strings.ToUpper(codes[1]))
	locked.Go("Sign in")
	locked.See("8 left")
	s.mailSays("A recovery code was used at Acme Corp")
	locked.Tick("Refuse passwords")
	locked.Go("Save")
	locked.See("no longer required")
}

// join accepts an invite with a password.
func (s *story) join(p *browsertest.Page, invite, name string) {
	s.t.Helper()
	p.Open(invite)
	p.Fill("Your name", name)
	p.Fill("Password", storyPassword)
	p.Go("Join Acme Corp")
	s.complete(p)
}

// proveCode makes recovery codes, proves the first one and answers all.
func (s *story) proveCode(p *browsertest.Page) []string {
	s.t.Helper()
	p.AccessibleInAllLooks("policy", s.base+"/organization/sso/policy")
	p.Go("Make recovery codes")
	p.Accessible("recovery codes")
	p.Shot("recovery-codes")
	codes := regexp.MustCompile(`[a-z2-7]{5}(-[a-z2-7]{5}){3}-[a-z2-7]{6}`).FindAllString(p.Text(), -1)
	if len(codes) != 10 {
		s.t.Fatalf("%d codes on the page", len(codes))
	}
	p.Go("I have kept them")
	p.Fill("Prove one code", codes[0])
	p.Go("Prove this code")
	p.See("9 left")
	return codes
}

// mailSays waits until a mail with these words has been sent.
func (s *story) mailSays(words string) {
	s.t.Helper()
	dir := ""
	for _, e := range s.env {
		if d, ok := strings.CutPrefix(e, "ROLLCALL_MAIL_URL=file:"); ok {
			dir = d
		}
	}
	deadline, tick := time.After(30*time.Second), time.NewTicker(100*time.Millisecond)
	defer tick.Stop()
	for {
		files, _ := filepath.Glob(filepath.Join(dir, "*.eml"))
		for _, f := range files {
			if text, err := os.ReadFile(f); err == nil && strings.Contains(string(text), words) {
				return
			}
		}
		select {
		case <-deadline:
			s.t.Fatalf("no mail says %q", words)
		case <-tick.C:
		}
	}
}
