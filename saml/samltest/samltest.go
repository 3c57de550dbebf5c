// Package samltest is a SAML identity provider for tests and for the practice identity
// provider of the demo. It signs real responses; its hooks also let a test forge them.
// It shares no code with package saml, so that one cannot hide the other's mistakes.
package samltest

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"math/big"
	"time"
)

// XML namespaces and name formats.
const (
	nsProtocol  = "urn:oasis:names:tc:SAML:2.0:protocol"
	nsAssertion = "urn:oasis:names:tc:SAML:2.0:assertion"
	nsDsig      = "http://www.w3.org/2000/09/xmldsig#"

	FormatEmail       = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
	FormatPersistent  = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
	FormatTransient   = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
	FormatUnspecified = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
)

// IdP is an identity provider: a name, a key and its certificate.
type IdP struct {
	EntityID    string
	SSOURL      string // of its redirect and POST binding
	Key         crypto.Signer
	Certificate *x509.Certificate
}

// New makes an identity provider with a new RSA key of 2048 bits, certified from a year
// before now until ten years after.
func New(entityID, ssoURL string, now time.Time) (*IdP, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	return NewWithKey(entityID, ssoURL, key, now)
}

// NewWithKey makes an identity provider with the caller's RSA or ECDSA key.
func NewWithKey(entityID, ssoURL string, key crypto.Signer, now time.Time) (*IdP, error) {
	cert, err := SelfSigned(entityID, key, now.AddDate(-1, 0, 0), now.AddDate(10, 0, 0))
	if err != nil {
		return nil, err
	}
	return &IdP{EntityID: entityID, SSOURL: ssoURL, Key: key, Certificate: cert}, nil
}

// SelfSigned certifies a key by itself.
func SelfSigned(name string, key crypto.Signer, from, to time.Time) (*x509.Certificate, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: name[:min(len(name), 64)]},
		NotBefore:    from,
		NotAfter:     to,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("certify the key: %w", err)
	}
	return x509.ParseCertificate(der)
}

// Metadata describes the identity provider.
func (i *IdP) Metadata() []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	fmt.Fprintf(&b, `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="%s">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="%s">
    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="%s"><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:NameIDFormat>%s</md:NameIDFormat>
`, escape(i.EntityID), nsProtocol, nsDsig, base64.StdEncoding.EncodeToString(i.Certificate.Raw), FormatEmail)
	for _, binding := range []string{"HTTP-Redirect", "HTTP-POST"} {
		fmt.Fprintf(&b, "    <md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:%s\" Location=\"%s\"/>\n", binding, escape(i.SSOURL))
	}
	b.WriteString("  </md:IDPSSODescriptor>\n</md:EntityDescriptor>\n")
	return b.Bytes()
}

// escape writes text for XML.
func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a bytes.Buffer does not fail
	return b.String()
}

// newID makes a random XML ID.
func newID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return "_" + hex.EncodeToString(b)
}
