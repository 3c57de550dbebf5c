package handlers

import (
	"net/http"

	"rollcall/models"
	"rollcall/views"
)

// refusePasswords answers an SSORequired error for an address whose domain's organization requires single sign-on. fail
// makes the page of it, which is the same for known and unknown people (SPEC S8, S2).
func (s *Server) refusePasswords(c Ctx, email string) error {
	return s.view(c, func(tx *models.Tx) error { return models.RefusePasswords(tx, email) })
}

// ssoRequired is the one calm page for every way in that is refused because single sign-on is required.
func (s *Server) ssoRequired(c Ctx, door *models.SSODoor) error {
	return render(c, http.StatusForbidden, views.Error(views.ErrorPage{
		Page: s.page(c, "Sign in with single sign-on"), Status: http.StatusForbidden, Heading: "Your organization uses single sign-on",
		Text:    "Passwords and e-mailed links are switched off for your address. Continue with " + door.Organization + ".",
		Actions: []views.Link{{Label: "Continue with " + door.Organization, Path: with("/saml/"+door.ConnectionID+"/start", "", next(c))}},
	}))
}

// GET /login/recovery is the way in for an administrator whose single sign-on does not work.
func (s *Server) recovery(c Ctx) error {
	return render(c, http.StatusOK, views.Recovery(views.RecoveryPage{Page: s.page(c, "Emergency access"), Email: field(c, "email")}))
}

// POST /login/recovery opens a session of one hour for a code that was not used (SPEC S8).
func (s *Server) recover(c Ctx) error {
	email := field(c, "email")
	if err := s.limited(c, "recovery", email); err != nil {
		return err
	}
	old := ""
	if v := viewerOf(c); v != nil {
		old = v.Session.Digest
	}
	token := ""
	by := s.actor(c, models.ActorPublic, "", "")
	err := s.DB.Update(c.Request().Context(), by, func(tx *models.Tx) (err error) {
		token, err = models.Recover(tx, email, field(c, "code"), old, c.Request().UserAgent())
		return err
	})
	if faults, ok := fieldErrors(err); ok {
		p := views.RecoveryPage{Page: s.page(c, "Emergency access"), Email: email, Errors: faults}
		return render(c, http.StatusUnprocessableEntity, views.Recovery(p))
	}
	if err != nil {
		return err
	}
	if err := s.setSession(c, cookieSession, token); err != nil {
		return err
	}
	return redirect(c, "/organization/sso/policy")
}

// emergency is the way to the recovery codes, offered after a failed single sign-on only, where there are codes.
func (s *Server) emergency(c Ctx, orgID string) []views.Link {
	var codes models.RecoveryCodes
	err := s.DB.View(c.Request().Context(), s.actor(c, models.ActorPublic, "", orgID), func(tx *models.Tx) (err error) {
		codes, err = models.FindRecoveryCodes(tx)
		return err
	})
	if err != nil || codes.Left() == 0 { // the page is about another fault already
		return nil
	}
	return []views.Link{{Label: "Emergency access for administrators", Path: "/login/recovery"}}
}
