package handlers

import (
	"net/http"

	"rollcall/models"
	"rollcall/views"
)

func (s *Server) personalRoutes(p page) {
	p.Get("/personal/:token", s.personal)
	p.Post("/personal/:token", s.personalSave)
}

// GET /personal/<token> asks for a private address, or for the proof of one: what the link is for (SPEC P7).
func (s *Server) personal(c Ctx) error { return s.drawPersonal(c, http.StatusOK, nil) }

func (s *Server) drawPersonal(c Ctx, status int, change func(*views.PersonalPage)) error {
	if err := s.limited(c, "token", ""); err != nil {
		return err
	}
	var a *models.Account
	proves := ""
	err := s.view(c, func(tx *models.Tx) (err error) {
		a, proves, err = models.FindPersonalToken(tx, c.Param("token"))
		return err
	})
	if err != nil {
		return err
	}
	p := views.PersonalPage{
		Page: s.page(c, "Your private e-mail"), Action: "/personal/" + c.Param("token"), Suspended: a.SuspendedAt != nil, Former: a.Email, Proves: proves,
	}
	if change != nil {
		change(&p)
	}
	return render(c, status, views.Personal(p))
}

// POST /personal/<token> mails a link to the private address that was typed, or takes the proof: then the person is
// signed in.
func (s *Server) personalSave(c Ctx) error {
	if err := s.limited(c, "personal", field(c, "email")); err != nil {
		return err
	}
	asked := false
	err := s.update(c, func(tx *models.Tx) error {
		a, proves, err := models.FindPersonalToken(tx, c.Param("token"))
		if asked = proves == ""; err != nil || !asked {
			return err
		}
		return models.AskPersonalEmail(tx, a, field(c, "email"))
	})
	if err == nil && !asked {
		err = s.signIn(c, "", afterLogin, func(tx *models.Tx) (*models.Account, error) {
			return models.ProvePersonalEmail(tx, c.Param("token"))
		})
		if err == nil {
			return nil
		}
	}
	if faults, ok := fieldErrors(err); ok {
		return s.drawPersonal(c, http.StatusUnprocessableEntity, func(p *views.PersonalPage) { p.Errors, p.Email = faults, field(c, "email") })
	}
	if err != nil {
		return err
	}
	return s.drawPersonal(c, http.StatusOK, func(p *views.PersonalPage) { p.Sent, p.Email = true, field(c, "email") })
}

// POST /account/personal mails a link to the private address of somebody who is signed in.
func (s *Server) accountPersonal(c Ctx) error {
	v := viewerOf(c)
	if v.BySSO() {
		return &models.Error{Code: models.Forbidden, Message: "You are signed in with your company account, which changes no address. Sign in by an e-mailed link first."}
	}
	if err := s.limited(c, "personal", field(c, "email")); err != nil {
		return err
	}
	err := s.update(c, func(tx *models.Tx) error { return models.AskPersonalEmail(tx, v.Account, field(c, "email")) })
	if faults, ok := fieldErrors(err); ok {
		return s.drawAccount(c, http.StatusUnprocessableEntity, func(p *views.AccountPage) {
			p.Errors = views.FieldErrors{"email": faults["email"]}
			p.PersonalTyped = field(c, "email")
		})
	}
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: "If the address can be yours, a link is on its way to it. Open it within three days."})
	return redirect(c, "/account")
}

// GET /account/leave asks before one leaves the organization.
func (s *Server) leave(c Ctx) error {
	v := viewerOf(c)
	if v.Member == nil {
		return redirect(c, "/account")
	}
	p := views.LeavePage{Page: s.page(c, "Leave "+v.Org.Name), Organization: v.Org.Name}
	p.Path = "/account"
	if v.Member.Managed() {
		p.Fixed = "Your membership is managed by " + v.Org.Name + "’s directory, which would bring you back. An administrator can take you out there."
		err := s.view(c, func(tx *models.Tx) error {
			admins, err := models.ListAdmins(tx)
			for i := range admins {
				p.Admins = append(p.Admins, views.Person{Name: admins[i].FullName(), Email: admins[i].Email})
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return render(c, http.StatusOK, views.Leave(p))
}

// POST /account/leave ends one's own membership.
func (s *Server) leaveNow(c Ctx) error {
	v := viewerOf(c)
	if !ownOrganization(c, v) {
		return s.staleTab(c, v, c.FormValue("organization"))
	}
	if v.Member == nil {
		return redirect(c, "/account")
	}
	err := s.update(c, func(tx *models.Tx) error { return models.LeaveOrganization(tx, v.Member.ID) })
	if faults, ok := fieldErrors(err); ok {
		s.flash(c, views.Notice{Kind: "bad", Text: firstOf(faults)})
		return redirect(c, "/account")
	}
	if err != nil {
		return err
	}
	return redirect(c, leftPath)
}

// leftPath is where leaving leads to: the session has ended with the membership, so the page knows nobody.
const leftPath = "/account/left"

func (s *Server) left(c Ctx) error {
	return render(c, http.StatusOK, views.Left(s.page(c, "You have left")))
}
