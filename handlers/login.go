package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"rollcall/models"
	"rollcall/views"
)

// Tries at the doors of signing in, shared by all replicas (SPEC T2): by address and browser's IP together, so that
// nobody can lock a colleague out, and more widely by each alone.
const (
	tryWindow   = 15 * time.Minute
	triesPair   = 10
	triesSingle = 100
)

// afterLogin is where a sign-in leads when no page was asked for.
const afterLogin = "/account"

func (s *Server) loginRoutes(p page) {
	p.Get("/login", s.login)
	p.Post("/login", s.loginEmail)
	p.Get("/login/sso", s.loginSSO)
	p.Post("/login/sso", s.loginSSOEmail)
	p.Get("/login/password", s.loginPassword)
	p.Post("/login/password", s.loginPasswordCheck)
	p.Get("/login/link", s.loginLink)
	p.Post("/login/link", s.loginLinkSend)
	p.Get("/login/link/:token", s.loginLinkShow)
	p.Post("/login/link/:token", s.loginLinkUse)
	p.Get("/login/recovery", s.recovery)
	p.Post("/login/recovery", s.recover)
	p.Post("/logout", s.logout)
	p.Post("/theme", s.theme)
	s.resetRoutes(p)
	s.signUpRoutes(p)
	s.inviteRoutes(p)
	s.personalRoutes(p)
}

// limited counts a try at one of the doors for an address (may be "") and answers a RateError when it is one too many.
func (s *Server) limited(c Ctx, door, email string) error {
	if !s.RateLimits {
		return nil
	}
	who := models.Digest(models.Fold(email))[:24]
	names := map[string]int64{door + ":ip:" + c.RealIP(): triesSingle}
	if email != "" {
		names[door+":pair:"+who+":"+c.RealIP()] = triesPair
		names[door+":email:"+who] = triesSingle
	}
	var refused error
	err := s.DB.Update(c.Request().Context(), s.actor(c, models.ActorPublic, "", ""), func(tx *models.Tx) error {
		refused = nil
		for name, limit := range names {
			// Every bucket is counted and committed, even when one of them refuses.
			var over *models.RateError
			if err := models.Hit(tx, name, limit, tryWindow); errors.As(err, &over) {
				refused = err
			} else if err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, refused)
}

// next is the own page that a form or query asks to go on to, or "".
func next(c Ctx) string { return ownPath(c.FormValue("next"), "") }

// with puts the e-mail and the page to go on to behind one of our paths.
func with(path, email, next string) string {
	q := url.Values{}
	if email != "" {
		q.Set("email", email)
	}
	if next != "" {
		q.Set("next", next)
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// GET /login asks for the e-mail.
func (s *Server) login(c Ctx) error {
	if viewerOf(c) != nil {
		return redirect(c, ownPath(c.FormValue("next"), afterLogin))
	}
	return render(c, http.StatusOK, views.Login(views.LoginPage{Page: s.page(c, "Sign in"), Email: field(c, "email"), Next: next(c)}))
}

// GET /login/sso asks for the e-mail of somebody who pressed Single sign-on.
func (s *Server) loginSSO(c Ctx) error {
	p := views.LoginPage{Page: s.page(c, "Single sign-on"), Email: field(c, "email"), Next: next(c), SSO: true}
	return render(c, http.StatusOK, views.Login(p))
}

// POST /login leads people of a verified domain with active SSO to its identity provider and anybody else to the
// password. It looks at domains only, so neither answer nor timing tells whether an account exists (SPEC S2).
func (s *Server) loginEmail(c Ctx) error {
	email, door, err := s.ssoDoor(c)
	switch {
	case models.CodeOf(err) == models.NotFound:
		return redirect(c, with("/login/password", email, next(c)))
	case err != nil:
		return s.loginAgain(c, err, false)
	}
	return s.hop(c, email, door)
}

// POST /login/sso is the same for the button Single sign-on: there it says so when the domain has none.
func (s *Server) loginSSOEmail(c Ctx) error {
	if field(c, "email") == "" {
		return redirect(c, with("/login/sso", "", next(c)))
	}
	email, door, err := s.ssoDoor(c)
	if models.CodeOf(err) == models.NotFound {
		err = &models.Error{Code: models.Invalid, Field: "email", Message: "Single sign-on is not set up for this address. Sign in another way, or check how you typed it."}
	}
	if err != nil {
		return s.loginAgain(c, err, true)
	}
	return s.hop(c, email, door)
}

// ssoDoor is the typed e-mail and where its domain signs in.
func (s *Server) ssoDoor(c Ctx) (string, *models.SSODoor, error) {
	email, key, err := models.ParseEmail(field(c, "email"))
	if err != nil {
		return "", nil, err
	}
	if err := s.limited(c, "login", email); err != nil {
		return "", nil, err
	}
	var door *models.SSODoor
	err = s.view(c, func(tx *models.Tx) (err error) {
		door, err = models.FindSSODoor(tx, key)
		return err
	})
	return email, door, err
}

func (s *Server) loginAgain(c Ctx, err error, sso bool) error {
	faults, ok := fieldErrors(err)
	if !ok {
		return err
	}
	p := views.LoginPage{Page: s.page(c, "Sign in"), Email: field(c, "email"), Next: next(c), SSO: sso, Errors: faults}
	return render(c, http.StatusUnprocessableEntity, views.Login(p))
}

// hop is the page on the way to the identity provider; a password is offered to everybody alike, unless the domain's
// organization requires single sign-on (SPEC S8).
func (s *Server) hop(c Ctx, email string, door *models.SSODoor) error {
	p := views.HopPage{
		Page: s.page(c, "Single sign-on"), To: door.Organization + "’s sign-in page", Host: door.Host,
		URL: with("/saml/"+door.ConnectionID+"/start", email, next(c)),
	}
	if !door.Required {
		p.Escape = views.Link{Label: "Use a password instead", Path: with("/login/password", email, next(c))}
	}
	return render(c, http.StatusOK, views.Hop(p))
}

// GET /login/password shows the same page for every address whose domain does not require single sign-on.
func (s *Server) loginPassword(c Ctx) error {
	email := field(c, "email")
	if email == "" {
		return redirect(c, with("/login", "", next(c)))
	}
	if err := s.refusePasswords(c, email); err != nil {
		return err
	}
	return render(c, http.StatusOK, views.LoginPassword(views.LoginPasswordPage{Page: s.page(c, "Sign in"), Email: email, Next: next(c)}))
}

// POST /login/password signs in. An unknown address, an account without a password and a wrong password cost the same
// work and get the same answer.
func (s *Server) loginPasswordCheck(c Ctx) error {
	email := field(c, "email")
	if err := s.limited(c, "password", email); err != nil {
		return err
	}
	if err := s.refusePasswords(c, email); err != nil {
		return err
	}
	var a *models.Account
	err := s.view(c, func(tx *models.Tx) (err error) {
		a, err = models.FindAccountByEmail(tx, email)
		return err
	})
	if code := models.CodeOf(err); err != nil && code != models.NotFound && code != models.Invalid {
		return err
	}
	if err != nil {
		a = &models.Account{} // nobody, whose password nothing matches
	}
	if !s.passwordMatches(a.PasswordHash, c.FormValue("password")) || a.SuspendedAt != nil {
		return s.passwordAgain(c, "password", "This e-mail and password do not fit together. Try again, or have a sign-in link e-mailed to you.")
	}
	if a.EmailProvedAt == nil {
		err := s.update(c, func(tx *models.Tx) error { return models.SendAccountToken(tx, a, models.TokenVerify, "") })
		if err != nil {
			return err
		}
		return s.passwordAgain(c, "", "Confirm your e-mail first. We have just sent the link to you again.")
	}
	return s.signIn(c, "", ownPath(c.FormValue("next"), afterLogin), func(*models.Tx) (*models.Account, error) { return a, nil })
}

func (s *Server) passwordAgain(c Ctx, name, text string) error {
	p := views.LoginPasswordPage{Page: s.page(c, "Sign in"), Email: field(c, "email"), Next: next(c), Errors: views.FieldErrors{name: text}}
	return render(c, http.StatusUnprocessableEntity, views.LoginPassword(p))
}

// passwordMatches and hashPassword bound how many hashes run at once to the machine's cores.
func (s *Server) passwordMatches(hash, password string) bool {
	s.hashing <- struct{}{}
	defer func() { <-s.hashing }()
	return models.PasswordMatches(hash, password)
}

func (s *Server) hashPassword(password, email string) (string, error) {
	s.hashing <- struct{}{}
	defer func() { <-s.hashing }()
	return models.HashPassword(password, email)
}

// signIn opens a session for the account that find answers, in one commit with what find does, and goes on to path. org is
// the organization to be in, "" for whichever comes first.
func (s *Server) signIn(c Ctx, org, path string, find func(*models.Tx) (*models.Account, error)) error {
	old := ""
	if v := viewerOf(c); v != nil {
		old = v.Session.Digest
	}
	agent := c.Request().UserAgent()
	agent = agent[:min(len(agent), 200)]
	token := ""
	err := s.update(c, func(tx *models.Tx) error {
		a, err := find(tx)
		if err != nil {
			return err
		}
		by := s.actor(c, models.ActorMember, a.ID, org)
		token, err = models.StartSession(tx.As(by), a, old, agent)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.setSession(c, cookieSession, token); err != nil {
		return err
	}
	return redirect(c, path)
}

// POST /logout ends the session.
func (s *Server) logout(c Ctx) error {
	if v := viewerOf(c); v != nil {
		err := s.update(c, func(tx *models.Tx) error { return models.EndSession(tx, v.Session.Digest) })
		if err != nil {
			return err
		}
	}
	if err := s.dropSession(c, cookieSession); err != nil {
		return err
	}
	return redirect(c, ownPath(c.FormValue("next"), "/login"))
}

// POST /theme keeps the choice of colours in a cookie of its own, so that the first byte of a page has it.
func (s *Server) theme(c Ctx) error {
	k := &http.Cookie{Name: themeCookie, Value: "system", Path: "/", MaxAge: 365 * 24 * 60 * 60, SameSite: http.SameSiteLaxMode, Secure: s.secure(), HttpOnly: true}
	if t := field(c, "theme"); t == "light" || t == "dark" {
		k.Value = t
	}
	c.SetCookie(k)
	return redirect(c, ownPath(c.FormValue("next"), "/"))
}
