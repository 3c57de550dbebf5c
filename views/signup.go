package views

// SignUpPage is /signup: a personal account, or the ways to an organization's.
type SignUpPage struct {
	Page
	Name, Email, Next string
	Errors            FieldErrors // "name", "email", "password", ""
}

// SignUpOrganizationPage is /signup/organization: an organization and its first administrator.
type SignUpOrganizationPage struct {
	Page
	Organization, Name, Email string
	SignedIn                  bool        // an account adds another organization: no e-mail and password asked
	Errors                    FieldErrors // "organization", "name", "email", "password", ""
}

// CheckMailPage says that a mail is on its way. It is the same whether or not the address was taken.
type CheckMailPage struct {
	Page
	Email string
	What  string // "confirm your e-mail and finish signing up"
}

// InvitePage is an invite: GET shows, POST accepts. State is open, expired, cancelled, accepted or unknown.
type InvitePage struct {
	Page
	State        string
	Action       string // POST target
	Organization string
	Inviter      string
	Email        string
	Role         string // "Administrator", "Member"
	Plan         PlanRef
	NoPassword   bool   // the rule that is frozen in the invite (SPEC O5)
	HasAccount   bool   // the viewer is signed in as the invited person
	OtherAccount string // the viewer is signed in as somebody else: their address
	Name         string // as typed
	Named        string // what the organization has said of the name; it is not asked for again
	SSO          string // where single sign-on begins; empty: the address is not sent there
	OnlySSO      bool   // no other way in is offered
	AskAction    string // POST target of "Ask for a new invite"; empty hides it
	Asked        bool
	Errors       FieldErrors // "name", "password", ""
}

func (p InvitePage) heading() string {
	switch p.State {
	case "open":
		return "Join " + p.Organization
	case "accepted":
		return "This invite was accepted"
	case "expired":
		return "This invite has expired"
	case "cancelled":
		return "This invite was cancelled"
	}
	return "This invite does not work"
}

// joinClass makes the form's button the second one beside single sign-on.
func (p InvitePage) joinClass() string {
	if p.SSO != "" {
		return "btn wide"
	}
	return "btn primary wide"
}

// joinWords are whom the form joins, and how where there are two ways.
func (p InvitePage) joinWords() string {
	switch {
	case p.SSO == "":
		return p.Organization
	case p.HasAccount:
		return p.Organization + " with this account"
	}
	return p.Organization + " with a password"
}

// over says what became of an invite that cannot be accepted.
func (p InvitePage) over() string {
	switch p.State {
	case "accepted":
		return "You can sign in now."
	case "expired":
		return "Ask " + p.Organization + " for a new one; it takes one press of a button."
	case "cancelled":
		return "Ask " + first(p.Inviter, "the person who sent it") + " whether you still need one."
	}
	return "The address may have been cut off. Open the whole link from the message, or ask the person who invited you for a new one."
}
