package scim

import (
	"slices"
	"strings"
)

// editor changes one user: a new one from the body of a POST, or a copy of a stored one
// by PATCH. All changes go through it, so that a key of a resource, a key of a PATCH
// value and a PATCH path mean the same everywhere.
type editor struct {
	doc     map[string]any // Attributes, with userName, externalId and active among them
	extra   map[string]any
	mapping map[string]string // attribute paths an administrator mapped, known for that
	sites   []site            // plans set by the operation at hand
	was     string            // the plan before it
	fresh   bool              // the body of a POST or PUT is read
	fault   error             // the first value that cannot be; it refuses the request unless the user is inactive at the end
}

// edit starts with a copy of a user.
func edit(u User) *editor {
	e := &editor{doc: cloneMap(u.Attributes), extra: cloneMap(u.Extra), was: u.plan()}
	e.doc["active"] = u.Active
	setOrDelete(e.doc, "userName", present(u.UserName))
	setOrDelete(e.doc, "externalId", present(u.ExternalID))
	return e
}

func present(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// user takes the result out; the editor must not be used after it.
func (e *editor) user() User {
	u := User{Attributes: e.doc, Extra: e.extra}
	u.UserName, _ = e.doc["userName"].(string)
	u.ExternalID, _ = e.doc["externalId"].(string)
	u.Active, _ = e.doc["active"].(bool)
	delete(e.doc, "userName")
	delete(e.doc, "externalId")
	delete(e.doc, "active")
	dropBare(e.doc)
	return u
}

// dropBare takes out what says nothing: OneLogin sends a number that a person lacks as {"value": "", "type": "work"}.
func dropBare(doc map[string]any) {
	for name, v := range doc {
		list, ok := v.([]any)
		if !ok || !slices.ContainsFunc(list, bare) {
			continue
		}
		list = slices.DeleteFunc(slices.Clone(list), bare) // the stored user may share it
		if doc[name] = list; len(list) == 0 {
			delete(doc, name)
		}
	}
}

func bare(entry any) bool {
	m, ok := entry.(map[string]any)
	for name := range m {
		if name != "type" && name != "primary" {
			return false
		}
	}
	return ok
}

// finish takes the result out and checks it as a whole. A leaver's deactivation is not refused for a value that cannot
// be: that value is left out (SPEC P3).
func (e *editor) finish() (User, error) {
	u := e.user()
	if e.fault != nil && u.Active {
		return User{}, e.fault
	}
	if strings.TrimSpace(u.UserName) == "" {
		return User{}, refuse(InvalidValue, "userName is required and must not be blank.")
	}
	if len(u.Extra) > 0 && len(Encode(u.Extra)) > maxExtra {
		return User{}, refuse(InvalidValue, "The attributes that no schema knows are too large together; send fewer.")
	}
	return u, nil
}

// object applies the keys of a resource, or of a PATCH value without path, in their
// order. In a new resource one attribute under two spellings is refused.
func (e *editor) object(op opKind, o object) error {
	if len(o) > maxNames {
		return tooManyNames()
	}
	var room [24]*attribute
	seen := room[:0]
	for _, m := range o {
		t, err := parsePath(UserKind, m.name)
		if err != nil { // a name that SCIM would not allow is unknown like any other
			t = target{name: m.name}
		}
		if e.fresh && t.attr != nil && t.subbed == "" && t.filter == nil {
			for _, a := range seen {
				if a == t.attr {
					return givenTwice(t.attr.name)
				}
			}
			seen = append(seen, t.attr)
		}
		if err := e.key(op, t, m); err != nil {
			return err
		}
	}
	return nil
}

// key applies one key of an object.
func (e *editor) key(op opKind, t target, m member) error {
	switch {
	case passedOver(t):
		return nil
	case t.plan(UserKind):
		return e.putPlan(op, t.urn, m.value)
	case t.whole() && t.urn != "":
		return e.section(op, t.urn, m.value)
	case t.known():
		return e.attribute(Op{kind: op, value: m.value}, t)
	case t.attr != nil: // a sub-attribute nobody knows
		return nil
	}
	if o, ok := loneValue(m.value).(object); ok && (schemaKey(m.name) || namesPlan(o)) {
		return e.section(op, m.name, m.value)
	}
	return e.keep(t.urn, t.label(), m.value)
}

// section applies an object that stands under the URN of a schema.
func (e *editor) section(op opKind, urn string, v any) error {
	v = loneValue(v)
	if l, ok := v.([]any); v == nil || v == any("") || ok && len(l) == 0 {
		if op == opReplace {
			return e.clearSection(urn)
		}
		return nil
	}
	o, ok := v.(object)
	if !ok {
		return refuse(InvalidValue, "%s must be an object.", quote(urn))
	}
	if len(o) > maxNames {
		return tooManyNames()
	}
	known := UserKind.schemaOf(urn)
	for _, m := range o {
		if strings.EqualFold(m.name, "plan") {
			if known == userSchema {
				urn = ""
			}
			if err := e.putPlan(op, urn, m.value); err != nil {
				return err
			}
			continue
		}
		if err := e.sectionKey(op, known, urn, m); err != nil {
			return err
		}
	}
	return nil
}

func (e *editor) sectionKey(op opKind, known *schema, urn string, m member) error {
	if known == nil {
		return e.keep(urn, m.name, m.value)
	}
	t, err := parsePath(UserKind, known.urn+":"+m.name)
	if err != nil || t.attr == nil {
		return e.keep(known.urn, m.name, m.value)
	}
	return e.key(op, t, m)
}

// clearSection takes a whole extension away, and the plan with it if it stood there.
func (e *editor) clearSection(urn string) error {
	key := foldedKey(e.doc, urn)
	ext, _ := e.doc[key].(map[string]any)
	if _, ok := ext["plan"]; ok {
		e.sites = append(e.sites, site{key, ""})
	}
	delete(e.doc, key)
	delete(e.extra, foldedKey(e.extra, urn))
	return nil
}

// keep stores what no schema knows.
func (e *editor) keep(urn, name string, v any) error {
	if len(e.extra) >= maxUnknown && urn != "" {
		return tooManyNames()
	}
	holder := section(e.extra, urn)
	key := foldedKey(holder, name)
	if v == nil || v == any("") {
		delete(holder, key)
	} else if _, ok := holder[key]; !ok && len(holder) >= maxUnknown {
		return tooManyNames()
	} else {
		holder[key] = plain(v)
	}
	if urn != "" && len(holder) == 0 {
		delete(e.extra, foldedKey(e.extra, urn))
	}
	return nil
}

func tooManyNames() *Error {
	return refuse(InvalidValue, "The resource has too many attributes that no schema knows; send fewer.")
}

// attribute changes an attribute that the schemas know.
func (e *editor) attribute(op Op, t target) error {
	if t.urn == "" && t.attr.name == "active" && op.clears() {
		if e.fresh {
			return nil // as if omitted: Entra and OneLogin send every empty attribute as null
		}
		return refuse(InvalidValue, "active must be true or false; it cannot be taken away.")
	}
	holder := e.extension(t.urn)
	next, err := change(op, t, holder[t.attr.name])
	switch {
	case err != nil && !e.putOff(t, err):
		return err
	case err != nil:
	case next == nil && t.attr.required && !e.fresh && op.kind != opRemove && op.value == any(""):
		return refuse(InvalidValue, "%s is required and must not be blank.", t.attr.name)
	case next == nil && t.attr.required && !e.fresh:
		return refuse(Mutability, "%s is required and cannot be taken away.", t.attr.name)
	default:
		setOrDelete(holder, t.attr.name, next)
	}
	if t.urn != "" && len(holder) == 0 {
		delete(e.doc, foldedKey(e.doc, t.urn))
	}
	return nil
}

// putOff keeps the refusal of a value until it is known whether the user is active.
func (e *editor) putOff(t target, err error) bool {
	se, ok := err.(*Error)
	if !ok || se.ScimType != InvalidValue || t.attr.required || t.urn == "" && t.attr.name == "active" {
		return false
	}
	if e.fault == nil {
		e.fault = err
	}
	return true
}
