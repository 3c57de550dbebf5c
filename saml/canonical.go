package saml

import (
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// Namespaces that only their own prefixes may have.
const (
	nsXML   = "http://www.w3.org/XML/1998/namespace"
	nsXMLNS = "http://www.w3.org/2000/xmlns/"
)

// maxPrefixes is how long an InclusiveNamespaces list may be: every element is held against it.
const maxPrefixes = 64

// canonicalizer writes the canonical form of one element of a tree that read has made (Canonical XML 1.0 and 1.1, and
// Exclusive XML Canonicalization 1.0): there are no comments, instructions or default attributes in it. It works on the
// element where it stands, with the declarations of its ancestors, and leaves the enveloped signature out.
type canonicalizer struct {
	out       strings.Builder
	exclusive bool
	prefixes  []string       // InclusiveNamespaces of the exclusive forms
	without   *etree.Element // the signature
	scope     []binding      // declarations in scope, innermost last
	shown     []binding      // declarations written on open elements, innermost last
	inherited []etree.Attr   // what the inclusive forms write on the element itself, of what its ancestors say
	failed    bool           // a prefix was not declared
}

// canonical returns the canonical bytes of el without the child without, which may be nil.
func (m method) canonical(el, without *etree.Element) ([]byte, *Error) {
	c := &canonicalizer{exclusive: canonicalizations[m.algorithm], without: without}
	for p := range strings.FieldsSeq(m.prefixes) {
		c.prefixes = append(c.prefixes, strings.TrimPrefix(p, "#default"))
	}
	if len(c.prefixes) > maxPrefixes {
		return nil, refuse(ReasonSignature, "its prefix list is too long")
	}
	var ancestors []*etree.Element
	for p := el.Parent(); p != nil; p = p.Parent() {
		ancestors = append(ancestors, p)
	}
	for _, p := range slices.Backward(ancestors) {
		c.declare(p)
		c.inherit(p)
	}
	c.element(el)
	if c.failed || c.out.Len() == 0 {
		return nil, refuse(ReasonSignature, "it cannot be put into canonical form")
	}
	return []byte(c.out.String()), nil
}

// declare takes an element's declarations into scope.
func (c *canonicalizer) declare(el *etree.Element) {
	for _, a := range el.Attr {
		if prefix, is := declares(a); is {
			c.scope = append(c.scope, binding{prefix, a.Value})
		}
	}
}

// declares tells whether an attribute is a namespace declaration, and of what prefix.
func declares(a etree.Attr) (prefix string, is bool) {
	if a.Space == "xmlns" {
		return a.Key, true
	}
	return "", a.Space == "" && a.Key == "xmlns"
}

// bound resolves a prefix, innermost first.
func bound(all []binding, prefix string) (uri string, known bool) {
	for _, b := range slices.Backward(all) {
		if b.prefix == prefix {
			return b.uri, true
		}
	}
	return "", false
}

// inherit takes xml:lang and xml:space of an ancestor, which the inclusive forms write on the element that is signed
// (Canonical XML 1.1 §2.4). xml:base, which 1.0 copies and 1.1 joins, is refused; xml:id never is here.
func (c *canonicalizer) inherit(el *etree.Element) {
	for _, a := range el.Attr {
		if c.exclusive || a.Space != "xml" {
			continue
		}
		c.failed = c.failed || a.Key != "lang" && a.Key != "space"
		c.inherited = slices.DeleteFunc(c.inherited, func(old etree.Attr) bool { return old.Key == a.Key })
		c.inherited = append(c.inherited, a)
	}
}

func (c *canonicalizer) element(el *etree.Element) {
	scope, shown := len(c.scope), len(c.shown)
	c.declare(el)
	name := fullName(el.Space, el.Tag)
	c.out.WriteString("<" + name)
	c.declarations(el)
	c.attributes(el)
	c.out.WriteString(">")
	for _, child := range el.Child {
		switch t := child.(type) {
		case *etree.Element:
			if t != c.without {
				c.element(t)
			}
		case *etree.CharData:
			_, _ = textEscapes.WriteString(&c.out, t.Data) // a strings.Builder does not fail
		}
	}
	c.out.WriteString("</" + name + ">")
	c.scope, c.shown = c.scope[:scope], c.shown[:shown]
}

func fullName(prefix, local string) string {
	if prefix == "" {
		return local
	}
	return prefix + ":" + local
}

var (
	textEscapes  = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
	valueEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
)

// declarations writes the namespace declarations that this element has to show, in the order of their prefixes.
func (c *canonicalizer) declarations(el *etree.Element) {
	first := len(c.shown)
	if c.exclusive {
		c.show(el.Space, true)
		for _, a := range el.Attr {
			if a.Space != "" && a.Space != "xmlns" {
				c.show(a.Space, true)
			}
		}
		for _, p := range c.prefixes {
			c.show(p, false)
		}
	} else {
		for _, b := range c.scope {
			c.show(b.prefix, false)
		}
	}
	mine := c.shown[first:]
	slices.SortFunc(mine, func(a, b binding) int { return strings.Compare(a.prefix, b.prefix) })
	for _, b := range mine {
		if b.prefix == "" {
			c.out.WriteString(` xmlns="`)
		} else {
			c.out.WriteString(" xmlns:" + b.prefix + `="`)
		}
		_, _ = valueEscapes.WriteString(&c.out, b.uri)
		c.out.WriteString(`"`)
	}
}

// show notes that a prefix has to be declared here, unless it is shown already. used says that the element needs it.
func (c *canonicalizer) show(prefix string, used bool) {
	if prefix == "xml" {
		return
	}
	uri, known := bound(c.scope, prefix)
	if !known && prefix != "" {
		c.failed = c.failed || used
		return
	}
	if old, was := bound(c.shown, prefix); old != uri || !was && prefix != "" {
		c.shown = append(c.shown, binding{prefix, uri})
	}
}

// attributes writes the attributes in the order of their namespaces, then their names.
func (c *canonicalizer) attributes(el *etree.Element) {
	sorted := make([]etree.Attr, 0, len(el.Attr))
	for _, a := range el.Attr {
		if _, is := declares(a); !is {
			sorted = append(sorted, a)
		}
	}
	for _, a := range c.inherited {
		if !slices.ContainsFunc(sorted, func(own etree.Attr) bool { return own.Space == "xml" && own.Key == a.Key }) {
			sorted = append(sorted, a)
		}
	}
	c.inherited = nil
	slices.SortFunc(sorted, func(a, b etree.Attr) int {
		if a.Space != b.Space {
			if d := strings.Compare(c.namespace(a.Space), c.namespace(b.Space)); d != 0 {
				return d
			}
		}
		return strings.Compare(a.Key, b.Key)
	})
	for _, a := range sorted {
		c.out.WriteString(" " + fullName(a.Space, a.Key) + `="`)
		_, _ = valueEscapes.WriteString(&c.out, a.Value)
		c.out.WriteString(`"`)
	}
}

// namespace is what an attribute's prefix stands for; no prefix is no namespace.
func (c *canonicalizer) namespace(prefix string) string {
	switch prefix {
	case "":
		return ""
	case "xml":
		return nsXML
	}
	uri, _ := bound(c.scope, prefix)
	return uri
}
