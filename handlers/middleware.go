package handlers

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"rollcall/models"
)

// Sizes of bodies (SPEC I8), in bytes.
const (
	maxForm = 1 << 20
	maxSCIM = 5 << 20
	maxACS  = 3 << 20
	maxCSV  = models.MaxImportBytes + maxForm // the file and the other fields

	maxDrain = 16 << 20 // of a body that is too large: read and thrown away, so that the client hears the answer
)

// bodyTime is how long a client may take to send a body.
const bodyTime = time.Minute

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
		if ctx := c.Request().Context(); s.Log.Enabled(ctx, level) {
			s.Log.Log(ctx, level, "request",
				"req", requestID(c), "method", c.Request().Method, "route", route, "status", status, "ms", took.Milliseconds())
		}
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

// legible refuses an address that is no text: PostgreSQL cannot even look for it.
func legible(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c Ctx) error {
		u := c.Request().URL
		if !isText(u.Path) {
			return echo.ErrNotFound
		}
		if q, err := url.QueryUnescape(u.RawQuery); err == nil && !isText(q) && !strings.HasPrefix(u.Path, "/scim/") {
			return echo.NewHTTPError(http.StatusBadRequest, "The address holds characters that are no text. Open the page again from its link.")
		}
		return next(c)
	}
}

// legibleForm reads the form of a browser and refuses one with values that are no text.
func legibleForm(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c Ctx) error {
		if c.Request().Method != http.MethodPost {
			return next(c)
		}
		if err := parseForm(c); err != nil {
			return err
		}
		for _, values := range c.Request().PostForm {
			if !isText(strings.Join(values, "")) {
				return echo.NewHTTPError(http.StatusBadRequest, "The form holds characters that are no text. Open the page again and write them anew.")
			}
		}
		return next(c)
	}
}

func isText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// withBodyTime ends the reading of a body after limit: the server has no time limit of its own, because live pages stay
// open, and bodies that trickle in would hold their connections for ever.
func withBodyTime(limit time.Duration) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c Ctx) error {
			if c.Request().ContentLength != 0 {
				// A writer without deadlines is a test's recorder.
				_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Now().Add(limit))
			}
			return next(c)
		}
	}
}

// limitBody refuses more than max bytes (of a CSV of people maxCSV): at once by the header, else while reading.
func limitBody(max int64) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c Ctx) error {
			r, max := c.Request(), max
			if c.Path() == importPath {
				max = maxCSV
			}
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
