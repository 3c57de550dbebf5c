package saml

import (
	"strings"
	"time"
)

// Check is one thing that Verify looked at.
type Check struct {
	Name     string `json:"name"` // signature, destination, issuer, audience …
	OK       bool   `json:"ok"`
	Reason   Reason `json:"reason,omitempty"` // when not OK
	Expected string `json:"expected,omitempty"`
	Received string `json:"received,omitempty"`
}

// Attribute is one attribute as received; values of the same name are gathered.
type Attribute struct {
	Name   string   `json:"name"`
	Values []string `json:"values,omitempty"`
	UsedAs Field    `json:"used_as,omitempty"` // the field it filled, if any
}

// Report is what Verify found, on success and on failure. It holds values, never XML.
// Values of the person are in it: show it in the test sign-in, store Redacted for the log.
type Report struct {
	Reason Reason  `json:"reason,omitempty"` // empty when accepted
	Error  *Error  `json:"error,omitempty"`
	Checks []Check `json:"checks"`

	Signed             string `json:"signed,omitempty"` // "response", "assertion" or "both"
	SignatureAlgorithm string `json:"signature_algorithm,omitempty"`
	DigestAlgorithm    string `json:"digest_algorithm,omitempty"`
	Certificate        string `json:"certificate,omitempty"` // fingerprint of the pinned certificate that signed
	Encrypted          bool   `json:"encrypted,omitempty"`

	Issuer       string    `json:"issuer,omitempty"`
	IssueInstant time.Time `json:"issue_instant,omitzero"`
	// ClockDifference is our time minus IssueInstant: transport and both clocks.
	ClockDifference time.Duration `json:"clock_difference,omitempty"`

	AssertionID   string    `json:"assertion_id,omitempty"`
	InResponseTo  string    `json:"in_response_to,omitempty"`
	RememberUntil time.Time `json:"remember_until,omitzero"`

	NameID       string      `json:"name_id,omitempty"`
	NameIDFormat string      `json:"name_id_format,omitempty"`
	Attributes   []Attribute `json:"attributes,omitempty"`
	Missing      []Field     `json:"missing,omitempty"` // required fields that did not come

	Warnings []Reason `json:"warnings,omitempty"` // saml_cert_dates
}

// AttributeNames lists the names that came, in order.
func (r *Report) AttributeNames() []string {
	names := make([]string, 0, len(r.Attributes))
	for _, a := range r.Attributes {
		names = append(names, a.Name)
	}
	return names
}

// MissingFields words each required field that did not come as an Error with ReasonMissing.
// They are no refusal: the member is held or asked.
func (r *Report) MissingFields() []*Error {
	words := map[Field]string{FieldFirstName: "The first name", FieldLastName: "The last name", FieldCountry: "The country"}
	var all []*Error
	for _, f := range r.Missing {
		all = append(all, &Error{Reason: ReasonMissing, Expected: string(f), Received: strings.Join(r.AttributeNames(), ", "), Detail: words[f]})
	}
	return all
}

// Redacted returns a copy without the person's values: the names of the attributes stay,
// and of the checks on the person only whether they passed.
func (r *Report) Redacted() *Report {
	c := *r
	c.NameID = ""
	c.Attributes = nil
	for _, a := range r.Attributes {
		c.Attributes = append(c.Attributes, Attribute{Name: a.Name, UsedAs: a.UsedAs})
	}
	c.Checks = nil
	for _, check := range r.Checks {
		if check.Name == checkEmail || check.Name == checkSubject {
			check.Received = ""
		}
		c.Checks = append(c.Checks, check)
	}
	if r.Error != nil && (r.Reason == ReasonDomain || r.Reason == ReasonEmail || r.Reason == ReasonNameID) {
		e := *r.Error
		e.Received = ""
		c.Error = &e
	}
	return &c
}

// Names of checks, in the order in which they are made.
const (
	checkEncoding     = "encoding"
	checkXML          = "xml"
	checkStructure    = "structure"
	checkStatus       = "status"
	checkSignature    = "signature"
	checkDecryption   = "decryption"
	checkVersion      = "version"
	checkDestination  = "destination"
	checkIssuer       = "issuer"
	checkIssueInstant = "issue_instant"
	checkConditions   = "conditions"
	checkAudience     = "audience"
	checkConfirmation = "confirmation"
	checkRecipient    = "recipient"
	checkRequest      = "in_response_to"
	checkSession      = "session"
	checkSubject      = "subject"
	checkEmail        = "email"
)

// record notes a check. The first failed one becomes the Report's reason.
func (r *Report) record(name string, e *Error) {
	if e == nil {
		r.Checks = append(r.Checks, Check{Name: name, OK: true})
		return
	}
	e.Received = cut(e.Received, 300)
	r.Checks = append(r.Checks, Check{Name: name, Reason: e.Reason, Expected: e.Expected, Received: or(e.Received, e.Detail)})
	if r.Error == nil {
		r.Reason, r.Error = e.Reason, e
	}
}
