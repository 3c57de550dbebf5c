package handlers

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"
)

// Sizes of bodies (SPEC I8), in bytes.
const (
	maxForm = 1 << 20
	maxSCIM = 5 << 20
	maxACS  = 3 << 20
)

const requestIDKey = "request_id"

func requestID(c Ctx) string { id, _ := c.Get(requestIDKey).(string); return id }

// withRequestID gives each request a short id of our own, which pages show for a fault and the log carries. A
// client's own id is never believed.
func (s *Server) withRequestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c Ctx) error {
		id := rand.Text()[:10]
		c.Set(requestIDKey, id)
		c.Response().Header().Set("X-Request-Id", id)
		return next(c)
	}
}

// logged writes one line per request. The route's pattern stands for the path, because paths carry tokens; queries
// and bodies are never logged.
func (s *Server) logged(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c Ctx) error {
		began := time.Now()
		if err := next(c); err != nil {
			c.Error(err)
		}
		took := time.Since(began)
		status, route := c.Response().Status, c.Path()
		if s.Observe != nil {
			s.Observe(c.Request().Method, route, status, took.Seconds())
		}
		level := slog.LevelDebug
		if status >= http.StatusInternalServerError {
			level = slog.LevelWarn
		}
		s.Log.Log(c.Request().Context(), level, "request",
			"req", requestID(c), "method", c.Request().Method, "route", route, "status", status, "ms", took.Milliseconds())
		return nil
	}
}

// recovered turns a panic into an internal error with its stack in the log.
func (s *Server) recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c Ctx) (err error) {
		defer func() {
			r := recover()
			if r == nil {
				return
			}
			if e, ok := r.(error); ok && errors.Is(e, http.ErrAbortHandler) {
				panic(r)
			}
			s.Log.Error("panic", "req", requestID(c), "route", c.Path(), "what", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = errPanic
		}()
		return next(c)
	}
}

var errPanic = errors.New("panic")

// csp is strict: nothing inline, nothing from elsewhere (SPEC T2).
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// secured sets the headers that every answer has.
func (s *Server) secured(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c Ctx) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", csp)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if s.secure() {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// allowFormsTo lets a form of this one answer post to another origin (the SAML POST binding).
func allowFormsTo(c Ctx, origin string) {
	const own = "form-action 'self'"
	policy := c.Response().Header().Get("Content-Security-Policy")
	c.Response().Header().Set("Content-Security-Policy", replaceOnce(policy, own, own+" "+origin))
}

// crossOrigin refuses what another site's page sends (net/http's CrossOriginProtection, SPEC T2).
func (s *Server) crossOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	guard := http.NewCrossOriginProtection()
	return func(c Ctx) error {
		if guard.Check(c.Request()) != nil {
			return echo.NewHTTPError(http.StatusForbidden, "This form was sent from another site. Open the page here and send it again.")
		}
		return next(c)
	}
}

// limitBody refuses more than max bytes: at once by the header, else while reading.
func limitBody(max int64) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c Ctx) error {
			r := c.Request()
			if r.ContentLength > max {
				return errTooLarge
			}
			r.Body = http.MaxBytesReader(c.Response(), r.Body, max)
			return next(c)
		}
	}
}

func hashers() int { return max(1, runtime.NumCPU()) }

func netParse(p netip.Prefix) (net.IP, *net.IPNet, error) { return net.ParseCIDR(p.String()) }
