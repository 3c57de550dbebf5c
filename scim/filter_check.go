package scim

import (
	"strconv"
	"strings"
	"time"
)

// resolve finds the attribute that a filter names.
func (p *parser) resolve(name string) (ref, error) {
	if p.scope != nil {
		if a := p.scope.find(name); a != nil {
			return ref{attr: a}, nil
		}
		return ref{}, unknownAttribute(p.scope.name + "." + name)
	}
	if p.kind == UserKind && strings.EqualFold(name, "email") {
		// Okta's field "Unique identifier" may say email, which SCIM does not know (SPEC P2).
		return ref{urn: RollcallSchema, attr: rollcallSchema.find("email"), email: true}, nil
	}
	r, ok := resolveRef(p.kind, name)
	if !ok || r.attr.returned == "never" {
		return ref{}, unknownAttribute(name)
	}
	return r, nil
}

// resolveRef finds attribute and sub-attribute of a path without brackets. A plan is
// the plan under whatever schema it is asked for (SPEC P2).
func resolveRef(k ResourceKind, name string) (ref, bool) {
	urn, name := splitURN(k, name)
	if k == UserKind && strings.EqualFold(name, "plan") {
		return ref{urn: RollcallSchema, attr: planAttribute}, true
	}
	name, sub, dotted := strings.Cut(name, ".")
	urn, a := findAttribute(k, urn, name)
	if a == nil {
		return ref{}, false
	}
	r := ref{urn: urn, attr: a}
	if dotted {
		if r.sub = a.find(sub); r.sub == nil {
			return ref{}, false
		}
	}
	return r, true
}

// operand checks the value of a comparison against its attribute and stores it.
func (x *expr) operand(tok lexeme) error {
	if x.ref.leaf().kind == kindComplex {
		// A complex attribute without a sub-attribute means its value (RFC 7644 §3.4.2.2).
		if x.ref.sub = x.ref.attr.find("value"); x.ref.sub == nil {
			return refuse(InvalidFilter, "The filter compares %s, which has parts; name one, for example %s.%s.",
				x.ref.attr.name, x.ref.attr.name, x.ref.attr.sub[0].name)
		}
	}
	if !tok.quoted && strings.HasPrefix(tok.text, "'") { // as a bare word it would match nobody
		return refuse(InvalidFilter, "The filter has a value in single quotes; put it in double quotes.")
	}
	a := x.ref.leaf()
	x.exact = a.exact
	x.value = literal(tok)
	if x.value == nil {
		if x.op != opEqual && x.op != opNotEqual {
			return refuse(InvalidFilter, "The filter compares %s with null; only eq and ne can.", a.name)
		}
		return nil
	}
	switch a.kind {
	case kindBoolean:
		return x.booleanOperand(a)
	case kindInteger:
		return x.integerOperand(a, tok)
	case kindDateTime:
		return x.dateOperand(a, tok)
	}
	x.value = tok.text
	x.text = tok.text
	if !x.exact {
		x.text = strings.ToLower(tok.text)
	}
	return nil
}

// literal reads the value of a comparison. A bare word is taken as text: one example in
// Entra's documentation has no quotes.
func literal(tok lexeme) any {
	if tok.quoted {
		return tok.text
	}
	if b, ok := boolText(tok.text); ok {
		return b
	}
	if strings.EqualFold(tok.text, "null") {
		return nil
	}
	return tok.text
}

func (x *expr) booleanOperand(a *attribute) error {
	if x.op != opEqual && x.op != opNotEqual {
		return refuse(InvalidFilter, "The filter uses %s on %s, which is true or false; use eq or ne.", operatorNames[x.op], a.name)
	}
	v, err := normalizeSimple(a, x.value)
	if err != nil {
		return refuse(InvalidFilter, "The filter compares %s with something that is not true or false.", a.name)
	}
	x.value = v
	return nil
}

func (x *expr) integerOperand(a *attribute, tok lexeme) error {
	if x.op >= opContains && x.op <= opEnds {
		x.text = tok.text
		return nil
	}
	n, err := strconv.ParseInt(tok.text, 10, 64)
	if err != nil {
		return refuse(InvalidFilter, "The filter compares %s with something that is not a whole number.", a.name)
	}
	x.value = n
	return nil
}

func (x *expr) dateOperand(a *attribute, tok lexeme) error {
	if x.op >= opContains && x.op <= opEnds {
		x.text = tok.text
		return nil
	}
	t, ok := parseTime(tok.text)
	if !ok {
		return refuse(InvalidFilter, "The filter compares %s with something that is not a date and time such as 2026-01-31T12:00:00Z.", a.name)
	}
	x.value = t
	return nil
}

// parseTime reads an xsd:dateTime; one without offset is taken as UTC.
func parseTime(s string) (time.Time, bool) {
	// In a query string an unescaped + of an offset arrives as a space.
	s = strings.Replace(s, " ", "+", 1)
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// Comparison is one simple condition of a filter.
type Comparison struct {
	// Path is canonical: "userName", "emails.value", "members.value",
	// "urn:…:enterprise:2.0:User:manager.value", and "email" for the product's e-mail.
	// One under a value filter is "emails[].value": it holds for some value of the
	// attribute, so it may narrow a search on emails.value but never decide it.
	Path  string
	Op    string // "eq", "ne" (of several values: none is equal), "co", "sw", "ew", "gt", "ge", "lt", "le", "pr"
	Value any    // string, bool, int64, time.Time in UTC, or nil for null and pr
}

// Conjuncts lists the comparisons that must all hold. Complete tells that they are the
// whole filter; if not, they only narrow a search, and Match decides.
func (f Filter) Conjuncts() (list []Comparison, complete bool) {
	complete = f.root.conjuncts(&list)
	return list, complete
}

func (x *expr) conjuncts(list *[]Comparison) bool {
	switch {
	case x == nil:
		return true
	case x.op == opAnd:
		left := x.left.conjuncts(list)
		return x.right.conjuncts(list) && left
	case x.op == opOr || x.op == opNot || x.filter != nil && (x.op == opNotEqual || x.value == nil && x.op != opPresent):
		return false
	}
	c := Comparison{Path: x.ref.String(), Op: operatorNames[x.op], Value: x.value}
	if x.filter != nil {
		c.Path = strings.Replace(c.Path, x.ref.attr.name, x.ref.attr.name+"[]", 1)
	}
	*list = append(*list, c)
	return x.filter == nil
}

// String returns the canonical path.
func (r ref) String() string {
	if r.email {
		return "email"
	}
	path := r.attr.name
	if r.sub != nil {
		path += "." + r.sub.name
	}
	if r.urn != "" {
		path = r.urn + ":" + path
	}
	return path
}
