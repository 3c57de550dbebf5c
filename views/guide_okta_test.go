package views

import (
	"fmt"
	"strings"
	"testing"
)

// stepText is all that a step says, field labels and tables too.
func stepText(s GuideStep) string {
	var b strings.Builder
	fmt.Fprintln(&b, s.Title, s.Intro)
	for _, in := range s.Instructions {
		fmt.Fprintln(&b, in.Text, in.Note, in.Where)
		for _, c := range in.Copies {
			fmt.Fprintln(&b, c.Label, "=", c.Value, c.Hint)
		}
		if in.Table != nil {
			for _, row := range in.Table.Rows {
				fmt.Fprintln(&b, strings.Join(row, " = "))
			}
		}
	}
	return b.String()
}

// TestOktaTraps: each trap of Okta's provisioning is said on the step where it bites. The numbers are the rows of
// docs/FEATURES.md.
func TestOktaTraps(t *testing.T) {
	steps := map[string]string{}
	for _, s := range GuideBySlug("okta").Steps("scim", map[string]string{"plans": "Core, Extended"}) {
		steps[s.Kind] += stepText(s)
	}
	for _, c := range []struct {
		row        int
		kind, text string
	}{
		{41, "plan", "All in small letters."}, {42, "plan", "press **Go to Profile Editor**"}, {43, "plan", "External namespace = " + PlanNamespace},
		{43, "plan", "open any attribute that is there already, copy its `External namespace`, press Cancel"}, {44, "plan", "to **Group**, so that a group decides"},
		{45, "plan", "Make one group for each plan that you bought (Core, Extended)"}, {46, "plan", "enter its plan in `Plan`, then **Save and Go Back**. Do the same for each group, then press **Done**"},
		{47, "app", "may have another name in your Okta"}, {63, "watch", "press **Force Sync**"}, {63, "watch", "takes its time"},
		{64, "groups", "Do not push a group that you also use to assign the app"}, {61, "groups", "choose **Delete the group in the target app**"},
		{62, "groups", "left behind can be detached and removed here"}, {66, "assign", "read-only here"}, {69, "assign", "change names, e-mail addresses and memberships in Okta, not here"},
		{57, "assign", "is taken over, keeping history and plan"}, {70, "actions", "does not tell anybody when you suspend a person"}, {70, "actions", "**Block sign-in now**"},
		{71, "groups", "called Everyone or Administrators: these names are reserved"}, {72, "assign", "Import from us and password sync are not supported"},
		{72, "actions", "`Sync Password` = leave off"}, {74, "connect", "The token is shown once"}, {75, "connect", "do not send it by e-mail or chat"},
		{76, "connect", "Test API Credentials"}, {76, "connect", "The setup page makes the token, and notices the test by itself"},
		{77, "connect", "`Import New Users and Profile Updates` = yes"}, {77, "connect", "`Push New Users` = yes"}, {77, "connect", "`Push Profile Updates` = yes"},
		{77, "connect", "`Push Groups` = yes"}, {77, "connect", "`Import Groups` = no"}, {77, "connect", "the connection fails with it on"},
		{78, "connect", "HTTP Header"}, {78, "connect", "email works too"}, {78, "connect", "SCIM connector base URL"}, {78, "app", "tick `Enable SCIM provisioning`"},
		{78, "app", "**SCIM 2.0 Test App (Header Auth)**"}, {78, "connect", "without the word Bearer"},
		{79, "actions", "`Create Users` = Enable"}, {79, "actions", "`Update User Attributes` = Enable"}, {79, "actions", "`Deactivate Users` = Enable"},
		{80, "mapping", "Keep the lines below and remove the others"},
	} {
		if !strings.Contains(steps[c.kind], c.text) {
			t.Errorf("row %d: %q is not on the step %s", c.row, c.text, c.kind)
		}
	}
}

// TestOktaWays: who chose one kind of app reads of that one only; without a choice each line says what it is for.
func TestOktaWays(t *testing.T) {
	okta := GuideBySlug("okta")
	if !okta.SCIM.HasWay("separate") || !okta.SCIM.HasWay("shared") || okta.SCIM.HasWay("") || !strings.Contains(okta.SCIM.Ways[0].Name, "separate app for people (the better way)") {
		t.Errorf("the ways: %+v", okta.SCIM.Ways)
	}
	for way, c := range map[string]struct{ has, not []string }{
		"separate": {[]string{"Header Auth", "without the word Bearer"}, []string{"Enable SCIM provisioning", "Push Profile Updates", "after the word Bearer", "Separate app:", "App for sign-in:"}},
		"shared":   {[]string{"Enable SCIM provisioning", "Push Profile Updates", "after the word Bearer"}, []string{"Header Auth", "without the word Bearer", "Separate app:", "App for sign-in:"}},
		"":         {[]string{"**Separate app:** Open", "**App for sign-in:** Open"}, nil},
	} {
		text := ""
		for _, s := range okta.Steps("scim", map[string]string{"way": way}) {
			text += stepText(s)
		}
		for _, want := range c.has {
			if !strings.Contains(text, want) {
				t.Errorf("way %q: no %q", way, want)
			}
		}
		for _, not := range c.not {
			if strings.Contains(text, not) {
				t.Errorf("way %q says %q", way, not)
			}
		}
	}
}

// TestEverySCIMGuideWarns: what is true of every provider stands in each guide that connects a directory.
func TestEverySCIMGuideWarns(t *testing.T) {
	for _, g := range Guides() {
		if g.SCIM == nil {
			continue
		}
		all := ""
		for _, s := range g.Steps("scim", map[string]string{"plans": "Core, Extended"}) {
			all += stepText(s)
		}
		for _, want := range []string{
			"The token is shown once", "do not send it by e-mail", "Everyone", "Administrators", "default country", "taken over",
		} {
			if !strings.Contains(all, want) {
				t.Errorf("%s does not say %q", g.Slug, want)
			}
		}
		if g.CheckedOn == "" {
			t.Errorf("%s has no date", g.Slug)
		}
	}
}

// TestRequestFixes: each mend is a sentence, and Okta's guide knows the place for those that have one there.
func TestRequestFixes(t *testing.T) {
	for reason, f := range requestFixes {
		if text := RequestFix(reason, ""); text == "" || !strings.HasSuffix(text, ".") {
			t.Errorf("%s: %q", reason, text)
		}
		if f.hint != "" && !strings.Contains(RequestFix(reason, "okta"), "In Okta, `") {
			t.Errorf("%s: Okta's guide has no hint %s", reason, f.hint)
		}
	}
	if RequestFix("nothing", "okta") != "" || RequestFix("", "") != "" {
		t.Error("a reason that nobody knows has a mend")
	}
}
