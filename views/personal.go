package views

// PersonalPage is where the owner of an account gives or proves a private address. It opens by a link from a mail, or
// for a signed-in person by /account. Proves is the address that the link proves; empty: the page asks for one.
type PersonalPage struct {
	Page
	Action    string // the form posts here: email, or nothing with Proves
	Suspended bool   // an organization has ended the membership, and the account waits
	Former    string // the address that is no longer theirs
	Proves    string
	Email     string // as typed
	Sent      bool   // a link is on its way to Email
	Errors    FieldErrors
}

// LeavePage asks before one leaves an organization.
type LeavePage struct {
	Page
	Organization string
	Fixed        string   // why it cannot be done here; empty when it can
	Admins       []Person // whom to ask
	Plan         PlanRef
}
