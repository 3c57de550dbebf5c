package scim

import "strings"

// Schema and message URNs (RFC 7643 §8.7, RFC 7644 §8.2) and Rollcall's own extension.
const (
	UserSchema       = "urn:ietf:params:scim:schemas:core:2.0:User"
	GroupSchema      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	EnterpriseSchema = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	RollcallSchema   = "urn:ietf:params:scim:schemas:extension:rollcall:2.0:User"

	PatchOpSchema      = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	ListSchema         = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	ErrorSchema        = "urn:ietf:params:scim:api:messages:2.0:Error"
	SearchSchema       = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
	BulkRequestSchema  = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
	BulkResponseSchema = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"

	configSchema       = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
	resourceTypeSchema = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
	schemaSchema       = "urn:ietf:params:scim:schemas:core:2.0:Schema"
)

// ResourceKind says which resource a path or a filter is about.
type ResourceKind int

// The two kinds of resource.
const (
	UserKind ResourceKind = iota
	GroupKind
)

// kind is the data type of an attribute (RFC 7643 §2.3).
type kind uint8

const (
	kindString kind = iota
	kindBoolean
	kindInteger
	kindDateTime
	kindReference
	kindBinary
	kindComplex
)

var kindNames = [...]string{"string", "boolean", "integer", "dateTime", "reference", "binary", "complex"}

// attribute is one row of a schema (RFC 7643 §7). The zero value of each field is the
// common case: a single, optional, case-insensitive string that clients may write.
type attribute struct {
	name       string
	kind       kind
	multi      bool
	required   bool
	exact      bool     // caseExact
	mutability string   // empty: readWrite
	returned   string   // empty: default
	unique     bool     // uniqueness "server"
	canonical  []string // canonicalValues
	refs       []string // referenceTypes
	note       string   // description
	sub        []*attribute
	index      map[string]*attribute
}

// find returns the sub-attribute of that name in any letter case, or nil.
func (a *attribute) find(name string) *attribute { return lookup(a.index, name) }

// readOnly tells whether clients may not write the attribute.
func (a *attribute) readOnly() bool { return a.mutability == "readOnly" }

// schema is a named list of attributes.
type schema struct {
	urn, name, note string
	attrs           []*attribute
	index           map[string]*attribute
}

func (s *schema) find(name string) *attribute { return lookup(s.index, name) }

// lookup tries the canonical spelling first: it is what nearly everybody sends.
func lookup(index map[string]*attribute, name string) *attribute {
	if a, ok := index[name]; ok {
		return a
	}
	return index[strings.ToLower(name)]
}

func indexed(attrs []*attribute) map[string]*attribute {
	index := make(map[string]*attribute, 2*len(attrs))
	for _, a := range attrs {
		index[a.name] = a
		index[strings.ToLower(a.name)] = a
		a.index = indexed(a.sub)
	}
	return index
}

func newSchema(urn, name, note string, attrs []*attribute) *schema {
	return &schema{urn: urn, name: name, note: note, attrs: attrs, index: indexed(attrs)}
}

// core returns the core schema of a kind of resource.
func (k ResourceKind) core() *schema {
	if k == GroupKind {
		return groupSchema
	}
	return userSchema
}

// schemaOf returns the schema with that URN in any letter case, or nil.
func (k ResourceKind) schemaOf(urn string) *schema {
	for _, s := range k.schemas() {
		if strings.EqualFold(s.urn, urn) {
			return s
		}
	}
	return nil
}

// schemas lists the schemas of a kind of resource, the core schema first.
func (k ResourceKind) schemas() []*schema {
	if k == GroupKind {
		return groupSchemas
	}
	return userSchemas
}
