package saml

import (
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"time"

	saml2 "github.com/russellhaering/gosaml2"
	dsig "github.com/russellhaering/goxmldsig"
)

// AuthnRequest is a sign-in that is about to start: go to RedirectURL, or post the two
// values to PostURL.
type AuthnRequest struct {
	ID string // to be kept: the response's InResponseTo must name it

	RedirectURL string // binding Redirect

	PostURL     string // binding Post
	SAMLRequest string // base64
	RelayState  string
}

// NewAuthnRequest builds a request for the connection's identity provider. relayState is
// an opaque handle of at most 80 bytes (SAML bindings §3.4.3), never a URL. The request
// names no NameID format and no authentication context: AD FS and Entra refuse sign-ins
// over either. The ID is gosaml2's random UUID, drawn from crypto/rand.
func NewAuthnRequest(s Settings, relayState string, now time.Time) (AuthnRequest, error) {
	if len(relayState) > 80 {
		return AuthnRequest{}, errors.New("relay state is longer than 80 bytes")
	}
	if s.SSOURL == "" || s.SPEntityID == "" || s.ACSURL == "" {
		return AuthnRequest{}, errors.New("the connection is not set up: an address or entity ID is missing")
	}
	// A fresh provider per request: it caches its signing context.
	sp := &saml2.SAMLServiceProvider{
		IdentityProviderSSOURL:      s.SSOURL,
		ServiceProviderIssuer:       s.SPEntityID,
		AssertionConsumerServiceURL: s.ACSURL,
		Clock:                       dsig.NewFakeClockAt(now),
		SignAuthnRequests:           s.SignRequests,
		// The default, C14N 1.1, is refused by Lasso.
		SignAuthnRequestsCanonicalizer: dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(""),
	}
	if s.SignRequests {
		if s.SigningKey == nil || len(s.ServiceCertificates) == 0 {
			return AuthnRequest{}, errors.New("requests are to be signed, but the connection has no key")
		}
		if err := sp.SetSPSigningKeyStore(&saml2.KeyStore{Signer: s.SigningKey, Cert: s.ServiceCertificates[0].Raw}); err != nil {
			return AuthnRequest{}, fmt.Errorf("set the signing key: %w", err)
		}
	}
	if s.SSOBinding == Post {
		return postRequest(sp, s, relayState)
	}
	// The redirect binding signs the query, never the document.
	doc, err := sp.BuildAuthRequestDocumentNoSig()
	if err != nil {
		return AuthnRequest{}, fmt.Errorf("build the request: %w", err)
	}
	address, err := redirectURL(s, doc, relayState)
	if err != nil {
		return AuthnRequest{}, fmt.Errorf("build the address: %w", err)
	}
	return AuthnRequest{ID: attr(doc.Root(), "ID"), RedirectURL: address, RelayState: relayState}, nil
}

// postRequest builds the values of the form; the page around them is the caller's.
func postRequest(sp *saml2.SAMLServiceProvider, s Settings, relayState string) (AuthnRequest, error) {
	doc, err := sp.BuildAuthRequestDocument()
	if err != nil {
		return AuthnRequest{}, fmt.Errorf("build the request: %w", err)
	}
	data, err := doc.WriteToBytes()
	if err != nil {
		return AuthnRequest{}, fmt.Errorf("write the request: %w", err)
	}
	return AuthnRequest{
		ID:          attr(doc.Root(), "ID"),
		PostURL:     s.SSOURL,
		SAMLRequest: base64.StdEncoding.EncodeToString(data),
		RelayState:  relayState,
	}, nil
}

// nameIDFormats in the order of our wishes: some identity providers read the first only.
var nameIDFormats = []string{
	"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
	"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
	"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
}

// MetadataType is the content type of Metadata.
const MetadataType = "application/samlmetadata+xml"

// Metadata writes our side of a connection: the same settings give the same bytes. An
// encryption certificate is in it only when the admin asked for encryption, because some
// identity providers encrypt as soon as they see one.
func Metadata(s Settings) []byte {
	var b strings.Builder
	b.WriteString(xml.Header)
	fmt.Fprintf(&b, "<md:EntityDescriptor xmlns:md=%q entityID=\"%s\">\n", nsMetadata, escape(s.SPEntityID))
	fmt.Fprintf(&b, "  <md:SPSSODescriptor AuthnRequestsSigned=\"%t\" WantAssertionsSigned=\"true\" protocolSupportEnumeration=%q>\n", s.SignRequests, nsProtocol)
	if s.SignRequests {
		writeKeys(&b, s, "signing")
	}
	if s.EncryptAssertions {
		writeKeys(&b, s, "encryption")
	}
	for _, f := range nameIDFormats {
		fmt.Fprintf(&b, "    <md:NameIDFormat>%s</md:NameIDFormat>\n", f)
	}
	fmt.Fprintf(&b, "    <md:AssertionConsumerService Binding=%q Location=\"%s\" index=\"0\" isDefault=\"true\"/>\n", bindingPost, escape(s.ACSURL))
	b.WriteString("  </md:SPSSODescriptor>\n</md:EntityDescriptor>\n")
	return []byte(b.String())
}

// writeKeys lists every service certificate for one use.
func writeKeys(b *strings.Builder, s Settings, use string) {
	for _, c := range s.ServiceCertificates {
		fmt.Fprintf(b, "    <md:KeyDescriptor use=%q>\n      <ds:KeyInfo xmlns:ds=%q><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo>\n",
			use, nsDsig, base64.StdEncoding.EncodeToString(c.Raw))
		if use == "encryption" {
			fmt.Fprintf(b, "      <md:EncryptionMethod Algorithm=%q/>\n      <md:EncryptionMethod Algorithm=%q/>\n", nsXenc11+"aes256-gcm", nsXenc11+"aes128-gcm")
			fmt.Fprintf(b, "      <md:EncryptionMethod Algorithm=%q/>\n", nsXenc+"rsa-oaep-mgf1p")
		}
		b.WriteString("    </md:KeyDescriptor>\n")
	}
}

// escape writes text for an XML attribute.
func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder does not fail
	return b.String()
}
