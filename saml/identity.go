package saml

import (
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"
)

// Field is one thing that Rollcall reads from attributes. The strings are the keys of
// Settings.Mapping and the names that the guides tell people to send.
type Field string

// The fields (SPEC P1).
const (
	FieldEmail       Field = "email"
	FieldFirstName   Field = "firstName"
	FieldLastName    Field = "lastName"
	FieldCountry     Field = "country"
	FieldCity        Field = "currentCity"
	FieldState       Field = "currentState"
	FieldBirthYear   Field = "birthYear"
	FieldRole        Field = "role"
	FieldPlan        Field = "plan"
	FieldDisplayName Field = "displayName"
	FieldGroups      Field = "groups"
)

// required are the fields that Report.Missing names.
var required = []Field{FieldFirstName, FieldLastName, FieldCountry}

const claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"

// defaultNames are the attribute names accepted without a mapping, compared without case;
// the first that came with a value wins. Role has none: only a mapped attribute gives it.
var defaultNames = map[Field][]string{
	FieldEmail: {"email", "mail", "emailAddress", "User.email", claims + "emailaddress", "urn:oid:0.9.2342.19200300.100.1.3",
		"http://schemas.xmlsoap.org/claims/EmailAddress", "urn:oid:1.2.840.113549.1.9.1"},
	FieldFirstName:   {"firstName", "givenName", "first_name", "User.FirstName", claims + "givenname", "urn:oid:2.5.4.42"},
	FieldLastName:    {"lastName", "sn", "surname", "last_name", "User.LastName", claims + "surname", "urn:oid:2.5.4.4"},
	FieldCountry:     {"country", "c", claims + "country", "urn:oid:2.5.4.6"},
	FieldCity:        {"currentCity", "city", "l", claims + "locality", "urn:oid:2.5.4.7"},
	FieldState:       {"currentState", "state", "st", claims + "stateorprovince", "urn:oid:2.5.4.8"},
	FieldBirthYear:   {"birthYear"},
	FieldPlan:        {"plan"},
	FieldDisplayName: {"displayName", "http://schemas.microsoft.com/identity/claims/displayname", "urn:oid:2.16.840.1.113730.3.1.241"},
	FieldGroups: {"groups", "memberOf", "Group", "Role", "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
		"http://schemas.xmlsoap.org/claims/Group", "urn:oid:1.3.6.1.4.1.5923.1.5.1.1"},
}

// Identity is who signed in, by signed values only.
type Identity struct {
	NameID       string
	NameIDFormat string
	Email        string // lower case, in one of the verified domains

	FirstName, LastName, DisplayName string
	Country, City, State, BirthYear  string // as sent, unchecked
	Role, Plan                       string // as sent, unchecked
	Groups                           []string
	Attributes                       []Attribute // everything that came

	SessionIndex        string
	SessionNotOnOrAfter time.Time // zero when the identity provider sets no end
	AssertionID         string
	RememberUntil       time.Time // until then AssertionID must be refused when it comes again
	InResponseTo        string    // the signed one; empty when the sign-in began at the identity provider
}

// KeyKind says what a person is recognised by within one connection.
type KeyKind string

// The two kinds (SPEC S4).
const (
	KeyNameID KeyKind = "name_id"
	KeyEmail  KeyKind = "email"
)

// Key returns what recognises this person in this connection: the NameID where its format
// promises to stay (persistent) or says nothing (unspecified, absent), else the e-mail.
func (id Identity) Key() (KeyKind, string) {
	f := id.NameIDFormat
	if f == "" || strings.HasSuffix(f, ":nameid-format:persistent") || strings.HasSuffix(f, ":nameid-format:unspecified") {
		return KeyNameID, id.NameID
	}
	return KeyEmail, id.Email
}

// identity does step 7 on the assertion.
func (v *verifier) identity(assertion *etree.Element) (id Identity) {
	var e *Error
	id.NameID, id.NameIDFormat, e = subject(assertion)
	v.report.NameID, v.report.NameIDFormat = id.NameID, id.NameIDFormat
	if attributes, bad := readAttributes(assertion); bad != nil {
		e = bad
	} else {
		v.report.Attributes = attributes
	}
	v.report.record(checkSubject, e)
	email, e := v.email(id)
	if e == nil {
		e = v.domain(email)
	}
	v.report.record(checkEmail, e)
	id.Email = email
	v.profile(&id)
	id.Attributes = v.report.Attributes
	return id
}

// maxNameID is how long a NameID may be, in bytes: it is a key. SAML itself stops at 256 (core §8.3.7).
const maxNameID = 1024

// subject reads the one NameID.
func subject(assertion *etree.Element) (value, format string, e *Error) {
	names := children(child(assertion, nsAssertion, "Subject"), nsAssertion, "NameID")
	if len(names) != 1 {
		return "", "", refuse(ReasonNameID, "it must hold exactly one NameID")
	}
	value, plain := text(names[0])
	switch {
	case !plain:
		return "", "", refuse(ReasonNameID, "the NameID holds more than text")
	case value == "":
		return "", "", refuse(ReasonNameID, "the NameID is empty")
	case len(value) > maxNameID:
		return "", "", refuse(ReasonNameID, "the NameID is longer than 1,024 characters")
	}
	return value, attr(names[0], "Format"), nil
}

// readAttributes gathers the attributes of all statements by name. A value that is an
// element (eduPersonTargetedID) counts as no value; text beside an element is refused,
// because programs disagree about what such a value says.
func readAttributes(assertion *etree.Element) ([]Attribute, *Error) {
	var all []Attribute
	place := map[string]int{}
	for _, st := range children(assertion, nsAssertion, "AttributeStatement") {
		for _, a := range children(st, nsAssertion, "Attribute") {
			name := attr(a, "Name")
			i, known := place[name]
			if !known {
				i = len(all)
				place[name] = i
				all = append(all, Attribute{Name: name})
			}
			for _, el := range children(a, nsAssertion, "AttributeValue") {
				value, plain := text(el)
				if !plain && value != "" {
					return nil, refuse(ReasonStructure, "the attribute "+name+" mixes text and elements")
				}
				if plain {
					all[i].Values = append(all[i].Values, value)
				}
			}
		}
	}
	return all, nil
}

// find returns the attribute for a field: the mapped name first, then the default ones,
// the first that has a value. came tells whether any of them was there at all.
func (v *verifier) find(f Field) (found *Attribute, came bool) {
	names := defaultNames[f]
	if mapped := v.Mapping[string(f)]; mapped != "" {
		names = append([]string{mapped}, names...)
	}
	for _, name := range names {
		for i := range v.report.Attributes {
			a := &v.report.Attributes[i]
			if !strings.EqualFold(a.Name, name) {
				continue
			}
			came = true
			if slices.ContainsFunc(a.Values, func(s string) bool { return s != "" }) {
				return a, true
			}
		}
	}
	return nil, came
}

// profile fills the other fields and names the required ones that did not come.
func (v *verifier) profile(id *Identity) {
	for _, f := range []struct {
		field Field
		to    *string
	}{
		{FieldFirstName, &id.FirstName}, {FieldLastName, &id.LastName}, {FieldDisplayName, &id.DisplayName},
		{FieldCountry, &id.Country}, {FieldCity, &id.City}, {FieldState, &id.State},
		{FieldBirthYear, &id.BirthYear}, {FieldRole, &id.Role}, {FieldPlan, &id.Plan},
	} {
		if a, _ := v.find(f.field); a != nil {
			*f.to = firstValue(a.Values)
			a.UsedAs = Field(or(string(a.UsedAs), string(f.field)))
		}
	}
	if a, _ := v.find(FieldGroups); a != nil {
		for _, value := range a.Values {
			for _, g := range strings.Split(value, ";") { // OneLogin joins memberOf so
				if g = strings.TrimSpace(g); g != "" {
					id.Groups = append(id.Groups, g)
				}
			}
		}
		a.UsedAs = Field(or(string(a.UsedAs), string(FieldGroups)))
	}
	for _, f := range required {
		if a, _ := v.find(f); a == nil {
			v.report.Missing = append(v.report.Missing, f)
		}
	}
}

// firstValue returns the first value that is not empty.
func firstValue(values []string) string {
	for _, s := range values {
		if s != "" {
			return s
		}
	}
	return ""
}
