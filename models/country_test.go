package models

import (
	"slices"
	"strings"
	"testing"
)

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
