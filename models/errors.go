package models

import "errors"

// Code classifies an Error; handlers turn it into a status in each dialect (page, JSON, SCIM).
type Code string

// The codes. docs/errors.md lists what each becomes.
const (
	Invalid         Code = "invalid"
	Unauthenticated Code = "unauthenticated"
	Forbidden       Code = "forbidden"
	NotFound        Code = "not_found"
	Conflict        Code = "conflict"
	Gone            Code = "gone"
	PaymentRequired Code = "payment_required"
	Precondition    Code = "precondition"
	TooLarge        Code = "too_large"
	RateLimited     Code = "rate_limited"
	NotBuilt        Code = "not_built"
	Internal        Code = "internal"
)

// Error is the only error of this room whose Message a person may read: one or two sentences that say what to change
// and where. Field names the form field or attribute it belongs to, if any.
type Error struct {
	Code    Code
	Field   string
	Reason  string // stable code for logs where Code and Field do not tell enough; a hold reason, for one
	Message string
	Err     error
}

func (e *Error) Error() string {
	s := string(e.Code) + ": " + e.Message
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap is the cause, which only the log sees.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf is the code of err, also of one that a transaction has not translated yet; Internal for anything that is not
// an Error.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(translate(err), &e) {
		return e.Code
	}
	return Internal
}

func invalid(field, message string) *Error {
	return &Error{Code: Invalid, Field: field, Message: message}
}

func notFound(what string) *Error {
	return &Error{Code: NotFound, Message: "There is no such " + what + "."}
}

// IsNotFound tells whether err says that a row is not there; inside a unit of work GORM's own error does too.
func IsNotFound(err error) bool { return err != nil && CodeOf(translate(err)) == NotFound }
