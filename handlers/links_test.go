package handlers

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

// TestLinksLead: whatever a page, guide or help article links to or posts to is a route of ours. The list is what the
// stories hold (views' TestRoutes keeps it).
func TestLinksLead(t *testing.T) {
	e := newWorld(t).h.(*echo.Echo)
	list, err := os.ReadFile("../views/testdata/routes.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(list)) {
		method, path, _ := strings.Cut(strings.TrimSpace(line), " ")
		path, _, _ = strings.Cut(path, "#")
		c := e.NewContext(nil, nil)
		e.Router().Find(method, path, c)
		if found := c.Path(); found == "" || strings.HasSuffix(found, "/*") {
			t.Errorf("%s %s leads nowhere (%q)", method, path, found)
		}
		if method != http.MethodGet && method != http.MethodPost {
			t.Errorf("a page has %s %s", method, path)
		}
	}
}
