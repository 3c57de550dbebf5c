package handlers

import (
	"net/http"
	"slices"

	"rollcall/models"
	"rollcall/views"
)

// GET /account/complete asks somebody who is held only for personal attributes for those (SPEC P4).
func (s *Server) complete(c Ctx) error { return s.drawComplete(c, http.StatusOK, nil) }

func (s *Server) drawComplete(c Ctx, status int, faults views.FieldErrors) error {
	v := viewerOf(c)
	after := ownPath(c.FormValue("next"), afterLogin)
	if v.Member == nil || !v.Member.OnlyPersonalHolds() {
		return redirect(c, after)
	}
	p := views.CompletePage{Page: s.page(c, "Before you go on"), Next: after, Errors: faults}
	for reason, f := range map[string]views.ProfileField{
		models.MissingFirstName: {Name: "first_name", Label: "First name", Autocomplete: "given-name", Required: true},
		models.MissingLastName:  {Name: "last_name", Label: "Last name", Autocomplete: "family-name", Required: true},
		models.MissingCountry:   {Name: "country", Label: "Country", Autocomplete: "country", Required: true, Options: withEmpty(countryOptions(), "Choose a country")},
	} {
		if slices.Contains(v.Member.Holds(), reason) {
			f.Value = field(c, f.Name)
			p.Fields = append(p.Fields, f)
		}
	}
	slices.SortFunc(p.Fields, func(a, b views.ProfileField) int { return fieldOrder[a.Name] - fieldOrder[b.Name] })
	return render(c, status, views.Complete(p))
}

var fieldOrder = map[string]int{"first_name": 1, "last_name": 2, "country": 3}

// POST /account/complete takes them and goes on.
func (s *Server) completeSave(c Ctx) error {
	v := viewerOf(c)
	if v.Member == nil {
		return redirect(c, afterLogin)
	}
	err := s.update(c, func(tx *models.Tx) error {
		_, err := models.CompleteProfile(tx, v.Member, field(c, "first_name"), field(c, "last_name"), field(c, "country"))
		return err
	})
	if faults, ok := fieldErrors(err); ok {
		return s.drawComplete(c, http.StatusUnprocessableEntity, faults)
	}
	if err != nil {
		return err
	}
	return redirect(c, ownPath(c.FormValue("next"), afterLogin))
}
