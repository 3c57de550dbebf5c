package handlers

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"rollcall/models"
	"rollcall/models/modelstest"
	"rollcall/saml/samltest"
)

// setupWorld is an organization that has bought both integrations, before anything is set up.
func newSetupWorld(t testing.TB) *ssoWorld {
	e, db, clock := boot(t, samlBase)
	return addSetupWorld(t, &ssoWorld{t: t, e: e, db: db, clock: clock}, "Acme", "acme.com")
}

func addSetupWorld(t testing.TB, w *ssoWorld, name, domain string) *ssoWorld {
	t.Helper()
	n := *w
	n.org = modelstest.Org(t, w.db, name, domain)
	var err error
	if n.idp, err = samltest.New("https://idp."+domain+"/e", "https://idp."+domain+"/sso", modelstest.Start); err != nil {
		t.Fatal(err)
	}
	return &n
}

// link makes a setup link and answers its path.
func (w *ssoWorld) link(kind string) (path string) {
	w.t.Helper()
	w.do(func(tx *models.Tx) error {
		_, token, err := models.CreateSetupLink(tx, kind)
		path = "/s/" + token
		return err
	})
	return path
}

// started is a browser that has started the setup.
func (w *ssoWorld) started(kind string) *browser {
	w.t.Helper()
	b := newBrowser(w.t, w.e)
	b.post(w.link(kind))
	b.leads("/setup/" + kind)
	b.org = w.org.ID
	return b
}

// upload posts the metadata form as a browser does: multipart.
func (b *browser) upload(path string, fields map[string]string, file string) {
	b.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for k, v := range fields {
		m.WriteField(k, v)
	}
	if b.org != "" {
		m.WriteField("organization", b.org)
	}
	if file != "" {
		f, _ := m.CreateFormFile("file", "metadata.xml")
		f.Write([]byte(file))
	}
	m.Close()
	b.do("POST", path, &body, "Content-Type", m.FormDataContentType(), "Sec-Fetch-Site", "same-origin")
}

func TestSetupLinkPages(t *testing.T) {
	w := newSetupWorld(t)
	path := w.link(models.KindSSO)
	b := newBrowser(t, w.e)
	for range 2 {
		b.do("HEAD", path, nil)
		b.want(200)
		b.get(path)
		b.want(200, "Acme", "Start setup", "until 2 Dec 2026")
		w.clock.Forward(time.Second)
	}
	if len(b.jar) != 0 {
		t.Errorf("looking set cookies: %v", b.jar)
	}
	b.get("/s/0000000000000000000000")
	b.want(404)
	if strings.Contains(b.last.Body.String(), "Acme") {
		t.Error("an unknown link names an organization")
	}
	b.get("/setup/sso")
	b.want(404)
	b.post(path)
	b.leads("/setup/sso")
	b.get("/setup/sso")
	b.leads("/setup/sso/provider")
	b.get("/setup/scim")
	b.want(404) // the link is for SSO

	newer := w.link(models.KindSSO)
	for _, at := range []string{path, "/setup/sso", "/setup/sso/provider"} {
		b.get(at)
		b.want(410, "newer")
	}
	b.post(path)
	b.want(410, "newer")
	b.post(newer)
	b.leads("/setup/sso")
	w.do(func(tx *models.Tx) error { return models.CancelSetupLink(tx, models.KindSSO) })
	b.get("/setup/sso")
	b.want(410, "cancelled")
	last := w.link(models.KindSSO)
	b.post(last)
	w.clock.Forward(24 * time.Hour)
	b.get(last)
	b.want(410, "expired")
	b.post(last)
	b.want(410, "expired")
	b.get("/setup/sso")
	if b.last.Code < 400 {
		t.Errorf("the cookie outlived the link: %d", b.last.Code)
	}
}

// TestSetupOneKindAndOrganization: a link opens its own integration of its own organization only.
func TestSetupOneKindAndOrganization(t *testing.T) {
	w := newSetupWorld(t)
	twin := addSetupWorld(t, w, "Globex", "globex.com")
	b := w.started(models.KindSSO)
	b.post("/setup/sso/provider", "idp", "okta")
	b.leads("/setup/sso/step/2")
	b.post(twin.link(models.KindSSO)) // the same browser opens another organization's link
	b.leads("/setup/sso")
	b.post("/setup/sso/provider", "idp", "entra") // from the old tab, which carries the first organization
	b.want(http.StatusConflict, "Nothing was changed")
	for org, want := range map[*models.Organization]string{w.org: "okta", twin.org: ""} {
		modelstest.Update(t, w.db, org.ID, func(tx *models.Tx) error {
			c, err := models.OrganizationConnection(tx)
			if err == nil && c.IDP != want {
				t.Errorf("%s: provider %q, want %q", org.Name, c.IDP, want)
			}
			return err
		})
	}
	b.get("/setup/scim")
	b.want(404)
	b.post(twin.link(models.KindSCIM))
	b.leads("/setup/scim")
	b.get("/setup/sso/provider") // both links of one organization work side by side
	b.want(200, "Globex")
	b.get("/setup/scim/provider")
	b.want(200, "Globex")
}

// walkTo goes on step by step until the page has word, and answers its address.
func (b *browser) walkTo(word string) string {
	b.t.Helper()
	at := b.last.Header().Get("Location")
	for range 15 {
		b.get(at)
		b.want(200)
		if strings.Contains(b.last.Body.String(), word) {
			return at
		}
		b.post(at)
		b.want(http.StatusSeeOther)
		at = b.last.Header().Get("Location")
	}
	b.t.Fatalf("no step with %q", word)
	return ""
}

// TestWizardSSO walks an IT person through the whole setup without scripts: provider, metadata, test, activation, done.
func TestWizardSSO(t *testing.T) {
	w := newSetupWorld(t)
	b := w.started(models.KindSSO)
	b.get("/setup/sso/provider")
	b.want(200, "Okta", "Microsoft Entra ID")
	b.get("/setup/sso/provider?q=+AZURE+ad")
	b.want(200, `value="entra"`, `value="custom-saml"`, "AZURE ad")
	if strings.Contains(b.last.Body.String(), `value="okta"`) {
		t.Error("the search does not narrow")
	}
	b.get("/setup/sso/provider?q=gluu")
	b.want(200, "No provider here is called “gluu”", `value="custom-saml"`)
	b.post("/setup/sso/provider", "idp", "nobody")
	b.want(422, "Choose one of the providers")
	b.post("/setup/sso/provider", "idp", "okta")
	b.leads("/setup/sso/step/2")
	metadata := b.walkTo("/setup/sso/metadata")
	w.do(func(tx *models.Tx) (err error) { w.con, err = models.OrganizationConnection(tx); return err })

	for _, bad := range []struct{ how, field, value, want string }{
		{"xml", "xml", "<html><body>Sign in</body></html>", "not SAML metadata. In Okta, Metadata URL: Take the link with that name"},
		{"fields", "entity_id", "x", ""},
		{"url", "url", "", "Paste the address"},
		{"nonsense", "", "", "Choose one of the four ways"},
	} {
		b.upload("/setup/sso/metadata", map[string]string{"how": bad.how, bad.field: bad.value}, "")
		b.want(422, bad.want)
	}
	own := newBrowser(t, w.e).get("/saml/" + w.con.ID + "/metadata").Body.String()
	b.upload("/setup/sso/metadata", map[string]string{"how": "xml", "xml": own}, "")
	b.want(422, "our")
	b.upload("/setup/sso/metadata", map[string]string{"how": "file"}, string(w.idp.Metadata()))
	b.want(200, w.idp.EntityID, w.idp.SSOURL, "Nothing is saved yet")
	if n := countOf(t, w.db, "connection_settings"); n != 0 {
		t.Errorf("looking saved %d settings", n)
	}
	b.post("/setup/sso/metadata/keep")
	b.want(http.StatusSeeOther)
	b.get(metadata)
	b.want(200, "This is what we have", w.idp.EntityID)
	b.post(metadata)
	test := b.walkTo("Start test sign-in")

	w.clock.Forward(time.Minute)
	b.post("/setup/sso/activate")
	b.want(http.StatusConflict)
	if c := w.connection(); c.State != models.Awaiting {
		t.Fatalf("activated without a test: %s", c.State)
	}
	w.tryOut(b, func(o *samltest.Options) { o.Audience = "https://wrong.example" })
	b.want(http.StatusForbidden, "The test sign-in failed", "See what happened")
	b.get(test)
	b.want(200, "Failed", "https://wrong.example", "Audience")
	w.tryOut(b, func(o *samltest.Options) { o.Attributes = o.Attributes[:3] })
	b.leads(test)
	b.get(test)
	b.want(200, "Passed", "Country did not arrive", "alice@acme.com", "would become a member")
	if _, in := b.jar[cookieSession]; in {
		t.Error("the test signed somebody in")
	}
	if n := countOf(t, w.db, "members"); n != 0 {
		t.Errorf("the test made %d members", n)
	}
	b.post("/setup/sso/mapping", "map_country", "co")
	b.want(http.StatusSeeOther)
	b.get(test)
	b.want(200, "settings changed since")
	b.post("/setup/sso/activate")
	b.want(http.StatusConflict)
	w.tryOut(b, func(o *samltest.Options) { o.Attributes[3].Name = "co" })
	b.leads(test)
	b.post(test)
	activate := b.last.Header().Get("Location")
	b.get(activate)
	b.want(200, "acme.com", "Activate")
	b.post("/setup/sso/activate")
	b.leads(activate)
	if c := w.connection(); c.State != models.Active || c.DraftSettingsID != nil {
		t.Fatalf("connection: %+v", c)
	}
	b.get(activate)
	b.want(200, "/setup/sso/done")
	b.post("/setup/sso/done")
	b.want(200, "Active")
	b.get(activate)
	b.want(410, "finished")

	person := newBrowser(t, w.e)
	r, relay := w.request(person, "/help")
	o := w.options(r.ID, "alice@acme.com")
	o.Attributes = o.Attributes[:3]
	w.deliver(person, w.respond(o), relay)
	person.finish()
	person.leads("/account/complete?next=%2Fhelp") // the country is asked for (SPEC P4)
}

func (w *ssoWorld) connection() *models.Connection {
	w.t.Helper()
	var c *models.Connection
	w.do(func(tx *models.Tx) (err error) { c, err = models.OrganizationConnection(tx); return err })
	return c
}

// tryOut runs a test sign-in in b, the provider answering as edit says, and leaves b at what the tester sees.
func (w *ssoWorld) tryOut(b *browser, edit func(*samltest.Options)) {
	w.t.Helper()
	b.post("/setup/sso/test")
	b.want(200, "idp.acme.com")
	link := regexp.MustCompile(`https://idp\.acme\.com/sso\?[^"]*`).FindString(strings.ReplaceAll(b.last.Body.String(), "&amp;", "&"))
	u, err := url.Parse(link)
	if err != nil {
		w.t.Fatal(err)
	}
	r, err := samltest.ParseAuthnRequest(u.Query().Get("SAMLRequest"))
	if err != nil {
		w.t.Fatalf("%v in %q", err, link)
	}
	o := w.options(r.ID, "alice@acme.com")
	edit(&o)
	w.clock.Forward(time.Second)
	w.deliver(b, w.respond(o), u.Query().Get("RelayState"))
	if b.last.Code == http.StatusSeeOther {
		b.finish()
	}
}

// TestWizardTestTimesOut: no answer is an answer too; a cancelled test takes none.
func TestWizardTestTimesOut(t *testing.T) {
	w := newSSOWorld(t)
	w.do(func(tx *models.Tx) error { return models.ChooseProvider(tx, models.KindSSO, "okta") })
	w.do(func(tx *models.Tx) error { return models.ReachStep(tx, models.KindSSO, 99) })
	b := w.started(models.KindSSO)
	page := ""
	for n := 2; n < 12 && page == ""; n++ {
		at := "/setup/sso/step/" + string(rune('0'+n))
		if b.get(at); strings.Contains(b.last.Body.String(), "/setup/sso/test") {
			page = at
		}
	}
	b.post("/setup/sso/test")
	b.get(page)
	b.want(200, "Waiting")
	w.clock.Forward(5 * time.Minute)
	b.get(page)
	b.want(200, "No answer came back within 5 minutes")
	b.post("/setup/sso/test")
	b.post("/setup/sso/test/cancel")
	b.leads(page)
	b.get(page)
	b.want(200, "No test yet")
	s := w.newest()
	if s.Outcome != models.SignInTestFailed || s.Reason != models.ReasonCancelled {
		t.Errorf("%+v", s)
	}
}

func TestWizardSCIM(t *testing.T) {
	w := newSetupWorld(t)
	b := w.started(models.KindSCIM)
	b.get("/setup/scim/provider")
	b.want(200, "Okta")
	b.post("/setup/scim/provider", "idp", "okta")
	b.want(http.StatusSeeOther)
	choice := b.walkTo("Which app?")
	if page := text(b.last); strings.Contains(page, "I have done this") || strings.Contains(page, "Header Auth") {
		t.Errorf("the first step goes on without a choice: %s", page)
	}
	b.post("/setup/scim/way", "way", "neither")
	b.want(http.StatusUnprocessableEntity, "Choose one of the two")
	b.post("/setup/scim/way", "way", "shared")
	b.leads(choice)
	connect := b.walkTo("/setup/scim/token")
	b.want(200, "SCIM connector base URL")
	if strings.Contains(text(b.last), "without the word Bearer") {
		t.Error("the other way is told too")
	}
	if n := countOf(t, w.db, "audit_events WHERE action = 'directory.way_chosen'"); w.directory().WizardWay != "shared" || n != 1 {
		t.Errorf("the way is %q, with %d events", w.directory().WizardWay, n)
	}
	b.post("/setup/scim/token")
	b.want(200, samlBase+"/scim/v2/dir-")
	token := regexp.MustCompile(`value="([0-9A-Za-z]{22})"`).FindStringSubmatch(b.last.Body.String())
	if token == nil {
		t.Fatalf("no token in %s", text(b.last))
	}
	b.get(connect)
	if strings.Contains(b.last.Body.String(), token[1]) {
		t.Error("the token is shown twice")
	}
	b.want(200, token[1][18:])
	b.post("/setup/scim/token")
	b.want(200)
	b.post("/setup/scim/token")
	b.want(http.StatusConflict, "two live tokens")
	b.post(connect)
	b.want(http.StatusSeeOther)
	watch := b.walkTo("Token accepted")
	dir := regexp.MustCompile(`dir-[a-z2-7]{26}`).FindString(w.directory().ID)
	base, _ := url.Parse(samlBase)
	atOnce := testConfig(w.db, base)
	atOnce.Draining = func() bool { return true } // so that the log is written at once
	door := New(atOnce)
	for path, bearer := range map[string]string{"/Users": "aTokenThatIsNoToken5678", "/User": token[1]} { // both wrong, and both seen here
		send(door, "GET", "/scim/v2/"+dir+path, "", "Authorization", bearer)
	}
	b.get(watch)
	b.want(200, "Refused (401)", "a token that is not one of yours (its last characters are 5678)", "Paste the whole token", "Failed (404): GET /…", "In Okta, SCIM connector base URL", "Awaiting")
	body := `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"tom@acme.com","name":{"givenName":"Tom","familyName":"Ross"},"emails":[{"value":"tom@acme.com","primary":true}],"active":true}`
	if r := send(w.e, "POST", "/scim/v2/"+dir+"/Users", body, "Content-Type", "application/scim+json", "Authorization", "Bearer "+token[1]); r.Code != 201 {
		t.Fatalf("SCIM: %d %s", r.Code, r.Body)
	}
	b.get(watch)
	b.want(200, "Tom Ross", "1 person has no country", "Active")
	if strings.Contains(text(b.last), "Refused (401)") {
		t.Error("a refusal is shown after a request was let in")
	}
	b.post("/setup/scim/done")
	b.want(200, "Active")
	b.get(watch)
	b.want(410, "finished")
}

func (w *ssoWorld) directory() *models.Directory {
	w.t.Helper()
	var d *models.Directory
	w.do(func(tx *models.Tx) (err error) { d, err = models.OrganizationDirectory(tx); return err })
	return d
}

// TestWizardProviderWithoutSCIM says what to do instead.
func TestWizardProviderWithoutSCIM(t *testing.T) {
	w := newSetupWorld(t)
	b := w.started(models.KindSCIM)
	b.post("/setup/scim/provider", "idp", "simplesamlphp")
	b.want(422, "CSV")
	b.post("/setup/sso/provider", "idp", "okta")
	b.want(404)
}

// TestSetupCrossSite: another site cannot press our buttons.
func TestSetupCrossSite(t *testing.T) {
	w := newSetupWorld(t)
	b := newBrowser(t, w.e)
	b.do("POST", w.link(models.KindSSO), strings.NewReader(""), "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example")
	b.want(http.StatusForbidden)
}

// TestWizardAfterTheCommand: a provider chosen by the command leads to its first step, not in a circle.
func TestWizardAfterTheCommand(t *testing.T) {
	w := newSSOWorld(t)
	w.do(func(tx *models.Tx) error { return models.ChooseProvider(tx, models.KindSSO, "okta") })
	b := w.started(models.KindSSO)
	b.get("/setup/sso")
	b.leads("/setup/sso/step/2")
	b.get("/setup/sso/step/2")
	b.want(200, "Okta")
	b.get("/setup/sso/step/99")
	b.leads("/setup/sso")
}

// TestWizardEvents: the live page is told when a test ends, and the stream ends with the link.
func TestWizardEvents(t *testing.T) {
	w := newSSOWorld(t)
	mark := func() (m string) {
		w.do(func(tx *models.Tx) (err error) { m, err = models.SetupMark(tx, models.KindSSO); return err })
		return m
	}
	seen := map[string]bool{mark(): true}
	w.do(func(tx *models.Tx) error { return models.ChooseProvider(tx, models.KindSSO, "okta") })
	b := w.started(models.KindSSO)
	b.post("/setup/sso/test")
	b.want(200)
	for step, change := range []func(){
		func() {},
		func() { w.clock.Forward(6 * time.Minute) },
		func() { b.post("/setup/sso/test/cancel") },
	} {
		change()
		m := mark()
		if seen[m] {
			t.Errorf("step %d changes nothing: %s", step, m)
		}
		seen[m] = true
	}
}
