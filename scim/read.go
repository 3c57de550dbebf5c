package scim

import (
	"strings"
)

// Profile is what the product wants to know of a user (SPEC P1), as raw text; empty
// where the identity provider sent nothing. What a country, role or plan means is not
// SCIM's business.
type Profile struct {
	FirstName, LastName, Email, Country, CurrentCity, CurrentState, BirthYear, Role, Plan string
}

// Read finds the product's attributes in a user, each in this order (SPEC P2): Rollcall's
// extension, the attribute that an administrator mapped, the usual core place. mapping,
// which may be nil, goes from the names "firstName", "lastName", "email", "country",
// "currentCity", "currentState", "birthYear", "role" and "plan" to SCIM paths, which may
// point to attributes that no schema knows.
func Read(u User, mapping map[string]string) Profile {
	r := reader{u: u, mapping: mapping}
	r.ext, _ = u.Attributes[RollcallSchema].(map[string]any)
	return Profile{
		FirstName:    r.find("firstName", func() string { return textAt(u.Attributes["name"], "givenName") }),
		LastName:     r.find("lastName", func() string { return textAt(u.Attributes["name"], "familyName") }),
		Email:        r.find("email", r.email),
		Country:      r.find("country", func() string { return r.address("country") }),
		CurrentCity:  r.find("currentCity", func() string { return r.address("locality") }),
		CurrentState: r.find("currentState", func() string { return r.address("region") }),
		BirthYear:    r.find("birthYear", nil),
		Role:         r.find("role", r.role),
		Plan:         r.find("plan", nil),
	}
}

type reader struct {
	u       User
	mapping map[string]string
	ext     map[string]any
}

func (r reader) find(name string, usual func() string) string {
	if s := text(r.ext[name]); s != "" {
		return s
	}
	if path := r.mapping[name]; path != "" {
		if s := Value(r.u, path); s != "" {
			return s
		}
	}
	if usual == nil {
		return ""
	}
	return usual()
}

// email takes the primary address, else the one for work, else the first, else a
// userName that is an address.
func (r reader) email() string {
	best, bestRank := "", -1
	for _, m := range entries(r.u.Attributes["emails"]) {
		if s := textAt(m, "value"); s != "" && rank(m) > bestRank {
			best, bestRank = s, rank(m)
		}
	}
	if name := strings.TrimSpace(r.u.UserName); best == "" && isAddress(name) {
		return name
	}
	return best
}

// address takes one part of the primary address, else of the one for work, else of one
// without a type. A home address says nothing about where somebody works.
func (r reader) address(part string) string {
	best, bestRank := "", -1
	for _, m := range entries(r.u.Attributes["addresses"]) {
		n := rank(m)
		if n == 0 && m["type"] != nil {
			continue
		}
		if s := textAt(m, part); s != "" && n > bestRank {
			best, bestRank = s, n
		}
	}
	return best
}

// role takes a role that Rollcall knows, the primary one first; else the first role,
// which whoever reads it will not know either.
func (r reader) role() string {
	best, bestRank := "", -1
	for _, m := range entries(r.u.Attributes["roles"]) {
		s := strings.TrimSpace(appRole(textAt(m, "value")))
		n := 0
		if strings.EqualFold(s, "admin") || strings.EqualFold(s, "member") {
			n = 1 + rank(m)
		}
		if s != "" && n > bestRank {
			best, bestRank = s, n
		}
	}
	return best
}

// rank orders the entries of a multi-valued attribute: primary, work, any.
func rank(m map[string]any) int {
	if m["primary"] == true {
		return 2
	}
	if s, _ := m["type"].(string); strings.EqualFold(s, "work") {
		return 1
	}
	return 0
}

func isAddress(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && at < len(s)-1 && !strings.ContainsAny(s, " \t")
}

// Value returns what stands at a SCIM path as text: attributes that the schemas know,
// then those that they do not, then a plan wherever it was sent. It returns the empty
// string if there is nothing or the path is none. Of several values it takes the
// primary one, the one for work, the first.
func Value(u User, path string) string {
	t, err := parsePath(UserKind, path)
	if err != nil {
		return ""
	}
	if t.urn == "" && t.attr != nil && t.sub == nil {
		switch t.attr.name {
		case "userName":
			return strings.TrimSpace(u.UserName)
		case "externalId":
			return u.ExternalID
		}
	}
	if t.known() {
		return t.value(branch(u.Attributes, t.urn))
	}
	if t.plan(UserKind) {
		if s := textAt(branch(u.Attributes, t.urn), "plan"); s != "" {
			return s
		}
	}
	return unknownValue(u.Extra, t)
}

// value reads an attribute that the schemas know.
func (t target) value(holder map[string]any) string {
	v := holder[t.attr.name]
	if !t.attr.multi {
		if t.sub != nil {
			return textAt(v, t.sub.name)
		}
		if t.attr.find("value") != nil {
			return textAt(v, "value")
		}
		return text(v)
	}
	part := "value"
	if t.sub != nil {
		part = t.sub.name
	}
	best, bestRank := "", -1
	for _, m := range entries(v) {
		if t.filter != nil && !t.filter.match(m) {
			continue
		}
		if s := textAt(m, part); s != "" && rank(m) > bestRank {
			best, bestRank = s, rank(m)
		}
	}
	return best
}

// unknownValue reads what no schema knows, in any letter case: `colour`, `urn:x:colour`,
// `urn:x:place.city`.
func unknownValue(extra map[string]any, t target) string {
	holder := branch(extra, t.urn)
	if s := text(holder[foldedKey(holder, t.label())]); s != "" {
		return s
	}
	var v any = holder
	for name := range strings.SplitSeq(t.label(), ".") {
		m, ok := loneValue(v).(map[string]any)
		if !ok {
			return ""
		}
		v = m[foldedKey(m, name)]
	}
	if m, ok := loneValue(v).(map[string]any); ok {
		return text(m[foldedKey(m, "value")])
	}
	return text(loneValue(v))
}

// branch returns the map of an extension without making it; nil if there is none.
func branch(m map[string]any, urn string) map[string]any {
	if urn == "" {
		return m
	}
	s, _ := m[foldedKey(m, urn)].(map[string]any)
	return s
}

// entries returns the complex values of a multi-valued attribute.
func entries(v any) []map[string]any {
	list, _ := v.([]any)
	out := make([]map[string]any, 0, len(list))
	for _, e := range list {
		if m, ok := e.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

func textAt(v any, name string) string {
	m, _ := v.(map[string]any)
	return text(m[name])
}

// text returns a simple value as trimmed text; anything else is empty.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case bool, int64, float64:
		return string(appendValue(nil, v))
	}
	return ""
}
