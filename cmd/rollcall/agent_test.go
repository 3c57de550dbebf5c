package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// agent is a person's browser without scripts: a cookie jar, forms, redirects and refresh pages. What scripts would do
// by themselves (post a form) the person does by hand.
type agent struct {
	t      testing.TB
	client *http.Client

	status  int
	at      *url.URL
	body    string
	forms   []*form
	refresh string // where the page leads to by itself
}

// form is one of the page's, as it would be sent.
type form struct {
	action, method string
	values         url.Values
}

func newAgent(t testing.TB) *agent {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &agent{t: t, client: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
}

func (a *agent) open(address string) {
	a.t.Helper()
	answer, err := a.client.Get(address)
	if err != nil {
		a.t.Fatal(err)
	}
	a.read(answer)
}

func (a *agent) send(f *form) {
	a.t.Helper()
	r, err := http.NewRequest(http.MethodPost, f.action, strings.NewReader(f.values.Encode()))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", a.at.Scheme+"://"+a.at.Host)
	answer, err := a.client.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	a.read(answer)
}

func (a *agent) read(answer *http.Response) {
	a.t.Helper()
	defer answer.Body.Close()
	b, err := io.ReadAll(io.LimitReader(answer.Body, 4<<20))
	if err != nil {
		a.t.Fatal(err)
	}
	a.status, a.at, a.body = answer.StatusCode, answer.Request.URL, string(b)
	a.forms, a.refresh = nil, ""
	doc, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		a.t.Fatal(err)
	}
	a.walk(doc, nil)
}

// walk collects the forms below n; f is the one around it.
func (a *agent) walk(n *html.Node, f *form) {
	at := map[string]string{}
	for _, x := range n.Attr {
		at[x.Key] = x.Val
	}
	switch {
	case n.Type != html.ElementNode:
	case n.Data == "meta" && strings.EqualFold(at["http-equiv"], "refresh"):
		if _, to, ok := strings.Cut(at["content"], "url="); ok {
			a.refresh = a.absolute(to)
		}
	case n.Data == "form":
		f = &form{action: a.absolute(at["action"]), method: strings.ToUpper(at["method"]), values: url.Values{}}
		a.forms = append(a.forms, f)
	case f != nil && at["name"] != "" && at["type"] != "submit" && (n.Data == "input" || n.Data == "textarea"):
		f.values.Set(at["name"], at["value"])
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		a.walk(c, f)
	}
}

func (a *agent) absolute(address string) string {
	u, err := a.at.Parse(address)
	if err != nil {
		a.t.Fatal(err)
	}
	return u.String()
}

// formWith is the page's form that has this field, else nil.
func (a *agent) formWith(field string) *form {
	for _, f := range a.forms {
		if f.values.Has(field) {
			return f
		}
	}
	return nil
}

// provider goes on from where a sign-in starts, through the identity provider as that person, until the provider hands
// out its answer, which is not sent yet. It is nil when the provider keeps the person.
func (a *agent) provider(user string) *form {
	a.t.Helper()
	signedIn := false
	for range 8 {
		switch {
		case a.status >= http.StatusBadRequest:
			return nil
		case a.formWith("SAMLResponse") != nil:
			return a.formWith("SAMLResponse")
		case a.formWith("SAMLRequest") != nil:
			a.send(a.formWith("SAMLRequest"))
		case a.formWith("password") != nil && !signedIn:
			f := a.formWith("password")
			f.values.Set("username", user)
			f.values.Set("password", "password")
			signedIn = true
			a.send(f)
		case a.refresh != "":
			a.open(a.refresh)
		default:
			return nil
		}
	}
	a.t.Fatal("the way through the identity provider has no end")
	return nil
}

// signIn opens the address and brings the provider's answer back.
func (a *agent) signIn(start, user string) {
	a.t.Helper()
	a.open(start)
	f := a.provider(user)
	if f == nil {
		a.t.Fatalf("no answer for %s, but %d at %s:\n%s", user, a.status, a.at, a.text())
	}
	a.send(f)
	if a.refresh != "" && a.status < http.StatusBadRequest {
		a.open(a.refresh)
	}
}

// text is what the page shows, in one line.
func (a *agent) text() string {
	doc, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		a.t.Fatal(err)
	}
	var b strings.Builder
	var write func(n *html.Node)
	write = func(n *html.Node) {
		inline := n.Type == html.TextNode || slices.Contains([]string{"a", "b", "code", "em", "kbd", "strong", "time"}, n.Data)
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if n.Data == "script" || n.Data == "style" {
			return
		}
		if !inline {
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			write(c)
		}
		if !inline {
			b.WriteByte(' ')
		}
	}
	write(doc)
	return strings.Join(strings.Fields(b.String()), " ")
}

// sees fails the test unless the page has the status and shows every text.
func (a *agent) sees(status int, texts ...string) {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%d at %s, want %d:\n%s", a.status, a.at, status, a.text())
	}
	for _, s := range texts {
		if !strings.Contains(a.text(), s) {
			a.t.Errorf("no %q at %s:\n%s", s, a.at, a.text())
		}
	}
}
