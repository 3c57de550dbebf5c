package main

import (
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
