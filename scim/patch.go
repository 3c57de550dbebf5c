package scim

import (
	"slices"
	"strings"
)

// opKind is the verb of a PATCH operation.
type opKind uint8

const (
	opAdd opKind = iota
	opReplace
	opRemove
)

// Limits of one PATCH request. A group may need an operation for each member.
const (
	maxOperations     = 10_000
	maxUserOperations = 1000
)

// Op is one operation of a PATCH request (RFC 7644 §3.5.2).
type Op struct {
	Path  string // empty: the value is an object whose keys are paths
	kind  opKind
	value any
}

// clears tells whether the operation takes a value away.
func (op Op) clears() bool {
	l, list := op.value.([]any)
	return op.kind == opRemove || op.value == nil || op.value == any("") || list && len(l) == 0
}

// ParsePatch reads the body of a PATCH request. Verbs and names are taken in any letter
// case, for Entra ID writes "Add", "Replace" and "Remove".
func ParsePatch(body []byte) ([]Op, error) {
	o, err := decodeObject(body)
	if err != nil {
		return nil, err
	}
	v, _ := o.get("Operations")
	list := asList(v)
	if len(list) == 0 {
		return nil, refuse(InvalidSyntax, "Operations is missing or empty; a PATCH request needs a list of operations.")
	}
	if len(list) > maxOperations {
		return nil, tooManyOperations(maxOperations)
	}
	ops := make([]Op, 0, len(list))
	for i, v := range list {
		op, err := parseOp(v, i+1)
		if err != nil {
			return nil, err
		}
		ops = append(ops, op)
	}
	return ops, nil
}

func tooManyOperations(most int) *Error {
	return refuse(TooMany, "The request has more than %d operations; send fewer at a time.", most)
}

func parseOp(v any, number int) (op Op, err error) {
	o, ok := v.(object)
	if !ok {
		return op, refuse(InvalidSyntax, "Operation %d is not an object.", number)
	}
	verb, _ := o.get("op")
	name, _ := verb.(string)
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "add":
		op.kind = opAdd
	case "replace":
		op.kind = opReplace
	case "remove":
		op.kind = opRemove
	default:
		return op, refuse(InvalidSyntax, "Operation %d has the op %s; it must be add, replace or remove.", number, quote(name))
	}
	if path, _ := o.get("path"); path != nil {
		if op.Path, ok = path.(string); !ok {
			return op, refuse(InvalidPath, "The path of operation %d is not a string.", number)
		}
	}
	var given bool
	op.value, given = o.get("value")
	if strings.TrimSpace(op.Path) == "" {
		op.Path = ""
		if op.kind == opRemove {
			return op, refuse(NoTarget, "Operation %d removes without a path; name the attribute in path.", number)
		}
		if _, ok := loneValue(op.value).(object); !ok {
			return op, refuse(InvalidValue, "Operation %d has no path, so its value must be an object of attributes.", number)
		}
	}
	if !given && op.kind != opRemove {
		return op, refuse(InvalidValue, "Operation %d has no value.", number)
	}
	return op, nil
}

// PatchUser applies the operations in order to a copy of u. If one fails, nothing is
// changed and the error says why. mapping, which may be nil, holds the attribute paths
// that an administrator mapped (see Read): they may be patched though no schema knows
// them. changed lists the names of the attributes that differ at the end, sorted; it is
// empty when the request asks for what is there already.
func PatchUser(u User, ops []Op, mapping map[string]string) (next User, changed []string, err error) {
	if len(ops) > maxUserOperations {
		return u, nil, tooManyOperations(maxUserOperations)
	}
	e := edit(u)
	e.mapping = mapping
	for _, op := range ops {
		if err := e.patch(op); err != nil {
			return u, nil, err
		}
		e.settlePlan()
	}
	if next, err = e.finish(); err != nil {
		return u, nil, err
	}
	return next, Changed(u, next), nil
}

func (e *editor) patch(op Op) error {
	if op.Path == "" {
		return e.object(op.kind, loneValue(op.value).(object))
	}
	t, err := parsePath(UserKind, op.Path)
	switch {
	case err != nil && schemaKey(op.Path):
		if done, err := e.patchForeign(op); done {
			return err
		}
		return err
	case err != nil:
		return err
	case t.plan(UserKind):
		return e.putPlan(op.kind, t.urn, op.value)
	case t.whole():
		return e.patchSection(op, t)
	case t.known():
		return e.patchAttribute(op, t)
	}
	if t.attr != nil || !e.mayKeep(t) {
		return refuse(InvalidPath, "The path %s names an attribute that no schema has; see /Schemas.", quote(op.Path))
	}
	if t.urn != "" && UserKind.schemaOf(t.urn) == nil {
		if done, err := e.patchForeign(op); done {
			return err
		}
	}
	if op.kind == opRemove {
		op.value = nil
	}
	return e.keep(t.urn, t.label(), op.value)
}

func (e *editor) patchSection(op Op, t target) error {
	if op.kind == opRemove {
		return e.clearSection(t.urn)
	}
	return e.section(op.kind, t.urn, op.value)
}

func (e *editor) patchAttribute(op Op, t target) error {
	if t.attr.readOnly() && t.urn == "" || t.sub != nil && t.sub.readOnly() {
		return refuse(Mutability, "%s is read-only; the service provider sets it.", t.attr.name)
	}
	if t.attr.name == "password" {
		return nil // password sync: taken and dropped
	}
	return e.attribute(op, t)
}

// patchForeign applies an operation whose path is the name of a schema of somebody
// else's, as a whole; done is false if the path is not that.
func (e *editor) patchForeign(op Op) (done bool, err error) {
	if o, ok := loneValue(op.value).(object); ok && op.kind != opRemove {
		return true, e.section(op.kind, op.Path, o)
	}
	if op.kind == opRemove && e.hasSection(op.Path) {
		return true, e.clearSection(op.Path)
	}
	return false, nil
}

// hasSection tells whether something is stored under that schema URN.
func (e *editor) hasSection(urn string) bool {
	_, inDoc := e.doc[foldedKey(e.doc, urn)]
	_, inExtra := e.extra[foldedKey(e.extra, urn)]
	return inDoc || inExtra
}

// mayKeep tells whether a PATCH path that no schema knows is welcome: under a foreign
// schema, when it was sent before, or when an administrator mapped it.
func (e *editor) mayKeep(t target) bool {
	if t.urn != "" && UserKind.schemaOf(t.urn) == nil {
		return true
	}
	if holder, ok := e.extra[foldedKey(e.extra, t.urn)].(map[string]any); ok && t.urn != "" {
		if _, ok := holder[foldedKey(holder, t.name)]; ok {
			return true
		}
	} else if _, ok := e.extra[foldedKey(e.extra, t.name)]; ok && t.urn == "" {
		return true
	}
	return slices.ContainsFunc(mapped(e.mapping), func(path string) bool {
		return strings.EqualFold(strings.TrimSpace(path), strings.TrimSpace(t.path))
	})
}

func mapped(mapping map[string]string) []string {
	paths := make([]string, 0, len(mapping))
	for _, path := range mapping {
		paths = append(paths, path)
	}
	return paths
}
