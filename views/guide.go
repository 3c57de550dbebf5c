package views

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed guides/*.yaml
var guideFiles embed.FS

// PlanNamespace is the SCIM extension schema under which Rollcall answers plan, role and birthYear.
// A provider may send plan under any other schema as well.
const PlanNamespace = "urn:ietf:params:scim:schemas:extension:rollcall:2.0:User"

// Guide is everything that the wizard and the help pages know about one identity provider.
// It is one file in guides; adding a provider needs no code.
type Guide struct {
	Slug      string     `yaml:"slug"`       // in addresses: /help/okta
	Name      string     `yaml:"name"`       // as its maker writes it: Microsoft Entra ID
	Short     string     `yaml:"short"`      // in sentences: Entra ID; empty means Name
	CheckedOn string     `yaml:"checked_on"` // the day its labels were last compared, as 2026-11-21
	Sources   string     `yaml:"sources"`    // what that comparison was made with, so that readers know how far to trust it
	Also      string     `yaml:"also"`       // other names that people look for: Azure AD
	Order     int        `yaml:"order"`      // place in the list of providers
	SSO       *GuidePart `yaml:"sso"`
	NoSSO     string     `yaml:"no_sso"`     // why there is no SSO part, and what to do instead
	LoginHint string     `yaml:"login_hint"` // the parameter of its sign-in address that takes the e-mail already typed; empty for none
	SCIM      *GuidePart `yaml:"scim"`
	NoSCIM    string     `yaml:"no_scim"` // why there is no SCIM part, and what to do instead
}

// GuidePart is the way through one of the two set-ups.
type GuidePart struct {
	Needs      []string             `yaml:"needs"` // what to have at hand before the first step
	Ways       []GuideWay           `yaml:"ways"`  // several kinds of app to connect, of which one is chosen in the step of kind app
	Steps      []guideStep          `yaml:"steps"`
	Attributes []GuideAttribute     `yaml:"attributes"` // shown in the step of kind mapping
	Hints      map[string]GuideHint `yaml:"hints"`      // by reason code
	Bring      string               `yaml:"bring"`      // how the provider hands its metadata out: url (empty) or file
}

// GuideStep is one step with its values filled in.
type GuideStep struct {
	ID           string // the same for the same step of the same file, whatever is skipped; keeps progress
	Kind         string // what the wizard does on it: see guideKinds
	Title        string
	Intro        string
	Instructions []Instruction
	Attributes   []GuideAttribute // in the step of kind mapping
}

// GuideAttribute is one row of the mapping table (SPEC P1).
type GuideAttribute struct {
	Field  string `yaml:"field"`  // Rollcall's name: firstName
	Send   string `yaml:"send"`   // the name under which the provider is to send it
	Theirs string `yaml:"theirs"` // what the provider calls the value
	Note   string `yaml:"note"`
	Label  string `yaml:"-"` // First name
	Need   string `yaml:"-"` // required, recommended or optional
}

// GuideHint says where in the provider the cause of a failure is mended.
type GuideHint struct {
	Field string `yaml:"field"` // the provider's own label
	Fix   string `yaml:"fix"`   // a sentence
}

type guideStep struct {
	Kind  string             `yaml:"kind"`
	Title string             `yaml:"title"`
	Intro string             `yaml:"intro"`
	When  string             `yaml:"when"` // several_plans: only if the organization bought more than one plan
	Skip  string             `yaml:"skip"` // said at the head of the next step when this one is left out
	Do    []guideInstruction `yaml:"do"`   // numbered
}

type guideInstruction struct {
	Text   string      `yaml:"text"`
	Copies []guideCopy `yaml:"copy"`
	Table  *guideTable `yaml:"table"`
	Note   string      `yaml:"note"`
	Way    string      `yaml:"way"` // only for those who chose this way
	Where  string      `yaml:"where"`
}

type guideCopy struct {
	Label string `yaml:"label"`
	Value string `yaml:"value"`
	Hint  string `yaml:"hint"`
}

type guideTable struct {
	Head []string   `yaml:"head"`
	Rows [][]string `yaml:"rows"`
}

// guideKinds lists the kinds of steps in each part. A kind tells the wizard what else to put on the page:
// metadata the form that takes the provider's data, test the test sign-in, connect the base URL and the token, watch the live checklist.
// The step activate is the same everywhere and added by Steps.
var guideKinds = map[string][]string{
	"sso":  {"create", "configure", "mapping", "assign", "metadata", "test", "activate"},
	"scim": {"app", "connect", "actions", "mapping", "plan", "groups", "assign", "watch"},
}

// guideFields are the attributes of SPEC P1 in the order of the table.
var guideFields = []struct{ field, label, need string }{
	{"firstName", "First name", "required"},
	{"lastName", "Last name", "required"},
	{"email", "E-mail", "required"},
	{"country", "Country", "required"},
	{"currentCity", "City", "recommended"},
	{"currentState", "State", "recommended"},
	{"birthYear", "Birth year", "recommended"},
	{"role", "Role", "optional"},
	{"plan", "Plan", "optional"},
}

// guideDefaults stand where an organization's own values are not known, as on the help pages.
// Their keys are all the placeholders there are.
var guideDefaults = map[string]string{
	"acs_url":        "(the ACS URL on your setup page)",
	"acs_url_regex":  "(the validator on your setup page)",
	"entity_id":      "(the entity ID on your setup page)",
	"metadata_url":   "(the metadata URL on your setup page)",
	"start_url":      "(the sign-in URL on your setup page)",
	"base_url":       "(the base URL on your setup page)",
	"plan_namespace": PlanNamespace,
	"plans":          "Core, Extended, Ultimate",
	"default_plan":   "default plan",
	"domains":        "your e-mail domains",
	"product":        "Rollcall",
}

var placeholder = regexp.MustCompile(`\{\{([a-z_]*)\}\}`)

// loadGuides reads every file once. A broken file cannot be served around, and the test reads the same bytes, so it panics.
var loadGuides = sync.OnceValue(func() []*Guide {
	guides, err := readGuides(guideFiles)
	if err != nil {
		panic("views: " + err.Error())
	}
	return guides
})

// Guides lists the providers in the order in which they are offered. The guides are shared: callers only read them.
func Guides() []*Guide { return loadGuides() }

// Matches tells whether a person who looks for text may mean this provider. The general guides fit everybody.
func (g *Guide) Matches(text string) bool {
	names := strings.ToLower(strings.Join([]string{g.Name, g.Short, g.Slug, g.Also}, " "))
	return strings.HasPrefix(g.Slug, "custom-") || strings.Contains(names, strings.ToLower(strings.TrimSpace(text)))
}

// GuideBySlug finds a provider's guide; nil when there is none.
func GuideBySlug(slug string) *Guide {
	for _, g := range Guides() {
		if g.Slug == slug {
			return g
		}
	}
	return nil
}

func readGuides(files fs.FS) ([]*Guide, error) {
	names, err := fs.Glob(files, "guides/*.yaml")
	if err != nil {
		return nil, err
	}
	var guides []*Guide
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		g, err := readGuide(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		guides = append(guides, g)
	}
	slices.SortStableFunc(guides, func(a, b *Guide) int { return a.Order - b.Order })
	return guides, nil
}

func readGuide(text string) (*Guide, error) {
	g := &Guide{}
	d := yaml.NewDecoder(strings.NewReader(text))
	d.KnownFields(true) // a misspelt key is an error, not a missing sentence
	if err := d.Decode(g); err != nil {
		return nil, err
	}
	if g.Short == "" {
		g.Short = g.Name
	}
	for _, part := range []*GuidePart{g.SSO, g.SCIM} {
		if part == nil {
			continue
		}
		if err := part.checkWays(); err != nil {
			return nil, err
		}
		for i := range part.Attributes {
			a := &part.Attributes[i]
			for _, f := range guideFields {
				if f.field == a.Field {
					a.Label, a.Need = f.label, f.need
				}
			}
		}
	}
	return g, nil
}

// Part is the part of a kind, "sso" or "scim"; nil when the provider has none.
func (g *Guide) Part(kind string) *GuidePart {
	switch kind {
	case "sso":
		return g.SSO
	case "scim":
		return g.SCIM
	}
	return nil
}

// Hint says which field of the provider mends a failure of this kind ("sso" or "scim").
// The reason is a code of the saml room or one of the scim_ codes; false when the provider has no field for it.
func (g *Guide) Hint(kind, reason string) (GuideHint, bool) {
	part := g.Part(kind)
	if part == nil {
		return GuideHint{}, false
	}
	h, ok := part.Hints[reason]
	fill := filler(nil)
	return GuideHint{Field: fill(h.Field), Fix: fill(h.Fix)}, ok
}

// Steps gives the steps of a kind, "sso" or "scim", with the placeholders replaced by values; a key that is missing
// or empty takes a neutral sentence, as on the help pages. The key way leaves out what is for another way; without it each
// such instruction begins with the name of its way. The key plans is a comma list: when it names one plan,
// the steps for several plans are left out, and the next step begins by saying so. Nil when the provider has no such part.
func (g *Guide) Steps(kind string, values map[string]string) []GuideStep {
	part := g.Part(kind)
	if part == nil {
		return nil
	}
	fill := filler(values)
	severalPlans := strings.Contains(fill("{{plans}}"), ",")
	var steps []GuideStep
	skipped := ""
	for i, s := range part.Steps {
		if s.When == "several_plans" && !severalPlans {
			skipped = s.Skip
			continue
		}
		s.Do = part.onWay(s.Do, values["way"])
		step := s.filled(fmt.Sprintf("%s-%d", kind, i+1), fill)
		step.Intro = fill(strings.TrimSpace(skipped + " " + s.Intro))
		skipped = ""
		if s.Kind == "mapping" {
			step.Attributes = part.shownAttributes(severalPlans, fill)
		}
		steps = append(steps, step)
	}
	if kind == "sso" {
		steps = append(steps, activateStep(fill))
	}
	return steps
}

// shownAttributes leaves plan out when there is only one: the default plan is then right for everybody.
func (p *GuidePart) shownAttributes(severalPlans bool, fill func(string) string) []GuideAttribute {
	var shown []GuideAttribute
	for _, a := range p.Attributes {
		if a.Field == "plan" && !severalPlans {
			continue
		}
		a.Send, a.Theirs, a.Note = fill(a.Send), fill(a.Theirs), fill(a.Note)
		shown = append(shown, a)
	}
	return shown
}
