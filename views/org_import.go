package views

import (
	"strconv"

	"github.com/a-h/templ"
)

// ImportLine is an earlier import in the list.
type ImportLine struct {
	Path, Name  string
	State       string // review, running, finished, cancelled
	At          Time
	By          string
	Done, Total string
}

// OrgImportsPage takes a CSV of people (POST /organization/invites/import: file or text).
type OrgImportsPage struct {
	Page
	NoPassword     bool // the rule that the invites get
	DefaultCountry string
	Plans          string // "Core, Extended"
	Text           string // as pasted
	Recent         []ImportLine
	Errors         FieldErrors
}

// ImportCount is how many rows came out one way; Path lists them.
type ImportCount struct {
	Label, N, Path string
	Current        bool
}

// ImportRowLine is a row of the file. FixPath leads to its form.
type ImportRowLine struct {
	Line, Name, Email string
	State             string // a state of the row
	Column, Message   string
	FixPath           string
}

// OrgImportPage is one import: its review, its progress or its result.
type OrgImportPage struct {
	Page
	ID, Name     string
	State        string // review, running, finished, cancelled
	Read         string // "UTF-8, separated by commas"
	Odd          string // what to look at because of how the file is written
	Counts       []ImportCount
	Showing      string // what the table shows
	Rows         []ImportRowLine
	Pager        Pager
	Ready        int // rows that will be invited
	Done, Total  int // of the job
	NoPassword   bool
	HasBad       bool
	DownloadPath string
}

// OrgImportRowPage is the form of one row with a fault.
type OrgImportRowPage struct {
	Page
	ImportPath, Line string
	Message          string
	Values           map[string]string // by column
	Columns          []string          // the file's, in the template's order
	Plans            []Option
	Countries        []Option
	Errors           FieldErrors
}

var importStates = map[string]struct{ kind, word string }{
	"review": {"awaiting", "Waits for your word"}, "running": {"wait", "Inviting"}, "finished": {"active", "Finished"}, "cancelled": {"off", "Cancelled"},
}

var importRowStates = map[string]struct{ kind, word string }{
	"ready": {"ok", "Ready"}, "done": {"active", "Invited"}, "member": {"off", "Already a member"}, "invited": {"off", "Already invited"},
	"duplicate": {"warn", "Twice in the file"}, "error": {"error", "Error"}, "failed": {"error", "Failed"},
}

// ImportRowWord is a row's state in words.
func ImportRowWord(state string) string { return first(importRowStates[state].word, state) }

// ImportRowKind is the sign of a row's state.
func ImportRowKind(state string) string { return first(importRowStates[state].kind, "off") }

// importFields are the labels of the columns.
var importFields = map[string]string{
	"firstName": "First name", "lastName": "Last name", "email": "E-mail", "country": "Country", "currentCity": "City",
	"currentState": "State or region", "birthYear": "Year of birth", "role": "Role", "plan": "Plan",
}

func (p OrgImportPage) path() string   { return "/organization/invites/import/" + p.ID }
func (p OrgImportPage) events() string { return p.path() + "/events" }

// progressText is what the bar says.
func (p OrgImportPage) progressText() string {
	return strconv.Itoa(p.Done) + " of " + strconv.Itoa(p.Total) + " people"
}

// step is announced while the job runs, in tenths: a live region that counts would talk all the time.
func (p OrgImportPage) step() string {
	if p.State == "running" {
		return "Inviting: " + strconv.Itoa(p.Done*10/max(p.Total, 1)*10) + " percent done"
	}
	return first(importStates[p.State].word, p.State)
}

// importRefresh keeps the progress moving where there are no scripts.
func importRefresh(p OrgImportPage) templ.Component {
	if p.State != "running" {
		return nil
	}
	return lookAgain("5")
}

func (p OrgImportPage) tabs() (out []Tab) {
	for _, c := range p.Counts {
		out = append(out, Tab{c.Label + " " + c.N, c.Path, c.Current})
	}
	return out
}

var importRoles = []Option{{"", "Member (the default)"}, {"member", "Member"}, {"admin", "Administrator"}}

func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return strconv.Itoa(n) + " people"
}
