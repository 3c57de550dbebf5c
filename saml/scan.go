package saml

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	validator "github.com/mattermost/xml-roundtrip-validator"
)

// MaxValue is the largest SAMLResponse form value, in bytes of base64.
const MaxValue = 2 << 20

// limits bounds one kind of document.
type limits struct {
	elements, depth, attributes, prefixes int
	work                                  int  // elements, their attributes and the declarations in scope, summed up: what canonicalizing costs
	value                                 int  // bytes of one XML attribute
	loose                                 bool // metadata: comments, instructions, CDATA and rebound prefixes are harmless
}

var (
	responseLimits = limits{elements: 10_000, depth: 40, attributes: 40, prefixes: 40, work: 60_000, value: 16 << 10}
	metadataLimits = limits{elements: 50_000, depth: 40, attributes: 60, prefixes: 100, work: 1_000_000, value: 64 << 10, loose: true}
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

// scanner walks the raw tokens of one document before any parser builds a tree of it.
type scanner struct {
	limits   limits
	open     []xml.Name // raw names of the open elements
	bound    []binding  // declarations in scope, innermost last
	marks    []int      // len(bound) before each open element
	elements int
	work     int
	ids      map[string]bool
	checked  map[string]bool // sets of names that survived the round trip
}

// scan refuses documents that parsers could read differently, or that would cost much to
// read: other encodings, DOCTYPE, comments, instructions, CDATA, several roots, duplicate
// or undeclared names, too deep, too wide, too many. It returns the IDs it met, each once.
func scan(data []byte, l limits) (map[string]bool, *Error) {
	s := &scanner{limits: l, ids: map[string]bool{}, checked: map[string]bool{}}
	dec := xml.NewDecoder(bytes.NewReader(data))
	for {
		start := dec.InputOffset()
		token, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, refuse(ReasonXML, "it is not well-formed UTF-8 XML")
		}
		if e := s.token(token, start, data[start:]); e != nil {
			return nil, e
		}
	}
	if s.elements == 0 || len(s.open) > 0 {
		return nil, refuse(ReasonXML, "it is cut short")
	}
	return s.ids, nil
}

// token checks one raw token, which starts at offset start with the bytes rest.
func (s *scanner) token(token xml.Token, start int64, rest []byte) *Error {
	switch t := token.(type) {
	case xml.StartElement:
		return s.start(t)
	case xml.EndElement:
		return s.end(t)
	case xml.CharData:
		if len(s.open) == 0 && len(bytes.TrimSpace(t)) > 0 {
			return refuse(ReasonXML, "there is text outside the root element")
		}
		if !s.limits.loose && bytes.HasPrefix(rest, []byte("<![")) {
			return refuse(ReasonXML, "it has a CDATA section")
		}
	case xml.ProcInst:
		if !(t.Target == "xml" && start == 0) && !s.limits.loose {
			return refuse(ReasonXML, "it has a processing instruction")
		}
	case xml.Comment:
		if !s.limits.loose {
			return refuse(ReasonXML, "it has a comment")
		}
	case xml.Directive:
		return refuse(ReasonXML, "it has a DOCTYPE")
	}
	return nil
}

// end pops an element; RawToken does not compare the names by itself.
func (s *scanner) end(t xml.EndElement) *Error {
	n := len(s.open)
	if n == 0 || s.open[n-1] != t.Name {
		return refuse(ReasonXML, "its elements are not nested properly")
	}
	s.bound = s.bound[:s.marks[n-1]]
	s.open, s.marks = s.open[:n-1], s.marks[:n-1]
	return nil
}

// start checks an element's names and attributes against the scope and the limits.
func (s *scanner) start(t xml.StartElement) *Error {
	s.elements++
	switch {
	case len(s.open) == 0 && s.elements > 1:
		return refuse(ReasonXML, "it has a second root element")
	case s.elements > s.limits.elements:
		return refuse(ReasonTooLarge, "too many elements")
	case len(s.open) >= s.limits.depth:
		return refuse(ReasonTooLarge, "nested too deep")
	case len(t.Attr) > s.limits.attributes:
		return refuse(ReasonTooLarge, "too many XML attributes")
	}
	if e := s.survives(t); e != nil {
		return e
	}
	s.open, s.marks = append(s.open, t.Name), append(s.marks, len(s.bound))
	for _, a := range t.Attr {
		if e := s.declare(a); e != nil {
			return e
		}
	}
	if _, ok := s.lookup(t.Name.Space); !ok || !plainName(t.Name) || t.Name.Space == "xml" {
		return refuse(ReasonXML, "it uses an undeclared prefix")
	}
	if s.work += 1 + len(t.Attr) + len(s.bound); s.work > s.limits.work {
		return refuse(ReasonTooLarge, "too many elements, attributes and declarations together")
	}
	return s.attributes(t.Attr)
}

// survives refuses names that Go's XML package would write differently from how it reads
// them (CVE-2020-29509 and its siblings). The validator is slow, so each set of names is
// shown to it once.
func (s *scanner) survives(t xml.StartElement) *Error {
	var key strings.Builder
	if key.WriteString(t.Name.Space + ":" + t.Name.Local); key.Len() > s.limits.value {
		return refuse(ReasonTooLarge, "a name is too long")
	}
	for _, a := range t.Attr {
		if len(a.Value) > s.limits.value || key.Len() > s.limits.value {
			return refuse(ReasonTooLarge, "an XML attribute is too long")
		}
		key.WriteString(" " + a.Name.Space + ":" + a.Name.Local)
	}
	if s.checked[key.String()] {
		return nil
	}
	if validator.CheckToken(t) != nil {
		return refuse(ReasonXML, "it has names that do not survive being read")
	}
	s.checked[key.String()] = true
	return nil
}

// declare takes a namespace declaration into scope; other attributes pass.
func (s *scanner) declare(a xml.Attr) *Error {
	prefix, is := declaredPrefix(a.Name)
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
	case prefix == "xml" || prefix == "xmlns" || prefix != "" && a.Value == "":
		return refuse(ReasonXML, "it rebinds a reserved prefix")
	case prefix != "" && known && old != a.Value && !s.limits.loose:
		return refuse(ReasonXML, "it rebinds a prefix")
	case len(s.bound) >= s.limits.prefixes:
		return refuse(ReasonTooLarge, "too many namespace declarations")
	}
	s.bound = append(s.bound, binding{prefix, a.Value})
	return nil
}

// declaredPrefix tells whether the attribute is a namespace declaration, and of what prefix.
func declaredPrefix(n xml.Name) (prefix string, is bool) {
	if n.Space == "xmlns" {
		return n.Local, true
	}
	return "", n.Space == "" && n.Local == "xmlns"
}

// lookup resolves a prefix in scope. The empty prefix is always bound.
func (s *scanner) lookup(prefix string) (string, bool) {
	for i := len(s.bound) - 1; i >= 0; i-- {
		if s.bound[i].prefix == prefix {
			return s.bound[i].uri, true
		}
	}
	return "", prefix == "" || prefix == "xml"
}

// attributes checks the attributes that are no declarations: declared prefixes, unique
// expanded names, unique IDs, and no ID in disguise behind a prefix.
func (s *scanner) attributes(attrs []xml.Attr) *Error {
	seen := make([]xml.Name, 0, len(attrs))
	for _, a := range attrs {
		if _, is := declaredPrefix(a.Name); is {
			continue
		}
		name := xml.Name{Local: a.Name.Local}
		if a.Name.Space != "" {
			uri, ok := s.lookup(a.Name.Space)
			if !ok || strings.EqualFold(a.Name.Local, "id") && !s.limits.loose {
				return refuse(ReasonXML, "it has a prefixed ID or an undeclared prefix")
			}
			name.Space = uri
		}
		if !plainName(a.Name) {
			return refuse(ReasonXML, "it has an odd attribute name")
		}
		for _, other := range seen {
			if other == name {
				return refuse(ReasonXML, "it has an attribute twice")
			}
		}
		seen = append(seen, name)
		if strings.EqualFold(name.Local, "id") && !s.limits.loose {
			if s.ids[a.Value] {
				return refuse(ReasonStructure, "it uses an ID twice")
			}
			s.ids[a.Value] = true
		}
	}
	return nil
}

// plainName tells that a raw name has no colon left over after its prefix.
func plainName(n xml.Name) bool {
	return n.Local != "" && !strings.Contains(n.Local, ":") && n.Space != "xmlns"
}
