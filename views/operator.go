package views

import (
	"strconv"
	"strings"
)

// OperatorPage is what every page of the operators' desk needs. Email is who is signed in; "" for nobody.
type OperatorPage struct {
	Page
	Email string
	Query string // what the address of a button ends with, so that it leads back to this page of a list
}

// OperatorLoginPage asks for e-mail and password (POST /operator/login).
type OperatorLoginPage struct {
	OperatorPage
	Typed  string
	Errors FieldErrors
}

// OperatorCodePage asks for the code (POST /operator/code). Secret and Address are shown at the first sign-in.
type OperatorCodePage struct {
	OperatorPage
	Secret, Address string
	Errors          FieldErrors
}

// OperatorWelcomePage asks a new operator for a password.
type OperatorWelcomePage struct {
	OperatorPage
	Action, For string
	Errors      FieldErrors
}

// OperatorOrgRow is an organization in the list.
type OperatorOrgRow struct {
	Path, Name, Domains string
	Members             string
	Held                int64
	SSO, SCIM           bool
	Made                Time
}

// OperatorOrgsPage is the list (?q=).
type OperatorOrgsPage struct {
	OperatorPage
	Search, Total string
	Rows          []OperatorOrgRow
	Pager         Pager
}

// PlanBox is a plan that can be bought, and whether the organization has.
type PlanBox struct {
	Name    string
	On      bool
	Retired bool // not on sale: once taken away it does not come back
}

// TermsForm is what an organization has: fields sso, scim, plans (several), default_plan, deprovision, version.
type TermsForm struct {
	Version     string
	SSO, SCIM   bool
	Plans       []PlanBox
	Default     string
	Deprovision string
	Errors      FieldErrors
	Conflict    *Conflict
}

// Bought are the names of the ticked plans.
func (f TermsForm) Bought() string {
	var names []string
	for _, b := range f.Plans {
		if b.On {
			names = append(names, b.Name)
		}
	}
	return strings.Join(names, ", ")
}

// OperatorOrgNewPage is the form of a new organization (POST /operator/organizations).
type OperatorOrgNewPage struct {
	OperatorPage
	ID                   string // that it will have, so that a form sent twice makes one
	Name, Domains, Admin string
	Terms                TermsForm
	Errors               FieldErrors
}

// OperatorLink is a live setup link.
type OperatorLink struct {
	Kind, Ends string
	Until      Time
}

// OperatorOrgPage is one organization.
type OperatorOrgPage struct {
	OperatorPage
	ID, Name, Slug string
	Made           Time
	Fault          string // of a button
	States         []Fact
	Admins         string
	Terms          TermsForm
	Domains        []Domain // one page of them
	DomainPager    Pager
	DomainsTyped   string
	DomainErrors   FieldErrors
	Links          []OperatorLink
	NewLink        *NewLink
	InviteTyped    string
	InviteErrors   FieldErrors
	Faults         []HealthFault
	People         []WaitingPeople
	Seats          SeatLine // empty when they are not counted
	SeatsTyped     string
	SeatErrors     FieldErrors
	SeenSeats      Seen
	Directory      *DirectoryRules // nil without a directory
	RequireSSO     bool
	ActTyped       string // the reason to act as an administrator
	ActErrors      FieldErrors
}

// OutboxRow is a mail that did not go out. OrgPath is "" for one that is of no organization.
type OutboxRow struct {
	ID, Kind, Tries, Cause string
	OrgPath, Org           string
	GivenUp                bool
	Made, Next             Time
}

// OperatorOutboxPage lists them.
type OperatorOutboxPage struct {
	OperatorPage
	Rows  []OutboxRow
	Pager Pager
}

// WaitingPeople are the first of the members in one of the states that need somebody.
type WaitingPeople struct {
	State string // held, leaving or waiting
	Path  string // of all of them, for an operator who acts
	Rows  []HeldRow
	More  bool // there are others
}

func (g WaitingPeople) heading() string {
	text := StateWord(g.State)
	if g.More {
		text += ", the first " + strconv.Itoa(len(g.Rows))
	}
	return text
}

// reason is why a member waits; who lacks nothing is told apart by the address.
func (g WaitingPeople) reason(r HeldRow) string { return first(HoldLine(r.Holds), r.Email) }

// acts tells whether the operator acts for this very organization, so that its own pages open.
func (p OperatorOrgPage) acts() bool { return p.Acting != nil && p.Acting.OrgID == p.ID }

func (p OperatorOrgPage) path() string { return "/operator/organizations/" + p.ID }

func (f TermsForm) defaults() []Option {
	var out []Option
	for _, b := range f.Plans {
		out = append(out, Option{b.Name, b.Name})
	}
	return out
}

var deprovisionPolicies = []Choice{
	{Value: "downgrade", Label: "Downgrade only", Hint: "The member stays, on the free plan."},
	{Value: "disconnect", Label: "Downgrade and remove from organization", Hint: "The account becomes the person’s own."},
	{Value: "delete", Label: "Delete", Hint: "Records and data are erased after 30 days. Only operators can choose this."},
}

var operatorNav = []Link{
	{"Organizations", "/operator/organizations"}, {"Health", "/operator/health"}, {"Plans", "/operator/plans"}, {"Prices", "/operator/prices"}, {"Outbox", "/operator/outbox"}, {"Audit", "/operator/audit"},
	{"Staff", "/operator/staff"},
}
