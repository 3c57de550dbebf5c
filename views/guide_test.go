package views

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// The providers of SPEC L6, and the parts they must have.
var wantGuides = map[string]string{
	"okta": "sso scim", "entra": "sso scim", "google": "sso", "onelogin": "sso scim", "jumpcloud": "sso scim", "pingone": "sso scim",
	"pingfederate": "sso scim", "adfs": "sso", "keycloak": "sso", "cyberark": "sso scim", "duo": "sso", "rippling": "sso",
	"simplesamlphp": "sso", "custom-saml": "sso", "custom-scim": "scim",
}

// scimReasons are the causes of a failed directory request that the pages name; test_timeout is the wizard's own.
var scimReasons = []string{
	"scim_token", "scim_base_url", "scim_username", "scim_country", "scim_missing", "scim_domain", "scim_plan", "scim_group_reserved",
	"scim_mapping", "scim_members", "scim_email",
}

// mustHint: the failures that every guide explains.
var mustHint = map[string][]string{
	"sso": {"saml_audience", "saml_destination", "saml_issuer", "saml_unsigned", "saml_wrong_cert", "saml_status", "saml_name_id", "saml_no_email",
		"saml_email", "saml_domain", "saml_missing", "test_timeout"},
	"scim": {"scim_token", "scim_base_url", "scim_username", "scim_country"},
}

// samlReasons reads the codes from the saml room, which this one may not import.
func samlReasons(t *testing.T) []string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("..", "saml", "errors.go"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range regexp.MustCompile(`Reason = "([a-z_]+)"`).FindAllStringSubmatch(string(src), -1) {
		out = append(out, m[1])
	}
	if !slices.Contains(out, "saml_audience") {
		t.Fatalf("no reasons found in saml/errors.go: %q", out)
	}
	return out
}

// parts calls fn for each part that each guide has.
func parts(fn func(g *Guide, kind string, p *GuidePart)) {
	for _, g := range Guides() {
		for _, kind := range []string{"sso", "scim"} {
			if p := g.Part(kind); p != nil {
				fn(g, kind, p)
			}
		}
	}
}

func TestGuidesAreThere(t *testing.T) {
	got, names := map[string]string{}, map[string]bool{}
	for _, g := range Guides() {
		if got[g.Slug] != "" || names[g.Name] {
			t.Errorf("%s: slug or name is used twice", g.Slug)
		}
		var have []string
		for _, kind := range []string{"sso", "scim"} {
			if g.Part(kind) != nil {
				have = append(have, kind)
			}
		}
		got[g.Slug], names[g.Name] = strings.Join(have, " "), true
		if GuideBySlug(g.Slug) != g {
			t.Errorf("%s is not found by its slug", g.Slug)
		}
	}
	if !reflect.DeepEqual(got, wantGuides) {
		t.Errorf("guides\n got %v\nwant %v", got, wantGuides)
	}
	if GuideBySlug("nobody") != nil {
		t.Error("a guide for nobody")
	}
}

func TestGuideHead(t *testing.T) {
	slug := regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	for _, g := range Guides() {
		if !slug.MatchString(g.Slug) || g.Name == "" || g.Order == 0 || len(g.Sources) < 20 {
			t.Errorf("%s: slug, name, order and sources are needed", g.Slug)
		}
		if _, err := time.Parse(time.DateOnly, g.CheckedOn); err != nil {
			t.Errorf("%s: checked_on %q is not a date like 2026-11-21", g.Slug, g.CheckedOn)
		}
		if (g.SSO == nil) == (g.NoSSO == "") || (g.SCIM == nil) == (g.NoSCIM == "") {
			t.Errorf("%s: each of sso and scim needs either a part or a sentence why there is none", g.Slug)
		}
	}
}

func TestGuideSteps(t *testing.T) {
	parts(func(g *Guide, kind string, p *GuidePart) {
		checkPlain(t, g.Slug+" "+kind, p.Needs...)
		if len(p.Needs) == 0 || len(p.Steps) < 5 {
			t.Errorf("%s %s: needs or steps are missing", g.Slug, kind)
		}
		if p.Bring != "" && (p.Bring != "file" || kind != "sso") {
			t.Errorf("%s %s: nobody knows how to bring %q", g.Slug, kind, p.Bring)
		}
		count := map[string]int{}
		for _, s := range p.Steps {
			count[s.Kind]++
			if !slices.Contains(guideKinds[kind], s.Kind) || s.Kind == "activate" {
				t.Errorf("%s %s: unknown kind of step %q", g.Slug, kind, s.Kind)
			}
			if s.When != "" && (s.When != "several_plans" || s.Skip == "") || s.When == "" && s.Skip != "" {
				t.Errorf("%s %s %q: when must be several_plans and have a skip", g.Slug, kind, s.Title)
			}
			if s.Title == "" || len(s.Do) == 0 {
				t.Errorf("%s %s: a %s step is empty", g.Slug, kind, s.Kind)
			}
			checkPlain(t, g.Slug+" "+kind, s.Title, s.Intro, s.Skip)
			for _, do := range s.Do {
				checkInstruction(t, g.Slug+" "+kind+" "+s.Title, do)
			}
		}
		last, once := "test", []string{"metadata", "mapping", "assign", "test"}
		if kind == "scim" {
			last, once = "watch", []string{"app", "connect", "mapping", "plan", "groups", "assign", "watch"}
		}
		if p.Steps[len(p.Steps)-1].Kind != last {
			t.Errorf("%s %s does not end with %s", g.Slug, kind, last)
		}
		for _, k := range once {
			if count[k] != 1 {
				t.Errorf("%s %s has %d steps of the kind %s, want 1", g.Slug, kind, count[k], k)
			}
		}
	})
}

func checkInstruction(t *testing.T, where string, do guideInstruction) {
	t.Helper()
	if do.Text == "" {
		t.Errorf("%s: an instruction says nothing", where)
	}
	for _, text := range []string{do.Text, do.Note, do.Where} {
		if strings.Count(text, "**")%2 != 0 || strings.Count(text, "`")%2 != 0 {
			t.Errorf("%s: a mark is not closed in %q", where, text)
		}
	}
	for _, c := range do.Copies {
		if c.Label == "" || c.Value == "" {
			t.Errorf("%s: a value to copy has no label or is empty", where)
		}
		checkPlain(t, where, c.Label, c.Hint)
	}
	if do.Table == nil {
		return
	}
	for _, row := range do.Table.Rows {
		if len(row) != len(do.Table.Head) {
			t.Errorf("%s: the row %q does not fit the head of its table", where, row)
		}
	}
}

// checkPlain: these are drawn as they stand, so that a mark would be seen.
func checkPlain(t *testing.T, where string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.ContainsAny(text, "`*") {
			t.Errorf("%s: marks are not drawn in %q", where, text)
		}
	}
}

func TestGuideAttributes(t *testing.T) {
	parts(func(g *Guide, kind string, p *GuidePart) {
		got := map[string]bool{}
		for _, a := range p.Attributes {
			if a.Send == "" || a.Theirs == "" || a.Label == "" || a.Need == "" {
				t.Errorf("%s %s: attribute %q is unknown or incomplete", g.Slug, kind, a.Field)
			}
			if got[a.Field] {
				t.Errorf("%s %s: %s is listed twice", g.Slug, kind, a.Field)
			}
			got[a.Field] = true
			checkPlain(t, g.Slug+" "+kind, a.Send, a.Theirs, a.Note)
		}
		for _, f := range []string{"firstName", "lastName", "email", "country", "currentCity", "currentState"} {
			if !got[f] {
				t.Errorf("%s %s: %s is not in the mapping table", g.Slug, kind, f)
			}
		}
	})
}

func TestGuideHints(t *testing.T) {
	known := map[string][]string{"sso": append(samlReasons(t), "test_timeout", "metadata_unreachable"), "scim": scimReasons}
	parts(func(g *Guide, kind string, p *GuidePart) {
		for reason, h := range p.Hints {
			if !slices.Contains(known[kind], reason) {
				t.Errorf("%s %s: nobody knows the reason %q", g.Slug, kind, reason)
			}
			checkPlain(t, g.Slug+" "+kind, h.Field, h.Fix)
			if h.Field == "" || !strings.HasSuffix(h.Fix, ".") {
				t.Errorf("%s %s: the hint for %s needs a field and a sentence", g.Slug, kind, reason)
			}
		}
		for _, reason := range mustHint[kind] {
			if _, ok := g.Hint(kind, reason); !ok {
				t.Errorf("%s %s has no hint for %s", g.Slug, kind, reason)
			}
		}
	})
	if h, _ := GuideBySlug("okta").Hint("sso", "saml_audience"); h.Field != "Audience URI (SP Entity ID)" {
		t.Errorf("Okta's audience is in the field %q", h.Field)
	}
}

// TestGuidePlaceholders: all placeholders are known, all known ones are used, and our addresses are in every guide.
func TestGuidePlaceholders(t *testing.T) {
	used := map[string]bool{}
	names, err := fs.Glob(guideFiles, "guides/*.yaml")
	if err != nil || len(names) != len(wantGuides) {
		t.Fatalf("%d files, %v", len(names), err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(guideFiles, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range placeholder.FindAllStringSubmatch(string(text), -1) {
			used[m[1]] = true
			if _, ok := guideDefaults[m[1]]; !ok {
				t.Errorf("%s: unknown placeholder %s", name, m[0])
			}
		}
		if rest := placeholder.ReplaceAllString(string(text), ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
			t.Errorf("%s: a placeholder is not closed or not written like {{acs_url}}", name)
		}
	}
	for name := range guideDefaults {
		if !used[name] {
			t.Errorf("no guide uses {{%s}}", name)
		}
	}
	values := map[string]string{"acs_url": "https://r.test/saml/con-x/acs", "entity_id": "https://r.test/saml/con-x/metadata",
		"metadata_url": "https://r.test/saml/con-x/metadata", "base_url": "https://r.test/scim/v2/dir-x"}
	parts(func(g *Guide, kind string, _ *GuidePart) {
		copied := map[string]bool{}
		for _, s := range g.Steps(kind, values) {
			for _, in := range s.Instructions {
				for _, c := range in.Copies {
					copied[strings.TrimSuffix(c.Value, "?aadOptscim062020")] = true
				}
			}
		}
		want := []string{values["acs_url"], values["entity_id"]}
		if kind == "scim" {
			want = []string{values["base_url"]}
		}
		for _, v := range want {
			if !copied[v] {
				t.Errorf("%s %s: %s has no copy button", g.Slug, kind, v)
			}
		}
	})
}

func TestStepsFillIn(t *testing.T) {
	seen := map[string]bool{}
	steps := GuideBySlug("onelogin").Steps("sso", map[string]string{"acs_url": "https://r.test/saml/con-x/acs", "product": "Acme Cloud"})
	text := ""
	for _, s := range steps {
		if seen[s.ID] {
			t.Errorf("step id %s twice", s.ID)
		}
		seen[s.ID] = true
		for _, in := range s.Instructions {
			text += in.Text + in.Note + in.Where
			for _, c := range in.Copies {
				if seen[c.ID] {
					t.Errorf("copy id %s twice", c.ID)
				}
				seen[c.ID] = true
				text += c.Label + "=" + c.Value + "\n"
			}
		}
	}
	for _, want := range []string{`ACS (Consumer) URL Validator=^https://r\.test/saml/con-x/acs$`, "Recipient=https://r.test/saml/con-x/acs",
		"for example Acme Cloud", "Login URL=(the sign-in URL on your setup page)"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the steps:\n%s", want, text)
		}
	}
	if strings.Contains(text, "{{") {
		t.Error("a placeholder was left")
	}
	if last := steps[len(steps)-1]; last.Kind != "activate" {
		t.Errorf("the last step is %s", last.Kind)
	}
	if GuideBySlug("google").Steps("scim", nil) != nil {
		t.Error("Google has SCIM steps")
	}
}

// TestOktaPlan: the plan step shows our namespace and Okta's own way, and is left out when one plan was bought.
func TestOktaPlan(t *testing.T) {
	okta := GuideBySlug("okta")
	find := func(steps []GuideStep, kind string) *GuideStep {
		for i := range steps {
			if steps[i].Kind == kind {
				return &steps[i]
			}
		}
		return nil
	}
	several := okta.Steps("scim", map[string]string{"plans": "Core, Extended"})
	plan := find(several, "plan")
	if plan == nil {
		t.Fatal("no plan step")
	}
	text := ""
	for _, in := range plan.Instructions {
		text += in.Text + " " + in.Note
		for _, c := range in.Copies {
			text += " " + c.Label + "=" + c.Value
		}
	}
	for _, want := range []string{"Go to Profile Editor", "External namespace=" + PlanNamespace, "External name=plan", "copy its `External namespace`",
		"**Group**", "one group for each plan", "Core, Extended", "Save and Go Back"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the plan step", want)
		}
	}
	one := okta.Steps("scim", map[string]string{"plans": "Core"})
	if find(one, "plan") != nil || len(one) != len(several)-1 {
		t.Error("the plan step stays although one plan was bought")
	}
	if groups := find(one, "groups"); !strings.Contains(groups.Intro, "You have one plan") {
		t.Errorf("nobody says why there is no plan step: %q", groups.Intro)
	}
	if groups := find(several, "groups"); strings.Contains(groups.Intro, "You have one plan") || groups.ID != find(one, "groups").ID {
		t.Error("the groups step changes its id, or says that there is one plan")
	}
	has := func(s *GuideStep) bool {
		return slices.ContainsFunc(s.Attributes, func(a GuideAttribute) bool { return a.Field == "plan" })
	}
	if has(find(one, "mapping")) || !has(find(several, "mapping")) {
		t.Error("plan belongs into the mapping table when there are several plans, and only then")
	}
}

func TestReadGuideRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"misspelt key":   "slug: x\nnmae: X\n",
		"key in a step":  "slug: x\nsso:\n  steps:\n    - kind: create\n      titel: x\n",
		"wrong type":     "slug: x\nsso: yes\n",
		"key used twice": "slug: x\nslug: y\n",
		"nothing":        "",
		"unknown way":    "slug: x\nscim:\n  ways: [{key: a}]\n  steps:\n    - kind: app\n      do: [{text: T, way: b}]\n",
	} {
		if g, err := readGuide(text); err == nil {
			t.Errorf("%s: read as %+v", name, g)
		}
	}
}
