package saml_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"flag"
	"net/url"
	"os"
	"strings"
	"testing"

	"rollcall/saml"
	"rollcall/saml/samltest"

	"github.com/beevik/etree"
	"github.com/google/go-cmp/cmp"
	dsig "github.com/russellhaering/goxmldsig"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file in testdata, or writes it under -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

func signing(s *saml.Settings) {
	s.SignRequests, s.SigningKey, s.ServiceCertificates = true, world().service, []*x509.Certificate{world().serviceCert}
}

func TestRedirectRequest(t *testing.T) {
	s := settings()
	s.SSOURL = "https://idp.acme.test/sso?idpid=1"
	r, err := saml.NewAuthnRequest(s, "handle", now)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(r.RedirectURL)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if u.Host != "idp.acme.test" || q.Get("idpid") != "1" || q.Get("RelayState") != "handle" || q.Has("Signature") {
		t.Errorf("address %s", r.RedirectURL)
	}
	got, err := samltest.ParseAuthnRequest(q.Get("SAMLRequest"))
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != r.ID || got.Issuer != spEntity || got.ACSURL != acsURL || got.Destination != s.SSOURL {
		t.Errorf("request %+v", got)
	}
	again, err := saml.NewAuthnRequest(s, "handle", now)
	if err != nil || again.ID == r.ID || len(r.ID) < 20 {
		t.Errorf("IDs %q and %q, %v", r.ID, again.ID, err)
	}
}

func TestSignedRedirect(t *testing.T) {
	s := settings()
	signing(&s)
	r, err := saml.NewAuthnRequest(s, "handle & more", now)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(r.RedirectURL)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	content := "SAMLRequest=" + url.QueryEscape(q.Get("SAMLRequest")) + "&RelayState=" + url.QueryEscape(q.Get("RelayState")) + "&SigAlg=" + url.QueryEscape(q.Get("SigAlg"))
	sig, err := base64.StdEncoding.DecodeString(q.Get("Signature"))
	if err != nil || q.Get("SigAlg") != dsig.RSASHA256SignatureMethod {
		t.Fatalf("%v %s", err, q.Get("SigAlg"))
	}
	sum := sha256.Sum256([]byte(content))
	if err := rsa.VerifyPKCS1v15(&world().service.PublicKey, crypto.SHA256, sum[:], sig); err != nil {
		t.Error(err)
	}
	// An identity provider may check the query as it came: what is signed stands before the signature, in the signed order.
	if covered, _, _ := strings.Cut(u.RawQuery, "&Signature="); covered != content {
		t.Errorf("the query is %s, signed is %s", covered, content)
	}
}

func TestSignedPost(t *testing.T) {
	s := settings()
	signing(&s)
	s.SSOBinding = saml.Post
	r, err := saml.NewAuthnRequest(s, "handle", now)
	if err != nil {
		t.Fatal(err)
	}
	data, err := base64.StdEncoding.DecodeString(r.SAMLRequest)
	if err != nil || r.PostURL != s.SSOURL || r.RedirectURL != "" {
		t.Fatalf("%v %+v", err, r)
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(data); err != nil {
		t.Fatal(err)
	}
	ctx := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{world().serviceCert}})
	ctx.Clock = dsig.NewFakeClockAt(now)
	if _, err := ctx.Validate(doc.Root()); err != nil {
		t.Error(err)
	}
	// What identity providers refuse sign-ins over, or cannot verify, must not be there.
	for _, absent := range []string{"RequestedAuthnContext", "NameIDPolicy Format", "c14n11"} {
		if strings.Contains(string(data), absent) {
			t.Errorf("the request has %s", absent)
		}
	}
	if got, err := samltest.ParseAuthnRequest(r.SAMLRequest); err != nil || got.ID != r.ID {
		t.Errorf("%+v %v", got, err)
	}
}

func TestRequestRefuses(t *testing.T) {
	s := settings()
	if _, err := saml.NewAuthnRequest(s, strings.Repeat("x", 81), now); err == nil {
		t.Error("a long relay state passed")
	}
	s.SignRequests = true
	if _, err := saml.NewAuthnRequest(s, "", now); err == nil {
		t.Error("signing without a key passed")
	}
}

func TestMetadataGolden(t *testing.T) {
	s := settings()
	s.SPEntityID += "?a=1&b=<2>"
	golden(t, "metadata.golden.xml", string(saml.Metadata(s)))
	signing(&s)
	s.EncryptAssertions = true
	hidden := strings.NewReplacer(b64(world().serviceCert), "CERTIFICATE")
	golden(t, "metadata-keys.golden.xml", hidden.Replace(string(saml.Metadata(s))))
}

func TestSentences(t *testing.T) {
	okta := saml.Labels{IdP: "Okta", AudienceField: "Audience URI (SP Entity ID)", ACSField: "Single sign-on URL"}
	var all strings.Builder
	for _, group := range [][]sample{badSignatures, badEncryption, badWrapping, badXML, badMeaning, badIdentity} {
		for _, c := range group {
			_, report, _ := saml.Verify(c.connection(), c.make(t), now.Add(c.at))
			sentence := report.Error.Sentence(okta)
			if strings.ContainsAny(sentence, "{}") || strings.Contains(sentence, "nothing nothing") || len(sentence) < 30 {
				t.Errorf("%s: %s", c.name, sentence)
			}
			if strings.Contains(sentence, "<saml") || strings.Contains(sentence, "xml:") {
				t.Errorf("%s: XML or Go text in %s", c.name, sentence)
			}
			if c.want != saml.ReasonWrongCert { // its fingerprints are new each time
				all.WriteString(c.name + "\n    " + sentence + "\n")
			}
		}
	}
	golden(t, "sentences.golden.txt", all.String())
}

// TestRedacted: what goes to the log holds no value of the person.
func TestRedacted(t *testing.T) {
	for _, c := range append(append([]sample{}, goodSamples...), badIdentity...) {
		_, report, _ := saml.Verify(c.connection(), c.make(t), now.Add(c.at))
		r := report.Redacted()
		if r.NameID != "" || r.Error != nil && strings.Contains(r.Error.Received, "@") {
			t.Errorf("%s: %+v", c.name, r)
		}
		for _, a := range r.Attributes {
			if a.Values != nil {
				t.Errorf("%s: values of %s", c.name, a.Name)
			}
		}
		for _, check := range r.Checks {
			if strings.Contains(check.Received, "ada") || strings.Contains(check.Received, "eve") {
				t.Errorf("%s: check %s shows %s", c.name, check.Name, check.Received)
			}
		}
	}
}
