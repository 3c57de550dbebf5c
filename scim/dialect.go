package scim

import "strings"

// What identity providers send that the RFC does not foresee, one function each.

// boolText reads a boolean written as text. Entra ID sends "False" and "True" (its
// default dialect), the Keycloak extension "false" and "true".
func boolText(s string) (value, ok bool) {
	switch s = strings.TrimSpace(s); {
	case strings.EqualFold(s, "true"):
		return true, true
	case strings.EqualFold(s, "false"):
		return false, true
	}
	return false, false
}

// loneValue takes the value out of a list of one where no list belongs. Entra ID sends
// manager so; some connectors every value.
func loneValue(v any) any {
	if l, ok := v.([]any); ok && len(l) == 1 {
		return l[0]
	}
	return v
}

// asList takes one value for a list of one: Entra's reference code does it for members.
func asList(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	case string:
		if v == "" {
			return nil
		}
	}
	return []any{v}
}

// wrapped reads a bare string where an object with a `value` belongs: Entra ID sends
// manager as the id alone, others e-mails and members.
func wrapped(a *attribute, v any) any {
	if s, ok := v.(string); ok && a.find("value") != nil {
		return object{{"value", s}}
	}
	return v
}

// enterpriseShortName finds an enterprise attribute that is named without its URN:
// Entra ID sends the path `manager`.
func enterpriseShortName(k ResourceKind, name string) (string, *attribute) {
	if k == UserKind {
		if a := enterpriseSchema.find(name); a != nil {
			return EnterpriseSchema, a
		}
	}
	return "", nil
}

// passedOver tells whether a key inside a resource is left alone. Okta echoes id, meta,
// groups and schemas of the GET in its PUT, and sends the group's id with each rename.
// A password is taken and dropped: Okta sends a placeholder without password sync.
func passedOver(t target) bool {
	return t.attr != nil && t.urn == "" && (t.attr.readOnly() || t.attr.name == "password")
}

// appRole takes the role out of the JSON text that Entra ID puts into roles[].value for
// the expression AppRoleAssignmentsComplex; any other value is returned as it is.
func appRole(value string) string {
	if !strings.HasPrefix(strings.TrimSpace(value), "{") {
		return value
	}
	v, err := decode(value)
	if err != nil {
		return value
	}
	if o, ok := v.(object); ok {
		if role, ok := o.get("value"); ok {
			if s, ok := role.(string); ok {
				return s
			}
		}
	}
	return value
}

// emptiesList tells whether a remove with this value takes the whole list away: the
// Keycloak extension removes the last member with the value null.
func emptiesList(op Op) bool { return op.value == nil }

// schemaKey tells whether a key of a resource may name a schema. An administrator of Okta
// copies any namespace into a custom attribute, so it need be neither ours nor a URN.
func schemaKey(key string) bool {
	return strings.IndexByte(key, ':') >= 0 && !strings.ContainsAny(key, `["`)
}
