package scim

import (
	"strings"
	"time"
)

// Match tells whether a resource, as made by UserResource or GroupResource, satisfies
// the filter.
func (f Filter) Match(resource map[string]any) bool {
	return f.root == nil || f.root.match(resource)
}

func (x *expr) match(m map[string]any) bool {
	switch x.op {
	case opAnd:
		return x.left.match(m) && x.right.match(m)
	case opOr:
		return x.left.match(m) || x.right.match(m)
	case opNot:
		return !x.left.match(m)
	}
	if x.ref.email {
		return x.matchEmail(m)
	}
	if x.ref.urn != "" {
		m, _ = m[x.ref.urn].(map[string]any)
	}
	return x.matchValue(m[x.ref.attr.name])
}

// matchEmail compares the product's e-mail: the extension's, else any of emails, else a
// userName that is an address (SPEC P1).
func (x *expr) matchEmail(m map[string]any) bool {
	if ext, _ := m[RollcallSchema].(map[string]any); ext["email"] != nil {
		return x.holds(ext["email"])
	}
	plain := *x
	plain.ref = ref{sub: userSchema.find("emails").find("value")}
	if l, _ := m["emails"].([]any); len(l) > 0 {
		return plain.matchValue(l)
	}
	if name, _ := m["userName"].(string); strings.Contains(name, "@") {
		return x.holds(name)
	}
	return x.holds(nil)
}

// matchValue looks for a value that satisfies the comparison. Of several values `ne`
// asks that none is equal, so that it is the opposite of `eq`.
func (x *expr) matchValue(v any) bool {
	if x.op == opNotEqual {
		opposite := *x
		opposite.op = opEqual
		return !opposite.matchValue(v)
	}
	entries, multi := v.([]any)
	if !multi {
		return x.filter == nil && x.holds(x.part(v))
	}
	for _, e := range entries {
		if x.filter != nil {
			m, _ := e.(map[string]any)
			if !x.filter.match(m) {
				continue
			}
		}
		if x.holds(x.part(e)) {
			return true
		}
	}
	return len(entries) == 0 && x.filter == nil && x.holds(nil)
}

// part takes the sub-attribute out of a complex value.
func (x *expr) part(v any) any {
	if x.ref.sub == nil {
		return v
	}
	m, _ := v.(map[string]any)
	return m[x.ref.sub.name]
}

// holds compares one value, nil when there is none.
func (x *expr) holds(v any) bool {
	if x.op == opPresent {
		return v != nil && v != any("")
	}
	if x.op == opNotEqual {
		opposite := *x
		opposite.op = opEqual
		return !opposite.holds(v)
	}
	if x.value == nil {
		return v == nil
	}
	switch want := x.value.(type) {
	case bool:
		return v == any(want)
	case int64:
		return x.holdsInteger(v, want)
	case time.Time:
		s, _ := v.(string)
		t, ok := parseTime(s)
		return ok && ordered(x.op, t.Compare(want))
	}
	s, ok := v.(string)
	if !ok {
		if v == nil {
			return false
		}
		s = string(appendValue(nil, v))
	}
	return x.holdsText(s)
}

func (x *expr) holdsInteger(v any, want int64) bool {
	switch v := v.(type) {
	case int64:
		switch {
		case v < want:
			return ordered(x.op, -1)
		case v > want:
			return ordered(x.op, 1)
		}
		return ordered(x.op, 0)
	case float64: // a row read by encoding/json
		return x.holdsInteger(int64(v), want)
	}
	return false
}

func (x *expr) holdsText(s string) bool {
	if !x.exact {
		s = strings.ToLower(s)
	}
	switch x.op {
	case opContains:
		return strings.Contains(s, x.text)
	case opStarts:
		return strings.HasPrefix(s, x.text)
	case opEnds:
		return strings.HasSuffix(s, x.text)
	}
	return ordered(x.op, strings.Compare(s, x.text))
}

// ordered reads the outcome of a three-way comparison.
func ordered(op operator, c int) bool {
	switch op {
	case opEqual:
		return c == 0
	case opGreater:
		return c > 0
	case opGreaterEqual:
		return c >= 0
	case opLess:
		return c < 0
	case opLessEqual:
		return c <= 0
	}
	return false
}
