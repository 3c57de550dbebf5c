package main

import (
	"path/filepath"
	"testing"

	"rollcall/cmd/internal/browsertest"
)

// TestPracticeInBrowser looks at each page of the practice identity provider in every look, signs in through it by its
// script, and pushes by its buttons.
func TestPracticeInBrowser(t *testing.T) {
	b := browsertest.Start(t, filepath.Join("testdata", "axe", "node_modules", "axe-core", "axe.min.js"))
	d := startDemo(t, t.TempDir())
	p := b.NewPage(t)
	for name, address := range map[string]string{"practice": "", "practice-tenant": "/globex", "practice-new-tenant": "/acme", "practice-mails": "/mails"} {
		p.AccessibleInAllLooks(name, d.PracticeURL+address)
	}

	p.Open(d.URL + "/login?email=mina@globex.example")
	p.Press("Continue")
	p.Wait("the chooser", `document.querySelector("h1")?.textContent === "Who is signing in?"`)
	p.Accessible("practice-chooser")
	p.Press("MS Mina Sato")
	p.Wait("the account", `location.pathname === "/account"`)
	p.See("Mina Sato")

	p.Open(d.PracticeURL + "/globex")
	p.Press("Push everybody")
	p.See("6 people pushed the way Okta does it.")
	p.Accessible("practice-notice")
	for _, line := range p.Console() {
		t.Errorf("the console is not silent: %s", line)
	}
}
