package scim

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// text reads a JSON string. One without escapes is a slice of the input and costs nothing.
func (d *decoder) text() (string, error) {
	d.i++
	start := d.i
	for d.i < len(d.s) {
		switch c := d.s[d.i]; {
		case c == '"':
			s := d.s[start:d.i]
			d.i++
			return s, nil
		case c == '\\':
			return d.escaped(start)
		case c < 0x20:
			return "", d.bad("a raw control character in a string")
		}
		d.i++
	}
	return "", d.bad("a string without its closing quote")
}

// escaped reads the rest of a string from its first backslash on.
func (d *decoder) escaped(start int) (string, error) {
	b := []byte(d.s[start:d.i])
	for d.i < len(d.s) {
		switch c := d.s[d.i]; {
		case c == '"':
			d.i++
			return string(b), nil
		case c < 0x20:
			return "", d.bad("a raw control character in a string")
		case c == '\\':
			r, err := d.escape()
			if err != nil {
				return "", err
			}
			b = utf8.AppendRune(b, r)
		default:
			b = append(b, c)
			d.i++
		}
	}
	return "", d.bad("a string without its closing quote")
}

func (d *decoder) escape() (rune, error) {
	const short, meant = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	d.i++
	c := d.peek()
	if i := strings.IndexByte(short, c); i >= 0 {
		d.i++
		return rune(meant[i]), nil
	}
	if c != 'u' {
		return 0, d.bad("an unknown escape in a string")
	}
	r, err := d.hex()
	if err != nil {
		return 0, err
	}
	if utf16.IsSurrogate(r) {
		if !strings.HasPrefix(d.s[d.i:], `\u`) {
			return 0, d.bad("half a surrogate pair in a string")
		}
		d.i++
		low, err := d.hex()
		if err != nil {
			return 0, err
		}
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			return 0, d.bad("half a surrogate pair in a string")
		}
	}
	if r == 0 {
		return 0, refuse(InvalidValue, "The request body contains the character NUL (\\u0000); remove it.")
	}
	return r, nil
}

// hex reads uXXXX, the position being on the u.
func (d *decoder) hex() (rune, error) {
	if d.i+5 > len(d.s) {
		return 0, d.bad("a cut-off escape in a string")
	}
	n, err := strconv.ParseUint(d.s[d.i+1:d.i+5], 16, 16)
	if err != nil {
		return 0, d.bad("a malformed escape in a string")
	}
	d.i += 5
	return rune(n), nil
}

// plain turns decoded JSON into the types that are stored: map[string]any for objects.
func plain(v any) any {
	switch v := v.(type) {
	case object:
		m := make(map[string]any, len(v))
		for _, e := range v {
			m[e.name] = plain(e.value)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = plain(v[i])
		}
		return list
	}
	return v
}

// DecodeDocument reads what EncodeDocument wrote: a stored User.Attributes or User.Extra.
func DecodeDocument(stored []byte) (map[string]any, error) {
	if len(stored) == 0 {
		return map[string]any{}, nil
	}
	o, err := decodeObject(stored)
	if err != nil {
		return nil, err
	}
	return plain(o).(map[string]any), nil
}
