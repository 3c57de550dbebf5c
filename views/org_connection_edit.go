package views

import "github.com/a-h/templ"

// OrgConnectionEditPage changes an Active connection as a draft: what differs, its test, and the forms (SPEC S5). They
// post below /organization/sso/connection/edit: metadata, mapping (map_…), switches (sign_requests, encrypt,
// hard_dates), test, test/cancel, activate and discard.
type OrgConnectionEditPage struct {
	Page
	Provider  string        // its name; empty for a general one
	Draft     bool          // there is one
	Changes   []DraftChange // empty with a draft: it says the same as what is in use
	Tested    bool          // exactly this draft has passed
	Test      *TestPanel    // nil without a draft
	Metadata  MetadataForm
	Mapping   MappingForm
	Switches  SwitchState
	ReadAgain string // the metadata address that can be read again at once; may be empty
	Errors    FieldErrors
}

// DraftChange is one setting that differs.
type DraftChange struct{ Label, Before, After string }

// SwitchState is what an administrator decides about how the two sides speak.
type SwitchState struct {
	SignRequests, Encrypt, HardDates bool
	Key                              []Fact // our own certificate; empty before it is needed
	Seen                             Seen
	MetadataURL                      string // ours
}

// OrgConnectionTestPage tests the settings in use, without changing anything.
type OrgConnectionTestPage struct {
	Page
	Provider string
	Test     TestPanel
}

// liveFoot: the switch appears when the test has passed.
func (p OrgConnectionEditPage) liveFoot() templ.Attributes {
	if p.Test == nil {
		return nil
	}
	return liveAt(p.Test.Events, p.Path)
}

func (p OrgConnectionEditPage) standing() (kind, word string) {
	switch {
	case !p.Draft:
		return "off", "No changes yet"
	case p.Tested:
		return "active", "Tested"
	}
	return "awaiting", "Not tested yet"
}

func (p OrgConnectionEditPage) kind() string { kind, _ := p.standing(); return kind }
func (p OrgConnectionEditPage) word() string { _, word := p.standing(); return word }

func theirName(provider string) string { return first(provider, "your identity provider") }
