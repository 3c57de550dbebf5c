package scim

import (
	"slices"
	"strconv"
	"strings"
)

// bulkReferences collects the bulkIds that values refer to.
func bulkReferences(refs []string, values ...any) []string {
	for _, v := range values {
		switch v := v.(type) {
		case string:
			if id, ok := strings.CutPrefix(v, bulkReference); ok {
				refs = append(refs, id)
			}
		case []any:
			refs = bulkReferences(refs, v...)
		case object:
			for _, m := range v {
				refs = bulkReferences(refs, m.value)
				if path, ok := m.value.(string); ok && strings.EqualFold(m.name, "path") {
					filterReferences(path, func(id string) string { refs = append(refs, id); return "" })
				}
			}
		}
	}
	return refs
}

// filterReferences replaces every bulkId that a filter in a PATCH path compares with, as in members[value eq "bulkId:a"].
func filterReferences(path string, id func(ref string) string) string {
	const quoted = `"` + bulkReference
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(path, quoted)
		ref, after, closed := strings.Cut(rest, `"`)
		if !found || !closed {
			out.WriteString(path)
			return out.String()
		}
		out.WriteString(before + `"` + id(ref) + `"`)
		path = after
	}
}

// Order returns the indexes of the operations in the order to run them: as sent, but an
// operation that refers to a resource made further down waits for that. Operations that
// wait for one another come last, where Resolve refuses them.
func (r BulkRequest) Order() []int {
	waiting, waiters := r.waits()
	order := make([]int, 0, len(waiting))
	done := make([]bool, len(waiting))
	var run func(i int)
	run = func(i int) {
		order, done[i] = append(order, i), true
		for _, w := range waiters[i] {
			if waiting[w]--; waiting[w] == 0 && w < i {
				run(w) // it stood before its maker and was passed over
			}
		}
	}
	for i := range waiting {
		if waiting[i] == 0 && !done[i] {
			run(i)
		}
	}
	for i := range done {
		if !done[i] {
			order = append(order, i)
		}
	}
	return order
}

// waits counts for each operation how many makers of what it refers to are still to come, and lists for each maker
// who waits for it.
func (r BulkRequest) waits() (waiting []int, waiters [][]int) {
	maker := map[string]int{}
	for i, op := range r.Operations {
		if op.makes() {
			maker[op.BulkID] = i
		}
	}
	waiting, waiters = make([]int, len(r.Operations)), make([][]int, len(r.Operations))
	for i, op := range r.Operations {
		for _, id := range slices.Compact(slices.Sorted(slices.Values(op.refs))) { // one may be named twice
			if m, ok := maker[id]; ok {
				waiting[i]++
				waiters[m] = append(waiters[m], i)
			}
		}
	}
	return waiting, waiters
}

// Resolve returns the resource id, empty for a POST, and the body of an operation, with
// every bulkId replaced by the id that the caller's map has for it. A reference that is
// not in the map is refused with 409, a malformed operation for its fault.
func (op BulkOperation) Resolve(ids map[string]string) (id string, body []byte, err error) {
	if op.Malformed() {
		return "", nil, op.fault
	}
	for _, ref := range op.refs {
		if ids[ref] == "" {
			return "", nil, &Error{Status: 409, ScimType: InvalidValue,
				Detail: "The reference " + quote(bulkReference+ref) + " fits no resource that this request has created."}
		}
	}
	id, _ = resolved(op.id, ids).(string)
	return id, Encode(resolved(op.data, ids)), nil
}

func resolved(v any, ids map[string]string) any {
	switch v := v.(type) {
	case string:
		if ref, ok := strings.CutPrefix(v, bulkReference); ok {
			return ids[ref]
		}
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = resolved(v[i], ids)
		}
		return out
	case object:
		out := make(object, len(v))
		for i, m := range v {
			out[i] = member{m.name, resolved(m.value, ids)}
			if path, ok := out[i].value.(string); ok && strings.EqualFold(m.name, "path") {
				out[i].value = filterReferences(path, func(ref string) string { return ids[ref] })
			}
		}
		return out
	}
	return v
}

// BulkResult is the outcome of one operation.
type BulkResult struct {
	Method, BulkID, Version string
	Location                string // absolute URL; empty when a POST failed
	Status                  int
	Response                []byte // the JSON body of an error, else nil
}

// RenderBulk returns the answer to a bulk request.
func RenderBulk(results []BulkResult) []byte {
	list := make([]any, len(results))
	for i, r := range results {
		m := map[string]any{"method": r.Method, "status": strconv.Itoa(r.Status)}
		setOrDelete(m, "bulkId", present(r.BulkID))
		setOrDelete(m, "version", present(r.Version))
		setOrDelete(m, "location", present(r.Location))
		if r.Response != nil {
			m["response"] = encoded(r.Response)
		}
		list[i] = m
	}
	return Encode(map[string]any{"schemas": []any{BulkResponseSchema}, "Operations": list})
}
