package saml_test

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"rollcall/saml"
	"rollcall/saml/samltest"

	"github.com/beevik/etree"
)

// badWrapping: the signed element is moved and an unsigned copy put where it was.
var badWrapping = []sample{
	{name: "forged assertion before the signed one", want: saml.ReasonStructure, edit: changed(func(r *etree.Element) {
		a := find(r, "./Assertion")
		r.InsertChildAt(a.Index(), forged(a, "_evil"))
	})},
	{name: "forged assertion after the signed one", want: saml.ReasonStructure, edit: changed(func(r *etree.Element) {
		r.AddChild(forged(find(r, "./Assertion"), "_evil"))
	})},
	{name: "two signed assertions", want: saml.ReasonStructure, edit: changed(double("./Assertion", nil))},
	{name: "signed inside the signature's Object", want: saml.ReasonStructure, edit: wrap(func(evil, good *etree.Element) {
		sig := find(good, "./Signature")
		good.RemoveChild(sig)
		evil.InsertChildAt(1, sig)
		sig.CreateElement("ds:Object").AddChild(good)
	})},
	{name: "signed inside KeyInfo", want: saml.ReasonStructure, edit: wrap(func(evil, good *etree.Element) {
		sig := find(good, "./Signature")
		good.RemoveChild(sig)
		evil.InsertChildAt(1, sig)
		find(sig, "./KeyInfo").AddChild(good)
	})},
	{name: "signed inside Advice", want: saml.ReasonStructure, edit: wrap(func(evil, good *etree.Element) {
		evil.CreateElement("saml:Advice").AddChild(good)
	})},
	{name: "signed inside the forged one's subject", want: saml.ReasonStructure, edit: wrap(func(evil, good *etree.Element) {
		find(evil, "./Subject").AddChild(good)
	})},
	{name: "signed inside an attribute value", want: saml.ReasonStructure, edit: wrap(func(evil, good *etree.Element) {
		v := find(evil, ".//AttributeValue")
		v.Child = nil
		v.AddChild(good)
	})},
	{name: "signed inside Extensions", want: saml.ReasonStructure, edit: changed(func(r *etree.Element) {
		good := find(r, "./Assertion")
		r.AddChild(forged(good, "_evil"))
		ext := element(`<samlp:Extensions xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>`)
		ext.AddChild(good)
		r.InsertChildAt(1, ext)
	})},
	{name: "signed response inside a forged one", want: saml.ReasonStructure, edit: signed(samltest.SignResponse, changed(func(r *etree.Element) {
		inner := r.Copy()
		remove("./Signature")(r)
		r.CreateAttr("ID", "_evil")
		a := find(r, "./Assertion")
		r.InsertChildAt(a.Index(), forged(a, "_evil2"))
		r.RemoveChild(a)
		find(r, "./Status").CreateElement("samlp:StatusDetail").AddChild(inner)
	}))},
	{name: "forged copy with the same ID", want: saml.ReasonStructure, edit: changed(func(r *etree.Element) {
		a := find(r, "./Assertion")
		r.InsertChildAt(a.Index(), forged(a, a.SelectAttrValue("ID", "")))
	})},
	{name: "forged keeps the ID, signed gets none", want: saml.ReasonStructure, edit: wrap(func(evil, good *etree.Element) {
		evil.CreateAttr("ID", good.SelectAttrValue("ID", ""))
		evil.InsertChildAt(1, find(good, "./Signature").Copy())
		good.RemoveAttr("ID")
		evil.CreateElement("saml:Advice").AddChild(good)
	})},
	{name: "forged assertion of a foreign namespace", want: saml.ReasonStructure, edit: changed(func(r *etree.Element) {
		evil := forged(find(r, "./Assertion"), "_evil")
		evil.CreateAttr("xmlns:saml", "urn:fake")
		r.AddChild(evil)
	})},
	{name: "signature of the genuine response on a forged one", want: saml.ReasonSignature, edit: signed(samltest.SignResponse, changed(func(r *etree.Element) {
		a := find(r, "./Assertion")
		r.InsertChildAt(a.Index(), forged(a, "_evil"))
		r.RemoveChild(a)
	}))},
	{name: "response is not a response", want: saml.ReasonStructure, edit: changed(func(r *etree.Element) { r.Tag = "LogoutResponse" })},
	{name: "ID behind a prefix", want: saml.ReasonXML, edit: changed(func(r *etree.Element) {
		r.CreateAttr("xmlns:x", "urn:x")
		r.CreateAttr("x:ID", "_evil")
	})},
	{name: "unknown child in the assertion", want: saml.ReasonStructure, edit: func(o *samltest.Options) {
		o.EditAssertion = func(a *etree.Element) { a.CreateElement("saml:Surprise") }
	}},
	{name: "signed response inside an assertion's Advice", want: saml.ReasonStructure, edit: signed(samltest.SignResponse, changed(func(r *etree.Element) {
		inner := r.Copy()
		remove("./Signature")(r)
		r.CreateAttr("ID", "_evil")
		a := find(r, "./Assertion")
		evil := forged(a, "_evil2")
		r.InsertChildAt(a.Index(), evil)
		r.RemoveChild(a)
		evil.CreateElement("saml:Advice").AddChild(inner)
	}))},
	{name: "forged assertion around the signed one", want: saml.ReasonStructure, edit: wrap(func(evil, good *etree.Element) { evil.AddChild(good) })},
	{name: "signed inside the status detail", want: saml.ReasonStructure, edit: changed(func(r *etree.Element) {
		good := find(r, "./Assertion")
		r.AddChild(forged(good, "_evil"))
		find(r, "./Status").CreateElement("samlp:StatusDetail").AddChild(good)
	})},
	{name: "signed inside an encrypted one's place", want: saml.ReasonStructure, edit: changed(func(r *etree.Element) {
		good := find(r, "./Assertion")
		r.AddChild(forged(good, "_evil"))
		e := element(`<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>`)
		e.AddChild(good)
		r.AddChild(e)
	})},
	{name: "forged assertion in lower case", want: saml.ReasonStructure, edit: changed(func(r *etree.Element) {
		evil := forged(find(r, "./Assertion"), "_evil")
		evil.Tag = "assertion"
		r.AddChild(evil)
	})},
	{name: "forged takes the signature and the ID, signed loses both", want: saml.ReasonStructure, edit: wrap(func(evil, good *etree.Element) {
		sig := find(good, "./Signature")
		good.RemoveChild(sig)
		evil.InsertChildAt(1, sig)
		evil.CreateAttr("ID", good.SelectAttrValue("ID", ""))
		good.CreateAttr("ID", "_moved")
		find(evil, "./Subject/SubjectConfirmation").AddChild(good)
	})},
	{name: "genuine signature over a forged assertion of the same ID", want: saml.ReasonSignature, edit: changed(func(r *etree.Element) {
		good := find(r, "./Assertion")
		evil := forged(good, good.SelectAttrValue("ID", ""))
		evil.InsertChildAt(1, find(good, "./Signature").Copy())
		r.InsertChildAt(good.Index(), evil)
		r.RemoveChild(good)
	})},
	{name: "two IDs on one element", want: saml.ReasonStructure, edit: changed(set("./Assertion", "Id", "_other"))},
	{name: "id in lower case of another's value", want: saml.ReasonStructure, edit: changed(func(r *etree.Element) {
		find(r, "./Status").CreateAttr("id", find(r, "./Assertion").SelectAttrValue("ID", ""))
	})},
	{name: "xml:id", want: saml.ReasonXML, edit: changed(set("./Status", "xml:id", "_x"))},
	{name: "attribute statement beside the assertion", want: saml.ReasonStructure, edit: changed(func(r *etree.Element) {
		st := find(r, "./Assertion/AttributeStatement").Copy()
		st.CreateAttr("xmlns:saml", "urn:oasis:names:tc:SAML:2.0:assertion")
		st.CreateAttr("xmlns:xsi", "urn:x")
		r.AddChild(st)
	})},
	{name: "second attribute statement added", want: saml.ReasonSignature, edit: changed(double("./Assertion/AttributeStatement", func(st *etree.Element) {
		find(st, ".//AttributeValue").SetText(attacker)
	}))},
	{name: "response in a SOAP envelope", want: saml.ReasonStructure, edit: onBytes(func(b []byte) []byte {
		return []byte(`<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>` + string(b) + `</e:Body></e:Envelope>`)
	})},
	{name: "assertion without a response", want: saml.ReasonStructure, edit: onBytes(func(b []byte) []byte {
		return b[bytes.Index(b, []byte("<saml:Assertion")):bytes.Index(b, []byte("</samlp:Response>"))]
	})},
	{name: "two subjects", want: saml.ReasonStructure, edit: func(o *samltest.Options) { o.EditAssertion = double("./Subject", nil) }},
	{name: "two Conditions", want: saml.ReasonStructure, edit: func(o *samltest.Options) { o.EditAssertion = double("./Conditions", nil) }},
}

// wrap takes the signed assertion out, puts a forged copy in its place, and lets hide put
// the signed one somewhere.
func wrap(hide func(evil, good *etree.Element)) func(*samltest.Options) {
	return changed(func(r *etree.Element) {
		good := find(r, "./Assertion")
		evil := forged(good, "_evil")
		r.InsertChildAt(good.Index(), evil)
		r.RemoveChild(good)
		hide(evil, good)
	})
}

func onBytes(edit func([]byte) []byte) func(*samltest.Options) {
	return func(o *samltest.Options) { o.EditBytes = edit }
}

func prefixed(s string) func(*samltest.Options) {
	return onBytes(func(b []byte) []byte { return append([]byte(s), b...) })
}

func suffixed(s string) func(*samltest.Options) {
	return onBytes(func(b []byte) []byte { return append(b, s...) })
}

// badXML: documents that parsers read differently, or that cost much to read.
var badXML = []sample{
	{name: "empty", want: saml.ReasonEncoding, raw: func(string) string { return "" }},
	{name: "not base64", want: saml.ReasonEncoding, raw: func(s string) string { return s[:100] + "*" + s[100:] }},
	{name: "base64 of another alphabet", want: saml.ReasonEncoding, raw: func(string) string {
		return base64.URLEncoding.EncodeToString([]byte("<a>\xfb\xff\xfe</a>"))
	}},
	{name: "loose bits in base64", want: saml.ReasonEncoding, raw: func(string) string { return "PGEvPh==" }},
	{name: "XML without base64", want: saml.ReasonEncoding, raw: func(string) string { return "<Response/>" }},
	{name: "too long", want: saml.ReasonTooLarge, raw: func(s string) string { return s + strings.Repeat(" ", saml.MaxValue) }},
	{name: "deflated", want: saml.ReasonEncoding, raw: func(s string) string {
		data, _ := base64.StdEncoding.DecodeString(s)
		var b bytes.Buffer
		w, _ := flate.NewWriter(&b, 9)
		_, _ = w.Write(data)
		_ = w.Close()
		return base64.StdEncoding.EncodeToString(b.Bytes())
	}},
	{name: "byte order mark", want: saml.ReasonEncoding, edit: prefixed("\ufeff")},
	{name: "text", want: saml.ReasonXML, raw: func(string) string { return encode("<hello") }},
	{name: "DOCTYPE in front", want: saml.ReasonXML, edit: prefixed("<!DOCTYPE r>")},
	{name: "entity expansion", want: saml.ReasonXML, edit: prefixed(`<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>`)},
	{name: "external entity", want: saml.ReasonXML, edit: prefixed(`<!DOCTYPE r SYSTEM "file:///etc/passwd">`)},
	{name: "undefined entity", want: saml.ReasonXML, edit: onBytes(replaced("Lovelace", "&love;"))},
	{name: "latin-1 declaration", want: saml.ReasonXML, edit: prefixed(`<?xml version="1.0" encoding="ISO-8859-1"?>`)},
	{name: "invalid UTF-8", want: saml.ReasonXML, edit: onBytes(replaced("Lovelace", "L\xf6velace"))},
	{name: "control character", want: saml.ReasonXML, edit: onBytes(replaced("Lovelace", "Love&#0;lace"))},
	{name: "comment in NameID", want: saml.ReasonXML, edit: onBytes(replaced(victim, victim+"<!---->.evil.test"))},
	{name: "comment anywhere", want: saml.ReasonXML, edit: onBytes(replaced("<saml:Subject>", "<!-- x --><saml:Subject>"))},
	{name: "comment in DigestValue", want: saml.ReasonXML, edit: onBytes(replaced("<ds:DigestValue>", "<ds:DigestValue><!--x-->"))},
	{name: "instruction in NameID", want: saml.ReasonXML, edit: onBytes(replaced(victim, victim+"<?x y?>.evil.test"))},
	{name: "CDATA in NameID", want: saml.ReasonXML, edit: onBytes(replaced(victim, "<![CDATA["+victim+"]]>"))},
	{name: "UTF-16", want: saml.ReasonEncoding, edit: onBytes(func(b []byte) []byte {
		out := []byte{0xFF, 0xFE}
		for _, c := range b {
			out = append(out, c, 0)
		}
		return out
	})},
	{name: "UTF-16 without a mark", want: saml.ReasonXML, edit: onBytes(func(b []byte) []byte {
		var out []byte
		for _, c := range b {
			out = append(out, c, 0)
		}
		return out
	})},
	{name: "utf-16 declaration", want: saml.ReasonXML, edit: prefixed(`<?xml version="1.0" encoding="UTF-16"?>`)},
	{name: "utf-7 declaration", want: saml.ReasonXML, edit: prefixed(`<?xml version="1.0" encoding="UTF-7"?>`)},
	{name: "XML 1.1", want: saml.ReasonXML, edit: prefixed(`<?xml version="1.1"?>`)},
	{name: "two declarations", want: saml.ReasonXML, edit: prefixed(`<?xml version="1.0"?><?xml version="1.0"?>`)},
	{name: "instruction in front", want: saml.ReasonXML, edit: prefixed(`<?xml-stylesheet href="x"?>`)},
	{name: "instruction behind", want: saml.ReasonXML, edit: suffixed(`<?x?>`)},
	{name: "overlong UTF-8", want: saml.ReasonXML, edit: onBytes(replaced("Lovelace", "Love\xc0\xbclace"))},
	{name: "surrogate", want: saml.ReasonXML, edit: onBytes(replaced("Lovelace", "Love\xed\xa0\x80"))},
	{name: "surrogate by reference", want: saml.ReasonXML, edit: onBytes(replaced("Lovelace", "Love&#xD800;"))},
	{name: "noncharacter", want: saml.ReasonXML, edit: onBytes(replaced("Lovelace", "Love\uffff"))},
	{name: "null byte", want: saml.ReasonXML, edit: onBytes(replaced(victim, victim+"\x00.evil.test"))},
	{name: "reference without semicolon", want: saml.ReasonXML, edit: onBytes(replaced("Lovelace", "Love&lt"))},
	{name: "bare ampersand", want: saml.ReasonXML, edit: onBytes(replaced("Lovelace", "A & B"))},
	{name: "less-than in a value", want: saml.ReasonXML, edit: onBytes(replaced(`Version="2.0"`, `Version="2.0" x="<"`))},
	{name: "value without quotes", want: saml.ReasonXML, edit: onBytes(replaced(`Version="2.0"`, `Version=2.0`))},
	{name: "attribute without value", want: saml.ReasonXML, edit: onBytes(replaced(`Version="2.0"`, `Version="2.0" x`))},
	{name: "attributes without a blank between", want: saml.ReasonXML, edit: onBytes(replaced(`Version="2.0" `, `Version="2.0"`))},
	{name: "end of CDATA in text", want: saml.ReasonXML, edit: onBytes(replaced("Lovelace", "]]>"))},
	{name: "names beyond ASCII", want: saml.ReasonXML, edit: onBytes(replaced("<saml:Subject>", "<saml:Subject é='1'>"))},
	{name: "only a comment", want: saml.ReasonXML, raw: func(string) string { return encode("<!-- x -->") }},
	{name: "comment in the e-mail", want: saml.ReasonXML, edit: onBytes(replaced(">"+victim+"</saml:AttributeValue>", ">"+attacker+"<!---->"+victim+"</saml:AttributeValue>"))},
	{name: "CDATA in the e-mail", want: saml.ReasonXML, edit: onBytes(replaced(">"+victim+"</saml:AttributeValue>", "><![CDATA["+victim+"]]></saml:AttributeValue>"))},
	{name: "comment in the audience", want: saml.ReasonXML, edit: onBytes(replaced(">"+spEntity, ">"+spEntity+"<!-- x -->"))},
	{name: "comment in the SignatureValue", want: saml.ReasonXML, edit: onBytes(replaced("<ds:SignatureValue>", "<ds:SignatureValue><!--x-->"))},
	{name: "parameter entity", want: saml.ReasonXML, edit: prefixed(`<!DOCTYPE r [<!ENTITY % p SYSTEM "http://evil.test/x.dtd">%p;]>`)},
	{name: "DOCTYPE with a default ID", want: saml.ReasonXML, edit: prefixed(`<!DOCTYPE r [<!ATTLIST r ID CDATA "_x">]>`)},
	{name: "base64 without padding", want: saml.ReasonEncoding, raw: func(string) string { return "PGE+PC9hPg" }},
	{name: "base64 twice", want: saml.ReasonEncoding, raw: encode},
	{name: "percent-encoded", want: saml.ReasonEncoding, raw: func(s string) string { return s[:40] + "%2B" + s[40:] }},
	{name: "zlib", want: saml.ReasonEncoding, raw: func(string) string { return encode("\x78\x9c\x01") }},
	{name: "gzip", want: saml.ReasonEncoding, raw: func(string) string { return encode("\x1f\x8b\x08") }},
	{name: "JSON", want: saml.ReasonEncoding, raw: func(string) string { return encode(`{"a":1}`) }},
	{name: "second root", want: saml.ReasonXML, edit: suffixed("<x/>")},
	{name: "text behind", want: saml.ReasonXML, edit: suffixed("x")},
	{name: "text in front", want: saml.ReasonEncoding, edit: prefixed("x")},
	{name: "comment behind", want: saml.ReasonXML, edit: suffixed("<!-- x -->")},
	{name: "cut short", want: saml.ReasonXML, edit: onBytes(func(b []byte) []byte { return b[:len(b)-10] })},
	{name: "crossed elements", want: saml.ReasonXML, edit: onBytes(replaced("</saml:Subject>", "</saml:Conditions>"))},
	{name: "attribute twice", want: saml.ReasonXML, edit: onBytes(replaced(`Version="2.0"`, `Version="2.0" Version="2.0"`))},
	{name: "attribute twice by two prefixes", want: saml.ReasonXML, edit: onBytes(replaced(`Version="2.0"`, `Version="2.0" xmlns:a="urn:x" xmlns:b="urn:x" a:y="1" b:y="2"`))},
	{name: "undeclared prefix", want: saml.ReasonXML, edit: onBytes(replaced("<saml:Subject>", "<saml:Subject q:x='1'>"))},
	{name: "prefix bound again", want: saml.ReasonXML, edit: onBytes(replaced("<saml:Subject>", "<saml:Subject xmlns:saml='urn:x'>"))},
	{name: "prefix unbound", want: saml.ReasonXML, edit: onBytes(replaced("<saml:Subject>", "<saml:Subject xmlns:xs=''>"))},
	{name: "prefix declared twice", want: saml.ReasonXML, edit: onBytes(replaced("<saml:Subject>", "<saml:Subject xmlns:q='urn:x' xmlns:q='urn:x'>"))},
	{name: "xml prefix bound again", want: saml.ReasonXML, edit: onBytes(replaced("<saml:Subject>", "<saml:Subject xmlns:xml='urn:x'>"))},
	{name: "colons in an attribute", want: saml.ReasonXML, edit: onBytes(replaced("<saml:Subject>", "<saml:Subject ::x='1'>"))},
	{name: "colon behind an attribute", want: saml.ReasonXML, edit: onBytes(replaced("<saml:Subject>", "<saml:Subject x:='1'>"))},
	{name: "colons in an element", want: saml.ReasonXML, edit: onBytes(replaced("<saml:Subject>", "<saml:Subject><:x/>"))},
	{name: "directive with a name", want: saml.ReasonXML, edit: onBytes(replaced("<saml:Subject>", "<saml:Subject><!x <y>"))},
	{name: "same ID twice", want: saml.ReasonStructure, edit: onBytes(replaced("<saml:AttributeStatement>", `<saml:AttributeStatement ID="_1" Id="_1">`))},
	{name: "too deep", want: saml.ReasonTooLarge, edit: onBytes(replaced("Lovelace", strings.Repeat("<x>", 50)+strings.Repeat("</x>", 50)))},
	{name: "too wide", want: saml.ReasonTooLarge, edit: onBytes(replaced("Lovelace", strings.Repeat("<x/>", 10_001)))},
	{name: "too many attributes", want: saml.ReasonTooLarge, edit: onBytes(replaced("<saml:Subject>", "<saml:Subject"+numbered(` a%d="x"`, 41)+">"))},
	{name: "too many declarations", want: saml.ReasonTooLarge, edit: onBytes(replaced("Lovelace", "<x"+numbered(` xmlns:a%d="x"`, 30)+"><y"+numbered(` xmlns:b%d="x"`, 30)+"/></x>"))},
	{name: "2,001 values", want: saml.ReasonTooLarge, edit: func(o *samltest.Options) { o.Attributes = []samltest.Attribute{manyValues(2001)} }},
}

func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

func TestVerifyRefusesWrapping(t *testing.T) { runAll(t, badWrapping) }

func TestVerifyRefusesXML(t *testing.T) { runAll(t, badXML) }
