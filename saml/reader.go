package saml

import (
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// reader turns the bytes of one document into a tree, in one pass and by one reading of XML: the part of it that SAML
// needs, in which no two parsers differ. Names are ASCII, with at most one colon; entities are the five of XML and
// character references. Every element passes the scanner before it is put into the tree. (encoding/xml is not used: it
// takes twenty times as long for padding, and reads names that it writes differently, CVE-2020-29509 and siblings.)
type reader struct {
	scanner
	text string
	at   int // offset of what is not read yet
	root *etree.Element
	here *etree.Element // the innermost open element

	attrs []etree.Attr // of the tag that is being read
}

const notWellFormed = "it is not well-formed UTF-8 XML"

// read reads a document. ids are the IDs in it, each once; only strict documents give them.
func read(data []byte, l limits) (root *etree.Element, ids map[string]bool, e *Error) {
	r := &reader{scanner: scanner{limits: l, ids: map[string]bool{}}}
	if r.text, e = characters(data); e != nil {
		return nil, nil, e
	}
	if e := r.declaration(); e != nil {
		return nil, nil, e
	}
	for r.at < len(r.text) {
		if e := r.next(); e != nil {
			return nil, nil, e
		}
	}
	if r.root == nil || r.here != nil {
		return nil, nil, refuse(ReasonXML, "it is cut short")
	}
	return r.root, r.ids, nil
}

// next reads the text before the next markup, or one piece of markup.
func (r *reader) next() *Error {
	rest := r.text[r.at:]
	switch i := strings.IndexByte(rest, '<'); {
	case i < 0:
		r.at = len(r.text)
		return r.characters(rest)
	case i > 0:
		r.at += i
		return r.characters(rest[:i])
	}
	switch {
	case strings.HasPrefix(rest, "</"):
		return r.endTag()
	case strings.HasPrefix(rest, "<![CDATA["):
		return r.loosely("<![CDATA[", "]]>", "it has a CDATA section")
	case strings.HasPrefix(rest, "<!--"):
		return r.loosely("<!--", "-->", "it has a comment")
	case strings.HasPrefix(rest, "<!"):
		return refuse(ReasonXML, "it has a DOCTYPE")
	case strings.HasPrefix(rest, "<?"):
		return r.loosely("<?", "?>", "it has a processing instruction")
	}
	return r.startTag()
}

// characters puts text into the tree.
func (r *reader) characters(s string) *Error {
	if strings.Contains(s, "]]>") {
		return refuse(ReasonXML, notWellFormed)
	}
	if r.here == nil {
		if strings.Trim(s, " \t\n") != "" {
			return refuse(ReasonXML, "there is text outside the root element")
		}
		return nil
	}
	s, e := r.plain(s, false)
	if e == nil {
		r.here.AddChild(etree.NewText(s))
	}
	return e
}

// loosely skips what only metadata may hold; of a CDATA section the text counts.
func (r *reader) loosely(open, closing, what string) *Error {
	body := r.text[r.at+len(open):]
	end := strings.Index(body, closing)
	switch {
	case !r.limits.loose:
		return refuse(ReasonXML, what)
	case end < 0 || open == "<!--" && strings.Contains(body[:end], "--") || open == "<![CDATA[" && r.here == nil:
		return refuse(ReasonXML, notWellFormed)
	}
	if open == "<![CDATA[" {
		r.here.AddChild(etree.NewText(body[:end]))
	}
	r.at += len(open) + end + len(closing)
	return nil
}

// endTag closes the innermost element.
func (r *reader) endTag() *Error {
	r.at += 2
	prefix, local, e := r.name()
	if e != nil {
		return e
	}
	r.blanks()
	if r.here == nil || !r.taken(">") || prefix != r.here.Space || local != r.here.Tag {
		return refuse(ReasonXML, "its elements are not nested properly")
	}
	r.end()
	r.here = r.here.Parent()
	return nil
}

// startTag reads an element's tag, has it judged, and puts it into the tree.
func (r *reader) startTag() (e *Error) {
	r.at++
	el := &etree.Element{}
	r.attrs = r.attrs[:0]
	if el.Space, el.Tag, e = r.name(); e != nil {
		return e
	}
	for {
		spaced := r.blanks()
		switch {
		case r.taken(">"):
			return r.open(el, false)
		case r.taken("/>"):
			return r.open(el, true)
		case !spaced:
			return refuse(ReasonXML, notWellFormed)
		case len(r.attrs) >= r.limits.attributes:
			return refuse(ReasonTooLarge, "too many XML attributes")
		}
		a, e := r.attribute()
		if e != nil {
			return e
		}
		r.attrs = append(r.attrs, a)
	}
}

// open judges an element and puts it into the tree.
func (r *reader) open(el *etree.Element, empty bool) *Error {
	if r.here == nil && r.root != nil {
		return refuse(ReasonXML, "it has a second root element")
	}
	el.Attr = slices.Clone(r.attrs)
	if e := r.start(el); e != nil {
		return e
	}
	if r.here != nil {
		r.here.AddChild(el)
	} else {
		r.root = el
	}
	if r.here = el; empty {
		r.end()
		r.here = el.Parent()
	}
	return nil
}

// attribute reads name="value".
func (r *reader) attribute() (a etree.Attr, e *Error) {
	if a.Space, a.Key, e = r.name(); e != nil {
		return a, e
	}
	r.blanks()
	if !r.taken("=") {
		return a, refuse(ReasonXML, notWellFormed)
	}
	r.blanks()
	rest := r.text[r.at:]
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return a, refuse(ReasonXML, notWellFormed)
	}
	value, _, closed := strings.Cut(rest[1:], rest[:1])
	switch {
	case !closed || strings.IndexByte(value, '<') >= 0:
		return a, refuse(ReasonXML, notWellFormed)
	case len(value) > r.limits.value:
		return a, refuse(ReasonTooLarge, "an XML attribute is too long")
	}
	r.at += len(value) + 2
	a.Value, e = r.plain(value, true)
	return a, e
}
