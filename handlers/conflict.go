package handlers

import (
	"net/http"

	"rollcall/models"
	"rollcall/views"
)

// formValue is a field of a form that changes what is stored, with the value that is stored now.
type formValue struct {
	name, label, now string
	words            func(string) string // how people read a value; nil: as it stands
}

// form are the fields of a form that two people may change at once. The page sends along what it was drawn from
// (views.Seen), so that the second is shown both values instead of undoing what the first did.
type form []formValue

// wasPrefix is before the name of the hidden field that says what a field was drawn from.
const wasPrefix = "was_"

// seen is what the page sends along.
func (f form) seen() (s views.Seen) {
	for _, v := range f {
		s.Was = append(s.Was, views.Link{Label: wasPrefix + v.name, Path: v.now})
	}
	return s
}

// check answers a Conflict when the form that was sent would undo what somebody else has changed since it was drawn.
func (f form) check(c Ctx) error {
	for _, v := range f {
		if !c.Request().PostForm.Has(wasPrefix + v.name) {
			continue // the form has no such field now
		}
		if err := models.CheckOvertaken(field(c, wasPrefix+v.name), v.now, field(c, v.name)); err != nil {
			return err
		}
	}
	return nil
}

// again is what the page sends along when err draws it again: after a conflict what is stored now, with both values, so
// that a second press puts the typed ones in place; after another fault what it was drawn from at first. last is who
// changed it.
func (f form) again(c Ctx, err error, last views.AuditRow) views.Seen {
	s := f.seen()
	var fields []views.ConflictField
	for i, v := range f {
		if !models.IsStale(err) {
			s.Was[i].Path = field(c, wasPrefix+v.name)
		} else if v.words == nil {
			fields = append(fields, views.ConflictField{Label: v.label, Theirs: v.now, Yours: field(c, v.name)})
		} else {
			fields = append(fields, views.ConflictField{Label: v.label, Theirs: v.words(v.now), Yours: v.words(field(c, v.name))})
		}
	}
	s.Conflict = views.ConflictOf(last, fields)
	return s
}

// switchValue is a formValue of a switch or check box.
func switchValue(name, label string, on bool) formValue {
	v := formValue{name: name, label: label, words: func(s string) string { return onOff(s != "") }}
	if on {
		v.now = "on"
	}
	return v
}

// lastChange is who did that in the viewer's organization last, for the words of a conflict.
func (s *Server) lastChange(c Ctx, action string) views.AuditRow {
	var rows []views.AuditRow
	err := s.view(c, func(tx *models.Tx) error {
		events, err := models.ListAuditEvents(tx, models.AuditQuery{Limit: 1, Action: action})
		if err != nil || len(events) == 0 {
			return err
		}
		labels, err := models.Labels(tx, []string{events[0].ActorID})
		rows = auditRows(events, labels, "")
		return err
	})
	if err != nil {
		s.Log.Error("who changed something is not known", "req", requestID(c), "err", err)
	}
	return lastOf(rows)
}

// conflictStatus is the status of a form that is drawn again because of err.
func conflictStatus(err error) int {
	if models.IsStale(err) {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}
