package saml_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"rollcall/handlers"
	"rollcall/models"
	"rollcall/models/modelstest"
	"rollcall/saml"
	"rollcall/saml/samltest"
)

// acsWorld is a server with the corpus' connection.
type acsWorld struct {
	t    *testing.T
	http http.Handler
	db   *models.DB
	now  time.Time
}

// newACSWorld names the connection and, for each sign-in, the request as the corpus does.
func newACSWorld(t *testing.T, db *models.DB) *acsWorld {
	w := &acsWorld{t: t, db: db, now: now}
	db.Now = func() time.Time { return w.now }
	org := modelstest.Org(t, db, "Acme", "acme.test")
	base, _ := url.Parse("https://rollcall.test")
	w.http = handlers.New(handlers.Config{DB: db, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: base, Payment: "sandbox", AllowPrivate: true})
	modelstest.Update(t, db, org.ID, func(tx *models.Tx) error { _, err := models.PrepareConnection(tx); return err })
	w.exec("UPDATE connections SET id = 'con-1'")
	modelstest.Update(t, db, org.ID, func(tx *models.Tx) error {
		con, err := models.FindConnection(tx, "con-1")
		if err != nil {
			return err
		}
		data := models.ProviderData{EntityID: idpEntity, SSOURL: world().acme.SSOURL, Certificates: pemText(settings())}
		if err := models.SaveProviderData(tx, con, data); err != nil {
			return err
		}
		return models.ActivateConnection(tx, con, true)
	})
	return w
}

func (w *acsWorld) exec(query string, values ...any) {
	w.t.Helper()
	for i := range values {
		if w.db.Engine() == models.Postgres {
			query = strings.Replace(query, "?", fmt.Sprintf("$%d", i+1), 1)
		}
	}
	if _, err := w.db.SQL().Exec(query, values...); err != nil {
		w.t.Fatal(err)
	}
}

func pemText(s saml.Settings) string {
	var b strings.Builder
	for _, c := range s.Certificates {
		b.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
	}
	return b.String()
}

// setUp gives the connection a sample's settings; false when the product has no such setting.
func (w *acsWorld) setUp(s saml.Settings) bool {
	same := settings()
	same.Certificates, same.Mapping, same.HardCertificateDates, same.AllowUnsolicited = s.Certificates, s.Mapping, s.HardCertificateDates, s.AllowUnsolicited
	same.DecryptionKeys = s.DecryptionKeys
	if !reflect.DeepEqual(s, same) || len(s.Certificates) == 0 {
		return false
	}
	if s.Mapping == nil {
		s.Mapping = map[string]string{}
	}
	mapping, _ := json.Marshal(s.Mapping)
	w.exec("UPDATE connection_settings SET certificates = ?, mapping = ?, hard_certificate_dates = ?", pemText(s), string(mapping), s.HardCertificateDates)
	w.exec("UPDATE connections SET idp_initiated = ?", s.AllowUnsolicited)
	w.exec("DELETE FROM identities")
	w.giveKeys(s.DecryptionKeys)
	return true
}

// giveKeys makes the first key the connection's own, the second the one before it, the third the next one.
func (w *acsWorld) giveKeys(keys []*rsa.PrivateKey) {
	w.t.Helper()
	stored := []string{"", "", ""}
	for i, k := range keys {
		if k == nil {
			continue
		}
		der, err := x509.MarshalPKCS8PrivateKey(k)
		if err != nil {
			w.t.Fatal(err)
		}
		stored[i] = w.db.Keys().Seal("service key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	}
	w.exec("UPDATE connections SET service_key = ?, past_key = ?, next_key = ?", stored[0], stored[1], stored[2])
}

func (w *acsWorld) send(r *http.Request) *http.Response {
	rec := httptest.NewRecorder()
	w.http.ServeHTTP(rec, r)
	return rec.Result()
}

// start begins a sign-in and answers the browser's cookies and the RelayState.
func (w *acsWorld) start() ([]*http.Cookie, string) {
	w.t.Helper()
	w.exec("UPDATE login_attempts SET id = 'past-' || relay_digest WHERE id = ?", requestID)
	w.exec("UPDATE sign_ins SET attempt_id = 'past-'")
	r := w.send(httptest.NewRequest("GET", "https://rollcall.test/saml/con-1/start", nil))
	to, err := r.Location()
	if err != nil {
		w.t.Fatalf("start: %d", r.StatusCode)
	}
	w.exec("UPDATE sign_ins SET attempt_id = ? WHERE attempt_id <> 'past-'", requestID)
	w.exec("UPDATE login_attempts SET id = ? WHERE id NOT LIKE 'past-%'", requestID)
	return r.Cookies(), to.Query().Get("RelayState")
}

// post delivers a response as the identity provider's page does, without cookies, and follows to the finishing page
// with the browser's. It answers the last answer and whether there is a session.
func (w *acsWorld) post(raw string, cookies []*http.Cookie, relay string) (status int, session bool) {
	form := url.Values{"SAMLResponse": {raw}}
	if relay != "" {
		form.Set("RelayState", relay)
	}
	r := httptest.NewRequest("POST", acsURL, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	answer := w.send(r)
	if answer.StatusCode == http.StatusSeeOther {
		to, _ := answer.Location()
		r = httptest.NewRequest("GET", to.String(), nil)
		for _, c := range append(cookies, answer.Cookies()...) {
			r.AddCookie(c)
		}
		answer = w.send(r)
	}
	for _, c := range answer.Cookies() {
		session = session || strings.Contains(c.Name, "session") && c.Value != ""
	}
	return answer.StatusCode, session
}

// TestCorpusThroughTheACS posts the whole corpus at a server: what must pass gives a session, all else a page of the
// 4xx class, no session, no member, and the reason in the sign-in log.
func TestCorpusThroughTheACS(t *testing.T) {
	modelstest.OnEngines(t, func(t *testing.T, db *models.DB, _ *modelstest.Clock) { newACSWorld(t, db).corpus() })
}

func (w *acsWorld) corpus() {
	t := w.t
	ran := 0
	for _, group := range corpus() {
		for _, c := range group {
			o := options()
			if c.edit != nil {
				c.edit(&o)
			}
			if !w.setUp(c.connection()) {
				continue
			}
			ran++
			t.Run(c.name, func(t *testing.T) {
				w.t, w.now = t, now
				w.through(c, o)
			})
		}
	}
	if ran < 560 {
		t.Errorf("only %d samples went through the server", ran)
	}
}

// through posts one sample.
func (w *acsWorld) through(c sample, o samltest.Options) {
	w.t.Helper()
	cookies, relay := w.start()
	if o.InResponseTo == "" && c.want == "" {
		cookies, relay = nil, "" // begun at the identity provider
	}
	before := w.count("members")
	w.now = now.Add(c.at)
	status, session := w.post(c.make(w.t), cookies, relay)
	if good := c.want == ""; good != session || good != (status == http.StatusSeeOther) {
		w.t.Fatalf("status %d, session %t, want %q", status, session, c.want)
	} else if good {
		return
	}
	if status < 400 || status > 499 {
		w.t.Errorf("status %d", status)
	}
	if after := w.count("members"); after != before {
		w.t.Error("a member was made")
	}
	var reason string
	_ = w.db.SQL().QueryRow("SELECT reason FROM sign_ins ORDER BY seq DESC LIMIT 1").Scan(&reason)
	if status == http.StatusForbidden && reason != string(c.want) {
		w.t.Errorf("logged %q, want %q", reason, c.want)
	}
}

func (w *acsWorld) count(table string) (n int) {
	w.t.Helper()
	if err := w.db.SQL().QueryRow("SELECT COUNT(*) FROM " + table).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}
