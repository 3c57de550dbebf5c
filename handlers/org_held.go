package handlers

import (
	"net/http"

	"rollcall/models"
	"rollcall/views"
)

const heldPath = "/organization/sso/held"

// heldReasons are all reasons in the order of the page: what the directory can send first.
var heldReasons = []string{
	models.MissingCountry, models.MissingFirstName, models.MissingLastName, models.MissingEmail, models.OutsideDomain, models.EmailInUse,
	models.AccountElsewhere,
}

// GET /organization/sso/held lists who is on hold and what ends each hold (SPEC P4).
func (s *Server) orgHeld(c Ctx) error {
	p := views.OrgHeldPage{Page: s.page(c, "On hold")}
	p.Path = heldPath
	err := s.view(c, func(tx *models.Tx) error {
		total, err := models.CountMembers(tx, models.MemberQuery{Status: models.MemberHeld})
		p.Total, p.Reasons = int(total), nil
		if err != nil || total == 0 {
			return err
		}
		d, err := models.OrganizationDirectory(tx)
		if err != nil && !models.IsNotFound(err) {
			return err
		}
		for _, code := range heldReasons {
			r, err := heldFor(tx, code, d.IDP)
			if err != nil {
				return err
			}
			if r.Count > 0 {
				p.Reasons = append(p.Reasons, r)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return render(c, http.StatusOK, views.OrgHeld(p))
}

// heldFor is one reason with the first of those whom it concerns.
func heldFor(tx *models.Tx, code, slug string) (views.HeldReason, error) {
	r := views.NewHeldReason(code, slug)
	n, err := models.CountHeldFor(tx, code)
	if r.Count = int(n); err != nil || n == 0 {
		return r, err
	}
	rows, err := models.ListMembers(tx, models.MemberQuery{Status: models.MemberHeld, Hold: code, Limit: heldRows})
	for i := range rows {
		r.Rows = append(r.Rows, heldRow(&rows[i]))
	}
	if n > heldRows {
		r.More = membersPath + "?state=held&hold=" + code
	}
	return r, err
}

func heldRow(m *models.Member) views.HeldRow {
	return views.HeldRow{Path: membersPath + "/" + m.ID, Name: m.FullName(), Email: m.Email, Holds: m.Holds()}
}
