package saml_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"rollcall/saml"
	"rollcall/saml/samltest"

	"github.com/beevik/etree"
)

// p521 is an identity provider with the longest elliptic curve.
var p521 = sync.OnceValue(func() *samltest.IdP {
	key, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	if err != nil {
		panic(err)
	}
	idp, err := samltest.NewWithKey(idpEntity, "https://idp.acme.test/sso", key, now)
	if err != nil {
		panic(err)
	}
	return idp
})

func pin(certs ...*x509.Certificate) func(*saml.Settings) {
	return func(s *saml.Settings) { s.Certificates = certs }
}

// named gives the NameID a format and a value that are no address.
func named(format, value string) func(*samltest.Options) {
	return func(o *samltest.Options) { o.NameIDFormat, o.NameID = format, value }
}

// fullValues are values as OpenSAML writes them: each declares its own prefixes.
func fullValues(n int) string {
	return strings.Repeat(`<saml:AttributeValue xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="xsd:string">CN=A group,OU=Groups,DC=acme,DC=test</saml:AttributeValue>`, n)
}

// withGroups puts an attribute of raw text behind the others before the assertion is signed.
func withGroups(values string) func(*etree.Element) {
	return func(a *etree.Element) {
		find(a, "./AttributeStatement").AddChild(element(`<saml:Attribute xmlns:saml="` + nsSAML + `" Name="groups" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri" FriendlyName="memberOf">` + values + `</saml:Attribute>`))
	}
}

// crowded declares prefixes on the response that nobody needs, as enterprise service buses do.
func crowded(r *etree.Element) {
	for i := range 8 {
		r.CreateAttr(fmt.Sprintf("xmlns:n%d", i), fmt.Sprintf("urn:n%d", i))
	}
}

// toOther puts a key wrapped for somebody else before ours.
func toOther(el *etree.Element) {
	ours := find(el, "./EncryptedData/KeyInfo/EncryptedKey")
	other := ours.Copy()
	find(other, "./CipherData/CipherValue").SetText(strings.Repeat("QUFB", 85) + "QQ==")
	ours.Parent().InsertChildAt(0, other)
}

// values gives the attributes after the address other values.
func values(values ...string) func(*samltest.Options) {
	return func(o *samltest.Options) {
		for i, v := range values {
			o.Attributes[i+1].Values = []string{v}
		}
	}
}

// bigSamples carry values larger or odder than anything is meant to be: no part of the server may fail on them.
var bigSamples = []sample{
	{name: "a first name of 500 KB", edit: values(strings.Repeat("é", 250_000))},
	{name: "a country of 500 KB", edit: values("Ada", "Lovelace", strings.Repeat("G", 500_000))},
	{name: "a country that is none", edit: values("Ada", "Lovelace", "Atlantis")},
	{name: "names of blanks and invisible letters", edit: values("\u00a0\u200b", "\u202e\u2066", "\u3000")},
	{name: "names with control characters", edit: values("A\u0085d\u009fa", "Love\tlace\r", "GB\n")},
	{name: "names of four bytes a letter", edit: values(strings.Repeat("😀", 300), strings.Repeat("𝕏", 64))},
	{name: "names with tags", edit: values("<script>alert(1)</script>", "'; DROP TABLE members; --")},
	{name: "every other field at its oddest", edit: func(o *samltest.Options) {
		for _, name := range []string{"currentCity", "currentState", "birthYear", "plan", "role", "displayName", "groups"} {
			o.Attributes = append(o.Attributes, samltest.Attribute{Name: name, Values: []string{"x\u0085" + strings.Repeat("9", 100_000), "second"}})
		}
	}},
	{name: "a persistent NameID of 1,024 bytes, four a letter", edit: named(samltest.FormatPersistent, strings.Repeat("😀", 256))},
	{name: "an assertion's ID of 15 KB", edit: told(set(".", "ID", "_"+strings.Repeat("a", 15_000)))},
	{name: "a session index of 15 KB", edit: told(set("./AuthnStatement", "SessionIndex", strings.Repeat("s", 15_000)))},
	{name: "an attribute's name of 15 KB", edit: told(func(a *etree.Element) {
		at := element(`<saml:Attribute xmlns:saml="` + nsSAML + `"><saml:AttributeValue>x</saml:AttributeValue></saml:Attribute>`)
		at.CreateAttr("Name", strings.Repeat("n", 15_000))
		find(a, "./AttributeStatement").AddChild(at)
	})},
	{name: "a megabyte of groups", edit: func(o *samltest.Options) {
		o.Attributes = append(o.Attributes, samltest.Attribute{Name: "groups", Values: []string{strings.Repeat("g;", 500_000)}})
	}},
}

func TestVerifyAcceptsBig(t *testing.T) { runAll(t, bigSamples) }

// rareSamples are legal in every sentence of the standards, and rare: every one must pass.
var rareSamples = []sample{
	{name: "every default namespace", check: person, edit: func(o *samltest.Options) {
		o.Signed, o.EditAssertion = samltest.SignBoth, renamed("saml", "", nsSAML)
		o.EditResponse = all(renamed("samlp", "", nsSAMLP), func(r *etree.Element) { renamed("saml", "", nsSAML)(find(r, "./Issuer")) })
		o.Sign.EditSignedInfo = func(info *etree.Element) { renamed("ds", "", dsigNS)(info.Parent()) }
	}},
	{name: "KeyInfo with everything", check: person, edit: editSig(func(sig *etree.Element) {
		info := find(sig, "./KeyInfo")
		info.CreateAttr("Id", "_keyinfo")
		info.AddChild(element(`<ds:KeyName xmlns:ds="` + dsigNS + `">signing</ds:KeyName>`))
		info.AddChild(element(`<o:SecurityTokenReference xmlns:o="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><o:KeyIdentifier>AA==</o:KeyIdentifier></o:SecurityTokenReference>`))
		find(info, "./X509Data").AddChild(element(`<d:X509Digest xmlns:d="http://www.w3.org/2009/xmldsig11#" Algorithm="urn:x">AA==</d:X509Digest>`))
	})},
	{name: "an empty KeyInfo", edit: editSig(func(sig *etree.Element) { find(sig, "./KeyInfo").Child = nil })},
	{name: "attributes before the authentication", check: person, edit: told(func(a *etree.Element) {
		st := find(a, "./AuthnStatement")
		a.RemoveChild(st)
		a.AddChild(st)
	})},
	{name: "values with their own declarations", check: person, edit: told(withGroups(fullValues(50)))},
	{name: "1,990 values with their own declarations, both signed", check: person, edit: func(o *samltest.Options) {
		o.Signed, o.EditAssertion = samltest.SignBoth, withGroups(fullValues(1990))
	}},
	{name: "1,990 values with their own declarations, a crowded response", check: person, edit: func(o *samltest.Options) {
		o.Signed, o.EditAssertion, o.Sign.C14N = samltest.SignResponse, withGroups(fullValues(1990)), inclusive10
		o.EditResponse = crowded
	}},
	{name: "1,990 attributes with their own declarations, a crowded response", check: person, edit: func(o *samltest.Options) {
		o.Signed, o.Sign.C14N, o.EditResponse = samltest.SignResponse, inclusive10, crowded
		o.EditAssertion = func(a *etree.Element) {
			for range 1990 {
				withGroups(fullValues(1))(a)
			}
		}
	}},
	{name: "offsets of every kind", edit: told(set(".", "IssueInstant", "2026-11-20T12:00:00-00:00"), set("./Conditions", "NotBefore", "2026-11-21T02:00:00+14:00"),
		set("./Conditions", "NotOnOrAfter", "2026-11-20T00:05:00.0-12:00"), set(confirmData, "NotOnOrAfter", "2026-11-20T17:50:00.000000000000+05:45"))},
	{name: "signed in at the provider yesterday", edit: told(set("./AuthnStatement", "AuthnInstant", "2026-11-19T08:00:00Z"))},
	{name: "a session without an end in sight", edit: told(set("./AuthnStatement", "SessionNotOnOrAfter", "9999-12-31T23:59:59.9999999Z"))},
	{name: "nine minutes under way", at: 9 * time.Minute, edit: func(o *samltest.Options) { o.Life = time.Hour }},
	{name: "issued fifty seconds ahead", at: -50 * time.Second},
	{name: "ended fifty seconds ago", at: 5*time.Minute + 50*time.Second},
	{name: "twenty audiences, ours the last", edit: told(func(a *etree.Element) {
		r := find(a, restriction)
		for i := range 19 {
			other := r.ChildElements()[0].Copy()
			other.SetText(fmt.Sprintf("https://app%d.test", i))
			r.InsertChildAt(0, other)
		}
	})},
	{name: "a bearer without data before one with", edit: told(double(confirmation, nil), func(a *etree.Element) {
		first := find(a, confirmation)
		first.Child = nil
	})},
	{name: "a key in the holder-of-key confirmation", edit: told(double(confirmation, func(sc *etree.Element) {
		sc.CreateAttr("Method", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key")
		data := find(sc, "./SubjectConfirmationData")
		data.CreateAttr("xsi:type", "saml:KeyInfoConfirmationDataType")
		data.AddChild(element(`<ds:KeyInfo xmlns:ds="` + dsigNS + `"><ds:KeyName>k</ds:KeyName></ds:KeyInfo>`))
	}))},
	{name: "a second subject confirmation for another service", edit: told(double(confirmation, set("./SubjectConfirmationData", "Recipient", "https://other.test/acs")))},
	{name: "NameID of Windows", check: person, edit: named("urn:oasis:names:tc:SAML:1.1:nameid-format:WindowsDomainQualifiedName", `ACME\ada`)},
	{name: "NameID of X.509", check: person, edit: named("urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName", "CN=Ada Lovelace, O=Acme")},
	{name: "NameID of Kerberos", check: person, edit: named("urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos", "ada@ACME.TEST")},
	{name: "NameID marked as an address that is none", check: person, edit: named(samltest.FormatEmail, "ada")},
	{name: "NameID of a format nobody knows", check: person, edit: named("urn:acme:employee", "4711")},
	{name: "NameID of 1,024 letters", check: person, edit: named(samltest.FormatEmail, strings.Repeat("n", 1024))},
	{name: "NameID beyond ASCII", check: person, edit: named(samltest.FormatEmail, "Ädä Lövelace 😀")},
	{name: "no attributes but an empty statement", check: wantKey(saml.KeyEmail, victim), edit: func(o *samltest.Options) {
		o.Attributes = nil
		o.EditAssertion = func(a *etree.Element) { a.CreateElement("saml:AttributeStatement") }
	}},
	{name: "attributes without NameFormat", check: person, edit: told(func(a *etree.Element) {
		for _, at := range a.FindElements(".//Attribute") {
			at.RemoveAttr("NameFormat")
		}
	})},
	{name: "an ID of 200 letters", edit: told(set(".", "ID", "_"+strings.Repeat("a", 199)))},
	{name: "an ID in capitals with dots", edit: told(set(".", "ID", "ID-1.2.A_b-"))},
	{name: "session index as the assertion's ID", edit: told(func(a *etree.Element) {
		find(a, "./AuthnStatement").CreateAttr("SessionIndex", a.SelectAttrValue("ID", ""))
	})},
	{name: "attributes of XML that nobody knows", check: person, edit: toldAll(set(".", "Foo", "bar"), set("./Assertion", "xsi:schemaLocation", "a b"), set("./Assertion/Subject", "foo", "bar"))},
	{name: "a second status code below success", edit: toldAll(func(r *etree.Element) {
		find(r, "./Status/StatusCode").CreateElement("samlp:StatusCode").CreateAttr("Value", "urn:x:fine")
	})},
	{name: "digest longer than the signature's", edit: func(o *samltest.Options) { o.Sign.Digest = crypto.SHA512 }},
	{name: "response by one certificate, assertion by another", settings: func(s *saml.Settings) { pin(world().next.Certificate, world().acme.Certificate)(s) }, edit: func(o *samltest.Options) {
		o.Signed, o.Response = samltest.SignBoth, &samltest.Sign{Key: world().next.Key, Certificate: world().next.Certificate}
	}},
	{name: "response by an elliptic key, assertion by RSA", settings: func(s *saml.Settings) { pin(world().acme.Certificate, world().ec.Certificate)(s) }, edit: func(o *samltest.Options) {
		o.Signed, o.Response = samltest.SignBoth, &samltest.Sign{Key: world().ec.Key, Certificate: world().ec.Certificate}
	}},
	{name: "ecdsa P-521 with SHA-512", idp: func(keys) *samltest.IdP { return p521() }, settings: func(s *saml.Settings) { pin(p521().Certificate)(s) },
		edit: func(o *samltest.Options) { o.Sign.Hash = crypto.SHA512 }},
	{name: "encrypted, oaep 1.1 without a word more", edit: encrypted(samltest.Encrypt{Transport: "rsa-oaep"})},
	{name: "encrypted, oaep 1.1, all SHA-512", edit: encrypted(samltest.Encrypt{Transport: "rsa-oaep", Digest: crypto.SHA512, Mask: crypto.SHA512})},
	{name: "encrypted, oaep 1.1, all SHA-384", edit: encrypted(samltest.Encrypt{Transport: "rsa-oaep", Digest: crypto.SHA384, Mask: crypto.SHA384})},
	{name: "encrypted, oaep digest SHA-1 spelt out", edit: encrypted(samltest.Encrypt{Digest: crypto.SHA1})},
	{name: "encrypted, aes256 cbc, both signed", edit: signed(samltest.SignBoth, encrypted(samltest.Encrypt{Cipher: "aes256-cbc"}))},
	{name: "encrypted for somebody else too", edit: encrypted(samltest.Encrypt{Edit: toOther})},
	{name: "encrypted, everything optional said", edit: encrypted(samltest.Encrypt{Edit: func(el *etree.Element) {
		data, key := find(el, "./EncryptedData"), find(el, "./EncryptedData/KeyInfo/EncryptedKey")
		data.CreateAttr("Id", "_data")
		data.CreateAttr("MimeType", "text/xml")
		data.CreateAttr("Encoding", "UTF-8")
		key.InsertChildAt(1, element(`<ds:KeyInfo xmlns:ds="`+dsigNS+`"><ds:X509Data><ds:X509Certificate>`+b64(world().serviceCert)+`</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`))
		key.AddChild(element(`<x:ReferenceList xmlns:x="http://www.w3.org/2001/04/xmlenc#"><x:DataReference URI="#_data"/></x:ReferenceList>`))
		key.AddChild(element(`<x:CarriedKeyName xmlns:x="http://www.w3.org/2001/04/xmlenc#">k</x:CarriedKeyName>`))
	}})},
	{name: "encrypted without a type", edit: encrypted(samltest.Encrypt{Edit: unset("./EncryptedData", "Type")})},
	{name: "encrypted with line breaks around", check: person, edit: around(func(s string) string { return "\n  " + s + "\r\n" })},
	{name: "encrypted for the third key of ours", edit: encrypted(samltest.Encrypt{}), settings: func(s *saml.Settings) {
		s.DecryptionKeys = []*rsa.PrivateKey{world().acme.Key.(*rsa.PrivateKey), world().next.Key.(*rsa.PrivateKey), world().service}
	}},
	{name: "wrapped base64 with tabs", raw: func(s string) string { return "\n\t" + s[:64] + "\n\t" + s[64:] + "\n" }},
	{name: "ten certificates, ours the last", edit: func(o *samltest.Options) { o.Sign.NoKeyInfo = true }, settings: func(s *saml.Settings) {
		pin(world().next.Certificate, world().ec.Certificate, p384().Certificate, p521().Certificate, world().acme.Certificate)(s)
	}},
	{name: "a domain in Punycode", settings: func(s *saml.Settings) { s.Domains = []string{"xn--mller-kva.test"} }, edit: address("ada@XN--mller-kva.test"), check: wantKey(saml.KeyEmail, "ada@xn--mller-kva.test")},
	{name: "a sub-domain that is verified itself", settings: func(s *saml.Settings) { s.Domains = []string{"acme.test", "mail.acme.test"} }, edit: address("ada@mail.acme.test"), check: wantKey(saml.KeyEmail, "ada@mail.acme.test")},
	{name: "underscore, ampersand and digits in the address", edit: address("ada_1&2=3~x@acme.test"), check: wantKey(saml.KeyEmail, "ada_1&2=3~x@acme.test")},
	{name: "a mapped name that did not come", settings: func(s *saml.Settings) { s.Mapping = map[string]string{"email": "workMail"} }, check: person},
	{name: "a mapped name with blanks and colons", settings: func(s *saml.Settings) { s.Mapping = map[string]string{"country": "Custom: Country Code"} },
		edit: func(o *samltest.Options) { o.Attributes[3].Name = "Custom: Country Code" }, check: person},
}

func TestVerifyAcceptsRare(t *testing.T) { runAll(t, rareSamples) }
