// Package handlers is the room of HTTP: it reads requests, calls models in one unit of work, and answers with a page,
// JSON or SCIM. It decides nothing that would still be true without HTTP.
package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"rollcall/models"
)

// Ctx keeps Echo's type behind one name, so that a new major version is a change of this line.
type Ctx = echo.Context

// Config is what cmd knows and the doors need.
type Config struct {
	DB             *models.DB
	Log            *slog.Logger
	BaseURL        *url.URL // without a path; never taken from a request's Host
	Product        string   // ROLLCALL_PRODUCT_NAME
	SupportEmail   string
	Payment        string   // none, sandbox or stripe
	Payments       Payments // with stripe
	RateLimits     bool
	AllowPrivate   bool           // IdP metadata and addresses may be http or private
	TrustedProxies []netip.Prefix // whose forwarded headers are believed

	Fetch     func(ctx context.Context, address string) ([]byte, error) // identity-provider metadata, guarded
	LookupTXT func(ctx context.Context, host string) ([]string, error)  // DNS
	Observe   func(method, route string, status int, seconds float64)   // metrics; nil for none
	Draining  func() bool                                               // true: /readyz answers 503
}

// Server holds what the handlers share. Its methods are the handlers, one file per screen or endpoint family.
type Server struct {
	Config
	sessions *sessionStore
	hashing  chan struct{} // bounds concurrent password hashing to the cores
	scim     *scimDoor
}

// New wires every door.
func New(c Config) *echo.Echo {
	s := &Server{Config: c, sessions: newSessionStore(c.DB, c.secure()), hashing: make(chan struct{}, hashers())}
	if c.Payment == paymentSandbox {
		s.Payments = sandbox{s}
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.fail
	e.IPExtractor = s.ipExtractor()
	s.routes(e)
	return e
}

func (c Config) secure() bool { return c.BaseURL.Scheme == "https" }

// ipExtractor believes forwarded headers only from the proxies that the operator named: Echo's default believes
// anybody's.
func (c Config) ipExtractor() echo.IPExtractor {
	if len(c.TrustedProxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range c.TrustedProxies {
		_, network, err := netParse(p)
		if err == nil {
			trust = append(trust, echo.TrustIPRange(network))
		}
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// url is the absolute address of one of our own paths.
func (s *Server) url(path string) string { return strings.TrimSuffix(s.BaseURL.String(), "/") + path }

// actor is who is acting before anybody has signed in.
func (s *Server) actor(c Ctx, kind, id, orgID string) models.Actor {
	return models.Actor{Kind: kind, ID: id, OrgID: orgID, IP: c.RealIP(), RequestID: requestID(c)}
}

// view and update run fn for the signed-in person, or for nobody.
func (s *Server) view(c Ctx, fn func(*models.Tx) error) error {
	return s.DB.View(c.Request().Context(), s.currentActor(c), fn)
}

func (s *Server) update(c Ctx, fn func(*models.Tx) error) error {
	return s.DB.Update(c.Request().Context(), s.currentActor(c), fn)
}

func (s *Server) currentActor(c Ctx) models.Actor {
	if v := viewerOf(c); v != nil && v.Acting != nil {
		return s.actor(c, models.ActorActing, v.Acting.OperatorID, v.Org.ID)
	} else if v != nil {
		org := ""
		if v.Org != nil {
			org = v.Org.ID
		}
		return s.actor(c, models.ActorMember, v.Account.ID, org)
	}
	return s.actor(c, models.ActorPublic, "", "")
}

// redirect answers 303: after a POST the browser GETs what it shows.
func redirect(c Ctx, path string) error { return c.Redirect(http.StatusSeeOther, path) }
