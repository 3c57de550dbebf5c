package main

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

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
		if strings.Contains(s.Name, "/hop") {
			continue // it leaves by itself, and may do so between two keys
		}
		t.Run(s.Name, func(t *testing.T) {
			page.For(t).Open(server.URL + "/story/" + s.Name)
			page.Wait("the focus on what is wrong", `(() => { const s = document.querySelector("[data-summary]"); return !s || document.activeElement === s; })()`)
			page.Tabs(s.Name)
		})
	}
}

// TestWaysByKeyboard: the skip link leads into the page, and what opens over it takes the focus, keeps it, and gives it
// back.
func TestWaysByKeyboard(t *testing.T) {
	server := httptest.NewServer(handler(views.Stories()))
	t.Cleanup(server.Close)
	p := browsertest.Start(t, "../rollcall/testdata/axe/node_modules/axe-core/axe.min.js").NewPage(t)
	address := server.URL + "/story/org/sso/working"

	p.Open(address)
	p.Keys(kb.Tab + kb.Enter)
	p.Wait("the page itself", `document.activeElement.id === "main"`)
	p.Keys(kb.Tab)
	p.Wait("what the page begins with", `document.activeElement.closest("main")`)

	p.Eval(`document.querySelector("[data-dialog]").focus()`)
	p.Wait("its opener has the focus", `document.activeElement.matches("[data-dialog]")`)
	p.Keys(kb.Enter)
	p.Wait("the dialog has the focus", `document.activeElement.closest("dialog[open]")`)
	p.Keys(strings.Repeat(kb.Tab, 12))
	p.Wait("the focus stays in it", `document.activeElement === document.body || document.activeElement.closest("dialog[open]")`)
	p.Keys(kb.Escape)
	p.Wait("the focus is back", `!document.querySelector("dialog[open]") && document.activeElement.matches("[data-dialog]")`)

	p.As(browsertest.Look{Width: 390})
	p.Open(address)
	p.Eval(`document.querySelector("[popovertarget]").focus()`)
	p.Keys(kb.Enter + kb.Tab)
	p.Wait("the navigation is next", `document.activeElement.closest("#sidebar:popover-open")`)
	p.Keys(kb.Escape)
	p.Wait("it is closed, and the focus is back", `!document.querySelector("#sidebar:popover-open") && document.activeElement.matches("[popovertarget]")`)
}
