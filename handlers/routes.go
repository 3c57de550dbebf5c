package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"rollcall/static"
)

// routes opens the doors in this order: what wraps everything, files and health, the machines (outside session and
// CSRF), and the browsers.
func (s *Server) routes(e *echo.Echo) {
	e.Use(s.withRequestID, s.logged, s.recovered, s.secured, legible, withBodyTime(bodyTime))
	e.GET(static.Prefix+"*", echo.WrapHandler(static.Handler()))
	e.HEAD(static.Prefix+"*", echo.WrapHandler(static.Handler()))
	e.GET("/healthz", s.healthz)
	e.GET("/readyz", s.readyz)

	s.scimRoutes(e)
	s.samlRoutes(e)
	s.hookRoutes(e)

	guards := func(more ...echo.MiddlewareFunc) []echo.MiddlewareFunc {
		return append([]echo.MiddlewareFunc{s.crossOrigin, limitBody(maxForm), legibleForm, s.withViewer}, more...)
	}
	web := e.Group("", guards()...)
	s.publicRoutes(page{web})
	s.loginRoutes(page{web})
	s.finishRoutes(page{web})
	s.setupRoutes(page{web})
	s.sandboxRoutes(page{web})
	s.accountRoutes(page{e.Group("", guards(s.requireAccount)...)})
	s.organizationRoutes(page{e.Group("/organization", guards(s.withActing, s.requireAccount, s.requireAdmin, s.sameOrganization)...)})
	s.operatorRoutes(page{web}, page{e.Group("/operator", guards(s.requireOperator)...)})
	// Each group has registered its own catch-all; without this the last one's guards would answer for unknown addresses.
	e.RouteNotFound("/*", func(Ctx) error { return echo.ErrNotFound })
}

// page is a group of browser routes: each GET answers HEAD too, for link scanners and monitors.
type page struct{ *echo.Group }

// Get registers a page.
func (p page) Get(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) {
	p.GET(path, h, m...)
	p.HEAD(path, h, m...)
}

// Post registers the target of a form.
func (p page) Post(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) { p.POST(path, h, m...) }

func (s *Server) healthz(c Ctx) error { return c.String(http.StatusOK, "ok\n") }

func (s *Server) readyz(c Ctx) error {
	if s.Draining != nil && s.Draining() {
		return c.String(http.StatusServiceUnavailable, "draining\n")
	}
	if err := s.DB.SQL().PingContext(c.Request().Context()); err != nil {
		return c.String(http.StatusServiceUnavailable, "no database\n")
	}
	return c.String(http.StatusOK, "ready\n")
}
