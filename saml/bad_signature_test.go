package saml_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
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

// badEncryption: encrypted assertions.
var badEncryption = []sample{
	{name: "anybody's encrypted assertion", want: saml.ReasonUnsigned, edit: signed(samltest.SignNothing, encrypted(samltest.Encrypt{}))},
	{name: "mallory's encrypted assertion", want: saml.ReasonWrongCert, idp: mallory, edit: encrypted(samltest.Encrypt{})},
	{name: "rsa 1.5", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Transport: "rsa-1_5"})},
	{name: "cbc in an unsigned response", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Cipher: "aes128-cbc"})},
	{name: "no key of ours", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{}), settings: func(s *saml.Settings) { s.DecryptionKeys = nil }},
	{name: "another key of ours", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{}), settings: func(s *saml.Settings) {
		s.DecryptionKeys = []*rsa.PrivateKey{world().next.Key.(*rsa.PrivateKey), nil}
	}},
	{name: "empty ciphertext", want: saml.ReasonEncrypted, edit: cipherText("")},
	{name: "ciphertext of three bytes", want: saml.ReasonEncrypted, edit: cipherText("AQID")},
	{name: "ciphertext changed", want: saml.ReasonEncrypted, edit: cipherText(base64.StdEncoding.EncodeToString(make([]byte, 64)))},
	{name: "cbc of zeros in signed response", want: saml.ReasonEncrypted, edit: signed(samltest.SignResponse, func(o *samltest.Options) {
		encrypted(samltest.Encrypt{Cipher: "aes128-cbc", Edit: text("./EncryptedData/CipherData/CipherValue", base64.StdEncoding.EncodeToString(make([]byte, 17)))})(o)
	})},
	{name: "wrapped key of other length", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Edit: set("./EncryptedData/EncryptionMethod", "Algorithm", "http://www.w3.org/2009/xmlenc11#aes256-gcm")})},
	{name: "unknown cipher", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Edit: set("./EncryptedData/EncryptionMethod", "Algorithm", "http://www.w3.org/2001/04/xmlenc#tripledes-cbc")})},
	{name: "no EncryptedData", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Edit: remove("./EncryptedData")})},
	{name: "EncryptedID", want: saml.ReasonEncrypted, edit: func(o *samltest.Options) {
		o.EditAssertion = func(a *etree.Element) {
			n := find(a, "./Subject/NameID")
			n.Tag = "EncryptedID"
		}
	}},
	{name: "encrypted response instead of assertion", want: saml.ReasonStructure, edit: plainText(`<x:Response xmlns:x="urn:oasis:names:tc:SAML:2.0:protocol" ID="_q"/>`)},
	{name: "encrypted text", want: saml.ReasonXML, edit: plainText(`hello`)},
	{name: "encrypted DOCTYPE", want: saml.ReasonXML, edit: plainText(`<!DOCTYPE x><x/>`)},
	{name: "encrypted nested assertions", want: saml.ReasonStructure, edit: plainText(
		`<a:Assertion xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" ID="_q"><a:Advice><a:Assertion ID="_r"/></a:Advice></a:Assertion>`)},
	{name: "plain forged beside encrypted genuine", want: saml.ReasonStructure, edit: func(o *samltest.Options) {
		var copied *etree.Element
		o.EditAssertion = func(a *etree.Element) { copied = forged(a, "_evil") }
		encrypted(samltest.Encrypt{})(o)
		o.EditSigned = func(r *etree.Element) { r.AddChild(copied) }
	}},
	{name: "two encrypted", want: saml.ReasonStructure, edit: func(o *samltest.Options) {
		encrypted(samltest.Encrypt{})(o)
		o.EditSigned = double("./EncryptedAssertion", nil)
	}},
}

func cipherText(value string) func(*samltest.Options) {
	return encrypted(samltest.Encrypt{Edit: text("./EncryptedData/CipherData/CipherValue", value)})
}

// plainText encrypts anything in the assertion's place, inside a response signed by acme.
func plainText(s string) func(*samltest.Options) {
	return func(o *samltest.Options) {
		o.Signed = samltest.SignResponse
		o.EditResponse = func(r *etree.Element) {
			el, err := samltest.Encrypt{To: &world().service.PublicKey}.Element([]byte(s))
			if err != nil {
				panic(err)
			}
			remove("./Assertion")(r)
			r.AddChild(el)
		}
	}
}

func TestVerifyRefusesSignatures(t *testing.T) { runAll(t, badSignatures) }

func TestVerifyRefusesEncryption(t *testing.T) { runAll(t, badEncryption) }

// TestOneDecryptionText: which step of decrypting failed must not show.
func TestOneDecryptionText(t *testing.T) {
	texts := map[string]bool{}
	for _, edit := range []func(*samltest.Options){
		cipherText("AQID"), cipherText(base64.StdEncoding.EncodeToString(make([]byte, 64))),
		encrypted(samltest.Encrypt{Edit: text("./EncryptedData/KeyInfo/EncryptedKey/CipherData/CipherValue", "AQID")}),
	} {
		_, report, _ := saml.Verify(settings(), sample{edit: edit}.make(t), now)
		texts[report.Error.Sentence(saml.Labels{})] = true
	}
	if len(texts) != 1 {
		t.Errorf("several texts: %v", texts)
	}
}
