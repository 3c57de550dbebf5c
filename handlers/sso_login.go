package handlers

import (
	"net/http"

	"rollcall/models"
	"rollcall/views"
)

func (s *Server) finishRoutes(p page) {
	p.GET("/login/finish", s.loginFinish) // no HEAD: a look must not use the ticket up
}

// GET /login/finish ends a sign-in in the browser that started it: the member is found or made and gets a fresh session.
func (s *Server) loginFinish(c Ctx) error {
	c.Response().Header().Set("Referrer-Policy", "no-referrer")
	browser := s.sessions.token(c.Request(), cookieBrowser)
	var f *models.Finished
	by := s.actor(c, models.ActorSAML, "", "")
	err := s.DB.Update(c.Request().Context(), by, func(tx *models.Tx) error {
		t, err := models.FindTicket(tx, c.QueryParam("ticket"))
		if err != nil {
			return err
		}
		inside := by.In(t.OrganizationID)
		inside.ID = t.ConnectionID
		if f, err = models.FinishSignIn(tx.As(inside), t, browser, c.Request().UserAgent()); err != nil || f.Token == "" {
			return err
		}
		return s.endOldSession(c, tx)
	})
	switch {
	case models.CodeOf(err) == models.NotFound && err != nil:
		return s.signInRefused(c, nil, nil)
	case err != nil:
		return err
	case f.SignIn.Kind == models.AttemptTest && f.Refusal == nil:
		return redirect(c, ownPath(f.Path, "/setup/sso"))
	case f.Refusal != nil:
		return s.memberRefused(c, f)
	}
	if err := s.setSession(c, cookieSession, f.Token); err != nil {
		return err
	}
	path := ownPath(f.Path, afterLogin)
	if f.Member.OnlyPersonalHolds() {
		return redirect(c, with("/account/complete", "", path))
	}
	return redirect(c, path)
}

// endOldSession ends the session that the browser had: signing in always makes a new one.
func (s *Server) endOldSession(c Ctx, tx *models.Tx) error {
	if v := viewerOf(c); v != nil {
		return models.EndSession(tx, v.Session.Digest)
	}
	return nil
}

// memberRefused is the page of somebody whose response was good but who may not come in. The person has proved who they
// are by then, so an account that is switched off may be named.
func (s *Server) memberRefused(c Ctx, f *models.Finished) error {
	switch f.Refusal.Reason {
	case models.ReasonAccount:
		return render(c, http.StatusForbidden, views.Error(views.ErrorPage{
			Page: s.page(c, "This account is switched off"), Status: http.StatusForbidden, Heading: "This account is switched off",
			Text: "Your organization has switched your access off. Ask your administrator and give them the code below.", Code: f.SignIn.Reference,
			Actions: s.emergency(c, f.SignIn.OrganizationID),
		}))
	case models.ReasonOff:
		return s.samlOff(c, &models.Error{Code: models.NotFound})
	}
	return s.signInRefused(c, f.SignIn, nil)
}
