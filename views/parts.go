package views

import (
	"strings"

	"github.com/a-h/templ"
)

// Option is one entry of a select. The entry whose Value equals the field's is chosen.
type Option struct{ Value, Label string }

// Choice is one of several radio buttons, with a line that says what it means.
type Choice struct {
	Value, Label, Hint string
	Disabled           bool
}

// input is a one-line field. ID falls back to Name.
type input struct {
	ID, Name, Label, Value, Type    string
	Hint, Error, Autocomplete       string
	Placeholder, Pattern, Inputmode string
	Required, Autofocus             bool
	MaxLength                       int
}

func (f input) id() string { return first(f.ID, f.Name) }

// choiceField is a select or a group of radio buttons.
type choiceField struct {
	ID, Name, Label, Value, Hint, Error string
	Autocomplete                        string
	Options                             []Option
	Choices                             []Choice
	Wide, Submit                        bool
}

func (f choiceField) id() string { return first(f.ID, f.Name) }

// toggle is a switch with its explanation.
type toggle struct {
	ID, Name, Label, Hint string
	On                    bool
}

func (f toggle) id() string { return first(f.ID, f.Name) }

// area is a field of several lines.
type area struct {
	ID, Name, Label, Value, Hint, Error string
	Required                            bool
	Rows                                int
}

func (f area) id() string { return first(f.ID, f.Name) }

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// described ties a field to its hint and its error, and marks it invalid.
func described(id, hint, fault string) templ.Attributes {
	var by []string
	a := templ.Attributes{}
	if fault != "" {
		by = append(by, id+"-error")
		a["aria-invalid"] = "true"
	}
	if hint != "" {
		by = append(by, id+"-hint")
	}
	if len(by) > 0 {
		a["aria-describedby"] = strings.Join(by, " ")
	}
	return a
}

// statusIcons gives each kind of status its sign, so that colour never speaks alone.
var statusIcons = map[string]string{"active": "ok", "awaiting": "clock", "error": "alert", "warn": "warn", "off": "ban", "ok": "ok", "wait": "clock"}

// noticeIcons does the same for notices.
var noticeIcons = map[string]string{"ok": "ok", "info": "info", "warn": "warn", "bad": "alert"}

// markIcons does it for the lines of check lists and time lines.
var markIcons = map[string]string{"ok": "ok", "bad": "alert", "warn": "warn", "off": "minus", "wait": "clock"}

// markWords are the same signs for those who hear the page.
var markWords = map[string]string{"ok": "Done: ", "bad": "Failed: ", "warn": "Look at this: ", "off": "Not looked at: ", "wait": "Waiting: "}

func iconFor(table map[string]string, kind string) string {
	if name, ok := table[kind]; ok {
		return name
	}
	return "info"
}

// Pager moves through a list that the server pages. Empty paths end the list.
type Pager struct{ Text, PrevPath, NextPath string }

// Column is a sortable column head. Path asks for the list sorted by it; Sorted is "", "ascending" or "descending".
type Column struct{ Label, Path, Sorted string }

// Tab is one of the tabs over a page.
type Tab struct {
	Label, Path string
	Current     bool
}

// Check is one line of a check list, a time line or a report.
// Kind is ok, bad, warn, off or wait. Expected and Got are shown side by side when either is set.
type Check struct {
	Kind, Label, Detail string
	Fix                 string // what to change and where; may use **bold** and `field` marks
	FixPath, FixLabel   string
	Expected, Got       string
	At                  string // when, as shown
}

// button is a form of one button: where it posts, what it says, what it carries.
type button struct {
	Label, Path, Icon string
	Class             string // "", "small", "primary", "danger small" …
	About             string // heard after the label where the label alone is ambiguous, as in a list
	Fields            []Link // hidden fields: Label is the name, Path the value
}

// flashFocus marks a notice that gets the keyboard's focus.
func flashFocus(on bool) templ.Attributes {
	if !on {
		return nil
	}
	return templ.Attributes{"tabindex": "-1", "data-summary": true}
}
