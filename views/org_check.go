package views

// OrgCheckPage is "Why can't this person sign in?": an address, and what decides about it in order (SPEC A2). The form
// is a GET with q, an e-mail address or a reference code.
type OrgCheckPage struct {
	Page
	Query  string
	Who    string // the address that was looked at; empty before
	Member string // path of the member, if there is one
	Fault  string // the first fault in a sentence; empty: nothing stands in the way
	Fix    string // what to change and where; may use marks
	Checks []Check
	Errors FieldErrors // q
}

func (p OrgCheckPage) memberLink() Link {
	if p.Member == "" {
		return Link{}
	}
	return Link{Label: "Open the member", Path: p.Member}
}
