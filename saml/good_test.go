package saml_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"rollcall/saml"
	"rollcall/saml/samltest"

	"github.com/beevik/etree"
)

const (
	inclusive10 = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	inclusive11 = "http://www.w3.org/2006/12/xml-c14n11"
)

func ec(k keys) *samltest.IdP { return k.ec }

func pinEC(s *saml.Settings) { s.Certificates = []*x509.Certificate{world().ec.Certificate} }

func encrypted(e samltest.Encrypt) func(*samltest.Options) {
	return func(o *samltest.Options) {
		e.To = &world().service.PublicKey
		o.Encrypt = &e
	}
}

// goodSamples are shapes of real identity providers; every one must pass.
var goodSamples = []sample{
	{name: "assertion signed", check: func(t *testing.T, id saml.Identity, r *saml.Report) {
		if id.Email != victim || id.FirstName != "Ada" || id.Country != "GB" || id.InResponseTo != requestID || r.Signed != "assertion" {
			t.Errorf("%+v", id)
		}
		if end := id.RememberUntil; end.Before(now.Add(6*time.Minute)) || end.After(now.Add(time.Hour)) {
			t.Errorf("remember until %v", end)
		}
	}},
	{name: "response signed", edit: func(o *samltest.Options) { o.Signed = samltest.SignResponse },
		check: func(t *testing.T, _ saml.Identity, r *saml.Report) {
			if r.Signed != "response" || r.Certificate != saml.Fingerprint(world().acme.Certificate) || r.SignatureAlgorithm != "rsa-sha256" {
				t.Errorf("%+v", r)
			}
		}},
	{name: "both signed", edit: func(o *samltest.Options) { o.Signed = samltest.SignBoth }},
	{name: "ecdsa", idp: ec, settings: pinEC},
	{name: "ecdsa both", idp: ec, settings: pinEC, edit: func(o *samltest.Options) { o.Signed = samltest.SignBoth }},
	{name: "sha384", edit: func(o *samltest.Options) { o.Sign.Hash = crypto.SHA384 }},
	{name: "sha512", edit: func(o *samltest.Options) { o.Sign.Hash = crypto.SHA512 }},
	{name: "sha512 with sha256 digest", edit: func(o *samltest.Options) { o.Sign.Hash, o.Sign.Digest = crypto.SHA512, crypto.SHA256 }},
	{name: "inclusive c14n 1.0 response", edit: func(o *samltest.Options) { o.Signed, o.Sign.C14N = samltest.SignResponse, inclusive10 }},
	{name: "inclusive c14n 1.0 assertion", edit: func(o *samltest.Options) { o.Sign.C14N = inclusive10 }},
	{name: "inclusive c14n 1.1 assertion", edit: func(o *samltest.Options) { o.Sign.C14N = inclusive11 }},
	{name: "inclusive assertion in exclusive response", edit: func(o *samltest.Options) {
		o.Signed, o.Sign.C14N, o.Response = samltest.SignBoth, inclusive10, &samltest.Sign{}
	}},
	{name: "prefix list", edit: func(o *samltest.Options) { o.Sign.Prefixes = "xs" }},
	{name: "prefix list inside, none outside", edit: func(o *samltest.Options) {
		o.Signed, o.Sign.Prefixes, o.Response = samltest.SignBoth, "xs", &samltest.Sign{}
	}},
	{name: "blanks in signature, digest and certificate", edit: func(o *samltest.Options) { o.Sign.Blanks = true }},
	{name: "no KeyInfo", edit: func(o *samltest.Options) { o.Sign.NoKeyInfo = true }},
	{name: "no KeyInfo, two pinned", edit: func(o *samltest.Options) { o.Sign.NoKeyInfo = true }, settings: func(s *saml.Settings) {
		s.Certificates = []*x509.Certificate{world().next.Certificate, world().ec.Certificate, world().acme.Certificate}
	}},
	{name: "odd KeyInfo", edit: func(o *samltest.Options) {
		o.Sign.EditSignature = func(sig *etree.Element) {
			info := find(sig, "./KeyInfo")
			info.Child = nil
			info.AddChild(element(`<ds:KeyName xmlns:ds="http://www.w3.org/2000/09/xmldsig#">key 1</ds:KeyName>`))
		}
	}},
	{name: "wrapped base64", raw: func(s string) string {
		var b strings.Builder
		for i := 0; i < len(s); i += 76 {
			b.WriteString(s[i:min(i+76, len(s))] + "\r\n")
		}
		return b.String()
	}},
	{name: "XML declaration", edit: func(o *samltest.Options) {
		o.EditBytes = func(b []byte) []byte {
			return append([]byte(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"), b...)
		}
	}},
	{name: "no NotBefore", edit: func(o *samltest.Options) { o.EditAssertion = unset("./Conditions", "NotBefore") }},
	{name: "no times in Conditions", edit: func(o *samltest.Options) {
		o.EditAssertion = all(unset("./Conditions", "NotBefore"), unset("./Conditions", "NotOnOrAfter"))
	}},
	{name: "fractional times and offset", edit: func(o *samltest.Options) {
		o.EditAssertion = all(set(".", "IssueInstant", "2026-11-20T12:00:00.123456789Z"), set("./Conditions", "NotBefore", "2026-11-20T13:00:00+01:00"))
	}},
	{name: "no response Issuer", edit: func(o *samltest.Options) { o.EditResponse = remove("./Issuer") }},
	{name: "no response Issuer, response signed", edit: func(o *samltest.Options) {
		o.Signed, o.EditResponse = samltest.SignResponse, remove("./Issuer")
	}},
	{name: "Issuer with Format", edit: func(o *samltest.Options) {
		o.EditResponse = set("./Issuer", "Format", "urn:oasis:names:tc:SAML:2.0:nameid-format:entity")
	}},
	{name: "no Destination, assertion signed", edit: func(o *samltest.Options) { o.EditResponse = unset(".", "Destination") }},
	{name: "our clock 30 s behind", at: -30 * time.Second},
	{name: "our clock 30 s ahead of the end", at: 5*time.Minute + 30*time.Second},
	{name: "60 s life", edit: func(o *samltest.Options) { o.Life = time.Minute }, at: 50 * time.Second},
	{name: "several audiences", edit: func(o *samltest.Options) {
		o.EditAssertion = double("./Conditions/AudienceRestriction/Audience", func(a *etree.Element) { a.SetText("https://other.test") })
	}},
	{name: "OneTimeUse", edit: func(o *samltest.Options) {
		o.EditAssertion = func(a *etree.Element) { find(a, "./Conditions").CreateElement("saml:OneTimeUse") }
	}},
	{name: "2,000 values", edit: func(o *samltest.Options) { o.Attributes = append(o.Attributes[:1], manyValues(1999)) },
		check: func(t *testing.T, id saml.Identity, _ *saml.Report) {
			if len(id.Groups) != 1999 {
				t.Errorf("%d groups", len(id.Groups))
			}
		}},
	{name: "names beyond ASCII", edit: func(o *samltest.Options) {
		o.Attributes[1].Values, o.Attributes[2].Values = []string{"Zoë & Çarol"}, []string{"O'Neil <x> \"y\""}
	}, check: func(t *testing.T, id saml.Identity, _ *saml.Report) {
		if id.FirstName != "Zoë & Çarol" || id.LastName != "O'Neil <x> \"y\"" {
			t.Errorf("%q %q", id.FirstName, id.LastName)
		}
	}},
	{name: "persistent NameID", edit: func(o *samltest.Options) { o.NameID, o.NameIDFormat = "u-42", samltest.FormatPersistent },
		check: wantKey(saml.KeyNameID, "u-42")},
	{name: "unspecified NameID", edit: func(o *samltest.Options) { o.NameID, o.NameIDFormat = "Ada", samltest.FormatUnspecified },
		check: wantKey(saml.KeyNameID, "Ada")},
	{name: "NameID without Format", edit: func(o *samltest.Options) {
		o.NameID, o.EditAssertion = "u-42", unset("./Subject/NameID", "Format")
	}, check: wantKey(saml.KeyNameID, "u-42")},
	{name: "unspecified of SAML 1.0", edit: func(o *samltest.Options) {
		o.NameIDFormat = "urn:oasis:names:tc:SAML:1.0:nameid-format:unspecified"
	}, check: wantKey(saml.KeyNameID, victim)},
	{name: "transient NameID with e-mail attribute", edit: func(o *samltest.Options) {
		o.NameID, o.NameIDFormat = "_x9", samltest.FormatTransient
	}, check: wantKey(saml.KeyEmail, victim)},
	{name: "e-mail from NameID", edit: func(o *samltest.Options) { o.Attributes = nil }, check: func(t *testing.T, id saml.Identity, r *saml.Report) {
		if id.Email != victim || len(r.Missing) != 3 {
			t.Errorf("%+v %v", id, r.Missing)
		}
	}},
	{name: "NameID and e-mail differ", edit: func(o *samltest.Options) { o.NameID = "al@acme.test" }, check: wantKey(saml.KeyEmail, victim)},
	{name: "mapped attributes", settings: func(s *saml.Settings) {
		s.Mapping = map[string]string{"email": "workMail", "role": "position"}
	}, edit: func(o *samltest.Options) {
		o.Attributes = append(o.Attributes, samltest.Attribute{Name: "WORKMAIL", Values: []string{"al@acme.test"}}, samltest.Attribute{Name: "position", Values: []string{"admin"}})
	}, check: func(t *testing.T, id saml.Identity, _ *saml.Report) {
		if id.Email != "al@acme.test" || id.Role != "admin" {
			t.Errorf("%+v", id)
		}
	}},
	{name: "role unmapped is no role", edit: func(o *samltest.Options) {
		o.Attributes = append(o.Attributes, samltest.Attribute{Name: "role", Values: []string{"admin"}})
	}, check: func(t *testing.T, id saml.Identity, _ *saml.Report) {
		if id.Role != "" {
			t.Errorf("role %q", id.Role)
		}
	}},
	{name: "repeated attribute name", edit: func(o *samltest.Options) {
		role := samltest.Attribute{Name: "Role", Values: []string{"a"}}
		o.Attributes = append(o.Attributes, role, role, role)
	}, check: func(t *testing.T, id saml.Identity, _ *saml.Report) {
		if len(id.Groups) != 3 {
			t.Errorf("%v", id.Groups)
		}
	}},
	{name: "upper case address", edit: func(o *samltest.Options) { o.Attributes[0].Values = []string{"Ada@ACME.test"} }, check: wantKey(saml.KeyEmail, victim)},
	{name: "no AuthnStatement", edit: func(o *samltest.Options) { o.EditAssertion = remove("./AuthnStatement") }},
	{name: "session end", edit: func(o *samltest.Options) { o.SessionLife = time.Hour }, check: func(t *testing.T, id saml.Identity, _ *saml.Report) {
		if !id.SessionNotOnOrAfter.Equal(now.Add(time.Hour)) || id.SessionIndex == "" {
			t.Errorf("%v", id.SessionNotOnOrAfter)
		}
	}},
	{name: "second of two confirmations", edit: func(o *samltest.Options) {
		o.EditAssertion = func(a *etree.Element) {
			double("./Subject/SubjectConfirmation", nil)(a)
			set("./Subject/SubjectConfirmation/SubjectConfirmationData", "Recipient", "https://other.test/acs")(a)
		}
	}},
	{name: "unsolicited, allowed", edit: func(o *samltest.Options) { o.InResponseTo = "" }, settings: func(s *saml.Settings) { s.AllowUnsolicited = true },
		check: func(t *testing.T, id saml.Identity, _ *saml.Report) {
			if id.InResponseTo != "" {
				t.Errorf("%q", id.InResponseTo)
			}
		}},
	{name: "certificate past its dates", at: 0, settings: func(s *saml.Settings) {
		old, err := samltest.SelfSigned("old", world().acme.Key, now.AddDate(-3, 0, 0), now.AddDate(-1, 0, 0))
		if err != nil {
			panic(err)
		}
		s.Certificates = []*x509.Certificate{old}
	}, check: func(t *testing.T, _ saml.Identity, r *saml.Report) {
		if len(r.Warnings) != 1 || r.Warnings[0] != saml.ReasonCertDates {
			t.Errorf("%v", r.Warnings)
		}
	}},
	{name: "encrypted gcm", edit: encrypted(samltest.Encrypt{})},
	{name: "encrypted aes256 gcm, oaep sha256", edit: encrypted(samltest.Encrypt{Cipher: "aes256-gcm", Digest: crypto.SHA256})},
	{name: "encrypted, oaep 1.1, mgf sha256", edit: encrypted(samltest.Encrypt{Transport: "rsa-oaep", Digest: crypto.SHA256, Mask: crypto.SHA256})},
	{name: "encrypted, oaep 1.1, sha256 with mgf sha1", edit: encrypted(samltest.Encrypt{Transport: "rsa-oaep", Digest: crypto.SHA256, Mask: crypto.SHA1})},
	{name: "encrypted, key beside data", edit: encrypted(samltest.Encrypt{Detached: true})},
	{name: "encrypted cbc in signed response", edit: func(o *samltest.Options) {
		encrypted(samltest.Encrypt{Cipher: "aes128-cbc"})(o)
		o.Signed = samltest.SignResponse
	}},
	{name: "encrypted for the earlier key", edit: encrypted(samltest.Encrypt{}), settings: func(s *saml.Settings) {
		s.DecryptionKeys = []*rsa.PrivateKey{world().next.Key.(*rsa.PrivateKey), world().service}
	}},
	{name: "eduPersonTargetedID", edit: func(o *samltest.Options) {
		o.Attributes = append(o.Attributes, samltest.Attribute{Name: "urn:oid:1.3.6.1.4.1.5923.1.1.1.10", Values: []string{""}})
		o.EditAssertion = func(a *etree.Element) {
			values := a.FindElements(".//AttributeValue")
			values[len(values)-1].CreateElement("saml:NameID").SetText("opaque")
		}
	}},
}

func wantKey(kind saml.KeyKind, value string) func(*testing.T, saml.Identity, *saml.Report) {
	return func(t *testing.T, id saml.Identity, _ *saml.Report) {
		t.Helper()
		if k, v := id.Key(); k != kind || v != value {
			t.Errorf("key %s %q, want %s %q", k, v, kind, value)
		}
		if id.Email != victim && value == victim {
			t.Errorf("e-mail %q", id.Email)
		}
	}
}

func TestVerifyAccepts(t *testing.T) { runAll(t, goodSamples) }
