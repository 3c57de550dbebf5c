package handlers

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"rollcall/models"
	"rollcall/scim"
)

// scimDoor is what the SCIM door keeps between requests.
type scimDoor struct {
	limits *scimLimits
	log    *exchangeLog
}

// scimRoutes opens the door for identity providers. It dispatches by itself: Okta and Entra ID have been seen to double
// slashes and to end a path with one.
func (s *Server) scimRoutes(e *echo.Echo) {
	s.scim = &scimDoor{limits: newSCIMLimits(), log: newExchangeLog(s)}
	e.Any("/scim", s.serveSCIM)
	e.Any("/scim/*", s.serveSCIM)
}

// scimRequest is one authenticated request.
type scimRequest struct {
	*Server
	c        Ctx
	client   *models.SCIMClient
	base     string // absolute URL of the directory, without a slash at its end
	began    time.Time
	path     []string // below base
	query    url.Values
	exchange models.SCIMExchange
}

// scimAnswer is what a request is answered with.
type scimAnswer struct {
	status         int
	body           []byte // nil: none
	location, etag string
	id, person     string // the resource's id; the member it is about
	changed        []string
	reason, cause  string // what went wrong although the answer is 2xx
}

const scimType = "application/scim+json"

// errSCIMToken answers whatever token does not fit the URL, always alike (SPEC O1, T1).
var errSCIMToken = &scim.Error{
	Status: http.StatusUnauthorized,
	Detail: "The bearer token is missing, wrong or has ended. Make a new one in the dashboard and enter it in the identity provider.",
}

func (s *Server) serveSCIM(c Ctx) error {
	r, err := s.openSCIM(c)
	if err != nil {
		return err
	}
	a, err := r.serve()
	if err != nil {
		r.logFailure(err)
		return err
	}
	return a.write(c)
}

// openSCIM lets in whoever has a token that fits the URL.
func (s *Server) openSCIM(c Ctx) (*scimRequest, error) {
	seg := strings.FieldsFunc(c.Request().URL.Path, func(ch rune) bool { return ch == '/' })
	if len(seg) < 3 || seg[1] != "v2" {
		return nil, echo.ErrNotFound
	}
	r := &scimRequest{Server: s, c: c, began: s.DB.Now(), path: seg[3:], base: s.url("/scim/v2/" + seg[2])}
	token := bearer(c.Request().Header.Get("Authorization"))
	if token == "" {
		return nil, s.refuseSCIM(c, seg[2], token)
	}
	var err error
	r.client, err = s.DB.OpenDirectory(s.actor(c, models.ActorPublic, "", ""), token)
	if models.CodeOf(err) == models.NotFound || err == nil && r.client.Directory.ID != seg[2] {
		return nil, s.refuseSCIM(c, seg[2], token)
	}
	r.exchange = models.SCIMExchange{Method: c.Request().Method, Path: logPath(r.path)}
	return r, err
}

// bearer takes the token with or without the word Bearer: Okta's header-auth app sends it bare (SPEC T1).
func bearer(header string) string {
	word, rest, two := strings.Cut(strings.TrimSpace(header), " ")
	switch {
	case !two && !strings.EqualFold(word, "Bearer"):
		return word
	case two && strings.EqualFold(word, "Bearer"):
		return strings.TrimSpace(rest)
	}
	return ""
}

func (r *scimRequest) serve() (scimAnswer, error) {
	if err := r.admit(); err != nil {
		return scimAnswer{}, err
	}
	a, err := r.route()
	if err != nil {
		return a, err
	}
	if r.exchange.Status != 0 { // a write: logged and noted in its own transaction
		return a, nil
	}
	if r.client.Due(r.DB.Now().UTC()) {
		err = r.DB.Update(r.c.Request().Context(), r.scimActor(), func(tx *models.Tx) error { return models.NoteSCIMRequest(tx, r.client) })
		if err != nil {
			return a, err
		}
	}
	r.note(a)
	r.logLater()
	return a, nil
}

// admit holds what has nothing to do with the request's meaning: rate, licence, size, type.
func (r *scimRequest) admit() error {
	if r.RateLimits {
		if err := r.scim.limits.take(r.client.Directory.ID, r.DB.Now()); err != nil {
			return err
		}
	}
	if !r.client.SCIMBought {
		return &scim.Error{Status: http.StatusForbidden, Detail: "Directory Sync is not included in what this organization has bought."}
	}
	req := r.c.Request()
	if req.ContentLength > maxSCIM {
		return errTooLarge
	}
	req.Body = http.MaxBytesReader(r.c.Response(), req.Body, maxSCIM)
	var err error
	if r.query, err = url.ParseQuery(req.URL.RawQuery); err != nil {
		return &scim.Error{Status: http.StatusBadRequest, ScimType: scim.InvalidFilter, Detail: "The query string is malformed. Percent-encode the values of its parameters."}
	}
	return nil
}

func (r *scimRequest) scimActor() models.Actor {
	return r.actor(r.c, models.ActorSCIM, r.client.Directory.ID, r.client.OrgID)
}

// body reads a JSON body of any of the types that identity providers send.
func (r *scimRequest) body() ([]byte, error) {
	req := r.c.Request()
	if t := req.Header.Get("Content-Type"); t != "" {
		kind, _, err := mime.ParseMediaType(t)
		if err != nil || !slices.Contains([]string{scimType, "application/json", "text/json"}, kind) {
			return nil, &scim.Error{Status: http.StatusUnsupportedMediaType, Detail: "Send the body as application/scim+json."}
		}
	}
	b, err := io.ReadAll(req.Body)
	if tooLong := (*http.MaxBytesError)(nil); errors.As(err, &tooLong) {
		return nil, errTooLarge
	}
	if err != nil {
		return nil, &scim.Error{Status: http.StatusBadRequest, ScimType: scim.InvalidSyntax, Detail: "The request body ended too early. Send it again."}
	}
	return bytes.TrimPrefix(b, []byte("\ufeff")), nil
}

// read runs fn on the reading side.
func (r *scimRequest) read(fn func(*models.Tx) error) error {
	return r.DB.View(r.c.Request().Context(), r.scimActor(), fn)
}

// write runs fn in one transaction with the log line of its exchange and the note that the directory is in use.
func (r *scimRequest) write(fn func(*models.Tx) (scimAnswer, error)) (scimAnswer, error) {
	return r.writeIn(r.DB.Update, fn)
}

// writeIn is write with another way to open the transaction.
func (r *scimRequest) writeIn(
	update func(context.Context, models.Actor, func(*models.Tx) error) error, fn func(*models.Tx) (scimAnswer, error),
) (scimAnswer, error) {
	var a scimAnswer
	err := update(r.c.Request().Context(), r.scimActor(), func(tx *models.Tx) (err error) {
		r.exchange.Status = 0 // may be a second try
		if a, err = fn(tx); err != nil {
			return err
		}
		if r.client.Due(tx.Now) {
			if err := models.NoteSCIMRequest(tx, r.client); err != nil {
				return err
			}
		}
		r.note(a)
		row := r.exchange
		return models.LogExchanges(tx, &row)
	})
	if err != nil {
		r.exchange.Status = 0
	}
	return a, err
}

// note puts the outcome into the exchange's log line (SPEC A2).
func (r *scimRequest) note(a scimAnswer) {
	x := &r.exchange
	x.OrganizationID, x.DirectoryID, x.At = r.client.OrgID, r.client.Directory.ID, r.began.UTC()
	x.DurationUS = r.DB.Now().Sub(r.began).Microseconds()
	if x.Status == 0 {
		x.Status = int64(a.status)
	}
	x.PersonID, x.Changed = a.person, strings.Join(a.changed, ",")
	if a.cause != "" {
		x.Reason, x.Cause = a.reason, a.cause
	}
}

// logFailure logs why a request failed, without personal values: a name that is taken and addresses in a filter are left
// out.
func (r *scimRequest) logFailure(err error) {
	f := faultOf(err)
	cause := strings.Fields(f.Text)
	for i, word := range cause {
		if strings.Contains(word, "@") {
			cause[i] = "…"
		}
	}
	x := &r.exchange
	x.Status, x.SCIMType, x.Reason, x.Cause = int64(f.Status), f.SCIMType, scimReason(err), strings.Join(cause, " ")
	var me *models.Error
	switch {
	case errors.As(err, &me) && me.Code == models.Conflict && me.Field == "userName":
		x.Cause = "The userName is taken in this directory."
	case f.Status == http.StatusInternalServerError:
		x.Cause = "This failed on our side, see the server's log for the request " + requestID(r.c) + "."
	}
	r.logLater()
}

func (r *scimRequest) logLater() {
	r.note(scimAnswer{person: r.exchange.PersonID, changed: fieldsOf(r.exchange.Changed)})
	r.scim.log.add(r.exchange)
}

func fieldsOf(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

func (a scimAnswer) write(c Ctx) error {
	h := c.Response().Header()
	if a.location != "" {
		h.Set("Location", a.location)
	}
	if a.etag != "" {
		h.Set("ETag", a.etag)
	}
	if a.body == nil {
		return c.NoContent(a.status)
	}
	h.Set("Content-Length", strconv.Itoa(len(a.body))) // else net/http sends a long answer in chunks
	if c.Request().Method == http.MethodHead {
		h.Set("Content-Type", scimType)
		return c.NoContent(a.status)
	}
	return c.Blob(a.status, scimType, a.body)
}
