package views

// Conflict says that somebody else saved first. Their values are listed beside the typed ones.
type Conflict struct {
	By, When string
	Fields   []ConflictField
}

// ConflictField is one setting with both values.
type ConflictField struct{ Label, Theirs, Yours string }

// ConflictOf keeps the fields that differ; nil when none does. last is what happened to the thing last.
func ConflictOf(last AuditRow, fields []ConflictField) *Conflict {
	x := &Conflict{By: last.Who, When: "meanwhile"}
	if last.At.Text != "" {
		x.When = "on " + last.At.Text
	}
	for _, f := range fields {
		if f.Theirs != f.Yours {
			x.Fields = append(x.Fields, f)
		}
	}
	if x.Fields == nil {
		return nil
	}
	return x
}

// Seen are the values that a form was drawn from: field to value, sent along as hidden fields. Conflict is set when
// somebody else was first.
type Seen struct {
	Was      []Link
	Conflict *Conflict
}
