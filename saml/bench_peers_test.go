package saml_test

import (
	"testing"

	"rollcall/saml/samltest"

	saml2 "github.com/russellhaering/gosaml2"
	dsig "github.com/russellhaering/goxmldsig"
)

// BenchmarkPeer is gosaml2's own validation of the response of BenchmarkVerify, which checks less.
func BenchmarkPeer(b *testing.B) {
	raw := usualResponse(b)
	s := settings()
	sp := &saml2.SAMLServiceProvider{
		IdentityProviderSSOURL: s.SSOURL, IdentityProviderIssuer: s.IdPEntityID, AssertionConsumerServiceURL: s.ACSURL, AudienceURI: s.SPEntityID,
		ServiceProviderIssuer: s.SPEntityID, IDPCertificateStore: &dsig.MemoryX509CertificateStore{Roots: s.Certificates},
		Clock: dsig.NewFakeClockAt(now), AllowMissingAttributes: true,
	}
	b.Run("gosaml2", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := sp.RetrieveAssertionInfo(raw); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// usualResponse is a response of about 6 KB with one signed assertion.
func usualResponse(b *testing.B) string {
	b.Helper()
	o := options()
	groups := samltest.Attribute{Name: "groups"}
	for range 12 {
		groups.Values = append(groups.Values, "engineering")
	}
	o.Attributes = append(o.Attributes, groups)
	raw, err := world().acme.Respond(o)
	if err != nil {
		b.Fatal(err)
	}
	return raw
}
