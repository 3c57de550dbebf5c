package saml_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"rollcall/saml"
	"rollcall/saml/samltest"

	"github.com/beevik/etree"
)

// when sets every place in which a trusted provider may write a time that cannot be, or is long past.
func when(path, key, value string) func(*samltest.Options) { return told(set(path, key, value)) }

const minValue = "0001-01-01T00:00:00Z" // DateTime.MinValue of .NET

// moved gives the first child of that name another namespace.
func moved(path, uri string) func(*etree.Element) {
	return func(el *etree.Element) {
		c := find(el, path)
		c.Space = "moved"
		c.CreateAttr("xmlns:moved", uri)
	}
}

// keysFor puts n keys that do not open in front of the right one.
func keysFor(n int) func(*etree.Element) {
	return func(el *etree.Element) {
		for range n {
			toOther(el)
		}
	}
}

// badEdges: what stands one step beside the right thing.
var badEdges = []sample{
	{name: "Conditions ended in the year 1", want: saml.ReasonTime, edit: when("./Conditions", "NotOnOrAfter", minValue)},
	{name: "session ended in the year 1", want: saml.ReasonTime, edit: when("./AuthnStatement", "SessionNotOnOrAfter", minValue)},
	{name: "confirmation ended in the year 1", want: saml.ReasonTime, edit: when(confirmData, "NotOnOrAfter", minValue)},
	{name: "issued in the year 1", want: saml.ReasonTime, edit: when(".", "IssueInstant", minValue)},
	{name: "issued in the year 9999", want: saml.ReasonTime, edit: when(".", "IssueInstant", "9999-12-31T23:59:59Z")},
	{name: "valid from the year 9999", want: saml.ReasonTime, edit: when("./Conditions", "NotBefore", "9999-12-31T23:59:59Z")},
	{name: "fraction behind a comma", want: saml.ReasonTime, edit: when("./Conditions", "NotOnOrAfter", "2026-11-20T12:05:00,5Z")},
	{name: "hour of one digit", want: saml.ReasonTime, edit: when("./Conditions", "NotBefore", "2026-11-20T9:05:00Z")},
	{name: "time in lower case", want: saml.ReasonTime, edit: when("./Conditions", "NotOnOrAfter", "2026-11-20t12:05:00z")},
	{name: "time with a blank inside", want: saml.ReasonTime, edit: when("./Conditions", "NotOnOrAfter", "2026-11-20 12:05:00Z")},
	{name: "offset of a day", want: saml.ReasonTime, edit: when("./Conditions", "NotOnOrAfter", "2026-11-21T12:05:00+24:00")},
	{name: "sixtieth second", want: saml.ReasonTime, edit: when("./Conditions", "NotOnOrAfter", "2026-11-20T12:04:60Z")},
	{name: "year before Christ", want: saml.ReasonTime, edit: when("./Conditions", "NotOnOrAfter", "-2026-11-20T12:05:00Z")},
	{name: "year of five digits", want: saml.ReasonTime, edit: when("./Conditions", "NotOnOrAfter", "12026-11-20T12:05:00Z")},
	{name: "only a date", want: saml.ReasonTime, edit: when("./Conditions", "NotOnOrAfter", "2026-11-21")},
	{name: "time twice", want: saml.ReasonTime, edit: when("./Conditions", "NotOnOrAfter", "2026-11-20T12:05:00Z2026-11-20T12:05:00Z")},
	{name: "issued eleven minutes ago and a second", want: saml.ReasonTime, at: 11*time.Minute + time.Second, edit: func(o *samltest.Options) { o.Life = time.Hour }},
	{name: "issued a minute and a second ahead", want: saml.ReasonTime, at: -61 * time.Second},
	{name: "one bearer late, the other for somebody else, a third not yet", want: saml.ReasonTime, edit: told(
		double(confirmation, set("./SubjectConfirmationData", "Recipient", "https://other.test/acs")),
		double(confirmation, set("./SubjectConfirmationData", "NotBefore", "2026-11-20T12:05:00Z")),
		set(confirmData, "NotOnOrAfter", "2026-11-20T11:00:00Z"))},

	{name: "issuer of another namespace in the response", want: saml.ReasonStructure, edit: changed(moved("./Issuer", nsSAMLP))},
	{name: "issuer of another namespace in the assertion", want: saml.ReasonStructure, edit: toldAll(moved("./Assertion/Issuer", "urn:x"))},
	{name: "status of another namespace", want: saml.ReasonStatus, edit: toldAll(moved("./Status", nsSAML))},
	{name: "assertion in the protocol's namespace", want: saml.ReasonStructure, edit: toldAll(moved("./Assertion", nsSAMLP))},
	{name: "assertion of SAML 1.1", want: saml.ReasonStructure, edit: toldAll(moved("./Assertion", "urn:oasis:names:tc:SAML:1.0:assertion"))},
	{name: "response of SAML 1.1's namespace", want: saml.ReasonStructure, edit: changed(moved(".", "urn:oasis:names:tc:SAML:1.0:protocol"))},
	{name: "response of a namespace with a blank", want: saml.ReasonStructure, edit: changed(moved(".", nsSAMLP+" "))},
	{name: "subject of another namespace", want: saml.ReasonStructure, edit: told(moved("./Subject", nsSAMLP))},
	{name: "conditions of another namespace", want: saml.ReasonStructure, edit: told(moved("./Conditions", "urn:x"))},
	{name: "a statement nobody knows", want: saml.ReasonStructure, edit: told(func(a *etree.Element) { a.CreateElement("saml:CustomStatement") })},
	{name: "signature of the namespace without its hash", want: saml.ReasonStructure, edit: changed(moved("./Assertion/Signature", strings.TrimSuffix(dsigNS, "#")))},
	{name: "signature in lower case", want: saml.ReasonStructure, edit: changed(func(r *etree.Element) { find(r, "./Assertion/Signature").Tag = "signature" })},
	{name: "nothing but a logout request", want: saml.ReasonStructure, raw: func(string) string {
		return encode(`<p:LogoutRequest xmlns:p="` + nsSAMLP + `" ID="_1" Version="2.0"/>`)
	}},
	{name: "our own request sent back", want: saml.ReasonStructure, raw: func(string) string {
		return encode(`<p:AuthnRequest xmlns:p="` + nsSAMLP + `" ID="` + requestID + `" Version="2.0"/>`)
	}},
	{name: "identity provider's metadata", want: saml.ReasonStructure, raw: func(string) string { return encode(doc{}.entity()) }},

	{name: "issuer with a no-break space", want: saml.ReasonIssuer, edit: told(text("./Issuer", idpEntity+"\u00a0"))},
	{name: "issuer with a piece behind", want: saml.ReasonIssuer, edit: told(text("./Issuer", idpEntity+".evil.test"))},
	{name: "audience on port 443", want: saml.ReasonAudience, edit: func(o *samltest.Options) { o.Audience = "https://rollcall.test:443/saml/con-1/metadata" }},
	{name: "audience of http", want: saml.ReasonAudience, edit: func(o *samltest.Options) { o.Audience = "http" + spEntity[5:] }},
	{name: "audience percent-encoded", want: saml.ReasonAudience, edit: func(o *samltest.Options) { o.Audience = "https://rollcall.test/saml/con%2D1/metadata" }},
	{name: "audience with a no-break space", want: saml.ReasonAudience, edit: func(o *samltest.Options) { o.Audience += "\u00a0" }},
	{name: "audience as a pattern", want: saml.ReasonAudience, edit: func(o *samltest.Options) { o.Audience = "https://rollcall.test/saml/*" }},
	{name: "recipient on port 443", want: saml.ReasonDestination, edit: when(confirmData, "Recipient", "https://rollcall.test:443/saml/con-1/acs")},
	{name: "recipient by a detour", want: saml.ReasonDestination, edit: when(confirmData, "Recipient", "https://rollcall.test/saml/con-2/../con-1/acs")},
	{name: "recipient is our entity ID", want: saml.ReasonDestination, edit: when(confirmData, "Recipient", spEntity)},
	{name: "recipient with a fragment", want: saml.ReasonDestination, edit: when(confirmData, "Recipient", acsURL+"#")},
	{name: "destination is our entity ID", want: saml.ReasonDestination, edit: toldAll(set(".", "Destination", spEntity))},
	{name: "destination in front of ours", want: saml.ReasonDestination, edit: toldAll(set(".", "Destination", acsURL+".evil.test"))},
	{name: "success with a blank", want: saml.ReasonStatus, edit: toldAll(set("./Status/StatusCode", "Value", "urn:oasis:names:tc:SAML:2.0:status:Success "))},
	{name: "version 2", want: saml.ReasonVersion, edit: told(set(".", "Version", "2"))},

	{name: "SHA-3", want: saml.ReasonAlgorithm, edit: editInfo(set("./SignatureMethod", "Algorithm", nsPSS+"sha3-256-rsa-MGF1"))},
	{name: "SHA-3 digest", want: saml.ReasonAlgorithm, edit: editInfo(set("./Reference/DigestMethod", "Algorithm", nsPSS+"sha3-256"))},
	{name: "RIPEMD", want: saml.ReasonAlgorithm, edit: editInfo(set("./SignatureMethod", "Algorithm", more+"rsa-ripemd160"))},
	{name: "Ed25519", want: saml.ReasonAlgorithm, edit: editInfo(set("./SignatureMethod", "Algorithm", "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519"))},
	{name: "algorithm in capitals", want: saml.ReasonAlgorithm, edit: editInfo(set("./SignatureMethod", "Algorithm", more+"RSA-SHA256"))},
	{name: "algorithm of https", want: saml.ReasonAlgorithm, edit: editInfo(set("./SignatureMethod", "Algorithm", "https"+(more + "rsa-sha256")[4:]))},
	{name: "canonicalization without its name", want: saml.ReasonSignature, edit: editInfo(unset("./CanonicalizationMethod", "Algorithm"))},
	{name: "two prefix lists", want: saml.ReasonSignature, edit: func(o *samltest.Options) {
		o.Sign.Prefixes = "xs"
		o.Sign.EditSignedInfo = double("./Reference/Transforms/Transform/InclusiveNamespaces", nil)
	}},
	{name: "prefix list of a foreign namespace", want: saml.ReasonSignature, edit: func(o *samltest.Options) {
		o.Sign.Prefixes = "xs"
		o.Sign.EditSignedInfo = moved("./Reference/Transforms/Transform/InclusiveNamespaces", "urn:x")
	}},
	{name: "prefix list of two thousand", want: saml.ReasonSignature, edit: func(o *samltest.Options) { o.Sign.Prefixes = numbered(" p%d", 2000) }},
	{name: "Reference with a blank", want: saml.ReasonSignature, edit: editInfo(func(i *etree.Element) {
		r := find(i, "./Reference")
		r.CreateAttr("URI", r.SelectAttrValue("URI", "")+" ")
	})},
	{name: "DigestValue of another's length", want: saml.ReasonSignature, edit: editInfo(func(i *etree.Element) {
		v := find(i, "./Reference/DigestValue")
		raw, _ := base64.StdEncoding.DecodeString(v.Text())
		v.SetText(base64.StdEncoding.EncodeToString(append(raw, 0)))
	})},
	{name: "a manifest for a Reference", want: saml.ReasonSignature, edit: editInfo(func(i *etree.Element) { find(i, "./Reference").Tag = "Manifest" })},
	{name: "SignedInfo last", want: saml.ReasonSignature, edit: editSig(func(s *etree.Element) {
		info := find(s, "./SignedInfo")
		s.RemoveChild(info)
		s.AddChild(info)
	})},
	{name: "signature value with the key's bytes", want: saml.ReasonSignature, edit: editSig(text("./SignatureValue", b64(world().acme.Certificate)))},

	{name: "a hundred keys that do not open", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Edit: keysFor(100)})},
	{name: "encrypted, an unknown mask", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Transport: "rsa-oaep", Edit: func(el *etree.Element) {
		m := find(el, "./EncryptedData/KeyInfo/EncryptedKey/EncryptionMethod")
		m.AddChild(element(`<m:MGF xmlns:m="http://www.w3.org/2009/xmlenc11#" Algorithm="urn:x"/>`))
	}})},
	{name: "encrypted, OAEP with MD5", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Edit: func(el *etree.Element) {
		m := find(el, "./EncryptedData/KeyInfo/EncryptedKey/EncryptionMethod")
		m.AddChild(element(`<ds:DigestMethod xmlns:ds="` + dsigNS + `" Algorithm="` + more + `md5"/>`))
	}})},
	{name: "encrypted, label changed", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Label: []byte("a"), Edit: text("./EncryptedData/KeyInfo/EncryptedKey/EncryptionMethod/OAEPparams", "Yg==")})},
	{name: "encrypted, its tag cut off", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Edit: func(el *etree.Element) {
		v := find(el, "./EncryptedData/CipherData/CipherValue")
		raw, _ := base64.StdEncoding.DecodeString(v.Text())
		v.SetText(base64.StdEncoding.EncodeToString(raw[:len(raw)-1]))
	}})},
	{name: "encrypted with a key wrapped by AES", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Edit: set("./EncryptedData/KeyInfo/EncryptedKey/EncryptionMethod", "Algorithm", "http://www.w3.org/2001/04/xmlenc#kw-aes128")})},
	{name: "encrypted, a ciphertext of our own in a signed response", want: saml.ReasonSignature, edit: signed(samltest.SignResponse, func(o *samltest.Options) {
		encrypted(samltest.Encrypt{})(o)
		o.EditSigned = func(r *etree.Element) {
			el, err := samltest.Encrypt{To: &world().service.PublicKey}.Element([]byte(`<a/>`))
			if err != nil {
				panic(err)
			}
			remove("./EncryptedAssertion")(r)
			r.AddChild(el)
		}
	})},
}

// addresses that are not one plain address of the verified domain.
func badAddresses() (all []sample) {
	for i, a := range []string{
		"ada@acme..test", "ada@.acme.test", "ada@acme.test/", "ada@acme.test?x", "ada@acme.test#", "ada@acme.test:25", "<ada@acme.test>", "ada@acme.test (Ada)",
		`ada\@evil.test@acme.test`, "ada@acme_test", "ada @acme.test", "ada@ acme.test", "ada@acme.test,", "ada@ac\u00adme.test", ".ada@acme.test", "ada.@acme.test",
		"ada@acme", "acme.test", "ada@-acme.test", "ada@acme-.test", "ada@acme.test;", "ada!evil@acme.test", "\ufeffada@acme.test", "ada@acme。test", "ADA", "ada@@acme.test",
	} {
		all = append(all, sample{name: fmt.Sprintf("address %d", i), want: saml.ReasonEmail, edit: address(a)})
	}
	for i, a := range []string{"ada@test", "ada@acme.tes", "ada@acme.testt", "ada@a.cme.test", "ada@acme-test.test", "ada@xn--cme-8cd.test", "ada@evil.acme.test", "ada@127.0.0.1"} {
		want := saml.ReasonDomain
		if a == "ada@test" {
			want = saml.ReasonEmail
		}
		all = append(all, sample{name: fmt.Sprintf("domain %d", i), want: want, edit: address(a)})
	}
	return all
}

func TestVerifyRefusesEdges(t *testing.T) { runAll(t, append(badAddresses(), badEdges...)) }
