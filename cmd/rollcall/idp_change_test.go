package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rollcall/models"
)

// TestRealChanges changes things at real identity providers while people sign in.
func TestRealChanges(t *testing.T) {
	s := startService(t)
	php, node := startSimpleSAMLphp(t), startSamlify(t)
	t.Run("two certificates", func(t *testing.T) { twoCertificates(t, s, php) })
	t.Run("roll-over", func(t *testing.T) { rollOver(t, s, node) })
	t.Run("draft swap", func(t *testing.T) { draftSwap(t, s, php, node) })
	t.Run("revocation", func(t *testing.T) { revokedMeanwhile(t, s, php) })
	t.Run("one provider, two organizations", func(t *testing.T) { sharedProvider(t, s, php) })
}

// halfway is a person whom the provider has just sent off with its answer, which has not arrived yet.
func (c *customer) halfway(t *testing.T, user string) (*agent, *form) {
	t.Helper()
	a := newAgent(t)
	a.open(c.con.StartURL)
	f := a.provider(user)
	if f == nil {
		t.Fatalf("no answer, but %d at %s", a.status, a.at)
	}
	return a, f
}

// twoCertificates: metadata that lists the present and the next certificate lets the provider change over when it likes.
func twoCertificates(t *testing.T, s *service, p *idp) {
	next := bareText(t, filepath.Join(filepath.Dir(p.folder), "cert", "other.crt"))
	c := &customer{service: s, idp: p, name: "next-key", editTheirs: func(text string) string {
		return strings.Replace(text, "<md:KeyDescriptor", `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>`+
			next+`</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:KeyDescriptor`, 1)
	}}
	c.setUp(t)
	for _, key := range []string{"KEY=idp", "KEY=other", "KEY=idp"} {
		c.switches = []string{key}
		c.meet(t)
		c.becomes(t, c.con.StartURL, "alice", "Alice", "Adams")
	}
}

// rollOver: the provider signs with a new key from one moment to the next, and its metadata says so.
func rollOver(t *testing.T, s *service, p *idp) {
	c := &customer{service: s, idp: p, name: "new-key"}
	c.setUp(t)
	c.command(t, &c.con, "connection", "create", "--org", c.name, "--metadata", p.metadata, "--activate")
	c.becomes(t, c.con.StartURL, "alice", "Alice", "Adams")
	key, certificate := newKey(t)
	put(t, filepath.Join(filepath.Dir(p.folder), "idp.pem"), key)
	put(t, filepath.Join(filepath.Dir(p.folder), "idp.crt"), certificate)
	c.becomes(t, c.con.StartURL, "alice", "Alice", "Adams")
}

// draftSwap moves an organization to another provider: who was under way finishes by the settings of the start, who
// starts now meets the new provider, whose answers the old settings would refuse (SPEC S5).
func draftSwap(t *testing.T, s *service, old, next *idp) {
	c := &customer{service: s, idp: old, name: "moves"}
	c.setUp(t)
	person, answer := c.halfway(t, "alice")
	c.idp = next
	c.meet(t)
	a := &app{ctx: context.Background(), getenv: lookup(c.env)}
	config, err := LoadConfig(a.getenv)
	if err != nil {
		t.Fatal(err)
	}
	data, err := parseMetadata(config, []byte(c.theirs(t)))
	if err != nil {
		t.Fatal(err)
	}
	c.update(t, c.name, func(tx *models.Tx, con *models.Connection) error {
		if err := models.SaveProviderData(tx, con, data); err != nil {
			return err
		}
		return models.ActivateConnection(tx, con, true)
	})
	person.send(answer)
	person.sees(http.StatusOK)
	if !strings.HasPrefix(person.at.Path, "/account") {
		t.Errorf("who was under way was led to %s", person.at)
	}
	c.becomes(t, c.con.StartURL, "alice", "Alice", "Adams")
}

// revokedMeanwhile: an answer that arrives after the switch was turned is worth nothing (SPEC R2).
func revokedMeanwhile(t *testing.T, s *service, p *idp) {
	c := &customer{service: s, idp: p, name: "revoked"}
	c.setUp(t)
	person, answer := c.halfway(t, "alice")
	var org orgView
	c.command(t, &org, "deactivate", "--org", c.name, "--kind", "sso")
	person.send(answer)
	person.sees(http.StatusNotFound, "Single sign-on is not switched on here")
	if m := c.member(t); m != nil {
		t.Errorf("the member %+v was made", m)
	}
}

// sharedProvider: two organizations use one identity provider, with one key and one issuer. What is meant for the one is
// worth nothing at the other, nor is a person of the one (SPEC O1).
func sharedProvider(t *testing.T, s *service, p *idp) {
	one, two := &customer{service: s, idp: p, name: "one"}, &customer{service: s, idp: p, name: "two"}
	one.setUp(t)
	two.setUp(t)
	person, answer := one.halfway(t, "alice")
	astray := *answer
	astray.action = two.con.ACSURL
	person.send(&astray)
	person.sees(http.StatusForbidden, "We could not sign you in")
	if m := two.member(t); m != nil {
		t.Errorf("the other organization has the member %+v", m)
	}
	person.at.Host = "127.0.0.1"
	person.send(answer)
	person.sees(http.StatusOK)
	two.switches = []string{"EMAIL_DOMAIN=one.test"}
	a := newAgent(t)
	a.open(two.con.MetadataURL)
	p.trust(t, a.body, two.switches...)
	two.refused(t, two.con.StartURL, "bob", "saml_domain")
}

// bareText is a certificate of a PEM file as metadata has it.
func bareText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[1:len(lines)-1], "")
}
