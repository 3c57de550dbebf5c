package views

// sourceWords are the doors by which members come in (SPEC C).
var sourceWords = map[string]string{"scim": "Directory", "jit": "First sign-in", "csv": "CSV", "invite": "Invite", "manual": "By hand"}

// memberStates are the statuses of SPEC C with their sign.
var memberStates = map[string]struct{ kind, word string }{
	"invited": {"awaiting", "Invited"}, "active": {"active", "Active"}, "held": {"warn", "On hold"}, "waiting": {"awaiting", "Waiting for a seat"},
	"leaving": {"warn", "Removal waiting"}, "deactivated": {"off", "Deactivated"}, "disconnected": {"off", "Disconnected"},
}

// holdWords are the hold reasons of SPEC C in short, for lists.
var holdWords = map[string]string{
	"missing_first_name": "First name missing", "missing_last_name": "Last name missing", "missing_email": "E-mail missing",
	"missing_country": "Country missing", "outside_domain": "Outside your domains",
	"account_elsewhere": "Account belongs elsewhere", "email_in_use": "E-mail of another member", "review": "Waits for your review",
}

// holdFixes say what ends each hold.
var holdFixes = map[string]string{
	"missing_first_name": "No first name came. Map it in your identity provider; the hold ends by itself.",
	"missing_last_name":  "No last name came. Map it in your identity provider; the hold ends by itself.",
	"missing_email":      "No e-mail address came. Send it as the user name or as the primary e-mail; the hold ends by itself.",
	"missing_country":    "No country came. Map `country` in your identity provider, or choose a default country under **Settings**.",
	"outside_domain":     "The e-mail is outside your domains. Add the domain under **Single Sign-On / Provision**, or send another address.",
	"account_elsewhere":  "The account of this e-mail belongs elsewhere. Verify the domain, or send another address from your identity provider.",
	"review":             "Your directory’s first sync is under review. Apply it on the page **Review** of the directory.",
	"email_in_use":       "Another member of your organization has this e-mail. Change one of the two in your identity provider.",
}

// SourceWord is a source of members (SPEC C) in words; an unknown code stays as it is.
func SourceWord(code string) string { return first(sourceWords[code], code) }

func stateKind(code string) string { return first(memberStates[code].kind, "off") }

// StateWord is a member’s status (SPEC C) in words.
func StateWord(code string) string { return first(memberStates[code].word, code) }

// HoldLine puts hold reasons in one line: "Country missing · Outside your domains".
func HoldLine(codes []string) string {
	text := ""
	for i, c := range codes {
		if i > 0 {
			text += " · "
		}
		text += first(holdWords[c], c)
	}
	return text
}

var memberSourceOptions = []Option{{"", "Any source"}, {"scim", "Directory"}, {"jit", "First sign-in"}, {"invite", "Invite"}, {"csv", "CSV"}, {"manual", "By hand"}}

var memberStateOptions = []Option{{"", "Any state"}, {"active", "Active"}, {"held", "On hold"}, {"invited", "Invited"}, {"waiting", "Waiting for a seat"}, {"leaving", "Removal waiting"}, {"deactivated", "Deactivated"}, {"disconnected", "Disconnected"}}

var roleOptions = []Option{{"", "Any role"}, {"member", "Member"}, {"admin", "Administrator"}}

func roleWord(admin bool) string {
	if admin {
		return "Administrator"
	}
	return "Member"
}

// anyOf puts the choice that does not narrow before the others.
func anyOf(label string, list []Option) []Option {
	return append([]Option{{"", label}}, list...)
}

var memberRoles = []Choice{
	{Value: "member", Label: "Member", Hint: "Uses what the plan gives."},
	{Value: "admin", Label: "Administrator", Hint: "Also changes everything on these pages."},
}

var ssoPages = []Link{
	{"Connection", "/organization/sso/connection"}, {"Sign-in policy", "/organization/sso/policy"}, {"Sign-in log", "/organization/sso/signins"}, {"Check a person", "/organization/sso/check"},
	{"Directory", "/organization/sso/directory"}, {"On hold", "/organization/sso/held"}, {"Directory log", "/organization/sso/requests"},
}

func (p Page) ssoTabs() []Tab {
	list := make([]Tab, len(ssoPages))
	for i, l := range ssoPages {
		list[i] = Tab{l.Label, l.Path, p.current(l.Path)}
	}
	return list
}
