package main

import (
	"net/http/httptest"
	"testing"

	"rollcall/cmd/internal/browsertest"
	"rollcall/views"
)

// TestStoriesByKeyboard goes through every page in every state by Tab: all that can be used is reached, in the order of
// reading, and shows in light and in dark that it has the focus. A failed form is where the focus begins.
func TestStoriesByKeyboard(t *testing.T) {
	stories := views.Stories()
	server := httptest.NewServer(handler(stories))
	t.Cleanup(server.Close)
	page := browsertest.Start(t, "../rollcall/testdata/axe/node_modules/axe-core/axe.min.js").NewPage(t)
	for _, s := range stories {
		t.Run(s.Name, func(t *testing.T) {
			page.For(t).Open(server.URL + "/story/" + s.Name)
			page.Wait("the focus on what is wrong", `(() => { const s = document.querySelector("[data-summary]"); return !s || document.activeElement === s; })()`)
			page.Tabs(s.Name)
		})
	}
}
