package saml_test

import (
	"strings"
	"testing"

	"rollcall/saml"
	"rollcall/saml/samltest"
)

// lovelace puts raw text in a value's place, after it was signed: nothing may read it.
func lovelace(s string) func(*samltest.Options) { return onBytes(replaced("Lovelace", s)) }

// subjectTag puts raw text in the place of a start tag.
func subjectTag(s string) func(*samltest.Options) { return onBytes(replaced("<saml:Subject>", s)) }

// badText: text that is no XML, or XML in which parsers differ, letter by letter.
var badText = []sample{
	{name: "character reference out of range", want: saml.ReasonXML, edit: lovelace("&#x110000;")},
	{name: "character reference to half a pair", want: saml.ReasonXML, edit: lovelace("&#xD83D;&#xDE00;")},
	{name: "character reference to no character", want: saml.ReasonXML, edit: lovelace("&#xFFFE;")},
	{name: "character reference without digits", want: saml.ReasonXML, edit: lovelace("&#;")},
	{name: "character reference below zero", want: saml.ReasonXML, edit: lovelace("&#-65;")},
	{name: "character reference with a capital x", want: saml.ReasonXML, edit: lovelace("&#X41;")},
	{name: "character reference with a blank", want: saml.ReasonXML, edit: lovelace("&# 65;")},
	{name: "character reference with an underscore", want: saml.ReasonXML, edit: lovelace("&#x0_4;")},
	{name: "character reference never ended", want: saml.ReasonXML, edit: lovelace("&#65")},
	{name: "entity never ended", want: saml.ReasonXML, edit: lovelace("a &amp b")},
	{name: "a bare ampersand", want: saml.ReasonXML, edit: lovelace("a & b")},
	{name: "entity of HTML", want: saml.ReasonXML, edit: lovelace("a&nbsp;b")},
	{name: "entity in capitals", want: saml.ReasonXML, edit: lovelace("&LT;")},
	{name: "entity in an attribute", want: saml.ReasonXML, edit: subjectTag(`<saml:Subject x="&y;">`)},
	{name: "end of CDATA in text", want: saml.ReasonXML, edit: lovelace("a]]>b")},
	{name: "control character, bare", want: saml.ReasonXML, edit: lovelace("a\x01b")},
	{name: "nothing, bare", want: saml.ReasonXML, edit: lovelace("a\x00b")},
	{name: "U+FFFF, bare", want: saml.ReasonXML, edit: lovelace("a\uffffb")},
	{name: "overlong UTF-8", want: saml.ReasonXML, edit: lovelace("a\xc0\xafb")},
	{name: "half a pair in UTF-8", want: saml.ReasonXML, edit: lovelace("a\xed\xa0\xbdb")},
	{name: "UTF-8 cut short", want: saml.ReasonXML, edit: lovelace("a\xe2\x82")},
	{name: "angle bracket in an attribute", want: saml.ReasonXML, edit: subjectTag(`<saml:Subject x="<">`)},
	{name: "attribute without quotes", want: saml.ReasonXML, edit: subjectTag(`<saml:Subject x=y>`)},
	{name: "attribute without a value", want: saml.ReasonXML, edit: subjectTag(`<saml:Subject x>`)},
	{name: "attributes without a blank between", want: saml.ReasonXML, edit: subjectTag(`<saml:Subject x="1"y="2">`)},
	{name: "attribute with two quotes", want: saml.ReasonXML, edit: subjectTag(`<saml:Subject x="1'>`)},
	{name: "blank before a name", want: saml.ReasonXML, edit: subjectTag(`< saml:Subject>`)},
	{name: "name that begins with a digit", want: saml.ReasonXML, edit: subjectTag(`<saml:Subject><1a/>`)},
	{name: "name beyond ASCII", want: saml.ReasonXML, edit: subjectTag("<saml:Subject><é/>")},
	{name: "two colons in a name", want: saml.ReasonXML, edit: subjectTag(`<saml:Subject><saml:a:b/>`)},
	{name: "attribute in an end tag", want: saml.ReasonXML, edit: onBytes(replaced("</saml:Subject>", `</saml:Subject x="1">`))},
	{name: "end tag of another prefix", want: saml.ReasonXML, edit: onBytes(replaced("</saml:Subject>", "</samlp:Subject>"))},
	{name: "end tag in other letter case", want: saml.ReasonXML, edit: onBytes(replaced("</saml:Subject>", "</saml:subject>"))},
	{name: "one end tag more", want: saml.ReasonXML, edit: suffixed("</samlp:Response>")},
	{name: "reserved prefix of declarations", want: saml.ReasonXML, edit: subjectTag(`<saml:Subject xmlns:xmlns="urn:x">`)},
	{name: "element of the declarations' prefix", want: saml.ReasonXML, edit: subjectTag(`<saml:Subject><xmlns:a/>`)},
	{name: "element of the xml prefix", want: saml.ReasonXML, edit: subjectTag(`<saml:Subject><xml:a/>`)},
	{name: "another prefix for the xml namespace", want: saml.ReasonXML, edit: subjectTag(`<saml:Subject xmlns:l="http://www.w3.org/XML/1998/namespace" l:lang="de">`)},
	{name: "another prefix for the declarations' namespace", want: saml.ReasonXML, edit: subjectTag(`<saml:Subject xmlns:l="http://www.w3.org/2000/xmlns/" l:q="urn:x">`)},
	{name: "default namespace of declarations", want: saml.ReasonXML, edit: subjectTag(`<saml:Subject xmlns="http://www.w3.org/2000/xmlns/">`)},
	{name: "xml prefix bound to its own", want: saml.ReasonXML, edit: subjectTag(`<saml:Subject xmlns:xml="http://www.w3.org/XML/1998/namespace">`)},
	{name: "declaration in capitals", want: saml.ReasonXML, edit: prefixed(`<?XML version="1.0"?>`)},
	{name: "declaration without a version", want: saml.ReasonXML, edit: prefixed(`<?xml encoding="UTF-8"?>`)},
	{name: "declaration inside", want: saml.ReasonXML, edit: lovelace(`<?xml version="1.0"?>`)},
	{name: "declaration behind a line break", want: saml.ReasonEncoding, edit: prefixed("\n<?xml version=\"1.0\"?>")},
	{name: "DOCTYPE behind the declaration", want: saml.ReasonXML, edit: prefixed(`<?xml version="1.0"?><!DOCTYPE samlp:Response [<!ATTLIST saml:Assertion ID ID #IMPLIED>]>`)},
	{name: "DOCTYPE behind", want: saml.ReasonXML, edit: suffixed("<!DOCTYPE r>")},
	{name: "DOCTYPE inside", want: saml.ReasonXML, edit: subjectTag("<saml:Subject><!DOCTYPE r>")},
	{name: "parameter entity", want: saml.ReasonXML, edit: prefixed(`<!DOCTYPE r [<!ENTITY % p SYSTEM "https://evil.test/x.dtd">%p;]>`)},
	{name: "a default attribute by DOCTYPE", want: saml.ReasonXML, edit: prefixed(`<!DOCTYPE r [<!ATTLIST saml:NameID Format CDATA "urn:x">]>`)},
	{name: "a million laughs", want: saml.ReasonXML, edit: prefixed(`<!DOCTYPE r [<!ENTITY a "` + strings.Repeat("ha", 10_000) + `"><!ENTITY b "` + strings.Repeat("&a;", 10_000) + `">]>`)},
	{name: "conditional section", want: saml.ReasonXML, edit: lovelace("<![INCLUDE[x]]>")},
	{name: "comment never ended", want: saml.ReasonXML, edit: lovelace("<!-- x")},
	{name: "comment in an address", want: saml.ReasonXML, edit: onBytes(replaced(victim+"</saml:AttributeValue>", victim[:3]+"<!-- -->"+victim[3:]+"</saml:AttributeValue>"))},
	{name: "CDATA in an address", want: saml.ReasonXML, edit: onBytes(replaced(victim+"</saml:AttributeValue>", "<![CDATA["+victim+"]]></saml:AttributeValue>"))},
	{name: "instruction in the audience", want: saml.ReasonXML, edit: onBytes(replaced(spEntity+"</saml:Audience>", spEntity+"<?x?>.evil.test</saml:Audience>"))},
	{name: "comment in SignatureValue", want: saml.ReasonXML, edit: onBytes(replaced("<ds:SignatureValue>", "<ds:SignatureValue><!---->"))},
	{name: "comment behind the declaration", want: saml.ReasonXML, edit: prefixed(`<?xml version="1.0"?><!-- x -->`)},
	{name: "a byte of nothing behind", want: saml.ReasonXML, edit: suffixed("\x00")},
	{name: "a second response behind", want: saml.ReasonXML, edit: onBytes(func(b []byte) []byte { return append(b, b...) })},
	{name: "41 elements deep", want: saml.ReasonTooLarge, edit: lovelace(strings.Repeat("<x>", 37) + strings.Repeat("</x>", 37))},
	{name: "an attribute of 17 KB", want: saml.ReasonTooLarge, edit: subjectTag(`<saml:Subject x="` + strings.Repeat("a", 17<<10) + `">`)},
	{name: "a name of 257 letters", want: saml.ReasonTooLarge, edit: subjectTag(`<saml:Subject><` + strings.Repeat("a", 257) + `/>`)},
	{name: "ten thousand tags in an attribute value", want: saml.ReasonTooLarge, edit: lovelace(strings.Repeat("<x/>", 9_999))},
	{name: "base64 twice", want: saml.ReasonEncoding, raw: func(s string) string { return encode(s) }},
	{name: "base64 with a piece of HTML", want: saml.ReasonEncoding, raw: func(s string) string { return s + "</textarea>" }},
	{name: "base64 without its padding", want: saml.ReasonEncoding, raw: func(string) string { return "PGE+PC9h" + "Pg" }},
	{name: "base64 that goes on behind its padding", want: saml.ReasonEncoding, raw: func(s string) string { return encode("<a/>  ")[:8] + "==" + s }},
	{name: "percent-encoded twice", want: saml.ReasonEncoding, raw: func(s string) string { return strings.ReplaceAll(s, "A", "%41") }},
	{name: "JSON", want: saml.ReasonEncoding, raw: func(string) string { return encode(`{"email":"ada@acme.test"}`) }},
	{name: "a JSON web token", want: saml.ReasonEncoding, raw: func(string) string { return "eyJhbGciOiJub25lIn0.e30." }},
	{name: "a web page", want: saml.ReasonXML, raw: func(string) string { return encode("<!DOCTYPE html><html></html>") }},
	{name: "blanks only", want: saml.ReasonEncoding, raw: func(string) string { return " \r\n\t" }},
}

func TestVerifyRefusesText(t *testing.T) { runAll(t, badText) }
