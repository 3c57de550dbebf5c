package models

import (
	"strings"
	"testing"
)

// TestSafeCell: no cell of a download is a formula, and an import reads what was meant.
func TestSafeCell(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "a": "a", "'a": "'a", "'": "'", "=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "'=x": "''=x", "''@": "'''@",
	} {
		got := SafeCell(in)
		if got != want {
			t.Errorf("%q: %q", in, got)
		}
		if back := kept(got); strings.TrimSpace(back) != strings.TrimSpace(in) {
			t.Errorf("%q comes back as %q", in, back)
		}
	}
}
