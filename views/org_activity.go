package views

// AuditRow is one line of Activity.
type AuditRow struct {
	At           Time
	Who, WhoPath string // "Jo Miller", "Okta (directory)", "Operator"; WhoPath may be empty
	What         string // in words: "Plan changed"
	Action       string // the stable name: "member.plan_changed"
	Target       string // whom or what it touched; may be empty
	TargetPath   string
	Changes      []Fact // what changed, "Plan": "Core → Free"
	IP           string
}

// ActivityFilter is the search form, as it stands in the URL: q (a person's e-mail, or an id), action (a prefix such
// as `member.`), from and to (dates, UTC).
type ActivityFilter struct {
	Search, Action, From, To string
	Actions                  []Option // without the first, "Everything"
}

// OrgActivityPage is the audit log. The export paths carry the filter; empty hides them.
type OrgActivityPage struct {
	Page
	Filter                ActivityFilter
	Rows                  []AuditRow
	Pager                 Pager
	ExportCSV, ExportJSON string
}
