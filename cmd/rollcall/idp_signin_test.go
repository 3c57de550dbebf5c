package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rollcall/models"
)

// customer is an organization of its own with an Active connection to a real identity provider. Each has a domain of
// its own, because a verified domain belongs to one organization only.
type customer struct {
	*service
	idp        *idp
	name       string
	con        connectionView
	signed     bool     // our requests are signed
	encrypted  bool     // our metadata offers a key
	post       bool     // our request goes by POST
	idpFirst   bool     // sign-ins may begin at the provider
	switches   []string // at the provider
	editOur    func(metadata string) string
	editTheirs func(metadata string) string
}

func (c *customer) domain() string { return c.name + ".test" }

// setUp makes the organization and its connection by the command, and makes the two sides known to each other.
func (c *customer) setUp(t *testing.T) *customer {
	t.Helper()
	var made struct{ ID string }
	c.command(t, &made, "org", "create", "--name", c.name, "--domain", c.domain(), "--plan", "Core", "--feature", "sso")
	args := []string{"connection", "create", "--org", c.name, "--idp", "simplesamlphp", "--metadata", write(t, c.theirs(t))}
	if c.idpFirst {
		args = append(args, "--allow-idp-initiated")
	}
	c.command(t, &c.con, args...)
	c.update(t, c.name, func(tx *models.Tx, con *models.Connection) error {
		if err := models.SaveSwitches(tx, con, models.Switches{SignRequests: c.signed, Encrypt: c.encrypted}); err != nil {
			return err
		}
		return models.ActivateConnection(tx, con, true)
	})
	c.meet(t)
	return c
}

// theirs is the provider's metadata as the customer hands it to us.
func (c *customer) theirs(t *testing.T) string {
	t.Helper()
	a := newAgent(t)
	a.open(c.idp.metadata)
	text := a.body
	if c.post {
		text = strings.ReplaceAll(text, `urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect`, `urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST`)
	}
	if c.editTheirs != nil {
		text = c.editTheirs(text)
	}
	return text
}

// meet gives our metadata to the provider.
func (c *customer) meet(t *testing.T) {
	t.Helper()
	a := newAgent(t)
	a.open(c.con.MetadataURL)
	text := a.body
	if c.editOur != nil {
		text = c.editOur(text)
	}
	c.idp.trust(t, text, append(c.switches, "EMAIL_DOMAIN="+c.domain())...)
}

// member is the only member of the organization, or nil.
func (c *customer) member(t *testing.T) *memberView {
	t.Helper()
	var all []memberView
	c.command(t, &all, "member", "list", "--org", c.name)
	switch len(all) {
	case 0:
		return nil
	case 1:
		return &all[0]
	}
	t.Fatalf("%d members", len(all))
	return nil
}

// becomes signs a person in and checks what arrived.
func (c *customer) becomes(t *testing.T, start, user, first, last string) {
	t.Helper()
	a := newAgent(t)
	a.signIn(start, user)
	if a.status != http.StatusOK {
		t.Errorf("the log says: %+v", c.newest(t))
	}
	a.sees(http.StatusOK)
	if a.at.Path != "/account" && a.at.Path != "/account/complete" {
		t.Fatalf("led to %s:\n%s", a.at, a.text())
	}
	m := c.member(t)
	if m == nil || m.Email == nil || *m.Email != user+"@"+c.domain() || *m.FirstName != first || *m.LastName != last || m.Source != models.SourceJIT {
		t.Errorf("the member is %+v", m)
	}
	a.open(c.base + "/account")
	a.sees(http.StatusOK)
}

// refused signs a person in, which must fail with this reason and make nobody a member.
func (c *customer) refused(t *testing.T, start, user, reason string) {
	t.Helper()
	a := newAgent(t)
	a.signIn(start, user)
	a.sees(http.StatusForbidden, "We could not sign you in")
	if m := c.member(t); m != nil {
		t.Errorf("the member %+v was made", m)
	}

	if s := c.newest(t); s.Reason != reason {
		t.Errorf("the log says %+v, want %q", s, reason)
	}
}

// newest is the last attempt in the sign-in log.
func (c *customer) newest(t *testing.T) (newest models.SignIn) {
	t.Helper()
	c.update(t, c.name, func(tx *models.Tx, _ *models.Connection) error {
		all, err := models.ListSignIns(tx, models.SignInQuery{Limit: 1})
		if len(all) > 0 {
			newest = all[0]
		}
		return err
	})
	return newest
}

const (
	oddFirst = "Zo\u00eb & \u00c7arol \u201cStra\u00dfe\u201d"
	oddLast  = "O'Neil <x> \"\u6f22\u5b57\" Mu\u0308ller ]]>"
)

// TestRealProviders signs people in through two products of others, once for each way in which the two sides can be
// set. Both check our requests' signatures with their own libraries, and encrypt with them.
func TestRealProviders(t *testing.T) {
	s := startService(t)
	for _, start := range []func(*testing.T) *idp{startSimpleSAMLphp, startSamlify} {
		p := start(t)
		t.Run(p.name, func(t *testing.T) { realProvider(t, s, p) })
	}
}

func realProvider(t *testing.T, s *service, p *idp) {
	checked := []string{"VALIDATE_AUTHNREQUEST=1"}
	gcm := "ENCRYPT=1"
	if p.name == "samlify" {
		gcm = "ENCRYPT=gcm"
	}
	for name, c := range map[string]*customer{
		"redirect":             {},
		"post":                 {post: true},
		"signed-redirect":      {signed: true, switches: checked},
		"signed-post":          {signed: true, post: true, switches: checked},
		"encrypted":            {encrypted: true, switches: []string{gcm}},
		"encrypted-and-signed": {encrypted: true, signed: true, switches: append(checked, gcm)},
		"persistent":           {switches: []string{"NAMEID=persistent"}},
		"assertion-signed":     {switches: []string{"SIGN_RESPONSE=0"}},
		"response-signed":      {switches: []string{"SIGN_ASSERTION=0"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.service, c.idp, c.name = s, p, name+"-"+p.name
			c.setUp(t)
			c.becomes(t, c.con.StartURL, "carol", oddFirst, oddLast)
		})
	}
	t.Run("unsigned request is refused there", func(t *testing.T) {
		c := (&customer{service: s, idp: p, name: "must-sign-" + p.name, switches: checked}).setUp(t)
		a := newAgent(t)
		a.open(c.con.StartURL)
		if f := a.provider("alice"); f != nil {
			t.Error("the provider does not check our requests, so the variants with signed requests show nothing")
		}
	})
	t.Run("sign-in begins at the provider", func(t *testing.T) {
		for _, on := range []bool{true, false} {
			c := &customer{service: s, idp: p, name: "there-first-" + map[bool]string{true: "on-", false: "off-"}[on] + p.name, idpFirst: on}
			c.setUp(t)
			start := p.initiate(c.con.EntityID) + "&RelayState=" + url.QueryEscape("https://evil.example/")
			if on {
				c.becomes(t, start, "carol", oddFirst, oddLast)
			} else {
				c.refused(t, start, "carol", "saml_inresponseto")
			}
		}
	})
	t.Run("another audience", func(t *testing.T) {
		c := &customer{service: s, idp: p, name: "audience-" + p.name, idpFirst: true}
		c.editOur = func(text string) string { return strings.Replace(text, "/metadata\"", "/metadata/\"", 1) }
		c.setUp(t)
		c.refused(t, p.initiate(c.con.EntityID+"/"), "alice", "saml_audience")
	})
}
