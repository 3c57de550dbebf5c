package handlers

import (
	"github.com/labstack/echo/v4"

	"rollcall/models"
	"rollcall/views"
)

// withActing makes an operator who acts for an organization the viewer of its pages, and of these alone: an account's own
// pages, invites and sign-ins stay those of the person of the browser's other session.
func (s *Server) withActing(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c Ctx) error {
		row, err := s.operatorSession(c, models.SessionOperator)
		if err != nil {
			return err
		}
		if row == nil {
			return next(c)
		}
		v := &viewer{Session: row}
		err = s.DB.View(c.Request().Context(), s.actor(c, models.ActorOperator, *row.OperatorID, ""), func(tx *models.Tx) error { return v.loadActing(tx) })
		if models.IsNotFound(err) {
			return next(c)
		}
		if err != nil {
			return err
		}
		c.Set(viewerKey, v)
		s.touch(c, row)
		return next(c)
	}
}

// loadActing reads the operator behind the session as an administrator of the organization; NotFound for one who acts for
// none.
func (v *viewer) loadActing(tx *models.Tx) (err error) {
	if v.Acting, err = models.FindImpersonation(tx, v.Session); err != nil {
		return err
	}
	o, err := models.FindOperator(tx, v.Acting.OperatorID)
	if err != nil {
		return err
	}
	if v.Org, err = models.FindOrganization(tx.In(v.Acting.OrganizationID)); err != nil {
		return err
	}
	v.Account = &models.Account{ID: o.ID, Email: o.Email}
	v.Member = &models.Member{OrganizationID: v.Org.ID, Role: models.RoleAdmin, Status: models.MemberActive}
	v.Orgs = []views.OrgRef{{ID: v.Org.ID, Name: v.Org.Name, Slug: v.Org.Slug}}
	return nil
}

// actingBar is what stands above every page while an operator acts; nil for nobody.
func actingBar(o *models.Organization, i *models.Impersonation) *views.Acting {
	if i == nil {
		return nil
	}
	return &views.Acting{OrgID: o.ID, OrgName: o.Name, Reason: i.Reason, Until: instant(&i.ExpiresAt)}
}

// actingNow is the same on the pages of the desk.
func (s *Server) actingNow(c Ctx) (bar *views.Acting) {
	row := c.Get(operatorRowKey).(*models.Session)
	err := s.DB.View(c.Request().Context(), s.operatorActor(c, ""), func(tx *models.Tx) error {
		i, err := models.FindImpersonation(tx, row)
		if err != nil {
			return err
		}
		o, err := models.FindOrganization(tx.In(i.OrganizationID))
		bar = actingBar(o, i)
		return err
	})
	if err != nil && !models.IsNotFound(err) {
		s.Log.Error("whether an operator acts is not known", "req", requestID(c), "err", err)
	}
	return bar
}

// POST /operator/organizations/<id>/act begins to act as an administrator of the organization.
func (s *Server) operatorAct(c Ctx) error {
	row := c.Get(operatorRowKey).(*models.Session)
	err := s.inOperatorOrg(c, func(tx *models.Tx) error {
		_, err := models.BeginImpersonation(tx, row, field(c, "reason"))
		return err
	})
	if err != nil {
		return s.operatorOrgAgain(c, err, "", func(p *views.OperatorOrgPage, faults views.FieldErrors) {
			p.ActErrors, p.ActTyped = faults, field(c, "reason")
		})
	}
	return redirect(c, "/organization")
}

// POST /operator/acting/end ends it at once. When it has ended already, that is as good.
func (s *Server) operatorActEnd(c Ctx) error {
	row, path := c.Get(operatorRowKey).(*models.Session), "/operator/organizations"
	err := s.asOperator(c, "", func(tx *models.Tx) error {
		i, err := models.FindImpersonation(tx, row)
		if models.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		path = operatorOrgs + "/" + i.OrganizationID
		return models.EndImpersonation(tx, row)
	})
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: "You no longer act for an organization."})
	return redirect(c, path)
}
