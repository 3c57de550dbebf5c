package handlers

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"

	"rollcall/models"
	"rollcall/views"
)

// Cookie names (SPEC T2). Over https they get the __Host- prefix and Secure.
const (
	cookieSession = "rc_session"
	cookieSetup   = "rc_setup"
	cookieBrowser = "rc_browser"

	cookieOperator = "rc_operator"
)

// browserLife is how long a browser keeps its secret for sign-ins under way.
const browserLife = 24 * time.Hour

// sessionStore is gorilla's Store on models.Session: the cookie holds only a signed and encrypted random token, the
// row decides. kind of the row = kind of the cookie.
type sessionStore struct {
	db     *models.DB
	codecs []securecookie.Codec
	secure bool
}

// sealed cookie contents live as long as the row says; this only bounds the codec.
const codecLife = 400 * 24 * 60 * 60 // seconds

func newSessionStore(db *models.DB, secure bool) *sessionStore {
	var pairs [][]byte
	signing, sealing := db.Keys().Derive("cookie signing"), db.Keys().Derive("cookie sealing")
	for i := range signing {
		pairs = append(pairs, signing[i], sealing[i])
	}
	codecs := securecookie.CodecsFromPairs(pairs...)
	for _, k := range codecs {
		k.(*securecookie.SecureCookie).MaxAge(codecLife)
	}
	return &sessionStore{db: db, codecs: codecs, secure: secure}
}

// cookieName is the name on the wire.
func (s *sessionStore) cookieName(name string) string {
	if s.secure {
		return "__Host-" + name
	}
	return name
}

var kindOfCookie = map[string]string{cookieSession: models.SessionWeb, cookieSetup: models.SessionSetup, cookieOperator: models.SessionOperator}

// Get is the session of that name of this request.
func (s *sessionStore) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New reads the cookie and finds its live row; without one the session is new and empty.
func (s *sessionStore) New(r *http.Request, name string) (*sessions.Session, error) {
	sess := sessions.NewSession(s, name)
	sess.IsNew = true
	sess.Options = &sessions.Options{Path: "/", HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode}
	token := s.token(r, name)
	if token == "" {
		return sess, nil
	}
	var row *models.Session
	err := s.db.View(r.Context(), models.Actor{Kind: models.ActorPublic}, func(tx *models.Tx) (err error) {
		row, err = models.FindSession(tx, kindOfCookie[name], token)
		return err
	})
	if models.CodeOf(err) == models.NotFound {
		return sess, nil
	}
	if err != nil {
		return sess, err
	}
	sess.ID, sess.IsNew, sess.Values[rowKey{}] = token, false, row
	return sess, nil
}

type rowKey struct{}

func rowOf(sess *sessions.Session) *models.Session {
	row, _ := sess.Values[rowKey{}].(*models.Session)
	return row
}

func (s *sessionStore) token(r *http.Request, name string) string {
	c, err := r.Cookie(s.cookieName(name))
	if err != nil {
		return ""
	}
	var token string
	if securecookie.DecodeMulti(name, c.Value, &token, s.codecs...) != nil {
		return ""
	}
	return token
}

// Save writes the cookie for the token in sess.ID, or takes it away with a negative MaxAge. Rows are written by models
// in the transaction that signs in or out, never here.
func (s *sessionStore) Save(_ *http.Request, w http.ResponseWriter, sess *sessions.Session) error {
	value := ""
	if sess.Options.MaxAge >= 0 {
		var err error
		if value, err = securecookie.EncodeMulti(sess.Name(), sess.ID, s.codecs...); err != nil {
			return err
		}
	}
	http.SetCookie(w, sessions.NewCookie(s.cookieName(sess.Name()), value, sess.Options))
	return nil
}

// setSession gives the browser the token of a session that models has just made. The old token is worthless by then:
// signing in always makes a new one (session fixation).
func (s *Server) setSession(c Ctx, name, token string) error {
	sess, err := s.sessions.Get(c.Request(), name)
	if err != nil {
		return err
	}
	sess.ID, sess.IsNew = token, false
	return sess.Save(c.Request(), c.Response())
}

// dropSession takes the cookie away.
func (s *Server) dropSession(c Ctx, name string) error {
	sess, err := s.sessions.Get(c.Request(), name)
	if err != nil {
		return err
	}
	sess.Options.MaxAge = -1
	return sess.Save(c.Request(), c.Response())
}

// browserSecret is the secret that ties sign-ins under way to this browser, made if there is none. All its open
// requests share it, so that two tabs do not disturb each other.
func (s *Server) browserSecret(c Ctx) string {
	if secret := s.sessions.token(c.Request(), cookieBrowser); secret != "" {
		return secret
	}
	return s.newBrowserSecret(c)
}

func (s *Server) newBrowserSecret(c Ctx) string {
	secret := ""
	_ = s.DB.View(c.Request().Context(), s.actor(c, models.ActorPublic, "", ""), func(tx *models.Tx) error {
		secret = tx.NewToken() // the one source of randomness; reads nothing
		return nil
	})
	value, err := securecookie.EncodeMulti(cookieBrowser, secret, s.sessions.codecs...)
	if err == nil {
		http.SetCookie(c.Response(), &http.Cookie{
			Name: s.sessions.cookieName(cookieBrowser), Value: value, Path: "/", HttpOnly: true, Secure: s.secure(),
			SameSite: http.SameSiteLaxMode, MaxAge: int(browserLife.Seconds()),
		})
	}
	return secret
}

// sessionData is what a row keeps for the cookie library: the notice for the next page.
type sessionData struct {
	Flash *views.Notice `json:"flash,omitempty"`
}

// flash shows n on the next page of this browser. Without a session it is dropped: such pages say it themselves.
func (s *Server) flash(c Ctx, n views.Notice) {
	sess, err := s.sessions.Get(c.Request(), flashCookie(c))
	if err != nil || rowOf(sess) == nil {
		return
	}
	s.saveData(c, rowOf(sess), sessionData{Flash: &n})
}

// flashCookie is whose next page it is: an operator at the desk may be signed in as a member too.
func flashCookie(c Ctx) string {
	if v := viewerOf(c); c.Get(operatorKey) != nil || v != nil && v.Acting != nil {
		return cookieOperator
	}
	return cookieSession
}

// takeFlash is the waiting notice, shown once.
func (s *Server) takeFlash(c Ctx) *views.Notice {
	sess, err := s.sessions.Get(c.Request(), flashCookie(c))
	if err != nil || rowOf(sess) == nil {
		return nil
	}
	var d sessionData
	if json.Unmarshal([]byte(rowOf(sess).Data), &d) != nil || d.Flash == nil {
		return nil
	}
	s.saveData(c, rowOf(sess), sessionData{})
	return d.Flash
}

func (s *Server) saveData(c Ctx, row *models.Session, d sessionData) {
	row.Data = jsonText(d)
	err := s.DB.Update(c.Request().Context(), s.actor(c, models.ActorPublic, "", ""), func(tx *models.Tx) error {
		return models.SaveSessionData(tx, row)
	})
	if err != nil {
		s.Log.Error("a notice was lost", "req", requestID(c), "err", err)
	}
}
