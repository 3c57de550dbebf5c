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
	"sync"
	"testing"
	"time"

	"rollcall/saml"
	"rollcall/saml/samltest"

	"github.com/beevik/etree"
)

// p384 is an identity provider with a longer elliptic curve.
var p384 = sync.OnceValue(func() *samltest.IdP {
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		panic(err)
	}
	idp, err := samltest.NewWithKey(idpEntity, "https://idp.acme.test/sso", key, now)
	if err != nil {
		panic(err)
	}
	return idp
})

// renamed gives another prefix to everything below el; no prefix means the default namespace.
func renamed(from, to, ns string) func(*etree.Element) {
	return func(el *etree.Element) {
		var walk func(*etree.Element)
		walk = func(e *etree.Element) {
			if e.Space == from {
				e.Space = to
			}
			e.RemoveAttr("xmlns:" + from)
			for _, c := range e.ChildElements() {
				walk(c)
			}
		}
		walk(el)
		if to == "" {
			el.CreateAttr("xmlns", ns)
		} else {
			el.CreateAttr("xmlns:"+to, ns)
		}
	}
}

const nsSAML, nsSAMLP = "urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:protocol"

// pretty indents an element before it is signed.
func pretty(el *etree.Element) {
	s := etree.NewIndentSettings()
	s.Spaces = 2
	s.PreserveLeafWhitespace = true
	el.IndentWithSettings(s)
}

// claim renames the attributes.
func claim(names ...string) func(*samltest.Options) {
	return func(o *samltest.Options) {
		for i, n := range names {
			o.Attributes[i].Name = n
		}
	}
}

// person wants all four usual fields.
func person(t *testing.T, id saml.Identity, _ *saml.Report) {
	t.Helper()
	if id.Email != victim || id.FirstName != "Ada" || id.LastName != "Lovelace" || id.Country != "GB" {
		t.Errorf("%+v", id)
	}
}

// shapeSamples are the documented shapes of identity providers (SAML.md of the project's notes, sections 3 and 7), and
// what the standards allow besides.
var shapeSamples = []sample{
	{name: "Entra: default namespaces, claim URIs", check: person, edit: func(o *samltest.Options) {
		const c = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
		claim(c+"emailaddress", c+"givenname", c+"surname", c+"country")(o)
		o.NameID, o.EditAssertion = "ada_acme.example#EXT#@tenant.onmicrosoft.com", renamed("saml", "", nsSAML)
		o.EditResponse = func(r *etree.Element) { renamed("saml", "", nsSAML)(find(r, "./Issuer")) }
		o.Life = 65 * time.Minute
	}},
	{name: "Okta: saml2 prefixes, both signed", check: person, edit: func(o *samltest.Options) {
		o.Signed, o.EditAssertion = samltest.SignBoth, renamed("saml", "saml2", nsSAML)
		o.EditResponse = all(renamed("samlp", "saml2p", nsSAMLP), set("./Issuer", "Format", "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"))
		o.Sign.Prefixes = "xs"
	}},
	{name: "Google: unspecified NameID, response signed", check: person, edit: func(o *samltest.Options) {
		o.Signed, o.NameIDFormat, o.Sign.Blanks = samltest.SignResponse, samltest.FormatUnspecified, true
	}},
	{name: "PingOne: user id without a format", check: person, edit: func(o *samltest.Options) {
		o.NameID, o.EditAssertion = "0b8a2b4e-2f6c-4f6e-9d0a-0d2c6d8f1a11", unset("./Subject/NameID", "Format")
	}},
	{name: "OneLogin: User.email", check: person, edit: claim("User.email", "User.FirstName", "User.LastName", "country")},
	{name: "Shibboleth: object identifiers, transient NameID", check: person, edit: func(o *samltest.Options) {
		claim("urn:oid:0.9.2342.19200300.100.1.3", "urn:oid:2.5.4.42", "urn:oid:2.5.4.4", "urn:oid:2.5.4.6")(o)
		o.NameID, o.NameIDFormat = "AAdzZWNyZXQx", samltest.FormatTransient
	}},
	{name: "Shibboleth: encrypted, response signed", check: person, edit: func(o *samltest.Options) {
		encrypted(samltest.Encrypt{Cipher: "aes256-gcm"})(o)
		o.Signed = samltest.SignResponse
	}},
	{name: "SimpleSAMLphp: encrypted cbc, both signed", check: person, edit: func(o *samltest.Options) {
		encrypted(samltest.Encrypt{Cipher: "aes128-cbc"})(o)
		o.Signed = samltest.SignBoth
	}},
	{name: "Keycloak: document signed, a minute to live", check: person, edit: func(o *samltest.Options) {
		o.Signed, o.Life, o.EditAssertion = samltest.SignResponse, time.Minute, remove("./AuthnStatement")
	}},
	{name: "AD FS: valid from just now by its clock", at: -20 * time.Second, check: person, edit: signed(samltest.SignResponse, nil)},
	{name: "PingFederate: a bare key in KeyInfo", edit: editSig(func(sig *etree.Element) {
		info := find(sig, "./KeyInfo")
		info.Child = nil
		n := world().acme.Key.Public().(*rsa.PublicKey).N
		info.AddChild(element(`<ds:KeyValue xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:RSAKeyValue><ds:Modulus>` +
			base64.StdEncoding.EncodeToString(n.Bytes()) + `</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>`))
	})},
	{name: ".NET: seven digits of a second", edit: func(o *samltest.Options) {
		o.EditAssertion = all(set(".", "IssueInstant", "2026-11-20T12:00:00.1234567Z"), set("./Conditions", "NotOnOrAfter", "2026-11-20T12:05:00.0000000Z"))
	}},
	{name: "pretty printed", check: person, edit: func(o *samltest.Options) { o.EditAssertion = pretty }},
	{name: "pretty printed with DOS line ends, response signed", check: person, edit: func(o *samltest.Options) {
		o.Signed, o.EditResponse = samltest.SignResponse, pretty
		o.EditBytes = func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) }
	}},
	{name: "blanks around text", check: person, edit: func(o *samltest.Options) {
		o.EditAssertion = all(text("./Issuer", "\n  "+idpEntity+"\n"), text(restriction+"/Audience", "\n"+spEntity+" "),
			text("./Subject/NameID", " "+victim+"\n"), text(".//AttributeValue", "\n\t"+victim+" "))
	}},
	{name: "blanks inside tags and quotes of the other kind", check: person, edit: onBytes(replaced(`Version="2.0" IssueInstant`, "Version = '2.0'\n\t IssueInstant"))},
	{name: "characters by reference", check: person, edit: onBytes(replaced("Lovelace", "&#76;ove&#x6C;ace"))},
	{name: "line break behind the root", edit: suffixed("\r\n")},
	{name: "declaration with standalone", edit: prefixed(`<?xml version='1.0' encoding='utf-8' standalone='no' ?>`)},
	{name: "ecdsa P-384 with SHA-384", idp: func(keys) *samltest.IdP { return p384() },
		settings: func(s *saml.Settings) { s.Certificates = []*x509.Certificate{p384().Certificate} }, edit: func(o *samltest.Options) { o.Sign.Hash = crypto.SHA384 }},
	{name: "ecdsa pinned beside rsa", idp: ec, settings: func(s *saml.Settings) {
		s.Certificates = []*x509.Certificate{world().acme.Certificate, world().ec.Certificate}
	}},
	{name: "signed by the next certificate", idp: func(k keys) *samltest.IdP { return k.next }, settings: func(s *saml.Settings) {
		s.Certificates = append(s.Certificates, world().next.Certificate)
	}},
	{name: "another's certificate shown in KeyInfo", edit: func(o *samltest.Options) {
		o.Sign.Key, o.Sign.Certificate = world().acme.Key, world().mallory.Certificate
	}},
	{name: "extensions, consent and advice", edit: func(o *samltest.Options) {
		o.EditResponse = func(r *etree.Element) {
			r.CreateAttr("Consent", "urn:oasis:names:tc:SAML:2.0:consent:unspecified")
			r.InsertChildAt(1, element(`<samlp:Extensions xmlns:samlp="`+nsSAMLP+`"><x:y xmlns:x="urn:x">z</x:y></samlp:Extensions>`))
		}
		o.EditAssertion = func(a *etree.Element) {
			advice := element(`<saml:Advice xmlns:saml="` + nsSAML + `"><x:y xmlns:x="urn:x"/></saml:Advice>`)
			a.InsertChildAt(find(a, "./Conditions").Index()+1, advice)
		}
	}},
	{name: "status with a message", edit: func(o *samltest.Options) {
		o.EditResponse = func(r *etree.Element) { find(r, "./Status").CreateElement("samlp:StatusMessage").SetText("fine") }
	}},
	{name: "holder-of-key beside bearer", edit: told(double(confirmation, set(".", "Method", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key")))},
	{name: "two restrictions that both name us", edit: told(double(restriction, nil))},
	{name: "ProxyRestriction", edit: told(func(a *etree.Element) {
		find(a, "./Conditions").CreateElement("saml:ProxyRestriction").CreateAttr("Count", "0")
	})},
	{name: "NameID with qualifiers", edit: told(set("./Subject/NameID", "SPNameQualifier", spEntity), set("./Subject/NameID", "NameQualifier", idpEntity))},
	{name: "NameID in the confirmation too", edit: told(func(a *etree.Element) {
		find(a, confirmation).InsertChildAt(0, find(a, "./Subject/NameID").Copy())
	})},
	{name: "two attribute statements", check: person, edit: told(func(a *etree.Element) {
		st := find(a, "./AttributeStatement")
		second := a.CreateElement("saml:AttributeStatement")
		second.AddChild(st.ChildElements()[3])
	})},
	{name: "attributes without values and empty ones", check: person, edit: func(o *samltest.Options) {
		o.Attributes = append(o.Attributes, samltest.Attribute{Name: "none"}, samltest.Attribute{Name: "empty", Values: []string{""}},
			samltest.Attribute{Name: "", Values: []string{"nameless"}}, samltest.Attribute{Name: "mail", Values: []string{""}})
	}},
	{name: "the same address twice, in two spellings", check: person, edit: address(victim, "Ada@Acme.test")},
	{name: "an empty value beside the address", check: person, edit: address("", victim)},
	{name: "another well-known name for another address", check: person, edit: func(o *samltest.Options) {
		o.Attributes = append(o.Attributes, samltest.Attribute{Name: "mail", Values: []string{"lovelace@other.test"}})
	}},
	{name: "plus, quote and dots in the address", edit: address("o'neil.ada+sso@acme.test"), check: wantKey(saml.KeyEmail, "o'neil.ada+sso@acme.test")},
	{name: "groups in one value with semicolons", edit: func(o *samltest.Options) {
		o.Attributes = append(o.Attributes, samltest.Attribute{Name: "memberOf", Values: []string{"a;b; c"}})
	}, check: func(t *testing.T, id saml.Identity, _ *saml.Report) {
		if len(id.Groups) != 3 {
			t.Errorf("%v", id.Groups)
		}
	}},
	{name: "an ID that begins with a digit", edit: func(o *samltest.Options) { o.EditAssertion = set(".", "ID", "1234-abcd.e") }},
	{name: "very old certificate dates, hard dates off", at: 0, settings: func(s *saml.Settings) {
		future, err := samltest.SelfSigned("to come", world().acme.Key, now.AddDate(1, 0, 0), now.AddDate(2, 0, 0))
		if err != nil {
			panic(err)
		}
		s.Certificates = []*x509.Certificate{future}
	}},
	{name: "2,000 long values", edit: func(o *samltest.Options) {
		o.Signed, o.Attributes = samltest.SignBoth, append(o.Attributes[:1], samltest.Attribute{Name: "groups"})
		for range 1999 {
			o.Attributes[1].Values = append(o.Attributes[1].Values, "CN=A group with a long name,OU=Groups,OU=Europe,DC=corp,DC=acme,DC=test")
		}
	}},
	{name: "2,000 attributes", edit: func(o *samltest.Options) {
		for range 1996 {
			o.Attributes = append(o.Attributes, samltest.Attribute{Name: "Role", Values: []string{"r"}})
		}
	}},
}

func TestVerifyAcceptsShapes(t *testing.T) { runAll(t, shapeSamples) }
