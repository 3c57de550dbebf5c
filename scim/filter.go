package scim

import (
	"strings"
	"unicode/utf8"
)

// operator is an operator of a filter (RFC 7644 §3.4.2.2).
type operator uint8

const (
	opNone operator = iota
	opEqual
	opNotEqual
	opContains
	opStarts
	opEnds
	opGreater
	opGreaterEqual
	opLess
	opLessEqual
	opPresent
	opAnd
	opOr
	opNot
)

var operatorNames = [...]string{"", "eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr", "and", "or", "not"}

// comparison returns the operator of that name in any letter case, or opNone.
func comparison(name string) operator {
	for op := opEqual; op <= opPresent; op++ {
		if strings.EqualFold(operatorNames[op], name) {
			return op
		}
	}
	return opNone
}

// expr is one node of a parsed filter.
type expr struct {
	op          operator
	left, right *expr // of and, or; left alone of not
	ref         ref
	filter      *expr  // value filter in square brackets
	exact       bool   // strings compare with their letter case
	text        string // the value as text, folded unless exact
	value       any    // string, bool, int64, float64, nil
}

// ref is a checked attribute reference.
type ref struct {
	urn       string
	attr, sub *attribute
	email     bool // the product's own name `email`
}

// leaf returns the attribute whose values are compared.
func (r ref) leaf() *attribute {
	if r.sub != nil {
		return r.sub
	}
	return r.attr
}

// Filter is a parsed and checked filter. The zero value matches everything.
type Filter struct{ root *expr }

// parser is a recursive-descent parser; scope is set inside square brackets.
type parser struct {
	lexer
	kind  ResourceKind
	scope *attribute
	depth int
}

// ParseFilter reads a filter (RFC 7644 §3.4.2.2) and checks every attribute, operator
// and value against the schemas. It fails with 400 invalidFilter; a filter that is not
// understood must never look like one that matches nothing.
func ParseFilter(filter string, k ResourceKind) (Filter, error) {
	root, err := parseExpr(filter, k, nil)
	return Filter{root}, err
}

// parseValueFilter reads what stands in square brackets behind a multi-valued attribute.
func parseValueFilter(a *attribute, filter string) (*expr, error) {
	return parseExpr(filter, UserKind, a)
}

func parseExpr(filter string, k ResourceKind, scope *attribute) (*expr, error) {
	if len(filter) > maxFilter {
		return nil, refuse(InvalidFilter, "The filter is longer than %d bytes.", maxFilter)
	}
	if !utf8.ValidString(filter) || strings.IndexByte(filter, 0) >= 0 {
		return nil, refuse(InvalidFilter, "The filter is not valid UTF-8 text.")
	}
	p := parser{lexer: lexer{s: filter}, kind: k, scope: scope}
	if err := p.advance(); err != nil {
		return nil, err
	}
	x, err := p.or()
	if err != nil {
		return nil, err
	}
	if !p.end() {
		return nil, p.unexpected()
	}
	return x, nil
}

// unexpected refuses the current lexeme.
func (p *parser) unexpected() *Error {
	if p.end() {
		return refuse(InvalidFilter, "The filter stops too early; write it as: attribute operator value.")
	}
	return refuse(InvalidFilter, "The filter has %s near character %d, where something else belongs; write it as: attribute operator value.",
		quote(p.tok.text), p.i)
}

func (p *parser) or() (*expr, error) { return p.chain(opOr, p.and) }

func (p *parser) and() (*expr, error) { return p.chain(opAnd, p.term) }

// chain reads terms joined by one operator, as a tree that leans to the left.
func (p *parser) chain(op operator, term func() (*expr, error)) (*expr, error) {
	x, err := term()
	for err == nil && p.is(operatorNames[op]) {
		if err = p.advance(); err != nil {
			return nil, err
		}
		var right *expr
		right, err = term()
		x = &expr{op: op, left: x, right: right}
	}
	if err != nil {
		return nil, err
	}
	return x, nil
}

func (p *parser) term() (*expr, error) {
	if p.end() || p.tok.quoted {
		return nil, p.unexpected()
	}
	if p.is("(") {
		return p.inside(")", p.or)
	}
	if p.is("not") {
		if err := p.advance(); err != nil {
			return nil, err
		}
		if !p.is("(") {
			return nil, refuse(InvalidFilter, "In the filter, `not` must be followed by an expression in parentheses.")
		}
		x, err := p.inside(")", p.or)
		if err != nil {
			return nil, err
		}
		return &expr{op: opNot, left: x}, nil
	}
	if p.bracket() {
		return nil, p.unexpected()
	}
	return p.compare()
}

// inside reads from an opening bracket to its partner.
func (p *parser) inside(closing string, read func() (*expr, error)) (*expr, error) {
	if p.depth == maxFilterDepth {
		return nil, refuse(InvalidFilter, "The filter is nested more than %d levels deep.", maxFilterDepth)
	}
	p.depth++
	defer func() { p.depth-- }()
	if err := p.advance(); err != nil {
		return nil, err
	}
	x, err := read()
	if err != nil {
		return nil, err
	}
	if !p.is(closing) {
		return nil, p.unexpected()
	}
	return x, p.advance()
}

// compare reads `path op value`, `path pr`, `path[filter]` and `path[filter].sub op value`.
func (p *parser) compare() (*expr, error) {
	name := p.tok.text
	if err := p.advance(); err != nil {
		return nil, err
	}
	r, err := p.resolve(name)
	if err != nil {
		return nil, err
	}
	x := &expr{ref: r}
	if p.is("[") {
		whole, err := p.valuePath(x, name)
		if whole || err != nil {
			return x, err
		}
	}
	if p.end() || p.tok.quoted {
		return nil, p.unexpected()
	}
	if x.op = comparison(p.tok.text); x.op == opNone {
		return nil, refuse(InvalidFilter, "The filter has the operator %s; known are eq, ne, co, sw, ew, gt, ge, lt, le and pr.", quote(p.tok.text))
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if x.op == opPresent {
		return x, nil
	}
	if p.end() || p.bracket() {
		return nil, p.unexpected()
	}
	if err := x.operand(p.tok); err != nil {
		return nil, err
	}
	return x, p.advance()
}

// valuePath reads the brackets behind an attribute; whole tells that the expression is
// complete with them.
func (p *parser) valuePath(x *expr, name string) (whole bool, err error) {
	if p.scope != nil || x.ref.sub != nil || x.ref.email || !x.ref.attr.multi || x.ref.attr.kind != kindComplex {
		return false, refuse(InvalidFilter, "In the filter, %s cannot have a filter of its own in brackets.", quote(name))
	}
	p.scope = x.ref.attr
	x.filter, err = p.inside("]", p.or)
	p.scope = nil
	if err != nil {
		return false, err
	}
	if p.tok.quoted || !strings.HasPrefix(p.tok.text, ".") {
		x.op = opPresent
		return true, nil
	}
	if x.ref.sub = x.ref.attr.find(p.tok.text[1:]); x.ref.sub == nil {
		return false, unknownAttribute(name + p.tok.text)
	}
	return false, p.advance()
}

func unknownAttribute(name string) *Error {
	return refuse(InvalidFilter, "The filter names %s, which is not an attribute that can be filtered.", quote(name))
}
