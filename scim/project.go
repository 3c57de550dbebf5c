package scim

import (
	"maps"
	"slices"
)

// Project returns the resource with the attributes that the query asks for (RFC 7644
// §3.9). `schemas` and `id` always stay. The resource itself is not changed.
func Project(resource map[string]any, q Query) map[string]any {
	if !q.Projected() {
		return resource
	}
	out := resource
	if len(q.include) > 0 {
		out = map[string]any{}
		for _, r := range q.include {
			r.copyTo(out, resource)
		}
	} else {
		out = maps.Clone(resource)
		for _, r := range q.exclude {
			r.removeFrom(out)
		}
	}
	out["id"] = resource["id"]
	out["schemas"] = presentSchemas(resource["schemas"], out)
	return out
}

// presentSchemas drops the extensions of which nothing is left.
func presentSchemas(schemas any, out map[string]any) []any {
	list, _ := schemas.([]any)
	kept := make([]any, 0, len(list))
	for i, urn := range list {
		name, _ := urn.(string)
		if _, ok := out[name]; ok || i == 0 {
			kept = append(kept, urn)
		}
	}
	return kept
}

// copyTo copies what r names from a resource to another one.
func (r ref) copyTo(out, from map[string]any) {
	if r.urn != "" {
		key := foldedKey(from, r.urn)
		ext, ok := from[key].(map[string]any)
		if !ok {
			return
		}
		if r.attr == nil {
			out[key] = ext
			return
		}
		part, ok := out[key].(map[string]any)
		if !ok {
			part = map[string]any{}
		} else {
			part = maps.Clone(part)
		}
		ref{attr: r.attr, sub: r.sub}.copyTo(part, ext)
		if len(part) > 0 {
			out[key] = part
		}
		return
	}
	if r.attr == nil {
		return
	}
	value, ok := from[r.attr.name]
	if !ok {
		return
	}
	if r.sub == nil {
		out[r.attr.name] = value
	} else if part := pick(out[r.attr.name], value, r.sub.name); part != nil {
		out[r.attr.name] = part
	}
}

// pick adds one sub-attribute of value to what was picked before.
func pick(picked, value any, sub string) any {
	list, ok := value.([]any)
	if !ok {
		m, _ := value.(map[string]any)
		v, ok := m[sub]
		if !ok {
			return picked
		}
		p, _ := picked.(map[string]any)
		p = maps.Clone(p)
		if p == nil {
			p = map[string]any{}
		}
		p[sub] = v
		return p
	}
	before, _ := picked.([]any)
	after := make([]any, len(list))
	for i, e := range list {
		var p any = map[string]any{}
		if i < len(before) {
			p = before[i]
		}
		after[i] = pick(p, e, sub)
	}
	return after
}

// removeFrom takes what r names out of a shallow copy of a resource.
func (r ref) removeFrom(out map[string]any) {
	if r.urn != "" {
		key := foldedKey(out, r.urn)
		ext, ok := out[key].(map[string]any)
		if !ok || r.attr == nil {
			delete(out, key)
			return
		}
		ext = maps.Clone(ext)
		ref{attr: r.attr, sub: r.sub}.removeFrom(ext)
		if out[key] = ext; len(ext) == 0 {
			delete(out, key)
		}
		return
	}
	switch {
	case r.attr == nil:
	case r.sub == nil:
		delete(out, r.attr.name)
	default:
		setOrDelete(out, r.attr.name, without(out[r.attr.name], r.sub.name))
	}
}

// without returns a copy of a complex value that lacks one sub-attribute.
func without(value any, sub string) any {
	switch v := value.(type) {
	case map[string]any:
		m := maps.Clone(v)
		delete(m, sub)
		return orNil(m)
	case []any:
		list := slices.Clone(v)
		for i := range list {
			list[i] = without(list[i], sub)
		}
		return slices.DeleteFunc(list, func(e any) bool { return e == nil })
	}
	return value
}
