package saml

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"time"
)

// Binding is how an AuthnRequest travels to the identity provider.
type Binding string

// The two bindings for AuthnRequests (SAML bindings §3.4 and §3.5).
const (
	Redirect Binding = "redirect"
	Post     Binding = "post"
)

// DefaultSkew is the clock difference that is forgiven when Settings.Skew is zero.
const DefaultSkew = 60 * time.Second

// maxSkew bounds Settings.Skew, so that no setting can switch the time checks off.
const maxSkew = 5 * time.Minute

// Settings is everything one connection says about itself and its identity provider.
type Settings struct {
	SPEntityID string // our entity ID, which is our metadata URL
	ACSURL     string // our Assertion Consumer Service URL

	IdPEntityID  string              // the only issuer that is accepted
	SSOURL       string              // where AuthnRequests go
	SSOBinding   Binding             // Redirect when empty
	Certificates []*x509.Certificate // pinned signing certificates; their keys count, their issuers do not

	DecryptionKeys []*rsa.PrivateKey // current key first, then earlier ones

	SigningKey          crypto.Signer       // signs AuthnRequests when SignRequests is set
	ServiceCertificates []*x509.Certificate // current first, then next: what Metadata lists; the first belongs to SigningKey
	SignRequests        bool
	EncryptAssertions   bool // Metadata offers the certificates for encryption too

	Domains []string          // verified e-mail domains in lower-case ASCII
	Mapping map[string]string // Field name -> attribute name chosen by the admin

	AllowUnsolicited     bool          // sign-in may start at the identity provider
	HardCertificateDates bool          // refuse signatures by a certificate outside its dates
	Skew                 time.Duration // forgiven clock difference; 0 means DefaultSkew, at most 5 minutes

	Labels Labels // words for the sentences
}

// Labels names things as the identity provider's own console does, for Error.Sentence.
// Every empty label has a plain default.
type Labels struct {
	IdP           string // "Okta"
	AudienceField string // "Audience URI (SP Entity ID)"
	ACSField      string // "Single sign-on URL"
	Product       string // what the host product calls Rollcall
}

// skew returns the forgiven clock difference.
func (s *Settings) skew() time.Duration {
	switch {
	case s.Skew <= 0:
		return DefaultSkew
	case s.Skew > maxSkew:
		return maxSkew
	}
	return s.Skew
}
