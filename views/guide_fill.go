package views

import (
	"fmt"
	"regexp"
	"strings"
)

// filler replaces the placeholders of a text. One that is not known stays as it is, for the test to find.
func filler(values map[string]string) func(string) string {
	return func(text string) string {
		return placeholder.ReplaceAllStringFunc(text, func(mark string) string {
			name := mark[2 : len(mark)-2]
			if v := guideValue(values, name); v != "" {
				return v
			}
			if v, ok := guideDefaults[name]; ok {
				return v
			}
			return mark
		})
	}
}

// guideValue looks a value up, or makes it from the one that it follows from.
func guideValue(values map[string]string, name string) string {
	if acs := values["acs_url"]; name == "acs_url_regex" && acs != "" {
		return "^" + regexp.QuoteMeta(acs) + "$"
	}
	return values[name]
}

// standsIn tells whether the text is one placeholder and became the words that stand for an unknown value.
func standsIn(text, filled string) bool {
	m := placeholder.FindStringSubmatch(text)
	return m != nil && m[0] == text && guideDefaults[m[1]] == filled && strings.HasPrefix(filled, "(")
}

func (s guideStep) filled(id string, fill func(string) string) GuideStep {
	out := GuideStep{ID: id, Kind: s.Kind, Title: fill(s.Title)}
	for i, do := range s.Do {
		in := Instruction{Text: fill(do.Text), Note: fill(do.Note), Where: fill(do.Where)}
		for j, c := range do.Copies {
			in.Copies = append(in.Copies, CopyField{
				ID: fmt.Sprintf("%s-%d-%d", id, i+1, j+1), Label: fill(c.Label), Value: fill(c.Value), Hint: fill(c.Hint), Standin: standsIn(c.Value, fill(c.Value)),
			})
		}
		if do.Table != nil {
			in.Table = do.Table.filled(fill)
		}
		out.Instructions = append(out.Instructions, in)
	}
	return out
}

func (t *guideTable) filled(fill func(string) string) *Table {
	out := &Table{}
	for _, cell := range t.Head {
		out.Head = append(out.Head, fill(cell))
	}
	for _, row := range t.Rows {
		var cells []string
		for _, cell := range row {
			cells = append(cells, fill(cell))
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}

// activateStep ends every SSO guide: nothing of it depends on the provider.
func activateStep(fill func(string) string) GuideStep {
	return GuideStep{ID: "sso-activate", Kind: "activate", Title: "Activate", Instructions: []Instruction{
		{Text: fill("Check the summary: from now on, people with an address in {{domains}} are sent to your provider when they sign in.")},
		{Text: "Press **Activate**.", Note: "Existing passwords go on working until an administrator requires single sign-on. Activation can be undone at any time."},
	}}
}
