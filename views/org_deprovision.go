package views

// OrgDeprovisionPage asks before another rule for people who leave is saved with the tab's settings. The form posts Fields
// to /organization/sso/settings again, with confirm=yes.
type OrgDeprovisionPage struct {
	Page
	From, To     string // the rules in words
	What         string // what the new one does, a sentence
	Consequences []string
	Fields       []Link // name and value of what was typed
}
