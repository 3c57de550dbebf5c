package saml

import (
	"strings"

	"github.com/beevik/etree"
)

// XML namespaces.
const (
	nsProtocol  = "urn:oasis:names:tc:SAML:2.0:protocol"
	nsAssertion = "urn:oasis:names:tc:SAML:2.0:assertion"
	nsMetadata  = "urn:oasis:names:tc:SAML:2.0:metadata"
	nsDsig      = "http://www.w3.org/2000/09/xmldsig#"
	nsXenc      = "http://www.w3.org/2001/04/xmlenc#"
	nsXenc11    = "http://www.w3.org/2009/xmlenc11#"
)

// maxValues is how many attribute values one response may carry (group lists).
const maxValues = 2000

// is compares an element's expanded name. (etree's own Select functions ignore namespaces.)
func is(el *etree.Element, ns, tag string) bool {
	return el != nil && el.Tag == tag && el.NamespaceURI() == ns
}

// children lists the child elements of that expanded name.
func children(el *etree.Element, ns, tag string) []*etree.Element {
	if el == nil {
		return nil
	}
	var found []*etree.Element
	for _, c := range el.ChildElements() {
		if is(c, ns, tag) {
			found = append(found, c)
		}
	}
	return found
}

// child returns the only child of that expanded name, or nil when there is none or more than one.
func child(el *etree.Element, ns, tag string) *etree.Element {
	if found := children(el, ns, tag); len(found) == 1 {
		return found[0]
	}
	return nil
}

// childText returns the text of the only child of that expanded name, or "".
func childText(el *etree.Element, ns, tag string) string {
	s, _ := text(child(el, ns, tag))
	return s
}

// attr returns the value of an attribute without prefix.
func attr(el *etree.Element, key string) string {
	if el == nil {
		return ""
	}
	for _, a := range el.Attr {
		if a.Space == "" && a.Key == key {
			return a.Value
		}
	}
	return ""
}

// text returns the whole text of an element without the blanks around it, and whether it
// is nothing but text.
func text(el *etree.Element) (string, bool) {
	if el == nil {
		return "", false
	}
	var b strings.Builder
	plain := true
	for _, c := range el.Child {
		if d, ok := c.(*etree.CharData); ok {
			b.WriteString(d.Data)
		} else {
			plain = false
		}
	}
	return strings.Trim(b.String(), " \t\r\n"), plain
}

// cut shortens a text for a report, between two characters.
func cut(s string, most int) string { return strings.ToValidUTF8(s[:min(len(s), most)], "") }

// parts is what a response consists of, once its structure is known to be right.
type parts struct {
	response  *etree.Element
	assertion *etree.Element // or
	encrypted *etree.Element
}

// responseChildren and assertionChildren say which children may occur, and in which namespace (SAML core §3.2.2 and
// §2.3.3); all but statements only once.
var (
	responseChildren = map[string]string{
		"Issuer": nsAssertion, "Signature": nsDsig, "Extensions": nsProtocol, "Status": nsProtocol, "Assertion": nsAssertion, "EncryptedAssertion": nsAssertion,
	}
	assertionChildren = map[string]string{
		"Issuer": nsAssertion, "Signature": nsDsig, "Subject": nsAssertion, "Conditions": nsAssertion, "Advice": nsAssertion,
		"Statement": nsAssertion, "AuthnStatement": nsAssertion, "AuthzDecisionStatement": nsAssertion, "AttributeStatement": nsAssertion,
	}
)

// structure checks a response: exactly one assertion, plain or encrypted, as a direct child
// and nowhere else; signatures only where SAML puts them.
func structure(root *etree.Element) (parts, *Error) {
	p := parts{response: root}
	if !is(root, nsProtocol, "Response") {
		return p, refuse(ReasonStructure, "the root element is not a SAML response")
	}
	if attr(root, "ID") == "" {
		return p, refuse(ReasonStructure, "the response has no ID")
	}
	if e := onlyChildren(root, responseChildren); e != nil {
		return p, e
	}
	p.assertion, p.encrypted = child(root, nsAssertion, "Assertion"), child(root, nsAssertion, "EncryptedAssertion")
	if (p.assertion == nil) == (p.encrypted == nil) {
		return p, refuse(ReasonStructure, "it must hold exactly one assertion")
	}
	values := 0
	if e := p.walk(root, &values); e != nil {
		return p, e
	}
	if p.assertion != nil {
		return p, assertionStructure(p.assertion)
	}
	return p, nil
}

// assertionStructure checks the children of the assertion.
func assertionStructure(a *etree.Element) *Error {
	if !is(a, nsAssertion, "Assertion") {
		return refuse(ReasonStructure, "the encrypted part is not an assertion")
	}
	if attr(a, "ID") == "" { // a replay could not be told
		return refuse(ReasonStructure, "the assertion has no ID")
	}
	return onlyChildren(a, assertionChildren)
}

// onlyChildren refuses children of other names or namespaces, and repeated ones.
func onlyChildren(el *etree.Element, allowed map[string]string) *Error {
	seen := map[string]bool{}
	for _, c := range el.ChildElements() {
		home, known := allowed[c.Tag]
		once := !strings.HasSuffix(c.Tag, "Statement")
		if !known || c.NamespaceURI() != home || once && seen[c.Tag] {
			return refuse(ReasonStructure, "an element in "+el.Tag+" is unknown, repeated or misplaced")
		}
		seen[c.Tag] = true
	}
	return nil
}

// walk looks at every element below el for things in the wrong place. Names are compared
// without their namespace, so that no disguise helps.
func (p *parts) walk(el *etree.Element, values *int) *Error {
	for _, c := range el.ChildElements() {
		switch c.Tag {
		case "Assertion", "EncryptedAssertion":
			if c != p.assertion && c != p.encrypted {
				return refuse(ReasonStructure, "there is a second assertion in it")
			}
		case "Response":
			return refuse(ReasonStructure, "there is a second response in it")
		case "Signature":
			if el != p.response && el != p.assertion || c.NamespaceURI() != nsDsig {
				return refuse(ReasonStructure, "there is a signature in the wrong place")
			}
		case "EncryptedID", "EncryptedAttribute":
			return refuse(ReasonEncrypted, "single encrypted names or attributes are not supported; encrypt the whole assertion")
		case "AttributeValue":
			if *values++; *values > maxValues {
				return refuse(ReasonTooLarge, "more than 2,000 attribute values")
			}
		}
		if e := p.walk(c, values); e != nil {
			return e
		}
	}
	return nil
}
