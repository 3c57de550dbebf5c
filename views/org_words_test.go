package views

import (
	"strings"
	"testing"
)

// TestWords holds the words of the pages against the codes of the command's contract (SPEC C): a code
// without words would be shown raw.
func TestWords(t *testing.T) {
	for _, c := range []string{"invited", "active", "held", "waiting", "leaving", "deactivated", "disconnected"} {
		if StateWord(c) == c {
			t.Errorf("status %q has no word", c)
		}
		if !offered(memberStateOptions, c) {
			t.Errorf("members cannot be filtered by status %q", c)
		}
	}
	for _, c := range []string{"scim", "jit", "csv", "invite", "manual"} {
		if SourceWord(c) == c {
			t.Errorf("source %q has no word", c)
		}
		if !offered(memberSourceOptions, c) {
			t.Errorf("members cannot be filtered by source %q", c)
		}
	}
	for _, c := range []string{"missing_first_name", "missing_last_name", "missing_email", "missing_country", "outside_domain", "account_elsewhere", "email_in_use"} {
		if HoldLine([]string{c}) == c || holdFixes[c] == "" {
			t.Errorf("hold reason %q has no words or no mend", c)
		}
		if marks := strings.Count(holdFixes[c], "`") + strings.Count(holdFixes[c], "**"); marks%2 != 0 {
			t.Errorf("a mark of %q is not closed", holdFixes[c])
		}
	}
}

func offered(list []Option, value string) bool {
	for _, o := range list {
		if o.Value == value {
			return true
		}
	}
	return false
}

func TestHoldLine(t *testing.T) {
	if got := HoldLine([]string{"missing_country", "outside_domain"}); got != "Country missing · Outside your domains" {
		t.Error(got)
	}
}

func TestMappingChangeLines(t *testing.T) {
	for _, c := range []struct {
		change MappingChange
		want   string
	}{
		{MappingChange{PlanFrom: "Core", PlanTo: "Core", RoleFrom: "member", RoleTo: "member"}, ""},
		{MappingChange{PlanFrom: "", PlanTo: "Core", RoleFrom: "admin", RoleTo: "member"}, "Plan: none → Core|Role: Administrator → Member"},
	} {
		if got := strings.Join(c.change.lines(), "|"); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
