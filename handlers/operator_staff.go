package handlers

import (
	"net/http"

	"rollcall/models"
	"rollcall/views"
)

const operatorStaffPath = "/operator/staff"

func (s *Server) operatorStaffRoutes(p page) {
	p.Get("/staff", s.operatorStaff)
	p.Post("/staff", s.operatorStaffInvite)
	p.Post("/staff/:id/reset", s.operatorStaffReset)
	p.Post("/staff/:id/off", s.operatorStaffOff)
	p.Post("/staff/:id/on", s.operatorStaffOn)
}

// GET /operator/staff lists the operators.
func (s *Server) operatorStaff(c Ctx) error { return s.drawOperatorStaff(c, http.StatusOK, nil) }

func (s *Server) drawOperatorStaff(c Ctx, status int, change func(*views.OperatorStaffPage)) error {
	var rows []models.Operator
	err := s.DB.View(c.Request().Context(), s.operatorActor(c, ""), func(tx *models.Tx) (err error) {
		rows, err = models.ListOperators(tx)
		return err
	})
	if err != nil {
		return err
	}
	p := views.OperatorStaffPage{OperatorPage: s.operatorPage(c, "Staff")}
	p.Path = operatorStaffPath
	p.Pager = pages(c, operatorStaffPath, int64(len(rows)))
	for _, o := range onPage(c, rows, rowsPerPage) {
		row := views.OperatorStaffRow{ID: o.ID, Email: o.Email, You: o.Email == p.Email, Off: o.DisabledAt != nil, Seen: instant(o.LastSignInAt)}
		row.Kind, row.State = operatorState(&o)
		if o.LastSignInAt == nil {
			row.Seen = views.Time{Text: "never"}
		}
		p.Rows = append(p.Rows, row)
	}
	if change != nil {
		change(&p)
	}
	return render(c, status, views.OperatorStaff(p))
}

func operatorState(o *models.Operator) (kind, word string) {
	switch {
	case o.DisabledAt != nil:
		return "off", "Switched off"
	case o.PasswordHash == "":
		return "awaiting", "Invited"
	case o.TOTPProvedAt == nil:
		return "awaiting", "No second factor yet"
	}
	return "active", "Active"
}

// changeStaff runs a change of one operator and leads back, or says on the page why it cannot be.
func (s *Server) changeStaff(c Ctx, done string, fn func(*models.Tx) error) error {
	err := s.asOperator(c, "", fn)
	if faults, ok := fieldErrors(err); ok {
		return s.drawOperatorStaff(c, http.StatusUnprocessableEntity, func(p *views.OperatorStaffPage) {
			p.Typed, p.Errors = field(c, "email"), faults
		})
	}
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: done})
	return redirect(c, query(c, operatorStaffPath))
}

// POST /operator/staff invites an operator by e-mail.
func (s *Server) operatorStaffInvite(c Ctx) error {
	return s.changeStaff(c, "The link is on its way to "+field(c, "email")+". It works for 24 hours.", func(tx *models.Tx) error {
		_, err := models.InviteOperator(tx, field(c, "email"))
		return err
	})
}

// POST …/reset takes password and second factor away and e-mails a new link.
func (s *Server) operatorStaffReset(c Ctx) error {
	return s.changeStaff(c, "Password and second factor are gone, and all sessions ended. A new link is on its way.", func(tx *models.Tx) error {
		_, err := models.ResetOperator(tx, c.Param("id"))
		return err
	})
}

// POST …/off switches an operator off at once.
func (s *Server) operatorStaffOff(c Ctx) error {
	return s.changeStaff(c, "Switched off. All sessions have ended.", func(tx *models.Tx) error { return models.DisableOperator(tx, c.Param("id")) })
}

// POST …/on switches an operator on again, who begins with a link.
func (s *Server) operatorStaffOn(c Ctx) error {
	return s.changeStaff(c, "Switched on again. A link to begin with is on its way.", func(tx *models.Tx) error {
		_, err := models.EnableOperator(tx, c.Param("id"))
		return err
	})
}
