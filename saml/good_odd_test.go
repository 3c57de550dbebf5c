package saml_test

import (
	"crypto"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"rollcall/saml/samltest"

	"github.com/beevik/etree"
)

const dsigNS = "http://www.w3.org/2000/09/xmldsig#"

// upward moves the assertion's declarations to the response before the assertion is signed.
func upward(a *etree.Element) {
	for _, d := range []string{"xmlns:saml", "xmlns:xs", "xmlns:xsi"} {
		a.Parent().CreateAttr(d, a.RemoveAttr(d).Value)
	}
}

// around encrypts the signed assertion without the declarations that it shares with the response, and changed by edit.
func around(edit func(assertion string) string) func(*samltest.Options) {
	return func(o *samltest.Options) {
		o.EditAssertion = upward
		o.EditSigned = func(r *etree.Element) {
			a := find(r, "./Assertion")
			doc := etree.NewDocument()
			doc.SetRoot(a.Copy())
			doc.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true}
			s, err := doc.WriteToString()
			if err != nil {
				panic(err)
			}
			el, err := samltest.Encrypt{To: &world().service.PublicKey}.Element([]byte(edit(s)))
			if err != nil {
				panic(err)
			}
			r.RemoveChild(a)
			r.AddChild(el)
		}
	}
}

// attributeXML puts an attribute into the statement before the assertion is signed.
func attributeXML(s string) func(*samltest.Options) {
	return told(func(a *etree.Element) {
		find(a, "./AttributeStatement").AddChild(element(`<saml:Attribute xmlns:saml="` + nsSAML + `" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ` + s + `</saml:Attribute>`))
	})
}

// oddSamples are legal responses that few send: every one must pass.
var oddSamples = []sample{
	{name: "rsa-pss", check: person, edit: func(o *samltest.Options) { o.Sign.PSS = true }},
	{name: "rsa-pss with SHA-512, both signed", check: person, edit: func(o *samltest.Options) {
		o.Signed, o.Sign.PSS, o.Sign.Hash = samltest.SignBoth, true, crypto.SHA512
	}},
	{name: "rsa with SHA-384, digest with SHA-256", edit: func(o *samltest.Options) { o.Sign.Hash, o.Sign.Digest = crypto.SHA384, crypto.SHA256 }},
	{name: "Java: carriage returns by reference in base64", check: person, edit: func(o *samltest.Options) {
		o.Signed = samltest.SignBoth
		o.Sign.EditSignature = func(sig *etree.Element) {
			for _, path := range []string{"./SignatureValue", "./KeyInfo/X509Data/X509Certificate"} {
				el := find(sig, path)
				el.SetText("\r\n" + el.Text()[:76] + "\r\n" + el.Text()[76:] + "\r\n")
			}
		}
	}},
	{name: "signature in the default namespace", check: person, edit: editInfo(func(info *etree.Element) { renamed("ds", "", dsigNS)(info.Parent()) })},
	{name: "signature under another prefix, both signed", check: person, edit: func(o *samltest.Options) {
		o.Signed = samltest.SignBoth
		o.Sign.EditSignedInfo = func(info *etree.Element) { renamed("ds", "dsig", dsigNS)(info.Parent()) }
	}},
	{name: "IDs on the parts of the signature", check: person, edit: editInfo(func(info *etree.Element) {
		info.CreateAttr("Id", "_info")
		info.Parent().CreateAttr("Id", "_signature")
		find(info.Parent(), "./SignatureValue").CreateAttr("Id", "_value")
		find(info, "./Reference").CreateAttr("Id", "_reference")
	})},
	{name: "a chain and a serial number in KeyInfo", check: person, edit: editSig(func(sig *etree.Element) {
		data := find(sig, "./KeyInfo/X509Data")
		data.AddChild(element(`<ds:X509Certificate xmlns:ds="` + dsigNS + `">` + b64(world().next.Certificate) + `</ds:X509Certificate>`))
		data.AddChild(element(`<ds:X509IssuerSerial xmlns:ds="` + dsigNS + `"><ds:X509IssuerName>CN=x</ds:X509IssuerName><ds:X509SerialNumber>1</ds:X509SerialNumber></ds:X509IssuerSerial>`))
		data.AddChild(element(`<ds:X509SubjectName xmlns:ds="` + dsigNS + `">CN=x</ds:X509SubjectName>`))
	})},
	{name: "an empty prefix list", check: person, edit: editInfo(func(info *etree.Element) {
		find(info, "./Reference/Transforms/Transform[2]").AddChild(element(`<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList=""/>`))
	})},
	{name: "prefix list with the default namespace", check: person, edit: func(o *samltest.Options) {
		o.EditAssertion, o.Sign.Prefixes = renamed("saml", "", nsSAML), "#default xs xsi unknown"
	}},
	{name: "declarations on the response only", check: person, edit: told(upward)},
	{name: "declarations on the response only, prefix list", check: person, edit: func(o *samltest.Options) {
		o.EditAssertion, o.Sign.Prefixes = upward, "xs"
	}},
	{name: "declarations on the response only, both signed", check: person, edit: func(o *samltest.Options) {
		o.EditAssertion, o.Signed = upward, samltest.SignBoth
	}},
	{name: "declarations on the response only, inclusive", check: person, edit: func(o *samltest.Options) {
		o.EditAssertion, o.Sign.C14N = upward, inclusive10
	}},
	{name: "declarations on the response only, encrypted", check: person, edit: around(func(s string) string { return s })},
	{name: "encrypted with a declaration of XML", check: person, edit: around(func(s string) string {
		return `<?xml version="1.0" encoding="UTF-8"?>` + strings.Replace(s, "<saml:Assertion", `<saml:Assertion xmlns:saml="`+nsSAML+`" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`, 1)
	})},
	{name: "encrypted with a label", edit: encrypted(samltest.Encrypt{Label: []byte("label")})},
	{name: "encrypted, key named and pointed to", edit: encrypted(samltest.Encrypt{Detached: true, Edit: func(el *etree.Element) {
		key := find(el, "./EncryptedKey")
		key.CreateAttr("Id", "_key")
		key.CreateAttr("Recipient", spEntity)
		find(el, "./EncryptedData").InsertChildAt(1, element(`<ds:KeyInfo xmlns:ds="`+dsigNS+`"><ds:RetrievalMethod Type="http://www.w3.org/2001/04/xmlenc#EncryptedKey" URI="#_key"/></ds:KeyInfo>`))
	}})},
	{name: "encrypted, blanks in the values", edit: encrypted(samltest.Encrypt{Edit: func(el *etree.Element) {
		for _, v := range el.FindElements(".//CipherValue") {
			v.SetText("\n  " + v.Text()[:64] + "\r\n" + v.Text()[64:] + "\n")
		}
	}})},
	{name: "a value that is nil", check: person, edit: attributeXML(`Name="department"><saml:AttributeValue xsi:nil="true"/>`)},
	{name: "values of any type and of structure", check: person, edit: attributeXML(`Name="entitlement" FriendlyName="e" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">` +
		`<saml:AttributeValue xsi:type="xs:anyType">plain</saml:AttributeValue><saml:AttributeValue><x:a xmlns:x="urn:x"><x:b/></x:a></saml:AttributeValue><saml:AttributeValue xml:lang="de">Straße</saml:AttributeValue>`)},
	{name: "a photograph of half a megabyte", check: person, edit: attributeXML(`Name="photo"><saml:AttributeValue xsi:type="xs:base64Binary">` +
		strings.Repeat("QUJD", 130_000) + `</saml:AttributeValue>`)},
	{name: "angle brackets in a value", check: person, edit: attributeXML(`Name="title"><saml:AttributeValue>a ]]&gt; b &lt;!-- c --&gt;</saml:AttributeValue>`)},
	{name: "attribute names in capitals", check: person, edit: claim("EMAIL", "FIRSTNAME", "LASTNAME", "COUNTRY")},
	{name: "Keycloak: X500 mappers", check: person, edit: claim("urn:oid:1.2.840.113549.1.9.1", "urn:oid:2.5.4.42", "urn:oid:2.5.4.4", "urn:oid:2.5.4.6")},
	{name: "AD FS: the old claim of the address", check: person, edit: claim("http://schemas.xmlsoap.org/claims/EmailAddress", "firstName", "lastName", "country")},
	{name: "authentication context by reference, authorities and place", check: person, edit: told(func(a *etree.Element) {
		find(a, "./AuthnStatement").InsertChildAt(0, element(`<saml:SubjectLocality xmlns:saml="`+nsSAML+`" Address="192.0.2.1" DNSName="pc"/>`))
		ctx := find(a, "./AuthnStatement/AuthnContext")
		ctx.Child = nil
		ctx.CreateElement("saml:AuthnContextDeclRef").SetText("urn:x:context")
		ctx.CreateElement("saml:AuthenticatingAuthority").SetText("https://other.test/idp")
	})},
	{name: "authentication context declared in place", check: person, edit: told(func(a *etree.Element) {
		find(a, "./AuthnStatement/AuthnContext").AddChild(element(`<saml:AuthnContextDecl xmlns:saml="` + nsSAML + `"><c:Decl xmlns:c="urn:c" ID="_decl"/></saml:AuthnContextDecl>`))
	})},
	{name: "two authentication statements, one of authorization", check: person, edit: told(double("./AuthnStatement", nil), func(a *etree.Element) {
		a.AddChild(element(`<saml:AuthzDecisionStatement xmlns:saml="` + nsSAML + `" Resource="urn:r" Decision="Permit"><saml:Action Namespace="urn:n">read</saml:Action></saml:AuthzDecisionStatement>`))
	})},
	{name: "an address in the confirmation, times with offsets", check: person, edit: told(set(confirmData, "Address", "192.0.2.1"),
		set(confirmData, "NotOnOrAfter", "2026-11-20T07:05:00.000-05:00"), set("./Conditions", "NotOnOrAfter", "2026-11-20T17:35:00.5+05:30"))},
	{name: "status with details", check: person, edit: func(o *samltest.Options) {
		o.EditResponse = func(r *etree.Element) {
			find(r, "./Status").AddChild(element(`<samlp:StatusDetail xmlns:samlp="` + nsSAMLP + `"><x:y xmlns:x="urn:x"/></samlp:StatusDetail>`))
			r.CreateAttr("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
			r.CreateAttr("xsi:schemaLocation", nsSAMLP+" saml-schema-protocol-2.0.xsd")
			r.CreateAttr("Consent", "urn:oasis:names:tc:SAML:2.0:consent:obtained")
		}
	}},
	{name: "references in the advice", check: person, edit: told(func(a *etree.Element) {
		a.InsertChildAt(find(a, "./Conditions").Index()+1, element(`<saml:Advice xmlns:saml="`+nsSAML+`"><saml:AssertionIDRef>_other</saml:AssertionIDRef><saml:AssertionURIRef>https://x.test/a</saml:AssertionURIRef></saml:Advice>`))
	})},
	{name: "every kind of condition", check: person, edit: told(func(a *etree.Element) {
		c := find(a, "./Conditions")
		c.CreateElement("saml:OneTimeUse")
		c.AddChild(element(`<saml:ProxyRestriction xmlns:saml="` + nsSAML + `"><saml:Audience>https://p.test</saml:Audience></saml:ProxyRestriction>`))
	})},
	{name: "a session of a month", at: time.Second, edit: func(o *samltest.Options) { o.SessionLife = 30 * 24 * time.Hour }},
	{name: "unusual padding of base64 in KeyInfo only", edit: editSig(func(sig *etree.Element) {
		el := find(sig, "./KeyInfo/X509Data/X509Certificate")
		der, _ := base64.StdEncoding.DecodeString(el.Text())
		el.SetText(base64.RawStdEncoding.EncodeToString(der))
	})},
}

func TestVerifyAcceptsOdd(t *testing.T) { runAll(t, oddSamples) }
