package models

import (
	"slices"
	"strings"
	"testing"
)

// TestLongCountry: what is no country is refused at once, however long it is.
func TestLongCountry(t *testing.T) {
	for _, text := range []string{strings.Repeat("G", 5<<20), strings.Repeat("é", 1<<20), "Atlantis"} {
		if code, err := ParseCountry(text); code != "" || CodeOf(err) != Invalid {
			t.Errorf("%d bytes: %q, %v", len(text), code, err)
		}
	}
	if code, err := ParseCountry(" united kingdom "); code != "GB" || err != nil {
		t.Errorf("%q, %v", code, err)
	}
}

func TestCountriesAreInOrder(t *testing.T) {
	list := Countries()
	if len(list) < 240 || !slices.IsSortedFunc(list, func(a, b Country) int { return strings.Compare(a.Name, b.Name) }) {
		t.Errorf("%d countries: %v", len(list), list)
	}
	for _, c := range list {
		if c.Code == "YU" || c.Code == "AN" {
			t.Errorf("%s exists no more", c.Name)
		}
	}
}
