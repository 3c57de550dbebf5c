package scim

import (
	"strconv"
	"strings"
)

// Limits that keep one user small enough for a row and a page.
const (
	maxValues  = 200       // entries of one multi-valued attribute
	maxKey     = 1024      // bytes of userName, externalId and a group's displayName
	maxUnknown = 500       // attributes kept that no schema knows
	maxExtra   = 256 << 10 // bytes of them together
	maxNames   = 2000      // names of one object
	maxSites   = 32        // places of the plan
)

// normalize brings a value into the canonical form of its attribute. Null, the empty
// string, list and object give nil, which means: no value.
func normalize(a *attribute, v any) (any, error) {
	if a.multi {
		l, err := normalizeList(a, v)
		if len(l) == 0 {
			return nil, err
		}
		return l, err
	}
	v = loneValue(v)
	if l, ok := v.([]any); ok && len(l) == 0 {
		return nil, nil
	}
	if v == nil || v == any("") {
		return nil, nil
	}
	if a.kind == kindComplex {
		m, err := normalizeObject(a, v)
		if len(m) == 0 {
			return nil, err
		}
		return m, err
	}
	if o, ok := v.(object); ok { // connectors that know lists only send [{"value": "x"}]
		if inner, ok := o.get("value"); ok {
			return normalize(a, inner)
		}
	}
	return normalizeSimple(a, v)
}

func normalizeSimple(a *attribute, v any) (any, error) {
	switch a.kind {
	case kindBoolean:
		switch s := v.(type) {
		case bool:
			return v, nil
		case string:
			if b, ok := boolText(s); ok {
				return b, nil
			}
		}
		return nil, refuse(InvalidValue, "%s must be true or false.", a.name)
	case kindInteger:
		return normalizeInteger(a, v)
	}
	switch s := v.(type) { // v is returned as it came: another interface would cost
	case string:
		if len(s) > maxKey && (a.required || a.name == "externalId") {
			return nil, refuse(InvalidValue, "%s is longer than %d bytes.", a.name, maxKey)
		}
		return v, nil
	case bool:
		return strconv.FormatBool(s), nil
	case int64:
		return strconv.FormatInt(s, 10), nil
	case float64:
		return string(appendFloat(nil, s)), nil
	}
	return nil, refuse(InvalidValue, "%s must be a string.", a.name)
}

func normalizeInteger(a *attribute, v any) (any, error) {
	switch v := v.(type) {
	case int64:
		return v, nil
	case float64:
		if n := int64(v); float64(n) == v {
			return n, nil
		}
	case string:
		s := strings.TrimSpace(v)
		if s == "" {
			return nil, nil
		}
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n, nil
		}
	}
	return nil, refuse(InvalidValue, "%s must be a whole number.", a.name)
}

// normalizeObject reads a complex value; sub-attributes nobody knows are dropped.
func normalizeObject(a *attribute, v any) (map[string]any, error) {
	m := make(map[string]any, 4)
	return m, mergeObject(a, m, v)
}

// mergeObject writes the sub-attributes of v into m; a null or empty one is taken out.
func mergeObject(a *attribute, m map[string]any, v any) error {
	o, ok := wrapped(a, loneValue(v)).(object)
	if !ok {
		return refuse(InvalidValue, "%s must be an object.", a.name)
	}
	for _, e := range o {
		sub := a.find(e.name)
		if sub == nil {
			continue
		}
		value, err := normalize(sub, e.value)
		if err != nil {
			return within(a, err)
		}
		setOrDelete(m, sub.name, value)
	}
	return nil
}

// within names the parent in the detail of a refusal: "emails.primary must be …".
func within(a *attribute, err error) error {
	if e, ok := err.(*Error); ok {
		e.Detail = a.name + "." + e.Detail
	}
	return err
}

func setOrDelete(m map[string]any, name string, value any) {
	if value == nil {
		delete(m, name)
	} else {
		m[name] = value
	}
}

// normalizeList reads a multi-valued attribute: empty entries go, one primary stays.
func normalizeList(a *attribute, v any) ([]any, error) {
	given := asList(v)
	if len(given) > maxValues {
		return nil, tooManyValues(a)
	}
	out := make([]any, 0, len(given))
	for _, e := range given {
		if e == nil || e == any("") {
			continue
		}
		m, err := normalizeObject(a, e)
		if err != nil {
			return nil, err
		}
		if len(m) > 0 {
			out = append(out, m)
		}
	}
	onePrimary(out, -1)
	return out, nil
}

func tooManyValues(a *attribute) *Error {
	return refuse(InvalidValue, "%s has more than %d values.", a.name, maxValues)
}

// onePrimary leaves one primary entry (RFC 7643 §2.4): the chosen one, or the first if
// chosen is negative.
func onePrimary(list []any, chosen int) {
	for i, e := range list {
		m := e.(map[string]any)
		if m["primary"] != true {
			continue
		}
		if chosen < 0 {
			chosen = i
		} else if i != chosen {
			m["primary"] = false
		}
	}
}
