package scim

import (
	"slices"
	"strconv"
	"unicode/utf8"
)

// Encode writes a value made by this package as JSON: maps, lists, strings, numbers,
// booleans and null. Names are sorted, but `schemas` and `id` come first, as people
// who read a log expect. Anything else is written as null.
func Encode(v any) []byte {
	return appendValue(make([]byte, 0, 1024), v)
}

// EncodeDocument writes User.Attributes or User.Extra for storage.
func EncodeDocument(m map[string]any) []byte {
	if len(m) == 0 {
		return []byte("{}")
	}
	return Encode(m)
}

func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return appendText(b, v)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		return appendFloat(b, v)
	case map[string]any:
		return appendMap(b, v)
	case object:
		return appendObject(b, v)
	case []any:
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendValue(b, e)
		}
		return append(b, ']')
	case encoded:
		return append(b, v...)
	}
	return append(b, "null"...)
}

// encoded is JSON that is finished already, for example a resource inside a list.
type encoded []byte

// appendFloat writes whole numbers without exponent, so that a birth year stays 1985
// after a trip through encoding/json.
func appendFloat(b []byte, f float64) []byte {
	if f == float64(int64(f)) && f > -1e15 && f < 1e15 {
		return strconv.AppendInt(b, int64(f), 10)
	}
	if f-f != 0 { // NaN and infinities have no JSON
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, f, 'g', -1, 64)
}

func appendMap(b []byte, m map[string]any) []byte {
	var room [24]string
	names := room[:0]
	for name := range m {
		if name != "schemas" && name != "id" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	b = append(b, '{')
	first := true
	field := func(name string) {
		if !first {
			b = append(b, ',')
		}
		first = false
		b = appendText(b, name)
		b = append(b, ':')
		b = appendValue(b, m[name])
	}
	for _, name := range [...]string{"schemas", "id"} {
		if _, ok := m[name]; ok {
			field(name)
		}
	}
	for _, name := range names {
		field(name)
	}
	return append(b, '}')
}

func appendObject(b []byte, o object) []byte {
	b = append(b, '{')
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, m.name)
		b = append(b, ':')
		b = appendValue(b, m.value)
	}
	return append(b, '}')
}

func appendText(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 { // never from our decoder; a row may hold it
				b = append(append(b, s[from:i]...), "\ufffd"...)
				from = i + 1
			}
			i += n
			continue
		}
		if c < 0x20 || c == '"' || c == '\\' || c == 0x7f {
			b = append(b, s[from:i]...)
			if c == '"' || c == '\\' {
				b = append(b, '\\', c)
			} else {
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
			from = i + 1
		}
		i++
	}
	b = append(b, s[from:]...)
	return append(b, '"')
}
