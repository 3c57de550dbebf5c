package views

// Stage is where an integration stands; it decides the label, the actions and the default words of its card.
type Stage string

// The stages of Single Sign-On and Directory Sync. The label of the first is
// "Not included", of StageActive "Active", of StageDeactivated "Deactivated",
// of all others "Awaiting" (SPEC S1).
const (
	StageNotIncluded Stage = "not_included" // not bought
	StageNoLink      Stage = "no_link"      // bought, no setup link made yet
	StageLinkLive    Stage = "link_live"    // a link works
	StageLinkEnded   Stage = "link_ended"   // the link expired or was cancelled before the end
	StageTestFailed  Stage = "test_failed"  // Single Sign-On only
	StageTestPassed  Stage = "test_passed"  // Single Sign-On only: everything is ready to be switched on
	StageActive      Stage = "active"
	StageDeactivated Stage = "deactivated"
)

// Integration is one of the two cards of the tab.
type Integration struct {
	Kind     string // "sso" or "scim"
	Stage    Stage
	Provider string // "Okta"; empty when none was chosen

	NothingBought bool   // the only way to checkout is the form, which keeps what is typed
	Qualifier     string // the line under the label; empty: the stage's own sentence
	Attention     string // what needs attention while Active; empty when all is well
	FixPath       string // the one link that mends it
	FixLabel      string
	Facts         []Fact
	Foot          string // "Active since 3 Mar 2026"
	Blocked       string // why no setup link can be made now; empty when it can
	Link          *LinkFacts
	ReportPath    string // StageTestFailed: what happened
}

// LinkFacts are what is known of a setup link after it was shown: never the link itself.
type LinkFacts struct {
	Last4, Maker, Seen string
	Expires            Time
}

// NewLink is a setup link that was made a moment ago. It is shown this once.
type NewLink struct {
	Kind, URL string
	Lasts     string // "23 h 59 min"
	Expires   Time
	MailTo    string // as typed, after a fault
	MailError string
}

// Warning is a line at the top of the tab, most urgent first.
type Warning struct{ Kind, Strong, Text, LinkPath, LinkLabel string }

// SSOSettings is the settings form, with the values as typed.
type SSOSettings struct {
	Version          string // of the row; a save on an older one is a conflict
	Domains          string // comma-separated, as typed
	DefaultPlan      string
	Plans            []Option
	DisablePasswords bool
	AddMembers       string // "jit" or "directory"
	AddMembersNote   string // what changes for whom if the other is chosen
	NoDirectory      bool   // Directory Sync is not bought: the choice is shown, not offered
	Deprovision      string // "downgrade", "disconnect" or "delete"
	LastChange       string
	Errors           FieldErrors
	Conflict         *Conflict
}

// Domain is an e-mail domain of the organization with its state:
// unverified, checking, verified or lost.
type Domain struct {
	ID, Name, State string
	Detail          string // dns_missing, dns_wrong … as a sentence
	TXTHost         string // empty once verified
	TXTValue        string
	Checked         Time
	Error           string
}

// Change is one row of "Recent changes from your directory".
type Change struct {
	At     Time
	Who    string
	Path   string // of the member; may be empty
	What   string
	Plan   PlanRef
	From   string // the plan before, when it changed
	Kind   string // active, awaiting, error, off
	Result string
}

// OrgSSOPage is the "Single Sign-On / Provision" tab.
type OrgSSOPage struct {
	Page
	Bought       bool // at least one of the two
	SSO, SCIM    Integration
	NewLink      *NewLink
	Warnings     []Warning // two at most; MoreWarnings counts the rest
	MoreWarnings int
	Settings     SSOSettings
	Domains      []Domain
	DomainPager  Pager
	Activity     *BarChart
	Plans        *PlanChart
	SyncDone     int // of an initial sync that runs; SyncTotal 0: none
	SyncTotal    int
	Changes      []Change
	RevokeSSO    *RevokeForm // the dialogs; nil when there is nothing to deactivate
	RevokeSCIM   *RevokeForm
}

// Name is the product word of the integration.
func (i Integration) Name() string { return integrationName(i.Kind) }

func integrationName(kind string) string {
	if kind == "scim" {
		return "Directory Sync"
	}
	return "Single Sign-On"
}

func linkName(kind string) string {
	if kind == "scim" {
		return "SCIM setup link"
	}
	return "SSO setup link"
}

func (i Integration) icon() string {
	if i.Kind == "scim" {
		return "sync"
	}
	return "shield"
}

func (i Integration) protocol() string {
	protocol := "SAML 2.0"
	if i.Kind == "scim" {
		protocol = "SCIM 2.0"
	}
	if i.Provider == "" {
		return protocol
	}
	return i.Provider + " · " + protocol
}

// label is the status word; the first value is its kind.
func (i Integration) label() (string, string) {
	switch i.Stage {
	case StageNotIncluded:
		return "off", "Not included"
	case StageActive:
		return "active", "Active"
	case StageDeactivated:
		return "off", "Deactivated"
	}
	return "awaiting", "Awaiting"
}

func (i Integration) labelKind() string { kind, _ := i.label(); return kind }
func (i Integration) labelWord() string { _, word := i.label(); return word }

// line is the sentence under the label.
func (i Integration) line() string {
	if i.Qualifier != "" {
		return i.Qualifier
	}
	switch i.Stage {
	case StageNotIncluded:
		return "Add " + i.Name() + " from checkout."
	case StageNoLink:
		return "No link made yet. Make a setup link to begin."
	case StageLinkLive:
		return "Waiting for IT. The link has not been opened yet."
	case StageLinkEnded:
		return "The setup link does not work any more. Progress is kept."
	case StageTestFailed:
		return "The last test sign-in failed."
	case StageTestPassed:
		return "Tested. Not switched on yet."
	}
	return ""
}

// generates tells whether the card offers the first setup link.
func (i Integration) generates() bool {
	return i.Stage == StageNoLink || i.Stage == StageLinkEnded || i.Stage == StageDeactivated ||
		(i.Link == nil && (i.Stage == StageTestFailed || i.Stage == StageTestPassed))
}

func (i Integration) generateWord() string {
	if i.Stage == StageLinkEnded {
		return "Generate new " + linkName(i.Kind)
	}
	return "Generate " + linkName(i.Kind)
}

func (i Integration) revokePath() string {
	if i.Kind == "scim" {
		return "/organization/sso/directory/revoke"
	}
	return "/organization/sso/revoke"
}

func (d Domain) label() (kind, word string) {
	switch d.State {
	case "verified":
		return "active", "Verified"
	case "checking":
		return "awaiting", "Checking"
	case "lost":
		return "warn", "Proof lost"
	}
	return "awaiting", "Unverified"
}

func (d Domain) labelKind() string { kind, _ := d.label(); return kind }
func (d Domain) labelWord() string { _, word := d.label(); return word }

// card is one of the two cards as this page draws it.
func (p OrgSSOPage) card(i Integration) Integration {
	i.NothingBought = !p.Bought
	return i
}
