package views

import (
	"strings"
	"testing"
)

// TestHelpEverywhere: every page for a customer's people leads to the help, and to the address of the support, which is a
// setting. The operators' own pages are for the staff whom people write to.
func TestHelpEverywhere(t *testing.T) {
	n := 0
	for _, s := range Stories() {
		if strings.HasPrefix(s.Name, "operator/") {
			continue
		}
		page, _ := drawn(t, s)
		n++
		if text := string(page); !strings.Contains(text, `href="/help`) || !strings.Contains(text, `href="mailto:help@rollcall.example"`) {
			t.Errorf("%s: help %v, support %v", s.Name, strings.Contains(text, `href="/help`), strings.Contains(text, "mailto:help@rollcall.example"))
		}
	}
	if n < 100 {
		t.Errorf("only %d pages", n)
	}
}
