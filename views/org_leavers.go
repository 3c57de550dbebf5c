package views

import "strings"

// OrgLeaversPage is the queue of removals that wait because too many people left within an hour (SPEC P12). The forms
// post to /organization/sso/leavers/<id>/release and /undo, /organization/sso/leavers/release and /undo for all, and
// /organization/sso/leavers/guard (floor, percent).
type OrgLeaversPage struct {
	Page
	Rows           []LeaverRow
	Total          int
	Policy         string // what a release does, a sentence
	Floor, Percent string // as typed
	Seen           Seen   // of their form
	Errors         FieldErrors
	Pager          Pager
}

// LeaverRow is one person whose removal waits.
type LeaverRow struct {
	ID, Path, Name, Email string
	Plan                  PlanRef
	Left, Due             Time
}

func (r LeaverRow) post(action string) string {
	return "/organization/sso/leavers/" + r.ID + "/" + action
}

func (p OrgLeaversPage) all(verb, when string) string {
	return strings.TrimSpace(verb + " " + count(p.Total, "person", "people") + " " + when)
}

// OrgReviewPage is what a directory's first sync would do (SPEC P13). The form posts to
// /organization/sso/review (on: "on" or absent; applying is switching it off).
type OrgReviewPage struct {
	Page
	On     bool
	Counts []Fact
	People []HeldRow // the first of those who come in
	Known  []HeldRow // the first of those who are members already
}
