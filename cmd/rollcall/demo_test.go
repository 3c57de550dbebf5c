package main

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// demo is a running `rollcall demo` and a browser without scripts.
type demo struct {
	demoLinks
	dir    string
	client *http.Client
	stop   func() string // ends it and answers its standard error
}

// startDemo runs the command as main would, on free ports.
func startDemo(t *testing.T, dir string, flags ...string) *demo {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	var said bytes.Buffer
	done := make(chan int, 1)
	args := append([]string{"demo", "--json", "--dir", dir, "--listen", "127.0.0.1:0"}, flags...)
	go func() {
		done <- run(ctx, args, nil, strings.NewReader(""), in, &said)
		in.Close()
	}()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	d := &demo{dir: dir, client: &http.Client{Jar: jar, Timeout: 20 * time.Second}}
	if err := json.NewDecoder(out).Decode(&d.demoLinks); err != nil {
		cancel()
		t.Fatalf("the demo printed no links: %v; it ended with %d: %s", err, <-done, said.String())
	}
	stopped := false
	d.stop = func() string {
		if !stopped {
			stopped = true
			cancel()
			if code := <-done; code != 0 {
				t.Errorf("the demo ended with %d: %s", code, said.String())
			}
		}
		return said.String()
	}
	t.Cleanup(func() { d.stop() })
	return d
}

// page GETs or, with a form, POSTs an address, follows what it redirects to, and answers the page and where it is.
func (d *demo) page(t *testing.T, want int, address string, form url.Values) (text, at string) {
	t.Helper()
	var answer *http.Response
	var err error
	if form == nil {
		answer, err = d.client.Get(address)
	} else {
		answer, err = d.client.PostForm(address, form)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != want {
		t.Fatalf("%s: %d, want %d\n%s", address, answer.StatusCode, want, b)
	}
	return string(b), answer.Request.URL.String()
}

var (
	hidden  = regexp.MustCompile(`<input type="hidden" name="(\w+)" value="([^"]*)"`)
	posting = regexp.MustCompile(`<form[^>]* action="([^"]+)" data-answer`)
)

// fields are the hidden fields of a page.
func fields(page string) url.Values {
	v := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(page, -1) {
		v.Set(m[1], html.UnescapeString(m[2]))
	}
	return v
}

// TestDemo boots the demo and walks through every link that it prints.
func TestDemo(t *testing.T) {
	d := startDemo(t, t.TempDir())
	for _, address := range []string{
		d.URL + "/", d.URL + "/login", d.SSOSetupURL, d.SCIMSetupURL, d.PracticeURL, d.PracticeURL + "/acme",
		d.PracticeURL + "/acme/metadata", d.PracticeURL + "/globex", d.MailsURL,
	} {
		if text, _ := d.page(t, http.StatusOK, address, nil); text == "" {
			t.Errorf("%s is empty", address)
		}
	}
	if text := d.String(); !strings.Contains(text, d.SSOSetupURL) || !strings.Contains(text, d.PracticeURL+"/globex") {
		t.Errorf("the links for people:\n%s", text)
	}
	// Every asset of a page of the practice identity provider is there.
	page, _ := d.page(t, http.StatusOK, d.PracticeURL+"/globex", nil)
	for _, m := range regexp.MustCompile(`(?:href|src)="(/static/[^"]+|/practice.js)"`).FindAllStringSubmatch(page, -1) {
		d.page(t, http.StatusOK, d.PracticeURL+m[1], nil)
	}
	if strings.Contains(page, "204 No Content") && !strings.Contains(page, "POST /Users") {
		t.Error("Globex's people were not pushed at the start")
	}
	token, err := os.ReadFile(filepath.Join(d.dir, "globex.token"))
	if err != nil || strings.Contains(page, strings.TrimSpace(string(token))) {
		t.Errorf("the page shows the token (%v)", err)
	}
	d.page(t, http.StatusNotFound, d.PracticeURL+"/nobody", nil)
}

// TestDemoSignIn: a member of Globex signs in through the practice identity provider, from Rollcall and from there.
func TestDemoSignIn(t *testing.T) {
	d := startDemo(t, t.TempDir())
	page, _ := d.page(t, http.StatusOK, d.URL+"/login", url.Values{"email": {"mina@globex.example"}})
	start := regexp.MustCompile(`href="([^"]*/saml/[^"]+)"`).FindStringSubmatch(page)
	if start == nil {
		t.Fatalf("no way to the identity provider:\n%s", page)
	}
	address := html.UnescapeString(start[1])
	if strings.HasPrefix(address, "/") {
		address = d.URL + address
	}
	page, _ = d.page(t, http.StatusOK, address, nil)
	if !strings.Contains(page, "Who is signing in?") {
		t.Fatalf("not the chooser:\n%s", page)
	}
	form := fields(page)
	form.Set("person", "00u1globex05")
	page, _ = d.page(t, http.StatusOK, d.PracticeURL+"/globex/sso/answer", form)
	page, at := d.page(t, http.StatusOK, html.UnescapeString(posting.FindStringSubmatch(page)[1]), fields(page))
	if !strings.HasSuffix(at, "/account") || !strings.Contains(page, "Mina Sato") {
		t.Fatalf("not signed in: %s\n%s", at, page)
	}

	// It starts at the identity provider, in another browser.
	d.client.Jar, _ = cookiejar.New(nil)
	page, _ = d.page(t, http.StatusOK, d.PracticeURL+"/globex/start", url.Values{"person": {"00u1globex03"}})
	page, at = d.page(t, http.StatusOK, html.UnescapeString(posting.FindStringSubmatch(page)[1]), fields(page))
	if !strings.HasSuffix(at, "/account") || !strings.Contains(page, "Kaia Tamm") {
		t.Errorf("not signed in from the identity provider: %s\n%s", at, page)
	}
}

// TestDemoAgain: the next demo goes on with the same world; --fresh starts over.
func TestDemoAgain(t *testing.T) {
	dir := t.TempDir()
	keep := filepath.Join(dir, "mine.txt")
	if err := os.WriteFile(keep, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	first := startDemo(t, dir)
	orgs := first.orgIDs(t)
	if said := first.stop(); strings.Contains(said, "ERROR") {
		t.Errorf("the demo complained: %s", said)
	}
	again := startDemo(t, dir)
	if got := again.orgIDs(t); got != orgs {
		t.Errorf("the next demo has other organizations: %s, then %s", orgs, got)
	}
	page, _ := again.page(t, http.StatusOK, again.PracticeURL+"/globex/push", url.Values{"dialect": {"entra"}, "action": {"all"}})
	if !strings.Contains(page, "6 people pushed the way Entra ID does it") {
		t.Errorf("the kept token does not work:\n%s", page)
	}
	again.stop()
	fresh := startDemo(t, dir, "--fresh")
	if got := fresh.orgIDs(t); got == orgs {
		t.Error("--fresh kept the old organizations")
	}
	if _, err := os.Stat(keep); err != nil {
		t.Errorf("--fresh took a file that is not the demo's: %v", err)
	}
}

// command runs another command on the demo's database while it serves.
func (d *demo) command(t *testing.T, args ...string) string {
	t.Helper()
	var out, said bytes.Buffer
	env := []string{"ROLLCALL_DATABASE_URL=sqlite:" + filepath.Join(d.dir, "demo.db"), "ROLLCALL_BASE_URL=" + d.URL}
	if code := run(context.Background(), args, env, strings.NewReader(""), &out, &said); code != 0 {
		t.Fatalf("%q: %d, %s", args, code, said.String())
	}
	return out.String()
}

func (d *demo) orgIDs(t *testing.T) (ids string) {
	t.Helper()
	for _, slug := range []string{"acme", "globex"} {
		var v orgView
		if err := json.Unmarshal([]byte(d.command(t, "org", "show", slug, "--json")), &v); err != nil {
			t.Fatal(err)
		}
		ids += v.ID + " "
	}
	return ids
}

// TestDemoPush presses every button of the practice directory in both dialects and looks at the members after each.
func TestDemoPush(t *testing.T) {
	d := startDemo(t, t.TempDir())
	var made struct {
		BaseURL string `json:"base_url"`
		Token   string `json:"token"`
	}
	if err := json.Unmarshal([]byte(d.command(t, "directory", "create", "--org", "acme", "--json")), &made); err != nil {
		t.Fatal(err)
	}
	page, _ := d.page(t, http.StatusOK, d.PracticeURL+"/acme/settings", url.Values{"kind": {"scim"}, "base": {made.BaseURL}, "token": {made.Token}})
	if !strings.Contains(page, "Saved.") {
		t.Fatalf("not saved:\n%s", page)
	}
	push := func(dialect, action, person, plan, want string) {
		t.Helper()
		form := url.Values{"dialect": {dialect}, "action": {action}, "person": {person}, "plan": {plan}}
		if page, _ := d.page(t, http.StatusOK, d.PracticeURL+"/acme/push", form); !strings.Contains(page, want) {
			t.Errorf("%s as %s: the page does not say %q\n%s", action, dialect, want, page)
		}
	}
	is := func(email, want string) {
		t.Helper()
		var list []map[string]any
		if err := json.Unmarshal([]byte(d.command(t, "member", "list", "--org", "acme", "--json")), &list); err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			if m["email"] != email {
				continue
			}
			b, _ := json.Marshal(m)
			if !strings.Contains(string(b), want) {
				t.Errorf("%s is %s, want %s", email, b, want)
			}
			return
		}
		t.Errorf("%s is no member", email)
	}
	push("okta", "all", "", "", "8 people pushed")
	is("ada@acme.example", `"source":"scim"`) // taken over
	is("grace@acme.example", `"hold_reasons":["missing_country"]`)
	is("hugo@partner.example", `"hold_reasons":["outside_domain"]`)
	for _, dialect := range []string{"okta", "entra"} {
		push(dialect, "groups", "", "", "2 groups pushed")
		push(dialect, "plan", "00u1acme05", map[string]string{"okta": "Extended", "entra": "Ultimate"}[dialect], "was given the plan")
		is("elif@acme.example", map[string]string{"okta": `"plan":"Extended"`, "entra": `"plan":"Ultimate"`}[dialect])
		push(dialect, "plan", "00u1acme06", "Platinum", "refused a request")
		push(dialect, "plan", "00u1acme06", "Core", "was given the plan")
		push(dialect, "update", "00u1acme05", "", "lives in")
		is("elif@acme.example", map[string]string{"okta": `"current_city":"London"`, "entra": `"current_city":"Lyon"`}[dialect])
		push(dialect, "deactivate", "00u1acme05", "", "was deactivated")
		is("elif@acme.example", `"status":"deactivated"`)
		push(dialect, "reactivate", "00u1acme05", "", "was brought back")
		is("elif@acme.example", `"status":"active"`)
	}
	if groups := d.command(t, "group", "list", "--org", "acme"); !strings.Contains(groups, "Engineering  3") || !strings.Contains(groups, "Finance      2") {
		t.Errorf("groups:\n%s", groups)
	}
	push("entra", "delete", "00u1acme06", "", "was deleted")
	is("farid@acme.example", `"status":"deactivated"`)
}
