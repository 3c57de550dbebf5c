package views

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// rich draws a sentence with **bold** words and `field` names. All else is
// escaped; a mark without its partner is shown as it stands.
func rich(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, richHTML(text))
		return err
	})
}

func richHTML(text string) string {
	var b strings.Builder
	for text != "" {
		mark, at := nextMark(text)
		if at < 0 {
			break
		}
		inner, rest, closed := strings.Cut(text[at+len(mark):], mark)
		if !closed || inner == "" {
			b.WriteString(templ.EscapeString(text[:at+len(mark)]))
			text = text[at+len(mark):]
			continue
		}
		b.WriteString(templ.EscapeString(text[:at]))
		tag := "kbd"
		if mark == "**" {
			tag = "strong"
		}
		b.WriteString("<" + tag + ">" + templ.EscapeString(inner) + "</" + tag + ">")
		text = rest
	}
	b.WriteString(templ.EscapeString(text))
	return b.String()
}

// nextMark finds the first opening mark and where it stands; -1 when there is none.
func nextMark(text string) (string, int) {
	bold, field := strings.Index(text, "**"), strings.IndexByte(text, '`')
	if bold >= 0 && (field < 0 || bold < field) {
		return "**", bold
	}
	return "`", field
}
