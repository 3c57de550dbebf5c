package views

// LoginPage is the first step of signing in: the e-mail address. SSO draws the
// variant behind the button "Single sign-on (SSO)".
type LoginPage struct {
	Page
	Email  string // as typed
	Next   string // own path to go on to; may be empty
	SSO    bool
	Errors FieldErrors // "email", ""
}

// LoginPasswordPage is the password step. It looks the same whether or not the account exists.
type LoginPasswordPage struct {
	Page
	Email, Next string
	Errors      FieldErrors // "password", ""
}

// LoginLinkPage says that a sign-in link may be on its way (Sent), or shows the
// button that uses a link up: GET shows, POST signs in.
type LoginLinkPage struct {
	Page
	Email  string
	Action string // POST target of the button; empty on the "sent" page
	Next   string
}

// HopPage is the page between us and another origin: the provider's sign-in
// page or the payment page (SPEC S9).
type HopPage struct {
	Page
	To     string // "Acme's sign-in page", "the payment page"
	Host   string // "acme.okta.com": where people are taken
	URL    string // where the refresh and the link lead
	Form   *PostForm
	Escape Link // "Use a password instead"; an empty path hides it
}

// PostForm is a form that is posted to another origin with a button (SAML HTTP-POST binding).
type PostForm struct {
	Action string
	Fields []Link // Label is the field's name, Path its value
}

// RecoveryPage takes an administrator's e-mail and one recovery code (SPEC S8).
type RecoveryPage struct {
	Page
	Email  string
	Errors FieldErrors // "email", "code", ""
}

// ResetPage asks for the address to send a new-password link to; Sent says it is on its way if there is an account.
type ResetPage struct {
	Page
	Email  string
	Sent   bool
	Errors FieldErrors // "email"
}

// SetPasswordPage takes a new password from a link.
type SetPasswordPage struct {
	Page
	Email, Action string
	Errors        FieldErrors // "password", "repeat"
}

// ProvePage proves an e-mail address by a button (GET shows, POST proves).
type ProvePage struct {
	Page
	Email, Action string
}
