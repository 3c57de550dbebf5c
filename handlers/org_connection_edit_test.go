package handlers

import (
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rollcall/models"
	"rollcall/saml/samltest"
)

// editor is an administrator of an organization with an Active connection, and its twin.
func newEditor(t *testing.T) (w, twin *ssoWorld, admin *browser) {
	w = newSSOWorld(t)
	twin = addSSOWorld(t, w, "Globex", "globex.com")
	person(t, w.db, w.org.ID, "jo@acme.com", models.RoleAdmin)
	return w, twin, signedIn(t, w.e, w.org.ID, "jo@acme.com")
}

// nextIDP is another identity provider, and its data as fields of the form.
func nextIDP(t *testing.T, w *ssoWorld) (*samltest.IdP, []string) {
	t.Helper()
	idp, err := samltest.New("https://new.acme.com/e", "https://new.acme.com/sso", w.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	cert := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: idp.Certificate.Raw}))
	return idp, []string{"how", "fields", "entity_id", idp.EntityID, "sso_url", idp.SSOURL, "certificate", cert}
}

// test begins a test sign-in at path as admin, and answers the request as idp with who signed in.
func (w *ssoWorld) test(admin *browser, idp *samltest.IdP, path, email string) {
	w.t.Helper()
	admin.post(path)
	admin.want(200, "Continue to your provider’s sign-in page")
	_, rest, _ := strings.Cut(admin.last.Body.String(), `content="0; url=`)
	address, _, _ := strings.Cut(rest, `"`)
	u, err := url.Parse(strings.ReplaceAll(address, "&amp;", "&"))
	if err != nil || !strings.HasPrefix(u.String(), idp.SSOURL) {
		w.t.Fatalf("the test leads to %q, %v", address, err)
	}
	r, err := samltest.ParseAuthnRequest(u.Query().Get("SAMLRequest"))
	if err != nil {
		w.t.Fatal(err)
	}
	raw, err := idp.Respond(w.options(r.ID, email))
	if err != nil {
		w.t.Fatal(err)
	}
	w.deliver(admin, raw, u.Query().Get("RelayState"))
}

// TestEditActiveConnection: the draft shows what differs, is tested with exactly these settings, and swapped in; what a
// browser began with the old settings ends by them, and nobody's sign-in changes before (SPEC S5).
func TestEditActiveConnection(t *testing.T) {
	w, _, admin := newEditor(t)
	admin.get(connectionPath)
	admin.want(200, "Change settings", "Test sign-in")
	admin.get(editPath)
	admin.want(200, "No changes yet", "draft")
	idp, fields := nextIDP(t, w)
	admin.post(editPath+"/metadata", fields...)
	admin.leads(editPath)
	admin.get(editPath)
	admin.want(200, "Not tested yet", "https://new.acme.com/e", w.idp.EntityID, "Sign-in address")
	admin.post(editPath+"/mapping", "map_country", "c", "map_email", " mail2 ")
	admin.leads(editPath)
	admin.get(editPath)
	admin.want(200, "Attribute name of country", `value="mail2"`)
	admin.post(editPath+"/mapping", "map_country", "", "map_email", "")
	admin.post(editPath + "/activate")
	admin.want(http.StatusConflict, "Run a test sign-in first")

	early := newBrowser(t, w.e)
	r, relay := w.request(early, "") // to the old provider
	w.test(admin, idp, editPath+"/test", "jo@acme.com")
	admin.finish()
	admin.leads(editPath)
	admin.get(editPath)
	admin.want(200, "Tested", "passed every check", "Switch on", "jo@acme.com is a member already")
	b := newBrowser(t, w.e)
	w.signIn(b, "alice@acme.com", "")
	b.leads("/account") // still by the old settings
	admin.post(editPath + "/activate")
	admin.leads(editPath)
	admin.get(editPath)
	admin.want(200, "are in use", "No changes yet")
	admin.get(connectionPath)
	admin.want(200, "https://new.acme.com/sso")

	w.deliver(early, w.respond(w.options(r.ID, "bob@acme.com")), relay)
	early.finish()
	early.leads("/account")
	old := *w
	w.idp = idp
	w.signIn(b, "alice@acme.com", "")
	b.leads("/account")
	late := newBrowser(t, w.e)
	r, relay = w.request(late, "")
	w.deliver(late, old.respond(w.options(r.ID, "bob@acme.com")), relay)
	late.want(http.StatusForbidden) // the old provider's signature is worth nothing any more
	if n := w.mails("sso_settings_swapped"); n != 1 {
		t.Errorf("%d mails", n)
	}
	if n := countOf(t, w.db, "audit_events WHERE action = 'connection.settings_swapped'"); n != 1 {
		t.Errorf("%d audit events", n)
	}
}

// TestEditChangeVoidsTheTest: any change after the test asks for another one.
func TestEditChangeVoidsTheTest(t *testing.T) {
	w, _, admin := newEditor(t)
	admin.post(editPath+"/switches", "sign_requests", "on", "encrypt", "on")
	admin.leads(editPath)
	admin.get(editPath)
	admin.want(200, "Signed requests", "Encryption of assertions", "Our certificate")
	w.test(admin, w.idp, editPath+"/test", "jo@acme.com")
	admin.finish()
	admin.get(editPath)
	admin.want(200, "Switch on")
	admin.post(editPath+"/switches", "sign_requests", "on")
	admin.post(editPath + "/activate")
	admin.want(http.StatusConflict)
	w.test(admin, w.idp, editPath+"/test", "jo@acme.com")
	finish := admin.last.Header().Get("Location")
	admin.post(editPath+"/switches", "encrypt", "on") // between the response and the finishing page
	admin.get(finish)
	admin.want(http.StatusForbidden, "The test sign-in failed")
	admin.get(editPath)
	admin.want(200, "The settings changed since the test began")
	admin.post(editPath + "/activate")
	admin.want(http.StatusConflict)
	admin.post(editPath + "/discard")
	admin.leads(editPath)
	admin.get(editPath)
	admin.want(200, "No changes yet", "discarded")
	b := newBrowser(t, w.e)
	w.signIn(b, "alice@acme.com", "")
	b.leads("/account")
}

// TestEditFailedTest: the report says why, with both values, and the draft cannot be switched on.
func TestEditFailedTest(t *testing.T) {
	w, _, admin := newEditor(t)
	idp, fields := nextIDP(t, w)
	admin.post(editPath+"/metadata", fields...)
	stranger := *idp
	stranger.Key, stranger.Certificate = w.idp.Key, w.idp.Certificate
	w.test(admin, &stranger, editPath+"/test", "jo@acme.com")
	admin.want(http.StatusForbidden, "The test sign-in failed", editPath)
	admin.get(editPath)
	admin.want(200, "another certificate", "Expected", "Received", "Not tested yet")
	admin.post(editPath + "/activate")
	admin.want(http.StatusConflict)
}

// TestEditFaults: what is typed is kept, and the sentence says what is wrong; nothing is stored.
func TestEditFaults(t *testing.T) {
	w, _, admin := newEditor(t)
	admin.post(editPath+"/metadata", "how", "fields", "entity_id", "https://x.example/e", "sso_url", "ftp://x", "certificate", "none")
	admin.want(http.StatusUnprocessableEntity, "https://x.example/e", "ftp://x")
	admin.post(editPath+"/metadata", "how", "xml", "xml", "<html></html>")
	admin.want(http.StatusUnprocessableEntity, "<html></html>")
	admin.post(editPath+"/metadata", "how", "colour")
	admin.want(http.StatusUnprocessableEntity, "Choose one of the four ways")
	if n := countOf(t, w.db, "connections WHERE draft_settings_id IS NOT NULL"); n != 0 {
		t.Error("a draft was made")
	}
	w.exec("UPDATE connections SET state = 'deactivated'")
	admin.get(editPath)
	admin.leads(connectionPath)
	admin.get(testPath)
	admin.leads(connectionPath)
	admin.post(editPath+"/switches", "encrypt", "on")
	admin.want(http.StatusConflict, "not active")
}

// TestTestOfTheSettingsInUse: the button on the Active card tests what is in use, also while a draft waits, and signs
// nobody in.
func TestTestOfTheSettingsInUse(t *testing.T) {
	w, _, admin := newEditor(t)
	_, fields := nextIDP(t, w)
	admin.post(editPath+"/metadata", fields...)
	admin.get(testPath)
	admin.want(200, "No test yet", "settings in use")
	admin.get("/organization/sso")
	admin.want(200, testPath)
	session := admin.jar[cookieSession]
	w.test(admin, w.idp, testPath, "alice@acme.com")
	admin.get(testPath)
	admin.want(200, "Waiting", "Stop waiting")
	w.test(admin, w.idp, testPath, "alice@acme.com")
	admin.finish()
	admin.leads(testPath)
	admin.get(testPath)
	admin.want(200, "passed every check", "alice@acme.com would become a member")
	if admin.jar[cookieSession] != session || countOf(t, w.db, "members WHERE email = 'alice@acme.com'") != 0 {
		t.Error("a test signed somebody in")
	}
	admin.get(editPath)
	admin.want(200, "No test yet", "Not tested yet")
	w.test(admin, w.idp, testPath, "alice@acme.com")
	admin.post(testPath + "/cancel")
	admin.leads(testPath)
}

// TestEditOfTheTwin: a draft and its test are of one organization only.
func TestEditOfTheTwin(t *testing.T) {
	w, twin, admin := newEditor(t)
	_, fields := nextIDP(t, w)
	admin.post(editPath+"/metadata", fields...)
	person(t, w.db, twin.org.ID, "kim@globex.com", models.RoleAdmin)
	kim := signedIn(t, w.e, w.org.ID, "kim@globex.com")
	for _, path := range []string{"/metadata", "/mapping", "/switches", "/test", "/activate", "/discard"} {
		kim.post(editPath+path, "how", "fields")
		kim.want(http.StatusConflict)
	}
	kim.org = twin.org.ID
	kim.get(editPath)
	kim.want(200, "No changes yet")
	if strings.Contains(text(kim.last), "acme.com") {
		t.Error("the twin sees the draft")
	}
	kim.post(editPath + "/discard")
	admin.get(editPath)
	admin.want(200, "https://new.acme.com/e")
}
