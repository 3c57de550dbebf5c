package saml_test

import (
	"encoding/base64"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rollcall/saml/samltest"
)

// TestSignaturesWithXmlsec1 checks the corpus with a verifier that shares no code with this
// module: what must pass must be well signed, and what was changed after signing must not be.
func TestSignaturesWithXmlsec1(t *testing.T) {
	tool, err := exec.LookPath("xmlsec1")
	if err != nil {
		t.Skip("xmlsec1 is not installed (Debian package xmlsec1)")
	}
	dir := t.TempDir()
	verify := func(c sample) (string, error) {
		idp := world().acme
		if c.idp != nil {
			idp = c.idp(world())
		}
		cert := filepath.Join(dir, "cert.pem")
		doc := filepath.Join(dir, "response.xml")
		data, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(c.make(t), "\r\n", ""))
		if err != nil {
			t.Fatal(err)
		}
		write(t, cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: idp.Certificate.Raw}))
		write(t, doc, data)
		out, err := exec.Command(tool, "--verify", "--pubkey-cert-pem", cert,
			"--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:protocol:Response",
			"--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion", doc).CombinedOutput()
		return string(out), err
	}
	for _, c := range slices.Concat(goodSamples, shapeSamples) {
		o := options()
		if c.edit != nil {
			c.edit(&o)
		}
		if o.Encrypt != nil && o.Signed == samltest.SignAssertion {
			continue // its signature is inside the ciphertext
		}
		if out, err := verify(c); err != nil {
			t.Errorf("%s: %v\n%s", c.name, err, out)
		}
	}
	for _, c := range badSignatures {
		if strings.Contains(c.name, "changed after signing") {
			if out, err := verify(c); err == nil {
				t.Errorf("%s passed\n%s", c.name, out)
			}
		}
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
