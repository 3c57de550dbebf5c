package views

// AccountPage is a person's own page.
type AccountPage struct {
	Page
	Plan          PlanRef
	Waits         string         // the organization in which the person is waiting for a seat; empty for none
	Profile       []ProfileField // read-only ones as text, the others as a form
	ManagedReason string         // "Your name, e-mail and plan are managed by Acme's directory."; empty when nothing is
	Memberships   []Membership
	Sessions      []SessionRow
	HasPassword   bool
	PersonalEmail string // the private address that is proved; empty for none
	PersonalTyped string
	PersonalAsked bool   // it may be given here
	PasswordNote  string // "You sign in with your company account."; set when no password can be set here
	Errors        FieldErrors
}

// ProfileField is one attribute of the person. Name is the form field; a Managed one is shown as text.
type ProfileField struct {
	Name, Label, Value, Hint string
	Autocomplete             string
	Managed, Required        bool
	Options                  []Option // a select when set (country)
}

// Membership is one organization the person belongs to.
type Membership struct {
	ID, Name, Role string
	Plan           PlanRef
	Kind, State    string // status kind and word
	Current        bool
}

// SessionRow is one place where the person is signed in.
type SessionRow struct {
	ID, Where, How string // "Chrome on macOS", "through Acme's sign-in page"
	Began, Seen    Time
	This           bool
}

// CompletePage asks a held member for what the directory does not send (SPEC P4): one form, then on.
type CompletePage struct {
	Page
	Fields []ProfileField
	Next   string
	Errors FieldErrors
}

// hasOwn tells whether anything is left for the person to edit.
func hasOwn(fields []ProfileField) bool {
	for _, f := range fields {
		if !f.Managed {
			return true
		}
	}
	return false
}
