package scim

import (
	"maps"
	"slices"
	"strings"
)

// change returns what one operation makes of the value of an attribute; nil means that
// the attribute is gone.
func change(op Op, t target, old any) (any, error) {
	switch {
	case t.attr.multi:
		list, _ := old.([]any)
		next, err := changeList(op, t, list)
		if len(next) == 0 {
			return nil, err
		}
		return next, err
	case t.attr.kind == kindComplex:
		m, _ := old.(map[string]any)
		return changeObject(op, t, m)
	case op.kind == opRemove:
		return nil, nil
	}
	return normalize(t.attr, op.value)
}

// changeObject changes a complex attribute with one value. A replace merges, as Entra ID
// needs; one that brings a new `value` (manager) replaces, for the rest described the old.
func changeObject(op Op, t target, m map[string]any) (any, error) {
	if m == nil {
		m = map[string]any{}
	}
	if t.sub != nil {
		value, err := subValue(op, t.sub)
		if err != nil {
			return nil, within(t.attr, err)
		}
		if t.sub.name == "value" && !same(m["value"], value) {
			clear(m)
		}
		setOrDelete(m, t.sub.name, value)
		return orNil(m), nil
	}
	if op.clears() {
		return nil, nil
	}
	if value, err := normalizeObject(t.attr, op.value); err != nil {
		return nil, err
	} else if value["value"] != nil {
		return value, nil
	}
	err := mergeObject(t.attr, m, op.value)
	return orNil(m), err
}

func orNil(m map[string]any) any {
	if len(m) == 0 {
		return nil
	}
	return m
}

// subValue reads the value for a sub-attribute, nil to take it away.
func subValue(op Op, sub *attribute) (any, error) {
	if op.kind == opRemove {
		return nil, nil
	}
	return normalize(sub, op.value)
}

// changeList changes a multi-valued attribute.
func changeList(op Op, t target, list []any) ([]any, error) {
	switch {
	case t.filter != nil:
		return changeMatching(op, t, list)
	case t.sub != nil:
		return changeEach(op, t, list)
	case op.kind == opRemove && emptiesList(op):
		return nil, nil
	}
	given, err := normalizeList(t.attr, op.value)
	if err != nil {
		return nil, err
	}
	switch op.kind {
	case opReplace:
		return given, nil
	case opRemove:
		return difference(t.attr, list, given), nil
	}
	return union(t.attr, list, given)
}

// entryKey tells entries apart: by their value, or by type for addresses, which have
// none (Entra ID asks that a type is unique), else by all they have.
func entryKey(a *attribute, e any) string {
	m := e.(map[string]any)
	if value, ok := m["value"].(string); ok {
		return "value " + strings.ToLower(value)
	}
	if kind, ok := m["type"].(string); ok && a.find("value") == nil {
		return "type " + strings.ToLower(kind)
	}
	return string(Encode(m))
}

// union adds entries, each once.
func union(a *attribute, list, given []any) ([]any, error) {
	places := make(map[string]int, len(list)+len(given))
	for i, e := range list {
		places[entryKey(a, e)] = i
	}
	for _, g := range given {
		entry, key := g.(map[string]any), entryKey(a, g)
		at, there := places[key]
		if there {
			maps.Copy(list[at].(map[string]any), entry)
		} else {
			if len(list) == maxValues {
				return nil, tooManyValues(a)
			}
			at = len(list)
			places[key] = at
			list = append(list, entry)
		}
		if entry["primary"] == true {
			onePrimary(list, at)
		}
	}
	return list, nil
}

// difference removes entries.
func difference(a *attribute, list, given []any) []any {
	gone := make(map[string]bool, len(given))
	for _, g := range given {
		gone[entryKey(a, g)] = true
	}
	return slices.DeleteFunc(list, func(e any) bool { return gone[entryKey(a, e)] })
}

// changeEach sets one sub-attribute of all entries (RFC 7644 §3.5.2.3); with no entry
// there it makes one.
func changeEach(op Op, t target, list []any) ([]any, error) {
	value, err := subValue(op, t.sub)
	if err != nil {
		return nil, within(t.attr, err)
	}
	if len(list) == 0 && value != nil {
		list = []any{map[string]any{}}
	}
	for _, e := range list {
		setOrDelete(e.(map[string]any), t.sub.name, value)
	}
	onePrimary(list, -1)
	return withoutHollow(t.attr, list, value), nil
}

// changeMatching changes the entries that a value filter picks. When it picks none, an
// add or replace seeds the entry that the filter describes: Entra ID writes
// `emails[type eq "work"].value` whether or not there is such an entry.
func changeMatching(op Op, t target, list []any) ([]any, error) {
	picked := t.picks(list)
	if len(picked) == 0 {
		// Nothing there to clear: also for a remove of a part, which Entra ID sends again when the answer was lost, and whose
		// entry is gone when no other part was left.
		if op.clears() && (op.kind != opRemove || t.sub != nil) {
			return list, nil
		}
		entry, err := seeded(op, t, len(list))
		if err != nil {
			return nil, err
		}
		list = append(list, entry)
		picked = append(picked, len(list)-1)
	}
	if t.sub == nil && op.clears() {
		return slices.DeleteFunc(list, func(e any) bool { return t.filter.match(e.(map[string]any)) }), nil
	}
	var value any
	for _, i := range picked {
		entry := list[i].(map[string]any)
		var err error
		if t.sub == nil {
			value, err = entry, mergeObject(t.attr, entry, op.value)
		} else if value, err = subValue(op, t.sub); err == nil {
			setOrDelete(entry, t.sub.name, value)
		} else {
			err = within(t.attr, err)
		}
		if err != nil {
			return nil, err
		}
		if entry["primary"] == true {
			onePrimary(list, i)
		}
	}
	return withoutHollow(t.attr, list, value), nil
}

// picks are the places of the entries that the target's filter matches.
func (t target) picks(list []any) (at []int) {
	for i, e := range list {
		if t.filter.match(e.(map[string]any)) {
			at = append(at, i)
		}
	}
	return at
}

// seeded makes the entry that a filter describes, for a list that has so many already.
func seeded(op Op, t target, have int) (map[string]any, error) {
	entry := map[string]any{}
	if op.kind == opRemove || !t.filter.seed(entry) {
		return nil, refuse(NoTarget, "The path %s fits no value of %s.", quote(t.path), t.attr.name)
	}
	if have == maxValues {
		return nil, tooManyValues(t.attr)
	}
	return entry, nil
}

// withoutHollow drops entries that a clearing left with nothing but type and primary.
func withoutHollow(a *attribute, list []any, written any) []any {
	return slices.DeleteFunc(list, func(e any) bool {
		m := e.(map[string]any)
		if len(m) == 0 {
			return true
		}
		if written != nil {
			return false
		}
		for name := range m {
			if name != "type" && name != "primary" && name != "display" {
				return false
			}
		}
		return true
	})
}

// seed writes the entry that a filter of `eq` terms joined by `and` describes; it is
// false for any other filter.
func (x *expr) seed(entry map[string]any) bool {
	if x.op == opAnd {
		return x.left.seed(entry) && x.right.seed(entry)
	}
	if x.op != opEqual || x.value == nil || x.filter != nil || x.ref.sub != nil {
		return false
	}
	value := x.value
	if s, ok := value.(string); ok {
		value = strings.TrimSpace(s)
	}
	entry[x.ref.attr.name] = value
	return value != ""
}
