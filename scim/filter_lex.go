package scim

import "strings"

// Limits of a filter: beyond them it is refused before it costs anything.
const (
	maxFilter      = 4 << 10 // bytes
	maxFilterDepth = 32      // parentheses, brackets and `not` inside one another
)

// lexeme is one word of a filter.
type lexeme struct {
	text   string
	quoted bool // a JSON string; text is its content
}

// lexer cuts a filter into words, brackets and strings. It keeps one lexeme of
// look-ahead and makes no list.
type lexer struct {
	s   string
	i   int
	tok lexeme // the current lexeme; empty text and not quoted at the end
}

// advance moves to the next lexeme.
func (l *lexer) advance() error {
	for l.i < len(l.s) && isSpace(l.s[l.i]) {
		l.i++
	}
	if l.i == len(l.s) {
		l.tok = lexeme{}
		return nil
	}
	switch c := l.s[l.i]; c {
	case '(', ')', '[', ']':
		l.tok = lexeme{text: l.s[l.i : l.i+1]}
		l.i++
		return nil
	case '"':
		d := decoder{s: l.s, i: l.i}
		text, err := d.text()
		if err != nil {
			return refuse(InvalidFilter, "The filter has a string without a proper end near character %d.", l.i+1)
		}
		l.i = d.i
		l.tok = lexeme{text, true}
		return nil
	}
	start := l.i
	for l.i < len(l.s) && !isSpace(l.s[l.i]) && strings.IndexByte(`()[]"`, l.s[l.i]) < 0 {
		l.i++
	}
	l.tok = lexeme{text: l.s[start:l.i]}
	return nil
}

// is tells whether the current lexeme is this bare word, in any letter case.
func (l *lexer) is(word string) bool {
	return !l.tok.quoted && strings.EqualFold(l.tok.text, word)
}

// end tells whether the filter is used up.
func (l *lexer) end() bool { return l.tok.text == "" && !l.tok.quoted }

// bracket tells whether the current lexeme is a bracket of any kind.
func (l *lexer) bracket() bool {
	return !l.tok.quoted && len(l.tok.text) == 1 && strings.IndexByte("()[]", l.tok.text[0]) >= 0
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
