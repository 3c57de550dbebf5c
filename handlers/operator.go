package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"rollcall/models"
	"rollcall/views"
)

const (
	operatorKey    = "operator"
	operatorRowKey = "operator-session"
)

// operatorRoutes are the operators' own doors: their sign-in, and behind it the desk.
func (s *Server) operatorRoutes(door, desk page) {
	door.Get("/operator/login", s.operatorLogin)
	door.Post("/operator/login", s.operatorPassword)
	door.Get("/operator/code", s.operatorCode)
	door.Post("/operator/code", s.operatorCodeCheck)
	door.Get("/operator/welcome/:token", s.operatorWelcome)
	door.Post("/operator/welcome/:token", s.operatorWelcomeSave)

	desk.Get("", func(c Ctx) error { return redirect(c, "/operator/organizations") })
	desk.Post("/logout", s.operatorLogout)
	desk.Post("/acting/end", s.operatorActEnd)
	desk.Post("/organizations/:org/act", s.operatorAct)
	s.operatorOrgRoutes(desk)
	s.operatorPlanRoutes(desk)
	desk.Get("/prices", s.operatorPrices)
	desk.Post("/prices", s.operatorPriceSet)
	s.operatorStaffRoutes(desk)
	desk.Get("/health", s.operatorHealth)
	desk.Get("/audit", s.operatorAudit)
	desk.Get("/outbox", s.operatorOutbox)
	desk.Post("/outbox/:id/again", s.operatorSendAgain)
}

// operatorSession is the row behind the operator's cookie, of one of the kinds; nil for none.
func (s *Server) operatorSession(c Ctx, kind string) (row *models.Session, err error) {
	token := s.sessions.token(c.Request(), cookieOperator)
	if token == "" {
		return nil, nil
	}
	err = s.DB.View(c.Request().Context(), s.actor(c, models.ActorPublic, "", ""), func(tx *models.Tx) error {
		row, err = models.FindSession(tx, kind, token)
		return err
	})
	if models.CodeOf(err) == models.NotFound {
		return nil, nil
	}
	return row, err
}

// requireOperator lets only operators with a whole session on. The session of an organization opens nothing here.
func (s *Server) requireOperator(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c Ctx) error {
		row, err := s.operatorSession(c, models.SessionOperator)
		if err != nil {
			return err
		}
		if row == nil {
			return redirect(c, "/operator/login")
		}
		var o *models.Operator
		err = s.DB.View(c.Request().Context(), s.actor(c, models.ActorOperator, *row.OperatorID, ""), func(tx *models.Tx) (err error) {
			o, err = models.FindOperator(tx, *row.OperatorID)
			return err
		})
		if err != nil {
			return err
		}
		c.Set(operatorKey, o)
		c.Set(operatorRowKey, row)
		s.touch(c, row)
		return next(c)
	}
}

// asOperator is the unit of work of the operator, inside an organization ("" for none).
func (s *Server) asOperator(c Ctx, orgID string, fn func(*models.Tx) error) error {
	return s.DB.Update(c.Request().Context(), s.operatorActor(c, orgID), fn)
}

func (s *Server) operatorActor(c Ctx, orgID string) models.Actor {
	return s.actor(c, models.ActorOperator, c.Get(operatorKey).(*models.Operator).ID, orgID)
}

// operatorPage is what every page of the desk shows around its content.
func (s *Server) operatorPage(c Ctx, title string) views.OperatorPage {
	p := views.OperatorPage{Page: s.page(c, title), Query: query(c, "")}
	p.Org, p.Orgs, p.Viewer = nil, nil, nil // a person may be signed in as a member as well; here that is nobody
	if o, ok := c.Get(operatorKey).(*models.Operator); ok {
		p.Email, p.Acting = o.Email, s.actingNow(c)
	}
	return p
}

// GET /operator/login asks for e-mail and password.
func (s *Server) operatorLogin(c Ctx) error { return s.drawOperatorLogin(c, http.StatusOK, "") }

func (s *Server) drawOperatorLogin(c Ctx, status int, fault string) error {
	p := views.OperatorLoginPage{OperatorPage: s.operatorPage(c, "Operator sign-in"), Typed: field(c, "email")}
	if fault != "" {
		p.Errors = views.FieldErrors{"password": fault}
	}
	return render(c, status, views.OperatorLogin(p))
}

// POST /operator/login checks the password; the code comes next. Unknown addresses cost the same work and get the same
// answer.
func (s *Server) operatorPassword(c Ctx) error {
	email := field(c, "email")
	if err := s.limited(c, "operator", email); err != nil {
		return err
	}
	var o *models.Operator
	by := s.actor(c, models.ActorPublic, "", "")
	err := s.DB.View(c.Request().Context(), by, func(tx *models.Tx) (err error) {
		o, err = models.FindOperatorByEmail(tx, email)
		return err
	})
	if err != nil && models.CodeOf(err) != models.NotFound {
		return err
	}
	if err != nil || o.DisabledAt != nil {
		o = &models.Operator{}
	}
	if !s.passwordMatches(o.PasswordHash, c.FormValue("password")) {
		return s.drawOperatorLogin(c, http.StatusUnprocessableEntity, "This e-mail and password do not fit together.")
	}
	return s.beginOperator(c, func(*models.Tx) (*models.Operator, error) { return o, nil })
}

// beginOperator opens the half session and goes on to the code.
func (s *Server) beginOperator(c Ctx, find func(*models.Tx) (*models.Operator, error)) error {
	agent := c.Request().UserAgent()
	agent = agent[:min(len(agent), 200)]
	token := ""
	err := s.DB.Update(c.Request().Context(), s.actor(c, models.ActorPublic, "", ""), func(tx *models.Tx) error {
		o, err := find(tx)
		if err != nil {
			return err
		}
		token, err = models.HalfOperatorSession(tx, o, agent)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.setSession(c, cookieOperator, token); err != nil {
		return err
	}
	return redirect(c, "/operator/code")
}

// GET /operator/code asks for the code, at the first sign-in below the secret for the app.
func (s *Server) operatorCode(c Ctx) error { return s.drawOperatorCode(c, http.StatusOK, nil) }

func (s *Server) drawOperatorCode(c Ctx, status int, faults views.FieldErrors) error {
	half, err := s.operatorSession(c, models.SessionOperatorHalf)
	if err != nil {
		return err
	}
	if half == nil {
		return redirect(c, "/operator/login")
	}
	p := views.OperatorCodePage{OperatorPage: s.operatorPage(c, "Operator sign-in"), Errors: faults}
	err = s.DB.Update(c.Request().Context(), s.actor(c, models.ActorOperator, *half.OperatorID, ""), func(tx *models.Tx) error {
		o, err := models.FindOperator(tx, *half.OperatorID)
		if err != nil {
			return err
		}
		p.Secret, p.Address, err = models.OperatorSecret(tx, o, p.ProductName())
		return err
	})
	if err != nil {
		return err
	}
	return render(c, status, views.OperatorCode(p))
}

// POST /operator/code makes the session whole, with a new id.
func (s *Server) operatorCodeCheck(c Ctx) error {
	half, err := s.operatorSession(c, models.SessionOperatorHalf)
	if err != nil {
		return err
	}
	if half == nil {
		return redirect(c, "/operator/login")
	}
	if err := s.limitedCodes(c, *half.OperatorID); err != nil {
		return err
	}
	token := ""
	err = s.DB.Update(c.Request().Context(), s.actor(c, models.ActorPublic, "", ""), func(tx *models.Tx) error {
		o, err := models.FindOperator(tx, *half.OperatorID)
		if err != nil {
			return err
		}
		if err := models.CheckOperatorCode(tx, o, field(c, "code")); err != nil {
			return err
		}
		token, err = models.OperatorSession(tx, o, half)
		return err
	})
	if faults, ok := fieldErrors(err); ok {
		err := s.DB.Update(c.Request().Context(), s.actor(c, models.ActorPublic, "", ""), func(tx *models.Tx) error {
			return models.RefuseOperatorCode(tx, half)
		})
		if err != nil {
			return err
		}
		return s.drawOperatorCode(c, http.StatusUnprocessableEntity, faults)
	}
	if err != nil {
		return err
	}
	if err := s.setSession(c, cookieOperator, token); err != nil {
		return err
	}
	return redirect(c, "/operator/organizations")
}

// codeTries is how many codes an operator may try in an hour, from wherever: whoever guesses has the password already.
const codeTries = 20

func (s *Server) limitedCodes(c Ctx, operatorID string) error {
	if !s.RateLimits {
		return nil
	}
	return s.DB.Update(c.Request().Context(), s.actor(c, models.ActorPublic, "", ""), func(tx *models.Tx) error {
		return models.Hit(tx, "operator-code:"+operatorID, codeTries, time.Hour)
	})
}

// GET /operator/welcome/<token> asks a new operator for a password. It uses nothing up.
func (s *Server) operatorWelcome(c Ctx) error { return s.drawWelcome(c, http.StatusOK, nil) }

func (s *Server) drawWelcome(c Ctx, status int, faults views.FieldErrors) error {
	p := views.OperatorWelcomePage{OperatorPage: s.operatorPage(c, "Welcome, operator"), Action: c.Request().URL.Path, Errors: faults}
	err := s.DB.View(c.Request().Context(), s.actor(c, models.ActorPublic, "", ""), func(tx *models.Tx) error {
		o, err := models.FindOperatorByWelcome(tx, c.Param("token"))
		p.For = o.Email
		return err
	})
	if err != nil {
		return err
	}
	return render(c, status, views.OperatorWelcome(p))
}

// POST /operator/welcome/<token> keeps the password and goes on to the code.
func (s *Server) operatorWelcomeSave(c Ctx) error {
	if err := s.limited(c, "operator-welcome", ""); err != nil {
		return err
	}
	hash, err := s.hashPassword(c.FormValue("password"), "")
	if err == nil {
		err = s.beginOperator(c, func(tx *models.Tx) (*models.Operator, error) {
			return models.WelcomeOperator(tx, c.Param("token"), hash)
		})
	}
	if faults, ok := fieldErrors(err); ok {
		return s.drawWelcome(c, http.StatusUnprocessableEntity, faults)
	}
	return err
}

// POST /operator/logout ends the session, and with it what the operator acts under.
func (s *Server) operatorLogout(c Ctx) error {
	row := c.Get(operatorRowKey).(*models.Session)
	err := s.asOperator(c, "", func(tx *models.Tx) error {
		if err := models.EndImpersonation(tx, row); err != nil && !models.IsNotFound(err) {
			return err
		}
		return models.EndSession(tx, row.Digest)
	})
	if err != nil {
		return err
	}
	if err := s.dropSession(c, cookieOperator); err != nil {
		return err
	}
	return redirect(c, "/operator/login")
}
