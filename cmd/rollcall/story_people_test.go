package main

import (
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"rollcall/cmd/internal/bench"
	"rollcall/cmd/internal/browsertest"
	"rollcall/models"
)

// peopleCSV has two people who can be invited, and one row for each of five faults.
const peopleCSV = `firstName;lastName;email;country;plan
Ann;Lee;ann@acme.test;Germany;core
Ben;Roe;ben@acme;DE;
Cid;Poe;cid@acme.test;Atlantis;
Dan;Fox;dan@acme.test;FR;Gold
Eve;;eve@acme.test;FR;
ANN;Again;Ann@acme.test;DE;
Gus;Ode;gus@acme.test;US;Extended
`

// TestStoryInvites: an invite keeps the password rule that it was made under (SPEC O5), a wrong guess tells nothing, and
// a used link is over.
func TestStoryInvites(t *testing.T) {
	s := newPeopleStory(t, "--feature", "sso")
	s.setPasswords(false)
	s.invite("ada@acme.test")
	letter := s.letter("invite", "ada@acme.test")
	first := s.link(letter, "/invites/")
	s.setPasswords(true)
	s.invite("bob@acme.test")
	other := s.letter("invite", "bob@acme.test")
	second := s.link(other, "/invites/")
	if rule := "You need no password"; !strings.Contains(letter, rule) || strings.Contains(other, rule) {
		t.Errorf("the mails tell the wrong rules: %s %s", letter, other)
	}
	s.admin.AccessibleInAllLooks("invites", s.base+"/organization/invites")
	for email, rule := range map[string]string{"ada@acme.test": "Without a password", "bob@acme.test": "With a password"} {
		s.admin.Wait(email+" "+rule, `[...document.querySelectorAll("tbody tr")].some((r) => r.innerText.includes("`+email+`") && r.innerText.includes("`+rule+`"))`)
	}
	s.rows(map[string]int{
		"SELECT COUNT(*) FROM invites WHERE organization_id = ? AND email = 'ada@acme.test' AND passwords_disabled":                    1,
		"SELECT COUNT(*) FROM invites WHERE organization_id = ? AND email = 'bob@acme.test' AND NOT passwords_disabled":                1,
		"SELECT COUNT(*) FROM audit_events WHERE organization_id = ? AND action = 'organization.settings_changed'":                     2,
		"SELECT COUNT(*) FROM audit_events WHERE organization_id = ? AND action = 'invite.created' AND changes LIKE '%disabled%true%'": 1,
	})

	ada, bob := s.browser.NewPage(t), s.browser.NewPage(t)
	ada.AccessibleInAllLooks("invite without a password", first)
	ada.See("You need no password")
	ada.Fill("Your name", "Ada King")
	ada.Go("Join Acme Corp")
	s.complete(ada)
	bob.Open(second)
	bob.Fill("Your name", "Bob Baker")
	bob.Fill("Password", storyPassword)
	bob.Go("Join Acme Corp")
	s.complete(bob)
	for _, p := range []*browsertest.Page{ada, bob} {
		p.Open(s.base + "/account")
		p.See("Acme Corp")
	}
	stranger := s.browser.NewPage(t)
	stranger.AccessibleInAllLooks("invite used", first)
	stranger.See("accepted")
	stranger.Open(s.base + "/invites/" + strings.Repeat("a", 22))
	stranger.See("This invite does not work")
	s.rows(map[string]int{
		"SELECT COUNT(*) FROM accounts WHERE email = 'ada@acme.test' AND password_hash = ''":                        1,
		"SELECT COUNT(*) FROM accounts WHERE email = 'bob@acme.test' AND password_hash <> ''":                       1,
		"SELECT COUNT(*) FROM members WHERE organization_id = ? AND status = 'active'":                              3,
		"SELECT COUNT(*) FROM audit_events WHERE organization_id = ? AND action = 'invite.accepted'":                3,
		"SELECT COUNT(*) FROM invites WHERE organization_id = ? AND accepted_at IS NOT NULL AND passwords_disabled": 1,
	})
	s.silent(s.admin, ada, bob, stranger)
}

// TestStoryImport: a CSV with five kinds of faults is reviewed before anything is written, one row is corrected, the
// faults come back as a file, and the others are invited (SPEC P10).
func TestStoryImport(t *testing.T) {
	s := newPeopleStory(t)
	s.upload(peopleCSV)
	s.admin.AccessibleInAllLooks("import review", s.admin.Address())
	s.admin.Shot("import-review")
	for _, text := range []string{
		"2 people will be invited", "“ben@acme” is not an e-mail address", "“Atlantis” is not a country", "“Gold” is not one of your plans (Core, Extended)", "lastName",
	} {
		s.admin.See(text)
	}
	review := s.admin.Address()
	s.admin.Go("Twice in the file")
	s.admin.See("stands in line 2")
	s.rows(map[string]int{"SELECT COUNT(*) FROM members WHERE organization_id = ?": 1})
	s.admin.Open(review)
	s.admin.Go("Correct")
	s.admin.AccessibleInAllLooks("import row", s.admin.Address())
	s.admin.Fill("E-mail", "ben@acme.test")
	s.admin.Go("Save")
	s.admin.See("3 people will be invited")
	s.admin.Eval(`fetch(document.querySelector("a[href$='faults.csv']").href).then((r) => r.text()).then((t) => { window.faults = t })`)
	s.admin.Wait("the rows with faults", `window.faults && window.faults.includes("dan@acme.test;FR;Gold;“Gold” is not one of your plans") && !window.faults.includes("ben@acme.test") && window.faults.trim().split("\n").length === 5`)
	s.admin.Go("Invite 3 people")
	s.admin.See("3 people invited")
	s.admin.AccessibleInAllLooks("import finished", review)
	for _, email := range []string{"ann@acme.test", "ben@acme.test", "gus@acme.test"} {
		s.link(s.letter("invite", email), "/invites/")
	}
	s.rows(map[string]int{
		"SELECT COUNT(*) FROM members WHERE organization_id = ? AND status = 'invited' AND source = 'csv'":                                                   3,
		"SELECT COUNT(*) FROM members JOIN plans ON plans.id = members.plan_id WHERE members.organization_id = ? AND source = 'csv' AND plans.name = 'Core'": 2,
		"SELECT COUNT(*) FROM import_rows WHERE organization_id = ? AND state = 'error'":                                                                     3,
		"SELECT COUNT(*) FROM audit_events WHERE organization_id = ? AND action IN ('import.reviewed', 'import.started', 'import.finished')":                 3,
		"SELECT COUNT(*) FROM outbox WHERE organization_id = ? AND kind = 'mail.invite'":                                                                     4,
	})
	s.audited(map[string]int{"import.row_changed": 1, "import.started": 1, "import.finished": 1, "invite.created": 4})
	s.silent(s.admin)
}

// TestStoryImportKilled: the server is killed with SIGKILL twice while it invites 3,000 people; the page goes on where it
// was, and nobody is invited twice or left out (SPEC P10, P11).
func TestStoryImportKilled(t *testing.T) {
	s := newPeopleStory(t)
	people := 3000
	var b strings.Builder
	b.WriteString("firstName,lastName,email,country\n")
	for i := range people {
		fmt.Fprintf(&b, "P,Number %d,p%d@acme.test,DE\n", i, i)
	}
	s.upload(b.String())
	page := s.admin.Address()
	s.admin.Go("Invite 3000 people")
	done := "SELECT COUNT(*) FROM import_rows WHERE organization_id = ? AND state = 'done'"
	for _, at := range []int{300, 1200} {
		s.reaches(done, at)
		if err := s.process.Kill(); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := s.db.SQL().QueryRow(done, s.org).Scan(&n); err != nil || n >= people {
			t.Fatalf("%d rows were done before the kill (%v)", n, err)
		}
		s.serve()
		s.admin.Open(page) // the session and the progress are in the database
		s.admin.See("of 3000 people")
		s.admin.AccessibleInAllLooks("import running", page)
	}
	s.reaches(done, people)
	s.admin.Open(page)
	s.admin.See("3000 people invited")
	s.rows(map[string]int{
		"SELECT COUNT(*) FROM invites WHERE organization_id = ?":                                                         people + 1,
		"SELECT COUNT(DISTINCT email) FROM invites WHERE organization_id = ? AND cancelled_at IS NULL":                   people + 1,
		"SELECT COUNT(*) FROM members WHERE organization_id = ? AND source = 'csv'":                                      people,
		"SELECT COUNT(*) FROM outbox WHERE organization_id = ? AND kind = 'mail.invite' AND payload LIKE '%@acme.test%'": people + 1,
		"SELECT COUNT(DISTINCT target) FROM audit_events WHERE organization_id = ? AND action = 'invite.created'":        people + 1,
		"SELECT COUNT(*) FROM audit_events WHERE organization_id = ? AND action = 'invite.created'":                      people + 1,
		"SELECT COUNT(*) FROM audit_events WHERE organization_id = ? AND action = 'import.finished'":                     1,
	})
}

// reaches waits until a count of the organization's rows is at least n.
func (p *peopleStory) reaches(query string, n int) {
	p.t.Helper()
	deadline, tick := time.After(2*time.Minute), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for got := 0; got < n; {
		if err := p.db.SQL().QueryRow(query, p.org).Scan(&got); err != nil {
			p.t.Fatal(err)
		}
		select {
		case <-deadline:
			p.t.Fatalf("%s: %d, want %d", query, got, n)
		case <-tick.C:
		}
	}
}

// upload brings a file to the import's page and leads to its review.
func (p *peopleStory) upload(text string) {
	p.t.Helper()
	file := filepath.Join(p.t.TempDir(), "people.csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.admin.Open(p.base + "/organization/invites/import")
	p.admin.Upload("CSV file", file)
	p.admin.Go("Read the file")
	p.admin.See("Read as UTF-8")
}

// setPasswords sets the rule of the invites to come.
func (p *peopleStory) setPasswords(allowed bool) {
	p.t.Helper()
	p.admin.Open(p.base + "/organization/sso")
	p.admin.Tick("Disable passwords on invites")
	p.admin.Go("Save settings")
	p.admin.Wait("saved", fmt.Sprintf(`document.querySelector("[name=disable_passwords]:not([type=hidden])").checked === %t`, !allowed))
}

// invite sends an invite from its form.
func (p *peopleStory) invite(email string) {
	p.t.Helper()
	p.admin.AccessibleInAllLooks("invite new", p.base+"/organization/invites/new")
	p.admin.Open(p.base + "/organization/invites/new")
	p.admin.Fill("E-mail", email)
	p.admin.Go("Send invite")
	p.admin.See("on its way to " + email)
}

// complete says the country where the service asks for it.
func (s *story) complete(p *browsertest.Page) {
	s.t.Helper()
	if strings.Contains(p.Address(), "/account/complete") {
		p.Choose("Country", "Germany")
		p.Go("Save")
	}
}

// silent fails for what the browser complained about.
func (s *story) silent(pages ...*browsertest.Page) {
	s.t.Helper()
	for _, p := range pages {
		for _, line := range p.Console() {
			if !strings.Contains(line, "Failed to load resource") && !strings.HasPrefix(line, "info:") { // a 422 is a form drawn again
				s.t.Error("the console is not silent: ", line)
			}
		}
	}
}

// peopleStory is the program in a process of its own, which can be killed, with an organization and its administrator
// in Chromium. No identity provider is needed.
type peopleStory struct {
	*story
	program *bench.Program
	process *bench.Process
	admin   *browsertest.Page
	org     string
	db      *models.DB
}

// newPeopleStory makes Acme Corp and lets Jo Miller in as its administrator. flags are more of `org create`.
func newPeopleStory(t *testing.T, flags ...string) *peopleStory {
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	path, err := exec.LookPath("rollcall") // this binary
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	url := "sqlite:" + filepath.Join(dir, "people.db")
	p := &peopleStory{story: &story{}, program: bench.NewProgram(path, dir, url)}
	base := "http://localhost:" + port
	p.program.Env = append(p.program.Env, "ROLLCALL_LISTEN=localhost:"+port, "ROLLCALL_BASE_URL="+base)
	p.service = &service{t: t, env: p.program.Env, base: base}
	p.browser = browsertest.Start(t, filepath.Join("testdata", "axe", "node_modules", "axe-core", "axe.min.js"))
	p.serve()
	t.Cleanup(func() { p.process.Kill() })
	if p.db, err = models.Open(url, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.db.Close() })
	var org struct {
		ID             string
		AdminInviteURL string `json:"admin_invite_url"`
	}
	p.command(t, &org, append([]string{"org", "create", "--name", "Acme Corp", "--domain", "acme.test", "--plan", "Core,Extended", "--admin", "jo@acme.test"}, flags...)...)
	p.org, p.admin = org.ID, p.browser.NewPage(t)
	p.join(p.admin, org.AdminInviteURL, "Jo Miller")
	return p
}

func (p *peopleStory) serve() {
	p.t.Helper()
	var err error
	if p.process, err = p.program.Serve(); err != nil {
		p.t.Fatal(err)
	}
}

// rows holds counts against the database. Each ? is the organization.
func (p *peopleStory) rows(want map[string]int) {
	p.t.Helper()
	countRows(p.t, p.db.SQL(), want, p.org)
}

// countRows holds counts against a database; every query has as many parameters as there are args.
func countRows(t *testing.T, db *sql.DB, want map[string]int, args ...any) {
	t.Helper()
	for query, n := range want {
		var got int
		if err := db.QueryRow(query, args[:strings.Count(query, "?")]...).Scan(&got); err != nil || got != n {
			t.Errorf("%s: %d (%v), want %d", query, got, err, n)
		}
	}
}

// audited holds how often each action stands in the organization's audit.
func (p *peopleStory) audited(want map[string]int) {
	p.t.Helper()
	for action, n := range want {
		p.rows(map[string]int{"SELECT COUNT(*) FROM audit_events WHERE organization_id = ? AND action = '" + action + "'": n})
	}
}

// letter waits for the latest mail of that name to an address and answers its text.
func (p *peopleStory) letter(name, to string) string {
	p.t.Helper()
	deadline, tick := time.After(30*time.Second), time.NewTicker(100*time.Millisecond)
	defer tick.Stop()
	for {
		files, _ := filepath.Glob(filepath.Join(p.program.Dir, "mail", "*-"+name+".eml"))
		for i := len(files) - 1; i >= 0; i-- {
			if text := readLetter(files[i]); strings.Contains(text, "To: <"+to+">") {
				return text
			}
		}
		select {
		case <-deadline:
			p.t.Fatalf("no mail %s to %s", name, to)
		case <-tick.C:
		}
	}
}

// readLetter is a mail without the marks of quoted-printable.
func readLetter(file string) string {
	text, _ := os.ReadFile(file)
	return strings.NewReplacer("=\r\n", "", "=3D", "=").Replace(string(text))
}

// link is the address in a letter that begins with path.
func (p *peopleStory) link(letter, path string) string {
	p.t.Helper()
	at := regexp.MustCompile(regexp.QuoteMeta(p.base+path) + `[\w-]+`).FindString(letter)
	if at == "" {
		p.t.Fatalf("no link to %s in %s", path, letter)
	}
	return at
}
