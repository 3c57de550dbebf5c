package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"rollcall/models"
	"rollcall/scim"
	"rollcall/views"
)

// statusOf is what each models.Code becomes for machines and pages. A form that is wrong is drawn again with 422 by
// its own handler.
var statusOf = map[models.Code]int{
	models.Invalid: http.StatusBadRequest, models.Unauthenticated: http.StatusUnauthorized, models.Forbidden: http.StatusForbidden,
	models.NotFound: http.StatusNotFound, models.Conflict: http.StatusConflict, models.Gone: http.StatusGone,
	models.PaymentRequired: http.StatusPaymentRequired, models.Precondition: http.StatusPreconditionFailed,
	models.TooLarge: http.StatusRequestEntityTooLarge, models.RateLimited: http.StatusTooManyRequests,
	models.NotBuilt: http.StatusNotImplemented, models.Internal: http.StatusInternalServerError,
}

// scimTypeOf is what each models.Code becomes in a SCIM error (RFC 7644 §3.12).
var scimTypeOf = map[models.Code]string{models.Invalid: scim.InvalidValue, models.Conflict: scim.Uniqueness}

var errTooLarge = &models.Error{Code: models.TooLarge, Message: "This is larger than what is taken here."}

// fault is an error ready to be told in any dialect.
type fault struct {
	Status   int
	SCIMType string
	Text     string
	Wait     int // seconds, with 429
}

// faultOf sorts an error out. Only texts made for people pass; everything else is "internal" and goes to the log.
func faultOf(err error) fault {
	var (
		se   *scim.Error
		re   *models.RateError
		me   *models.Error
		he   *echo.HTTPError
		size *http.MaxBytesError
	)
	switch {
	case errors.As(err, &se):
		return fault{Status: se.Status, SCIMType: se.ScimType, Text: se.Detail}
	case errors.As(err, &re):
		return fault{Status: http.StatusTooManyRequests, Text: "Too many tries. Wait " + count(int64(re.Seconds()), "second", "seconds") + ".", Wait: re.Seconds()}
	case errors.As(err, &size):
		return faultOf(errTooLarge)
	case errors.As(err, &me):
		return fault{Status: statusOf[me.Code], SCIMType: scimTypeOf[me.Code], Text: me.Message}
	case errors.As(err, &he):
		return fault{Status: he.Code, Text: httpText(he)}
	}
	return fault{Status: http.StatusInternalServerError, Text: "Something went wrong on our side. Nothing was changed. Try again in a minute."}
}

// httpText is the sentence of one of Echo's errors; its own words are terse.
func httpText(he *echo.HTTPError) string {
	switch he.Code {
	case http.StatusNotFound:
		return "There is no page at this address."
	case http.StatusMethodNotAllowed:
		return "This address does not take that method."
	}
	if text, ok := he.Message.(string); ok && he.Internal == nil {
		return text
	}
	return http.StatusText(he.Code) + "."
}

// fail is the one place where an error becomes an answer, in the dialect of the address (not of the matched route:
// that is empty when none matched).
func (s *Server) fail(err error, c Ctx) {
	if errors.Is(err, context.Canceled) || c.Response().Committed {
		return
	}
	var required *models.SSORequired
	if errors.As(err, &required) {
		if err = s.ssoRequired(c, required.Door); err == nil {
			return
		}
	}
	f := faultOf(err)
	if f.Status >= http.StatusInternalServerError && f.Status != http.StatusNotImplemented {
		s.Log.Error("failed", "req", requestID(c), "route", c.Path(), "err", err)
	}
	if f.Wait > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(f.Wait))
	}
	if f.Status == http.StatusRequestEntityTooLarge {
		_, _ = io.CopyN(io.Discard, c.Request().Body, maxDrain)
	}
	path := c.Request().URL.Path
	switch {
	case c.Request().Method == http.MethodHead:
		err = c.NoContent(f.Status)
	case path == "/scim" || strings.HasPrefix(path, "/scim/"):
		err = failSCIM(c, f)
	case strings.HasPrefix(path, "/api/"), strings.HasPrefix(path, "/hooks/"):
		err = c.JSON(f.Status, map[string]any{"status": f.Status, "title": http.StatusText(f.Status), "detail": f.Text})
	default:
		err = s.failPage(c, f)
	}
	if err != nil {
		s.Log.Error("the error page failed", "req", requestID(c), "err", err)
	}
}

func failSCIM(c Ctx, f fault) error {
	e := scim.Error{Status: f.Status, ScimType: f.SCIMType, Detail: f.Text}
	if f.Status == http.StatusUnauthorized {
		c.Response().Header().Set("WWW-Authenticate", `Bearer realm="rollcall"`)
	}
	return c.Blob(f.Status, "application/scim+json", e.Body())
}

func (s *Server) failPage(c Ctx, f fault) error {
	if f.Status == http.StatusUnauthorized {
		return redirect(c, "/login?next="+nextParam(c))
	}
	p := views.ErrorPage{Page: s.page(c, headings[f.Status]), Status: f.Status, Heading: headings[f.Status], Text: f.Text}
	if p.Heading == "" {
		p.Heading, p.Title = "This did not work", "This did not work"
	}
	if f.Status >= http.StatusInternalServerError {
		p.Code = requestID(c)
	}
	return render(c, f.Status, views.Error(p))
}

var headings = map[int]string{
	http.StatusNotFound: "There is nothing here", http.StatusForbidden: "You cannot do this", http.StatusGone: "This has ended",
	http.StatusConflict: "Something changed meanwhile", http.StatusTooManyRequests: "Too many tries",
	http.StatusRequestEntityTooLarge: "This is too large", http.StatusInternalServerError: "Something went wrong",
	http.StatusPaymentRequired: "This is not included", http.StatusNotImplemented: "This is not built yet",
}

// fieldErrors turns an Invalid error into the form's own; ok is false for any other error.
func fieldErrors(err error) (views.FieldErrors, bool) {
	var me *models.Error
	if errors.As(err, &me) && (me.Code == models.Invalid || me.Code == models.Conflict) {
		return views.FieldErrors{me.Field: me.Message}, true
	}
	return nil, false
}

// jsonText is a value as JSON text; only for values that always marshal.
func jsonText(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
