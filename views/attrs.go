package views

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// extras are the optional attributes of a one-line field.
func (f input) extras() templ.Attributes {
	a := templ.Attributes{}
	for name, value := range map[string]string{
		"autocomplete": f.Autocomplete, "placeholder": f.Placeholder, "pattern": f.Pattern, "inputmode": f.Inputmode,
	} {
		if value != "" {
			a[name] = value
		}
	}
	if f.MaxLength > 0 {
		a["maxlength"] = strconv.Itoa(f.MaxLength)
	}
	if f.Autofocus {
		a["autofocus"] = true
	}
	return a
}

func statusClass(kind string) string {
	switch kind {
	case "ok":
		return "active"
	case "wait", "warn":
		return "awaiting"
	case "bad":
		return "error"
	}
	return kind
}

func factClass(kind string) string {
	switch kind {
	case "ok":
		return "text-ok"
	case "bad", "warn":
		return "text-bad"
	}
	return ""
}

// liveAt makes an element one of the page's live regions; it needs an id of its own.
func liveAt(events, page string) templ.Attributes {
	return templ.Attributes{"data-live": events, "data-page": page}
}

func sorted(how string) templ.Attributes {
	if how == "" {
		return nil
	}
	return templ.Attributes{"aria-sort": how}
}

func sortMark(how string) string {
	switch how {
	case "ascending":
		return " ↑"
	case "descending":
		return " ↓"
	}
	return ""
}

func faultCount(n int) string {
	if n == 1 {
		return "One thing needs a change."
	}
	return strconv.Itoa(n) + " things need a change."
}

// count writes a number with its noun: count(1, "member", "members").
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// withNext adds the path to go on to.
func withNext(path, next string) string {
	if next == "" {
		return path
	}
	return path + "?next=" + url.QueryEscape(next)
}

// list writes names in a row: "a, b and c".
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

func autocomplete(token string) templ.Attributes {
	if token == "" {
		return nil
	}
	return templ.Attributes{"autocomplete": token}
}
