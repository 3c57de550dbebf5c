package scim

import "strings"

// target is where a path points (RFC 7644 §3.5.2 and §3.10).
type target struct {
	path   string     // as the client wrote it
	urn    string     // empty for the core schema, else the extension's URN
	name   string     // attribute name as written, without URN, filter and sub-attribute
	attr   *attribute // nil when the whole extension is meant or no schema knows the name
	filter *expr      // the value filter in square brackets
	sub    *attribute
	subbed string // name of the sub-attribute as written
}

// whole tells whether the path is nothing but the URN of an extension.
func (t target) whole() bool { return t.name == "" }

// plan tells whether the path is a place for the plan, under whatever schema (SPEC P2).
func (t target) plan(k ResourceKind) bool {
	return k == UserKind && t.filter == nil && t.subbed == "" && strings.EqualFold(t.name, "plan")
}

// label names an attribute no schema knows, as it is kept.
func (t target) label() string {
	if t.subbed == "" {
		return t.name
	}
	return t.name + "." + t.subbed
}

// known tells whether the schemas know everything that the path names.
func (t target) known() bool { return t.attr != nil && (t.subbed == "" || t.sub != nil) }

// parsePath reads an attribute path. It fails only when the text is no path at all;
// that a name is unknown is for the caller to judge.
func parsePath(k ResourceKind, path string) (target, error) {
	t := target{path: path}
	path = strings.TrimSpace(path)
	head, filter, rest, err := cutFilter(path)
	if err != nil {
		return t, err
	}
	t.urn, t.name = splitURN(k, head)
	if t.name == "" {
		if k.schemaOf(t.urn) == nil || filter != "" {
			return t, refuse(InvalidPath, "The path %s names no attribute.", quote(t.path))
		}
		return t, nil
	}
	if name, sub, ok := strings.Cut(t.name, "."); ok && filter == "" {
		t.name, t.subbed = name, sub
	}
	if rest != "" {
		t.subbed = rest[1:]
	}
	if !isName(t.name) || (t.subbed != "" && !isName(t.subbed)) {
		return t, refuse(InvalidPath, "The path %s is not an attribute path.", quote(t.path))
	}
	t.urn, t.attr = findAttribute(k, t.urn, t.name)
	if t.attr == nil {
		return t, nil
	}
	t.sub = t.attr.find(t.subbed)
	if filter == "" {
		return t, nil
	}
	if !t.attr.multi {
		return t, refuse(InvalidPath, "The path %s puts a filter on %s, which has one value only.", quote(t.path), t.attr.name)
	}
	if t.filter, err = parseValueFilter(t.attr, filter); err != nil {
		return t, refuse(InvalidPath, "The filter in the path %s is wrong: %s", quote(t.path), err.Error())
	}
	return t, nil
}

// cutFilter divides `emails[type eq "work"].value` into its three parts. The last one
// keeps its dot.
func cutFilter(path string) (head, filter, rest string, err error) {
	open := strings.IndexByte(path, '[')
	if open < 0 {
		return path, "", "", nil
	}
	end, quoted := -1, false
	for i := open + 1; i < len(path) && end < 0; i++ {
		switch c := path[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ']' && !quoted:
			end = i
		}
	}
	if end < 0 {
		return "", "", "", refuse(InvalidPath, "The path %s lacks its closing bracket.", quote(path))
	}
	head, filter, rest = path[:open], strings.TrimSpace(path[open+1:end]), path[end+1:]
	if filter == "" || (rest != "" && (rest[0] != '.' || len(rest) == 1)) {
		return "", "", "", refuse(InvalidPath, "The path %s is not an attribute path.", quote(path))
	}
	return head, filter, rest, nil
}

// splitURN divides a path at the end of its URN: behind a known URN, else at the last
// colon and never at a dot, for URNs have dots of their own ("2.0").
func splitURN(k ResourceKind, path string) (urn, name string) {
	last := strings.LastIndexByte(path, ':')
	if last < 0 {
		return "", path
	}
	for _, s := range k.schemas() {
		if len(path) < len(s.urn) || !strings.EqualFold(path[:len(s.urn)], s.urn) {
			continue
		}
		urn = s.urn
		if s == k.core() {
			urn = ""
		}
		switch rest := path[len(s.urn):]; {
		case rest == "":
			return s.urn, ""
		case rest[0] == ':' || rest[0] == '.': // Entra has been seen to join with a dot
			return urn, rest[1:]
		}
	}
	if n := len(path) - len(".plan"); n > last && strings.EqualFold(path[n:], ".plan") {
		return path[:n], path[n+1:]
	}
	if !schemaKey(path[:last]) {
		return "", path // "x:plan" has a colon and yet no URN
	}
	return path[:last], path[last+1:]
}

// findAttribute returns the attribute and the URN it is stored under.
func findAttribute(k ResourceKind, urn, name string) (string, *attribute) {
	if urn == "" {
		if a := k.core().find(name); a != nil {
			return "", a
		}
		return enterpriseShortName(k, name)
	}
	if s := k.schemaOf(urn); s != nil {
		return s.urn, s.find(name)
	}
	return urn, nil
}

// isName tells whether s may stand as an attribute name; "$ref" may (RFC 7643 §2.1,
// widened by what custom attributes are called in practice).
func isName(s string) bool {
	if s == "" {
		return false
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '-', c == '$', c >= 0x80:
		case c == '.' && i > 0 && i < len(s)-1: // a path of an unknown attribute may go deeper
		default:
			return false
		}
	}
	return true
}
