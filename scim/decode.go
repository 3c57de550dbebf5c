package scim

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds the nesting of a request body.
const maxDepth = 32

// member is one name and value of a JSON object.
type member struct {
	name  string
	value any
}

// object is a JSON object in the order it was written: the order of keys decides
// which of two changes of one PATCH operation comes last.
type object []member

// get returns the value under a name in any letter case.
func (o object) get(name string) (any, bool) {
	for _, m := range o {
		if m.name == name || strings.EqualFold(m.name, name) {
			return m.value, true
		}
	}
	return nil, false
}

// decoder reads JSON strictly (RFC 8259): it refuses duplicate names, invalid UTF-8,
// lone surrogates, NUL and deep nesting, which encoding/json lets pass.
type decoder struct {
	s     string
	i     int
	depth int
}

// decodeObject reads a body that must be one JSON object.
func decodeObject(body []byte) (object, error) {
	v, err := decode(string(body))
	if err != nil {
		return nil, err
	}
	o, ok := v.(object)
	if !ok {
		return nil, refuse(InvalidSyntax, "The request body must be a JSON object.")
	}
	return o, nil
}

// decode reads one JSON value: object, []any, string, int64, float64, bool or nil.
func decode(s string) (any, error) {
	if !utf8.ValidString(s) {
		return nil, refuse(InvalidSyntax, "The request body is not valid UTF-8.")
	}
	d := &decoder{s: s}
	d.space()
	if d.i == len(s) {
		return nil, refuse(InvalidSyntax, "The request body is empty; send a JSON object.")
	}
	v, err := d.value()
	if err != nil {
		return nil, err
	}
	d.space()
	if d.i < len(s) {
		return nil, d.bad("more text after the end of the JSON value")
	}
	return v, nil
}

func (d *decoder) bad(what string) *Error {
	return refuse(InvalidSyntax, "The request body is not valid JSON: %s at byte %d.", what, d.i)
}

func (d *decoder) space() {
	for d.i < len(d.s) {
		switch d.s[d.i] {
		case ' ', '\t', '\n', '\r':
			d.i++
		default:
			return
		}
	}
}

// peek returns the next byte, or 0 at the end.
func (d *decoder) peek() byte {
	if d.i < len(d.s) {
		return d.s[d.i]
	}
	return 0
}

func (d *decoder) value() (any, error) {
	switch c := d.peek(); c {
	case '{', '[':
		if d.depth == maxDepth {
			return nil, refuse(InvalidSyntax, "The request body is nested more than %d levels deep.", maxDepth)
		}
		d.depth++
		defer func() { d.depth-- }()
		if c == '{' {
			return d.object()
		}
		return d.list()
	case '"':
		return d.text()
	case 't':
		return true, d.word("true")
	case 'f':
		return false, d.word("false")
	case 'n':
		return nil, d.word("null")
	default:
		return d.number()
	}
}

func (d *decoder) word(w string) error {
	if !strings.HasPrefix(d.s[d.i:], w) {
		return d.bad("an unknown word")
	}
	d.i += len(w)
	return nil
}

func (d *decoder) object() (object, error) {
	d.i++
	room := 4
	if d.depth == 1 { // a resource has many attributes, its parts have few
		room = 16
	}
	o := make(object, 0, room)
	d.space()
	if d.peek() == '}' {
		d.i++
		return o, nil
	}
	for {
		d.space()
		if d.peek() != '"' {
			return nil, d.bad("a name in quotes is missing")
		}
		name, err := d.text()
		if err != nil {
			return nil, err
		}
		d.space()
		if d.peek() != ':' {
			return nil, d.bad("a colon is missing")
		}
		d.i++
		d.space()
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		o = append(o, member{name, v})
		if more, err := d.next('}'); err != nil {
			return nil, err
		} else if !more {
			return o, unique(o)
		}
	}
}

// unique refuses an object that gives one name twice.
func unique(o object) error {
	if len(o) <= 16 {
		for i := range o {
			for j := i + 1; j < len(o); j++ {
				if o[i].name == o[j].name {
					return givenTwice(o[i].name)
				}
			}
		}
		return nil
	}
	seen := make(map[string]struct{}, len(o))
	for _, m := range o {
		if _, ok := seen[m.name]; ok {
			return givenTwice(m.name)
		}
		seen[m.name] = struct{}{}
	}
	return nil
}

func givenTwice(name string) *Error {
	return refuse(InvalidSyntax, "The request body gives %s twice in one object; send it once.", quote(name))
}

func (d *decoder) list() ([]any, error) {
	d.i++
	list := []any{}
	d.space()
	if d.peek() == ']' {
		d.i++
		return list, nil
	}
	for {
		d.space()
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if more, err := d.next(']'); err != nil {
			return nil, err
		} else if !more {
			return list, nil
		}
	}
}

// next reads the comma between two members (true) or the end of their list (false).
func (d *decoder) next(end byte) (bool, error) {
	d.space()
	switch d.peek() {
	case ',':
		d.i++
		return true, nil
	case end:
		d.i++
		return false, nil
	}
	return false, d.bad("a comma or a closing bracket is missing")
}

func (d *decoder) number() (any, error) {
	start := d.i
	if d.peek() == '-' {
		d.i++
	}
	first := d.i
	whole := d.digits()
	if whole == 0 || (whole > 1 && d.s[first] == '0') {
		return nil, d.bad("a value is missing or malformed")
	}
	integer := true
	if d.peek() == '.' {
		integer = false
		d.i++
		if d.digits() == 0 {
			return nil, d.bad("a malformed number")
		}
	}
	if c := d.peek(); c == 'e' || c == 'E' {
		integer = false
		d.i++
		if c := d.peek(); c == '+' || c == '-' {
			d.i++
		}
		if d.digits() == 0 {
			return nil, d.bad("a malformed number")
		}
	}
	text := d.s[start:d.i]
	if integer {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n, nil
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, d.bad("a number out of range")
	}
	return f, nil
}

func (d *decoder) digits() (n int) {
	for d.i < len(d.s) && d.s[d.i] >= '0' && d.s[d.i] <= '9' {
		d.i++
		n++
	}
	return n
}
