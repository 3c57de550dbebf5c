package views

import (
	"html"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteMail(t *testing.T) {
	facts := MailFacts{Support: "help@rollcall.example", Link: "https://rollcall.example/s/6ttGBraWiNPN0a0q9JxQ2c", Values: map[string]string{
		"organization": "Acme <Corp>", "name": "Šárka", "kind": "scim", "sender": "Jo Miller", "inviter": "Jo Miller", "role": "admin",
		"passwords_disabled": "yes", "expires": "2026-11-22T14:02:00Z", "integration": "Single Sign-On", "also_directory": "yes",
		"email": "sarka@acme.com", "erased": "2026-12-22T09:00:00Z", "allowed": "82", "until": "2026-11-22T14:02:00Z",
		"days": "7", "switch": "2026-12-22T09:00:00Z", "last_four": "xQ2c", "ends": "2026-12-08T09:00:00Z", "since": "2026-11-19T09:00:00Z", "why": "We could not open that address (it answered 503).",
		"address": "https://idp.acme.com/metadata", "expected": "https://idp.acme.com", "received": "https://login.acme.net",
		"on": "yes", "who": "Jo Miller", "ip": "203.0.113.7", "at": "2026-12-01T09:00:00Z", "left": "8",
		"made": "2026-11-21T14:02:00Z", "source": "group", "new": "3", "all": "12",
		"faults": "certificate_ended 0 2026-11-20T09:00:00Z\nmembers_held 9 \nscim_refused 14 2026-11-21T09:00:00Z\nmembers_waiting 1 ",
	}}
	for name := range mails {
		t.Run(name, func(t *testing.T) {
			m, ok := WriteMail(name, facts)
			if !ok || m.Subject == "" || len(m.Paragraphs) == 0 {
				t.Fatalf("mail %q is empty: %+v", name, m)
			}
			page, err := m.HTML()
			if err != nil {
				t.Fatal(err)
			}
			text := m.Text()
			for _, p := range append(m.Paragraphs, m.After...) { // both say the same
				if !strings.Contains(text, p) || !strings.Contains(page, html.EscapeString(p)) {
					t.Errorf("%q does not stand in both forms", p)
				}
			}
			if strings.Contains(page, "<Corp>") {
				t.Error("the HTML holds an unescaped name")
			}
			if (m.Link != "") != strings.Contains(text, facts.Link) || (m.Link != "") != strings.Contains(page, facts.Link) {
				t.Error("the link must stand in both forms or in none")
			}
			if !strings.Contains(text, "Hello Šárka,") || !strings.Contains(text, facts.Support) {
				t.Errorf("no greeting or no address: %s", text)
			}
			if strings.ContainsAny(m.Subject, "\r\n") {
				t.Error("a subject is one line")
			}
			checkGolden(t, filepath.Join("testdata", "golden", "mail_"+name+".txt"), []byte("Subject: "+m.Subject+"\n\n"+text))
		})
	}
}

// TestMailWithoutValues: an old row with fewer values still makes a whole sentence.
func TestMailWithoutValues(t *testing.T) {
	for name := range mails {
		m, _ := WriteMail(name, MailFacts{})
		text := m.Subject + "\n" + m.Text()
		for _, bad := range []string{"  ", " .", " ,", "%!", "<nil>"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s has a gap (%q): %s", name, bad, text)
			}
		}
	}
	if _, ok := WriteMail("nothing", MailFacts{}); ok {
		t.Error("an unknown name must be told")
	}
}
