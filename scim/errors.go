package scim

import (
	"fmt"
	"strconv"
)

// The values of scimType that Rollcall uses (RFC 7644 §3.12).
const (
	InvalidFilter = "invalidFilter"
	InvalidPath   = "invalidPath"
	InvalidSyntax = "invalidSyntax"
	InvalidValue  = "invalidValue"
	Mutability    = "mutability"
	NoTarget      = "noTarget"
	TooMany       = "tooMany"
	Uniqueness    = "uniqueness"
)

// Error is a refusal in SCIM's own words (RFC 7644 §3.12).
type Error struct {
	Status   int    // HTTP status
	ScimType string // one of the constants above, or empty
	Detail   string // a sentence for the administrator of the identity provider
}

// Error returns the detail.
func (e *Error) Error() string { return e.Detail }

// Body returns the JSON of the error answer.
func (e *Error) Body() []byte {
	body := map[string]any{
		"schemas": []any{ErrorSchema},
		"status":  strconv.Itoa(e.Status),
		"detail":  e.Detail,
	}
	if e.ScimType != "" {
		body["scimType"] = e.ScimType
	}
	return Encode(body)
}

// refuse makes a 400 with a formatted detail.
func refuse(scimType, format string, args ...any) *Error {
	return &Error{Status: 400, ScimType: scimType, Detail: fmt.Sprintf(format, args...)}
}

// quote shows a client's own word in a detail, shortened so that a hostile value
// cannot fill the log.
func quote(s string) string {
	const most = 80
	r := []rune(s)
	if len(s) > most && len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}
