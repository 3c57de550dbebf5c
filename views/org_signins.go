package views

// SignInRow is one line of the sign-in log. State is a code: started, responded, succeeded, failed, test_passed,
// test_failed, timed_out.
type SignInRow struct {
	Path         string // of its detail page
	At           Time
	Who, WhoPath string // empty when nobody was recognised
	From         string // where it was started: "Sign-in page", "At Okta", "Test"
	State        string
	Why          string // the reason in a sentence, when it failed
	Reason       string // the reason's code
	Reference    string // what the member was told to give the administrator
	Duration     string // "1.2 s"
}

// SignInFilter is the search form, as it stands in the URL: outcome, kind ("login", "test"), person (an e-mail), ref.
type SignInFilter struct{ Outcome, Kind, Person, Reference string }

// OrgSignInsPage is the sign-in log.
type OrgSignInsPage struct {
	Page
	Days   int // how long they are kept
	Filter SignInFilter
	Chart  *BarChart
	Rows   []SignInRow
	Pager  Pager
}

// OrgSignInPage is one sign-in: its time line and the facts of request and response, never XML.
type OrgSignInPage struct {
	Page
	Row        SignInRow
	Headline   string // "The audience is wrong."; empty: the state's own words
	Fix        string // what to change and where; may use **bold** and `field` marks
	Checks     []Check
	Request    []Fact
	Response   []Fact
	Attributes []string // names as received
	Missing    []string // required fields that did not come
	Support    string   // the same as text, to copy into a mail
}

func signInState(state string) (kind, word string) {
	switch state {
	case "succeeded":
		return "active", "Succeeded"
	case "test_passed":
		return "active", "Test passed"
	case "failed":
		return "error", "Failed"
	case "test_failed":
		return "error", "Test failed"
	case "timed_out":
		return "off", "Timed out"
	}
	return "awaiting", "In progress"
}

func (r SignInRow) kind() string { kind, _ := signInState(r.State); return kind }
func (r SignInRow) word() string { _, word := signInState(r.State); return word }

func (r SignInRow) failed() bool { return r.kind() == "error" || r.State == "timed_out" }

var signInOutcomes = []Option{{"", "Any outcome"}, {"succeeded", "Succeeded"}, {"failed", "Failed"}, {"test_passed", "Test passed"}, {"test_failed", "Test failed"}, {"started", "In progress"}}

var signInKinds = []Option{{"", "Any kind"}, {"login", "Sign-ins"}, {"test", "Tests"}}

func (p OrgSignInsPage) emptyText() string {
	if p.Filter != (SignInFilter{}) {
		return "No sign-in matches. Change the search or clear it."
	}
	return "Nobody has signed in through your identity provider yet."
}

func (p OrgSignInPage) title() string {
	switch {
	case p.Row.From == "Test":
		return "Test sign-in"
	case p.Row.Who != "":
		return "Sign-in of " + p.Row.Who
	}
	return "Sign-in"
}

func signInHeads(people bool) []string {
	if people {
		return []string{"When", "Person", "Started", "Outcome", "Took"}
	}
	return []string{"When", "Started", "Outcome", "Took"}
}
