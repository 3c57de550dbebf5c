package views

import (
	"strings"
	"unicode"

	"github.com/a-h/templ"
)

// head reloads the waiting pages of the wizard in browsers without script.
func (p WizardStepPage) head() templ.Component {
	if p.Watch != nil || (p.Test != nil && p.Test.Waiting) {
		return lookAgain("5")
	}
	return nil
}

// liveFoot: the way on appears with what it waits for.
func (p WizardStepPage) liveFoot() templ.Attributes {
	switch {
	case p.Watch != nil:
		return liveAt(p.Watch.Events, p.Path)
	case p.Test != nil:
		return liveAt(p.Test.Events, p.Path)
	}
	return nil
}

// nextWord: a test is not something that one has done, its result is on the page.
func (p WizardStepPage) nextWord() string {
	if p.Test != nil {
		return "Go on"
	}
	return "I have done this"
}

func tableLabel(t Table) string {
	if len(t.Head) == 0 {
		return "Values"
	}
	return strings.Trim(t.Head[0], "`*") + ": values"
}

// monogram stands in for a provider's logo: trade marks stay where they belong.
func monogram(name string) string {
	var b strings.Builder
	for word := range strings.FieldsSeq(name) {
		if r := []rune(word); unicode.IsLetter(r[0]) && b.Len() < 2 {
			b.WriteRune(unicode.ToUpper(r[0]))
		}
	}
	if b.Len() == 1 {
		for _, r := range []rune(name)[1:] {
			if unicode.IsLetter(r) {
				b.WriteRune(unicode.ToLower(r))
				break
			}
		}
	}
	return b.String()
}

// noticeKind is the box in which the outcome of a test is told.
func (r TestReport) noticeKind() string {
	if r.Outcome == "passed" {
		return "ok"
	}
	return "bad"
}
