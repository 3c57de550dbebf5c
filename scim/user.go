package scim

import (
	"maps"
	"slices"
)

// User is what an identity provider said about one person, in canonical form.
type User struct {
	UserName   string // as sent; required, compared without case
	ExternalID string // as sent; compared exactly
	Active     bool
	// Attributes holds the core attributes by canonical name and each extension as a map
	// under its URN, without id, meta, groups, schemas, password and the three above. The
	// plan stands in RollcallSchema and wherever else it was sent (SPEC P2).
	// Its objects are map[string]any, its lists []any, numbers int64 or float64.
	// Treat it as read-only: PatchUser and PutUser work on copies.
	Attributes map[string]any
	// Extra keeps what no schema knows, for a later mapping; it is never answered (SPEC I4).
	Extra map[string]any

	sites []site // the plans of a body that disagree, for PutUser to weigh again
}

// ParseUser reads the body of a POST or PUT. Omitted `active` is true. A missing or blank
// userName is refused; what the product requires beyond that is not SCIM's business.
func ParseUser(body []byte) (User, error) {
	o, err := decodeObject(body)
	if err != nil {
		return User{}, err
	}
	e := &editor{doc: make(map[string]any, 16), extra: map[string]any{}, fresh: true}
	e.doc["active"] = true
	if err := e.object(opReplace, o); err != nil {
		return User{}, err
	}
	sites := e.sites
	e.settlePlan()
	u, err := e.finish()
	if err == nil && disagree(sites) {
		u.sites = sites
	}
	return u, err
}

// PutUser returns what a PUT of sent makes of old, and the names of the attributes that
// change, sorted. Everything sent replaces everything old. If the body names several
// plans, for example one just edited and one echoed from the last GET, the one that
// differs from the old plan is the change.
func PutUser(old, sent User) (next User, changed []string) {
	next = sent
	if sent.sites != nil {
		e := edit(sent)
		e.sites = sent.sites
		e.was = old.plan()
		e.settlePlan()
		next = e.user()
	}
	next.sites = nil
	return next, Changed(old, next)
}

// Changed lists the names of the attributes in which two users differ, sorted. An
// attribute of an extension is named with its URN.
func Changed(old, next User) []string {
	var names []string
	if old.UserName != next.UserName {
		names = append(names, "userName")
	}
	if old.ExternalID != next.ExternalID {
		names = append(names, "externalId")
	}
	if old.Active != next.Active {
		names = append(names, "active")
	}
	names = differences(names, "", old.Attributes, next.Attributes)
	names = differences(names, "", old.Extra, next.Extra)
	slices.Sort(names)
	return slices.Compact(names)
}

func differences(names []string, prefix string, old, next map[string]any) []string {
	for name, was := range old {
		is, ok := next[name]
		if schemaKey(name) {
			a, _ := was.(map[string]any)
			b, _ := is.(map[string]any)
			if a != nil && (b != nil || !ok) {
				names = differences(names, name+":", a, b)
				continue
			}
		}
		if !ok || !same(was, is) {
			names = append(names, prefix+name)
		}
	}
	for name, is := range next {
		if _, ok := old[name]; ok {
			continue
		}
		if m, ok := is.(map[string]any); ok && schemaKey(name) {
			names = differences(names, name+":", nil, m)
			continue
		}
		names = append(names, prefix+name)
	}
	return names
}

// same compares two stored values; a whole number is the same as float64 and as int64.
func same(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, same)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, same)
	case int64:
		if f, ok := b.(float64); ok {
			return float64(a) == f
		}
		return any(a) == b
	case float64:
		if n, ok := b.(int64); ok {
			return float64(n) == a
		}
		return any(a) == b
	}
	switch b.(type) {
	case map[string]any, []any:
		return false
	}
	return a == b
}

// clone copies maps and lists all the way down.
func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return cloneMap(v)
	case []any:
		l := make([]any, len(v))
		for i := range v {
			l[i] = clone(v[i])
		}
		return l
	}
	return v
}

func cloneMap(m map[string]any) map[string]any {
	c := make(map[string]any, len(m)+3)
	for k, v := range m {
		c[k] = clone(v)
	}
	return c
}

// ExtraNames lists what a user has that no schema knows, as paths that an administrator can map (see Read), sorted.
func ExtraNames(u User) (names []string) {
	for name, v := range u.Extra {
		section, ok := v.(map[string]any)
		if !ok || !schemaKey(name) {
			names = append(names, name)
			continue
		}
		for sub := range section {
			names = append(names, name+":"+sub)
		}
	}
	slices.Sort(names)
	return names
}
