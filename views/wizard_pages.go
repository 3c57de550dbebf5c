package views

import (
	"slices"
	"strconv"
)

// WizardFrame is what every page of the setup wizard shows around its step.
type WizardFrame struct {
	Page
	OrgName  string
	Kind     string // "sso" or "scim"
	Provider string // name of the chosen one; empty before the choice, and for the general guides
	Until    Time   // when the link stops working
	Lasts    string // "23 h 12 min"
	Steps    []WizardNav
	BackPath string // empty on the first step
	Change   string // path of "Use another provider"; empty hides it
	Help     string // path of the guide on the help pages
	Errors   FieldErrors
}

// WizardNav is one entry of the list of steps. Path is empty for a step that is not reached yet.
type WizardNav struct {
	Title, Path   string
	Done, Current bool
}

// WizardProviderPage is the first step: which identity provider.
type WizardProviderPage struct {
	WizardFrame
	Search    string // narrows the providers; the general one always stays
	Providers []ProviderChoice
	Action    string // POST target; the field is "idp"
}

// onlyGeneral: the search found no provider by name.
func (p WizardProviderPage) onlyGeneral() bool {
	return p.Search != "" && len(p.Providers) == 1
}

// others: some providers cannot do this.
func (p WizardProviderPage) others() bool {
	return slices.ContainsFunc(p.Providers, func(c ProviderChoice) bool { return c.Why != "" })
}

// ProviderChoice is one tile. Why is set for a provider that cannot do this, and says what to do instead.
type ProviderChoice struct {
	Slug, Name, Why string
	Chosen          bool
}

// WizardStepPage is one step of a provider's guide with what the wizard adds to it.
type WizardStepPage struct {
	WizardFrame
	Title        string
	Intro        string // may use **bold** and `field` marks
	Instructions []Instruction
	Attributes   []AttributeRow

	Next string // POST target of "I have done this"; empty when the step has its own button

	Ways     *WayForm
	Mapping  *MappingForm
	Metadata *MetadataForm
	Test     *TestPanel
	Activate *ActivatePanel
	Connect  *ConnectPanel
	Watch    *WatchPanel
}

// AttributeRow is a line of the mapping table: what Rollcall needs, the name to send it under, what the provider
// calls it.
type AttributeRow struct{ Label, Need, Send, Theirs, Note string }

// MappingForm takes the names under which a provider sends what Rollcall needs, where they are not the usual ones.
type MappingForm struct {
	Action string // POST; the fields are "map_" + Field
	Fields []MappingField
	Seen   Seen
}

// MappingField is one name. Usual is what is read when the field is empty.
type MappingField struct{ Field, Label, Value, Usual string }

// MetadataForm takes the provider's data in one of four ways (SPEC L4): the fields are "url", "file", "xml", and
// "entity_id", "sso_url", "certificate". Which way was used is in the pressed button, "how".
type MetadataForm struct {
	Action                 string // POST, multipart
	How                    string // url, file, xml or fields: the way that is open; url by default
	URL, XML               string
	EntityID, SSOURL, Cert string
	Understood             *Understood
	Choices                []Option // several providers in one document: the field is "choose"
	KeepAction             string   // POST that keeps what was understood and goes on
}

// Understood is what Rollcall read from the provider's data.
type Understood struct {
	EntityID, SSOURL, Source string
	Binding                  string // how our request goes there: redirect or POST
	Signed                   string // a sentence, when the provider asks for signed requests
	Certificates             []CertificateFact
	Saved                    bool // false: a preview, to be kept with the button
}

// CertificateFact is one signing certificate. Warning is set when it is about to end or has ended.
type CertificateFact struct {
	Fingerprint, Subject, Warning string
	Until                         Time
}

// TestPanel is the test sign-in: started in a new tab, its result shown here.
type TestPanel struct {
	Start   string // POST target that opens the provider in a new tab
	Blocked string // why no test can start yet
	Waiting bool   // a test is under way
	Cancel  string // POST target
	Events  string // event stream that redraws the panel
	Report  *TestReport
	Next    string // path of the next step once a test has passed
}

// TestReport is the result of a test sign-in. Outcome is passed, failed or timeout.
type TestReport struct {
	Outcome    string
	When       Time
	Heading    string // "The audience in the SAML response is wrong."
	Text       string // what it means and where to mend it; may use marks
	Expected   string
	Received   string
	Changed    bool // the settings changed since: the result is void
	Facts      []Fact
	Attributes []ReceivedAttribute
	Missing    []string // required fields that did not arrive, with the name to send
	MissingFix string   // where to send them from; may use marks
	Checks     []Check
	Account    string // what will happen to the account of this e-mail
}

// ReceivedAttribute is one attribute of a test. UsedAs is empty for one that Rollcall does not use.
type ReceivedAttribute struct{ Name, Value, UsedAs string }

// ActivatePanel is the last step of Single Sign-On.
type ActivatePanel struct {
	Action     string // POST
	Blocked    string // why it cannot be activated yet
	Domains    []string
	Unverified []string
	Active     bool
	Done       string // POST target of "Done"
}

// ConnectPanel makes the token (SPEC L5).
type ConnectPanel struct {
	Token  string // set once, right after it was made
	Make   string // POST target of "Make a token"
	Tokens []TokenFact
	Next   string // POST target of "I have copied it"
}

// TokenFact is a token as it is shown later.
type TokenFact struct {
	Last4      string
	Made, Used Time
}

// WatchPanel is the live checklist of a directory.
type WatchPanel struct {
	Events string
	Checks []Check
	Users  []ArrivedUser
	Groups []ArrivedGroup
	More   int // people that are not listed
	Active bool
	Done   string // POST target of "Done"
}

// ArrivedUser is a person that came in. Missing names required attributes that did not arrive.
type ArrivedUser struct {
	Name, Email string
	Plan        PlanRef
	Kind, State string // status kind and word
	Missing     []string
}

// ArrivedGroup is a group that came in.
type ArrivedGroup struct {
	Name    string
	Members int
}

// WizardDonePage ends the setup.
type WizardDonePage struct {
	Page
	OrgName, Kind, Provider string
	Active                  bool
}

func (f WizardFrame) heading() string {
	if f.Provider == "" {
		return "Set up " + integrationName(f.Kind)
	}
	return "Connect " + f.Provider
}

func (f WizardFrame) position() string {
	for i, s := range f.Steps {
		if s.Current {
			if len(f.Steps) == 1 { // how many there are depends on the provider
				return "Step 1"
			}
			return "Step " + strconv.Itoa(i+1) + " of " + strconv.Itoa(len(f.Steps))
		}
	}
	return ""
}

func (n WizardNav) class() string {
	if n.Done && !n.Current {
		return "done"
	}
	return ""
}

func (m MetadataForm) open(how string) bool { return first(m.How, "url") == how }

func (r TestReport) kind() string {
	if r.Outcome == "passed" && !r.Changed {
		return "active"
	}
	if r.Outcome == "passed" {
		return "warn"
	}
	return "error"
}

func (r TestReport) word() string {
	switch {
	case r.Outcome == "passed" && r.Changed:
		return "Settings changed since"
	case r.Outcome == "passed":
		return "Passed"
	case r.Outcome == "timeout":
		return "No answer"
	}
	return "Failed"
}
