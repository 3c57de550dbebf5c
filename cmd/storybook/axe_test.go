package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rollcall/cmd/internal/browsertest"
	"rollcall/views"
)

// ours tells whether a console line is our fault: a story has no event stream behind it.
func ours(line string) bool {
	return !strings.HasPrefix(line, "info:") && !strings.Contains(line, "404") && !strings.Contains(line, "EventSource")
}

// TestMailFits: all mails share one frame, which fits a phone even with words that do not break.
func TestMailFits(t *testing.T) {
	long := strings.Repeat("Wirtschaftspruefung", 6)
	m, _ := views.WriteMail("invite", views.MailFacts{Product: "Rollcall", Support: "help@rollcall.example", Link: "https://rollcall.example/invites/" + long, Values: map[string]string{"organization": long, "name": "Jo"}})
	text, err := m.HTML()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, text)
	}))
	t.Cleanup(server.Close)
	browsertest.Start(t, "../rollcall/testdata/axe/node_modules/axe-core/axe.min.js").NewPage(t).AccessibleInAllLooks("mail", server.URL)
}

// TestStoriesAreAccessible holds every page in every state against axe, in light, in dark and on phones of 390 and
// 320 px, and the console stays silent, which is what catches a break of the content policy.
func TestStoriesAreAccessible(t *testing.T) {
	stories := views.Stories()
	server := httptest.NewServer(handler(stories))
	t.Cleanup(server.Close)
	browser := browsertest.Start(t, "../rollcall/testdata/axe/node_modules/axe-core/axe.min.js")
	page := browser.NewPage(t)
	for _, s := range stories {
		t.Run(s.Name, func(t *testing.T) {
			before := len(page.Console())
			page.For(t).AccessibleInAllLooks(s.Name, server.URL+"/story/"+s.Name)
			for _, line := range page.Console()[before:] {
				if ours(line) {
					t.Error("console: ", line)
				}
			}
		})
	}
}
