package views

// ErrorPage is the one page for everything that went wrong, also a refused sign-in.
type ErrorPage struct {
	Page
	Status  int    // HTTP status; small print
	Heading string // "We could not sign you in"
	Text    string // one calm sentence: what happened and what to do
	Code    string // reference code for the administrator; may be empty
	Ask     *Person
	Actions []Link
	Switch  *OrgRef // a stale tab: the organization whose form this was (SPEC I5)
	Next    string  // where to go on after the switch
}
