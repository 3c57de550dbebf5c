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
	err := s.connection(c, true, func(tx *models.Tx, con *models.Connection) (err error) {
		cs, err := models.ActiveSettings(tx, con)
		if err != nil {
			return err
		}
		request, err = s.startAttempt(tx, con, cs, models.NewAttempt{Kind: models.AttemptLogin, Browser: browser, ReturnPath: path})
		return err
	})
	if err != nil {
		return s.samlOff(c, err)
	}
	if request.RedirectURL != "" {
		return c.Redirect(http.StatusFound, request.RedirectURL)
	}
	return s.samlHop(c, request, "your sign-in page")
}

// startAttempt makes the AuthnRequest and opens its row.
func (s *Server) startAttempt(tx *models.Tx, con *models.Connection, cs *models.ConnectionSettings, n models.NewAttempt) (saml.AuthnRequest, error) {
	set, err := s.samlSettings(tx, con, cs, n.Kind == models.AttemptTest)
	if err != nil {
		return saml.AuthnRequest{}, err
	}
	n.Relay, n.Settings = tx.NewToken(), cs
	request, err := saml.NewAuthnRequest(set, n.Relay, tx.Now)
	if err != nil {
		return request, err
	}
	n.RequestID = request.ID
	_, err = models.StartAttempt(tx, con, n)
	return request, err
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
