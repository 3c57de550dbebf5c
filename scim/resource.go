package scim

import (
	"slices"
	"strings"
	"time"
)

// Meta is what the service provider knows of a resource (RFC 7643 §3.1).
type Meta struct {
	ID                    string
	Created, LastModified time.Time
	Version               string // the entity tag as ETag makes it
	Location              string // absolute URL
}

// Ref is one member of a group, or one group of a user.
type Ref struct {
	ID       string
	Display  string
	Location string // absolute URL, or empty
}

// timeFormat is RFC 3339 with milliseconds; times are answered in UTC.
const timeFormat = "2006-01-02T15:04:05.000Z"

func (m Meta) document(resourceType string) map[string]any {
	doc := map[string]any{
		"resourceType": resourceType,
		"created":      m.Created.UTC().Format(timeFormat),
		"lastModified": m.LastModified.UTC().Format(timeFormat),
		"location":     m.Location,
	}
	if m.Version != "" {
		doc["version"] = m.Version
	}
	return doc
}

// UserResource returns the canonical resource of a user. It shares values with
// u.Attributes; neither may be written to afterwards.
func UserResource(u User, m Meta, groups []Ref) map[string]any {
	r := make(map[string]any, len(u.Attributes)+7)
	schemas := []any{UserSchema}
	for name, value := range u.Attributes {
		if ext, ok := value.(map[string]any); ok && schemaKey(name) {
			if len(ext) == 0 {
				continue
			}
			schemas = append(schemas, name)
		}
		r[name] = value
	}
	slices.SortFunc(schemas[1:], func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
	r["schemas"] = schemas
	r["id"] = m.ID
	r["userName"] = u.UserName
	r["active"] = u.Active
	r["meta"] = m.document("User")
	setOrDelete(r, "externalId", present(u.ExternalID))
	if len(groups) > 0 {
		r["groups"] = references(groups, "direct")
	}
	return r
}

// GroupResource returns the canonical resource of a group. Its members come from the
// caller; g.Members is not looked at.
func GroupResource(g Group, m Meta, members []Ref) map[string]any {
	r := map[string]any{
		"schemas":     []any{GroupSchema},
		"id":          m.ID,
		"displayName": g.DisplayName,
		"meta":        m.document("Group"),
	}
	setOrDelete(r, "externalId", present(g.ExternalID))
	if len(members) > 0 {
		r["members"] = references(members, "User")
	}
	return r
}

func references(refs []Ref, kind string) []any {
	list := make([]any, len(refs))
	for i, ref := range refs {
		m := map[string]any{"value": ref.ID, "type": kind}
		setOrDelete(m, "display", present(ref.Display))
		setOrDelete(m, "$ref", present(ref.Location))
		list[i] = m
	}
	return list
}

// ETag returns the weak entity tag of a version (RFC 7644 §3.14).
func ETag(version int64) string {
	return string(append(appendValue([]byte(`W/"`), version), '"'))
}

// MatchETag tells whether an If-Match or If-None-Match header, which may list several
// tags or be "*", names this tag. Tags compare weakly.
func MatchETag(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimSpace(part)
		if part == "*" || strings.TrimPrefix(part, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}
