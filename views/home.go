package views

import "strconv"

// HomePage is the product page for who is not signed in.
type HomePage struct{ Page }

// ChooserPage lets somebody with several organizations choose one.
type ChooserPage struct {
	Page
	Memberships []Membership
	Next        string
}

// HelpPage lists the guides.
type HelpPage struct {
	Page
	Guides []HelpEntry
}

// HelpEntry is one guide in the list.
type HelpEntry struct {
	Slug, Name, CheckedOn string
	SSO, SCIM             bool
}

// HelpGuidePage is one provider's guide without an organization's values (SPEC L7).
type HelpGuidePage struct {
	Page
	Name, CheckedOn, Sources string
	Parts                    []HelpPart
}

// HelpPart is the way through Single Sign-On or Directory Sync. Without says why there is none.
type HelpPart struct {
	Kind    string // "sso" or "scim"
	Without string
	Needs   []string
	Steps   []GuideStep
}

func (e HelpEntry) kinds() string {
	switch {
	case e.SSO && e.SCIM:
		return "Single Sign-On and Directory Sync"
	case e.SCIM:
		return "Directory Sync"
	}
	return "Single Sign-On"
}

func stepTitle(i int, title string) string { return strconv.Itoa(i+1) + ". " + title }

// rowsOf makes the mapping table of a guide's attributes.
func rowsOf(list []GuideAttribute) []AttributeRow {
	rows := make([]AttributeRow, len(list))
	for i, a := range list {
		rows[i] = AttributeRow{Label: a.Label, Need: a.Need, Send: a.Send, Theirs: a.Theirs, Note: a.Note}
	}
	return rows
}
