package saml_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"rollcall/saml"
	"rollcall/saml/samltest"
)

const ownPrefix = "https://rollcall.test/saml/"

// doc is a metadata document in the making. Its zero value is a good one.
type doc struct {
	entityID, attrs, protocol, use, location, post string
	certs                                          []string
	role, before, extra                            string
}

func (d doc) entity() string {
	def := func(s, v string) string {
		if s == "" {
			return v
		}
		return s
	}
	if d.certs == nil {
		d.certs = []string{b64(world().acme.Certificate)}
	}
	keys := ""
	for _, c := range d.certs {
		keys += strings.Replace(keyDescriptor(c), ">", d.use+">", 1)
	}
	sso := ""
	if d.location != "none" {
		sso = fmt.Sprintf(`<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="%s"/>`, def(d.location, "https://idp.acme.test/sso"))
	}
	if d.post != "" {
		sso = fmt.Sprintf(`<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="%s"/>`, d.post) + sso
	}
	role := def(d.role, "IDPSSODescriptor")
	return fmt.Sprintf(`<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="%s"%s>%s<md:%s protocolSupportEnumeration="%s">%s%s</md:%s>%s</md:EntityDescriptor>`,
		strings.TrimPrefix(def(d.entityID, idpEntity), "-"), d.attrs, d.before, role, def(d.protocol, "urn:oasis:names:tc:SAML:2.0:protocol"), keys, sso, role, d.extra)
}

func keyDescriptor(cert string) string {
	return fmt.Sprintf(`<md:KeyDescriptor><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`, cert)
}

// utf16Text writes a text in UTF-16 with its byte order mark.
func utf16Text(s string, bigEnd bool) string {
	var b []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
		if bigEnd {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

// pastCert is a certificate that ended long ago.
func pastCert() string {
	c, err := samltest.SelfSigned("past", world().acme.Key, now.AddDate(-3, 0, 0), now.AddDate(-1, 0, 0))
	if err != nil {
		panic(err)
	}
	return b64(c)
}

// federation is n entities.
func federation(n int) (all []string) {
	for i := range n {
		all = append(all, doc{entityID: fmt.Sprintf("https://idp%d.test", i)}.entity())
	}
	return all
}

func b64(c *x509.Certificate) string { return base64.StdEncoding.EncodeToString(c.Raw) }

// weakCerts are an RSA key of 1024 bits and an Ed25519 key, certified.
var weakCerts = sync.OnceValue(func() [2]string {
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		panic(err)
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	a, errA := samltest.SelfSigned("weak", weak, now, now.AddDate(1, 0, 0))
	b, errB := samltest.SelfSigned("ed", edKey, now, now.AddDate(1, 0, 0))
	if errA != nil || errB != nil {
		panic(errors.Join(errA, errB))
	}
	return [2]string{b64(a), b64(b)}
})

func group(attrs string, inside ...string) string {
	return `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"` + attrs + ">" + strings.Join(inside, "") + "</md:EntitiesDescriptor>"
}

func armour(s string) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "SAML METADATA", Bytes: []byte(s)}))
}

type metadataCase struct {
	name  string
	input string
	http  bool
	want  saml.Reason
	check func(idps []saml.IdP) bool // of good ones; one identity provider of Acme when nil
}

func one(check func(saml.IdP) bool) func([]saml.IdP) bool {
	return func(idps []saml.IdP) bool { return len(idps) == 1 && check(idps[0]) }
}

func metadataCases() []metadataCase {
	good := doc{}.entity()
	acme, next := b64(world().acme.Certificate), b64(world().next.Certificate)
	many := make([]string, 11)
	for i := range many {
		key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		c, _ := samltest.SelfSigned(fmt.Sprint(i), key, now, now.AddDate(1, 0, 0))
		many[i] = b64(c)
	}
	return []metadataCase{
		{name: "plain", input: good},
		{name: "samltest's own", input: string(world().acme.Metadata())},
		{name: "byte order mark and comments", input: "\ufeff<?xml version=\"1.0\"?><!-- x -->" + good},
		{name: "blanks around", input: "\n\n  " + good + "\n"},
		{name: "base64", input: encode(good)},
		{name: "PEM armour", input: armour(good)},
		{name: "no use on the key", input: good, check: one(func(i saml.IdP) bool { return len(i.Certificates) == 1 })},
		{name: "signing use", input: doc{use: ` use="signing"`}.entity()},
		{name: "two certificates and a duplicate", input: doc{certs: []string{acme, next, acme}}.entity(), check: one(func(i saml.IdP) bool {
			return len(i.Certificates) == 2 && i.Certificates[0].Fingerprint == saml.Fingerprint(world().acme.Certificate)
		})},
		{name: "certificate with PEM lines and blanks", input: doc{certs: []string{"\n-----BEGIN CERTIFICATE-----\n" + acme[:64] + "\n  " + acme[64:] + "\n-----END CERTIFICATE-----\n"}}.entity()},
		{name: "a weak certificate beside a good one", input: doc{certs: []string{weakCerts()[0], acme}}.entity(), check: one(func(i saml.IdP) bool { return len(i.Certificates) == 1 })},
		{name: "post only", input: doc{location: "none", post: "https://idp.acme.test/post"}.entity(), check: one(func(i saml.IdP) bool { return i.SSOBinding == saml.Post })},
		{name: "redirect before post", input: doc{post: "https://idp.acme.test/post"}.entity(), check: one(func(i saml.IdP) bool { return i.SSOBinding == saml.Redirect && i.SSOURL == "https://idp.acme.test/sso" })},
		{name: "bad redirect, good post", input: doc{location: "javascript:alert(1)", post: "https://idp.acme.test/post"}.entity(), check: one(func(i saml.IdP) bool { return i.SSOBinding == saml.Post })},
		{name: "address with a query", input: doc{location: "https://idp.acme.test/sso?idpid=1&amp;x=2"}.entity(), check: one(func(i saml.IdP) bool { return i.SSOURL == "https://idp.acme.test/sso?idpid=1&x=2" })},
		{name: "entity ID is free text", input: doc{entityID: "JumpCloud"}.entity(), check: one(func(i saml.IdP) bool { return i.EntityID == "JumpCloud" })},
		{name: "valid until next week", input: doc{attrs: ` validUntil="2026-11-27T00:00:00Z" cacheDuration="PT6H"`}.entity(), check: one(func(i saml.IdP) bool {
			return i.ValidUntil.Day() == 27 && i.CacheDuration == 6*time.Hour
		})},
		{name: "valid until without zone", input: doc{attrs: ` validUntil="2026-11-27T00:00:00.5"`}.entity()},
		{name: "saml 1 and 2", input: doc{protocol: "urn:oasis:names:tc:SAML:1.1:protocol urn:oasis:names:tc:SAML:2.0:protocol"}.entity()},
		{name: "identity and service provider in one", input: doc{extra: `<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/>`}.entity()},
		{name: "group of one", input: group("", good)},
		{name: "two to choose from", input: group("", good, group("", doc{entityID: "https://second.test"}.entity())), check: func(i []saml.IdP) bool { return len(i) == 2 && i[1].EntityID == "https://second.test" }},
		{name: "an expired one beside a good one", input: group("", doc{attrs: ` validUntil="2020-01-01T00:00:00Z"`}.entity(), good)},
		{name: "http where tests allow it", http: true, input: doc{location: "http://127.0.0.1:8080/sso"}.entity()},
		{name: "wants signed requests", input: strings.Replace(good, "<md:IDPSSODescriptor", `<md:IDPSSODescriptor WantAuthnRequestsSigned="1"`, 1), check: one(func(i saml.IdP) bool { return i.WantSignedRequests })},
		{name: "display name", input: doc{extra: `<md:Organization><md:OrganizationDisplayName>Acme Inc.</md:OrganizationDisplayName></md:Organization>`}.entity(), check: one(func(i saml.IdP) bool { return i.Name == "Acme Inc." })},

		{name: "UTF-16 as Windows saves it", input: utf16Text(good, false)},
		{name: "UTF-16, big end first", input: utf16Text(good, true)},
		{name: "utf-16 declared, UTF-8 sent, as .NET does", input: `<?xml version="1.0" encoding="utf-16"?>` + good},
		{name: "latin-1 declared", input: `<?xml version="1.0" encoding="ISO-8859-1"?>` + good},
		{name: "latin-1 declared and sent", input: `<?xml version="1.0" encoding="ISO-8859-1"?>` + doc{extra: "<md:Organization><md:OrganizationDisplayName>M\xfcller</md:OrganizationDisplayName></md:Organization>"}.entity(),
			check: one(func(i saml.IdP) bool { return i.Name == "Müller" })},
		{name: "AD FS: roles of WS-Federation before ours", input: doc{before: `<RoleDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706" xsi:type="fed:SecurityTokenServiceType" protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706">` +
			`<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>` + next + `</X509Certificate></X509Data></KeyInfo></KeyDescriptor><fed:ClaimTypesOffered/></RoleDescriptor>`}.entity()},
		{name: "binary that says latin-1", input: "<?xml version='1.0' encoding='ISO-8859-1'?>\xff\x00", want: saml.ReasonMetadataXML},
		{name: "DOS line ends", input: strings.ReplaceAll(good, ">", ">\r\n")},
		{name: "instruction and CDATA", input: strings.Replace("<?xml-stylesheet href='x'?>"+good, acme, "<![CDATA["+acme+"]]>", 1)},
		{name: "default namespace", input: strings.ReplaceAll(strings.ReplaceAll(good, "md:", ""), "xmlns:md=", "xmlns=")},
		{name: "signed metadata", input: strings.Replace(good, `">`, `" ID="_1"><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo/></ds:Signature>`, 1)},
		{name: "signing and encryption keys apart", input: strings.Replace(doc{use: ` use="signing"`}.entity(), "<md:SingleSignOnService",
			strings.Replace(keyDescriptor(next), "<md:KeyDescriptor", `<md:KeyDescriptor use="encryption"`, 1)+"<md:SingleSignOnService", 1), check: one(func(i saml.IdP) bool {
			return len(i.Certificates) == 1 && i.Certificates[0].Fingerprint == saml.Fingerprint(world().acme.Certificate)
		})},
		{name: "an expired certificate stays a key", input: doc{certs: []string{pastCert()}}.entity(), check: one(func(i saml.IdP) bool { return i.Certificates[0].Dates(now) != nil })},
		{name: "two certificates in one key", input: strings.Replace(good, "</ds:X509Certificate>", "</ds:X509Certificate><ds:X509Certificate>"+next+"</ds:X509Certificate>", 1),
			check: one(func(i saml.IdP) bool { return len(i.Certificates) == 2 })},
		{name: "an elliptic key", input: doc{certs: []string{b64(world().ec.Certificate)}}.entity()},
		{name: "artifact and SOAP beside redirect", input: strings.Replace(good, "<md:SingleSignOnService", `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="https://idp.acme.test/soap"/><md:SingleSignOnService`, 1),
			check: one(func(i saml.IdP) bool { return i.SSOURL == "https://idp.acme.test/sso" })},
		{name: "two addresses for redirect: the first", input: strings.Replace(good, "</md:IDPSSODescriptor>",
			`<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://evil.test/sso"/></md:IDPSSODescriptor>`, 1),
			check: one(func(i saml.IdP) bool { return i.SSOURL == "https://idp.acme.test/sso" })},
		{name: "blanks around the address", input: doc{location: " https://idp.acme.test/sso\n"}.entity(), check: one(func(i saml.IdP) bool { return i.SSOURL == "https://idp.acme.test/sso" })},
		{name: "group that ends before its member", input: group(` validUntil="2026-11-22T00:00:00Z"`, doc{attrs: ` validUntil="2026-11-27T00:00:00Z"`}.entity()),
			check: one(func(i saml.IdP) bool { return i.ValidUntil.Day() == 22 })},
		{name: "cache duration in days", input: doc{attrs: ` cacheDuration="P1D"`}.entity(), check: one(func(i saml.IdP) bool { return i.CacheDuration == 24*time.Hour })},
		{name: "cache duration that is none", input: doc{attrs: ` cacheDuration="soon"`}.entity(), check: one(func(i saml.IdP) bool { return i.CacheDuration == 0 })},
		{name: "a service provider beside it in the group", input: group("", doc{entityID: "https://sp.test", role: "SPSSODescriptor"}.entity(), good)},
		{name: "two roles, one of SAML 1", input: strings.Replace(good, "<md:IDPSSODescriptor", `<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol"/><md:IDPSSODescriptor`, 1)},
		{name: "forty in a federation", input: group("", federation(40)...), check: func(i []saml.IdP) bool { return len(i) == 40 }},

		{name: "our own inside a group", input: group("", doc{entityID: spEntity}.entity()), want: saml.ReasonMetadataOwn},
		{name: "expired by its role", input: strings.Replace(good, "<md:IDPSSODescriptor", `<md:IDPSSODescriptor validUntil="2026-11-19T00:00:00Z"`, 1), want: saml.ReasonMetadataExpired},
		{name: "a raw key only", input: strings.NewReplacer("<ds:X509Data><ds:X509Certificate>"+acme+"</ds:X509Certificate></ds:X509Data>", "<ds:KeyName>k</ds:KeyName>").Replace(good), want: saml.ReasonMetadataNoCert},
		{name: "certificate outside the key", input: doc{certs: []string{}, extra: "<x>" + acme + "</x>"}.entity(), want: saml.ReasonMetadataNoCert},
		{name: "artifact only", input: strings.Replace(good, "HTTP-Redirect", "HTTP-Artifact", 1), want: saml.ReasonMetadataNoSSO},
		{name: "address with a line break inside", input: doc{location: "https://idp.acme.test/s&#10;so"}.entity(), want: saml.ReasonMetadataURL},
		{name: "address with a quote", input: doc{location: "https://idp.acme.test/&quot;x"}.entity(), want: saml.ReasonMetadataURL},
		{name: "file address", http: true, input: doc{location: "file:///etc/passwd"}.entity(), want: saml.ReasonMetadataURL},
		{name: "vbscript address", input: doc{location: "vbscript:x"}.entity(), want: saml.ReasonMetadataURL},
		{name: "address without a scheme", input: doc{location: "//idp.acme.test/sso"}.entity(), want: saml.ReasonMetadataURL},
		{name: "empty address", input: doc{location: " "}.entity(), want: saml.ReasonMetadataURL},
		{name: "external entity", input: `<!DOCTYPE x SYSTEM "file:///etc/passwd">` + good, want: saml.ReasonMetadataXML},
		{name: "undeclared prefix", input: strings.Replace(good, "<ds:KeyInfo xmlns:ds", "<ds:KeyInfo xmlns:no", 1), want: saml.ReasonMetadataXML},
		{name: "an attribute twice", input: strings.Replace(good, "entityID", `entityID="a" entityID`, 1), want: saml.ReasonMetadataXML},
		{name: "too deep", input: group("", strings.Repeat("<x>", 60)+strings.Repeat("</x>", 60)), want: saml.ReasonMetadataTooLarge},
		{name: "JSON", input: `{"issuer":"https://idp.acme.test"}`, want: saml.ReasonMetadataNotSAML},
		{name: "a SAML response", input: `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"/>`, want: saml.ReasonMetadataNotSAML},
		{name: "empty", input: "", want: saml.ReasonMetadataNotSAML},
		{name: "web page", input: "<!DOCTYPE html><html><body>Sign in</body></html>", want: saml.ReasonMetadataNotSAML},
		{name: "XHTML page", input: `<html xmlns="http://www.w3.org/1999/xhtml"><p>hi</p></html>`, want: saml.ReasonMetadataNotSAML},
		{name: "sloppy page", input: "<html><br><p>hi", want: saml.ReasonMetadataNotSAML},
		{name: "other text", input: "hello there", want: saml.ReasonMetadataNotSAML},
		{name: "binary", input: "\x89PNG\r\n\x1a\n\xff\xfe", want: saml.ReasonMetadataNotSAML},
		{name: "a link", input: "https://idp.acme.test/metadata", want: saml.ReasonMetadataLink},
		{name: "a certificate", input: "-----BEGIN CERTIFICATE-----\n" + acme + "\n-----END CERTIFICATE-----", want: saml.ReasonMetadataCert},
		{name: "a bare certificate", input: acme, want: saml.ReasonMetadataCert},
		{name: "DOCTYPE", input: "<!DOCTYPE x>" + good, want: saml.ReasonMetadataXML},
		{name: "entity expansion", input: `<!DOCTYPE x [<!ENTITY a "b">]>` + good, want: saml.ReasonMetadataXML},
		{name: "cut short", input: good[:len(good)-20], want: saml.ReasonMetadataXML},
		{name: "second root", input: good + good, want: saml.ReasonMetadataXML},
		{name: "too large", input: good + strings.Repeat(" ", saml.MaxMetadata), want: saml.ReasonMetadataTooLarge},
		{name: "too many elements", input: group("", strings.Repeat("<x/>", 60_000)), want: saml.ReasonMetadataTooLarge},
		{name: "a service provider", input: doc{role: "SPSSODescriptor"}.entity(), want: saml.ReasonMetadataSP},
		{name: "our own", input: string(saml.Metadata(settings())), want: saml.ReasonMetadataOwn},
		{name: "our entity ID as identity provider", input: doc{entityID: spEntity}.entity(), want: saml.ReasonMetadataOwn},
		{name: "saml 1 only", input: doc{protocol: "urn:oasis:names:tc:SAML:1.1:protocol"}.entity(), want: saml.ReasonMetadataNoIdP},
		{name: "empty group", input: group(""), want: saml.ReasonMetadataNoIdP},
		{name: "another namespace", input: strings.ReplaceAll(good, "SAML:2.0:metadata", "SAML:9.0:metadata"), want: saml.ReasonMetadataNotSAML},
		{name: "no entity ID", input: doc{entityID: "-"}.entity(), want: saml.ReasonMetadataEntity},
		{name: "very long entity ID", input: doc{entityID: strings.Repeat("a", 1025)}.entity(), want: saml.ReasonMetadataEntity},
		{name: "blank in the entity ID", input: doc{entityID: "a b"}.entity(), want: saml.ReasonMetadataEntity},
		{name: "expired", input: doc{attrs: ` validUntil="2026-11-19T00:00:00Z"`}.entity(), want: saml.ReasonMetadataExpired},
		{name: "expired by its group", input: group(` validUntil="2026-11-19T00:00:00"`, good), want: saml.ReasonMetadataExpired},
		{name: "unreadable validUntil", input: doc{attrs: ` validUntil="soon"`}.entity(), want: saml.ReasonMetadataExpired},
		{name: "no certificate", input: doc{certs: []string{}}.entity(), want: saml.ReasonMetadataNoCert},
		{name: "encryption certificate only", input: doc{use: ` use="encryption"`}.entity(), want: saml.ReasonMetadataNoCert},
		{name: "broken certificate", input: doc{certs: []string{"AAAA"}}.entity(), want: saml.ReasonCertFormat},
		{name: "weak certificate", input: doc{certs: []string{weakCerts()[0]}}.entity(), want: saml.ReasonCertWeak},
		{name: "Ed25519 certificate", input: doc{certs: []string{weakCerts()[1]}}.entity(), want: saml.ReasonCertWeak},
		{name: "eleven certificates", input: doc{certs: many}.entity(), want: saml.ReasonCertMany},
		{name: "no address", input: doc{location: "none"}.entity(), want: saml.ReasonMetadataNoSSO},
		{name: "address of http", input: doc{location: "http://idp.acme.test/sso"}.entity(), want: saml.ReasonMetadataURL},
		{name: "script address", input: doc{location: "javascript:alert(1)"}.entity(), want: saml.ReasonMetadataURL},
		{name: "data address", http: true, input: doc{location: "data:text/html,x"}.entity(), want: saml.ReasonMetadataURL},
		{name: "address with a password", input: doc{location: "https://a:b@idp.acme.test/sso"}.entity(), want: saml.ReasonMetadataURL},
		{name: "address with a fragment", input: doc{location: "https://idp.acme.test/sso#"}.entity(), want: saml.ReasonMetadataURL},
		{name: "relative address", input: doc{location: "/sso"}.entity(), want: saml.ReasonMetadataURL},
		{name: "address without host", input: doc{location: "https://:443/sso"}.entity(), want: saml.ReasonMetadataURL},
	}
}

func TestParseMetadata(t *testing.T) {
	for _, c := range append(metadataCases(), rareMetadata()...) {
		t.Run(c.name, func(t *testing.T) {
			idps, err := saml.ParseMetadata([]byte(c.input), now, saml.MetadataOptions{AllowHTTP: c.http, OwnEntityPrefix: ownPrefix})
			var e *saml.Error
			if errors.As(err, &e) != (c.want != "") || e != nil && e.Reason != c.want {
				t.Fatalf("got %v %+v, want %q", idps, err, c.want)
			}
			if c.check == nil {
				c.check = one(func(i saml.IdP) bool {
					return i.EntityID == idpEntity && i.SSOURL != "" && len(i.Certificates) == 1
				})
			}
			if err == nil && !c.check(idps) {
				t.Errorf("got %+v", idps)
			}
		})
	}
}
