package views

import "strconv"

// HeldReason is one reason for which members are on hold, with those whom it concerns.
type HeldReason struct {
	Code  string // SPEC C
	Fix   string // what to change and where; may use **bold** and `field` marks
	Count int
	Rows  []HeldRow
	More  string // path of all of them; empty when Rows is all
	Own   Link   // where it is mended on these pages, if there is such a place
}

// OrgHeldPage lists who is on hold, by reason. A member with two reasons stands under both.
type OrgHeldPage struct {
	Page
	Total   int
	Reasons []HeldReason
}

// heldOwn are the places on these pages where a hold can be ended for everybody at once.
var heldOwn = map[string]Link{
	"missing_country": {"Choose a default country", "/organization/settings"}, "outside_domain": {"Add a domain", "/organization/sso#domain-list"},
	"account_elsewhere": {"Verify the domain", "/organization/sso#domain-list"},
}

// NewHeldReason is a reason with its words, for the provider of that slug.
func NewHeldReason(code, slug string) HeldReason {
	return HeldReason{Code: code, Fix: RequestFix(code, slug), Own: heldOwn[code]}
}

func (p OrgHeldPage) sub() string {
	if p.Total == 0 {
		return "Nobody waits."
	}
	return count(p.Total, "person waits", "people wait") + ". They are in your directory, but cannot come in yet, and use no plan."
}

// others are the further reasons of a member under one of them.
func (r HeldReason) others(h HeldRow) []string {
	var out []string
	for _, code := range h.Holds {
		if code != r.Code {
			out = append(out, code)
		}
	}
	return out
}

func (r HeldReason) moreLink() Link {
	if r.More == "" {
		return Link{}
	}
	return Link{"Show all " + strconv.Itoa(r.Count), r.More}
}
