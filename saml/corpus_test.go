package saml_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"rollcall/saml"
	"rollcall/saml/samltest"

	"github.com/beevik/etree"
)

// The world of the corpus: one connection of Acme, its identity provider, and Mallory, who
// has a key of his own.
const (
	spEntity  = "https://rollcall.test/saml/con-1/metadata"
	acsURL    = "https://rollcall.test/saml/con-1/acs"
	idpEntity = "https://idp.acme.test/metadata"
	requestID = "_req1"
	victim    = "ada@acme.test"
	attacker  = "eve@acme.test"
)

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

type keys struct {
	acme, next, ec, mallory *samltest.IdP
	service                 *rsa.PrivateKey
	serviceCert             *x509.Certificate
}

// world reads the keys once. They are committed, so that fuzzing's worker processes and the
// committed seeds have the same ones.
var world = sync.OnceValue(func() keys {
	idp := func(name, entity string) *samltest.IdP {
		i, err := samltest.NewWithKey(entity, "https://idp.acme.test/sso", testKey(name), now)
		if err != nil {
			panic(err)
		}
		return i
	}
	service := idp("service", "service")
	return keys{
		acme: idp("acme", idpEntity), next: idp("next", idpEntity), ec: idp("ec", idpEntity), mallory: idp("mallory", idpEntity),
		service: service.Key.(*rsa.PrivateKey), serviceCert: service.Certificate,
	}
})

// testKey reads a private key of testdata/keys, or makes it under -update. The PEM label
// says, like the standard library's, that it protects nothing.
func testKey(name string) crypto.Signer {
	path := "testdata/keys/" + name + ".pem"
	if _, err := os.Stat(path); err != nil && *update {
		writeKey(path, name == "ec")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	block, _ := pem.Decode(data)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		panic(err)
	}
	return key.(crypto.Signer)
}

func writeKey(path string, ec bool) {
	var key any
	var err error
	if ec {
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	} else {
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "TESTING KEY", Bytes: der}), 0o644); err != nil {
		panic(err)
	}
}

func settings() saml.Settings {
	w := world()
	return saml.Settings{
		SPEntityID: spEntity, ACSURL: acsURL, IdPEntityID: idpEntity, SSOURL: w.acme.SSOURL,
		Certificates:   []*x509.Certificate{w.acme.Certificate},
		DecryptionKeys: []*rsa.PrivateKey{w.service},
		Domains:        []string{"acme.test"},
	}
}

func options() samltest.Options {
	return samltest.Options{
		Now: now, Recipient: acsURL, Audience: spEntity, InResponseTo: requestID, NameID: victim,
		Attributes: []samltest.Attribute{
			{Name: "email", Values: []string{victim}}, {Name: "firstName", Values: []string{"Ada"}},
			{Name: "lastName", Values: []string{"Lovelace"}}, {Name: "country", Values: []string{"GB"}},
		},
	}
}

// sample is one response of the corpus. want is empty for those that must pass.
type sample struct {
	name     string
	want     saml.Reason
	idp      func(keys) *samltest.IdP  // acme when nil
	edit     func(o *samltest.Options) // how the response is made
	settings func(s *saml.Settings)    // how the connection is set up
	raw      func(raw string) string   // the form value at last
	at       time.Duration             // when it arrives, after it was made
	check    func(*testing.T, saml.Identity, *saml.Report)
}

// make builds the form value of a sample.
func (c sample) make(t testing.TB) string {
	t.Helper()
	o := options()
	if c.edit != nil {
		c.edit(&o)
	}
	idp := world().acme
	if c.idp != nil {
		idp = c.idp(world())
	}
	raw, err := idp.Respond(o)
	if err != nil {
		t.Fatalf("make the response: %v", err)
	}
	if c.raw != nil {
		raw = c.raw(raw)
	}
	return raw
}

func (c sample) connection() saml.Settings {
	s := settings()
	if c.settings != nil {
		c.settings(&s)
	}
	return s
}

// run verifies a sample and compares the outcome.
func (c sample) run(t *testing.T) {
	t.Helper()
	raw := c.make(t)
	id, report, err := saml.Verify(c.connection(), raw, now.Add(c.at))
	if report == nil {
		t.Fatal("no report")
	}
	if got := report.Reason; got != c.want {
		t.Fatalf("reason %q, want %q: %+v", got, c.want, report.Error)
	}
	if (err == nil) != (c.want == "") {
		t.Fatalf("error %v with reason %q", err, c.want)
	}
	if err != nil && (id.Email != "" || id.NameID != "" || id.Attributes != nil) {
		t.Fatal("a refused response gave an identity")
	}
	if err == nil && id.Email == attacker {
		t.Fatal("the attacker's identity was accepted")
	}
	if c.check != nil {
		c.check(t, id, report)
	}
}

func runAll(t *testing.T, samples []sample) {
	t.Helper()
	seen := map[string]bool{}
	for _, c := range samples {
		if seen[c.name] {
			t.Errorf("two samples are called %q", c.name)
		}
		seen[c.name] = true
		t.Run(c.name, c.run)
	}
}

// corpus is every sample, in groups; those of xmlsec1 where it is installed.
func corpus() [][]sample {
	all := [][]sample{goodSamples, shapeSamples, oddSamples, rareSamples, bigSamples, badSignatures, badEncryption, badWrapping, badXML, badText, badMeaning, badIdentity, badEdges, badAddresses()}
	if !noTool() {
		all = append(all, xmlsecSamples)
	}
	return all
}

// Helpers to forge with.

// replaced edits the XML text of a finished response; the old text must be there.
func replaced(old, with string) func([]byte) []byte {
	return func(b []byte) []byte {
		if !bytes.Contains(b, []byte(old)) {
			panic("the response does not contain " + old)
		}
		return bytes.Replace(b, []byte(old), []byte(with), 1)
	}
}

func text(path, value string) func(*etree.Element) {
	return func(el *etree.Element) { find(el, path).SetText(value) }
}

func set(path, key, value string) func(*etree.Element) {
	return func(el *etree.Element) { find(el, path).CreateAttr(key, value) }
}

func unset(path, key string) func(*etree.Element) {
	return func(el *etree.Element) { find(el, path).RemoveAttr(key) }
}

func remove(path string) func(*etree.Element) {
	return func(el *etree.Element) {
		gone := find(el, path)
		gone.Parent().RemoveChild(gone)
	}
}

// double puts a copy right after the element, changed by edit.
func double(path string, edit func(*etree.Element)) func(*etree.Element) {
	return func(el *etree.Element) {
		old := find(el, path)
		c := old.Copy()
		if edit != nil {
			edit(c)
		}
		old.Parent().InsertChildAt(old.Index()+1, c)
	}
}

func all(edits ...func(*etree.Element)) func(*etree.Element) {
	return func(el *etree.Element) {
		for _, e := range edits {
			e(el)
		}
	}
}

func find(el *etree.Element, path string) *etree.Element {
	if path == "." {
		return el
	}
	found := el.FindElement(path)
	if found == nil {
		panic("the response has no " + path)
	}
	return found
}

func element(s string) *etree.Element {
	doc := etree.NewDocument()
	if err := doc.ReadFromString(s); err != nil {
		panic(err)
	}
	return doc.Root()
}

// forged makes an unsigned copy of an assertion that names the attacker.
func forged(a *etree.Element, id string) *etree.Element {
	c := a.Copy()
	if sig := c.FindElement("./Signature"); sig != nil {
		c.RemoveChild(sig)
	}
	c.CreateAttr("ID", id)
	for _, el := range append(c.FindElements(".//NameID"), c.FindElements(".//AttributeValue")...) {
		if el.Text() == victim {
			el.SetText(attacker)
		}
	}
	return c
}

func encode(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func manyValues(n int) samltest.Attribute {
	a := samltest.Attribute{Name: "groups"}
	for range n {
		a.Values = append(a.Values, "group "+strings.Repeat("x", 20))
	}
	return a
}
