package scim

import "strings"

// Limits that /ServiceProviderConfig announces.
const (
	MaxBulkOperations = 1000
	MaxBody           = 5 << 20 // bytes of a request (SPEC I8)
)

// ServiceProviderConfig returns the document of that name (RFC 7643 §5). base is the
// directory's SCIM base URL without a slash at its end. Every number is there, for
// authentik takes a missing one to mean that nothing is supported.
func ServiceProviderConfig(base string) map[string]any {
	yes := map[string]any{"supported": true}
	return map[string]any{
		"schemas":        []any{configSchema},
		"patch":          yes,
		"bulk":           map[string]any{"supported": true, "maxOperations": MaxBulkOperations, "maxPayloadSize": MaxBody},
		"filter":         map[string]any{"supported": true, "maxResults": MaxCount},
		"changePassword": map[string]any{"supported": false},
		"sort":           yes,
		"etag":           yes,
		"authenticationSchemes": []any{map[string]any{
			"type": "oauthbearertoken", "name": "Bearer token", "primary": true,
			"description": "The token that Rollcall shows once, in the header Authorization: Bearer.",
		}},
		"meta": place("ServiceProviderConfig", base+"/ServiceProviderConfig"),
	}
}

func place(resourceType, location string) map[string]any {
	return map[string]any{"resourceType": resourceType, "location": location}
}

// ResourceTypes returns the documents of /ResourceTypes (RFC 7643 §6).
func ResourceTypes(base string) []map[string]any {
	user := resourceType(base, "User", "/Users", UserKind)
	group := resourceType(base, "Group", "/Groups", GroupKind)
	return []map[string]any{user, group}
}

func resourceType(base, name, endpoint string, k ResourceKind) map[string]any {
	t := map[string]any{
		"schemas":     []any{resourceTypeSchema},
		"id":          name,
		"name":        name,
		"description": k.core().note,
		"endpoint":    endpoint,
		"schema":      k.core().urn,
		"meta":        place("ResourceType", base+"/ResourceTypes/"+name),
	}
	extensions := []any{}
	for _, s := range k.schemas()[1:] {
		extensions = append(extensions, map[string]any{"schema": s.urn, "required": false})
	}
	t["schemaExtensions"] = extensions
	return t
}

// Schemas returns the documents of /Schemas (RFC 7643 §7). plans are the values that the
// attribute plan may have here.
func Schemas(base string, plans []string) []map[string]any {
	all := []*schema{userSchema, groupSchema, enterpriseSchema, rollcallSchema}
	list := make([]map[string]any, len(all))
	for i, s := range all {
		attrs := []any{}
		for _, a := range s.attrs {
			if a.name != "schemas" && a.name != "meta" { // RFC 7643 §7 lists them nowhere
				attrs = append(attrs, a.document(plans))
			}
		}
		list[i] = map[string]any{
			"schemas":     []any{schemaSchema},
			"id":          s.urn,
			"name":        s.name,
			"description": s.note,
			"attributes":  attrs,
			"meta":        place("Schema", base+"/Schemas/"+s.urn),
		}
	}
	return list
}

// FindDocument returns the discovery document with that id in any letter case.
func FindDocument(list []map[string]any, id string) (map[string]any, bool) {
	for _, doc := range list {
		if s, _ := doc["id"].(string); strings.EqualFold(s, id) {
			return doc, true
		}
	}
	return nil, false
}

func (a *attribute) document(plans []string) map[string]any {
	d := map[string]any{
		"name":        a.name,
		"type":        kindNames[a.kind],
		"multiValued": a.multi,
		"description": a.note,
		"required":    a.required,
		"mutability":  or(a.mutability, "readWrite"),
		"returned":    or(a.returned, "default"),
	}
	if a.kind != kindComplex && a.kind != kindBoolean {
		d["caseExact"] = a.exact
		d["uniqueness"] = "none"
		if a.unique {
			d["uniqueness"] = "server"
		}
	}
	canonical := a.canonical
	if a == planAttribute {
		canonical = plans
	}
	if len(canonical) > 0 {
		d["canonicalValues"] = texts(canonical)
	}
	if len(a.refs) > 0 {
		d["referenceTypes"] = texts(a.refs)
	}
	if len(a.sub) > 0 {
		subs := make([]any, len(a.sub))
		for i, s := range a.sub {
			subs[i] = s.document(plans)
		}
		d["subAttributes"] = subs
	}
	return d
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func texts(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}
