package saml

import (
	"encoding/base64"
	"strings"

	"github.com/beevik/etree"
)

// MaxValue is the largest SAMLResponse form value, in bytes of base64.
const MaxValue = 2 << 20

// limits bounds one kind of document.
type limits struct {
	elements, depth, attributes, prefixes int
	work                                  int  // elements, three times their attributes and the declarations in scope, summed up: what canonicalizing costs
	value                                 int  // bytes of one XML attribute
	name                                  int  // bytes of one name
	loose                                 bool // metadata: comments, instructions, CDATA and rebound prefixes are harmless
}

var (
	responseLimits = limits{elements: 10_000, depth: 40, attributes: 40, prefixes: 40, work: 110_000, value: 16 << 10, name: 256}
	metadataLimits = limits{elements: 50_000, depth: 40, attributes: 60, prefixes: 100, work: 1_500_000, value: 64 << 10, name: 256, loose: true}
)

// decode turns the form value into XML bytes: strict base64, blanks allowed, never inflated.
func decode(raw string) ([]byte, *Error) {
	if len(raw) > MaxValue {
		return nil, refuse(ReasonTooLarge, "over 2 MB")
	}
	data, err := base64.StdEncoding.Strict().DecodeString(stripBlanks(raw))
	switch {
	case err != nil:
		return nil, refuse(ReasonEncoding, "it is not base64")
	case len(data) == 0:
		return nil, refuse(ReasonEncoding, "it is empty")
	case data[0] != '<':
		return nil, refuse(ReasonEncoding, "it is compressed, or not XML")
	}
	return data, nil
}

// stripBlanks removes the white space that XML and wrapped base64 know.
func stripBlanks(s string) string {
	if !strings.ContainsAny(s, " \t\r\n") {
		return s
	}
	return strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "").Replace(s)
}

// binding is one namespace declaration in scope.
type binding struct{ prefix, uri string }

// scanner judges the elements of one document as the reader meets them. It refuses what parsers could read differently,
// or what would cost much to work on: undeclared, rebound or repeated names, IDs used twice or in disguise, too deep, too
// wide, too many.
type scanner struct {
	limits   limits
	bound    []binding // declarations in scope, innermost last
	marks    []int     // len(bound) before each open element
	elements int
	work     int
	ids      map[string]bool
}

// end leaves the scope of the innermost element.
func (s *scanner) end() {
	last := len(s.marks) - 1
	s.bound, s.marks = s.bound[:s.marks[last]], s.marks[:last]
}

// start checks an element's names and attributes against the scope and the limits.
func (s *scanner) start(el *etree.Element) *Error {
	s.elements++
	switch {
	case s.elements > s.limits.elements:
		return refuse(ReasonTooLarge, "too many elements")
	case len(s.marks) >= s.limits.depth:
		return refuse(ReasonTooLarge, "nested too deep")
	}
	s.marks = append(s.marks, len(s.bound))
	for _, a := range el.Attr {
		if e := s.declare(a); e != nil {
			return e
		}
	}
	if _, ok := s.lookup(el.Space); !ok || el.Space == "xml" || el.Space == "xmlns" {
		return refuse(ReasonXML, "it uses an undeclared prefix")
	}
	if s.work += 1 + 3*len(el.Attr) + len(s.bound); s.work > s.limits.work {
		return refuse(ReasonTooLarge, "too many elements, attributes and declarations together")
	}
	return s.attributes(el.Attr)
}

// declare takes a namespace declaration into scope; other attributes pass.
func (s *scanner) declare(a etree.Attr) *Error {
	prefix, is := declares(a)
	if !is {
		return nil
	}
	for _, b := range s.bound[s.marks[len(s.marks)-1]:] {
		if b.prefix == prefix {
			return refuse(ReasonXML, "it declares a prefix twice")
		}
	}
	old, known := s.lookup(prefix)
	switch {
	case prefix == "xml" || prefix == "xmlns" || prefix != "" && a.Value == "" || a.Value == nsXML || a.Value == nsXMLNS:
		return refuse(ReasonXML, "it rebinds a reserved prefix")
	case prefix != "" && known && old != a.Value && !s.limits.loose:
		return refuse(ReasonXML, "it rebinds a prefix")
	case len(s.bound) >= s.limits.prefixes:
		return refuse(ReasonTooLarge, "too many namespace declarations")
	}
	s.bound = append(s.bound, binding{prefix, a.Value})
	return nil
}

// lookup resolves a prefix in scope. The empty prefix is always bound.
func (s *scanner) lookup(prefix string) (string, bool) {
	uri, known := bound(s.bound, prefix)
	return uri, known || prefix == "" || prefix == "xml"
}

// attributes checks the attributes that are no declarations: declared prefixes, unique
// expanded names, unique IDs, and no ID in disguise behind a prefix.
func (s *scanner) attributes(attrs []etree.Attr) *Error {
	identified := false
	for i, a := range attrs {
		if _, is := declares(a); is {
			continue
		}
		isID := strings.EqualFold(a.Key, "id") && !s.limits.loose
		uri, ok := "", true
		if a.Space != "" {
			uri, ok = s.lookup(a.Space)
		}
		switch {
		case !ok || isID && a.Space != "":
			return refuse(ReasonXML, "it has a prefixed ID or an undeclared prefix")
		case s.repeated(attrs[:i], a, uri):
			return refuse(ReasonXML, "it has an attribute twice")
		case isID && (identified || s.ids[a.Value]):
			return refuse(ReasonStructure, "it uses an ID twice")
		case isID:
			identified, s.ids[a.Value] = true, true
		}
	}
	return nil
}

// repeated tells whether an attribute of this name in this namespace is among the earlier ones.
func (s *scanner) repeated(earlier []etree.Attr, a etree.Attr, uri string) bool {
	for _, b := range earlier {
		if b.Key != a.Key {
			continue
		}
		other := ""
		if b.Space != "" {
			other, _ = s.lookup(b.Space)
		}
		if _, is := declares(b); !is && other == uri {
			return true
		}
	}
	return false
}
