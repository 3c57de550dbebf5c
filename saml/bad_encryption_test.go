package saml_test

import (
	"crypto/rsa"
	"encoding/base64"
	"strings"
	"testing"

	"rollcall/saml"
	"rollcall/saml/samltest"

	"github.com/beevik/etree"
)

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
	{name: "EncryptedAttribute", want: saml.ReasonEncrypted, edit: func(o *samltest.Options) {
		o.EditAssertion = func(a *etree.Element) { find(a, "./AttributeStatement").CreateElement("saml:EncryptedAttribute") }
	}},
	{name: "EncryptedID inside an encrypted assertion", want: saml.ReasonEncrypted, edit: func(o *samltest.Options) {
		encrypted(samltest.Encrypt{})(o)
		o.EditAssertion = func(a *etree.Element) { find(a, "./Subject/NameID").Tag = "EncryptedID" }
	}},
	{name: "rsa 1.5 in a signed response", want: saml.ReasonEncrypted, edit: signed(samltest.SignBoth, encrypted(samltest.Encrypt{Transport: "rsa-1_5"}))},
	{name: "cbc with a signed assertion inside an unsigned response", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Cipher: "aes256-cbc"})},
	{name: "genuine encrypted assertion, response signed by mallory", want: saml.ReasonWrongCert, edit: func(o *samltest.Options) {
		encrypted(samltest.Encrypt{})(o)
		o.Signed, o.Response = samltest.SignBoth, &samltest.Sign{Key: world().mallory.Key, Certificate: world().mallory.Certificate}
	}},
	{name: "encrypted key missing", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Edit: remove("./EncryptedData/KeyInfo/EncryptedKey")})},
	{name: "encrypted key not base64", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Edit: text("./EncryptedData/KeyInfo/EncryptedKey/CipherData/CipherValue", "%%")})},
	{name: "encrypted key longer than our modulus", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Edit: text("./EncryptedData/KeyInfo/EncryptedKey/CipherData/CipherValue", base64.StdEncoding.EncodeToString(make([]byte, 4096)))})},
	{name: "no cipher named", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Edit: remove("./EncryptedData/EncryptionMethod")})},
	{name: "no CipherData", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Edit: remove("./EncryptedData/CipherData")})},
	{name: "cipher by reference", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Edit: func(el *etree.Element) {
		d := find(el, "./EncryptedData/CipherData")
		d.Child = nil
		d.CreateElement("xenc:CipherReference").CreateAttr("URI", "https://evil.test/x")
	}})},
	{name: "two EncryptedData", want: saml.ReasonEncrypted, edit: encrypted(samltest.Encrypt{Edit: double("./EncryptedData", nil)})},
	{name: "encrypted, leaving its place", want: saml.ReasonXML, edit: plainText(`</context><context>`)},
	{name: "encrypted text beside an element", want: saml.ReasonXML, edit: plainText(`x<saml:Assertion ID="_q"/>`)},
	{name: "encrypted, prefix declared nowhere", want: saml.ReasonXML, edit: plainText(`<nowhere:Assertion ID="_q"/>`)},
	{name: "encrypted, prefix declared around it", want: saml.ReasonSignature, edit: around(func(a string) string { return strings.Replace(a, "Lovelace", "Mallory", 1) })},
	{name: "encrypted twice", want: saml.ReasonStructure, edit: plainText(`<s:EncryptedAssertion xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion"/>`)},
	{name: "encrypted with two roots", want: saml.ReasonXML, edit: plainText(`<a/><b/>`)},
	{name: "encrypted nothing", want: saml.ReasonXML, edit: plainText(``)},
	{name: "encrypted comment in NameID", want: saml.ReasonXML, edit: plainText(`<a:Assertion xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" ID="_q"><a:Subject><a:NameID>ada@acme.test<!---->.evil</a:NameID></a:Subject></a:Assertion>`)},
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
