package views

import "strconv"

// OrgPolicyPage is the sign-in policy: who must come through single sign-on, the recovery codes, how long sessions last.
// Its forms post to /organization/sso/policy/require (require), /codes, /prove (code), /lifetime (session_hours,
// idle_hours), /logs (log_days) and /signout.
type OrgPolicyPage struct {
	Page
	Require     bool
	Domains     []string // verified ones
	People      int      // members of them
	Passwords   int      // of these, those with a password
	Before      []Check  // what must be done before it can be required
	Codes       RecoveryState
	Hours, Idle string // of a session by SSO, as typed
	Sessions    int    // live ones in the organization
	LogDays     string // how long the logs are kept, as typed
	SeenLengths Seen   // of the form for Hours and Idle
	SeenLogs    Seen
	Errors      FieldErrors
}

// RecoveryState is what is known of the recovery codes after they were shown.
type RecoveryState struct {
	Made   Time // empty text: none were made
	Maker  string
	Left   int
	Proved bool
	Uses   []Fact // when, and by whom
	Closed string // why this session may make none; may use marks
}

// OrgRecoveryCodesPage shows new recovery codes, this once, to be printed.
type OrgRecoveryCodesPage struct {
	Page
	Codes   []string
	Address string // of the page that takes them
	Made    Time
}

func (c RecoveryState) status() (kind, word string) {
	switch {
	case c.Made.Text == "":
		return "off", "None made"
	case c.Left == 0:
		return "error", "All used"
	case !c.Proved:
		return "awaiting", "Not proved yet"
	case c.Left <= 3:
		return "warn", strconv.Itoa(c.Left) + " left"
	}
	return "active", strconv.Itoa(c.Left) + " left"
}

func (c RecoveryState) kind() string { kind, _ := c.status(); return kind }
func (c RecoveryState) word() string { _, word := c.status(); return word }

func (p OrgPolicyPage) requireWord() (kind, word string) {
	if p.Require {
		return "active", "Required"
	}
	return "off", "Not required"
}

func (p OrgPolicyPage) requireKind() string { kind, _ := p.requireWord(); return kind }
func (p OrgPolicyPage) requireText() string { _, word := p.requireWord(); return word }

// reach says whom the switch touches.
func (p OrgPolicyPage) reach() string {
	if len(p.Domains) == 0 {
		return "No domain is verified yet, so it would touch nobody."
	}
	text := "People of " + list(p.Domains) + " sign in through your identity provider only: " + count(p.People, "member", "members") + " today."
	if p.Passwords > 0 {
		text += " " + count(p.Passwords, "of them has a password, which is", "of them have a password, which is") + " refused; sessions begun with one end at once."
	}
	return text + " Guests with other addresses go on as before."
}
