package scim

import (
	"strconv"
	"strings"
	"time"
)

// RenderUser returns the JSON of UserResource. It copies document, which is what EncodeDocument made of u.Attributes,
// instead of decoding and encoding it again; u.Attributes is not looked at.
func RenderUser(u User, document string, m Meta, groups []Ref) ([]byte, error) {
	b := append(make([]byte, 0, len(document)+512+160*len(groups)), `{"schemas":["`+UserSchema+`"`...)
	b, copied := appendExtensions(b, document)
	if !copied {
		var err error
		if u.Attributes, err = DecodeDocument([]byte(document)); err != nil {
			return nil, err
		}
		return Encode(UserResource(u, m, groups)), nil
	}
	b = appendText(append(b, `],"id":`...), m.ID)
	b = appendText(append(b, `,"userName":`...), u.UserName)
	b = strconv.AppendBool(append(b, `,"active":`...), u.Active)
	if u.ExternalID != "" {
		b = appendText(append(b, `,"externalId":`...), u.ExternalID)
	}
	if members := document[1 : len(document)-1]; len(members) > 0 {
		b = append(append(b, ','), members...)
	}
	b = appendRefs(b, `,"groups":`, groups, "direct")
	return m.appendTo(b, "User"), nil
}

// RenderGroup returns the JSON of GroupResource.
func RenderGroup(g Group, m Meta, members []Ref) []byte {
	b := append(make([]byte, 0, 512+160*len(members)), `{"schemas":["`+GroupSchema+`"`...)
	b = appendText(append(b, `],"id":`...), m.ID)
	b = appendText(append(b, `,"displayName":`...), g.DisplayName)
	if g.ExternalID != "" {
		b = appendText(append(b, `,"externalId":`...), g.ExternalID)
	}
	b = appendRefs(b, `,"members":`, members, "User")
	return m.appendTo(b, "Group")
}

// appendExtensions lists the schemas that a stored document has attributes of. It answers false for one that cannot be
// copied as it is, because it is damaged or an extension in it is empty.
func appendExtensions(b []byte, document string) ([]byte, bool) {
	if len(document) < 2 || document[0] != '{' || document[len(document)-1] != '}' {
		return b, false
	}
	depth, name := 0, false // name: the next string is a name at the top
	for i := 0; i < len(document); i++ {
		switch document[i] {
		case '{', '[':
			depth++
			name = depth == 1
		case '}', ']':
			depth--
		case ',':
			name = depth == 1
		case '"':
			end := endOfString(document, i+1)
			if end < 0 {
				return b, false
			}
			if rest := document[end:]; name && strings.HasPrefix(rest, `":{`) && schemaKey(document[i+1:end]) {
				if rest[3] == '}' {
					return b, false
				}
				b = append(append(b, ','), document[i:end+1]...)
			}
			i, name = end, false
		}
	}
	return b, depth == 0
}

// endOfString is where the string that begins at i ends, or -1.
func endOfString(document string, i int) int {
	for ; i < len(document); i++ {
		switch document[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

func appendRefs(b []byte, name string, refs []Ref, kind string) []byte {
	if len(refs) == 0 {
		return b
	}
	b = append(b, name...)
	for i, ref := range refs {
		b = append(b, "[,"[min(i, 1)])
		b = appendText(append(b, `{"value":`...), ref.ID)
		b = append(b, `,"type":"`+kind+`"`...)
		if ref.Display != "" {
			b = appendText(append(b, `,"display":`...), ref.Display)
		}
		if ref.Location != "" {
			b = appendText(append(b, `,"$ref":`...), ref.Location)
		}
		b = append(b, '}')
	}
	return append(b, ']')
}

// appendTo ends a resource with its meta.
func (m Meta) appendTo(b []byte, resourceType string) []byte {
	at := func(name string, t time.Time) {
		b = append(t.UTC().AppendFormat(append(b, name...), timeFormat), '"')
	}
	b = append(b, `,"meta":{"resourceType":"`+resourceType+`"`...)
	at(`,"created":"`, m.Created)
	at(`,"lastModified":"`, m.LastModified)
	b = appendText(append(b, `,"location":`...), m.Location)
	if m.Version != "" {
		b = appendText(append(b, `,"version":`...), m.Version)
	}
	return append(b, "}}"...)
}

// RenderList returns a ListResponse (RFC 7644 §3.4.2) of resources that are finished. total counts all that match,
// startIndex is the query's.
func RenderList(resources [][]byte, total, startIndex int) []byte {
	size := 192
	for _, r := range resources {
		size += len(r) + 1
	}
	b := append(make([]byte, 0, size), `{"schemas":["`+ListSchema+`"],"Resources":[`...)
	for i, r := range resources {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, r...)
	}
	b = strconv.AppendInt(append(b, `],"itemsPerPage":`...), int64(len(resources)), 10)
	b = strconv.AppendInt(append(b, `,"startIndex":`...), int64(startIndex), 10)
	b = strconv.AppendInt(append(b, `,"totalResults":`...), int64(total), 10)
	return append(b, '}')
}

// EncodeAll writes each of a list of resources as JSON, for RenderList.
func EncodeAll(resources []map[string]any) [][]byte {
	out := make([][]byte, len(resources))
	for i, r := range resources {
		out[i] = Encode(r)
	}
	return out
}
