package main

import (
	"html"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rollcall/models"
)

// setUpOf is an IT person in the wizard, with the link of an organization of its own, and a real identity provider.
type setUpOf struct {
	*customer
	*agent
	org string // sent with every form, as the pages do
}

// begin opens the link and chooses the guide.
func begin(t *testing.T, c *customer, guide string) *setUpOf {
	t.Helper()
	var made struct{ ID string }
	c.command(t, &made, "org", "create", "--name", c.name, "--domain", c.domain(), "--plan", "Core", "--feature", "sso")
	var link struct{ URL string }
	c.command(t, &link, "setup-link", "create", "--org", c.name, "--kind", "sso")
	u := &setUpOf{customer: c, agent: newAgent(t), org: made.ID}
	u.open(link.URL)
	u.send(u.forms[len(u.forms)-1])
	u.post("/setup/sso/provider", "idp", guide)
	u.sees(http.StatusOK)
	c.update(t, c.name, func(tx *models.Tx, con *models.Connection) error {
		c.con = (&Config{BaseURL: c.base}).viewConnection(con)
		return models.SaveSwitches(tx, con, models.Switches{SignRequests: c.signed, Encrypt: c.encrypted})
	})
	return u
}

// post sends a form of pairs from the page that is open.
func (u *setUpOf) post(path string, pairs ...string) {
	u.agent.t.Helper()
	values := url.Values{"organization": {u.org}}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	u.send(&form{action: u.base + path, values: values})
}

// connect gives each side's metadata to the other.
func (u *setUpOf) connect(t *testing.T) {
	t.Helper()
	u.post("/setup/sso/metadata", "how", "xml", "xml", u.theirs(t))
	u.sees(http.StatusOK, "This is what we understood.")
	u.post("/setup/sso/metadata/keep")
	u.sees(http.StatusOK)
	u.meet(t)
}

// try runs the test sign-in as that person and opens the wizard's page with its report.
func (u *setUpOf) try(t *testing.T, user string) {
	t.Helper()
	step := ""
	for range 8 { // to the step with the test
		if strings.Contains(u.body, "/setup/sso/test\"") {
			step = u.at.Path
			break
		}
		u.post(u.at.Path)
	}
	if step == "" {
		t.Fatal("the wizard has no test sign-in")
	}
	u.post("/setup/sso/test")
	f := u.provider(user)
	if f == nil {
		t.Fatalf("no answer, but %d at %s:\n%s", u.status, u.agent.at, u.text())
	}
	u.send(f)
	u.open(u.base + step)
	u.sees(http.StatusOK)
}

var snippet = regexp.MustCompile(`(?s)<textarea[^>]*>(.*?)</textarea>`)

// TestSnippet puts the lines that the guide has ready for saml20-sp-remote.php into a real SimpleSAMLphp, as they are.
func TestSnippet(t *testing.T) {
	c := &customer{service: startService(t), idp: startSimpleSAMLphp(t), name: "acme"}
	u := begin(t, c, "simplesamlphp")
	found := snippet.FindStringSubmatch(u.body)
	if found == nil {
		t.Fatalf("no lines to copy at %s:\n%s", u.at, u.text())
	}
	u.post("/setup/sso/metadata", "how", "url", "url", c.idp.metadata)
	u.sees(http.StatusOK, "This is what we understood.", c.idp.metadata)
	u.post("/setup/sso/metadata/keep")
	put(t, filepath.Join(c.idp.folder, "acme.inc"), "<?php\n"+html.UnescapeString(found[1]))
	u.try(t, "carol")
	for _, want := range []string{"Passed", oddFirst, oddLast, "Name ID format emailAddress", "carol@acme.test would become a member with the plan Core at the first sign-in."} {
		if !strings.Contains(u.text(), want) {
			t.Errorf("the report does not say %q:\n%s", want, u.text())
		}
	}
}

var bareCertificate = regexp.MustCompile(`(?s)(<ds:X509Certificate>).*?(</ds:X509Certificate>)`)

// TestBrokenSetUps sets a real provider up wrongly, each time through another guide, and reads in the wizard's report
// what is wrong, both values where there are two, and the field to change in that provider (UX: five promises).
func TestBrokenSetUps(t *testing.T) {
	s := startService(t)
	php, node := startSimpleSAMLphp(t), startSamlify(t)
	_, stranger := newKey(t)
	bare := bareText(t, write(t, stranger))
	for name, b := range map[string]struct {
		guide string
		customer
		user string
		want []string // {acs}, {entity}, {domain}, {issuer} are the connection's
	}{
		"audience": {guide: "okta", customer: customer{idp: node, switches: []string{"AUDIENCE=https://wrong.example/metadata"}}, want: []string{
			"The audience is wrong. Okta sent https://wrong.example/metadata; Rollcall expects {entity}. Paste it into Audience URI (SP Entity ID).",
			"Expected {entity}", "Received https://wrong.example/metadata", "In Okta, Audience URI (SP Entity ID):",
		}},
		"acs": {guide: "entra", customer: customer{idp: php, editOur: func(text string) string {
			return strings.Replace(text, `Location="http://localhost:`, `Location="http://127.0.0.1:`, 1)
		}}, want: []string{
			"The response was sent to {other acs}; the right address is {acs}. Paste it into Reply URL (Assertion Consumer Service URL).",
			"Expected {acs}", "Received {other acs}", "Reply URL (Assertion Consumer Service URL):",
		}},
		"certificate": {guide: "keycloak", customer: customer{idp: php, switches: []string{"KEY=other"}}, want: []string{
			"The response was signed with another certificate (…", "You gave us …", "If Keycloak renewed it, add the new one.", "Expected", "Received", "In Keycloak,",
		}},
		"clock": {guide: "adfs", customer: customer{idp: node, switches: []string{"CLOCK=-900"}}, want: []string{
			"The response is 15 minutes too old. One of the clocks is wrong; check the time on the AD FS server.", "Expected", "Received", "In AD FS,",
		}},
		"no e-mail": {guide: "pingone", customer: customer{idp: php, switches: []string{"NAMEID=persistent", "DROP=mail"}}, want: []string{
			"No e-mail address arrived. Set Name ID format to EmailAddress or send an attribute named email.", "Received", "In PingOne,",
		}},
		"name id": {guide: "duo", customer: customer{idp: php, switches: []string{"NAMEID=transient", "DROP=mail"}}, want: []string{
			"No e-mail address arrived. Set Name ID format to EmailAddress", "transient", "In Duo,",
		}},
		"domain": {guide: "google", customer: customer{idp: php}, user: "mallory", want: []string{
			"mallory@evil.test is outside your domains ({domain}).", "Expected {domain}", "Received mallory@evil.test", "In Google",
		}},
		"unsigned": {guide: "jumpcloud", customer: customer{idp: php, switches: []string{"SIGN_RESPONSE=0", "SIGN_ASSERTION=0"}}, want: []string{
			"JumpCloud sent a response that is not signed.", "Expected", "Received", "In JumpCloud,",
		}},
		"sha-1": {guide: "onelogin", customer: customer{idp: php, switches: []string{"SIGALG=http://www.w3.org/2000/09/xmldsig#rsa-sha1"}}, want: []string{
			"OneLogin used", "Choose RSA-SHA256 and SHA256.", "Expected", "Received", "In OneLogin, SAML Signature Algorithm:",
		}},
		"denied": {guide: "cyberark", customer: customer{idp: php, switches: []string{"DENY=1"}}, want: []string{
			"CyberArk", "refused: Responder", "RequestDenied", "Usually the person is not assigned to the app.", "Expected", "Received",
		}},
		"encrypted for another key": {guide: "pingfederate", customer: customer{idp: php, encrypted: true, switches: []string{"ENCRYPT=1"}, editOur: func(text string) string {
			return bareCertificate.ReplaceAllString(text, "${1}"+bare+"${2}")
		}}, want: []string{"The encrypted response could not be read:", "Expected", "Received", "In PingFederate,"}},
		"issuer": {guide: "rippling", customer: customer{idp: php, editTheirs: func(text string) string {
			return strings.Replace(text, "metadata.php\"", "metadata.php?app=other\"", 1)
		}}, want: []string{
			"The issuer is wrong. The response came from {issuer}; this connection was set up for {issuer}?app=other.", "Expected {issuer}?app=other", "Received {issuer}", "In Rippling,",
		}},
		"no country": {guide: "custom-saml", customer: customer{idp: php, switches: []string{"DROP=c"}}, want: []string{
			"Passed", "Country did not arrive. Add an attribute named country. Received: uid, mail, givenName, sn",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			c := &b.customer
			c.service, c.name = s, "broken-"+strings.ReplaceAll(name, " ", "-")
			u := begin(t, c, b.guide)
			u.connect(t)
			user := b.user
			if user == "" {
				user = "alice"
			}
			u.try(t, user)
			fill := strings.NewReplacer("{other acs}", strings.Replace(c.con.ACSURL, "localhost", "127.0.0.1", 1), "{acs}", c.con.ACSURL,
				"{entity}", c.con.EntityID, "{domain}", c.domain(), "{issuer}", c.idp.metadata)
			for _, want := range b.want {
				if want = fill.Replace(want); !strings.Contains(u.text(), want) {
					t.Errorf("the report does not say %q", want)
				}
			}
			if t.Failed() {
				t.Log(u.text())
			}
		})
	}
}
