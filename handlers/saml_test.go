package handlers

import (
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/labstack/echo/v4"

	"rollcall/models"
	"rollcall/models/modelstest"
	"rollcall/saml/samltest"
)

// ssoWorld is an organization with an Active connection to an identity provider of its own.
type ssoWorld struct {
	t     testing.TB
	e     *echo.Echo
	db    *models.DB
	clock *modelstest.Clock
	org   *models.Organization
	con   *models.Connection
	idp   *samltest.IdP
}

const samlBase = "http://localhost:8080"

func newSSOWorld(t testing.TB) *ssoWorld {
	e, db, clock := boot(t, samlBase)
	return addSSOWorld(t, &ssoWorld{t: t, e: e, db: db, clock: clock}, "Acme", "acme.com")
}

// addSSOWorld makes one more organization on the same server.
func addSSOWorld(t testing.TB, w *ssoWorld, name, domain string) *ssoWorld {
	t.Helper()
	n := *w
	n.org = modelstest.Org(t, w.db, name, domain)
	var err error
	n.idp, err = samltest.New("https://idp."+domain+"/e", "https://idp."+domain+"/sso", modelstest.Start)
	if err != nil {
		t.Fatal(err)
	}
	n.do(func(tx *models.Tx) error {
		if n.con, err = models.PrepareConnection(tx); err != nil {
			return err
		}
		if err := models.SaveProviderData(tx, n.con, models.ProviderData{
			EntityID: n.idp.EntityID, SSOURL: n.idp.SSOURL,
			Certificates: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: n.idp.Certificate.Raw})),
		}); err != nil {
			return err
		}
		return models.ActivateConnection(tx, n.con, true)
	})
	return &n
}

func (w *ssoWorld) do(fn func(*models.Tx) error) {
	w.t.Helper()
	modelstest.Update(w.t, w.db, w.org.ID, fn)
}

func (w *ssoWorld) acs() string { return "/saml/" + w.con.ID + "/acs" }

// request starts a sign-in in b and answers what the identity provider gets.
func (w *ssoWorld) request(b *browser, next string) (samltest.AuthnRequest, string) {
	w.t.Helper()
	b.get("/saml/" + w.con.ID + "/start?next=" + url.QueryEscape(next))
	b.want(http.StatusFound)
	u, err := url.Parse(b.last.Header().Get("Location"))
	if err != nil || !strings.HasPrefix(u.String(), w.idp.SSOURL) {
		w.t.Fatalf("leads to %v, %v", u, err)
	}
	r, err := samltest.ParseAuthnRequest(u.Query().Get("SAMLRequest"))
	if err != nil {
		w.t.Fatal(err)
	}
	return r, u.Query().Get("RelayState")
}

// options are a good answer to a request (or to none).
func (w *ssoWorld) options(request, email string) samltest.Options {
	return samltest.Options{
		Now: w.clock.Now(), Recipient: samlBase + w.acs(), Audience: samlBase + "/saml/" + w.con.ID + "/metadata",
		InResponseTo: request, NameID: email, Attributes: []samltest.Attribute{
			{Name: "email", Values: []string{email}}, {Name: "firstName", Values: []string{"Alice"}}, {Name: "lastName", Values: []string{"Adams"}},
			{Name: "country", Values: []string{"US"}},
		},
	}
}

func (w *ssoWorld) respond(o samltest.Options) string {
	w.t.Helper()
	raw, err := w.idp.Respond(o)
	if err != nil {
		w.t.Fatal(err)
	}
	return raw
}

// deliver posts a response as the identity provider's page makes a browser do: from another site, without cookies.
func (w *ssoWorld) deliver(b *browser, raw, relay string) {
	w.t.Helper()
	jar := b.jar
	b.jar = map[string]string{}
	form := url.Values{"SAMLResponse": {raw}, "RelayState": {relay}}
	b.do("POST", w.acs(), strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded",
		"Sec-Fetch-Site", "cross-site", "Origin", "https://idp.acme.com")
	for k, v := range b.jar {
		jar[k] = v
	}
	b.jar = jar
}

// finish follows the way to the finishing page.
func (b *browser) finish() {
	b.t.Helper()
	b.want(http.StatusSeeOther)
	b.get(b.last.Header().Get("Location"))
}

// signIn walks the whole way as email and leaves b at the answer of the finishing page.
func (w *ssoWorld) signIn(b *browser, email, next string) {
	w.t.Helper()
	r, relay := w.request(b, next)
	w.deliver(b, w.respond(w.options(r.ID, email)), relay)
	b.finish()
}

// newest is the newest row of the sign-in log.
func (w *ssoWorld) newest() models.SignIn {
	w.t.Helper()
	var rows []models.SignIn
	w.do(func(tx *models.Tx) (err error) {
		rows, err = models.ListSignIns(tx, models.SignInQuery{Limit: 1})
		return err
	})
	if len(rows) == 0 {
		return models.SignIn{}
	}
	return rows[0]
}

// refused checks the calm page and the cause in the log.
func (w *ssoWorld) refused(b *browser, reason string) {
	w.t.Helper()
	s := w.newest()
	if s.Reason != reason {
		w.t.Errorf("logged %q (%s), want %q", s.Reason, s.Outcome, reason)
	}
	if b.last.Code < 400 || b.last.Code > 499 || !strings.Contains(b.last.Body.String(), s.Reference) || len(s.Reference) != 8 {
		w.t.Fatalf("%s: status %d, reference %q, page: %s", reason, b.last.Code, s.Reference, text(b.last))
	}
	if strings.Contains(b.last.Body.String(), reason) || strings.Contains(b.last.Body.String(), "assertion") {
		w.t.Errorf("the page names the cause: %s", text(b.last))
	}
	if _, in := b.jar[cookieSession]; in {
		w.t.Errorf("%s: the browser has a session", reason)
	}
}

func (w *ssoWorld) member(email string) *models.Member {
	w.t.Helper()
	var m *models.Member
	w.do(func(tx *models.Tx) (err error) {
		m, err = models.FindMemberByEmail(tx, email)
		return err
	})
	return m
}

func TestSSOHappyPath(t *testing.T) {
	w := newSSOWorld(t)
	twin := addSSOWorld(t, w, "Globex", "globex.com")
	b := newBrowser(t, w.e)
	w.signIn(b, "alice@acme.com", "/account?tab=1")
	b.leads("/account?tab=1")
	if b.last.Header().Get("Cache-Control") != "no-store" || b.last.Header().Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("headers of the finishing page: %v", b.last.Header())
	}
	m := w.member("alice@acme.com")
	if m.Source != models.SourceJIT || m.Status != models.MemberActive || m.FirstName != "Alice" || m.AccountID == nil || m.LastSignInAt == nil {
		t.Errorf("member: %+v", m)
	}
	s := w.newest()
	if s.Outcome != models.SignInSucceeded || s.PersonID != m.ID || strings.Contains(s.Report, "alice@acme.com") || strings.Contains(s.Report, "Alice") {
		t.Errorf("log: %+v", s)
	}
	first := b.jar[cookieSession]
	w.clock.Forward(time.Minute)
	w.signIn(b, "alice@acme.com", "")
	b.leads("/account")
	if b.jar[cookieSession] == first {
		t.Error("the session was not rotated")
	}
	if again := w.member("alice@acme.com"); again.ID != m.ID {
		t.Error("a second member was made")
	}
	if n := countOf(t, w.db, "sign_ins WHERE organization_id = '"+twin.org.ID+"'"); n != 0 {
		t.Errorf("%d rows in the other organization", n)
	}
}

func countOf(t testing.TB, db *models.DB, from string) (n int) {
	t.Helper()
	if err := db.SQL().QueryRow("SELECT COUNT(*) FROM " + from).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSSORefusals posts each thing that must be refused (SPEC S4), and looks for its reason in the log.
func TestSSORefusals(t *testing.T) {
	w := newSSOWorld(t)
	twin := addSSOWorld(t, w, "Globex", "globex.com")
	stranger, err := samltest.New(w.idp.EntityID, w.idp.SSOURL, modelstest.Start)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		reason string
		edit   func(*samltest.Options)
		idp    *samltest.IdP
	}{
		"unsigned":        {"saml_unsigned", func(o *samltest.Options) { o.Signed = samltest.SignNothing }, nil},
		"foreign key":     {"saml_wrong_cert", nil, stranger},
		"other idp":       {"saml_wrong_cert", nil, twin.idp},
		"audience":        {"saml_audience", func(o *samltest.Options) { o.Audience += "/" }, nil},
		"twin's audience": {"saml_audience", func(o *samltest.Options) { o.Audience = strings.Replace(o.Audience, w.con.ID, twin.con.ID, 1) }, nil},
		"recipient":       {"saml_destination", func(o *samltest.Options) { o.Recipient += "x" }, nil},
		"expired":         {"saml_time", func(o *samltest.Options) { o.Now = o.Now.Add(-7 * time.Minute) }, nil},
		"early":           {"saml_time", func(o *samltest.Options) { o.Now = o.Now.Add(3 * time.Minute) }, nil},
		"unsolicited":     {"saml_inresponseto", func(o *samltest.Options) { o.InResponseTo = "" }, nil},
		"unknown request": {"saml_inresponseto", func(o *samltest.Options) { o.InResponseTo = "_nobody" }, nil},
		"outside domain":  {"saml_domain", func(o *samltest.Options) { o.Attributes[0].Values[0] = "alice@evil.example" }, nil},
		"twin's domain":   {"saml_domain", func(o *samltest.Options) { o.Attributes[0].Values[0] = "alice@globex.com" }, nil},
		"two addresses":   {"saml_email", func(o *samltest.Options) { o.Attributes[0].Values = []string{"a@acme.com", "b@acme.com"} }, nil},
		"changed": {"saml_signature", func(o *samltest.Options) {
			o.EditBytes = func(b []byte) []byte { return []byte(strings.Replace(string(b), "Alice", "Mallory", 1)) }
		}, nil},
		"two assertions": {"saml_structure", func(o *samltest.Options) {
			o.EditSigned = func(r *etree.Element) { r.AddChild(r.FindElement("./Assertion").Copy()) }
		}, nil},
		"doctype": {"saml_xml", func(o *samltest.Options) {
			o.EditBytes = func(b []byte) []byte { return append([]byte("<!DOCTYPE x>"), b...) }
		}, nil},
		"issuer": {"saml_issuer", func(o *samltest.Options) {
			o.EditAssertion = func(a *etree.Element) { a.FindElement("./Issuer").SetText("https://evil.example") }
		}, nil},
		"failure status": {"saml_status", func(o *samltest.Options) {
			o.EditResponse = func(r *etree.Element) {
				r.FindElement("./Status/StatusCode").CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
			}
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := *w
			w.t = t
			b := newBrowser(t, w.e)
			r, relay := w.request(b, "")
			o := w.options(r.ID, "alice@acme.com")
			if c.edit != nil {
				c.edit(&o)
			}
			idp := w.idp
			if c.idp != nil {
				idp = c.idp
			}
			raw, err := idp.Respond(o)
			if err != nil {
				t.Fatal(err)
			}
			w.deliver(b, raw, relay)
			w.refused(b, c.reason)
		})
	}
	if n := countOf(t, w.db, "members"); n != 0 {
		t.Errorf("%d members were made", n)
	}
}

func TestSSOReplay(t *testing.T) {
	w := newSSOWorld(t)
	b := newBrowser(t, w.e)
	r, relay := w.request(b, "")
	raw := w.respond(w.options(r.ID, "alice@acme.com"))
	w.deliver(b, raw, relay)
	b.want(http.StatusSeeOther)
	finish := b.last.Header().Get("Location")
	w.deliver(b, raw, relay)
	w.refused(b, models.ReasonReplay)
	w.deliver(b, w.respond(w.options(r.ID, "alice@acme.com")), relay) // another assertion for the used request
	w.refused(b, models.ReasonReplay)
	b.get(finish)
	b.leads("/account")
	delete(b.jar, cookieSession)
	b.get(finish)
	w.refused(b, models.ReasonBrowser)
	b.get("/login/finish?ticket=nonsense")
	b.want(http.StatusForbidden)
}

// TestSSOConcurrentReplay posts one response 20 times at once to two replicas on one database (SPEC S4).
func TestSSOConcurrentReplay(t *testing.T) {
	w := newSSOWorld(t)
	base, _ := url.Parse(samlBase)
	replicas := []http.Handler{w.e, New(testConfig(modelstest.Replica(t, w.db), base))}
	b := newBrowser(t, w.e)
	r, relay := w.request(b, "")
	raw := w.respond(w.options(r.ID, "alice@acme.com"))
	var wg sync.WaitGroup
	codes := make([]int, 20)
	for i := range codes {
		wg.Go(func() {
			one := newBrowser(t, replicas[i%2])
			w.deliver(one, raw, relay)
			codes[i] = one.last.Code
		})
	}
	wg.Wait()
	good := 0
	for _, code := range codes {
		if code == http.StatusSeeOther {
			good++
		} else if code != http.StatusForbidden {
			t.Errorf("status %d", code)
		}
	}
	if good != 1 {
		t.Errorf("%d of 20 posts of one response went through", good)
	}
}

// TestSSOOtherBrowser is login CSRF: what one browser started, another cannot finish.
func TestSSOOtherBrowser(t *testing.T) {
	w := newSSOWorld(t)
	attacker, victim := newBrowser(t, w.e), newBrowser(t, w.e)
	r, relay := w.request(attacker, "")
	w.deliver(attacker, w.respond(w.options(r.ID, "mallory@acme.com")), relay)
	finish := attacker.last.Header().Get("Location")
	victim.get(finish)
	w.refused(victim, models.ReasonBrowser)
	w.request(victim, "") // has a browser secret of its own now
	victim.get(finish)
	w.refused(victim, models.ReasonBrowser)
	attacker.do("HEAD", finish, nil)
	if attacker.last.Code < 400 {
		t.Errorf("HEAD answered %d", attacker.last.Code)
	}
	attacker.get(finish)
	attacker.leads("/account")
}

func TestSSOLateTicketAndRequest(t *testing.T) {
	w := newSSOWorld(t)
	b := newBrowser(t, w.e)
	r, relay := w.request(b, "")
	w.clock.Forward(11 * time.Minute)
	w.deliver(b, w.respond(w.options(r.ID, "alice@acme.com")), relay)
	w.refused(b, models.ReasonLate)
	r, relay = w.request(b, "")
	w.deliver(b, w.respond(w.options(r.ID, "alice@acme.com")), relay)
	w.clock.Forward(3 * time.Minute)
	b.finish()
	w.refused(b, models.ReasonBrowser)
}

// TestSSOOtherConnection posts what belongs to one organization at the door of another.
func TestSSOOtherConnection(t *testing.T) {
	w := newSSOWorld(t)
	twin := addSSOWorld(t, w, "Globex", "globex.com")
	b := newBrowser(t, w.e)
	r, relay := w.request(b, "")
	twin.deliver(b, w.respond(w.options(r.ID, "alice@acme.com")), relay)
	twin.refused(b, "saml_wrong_cert")
	twin.deliver(b, twin.respond(twin.options(r.ID, "alice@globex.com")), relay) // the twin's own response to our request
	twin.refused(b, models.ReasonRequest)
	if s := w.newest(); s.Outcome != models.SignInStarted {
		t.Errorf("our own attempt is %s", s.Outcome)
	}
}

func TestSSOIDPInitiated(t *testing.T) {
	w := newSSOWorld(t)
	b := newBrowser(t, w.e)
	w.deliver(b, w.respond(w.options("", "alice@acme.com")), "")
	w.refused(b, "saml_inresponseto")
	w.do(func(tx *models.Tx) error { return models.SetIDPInitiated(tx, w.con, true) })
	raw := w.respond(w.options("", "alice@acme.com"))
	w.deliver(b, raw, "https://evil.example/")
	b.finish()
	b.leads("/account")
	other := newBrowser(t, w.e)
	w.deliver(other, raw, "")
	w.refused(other, models.ReasonReplay)
}

// TestSSOWithoutRelayState: some identity providers lose or change it; the signed InResponseTo is enough. It never says
// where to go on.
func TestSSOWithoutRelayState(t *testing.T) {
	w := newSSOWorld(t)
	for _, relay := range []string{"", "https://evil.example/", "//evil.example", strings.Repeat("x", 3000)} {
		b := newBrowser(t, w.e)
		r, _ := w.request(b, "/account?tab=1")
		w.deliver(b, w.respond(w.options(r.ID, "alice@acme.com")), relay)
		b.finish()
		b.leads("/account?tab=1")
	}
	b := newBrowser(t, w.e)
	r, _ := w.request(b, "")
	_, other := w.request(b, "")
	w.deliver(b, w.respond(w.options(r.ID, "alice@acme.com")), other) // of another request
	w.refused(b, models.ReasonRequest)
}

func TestSSOReturnPath(t *testing.T) {
	w := newSSOWorld(t)
	for next, want := range map[string]string{
		"/organization/members": "/organization/members", "https://evil.example/": "/account", "//evil.example": "/account", `/\evil.example`: "/account", "": "/account",
	} {
		b := newBrowser(t, w.e)
		w.signIn(b, "alice@acme.com", next)
		b.leads(want)
		w.clock.Forward(time.Second)
	}
}

func TestSSOForms(t *testing.T) {
	w := newSSOWorld(t)
	for _, c := range []struct {
		kind, body string
		want       int
	}{
		{"application/json", `{"SAMLResponse":"x"}`, 415}, {"text/plain", "SAMLResponse=x", 415}, {"application/x-www-form-urlencoded", "", 400},
		{"application/x-www-form-urlencoded", "SAMLResponse=a&SAMLResponse=b", 400}, {"application/x-www-form-urlencoded", "SAMLResponse=%%%", 400},
		{"application/x-www-form-urlencoded", "SAMLResponse=" + strings.Repeat("A", 3<<20), 413},
		{"application/x-www-form-urlencoded", "SAMLResponse=" + strings.Repeat("A", 5<<19), 403},
		{"application/x-www-form-urlencoded", "SAMLResponse=nonsense", 403},
	} {
		r := send(w.e, "POST", w.acs(), c.body, "Content-Type", c.kind)
		if r.Code != c.want {
			t.Errorf("%s %.30s: %d, want %d", c.kind, c.body, r.Code, c.want)
		}
	}
}

// TestSSOUnknownAndDisabled: an unknown connection, one that waits and one that was switched off answer the same page.
func TestSSOUnknownAndDisabled(t *testing.T) {
	w := newSSOWorld(t)
	b := newBrowser(t, w.e)
	r, relay := w.request(b, "")
	raw := w.respond(w.options(r.ID, "alice@acme.com"))
	if _, err := w.db.SQL().Exec("UPDATE connections SET state = 'deactivated'"); err != nil {
		t.Fatal(err)
	}
	pages := map[string]bool{}
	for _, id := range []string{w.con.ID, "con-aaaaaaaaaaaaaaaaaaaaaaaaaa"} {
		b.get("/saml/" + id + "/start")
		b.want(http.StatusNotFound, "not switched on here")
		pages[text(b.last)] = true
		form := url.Values{"SAMLResponse": {raw}, "RelayState": {relay}}
		b.do("POST", "/saml/"+id+"/acs", strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
		b.want(http.StatusNotFound, "not switched on here")
		pages[text(b.last)] = true
	}
	if len(pages) != 1 {
		t.Errorf("the pages differ: %v", pages)
	}
}

func TestSSOMetadata(t *testing.T) {
	w := newSSOWorld(t)
	b := newBrowser(t, w.e)
	b.get("/saml/" + w.con.ID + "/metadata")
	b.want(200, samlBase+w.acs(), samlBase+"/saml/"+w.con.ID+"/metadata")
	if b.last.Header().Get("Content-Type") != "application/samlmetadata+xml" || strings.Contains(b.last.Body.String(), "encryption") {
		t.Errorf("metadata: %v\n%s", b.last.Header(), b.last.Body)
	}
	b.get("/saml/con-none/metadata")
	b.want(404)
}

// TestSSOPostBinding: a provider that takes requests by POST only gets a page with a button, whose form may leave.
func TestSSOPostBinding(t *testing.T) {
	w := newSSOWorld(t)
	w.do(func(tx *models.Tx) error {
		cs, err := models.SettingsInWork(tx, w.con)
		if err != nil {
			return err
		}
		err = models.SaveProviderData(tx, w.con, models.ProviderData{
			EntityID: cs.EntityID, SSOURL: cs.SSOURL, SSOBinding: "post", Certificates: cs.Certificates, SignRequests: true,
		})
		if err != nil {
			return err
		}
		return models.ActivateConnection(tx, w.con, true)
	})
	b := newBrowser(t, w.e)
	b.get("/saml/" + w.con.ID + "/start")
	b.want(200, `action="https://idp.acme.com/sso"`, "SAMLRequest", "RelayState")
	if policy := b.last.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' https://idp.acme.com;") {
		t.Errorf("policy: %s", policy)
	}
	b.get("/saml/" + w.con.ID + "/metadata")
	b.want(200, `AuthnRequestsSigned="true"`, `use="signing"`)
}
