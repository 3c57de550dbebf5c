// Package views draws every page and mail of Rollcall from plain values. It
// fetches nothing and knows no row: one exported struct goes into each page,
// with times already written out and paths as strings.
package views

import (
	"sort"
	"strings"
)

// Page is what every page needs around its content. It is built in one place
// and embedded in each page's own struct.
type Page struct {
	Title        string  // document title and, on most pages, the h1
	Product      string  // ROLLCALL_PRODUCT_NAME; empty means Rollcall
	Path         string  // path of this page as a GET, with its query; marks the navigation, feeds live regions
	Org          *OrgRef // the session's organization; nil outside one
	Viewer       *Viewer // nil when signed out
	Orgs         []OrgRef
	Flash        *Notice
	Theme        string // "light", "dark"; anything else follows the system
	Sandbox      bool   // payments move no money: said on every page
	SupportEmail string // empty: no address to offer
	Acting       *Acting
}

// Acting says that an operator acts as an administrator of an organization; it is shown on every page.
type Acting struct {
	OrgID   string
	OrgName string
	Reason  string
	Until   Time
}

// OrgRef names an organization.
type OrgRef struct{ ID, Name, Slug string }

// Viewer is the person who looks at the page.
type Viewer struct {
	Name, Email, Initials string
	RoleWord              string // "Administrator", "Member"
	Admin                 bool
}

// Notice is a message at the top of a page. Kind is ok, info, warn or bad.
// UndoPath, if set, gets a form with the hidden field event=UndoEvent.
type Notice struct {
	Kind, Title, Text   string
	LinkPath, LinkLabel string
	UndoPath, UndoEvent string
	UndoUntil           Time
	UndoLabel           string // empty: "Undo"
	Focus               bool   // the page is about it: it gets the keyboard's focus
}

// Time is an instant ready to be shown: the words, and RFC 3339 in UTC for the
// machine. An empty At makes plain text of it.
type Time struct{ Text, At string }

// FieldErrors are the faults of one form, by field name. The key "" is a fault
// of the form as a whole.
type FieldErrors map[string]string

// fields lists the faulty fields in a fixed order, the form as a whole first.
func (e FieldErrors) fields() []string {
	names := make([]string, 0, len(e))
	for name := range e {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// PlanRef is a plan with its rank among the plans on sale: 0 is the least.
type PlanRef struct {
	Name string
	Rank int
}

// Fact is one line of a list of facts. Kind colours the value: "", ok, warn, bad.
type Fact struct{ Label, Value, Kind string }

// Link is a way on: a label and a path.
type Link struct{ Label, Path string }

// Person is somebody to write to.
type Person struct{ Name, Email string }

// ProductName is the name shown for the service.
func (p Page) ProductName() string {
	if p.Product == "" {
		return "Rollcall"
	}
	return p.Product
}

// OrgName is the organization's name, or the empty string outside one.
func (p Page) OrgName() string {
	if p.Org == nil {
		return ""
	}
	return p.Org.Name
}

// OrgID is what each form of an organization page carries (SPEC I5).
func (p Page) OrgID() string {
	if p.Org == nil {
		return ""
	}
	return p.Org.ID
}

// current tells whether a navigation entry holds this page: its path or a page below it.
// The overview is a prefix of everything, so it counts only as itself.
func (p Page) current(href string) bool {
	path, _, _ := strings.Cut(p.Path, "?")
	if href == "/organization" || href == "/account" {
		return path == href
	}
	return path == href || strings.HasPrefix(path, href+"/")
}

// initial is the first letter for a monogram.
func initial(name string) string {
	for _, r := range name {
		return strings.ToUpper(string(r))
	}
	return "?"
}

// rankClass gives the colour class of a plan; ranks beyond the palette share its last colour.
func rankClass(rank int) string {
	return "plan-" + string(rune('0'+min(max(rank, 0), 4)))
}
