package handlers

import (
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"rollcall/models"
	"rollcall/saml"
	"rollcall/views"
)

// Tries at the SAML doors per connection and address; generous, because a whole office may share one address.
const (
	samlTries  = 600
	samlWindow = time.Minute
)

func (s *Server) samlRoutes(e *echo.Echo) {
	e.GET("/saml/:connection/metadata", s.samlMetadata)
	e.HEAD("/saml/:connection/metadata", s.samlMetadata)
	e.GET("/saml/:connection/start", s.samlStart)
	// The post comes from the identity provider: no cookie, no CSRF token, another origin.
	e.POST("/saml/:connection/acs", s.samlACS, limitBody(maxACS))
}

// connection runs fn on the connection in the path, inside its organization.
func (s *Server) connection(c Ctx, write bool, fn func(*models.Tx, *models.Connection) error) error {
	id := c.Param("connection")
	run := s.DB.View
	if write {
		run = s.DB.Update
	}
	return run(c.Request().Context(), s.actor(c, models.ActorSAML, id, ""), func(tx *models.Tx) error {
		con, err := models.ConnectionByID(tx, id)
		if err != nil {
			return err
		}
		return fn(tx.In(con.OrganizationID), con)
	})
}

// GET /saml/:connection/metadata is our side for the identity provider, also before and after the connection is Active.
func (s *Server) samlMetadata(c Ctx) error {
	var set saml.Settings
	err := s.connection(c, false, func(tx *models.Tx, con *models.Connection) error {
		cs, err := models.SettingsInWork(tx, con)
		if err != nil {
			return err
		}
		set, err = s.ourSide(tx, con, cs)
		return err
	})
	if err != nil {
		return s.samlOff(c, err)
	}
	c.Response().Header().Set("Content-Disposition", `inline; filename="rollcall-metadata.xml"`)
	return c.Blob(http.StatusOK, saml.MetadataType, saml.Metadata(set))
}

// GET /saml/:connection/start begins a sign-in and leads to the identity provider.
func (s *Server) samlStart(c Ctx) error {
	if err := s.limitSAML(c, "start"); err != nil {
		return err
	}
	browser, path := s.browserSecret(c), ownPath(c.QueryParam("next"), "")
	var request saml.AuthnRequest
	attempt := models.NewAttempt{Kind: models.AttemptLogin, Browser: browser, ReturnPath: path}
	err := s.connection(c, false, func(tx *models.Tx, con *models.Connection) (err error) {
		if attempt.Settings, err = models.ActiveSettings(tx, con); err != nil {
			return err
		}
		request, err = s.newRequest(tx, con, attempt.Settings)
		request.RedirectURL = hinted(request.RedirectURL, con.IDP, c.QueryParam("email"))
		return err
	})
	if err == nil {
		err = s.connection(c, true, func(tx *models.Tx, con *models.Connection) error { return startAttempt(tx, con, attempt, request) })
	}
	if err != nil {
		return s.samlOff(c, err)
	}
	if request.RedirectURL != "" {
		return c.Redirect(http.StatusFound, request.RedirectURL)
	}
	return s.samlHop(c, request, "your sign-in page")
}

// newRequest makes the AuthnRequest. It takes longer than all that is stored of it, so nobody's writing waits for it.
func (s *Server) newRequest(tx *models.Tx, con *models.Connection, cs *models.ConnectionSettings) (saml.AuthnRequest, error) {
	set, err := s.ourSide(tx, con, cs)
	if err != nil {
		return saml.AuthnRequest{}, err
	}
	set.SSOURL, set.SSOBinding = cs.SSOURL, saml.Binding(cs.SSOBinding)
	return saml.NewAuthnRequest(set, tx.NewToken(), tx.Now)
}

// hinted adds the e-mail that the person has typed already, where the provider takes it. It is a convenience only: who comes
// back is whoever signs in there.
func hinted(address, slug, email string) string {
	g := views.GuideBySlug(slug)
	typed, _, err := models.ParseEmail(email)
	if address == "" || g == nil || g.LoginHint == "" || err != nil {
		return address
	}
	return address + "&" + g.LoginHint + "=" + url.QueryEscape(typed)
}

// startAttempt opens the row of a request.
func startAttempt(tx *models.Tx, con *models.Connection, n models.NewAttempt, request saml.AuthnRequest) error {
	n.RequestID, n.Relay = request.ID, request.RelayState
	_, err := models.StartAttempt(tx, con, n)
	return err
}

// testRequest makes the request of a test sign-in and opens its row.
func (s *Server) testRequest(c Ctx, by models.Actor, con *models.Connection, cs *models.ConnectionSettings, back string) (request saml.AuthnRequest, err error) {
	n := models.NewAttempt{Kind: models.AttemptTest, Browser: s.browserSecret(c), ReturnPath: back, Settings: cs}
	err = s.DB.View(c.Request().Context(), by, func(tx *models.Tx) (err error) {
		request, err = s.newRequest(tx, con, cs)
		return err
	})
	if err != nil {
		return request, err
	}
	return request, s.DB.Update(c.Request().Context(), by, func(tx *models.Tx) error { return startAttempt(tx, con, n, request) })
}

// samlHop is the page on the way to the identity provider: a link that is followed at once, or a form with a button
// (SPEC S9). Only this one answer may post to the other origin.
func (s *Server) samlHop(c Ctx, request saml.AuthnRequest, to string) error {
	p := views.HopPage{Page: s.page(c, "Single sign-on"), To: to, URL: request.RedirectURL}
	address := request.RedirectURL
	if address == "" {
		address = request.PostURL
		p.Form = &views.PostForm{Action: address, Fields: []views.Link{
			{Label: "SAMLRequest", Path: request.SAMLRequest}, {Label: "RelayState", Path: request.RelayState},
		}}
	}
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	p.Host = u.Host
	if p.Form != nil {
		allowFormsTo(c, u.Scheme+"://"+u.Host)
	}
	return render(c, http.StatusOK, views.Hop(p))
}

// samlOff answers for a connection that is unknown, not Active yet or switched off, all alike.
func (s *Server) samlOff(c Ctx, err error) error {
	if models.CodeOf(err) != models.NotFound {
		return err
	}
	return render(c, http.StatusNotFound, views.Error(views.ErrorPage{
		Page: s.page(c, "Single sign-on is off"), Status: http.StatusNotFound, Heading: "Single sign-on is not switched on here",
		Text:    "Nobody can sign in at this address. Sign in another way, or ask your administrator.",
		Actions: []views.Link{{Label: "Sign in", Path: "/login"}},
	}))
}

// limitSAML counts a request at one of the SAML doors.
func (s *Server) limitSAML(c Ctx, door string) error {
	if !s.RateLimits {
		return nil
	}
	return s.DB.Update(c.Request().Context(), s.actor(c, models.ActorPublic, "", ""), func(tx *models.Tx) error {
		return models.Hit(tx, "saml-"+door+":"+c.Param("connection")+":"+c.RealIP(), samlTries, samlWindow)
	})
}
