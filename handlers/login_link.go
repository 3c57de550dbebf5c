package handlers

import (
	"net/http"

	"rollcall/models"
	"rollcall/views"
)

// mailTo sends something to the account of an address, if there is one. Both cases commit once, so that the time they
// take tells nothing.
func (s *Server) mailTo(c Ctx, email string, send func(*models.Tx, *models.Account) error) error {
	return s.update(c, func(tx *models.Tx) error {
		a, err := models.FindAccountByEmail(tx, email)
		if err != nil && models.CodeOf(err) != models.NotFound {
			return err
		}
		if err != nil || a.SuspendedAt != nil {
			return models.Hit(tx, "mail:nobody", 1<<40, tryWindow)
		}
		return send(tx, a)
	})
}

// GET /login/link is only a way back for a reload of the page that the POST showed.
func (s *Server) loginLink(c Ctx) error {
	return redirect(c, with("/login", field(c, "email"), next(c)))
}

// POST /login/link mails a sign-in link, and says the same whether or not there is an account (SPEC S2).
func (s *Server) loginLinkSend(c Ctx) error {
	email, _, err := models.ParseEmail(field(c, "email"))
	if err != nil {
		return s.loginAgain(c, err, false)
	}
	if err := s.limited(c, "link", email); err != nil {
		return err
	}
	if err := s.refusePasswords(c, email); err != nil {
		return err
	}
	after := next(c)
	err = s.mailTo(c, email, func(tx *models.Tx, a *models.Account) error {
		return models.SendAccountToken(tx, a, models.TokenSignIn, after)
	})
	if err != nil {
		return err
	}
	return render(c, http.StatusOK, views.LoginLink(views.LoginLinkPage{Page: s.page(c, "Check your mail"), Email: email, Next: after}))
}

// accountOfToken is the account behind the one-time link in the path. A link from before single sign-on was required is
// refused like the password (SPEC S8).
func (s *Server) accountOfToken(c Ctx, kind string) (a *models.Account, err error) {
	if err := s.limited(c, "token", ""); err != nil {
		return nil, err
	}
	err = s.view(c, func(tx *models.Tx) (err error) {
		if a, err = models.FindAccountToken(tx, kind, c.Param("token")); err != nil {
			return err
		}
		return models.RefusePasswords(tx, a.Email)
	})
	return a, err
}

// GET /login/link/<token> shows a button: a mail scanner's look uses nothing up.
func (s *Server) loginLinkShow(c Ctx) error {
	a, err := s.accountOfToken(c, models.TokenSignIn)
	if err != nil {
		return err
	}
	p := views.LoginLinkPage{Page: s.page(c, "Sign in"), Email: a.Email, Action: "/login/link/" + c.Param("token"), Next: next(c)}
	return render(c, http.StatusOK, views.LoginLink(p))
}

// POST /login/link/<token> signs in.
func (s *Server) loginLinkUse(c Ctx) error {
	return s.signIn(c, "", ownPath(c.FormValue("next"), afterLogin), func(tx *models.Tx) (*models.Account, error) {
		return models.UseAccountToken(tx, models.TokenSignIn, c.Param("token"))
	})
}

func (s *Server) resetRoutes(p page) {
	p.Get("/reset", s.reset)
	p.Post("/reset", s.resetSend)
	p.Get("/reset/:token", s.resetShow)
	p.Post("/reset/:token", s.resetUse)
	p.Get("/verify/:token", s.verifyShow)
	p.Post("/verify/:token", s.verifyUse)
}

// GET /reset asks for the address.
func (s *Server) reset(c Ctx) error {
	return render(c, http.StatusOK, views.Reset(views.ResetPage{Page: s.page(c, "Set a new password"), Email: field(c, "email")}))
}

// POST /reset mails a link, and says the same whether or not there is an account.
func (s *Server) resetSend(c Ctx) error {
	p := views.ResetPage{Page: s.page(c, "Set a new password"), Email: field(c, "email")}
	email, _, err := models.ParseEmail(p.Email)
	if faults, ok := fieldErrors(err); ok {
		p.Errors = faults
		return render(c, http.StatusUnprocessableEntity, views.Reset(p))
	}
	if err := s.limited(c, "reset", email); err != nil {
		return err
	}
	if err := s.refusePasswords(c, email); err != nil {
		return err
	}
	if err := s.mailTo(c, email, models.SendReset); err != nil {
		return err
	}
	p.Email, p.Sent = email, true
	return render(c, http.StatusOK, views.Reset(p))
}

// GET /reset/<token> shows the form.
func (s *Server) resetShow(c Ctx) error {
	a, err := s.accountOfToken(c, models.TokenReset)
	if err != nil {
		return err
	}
	return render(c, http.StatusOK, views.SetPassword(s.setPasswordPage(c, a)))
}

func (s *Server) setPasswordPage(c Ctx, a *models.Account) views.SetPasswordPage {
	return views.SetPasswordPage{Page: s.page(c, "Choose a new password"), Email: a.Email, Action: "/reset/" + c.Param("token")}
}

// POST /reset/<token> sets the password, ends every other session and signs in.
func (s *Server) resetUse(c Ctx) error {
	a, err := s.accountOfToken(c, models.TokenReset)
	if err != nil {
		return err
	}
	hash, err := s.hashPassword(c.FormValue("password"), a.Email)
	if faults, ok := fieldErrors(err); ok {
		p := s.setPasswordPage(c, a)
		p.Errors = faults
		return render(c, http.StatusUnprocessableEntity, views.SetPassword(p))
	}
	if err != nil {
		return err
	}
	return s.signIn(c, "", afterLogin, func(tx *models.Tx) (*models.Account, error) {
		a, err := models.UseAccountToken(tx, models.TokenReset, c.Param("token"))
		if err != nil {
			return nil, err
		}
		return a, models.SetPassword(tx, a, hash, "")
	})
}

// GET /verify/<token> shows a button that proves the e-mail.
func (s *Server) verifyShow(c Ctx) error {
	a, err := s.accountOfToken(c, models.TokenVerify)
	if err != nil {
		return err
	}
	p := views.ProvePage{Page: s.page(c, "Confirm your e-mail"), Email: a.Email, Action: "/verify/" + c.Param("token")}
	return render(c, http.StatusOK, views.Prove(p))
}

// POST /verify/<token> proves the e-mail and signs in: whoever reads the mail could have a sign-in link as well.
func (s *Server) verifyUse(c Ctx) error {
	return s.signIn(c, "", "/organization", func(tx *models.Tx) (*models.Account, error) {
		return models.UseAccountToken(tx, models.TokenVerify, c.Param("token"))
	})
}
