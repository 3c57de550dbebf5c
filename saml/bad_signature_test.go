package saml_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"testing"

	"rollcall/saml"
	"rollcall/saml/samltest"

	"github.com/beevik/etree"
)

func mallory(k keys) *samltest.IdP { return k.mallory }

// editInfo forges SignedInfo before it is signed with the right key.
func editInfo(edit func(*etree.Element)) func(*samltest.Options) {
	return func(o *samltest.Options) { o.Sign.EditSignedInfo = edit }
}

// editSig forges the finished Signature.
func editSig(edit func(*etree.Element)) func(*samltest.Options) {
	return func(o *samltest.Options) { o.Sign.EditSignature = edit }
}

// changed changes the finished response.
func changed(edit func(*etree.Element)) func(*samltest.Options) {
	return func(o *samltest.Options) { o.EditSigned = edit }
}

func signed(s samltest.Signed, more func(*samltest.Options)) func(*samltest.Options) {
	return func(o *samltest.Options) {
		o.Signed = s
		if more != nil {
			more(o)
		}
	}
}

// badSignatures: signature and key.
var badSignatures = []sample{
	{name: "rsa-pss with SHA-1", want: saml.ReasonAlgorithm, edit: func(o *samltest.Options) { o.Sign.PSS, o.Sign.Hash = true, crypto.SHA1 }},
	{name: "rsa-pss by a foreign key", want: saml.ReasonWrongCert, idp: mallory, edit: func(o *samltest.Options) { o.Sign.PSS = true }},
	{name: "rsa-pss named, PKCS #1 made", want: saml.ReasonSignature, edit: editInfo(set("./SignatureMethod", "Algorithm", "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"))},
	{name: "nothing signed", want: saml.ReasonUnsigned, edit: signed(samltest.SignNothing, nil)},
	{name: "signed by mallory", want: saml.ReasonWrongCert, idp: mallory},
	{name: "signed by mallory without KeyInfo", want: saml.ReasonWrongCert, idp: mallory, edit: func(o *samltest.Options) { o.Sign.NoKeyInfo = true }},
	{name: "signed by mallory, shows acme's certificate", want: saml.ReasonSignature, idp: mallory, edit: func(o *samltest.Options) {
		o.Sign.Key, o.Sign.Certificate = world().mallory.Key, world().acme.Certificate
	}},
	{name: "mallory's certificate beside acme's", want: saml.ReasonSignature, idp: mallory, edit: editSig(func(sig *etree.Element) {
		c := element(`<ds:X509Certificate xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>`)
		c.SetText(base64.StdEncoding.EncodeToString(world().acme.Certificate.Raw))
		find(sig, "./KeyInfo/X509Data").InsertChildAt(0, c)
	})},
	{name: "response signed by acme, assertion by mallory", want: saml.ReasonWrongCert, edit: func(o *samltest.Options) {
		o.Signed, o.Response = samltest.SignBoth, &samltest.Sign{}
		o.Sign.Key, o.Sign.Certificate = world().mallory.Key, world().mallory.Certificate
	}},
	{name: "response signed by mallory, assertion by acme", want: saml.ReasonWrongCert, edit: func(o *samltest.Options) {
		o.Signed, o.Response = samltest.SignBoth, &samltest.Sign{Key: world().mallory.Key, Certificate: world().mallory.Certificate}
	}},
	{name: "no certificate pinned", want: saml.ReasonWrongCert, settings: func(s *saml.Settings) { s.Certificates = nil }},
	{name: "rsa signature, ecdsa pinned", want: saml.ReasonWrongCert, settings: pinEC},
	{name: "certificate dates are hard", want: saml.ReasonCertDates, settings: func(s *saml.Settings) {
		old, err := samltest.SelfSigned("old", world().acme.Key, now.AddDate(-3, 0, 0), now.AddDate(-1, 0, 0))
		if err != nil {
			panic(err)
		}
		s.Certificates, s.HardCertificateDates = []*x509.Certificate{old}, true
	}},
	{name: "assertion changed after signing", want: saml.ReasonSignature, edit: changed(text("./Assertion/Subject/NameID", attacker))},
	{name: "response changed after signing", want: saml.ReasonSignature, edit: signed(samltest.SignResponse, changed(set(".", "InResponseTo", "_other")))},
	{name: "assertion removed from signed response", want: saml.ReasonStructure, edit: signed(samltest.SignResponse, changed(remove("./Assertion")))},
	{name: "response good, assertion changed and signed again by nobody", want: saml.ReasonSignature, edit: signed(samltest.SignBoth, changed(text("./Assertion//NameID", attacker)))},
	{name: "signature value of zeros", want: saml.ReasonSignature, edit: editSig(text("./SignatureValue", base64.StdEncoding.EncodeToString(make([]byte, 256))))},
	{name: "empty signature", want: saml.ReasonSignature, edit: editSig(func(s *etree.Element) { s.Child = nil })},
	{name: "no SignedInfo", want: saml.ReasonSignature, edit: editSig(remove("./SignedInfo"))},
	{name: "empty SignedInfo", want: saml.ReasonSignature, edit: editSig(func(s *etree.Element) { find(s, "./SignedInfo").Child = nil })},
	{name: "no SignatureValue", want: saml.ReasonSignature, edit: editSig(remove("./SignatureValue"))},
	{name: "empty SignatureValue", want: saml.ReasonSignature, edit: editSig(text("./SignatureValue", ""))},
	{name: "no Reference", want: saml.ReasonSignature, edit: editInfo(remove("./Reference"))},
	{name: "two References, right one first", want: saml.ReasonSignature, edit: editInfo(double("./Reference", set(".", "URI", "#_else")))},
	{name: "two References, right one last", want: saml.ReasonSignature, edit: editInfo(all(double("./Reference", nil), set("./Reference", "URI", "#_else")))},
	{name: "Reference to the whole document", want: saml.ReasonSignature, edit: editInfo(set("./Reference", "URI", ""))},
	{name: "Reference without URI", want: saml.ReasonSignature, edit: editInfo(unset("./Reference", "URI"))},
	{name: "Reference by xpointer", want: saml.ReasonSignature, edit: editInfo(set("./Reference", "URI", "#xpointer(/)"))},
	{name: "Reference with a letter for the hash", want: saml.ReasonSignature, edit: editInfo(func(i *etree.Element) {
		r := find(i, "./Reference")
		r.CreateAttr("URI", "x"+r.SelectAttrValue("URI", "#")[1:])
	})},
	{name: "Reference to another element", want: saml.ReasonSignature, edit: editInfo(set("./Reference", "URI", "#_else"))},
	{name: "no enveloped transform", want: saml.ReasonSignature, edit: editInfo(remove("./Reference/Transforms/Transform"))},
	{name: "three transforms", want: saml.ReasonSignature, edit: editInfo(double("./Reference/Transforms/Transform", nil))},
	{name: "xpath transform", want: saml.ReasonSignature, edit: editInfo(set("./Reference/Transforms/Transform[2]", "Algorithm", "http://www.w3.org/TR/1999/REC-xpath-19991116"))},
	{name: "transforms swapped", want: saml.ReasonSignature, edit: editInfo(func(i *etree.Element) {
		first := find(i, "./Reference/Transforms/Transform[1]")
		parent := first.Parent()
		parent.RemoveChild(first)
		parent.AddChild(first)
	})},
	{name: "unknown canonicalization", want: saml.ReasonSignature, edit: editInfo(set("./CanonicalizationMethod", "Algorithm", "urn:none"))},
	{name: "empty canonicalization", want: saml.ReasonSignature, edit: editInfo(all(
		set("./Reference/Transforms/Transform[2]", "Algorithm", "http://www.w3.org/2000/09/xmldsig#base64"),
		text("./Reference/DigestValue", emptyDigest)))},
	{name: "digest of nothing", want: saml.ReasonSignature, edit: editInfo(text("./Reference/DigestValue", emptyDigest))},
	{name: "element in DigestValue", want: saml.ReasonSignature, edit: editInfo(func(i *etree.Element) { find(i, "./Reference/DigestValue").CreateElement("ds:x") })},
	{name: "two DigestValues", want: saml.ReasonSignature, edit: editInfo(double("./Reference/DigestValue", nil))},
	{name: "two SignedInfos", want: saml.ReasonSignature, edit: editSig(double("./SignedInfo", text("./Reference/DigestValue", emptyDigest)))},
	{name: "two SignatureValues", want: saml.ReasonSignature, edit: editSig(double("./SignatureValue", nil))},
	{name: "Object in the signature", want: saml.ReasonSignature, edit: editSig(func(s *etree.Element) { s.CreateElement("ds:Object").SetText("x") })},
	{name: "DigestValue hidden elsewhere", want: saml.ReasonSignature, edit: func(o *samltest.Options) {
		o.Sign.EditSignature = func(s *etree.Element) {
			find(s, "./KeyInfo").CreateElement("ds:DigestValue").SetText(find(s, "./SignedInfo/Reference/DigestValue").Text())
			find(s, "./SignedInfo/Reference/DigestValue").SetText(emptyDigest)
		}
	}},
	{name: "sha1 signature", want: saml.ReasonAlgorithm, edit: func(o *samltest.Options) { o.Sign.Hash = crypto.SHA1 }},
	{name: "sha1 digest", want: saml.ReasonAlgorithm, edit: func(o *samltest.Options) { o.Sign.Digest = crypto.SHA1 }},
	{name: "md5", want: saml.ReasonAlgorithm, edit: func(o *samltest.Options) { o.Sign.Hash = crypto.MD5 }},
	{name: "hmac with the public certificate", want: saml.ReasonAlgorithm, edit: editSig(func(s *etree.Element) {
		set("./SignedInfo/SignatureMethod", "Algorithm", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")(s)
		mac := hmac.New(sha256.New, world().acme.Certificate.Raw)
		text("./SignatureValue", base64.StdEncoding.EncodeToString(mac.Sum(nil)))(s)
	})},
	{name: "unknown algorithm", want: saml.ReasonAlgorithm, edit: editSig(set("./SignedInfo/SignatureMethod", "Algorithm", "urn:x"))},
	{name: "ecdsa in DER", want: saml.ReasonSignature, idp: ec, settings: pinEC, edit: editSig(func(s *etree.Element) {
		raw, _ := base64.StdEncoding.DecodeString(find(s, "./SignatureValue").Text())
		text("./SignatureValue", base64.StdEncoding.EncodeToString(append([]byte{0x30, 0x44}, raw...)))(s)
	})},
	{name: "sha1 in the inner signature only", want: saml.ReasonAlgorithm, edit: func(o *samltest.Options) {
		o.Signed, o.Sign.Hash, o.Response = samltest.SignBoth, crypto.SHA1, &samltest.Sign{}
	}},
	{name: "sha1 in the outer signature only", want: saml.ReasonAlgorithm, edit: func(o *samltest.Options) {
		o.Signed, o.Response = samltest.SignBoth, &samltest.Sign{Hash: crypto.SHA1}
	}},
	{name: "md5 digest", want: saml.ReasonAlgorithm, edit: func(o *samltest.Options) { o.Sign.Digest = crypto.MD5 }},
	{name: "no signature algorithm", want: saml.ReasonAlgorithm, edit: editInfo(unset("./SignatureMethod", "Algorithm"))},
	{name: "no digest algorithm", want: saml.ReasonAlgorithm, edit: editInfo(unset("./Reference/DigestMethod", "Algorithm"))},
	{name: "algorithm with a blank", want: saml.ReasonAlgorithm, edit: editInfo(set("./SignatureMethod", "Algorithm", " http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"))},
	{name: "dsa", want: saml.ReasonAlgorithm, edit: editSig(set("./SignedInfo/SignatureMethod", "Algorithm", "http://www.w3.org/2009/xmldsig11#dsa-sha256"))},
	{name: "rsa named ecdsa", want: saml.ReasonSignature, edit: editSig(set("./SignedInfo/SignatureMethod", "Algorithm", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"))},
	{name: "hmac output length", want: saml.ReasonSignature, edit: editInfo(func(i *etree.Element) {
		find(i, "./SignatureMethod").CreateElement("ds:HMACOutputLength").SetText("1")
	})},
	{name: "digest method with an element", want: saml.ReasonSignature, edit: editInfo(func(i *etree.Element) { find(i, "./Reference/DigestMethod").CreateElement("ds:x") })},
	{name: "DigestValue empty", want: saml.ReasonSignature, edit: editInfo(text("./Reference/DigestValue", ""))},
	{name: "DigestValue cut short", want: saml.ReasonSignature, edit: editInfo(func(i *etree.Element) {
		find(i, "./Reference/DigestValue").SetText(base64.StdEncoding.EncodeToString(make([]byte, 4)))
	})},
	{name: "DigestValue missing", want: saml.ReasonSignature, edit: editInfo(remove("./Reference/DigestValue"))},
	{name: "DigestMethod missing", want: saml.ReasonSignature, edit: editInfo(remove("./Reference/DigestMethod"))},
	{name: "no transforms", want: saml.ReasonSignature, edit: editInfo(remove("./Reference/Transforms"))},
	{name: "empty transforms", want: saml.ReasonSignature, edit: editInfo(func(i *etree.Element) { find(i, "./Reference/Transforms").Child = nil })},
	{name: "xslt transform", want: saml.ReasonSignature, edit: editInfo(func(i *etree.Element) {
		tr := find(i, "./Reference/Transforms/Transform[2]")
		tr.CreateAttr("Algorithm", "http://www.w3.org/TR/1999/REC-xslt-19991116")
		tr.CreateElement("xsl:stylesheet").CreateAttr("xmlns:xsl", "http://www.w3.org/1999/XSL/Transform")
	})},
	{name: "xpath filter inside enveloped", want: saml.ReasonSignature, edit: editInfo(func(i *etree.Element) {
		find(i, "./Reference/Transforms/Transform[1]").CreateElement("ds:XPath").SetText("/")
	})},
	{name: "Reference to a file", want: saml.ReasonSignature, edit: editInfo(set("./Reference", "URI", "file:///etc/passwd"))},
	{name: "Reference to a web address", want: saml.ReasonSignature, edit: editInfo(set("./Reference", "URI", "https://evil.test/#x"))},
	{name: "Reference by xpointer id", want: saml.ReasonSignature, edit: editInfo(func(i *etree.Element) {
		r := find(i, "./Reference")
		r.CreateAttr("URI", "#xpointer(id('"+r.SelectAttrValue("URI", "#")[1:]+"'))")
	})},
	{name: "Reference to an empty ID", want: saml.ReasonSignature, edit: editInfo(set("./Reference", "URI", "#"))},
	{name: "signature over the assertion's ID only, on the response", want: saml.ReasonSignature, edit: changed(func(r *etree.Element) {
		sig := find(r, "./Assertion/Signature")
		sig.Parent().RemoveChild(sig)
		r.InsertChildAt(1, sig)
	})},
	{name: "element before SignedInfo", want: saml.ReasonSignature, edit: editSig(func(s *etree.Element) {
		s.InsertChildAt(0, element(`<ds:x xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>`))
	})},
	{name: "SignedInfo of a foreign namespace", want: saml.ReasonSignature, edit: editSig(func(s *etree.Element) {
		s.CreateAttr("xmlns:f", "urn:fake")
		find(s, "./SignedInfo").Space = "f"
	})},
	{name: "two KeyInfos", want: saml.ReasonSignature, edit: editSig(double("./KeyInfo", nil))},
	{name: "signature value one byte short", want: saml.ReasonSignature, edit: editSig(func(s *etree.Element) {
		raw, _ := base64.StdEncoding.DecodeString(find(s, "./SignatureValue").Text())
		text("./SignatureValue", base64.StdEncoding.EncodeToString(raw[1:]))(s)
	})},
	{name: "signature value not base64", want: saml.ReasonSignature, edit: editSig(text("./SignatureValue", "%%%"))},
	{name: "element in SignatureValue", want: saml.ReasonSignature, edit: editSig(func(s *etree.Element) { find(s, "./SignatureValue").CreateElement("ds:x") })},
	{name: "ecdsa value of zeros", want: saml.ReasonSignature, idp: ec, settings: pinEC, edit: editSig(text("./SignatureValue", base64.StdEncoding.EncodeToString(make([]byte, 64))))},
	{name: "ecdsa value of odd length", want: saml.ReasonSignature, idp: ec, settings: pinEC, edit: editSig(text("./SignatureValue", "AQID"))},
	{name: "ecdsa by another key", want: saml.ReasonWrongCert, idp: ec},
	{name: "self-made certificate with acme's name and key in KeyValue", want: saml.ReasonWrongCert, idp: mallory, edit: editSig(func(s *etree.Element) {
		info := find(s, "./KeyInfo")
		info.Child = nil
		info.AddChild(element(`<ds:KeyValue xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>`))
	})},
	{name: "key to be fetched", want: saml.ReasonWrongCert, idp: mallory, edit: editSig(func(s *etree.Element) {
		info := find(s, "./KeyInfo")
		info.Child = nil
		info.AddChild(element(`<ds:RetrievalMethod xmlns:ds="http://www.w3.org/2000/09/xmldsig#" URI="https://evil.test/key"/>`))
	})},
	{name: "signature last in the assertion", want: saml.ReasonStructure, edit: changed(func(r *etree.Element) {
		sig := find(r, "./Assertion/Signature")
		a := sig.Parent()
		a.RemoveChild(sig)
		a.AddChild(sig)
	})},
	{name: "signature before the issuer", want: saml.ReasonStructure, edit: changed(func(r *etree.Element) {
		sig := find(r, "./Assertion/Signature")
		a := sig.Parent()
		a.RemoveChild(sig)
		a.InsertChildAt(0, sig)
	})},
	{name: "two signatures", want: saml.ReasonStructure, edit: changed(double("./Assertion/Signature", nil))},
	{name: "signature moved to the subject", want: saml.ReasonStructure, edit: changed(func(r *etree.Element) {
		sig := find(r, "./Assertion/Signature")
		sig.Parent().RemoveChild(sig)
		find(r, "./Assertion/Subject").AddChild(sig)
	})},
	{name: "signature of a foreign namespace", want: saml.ReasonStructure, edit: changed(set("./Assertion/Signature", "xmlns:ds", "urn:fake"))},
}

// emptyDigest is SHA-256 of nothing.
const emptyDigest = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

func TestVerifyRefusesSignatures(t *testing.T) { runAll(t, badSignatures) }
