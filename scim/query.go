package scim

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Page sizes of a list: what is answered at most, and when nothing is asked.
const (
	MaxCount     = 200
	DefaultCount = 100
)

// Query is what a list asks for (RFC 7644 §3.4.2).
type Query struct {
	Kind       ResourceKind
	StartIndex int // 1 or more
	Count      int // 0 to MaxCount
	Filter     Filter
	Filtered   bool
	SortBy     string // canonical path, or empty
	Descending bool

	sort             ref
	include, exclude []ref
}

// Projected tells whether the request chose attributes: a PATCH of a group then answers
// 200 with the group instead of 204.
func (q Query) Projected() bool { return len(q.include) > 0 || len(q.exclude) > 0 }

// Wants tells whether the answer shows an attribute of the core schema, for example
// "members" or "groups": if not, the caller need not load it.
func (q Query) Wants(name string) bool {
	for _, r := range q.exclude {
		if r.urn == "" && r.sub == nil && r.attr != nil && r.attr.name == name {
			return false
		}
	}
	for _, r := range q.include {
		if r.urn == "" && r.attr != nil && r.attr.name == name {
			return true
		}
	}
	return len(q.include) == 0
}

// ParseQuery reads the parameters of a GET; their names may have any letter case.
func ParseQuery(v url.Values, k ResourceKind) (Query, error) {
	o := object{}
	for name, values := range v {
		if len(values) > 1 && strings.EqualFold(name, "filter") {
			return Query{}, refuse(InvalidFilter, "The request has more than one filter; join them with and.")
		}
		if len(values) > 0 {
			o = append(o, member{name, values[0]})
		}
	}
	return parseQuery(o, k)
}

// ParseSearch reads the body of a POST to /.search (RFC 7644 §3.4.3).
func ParseSearch(body []byte, k ResourceKind) (Query, error) {
	o, err := decodeObject(body)
	if err != nil {
		return Query{}, err
	}
	return parseQuery(o, k)
}

func parseQuery(o object, k ResourceKind) (q Query, err error) {
	q = Query{Kind: k, StartIndex: 1, Count: DefaultCount}
	if q.StartIndex, err = number(o, "startIndex", 1); err != nil {
		return q, err
	}
	if q.Count, err = number(o, "count", DefaultCount); err != nil {
		return q, err
	}
	q.StartIndex = max(q.StartIndex, 1)
	q.Count = min(max(q.Count, 0), MaxCount)
	if v, ok := o.get("filter"); ok && v != nil {
		text, _ := v.(string)
		if q.Filter, err = ParseFilter(text, k); err != nil {
			return q, err
		}
		q.Filtered = true
	}
	if err = q.parseSort(o); err != nil {
		return q, err
	}
	q.include = projection(o, "attributes", k)
	q.exclude = projection(o, "excludedAttributes", k)
	return q, nil
}

// number reads an integer parameter; one out of range is clamped, not refused.
func number(o object, name string, otherwise int) (int, error) {
	v, _ := o.get(name)
	switch v := v.(type) {
	case nil:
		return otherwise, nil
	case int64:
		return int(min(max(v, math.MinInt32), math.MaxInt32)), nil
	case string:
		v = strings.TrimSpace(v)
		if v == "" {
			return otherwise, nil
		}
		n, err := strconv.ParseInt(v, 10, 32)
		if err == nil || strings.Contains(err.Error(), strconv.ErrRange.Error()) {
			return int(n), nil
		}
	}
	return 0, refuse(InvalidValue, "%s must be a whole number.", name)
}

func (q *Query) parseSort(o object) error {
	v, _ := o.get("sortBy")
	by, _ := v.(string)
	if by = strings.TrimSpace(by); by == "" {
		return nil
	}
	r, ok := resolveRef(q.Kind, by)
	if !ok || r.attr.returned == "never" {
		return refuse(InvalidPath, "sortBy names %s, which is not an attribute.", quote(by))
	}
	if r.leaf().kind == kindComplex {
		r.sub = r.attr.find("value")
	}
	if r.leaf().kind == kindComplex {
		return refuse(InvalidPath, "sortBy names %s, which has parts; name one of them.", quote(by))
	}
	q.sort, q.SortBy = r, r.String()
	v, _ = o.get("sortOrder")
	switch order, _ := v.(string); strings.ToLower(strings.TrimSpace(order)) {
	case "", "ascending":
	case "descending":
		q.Descending = true
	default:
		return refuse(InvalidValue, "sortOrder must be ascending or descending.")
	}
	return nil
}

// projection reads a list of attribute paths, in JSON or joined by commas. Names nobody
// knows stand for nothing: asking for what is not there is no error.
func projection(o object, name string, k ResourceKind) (refs []ref) {
	v, _ := o.get(name)
	for _, e := range asList(v) {
		text, _ := e.(string)
		for part := range strings.SplitSeq(text, ",") {
			// Microsoft's reference tests ask for `emails[type eq "work"]`; the whole
			// attribute answers that.
			if part, _, _ = strings.Cut(strings.TrimSpace(part), "["); part == "" {
				continue
			}
			if urn, rest := splitURN(k, part); rest == "" && urn != "" {
				refs = append(refs, ref{urn: urn})
			} else if r, ok := resolveRef(k, part); ok {
				refs = append(refs, r)
			} else {
				refs = append(refs, ref{})
			}
		}
	}
	return refs
}

// Sort puts resources in the order that the query asks for; resources without the
// attribute come last. Without sortBy the order stays. (RFC 7644 §3.4.2.3)
func (q Query) Sort(resources []map[string]any) {
	if q.SortBy == "" {
		return
	}
	keys := make(map[string]string, len(resources))
	for _, r := range resources {
		id, _ := r["id"].(string)
		keys[id] = q.sortKey(r)
	}
	slices.SortStableFunc(resources, func(a, b map[string]any) int {
		x, _ := a["id"].(string)
		y, _ := b["id"].(string)
		p, q := keys[x], keys[y]
		switch {
		case p == "" && q != "":
			return 1
		case q == "" && p != "":
			return -1
		}
		return strings.Compare(p, q)
	})
	if q.Descending {
		slices.Reverse(resources)
	}
}

// sortKey returns the text to sort by: of several values the primary or first one.
func (q Query) sortKey(r map[string]any) string {
	if q.sort.urn != "" {
		r, _ = r[q.sort.urn].(map[string]any)
	}
	v := r[q.sort.attr.name]
	if list, ok := v.([]any); ok && len(list) > 0 {
		v = list[0]
		for _, e := range list {
			if m, ok := e.(map[string]any); ok && m["primary"] == true {
				v = e
				break
			}
		}
	}
	if q.sort.sub != nil {
		m, _ := v.(map[string]any)
		v = m[q.sort.sub.name]
	}
	if v == nil {
		return ""
	}
	s, ok := v.(string)
	if !ok {
		s = string(appendValue(nil, v))
	}
	if q.sort.leaf().exact {
		return s
	}
	return strings.ToLower(s)
}
