package saml_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
	"sync"

	"rollcall/saml"
	"rollcall/saml/samltest"
)

// hugeCert is a certificate of an RSA key of 60,000 bits, which nobody could have: its modulus is made up.
var hugeCert = sync.OnceValue(func() string {
	n := new(big.Int).Lsh(big.NewInt(1), 60_000)
	template := world().acme.Certificate
	der, err := x509.CreateCertificate(nil, template, template, &rsa.PublicKey{N: n.Add(n, big.NewInt(1)), E: 65537}, world().acme.Key)
	if err != nil {
		panic(err)
	}
	return b64(&x509.Certificate{Raw: der})
})

// sso is one more sign-in address.
func sso(binding, location string) string {
	return `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:` + binding + `" Location="` + location + `"/>`
}

// within puts text before an end tag.
func within(s, tag, text string) string {
	return strings.Replace(s, "</"+tag+">", text+"</"+tag+">", 1)
}

func certificates(n int) func([]saml.IdP) bool {
	return one(func(i saml.IdP) bool { return i.EntityID == idpEntity && len(i.Certificates) == n })
}

// rareMetadata are documents that few providers give out, and tricks.
func rareMetadata() []metadataCase {
	good := doc{}.entity()
	acme, next := b64(world().acme.Certificate), b64(world().next.Certificate)
	other := doc{certs: []string{next}}.entity()
	wsfed := `<md:RoleDescriptor xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706" i:type="fed:SecurityTokenServiceType" protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706"/>`
	return append([]metadataCase{
		{name: "the same entity twice", input: group("", good, good), check: certificates(1)},
		{name: "the same entity twice, another certificate", input: group("", good, other), check: certificates(2)},
		{name: "two roles of one entity", input: within(good, "md:EntityDescriptor", other[strings.Index(other, "<md:IDPSSO"):strings.Index(other, "</md:Entity")]), check: certificates(2)},
		{name: "a group in a group in a group", input: group("", group("", group(` Name="x"`, good)))},
		{name: "the group's second level expired", input: group("", group(` validUntil="2026-11-19T00:00:00Z"`, good), doc{entityID: "https://second.test"}.entity()),
			check: one(func(i saml.IdP) bool { return i.EntityID == "https://second.test" })},
		{name: "attribute authority and affiliation beside it", input: within(good, "md:EntityDescriptor", `<md:AttributeAuthorityDescriptor protocolSupportEnumeration="`+nsSAMLP+`"><md:AttributeService Binding="urn:x" Location="https://idp.acme.test/aa"/></md:AttributeAuthorityDescriptor>`)},
		{name: "contact, organization and extensions", input: within(good, "md:EntityDescriptor", `<md:Organization><md:OrganizationName xml:lang="en">A &amp; B</md:OrganizationName></md:Organization><md:ContactPerson contactType="technical"><md:EmailAddress>mailto:a@b.test</md:EmailAddress></md:ContactPerson>`)},
		{name: "name services and attributes of the role", input: within(good, "md:IDPSSODescriptor", `<md:NameIDMappingService Binding="urn:x" Location="https://x.test"/><a:Attribute xmlns:a="`+nsSAML+`" Name="email" FriendlyName="E-Mail"/>`)},
		{name: "an empty use", input: doc{use: ` use=""`}.entity()},
		{name: "the key of both uses in two descriptors", input: strings.Replace(good, "<md:SingleSignOn", keyDescriptor(acme)+"<md:SingleSignOn", 1)},
		{name: "encryption methods in the key", input: within(good, "md:KeyDescriptor", `<md:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>`)},
		{name: "key name and value beside the certificate", input: strings.Replace(good, "<ds:X509Data>", "<ds:KeyName>k</ds:KeyName><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue><ds:X509Data>", 1)},
		{name: "subject, serial number and chain beside the certificate", input: strings.Replace(good, "<ds:X509Certificate>", "<ds:X509SubjectName>CN=x</ds:X509SubjectName><ds:X509IssuerSerial><ds:X509IssuerName>CN=x</ds:X509IssuerName><ds:X509SerialNumber>1</ds:X509SerialNumber></ds:X509IssuerSerial><ds:X509Certificate>", 1)},
		{name: "a comment inside the certificate", input: strings.Replace(good, acme, acme[:40]+"<!-- renewed -->"+acme[40:], 1)},
		{name: "line ends by reference in the certificate", input: strings.Replace(good, acme, acme[:64]+"&#13;\n"+acme[64:]+"&#xA;", 1)},
		{name: "a certificate without its padding", input: strings.Replace(doc{certs: []string{strings.TrimRight(b64(padded()), "=")}}.entity(), "x", "x", 1), check: certificates(1)},
		{name: "an empty certificate beside a good one", input: doc{certs: []string{"", acme}}.entity()},
		{name: "an expired certificate beside a good one", input: doc{certs: []string{pastCert(), next}}.entity(), check: certificates(2)},
		{name: "an endless key beside a good one", input: doc{certs: []string{hugeCert(), acme}}.entity()},
		{name: "SOAP, SimpleSign and artifact before redirect", input: strings.Replace(good, "<md:SingleSignOn", sso("SOAP", "https://a.test/")+sso("HTTP-POST-SimpleSign", "https://b.test/")+sso("HTTP-Artifact", "https://c.test/")+"<md:SingleSignOn", 1)},
		{name: "Shibboleth's own request binding", input: strings.Replace(good, "<md:SingleSignOn", `<md:SingleSignOnService Binding="urn:mace:shibboleth:1.0:profiles:AuthnRequest" Location="https://a.test/"/><md:SingleSignOn`, 1)},
		{name: "logout and artifact services", input: strings.Replace(good, "<md:SingleSignOn", `<md:ArtifactResolutionService index="0" Binding="urn:x" Location="https://a.test/"/><md:SingleLogoutService Binding="urn:x" Location="javascript:alert(1)"/><md:NameIDFormat>urn:x</md:NameIDFormat><md:SingleSignOn`, 1)},
		{name: "an address on a port", input: doc{location: "https://idp.acme.test:8443/sso"}.entity(), check: one(func(i saml.IdP) bool { return i.SSOURL == "https://idp.acme.test:8443/sso" })},
		{name: "an address in capitals", input: doc{location: "HTTPS://IDP.ACME.TEST/sso"}.entity(), check: one(func(i saml.IdP) bool { return i.SSOURL == "https://IDP.ACME.TEST/sso" })},
		{name: "an address of an IPv6 host", input: doc{location: "https://[2001:db8::1]/sso"}.entity()},
		{name: "two redirect addresses, the first unusable", input: within(doc{location: "http://idp.acme.test/old"}.entity(), "md:IDPSSODescriptor", sso("HTTP-Redirect", "https://idp.acme.test/sso")),
			check: one(func(i saml.IdP) bool { return i.SSOURL == "https://idp.acme.test/sso" })},
		{name: "blanks around the entity ID", input: doc{entityID: " " + idpEntity + "\n"}.entity()},
		{name: "an entity ID of 1,024 letters", input: doc{entityID: strings.Repeat("a", 1024)}.entity(), check: one(func(i saml.IdP) bool { return len(i.EntityID) == 1024 })},
		{name: "an entity ID as a name of URNs", input: doc{entityID: "urn:amazon:webservices&amp;x"}.entity(), check: one(func(i saml.IdP) bool { return i.EntityID == "urn:amazon:webservices&x" })},
		{name: "valid until, with an offset", input: doc{attrs: ` validUntil="2026-11-20T13:00:01.000+01:00"`}.entity()},
		{name: "cache duration below zero", input: doc{attrs: ` cacheDuration="-PT1H"`}.entity(), check: one(func(i saml.IdP) bool { return i.CacheDuration == 0 })},
		{name: "cache duration of a year", input: doc{attrs: ` cacheDuration="P1Y"`}.entity(), check: one(func(i saml.IdP) bool { return i.CacheDuration == 0 })},
		{name: "declaration behind blank lines", input: "\r\n\r\n<?xml version='1.0' encoding='utf-8'?>\r\n" + good},
		{name: "byte order mark before UTF-16's name", input: utf16Text(`<?xml version="1.0" encoding="UTF-16"?>`+good, false)},
		{name: "comments before and behind", input: "<!-- by hand --><?app x?>" + good + "<!-- end -->"},
		{name: "prefixes of another taste", input: strings.NewReplacer("md:", "Entity.x:", "xmlns:md", "xmlns:Entity.x").Replace(good)},
		{name: "one prefix bound again below", input: strings.Replace(good, `<ds:X509Data>`, `<ds:X509Data xmlns:md="urn:other">`, 1)},
	}, badMetadata(good, wsfed)...)
}

// padded is a certificate whose base64 ends in padding.
func padded() *x509.Certificate {
	for name := "a"; ; name += "a" {
		c, err := samltest.SelfSigned(name, world().acme.Key, now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0))
		if err != nil {
			panic(err)
		}
		if len(c.Raw)%3 != 0 {
			return c
		}
	}
}

func badMetadata(good, wsfed string) []metadataCase {
	return []metadataCase{
		{name: "valid until the year 1", input: doc{attrs: ` validUntil="` + minValue + `"`}.entity(), want: saml.ReasonMetadataExpired},
		{name: "group valid until the year 1", input: group(` validUntil="`+minValue+`"`, good), want: saml.ReasonMetadataExpired},
		{name: "valid until this very second", input: doc{attrs: ` validUntil="2026-11-20T12:00:00Z"`}.entity(), want: saml.ReasonMetadataExpired},
		{name: "valid until an empty time", input: doc{attrs: ` validUntil=" "`}.entity(), want: saml.ReasonMetadataExpired},
		{name: "an endless key", input: doc{certs: []string{hugeCert()}}.entity(), want: saml.ReasonCertWeak},
		{name: "an unknown use", input: doc{use: ` use="Signing"`}.entity(), want: saml.ReasonMetadataNoCert},
		{name: "key of another namespace", input: strings.Replace(good, dsigNS, "urn:x", 1), want: saml.ReasonMetadataNoCert},
		{name: "a private key for a certificate", input: doc{certs: []string{"-----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----"}}.entity(), want: saml.ReasonCertFormat},
		{name: "a public key for a certificate", input: doc{certs: []string{encode(string(publicKey()))}}.entity(), want: saml.ReasonCertFormat},
		{name: "WS-Federation only", input: strings.Replace(doc{role: "x"}.entity(), "<md:x", wsfed+"<md:x", 1), want: saml.ReasonMetadataNoIdP},
		{name: "role in lower case", input: doc{role: "idpssodescriptor"}.entity(), want: saml.ReasonMetadataNoIdP},
		{name: "protocol that only begins so", input: doc{protocol: nsSAMLP + "x"}.entity(), want: saml.ReasonMetadataNoIdP},
		{name: "no protocol", input: doc{protocol: " "}.entity(), want: saml.ReasonMetadataNoIdP},
		{name: "an entity inside an entity", input: strings.NewReplacer("<md:IDPSSODescriptor", `<md:Extensions><md:IDPSSODescriptor`, "</md:IDPSSODescriptor>", "</md:IDPSSODescriptor></md:Extensions>").Replace(good), want: saml.ReasonMetadataNoIdP},
		{name: "binding of another version", input: strings.Replace(good, "SAML:2.0:bindings", "SAML:1.0:bindings", 1), want: saml.ReasonMetadataNoSSO},
		{name: "SOAP only", input: strings.Replace(good, "HTTP-Redirect", "SOAP", 1), want: saml.ReasonMetadataNoSSO},
		{name: "no location", input: strings.Replace(good, " Location=", " ResponseLocation=", 1), want: saml.ReasonMetadataURL},
		{name: "address of ftp", input: doc{location: "ftp://idp.acme.test/sso"}.entity(), want: saml.ReasonMetadataURL},
		{name: "script address in disguise", input: doc{location: "JaVaScRiPt://idp.acme.test/%0aalert(1)"}.entity(), want: saml.ReasonMetadataURL},
		{name: "script address behind blanks", input: doc{location: " &#1;javascript:alert(1)"}.entity(), want: saml.ReasonMetadataXML},
		{name: "address with a backslash", input: doc{location: `https://idp.acme.test\@evil.test/`}.entity(), want: saml.ReasonMetadataURL},
		{name: "address with a user name", input: doc{location: "https://idp.acme.test@evil.test/"}.entity(), want: saml.ReasonMetadataURL},
		{name: "address with one slash", input: doc{location: "https:/idp.acme.test/sso"}.entity(), want: saml.ReasonMetadataURL},
		{name: "address without slashes", input: doc{location: "https:idp.acme.test"}.entity(), want: saml.ReasonMetadataURL},
		{name: "address of 3,000 letters", input: doc{location: "https://idp.acme.test/" + strings.Repeat("a", 3000)}.entity(), want: saml.ReasonMetadataURL},
		{name: "our own in capitals of the group", input: group("", group("", doc{entityID: spEntity}.entity())), want: saml.ReasonMetadataOwn},
		{name: "a line break in the entity ID", input: doc{entityID: "https://idp.acme.test/&#10;x"}.entity(), want: saml.ReasonMetadataEntity},
		{name: "blanks for an entity ID", input: doc{entityID: "  "}.entity(), want: saml.ReasonMetadataEntity},
		{name: "in a SOAP envelope", input: `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>` + good + `</e:Body></e:Envelope>`, want: saml.ReasonMetadataNotSAML},
		{name: "a million laughs", input: `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>` + strings.Replace(good, idpEntity, "&b;", 1), want: saml.ReasonMetadataXML},
		{name: "packed", input: "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", want: saml.ReasonMetadataNotSAML},
		{name: "a PDF", input: "%PDF-1.7\n", want: saml.ReasonMetadataNotSAML},
		{name: "OpenID's discovery", input: `{"jwks_uri":"https://idp.acme.test/keys"}`, want: saml.ReasonMetadataNotSAML},
		{name: "XML 1.1", input: `<?xml version="1.1"?>` + good, want: saml.ReasonMetadataXML},
		{name: "an entity nobody declared", input: strings.Replace(good, idpEntity, "&idp;", 1), want: saml.ReasonMetadataXML},
		{name: "xml prefix rebound", input: strings.Replace(good, "<ds:X509Data>", `<ds:X509Data xmlns:xml="urn:x">`, 1), want: saml.ReasonMetadataXML},
		{name: "a comment never ended", input: good + "<!-- ", want: saml.ReasonMetadataXML},
	}
}

func publicKey() []byte {
	der, err := x509.MarshalPKIXPublicKey(world().acme.Key.Public())
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}
