package saml

import (
	"slices"
	"strings"
)

// email finds the person's address: a mapped or well-known attribute first; the NameID only
// when no such attribute came, and never a transient one. It is returned in lower case.
func (v *verifier) email(id Identity) (string, *Error) {
	a, came := v.find(FieldEmail)
	address := ""
	switch {
	case a != nil:
		a.UsedAs = FieldEmail
		for _, value := range a.allOf(v.report.Attributes) {
			if address != "" && !strings.EqualFold(address, value) {
				return "", &Error{Reason: ReasonEmail, Expected: "one address", Received: address + ", " + value}
			}
			address = value
		}
	case came || strings.HasSuffix(id.NameIDFormat, ":nameid-format:transient") || !plainAddress(id.NameID):
		return "", &Error{Reason: ReasonNoEmail, Expected: "an attribute named email", Received: strings.Join(v.report.AttributeNames(), ", ")}
	default:
		address = id.NameID
	}
	if !plainAddress(address) {
		return "", &Error{Reason: ReasonEmail, Expected: "one plain address", Received: address}
	}
	return strings.ToLower(address), nil
}

// allOf gathers the values of every attribute with this one's name in any letter case: two
// spellings of a name are no way to send two addresses.
func (a *Attribute) allOf(attributes []Attribute) []string {
	var values []string
	for _, other := range attributes {
		if !strings.EqualFold(other.Name, a.Name) {
			continue
		}
		for _, value := range other.Values {
			if value != "" {
				values = append(values, value)
			}
		}
	}
	return values
}

// domain accepts exactly the verified domains, no sub-domains.
func (v *verifier) domain(address string) *Error {
	_, domain, _ := strings.Cut(address, "@")
	if domain != "" && slices.Contains(v.Domains, domain) {
		return nil
	}
	return &Error{Reason: ReasonDomain, Expected: or(strings.Join(v.Domains, ", "), "none is verified yet"), Received: address}
}

// plainAddress accepts what people's work addresses look like and nothing else: one @, a
// dot-atom of letters, digits and ._+-'&=~ before it, a host name of ASCII labels behind.
// Routing tricks of old (% and !), quotes, comments and blanks are not addresses here.
func plainAddress(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || len(s) > 254 || local == "" || len(local) > 64 || domain == "" {
		return false
	}
	if strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, "..") {
		return false
	}
	for i := range len(local) {
		if !letterOrDigit(local[i]) && !strings.ContainsRune("._+-'&=~", rune(local[i])) {
			return false
		}
	}
	labels := strings.Split(domain, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			if !letterOrDigit(label[i]) && label[i] != '-' {
				return false
			}
		}
	}
	return len(labels) >= 2
}

// letterOrDigit knows ASCII only.
func letterOrDigit(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
