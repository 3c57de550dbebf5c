package views

// InviteRow is one line of the list of invites. State is open, accepted, cancelled or expired.
type InviteRow struct {
	ID, Email   string
	MemberPath  string
	Admin       bool
	State       string
	NoPassword  bool // the rule frozen on this invite (SPEC O5)
	By          string
	At, Expires Time
}

// OrgInvitesPage is the list. Filter is "open" or "all" (?show=). Invites are cancelled and sent again by POST to
// /organization/invites/<id>/cancel and /resend.
type OrgInvitesPage struct {
	Page
	Filter     string
	Total      string
	Rows       []InviteRow
	Pager      Pager
	NoPassword bool // the rule that new invites get
}

// OrgInviteNewPage is the form of one invite (POST /organization/invites: email, role).
type OrgInviteNewPage struct {
	Page
	Email, Role string // as typed
	NoPassword  bool
	Outside     string // the domains: "acme.com, acme.co.uk"; empty when none are known
	Errors      FieldErrors
}

// passwordRule is the rule of an invite in words.
func passwordRule(noPassword bool) string {
	if noPassword {
		return "Without a password"
	}
	return "With a password"
}

func passwordRuleHint(noPassword bool) string {
	if noPassword {
		return "Invites sent now make an account without a password: people sign in through your identity provider or an e-mailed link."
	}
	return "Invites sent now let people choose a password."
}

func inviteState(state string) (kind, word string) {
	switch state {
	case "accepted":
		return "active", "Accepted"
	case "cancelled":
		return "off", "Cancelled"
	case "expired":
		return "off", "Expired"
	}
	return "awaiting", "Open"
}

func inviteKind(state string) string { kind, _ := inviteState(state); return kind }
func inviteWord(state string) string { _, word := inviteState(state); return word }

func (p OrgInvitesPage) tabs() []Tab {
	return []Tab{{"Open", "/organization/invites", p.Filter != "all"}, {"All", "/organization/invites?show=all", p.Filter == "all"}}
}

func (p OrgInvitesPage) emptyText() string {
	if p.Filter == "all" {
		return "Nobody was invited yet."
	}
	return "No invite is open."
}

func (p OrgInviteNewPage) emailHint() string {
	hint := "One address, or up to 100 separated by commas or on lines of their own."
	if p.Outside == "" {
		return hint
	}
	return hint + " Your domains are " + p.Outside + "."
}
