package views

import "strconv"

// TokenRow is one token of the directory that nobody has ended, never the token itself.
type TokenRow struct {
	ID, Last4, By string
	At, LastUsed  Time // LastUsed empty: never
	Expires       Time // empty: it works until it is ended
	Expired       bool
	Warning       string // "It ends in 7 days."; empty while there is time
}

// tokenLives are the lifetimes that the form offers, in days.
var tokenLives = []Option{{"0", "Until you end it"}, {"90", "90 days"}, {"365", "One year"}, {"730", "Two years"}}

// Refusal is a kind of requests that the directory's door refused: what came, and what to change where. Both may use
// **bold** and `field` marks.
type Refusal struct{ Text, Fix string }

// HeldRow is one member on hold, with the codes of the reasons (SPEC C).
type HeldRow struct {
	Path, Name, Email string
	Holds             []string
}

// OrgDirectoryPage is Directory Sync in detail. The forms post to /organization/sso/directory/tokens (makes one; days),
// /organization/sso/directory/tokens/<id>/end and /organization/sso/directory/switches (strict, guests: "on" or absent).
type OrgDirectoryPage struct {
	Page
	Directory  Integration // Kind scim; shown by label and line
	BaseURL    string      // empty before the first setup: nothing but a way to begin is shown
	Facts      []Fact      // first request, last request, people, groups
	Refusals   []Refusal   // that still go on
	Chart      *BarChart   // nil: nothing has come yet
	Plans      *PlanChart
	NewToken   string // shown this once
	Tokens     []TokenRow
	TokenFull  bool // two live ones: no third
	Strict     bool
	Seen       Seen // of the form for the switches
	Guests     bool
	GuestsOff  string // why the guest switch cannot be turned here; empty when it can
	Mapping    []Fact // attribute to the name it is read from
	Held       []HeldRow
	HeldTotal  int
	HeldPath   string     // the list of all held members
	GroupsLeft []GroupRow // groups that a directory left behind: ordinary ones now
}

// OrgRequestsPage is the directory log.
type OrgRequestsPage struct {
	Page
	Directory string // provider's name
	Filter    RequestFilter
	Refusals  []Refusal // within the time that the log is kept
	Days      int       // for which the log is kept
	Chart     *BarChart
	Rows      []RequestRow
	Pager     Pager
}

// RequestFilter is the search form, as it stands in the URL: outcome, method, person (an e-mail), from and to (dates,
// UTC).
type RequestFilter struct{ Outcome, Method, Person, From, To string }

// RequestRow is one SCIM exchange.
type RequestRow struct {
	Path             string // of its detail page
	At               Time
	What             string // in words: "Change of a person"
	Who, WhoPath     string // the person's label; may be empty
	Method, Resource string // "PATCH", "/Users/usr-…"
	Status           int
	Cause            string // of a failure, or what is missing although it was taken; one sentence
	Duration         string // "12 ms"
}

// OrgRequestPage is one exchange: what was asked, what changed, and why it failed.
type OrgRequestPage struct {
	Page
	Row     RequestRow
	Changed []string // attribute names, never values
	Facts   []Fact   // scimType, time taken, directory …
	Fix     string   // what to change and where; may use **bold** and `field` marks
}

func (r RequestRow) failed() bool { return r.Status >= 400 }

func (r RequestRow) kind() string {
	switch {
	case r.failed():
		return "error"
	case r.Cause != "":
		return "warn"
	}
	return "active"
}

func (r RequestRow) noticeKind() string {
	if r.failed() {
		return "bad"
	}
	return "warn"
}

func (p OrgDirectoryPage) heldLink() Link {
	if p.HeldTotal <= len(p.Held) || p.HeldPath == "" {
		return Link{}
	}
	return Link{"Show all " + strconv.Itoa(p.HeldTotal), p.HeldPath}
}

func allowedWord(on bool) string {
	if on {
		return "Allowed"
	}
	return "Not allowed"
}

var requestOutcomes = []Option{
	{"", "Any outcome"}, {"failed", "Failed"}, {"refused", "Refused (4xx)"}, {"ourfault", "Our fault (5xx)"}, {"partly", "Taken, but something is missing"}, {"ok", "All well (2xx)"},
}

var requestMethods = []Option{{"", "Any method"}, {"POST", "POST"}, {"PUT", "PUT"}, {"PATCH", "PATCH"}, {"DELETE", "DELETE"}, {"GET", "GET"}}

func (p OrgRequestsPage) emptyText() string {
	if p.Filter != (RequestFilter{}) {
		return "No request matches. Change the search or clear it."
	}
	return "Nothing has arrived from your directory yet."
}
