package practice

import (
	"net/http"
	"net/url"
)

// dialect is how one identity provider speaks SCIM: the same wishes, other words.
type dialect struct {
	Slug, Name string
	headers    map[string]string

	search     func(resource, filter string) string               // path of a look-up
	user       func(*Person) map[string]any                       // body that makes a person
	update     func(*Person) (method string, body map[string]any) // request that changes one
	active     func(on bool) map[string]any                       // PATCH operation
	group      func(*Group) map[string]any                        // body that makes a group
	member     func(*Person) map[string]any                       // entry of a group's members
	addMembers func([]map[string]any) map[string]any              // PATCH operation
}

const (
	userSchema       = "urn:ietf:params:scim:schemas:core:2.0:User"
	groupSchema      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	enterpriseSchema = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	rollcallSchema   = "urn:ietf:params:scim:schemas:extension:rollcall:2.0:User"
	patchSchema      = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	entraGroupSchema = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
)

var dialects = []dialect{okta, entra}

func patch(operations ...map[string]any) map[string]any {
	return map[string]any{"schemas": []string{patchSchema}, "Operations": operations}
}

func emails(p *Person) []map[string]any {
	return []map[string]any{{"primary": true, "type": "work", "value": p.Email}}
}

// addresses leave out what is not known, as both providers do.
func addresses(p *Person) []map[string]any {
	a := map[string]any{"type": "work", "primary": true}
	for name, value := range map[string]string{"country": p.Country, "locality": p.City, "region": p.Region} {
		if value != "" {
			a[name] = value
		}
	}
	return []map[string]any{a}
}

// okta updates a person with the whole of it (PUT), and deactivates with a PATCH that has no path.
var okta = dialect{
	Slug: "okta", Name: "Okta", headers: map[string]string{"User-Agent": "Okta SCIM Client 1.0.0", "Accept-Charset": "utf-8"},
	search: func(resource, filter string) string {
		return "/" + resource + "?filter=" + url.PathEscape(filter) + "&startIndex=1&count=100"
	},
	user: oktaUser,
	update: func(p *Person) (string, map[string]any) {
		body := oktaUser(p)
		delete(body, "password")
		body["id"] = p.scimID
		return http.MethodPut, body
	},
	active: func(on bool) map[string]any {
		return map[string]any{"op": "replace", "value": map[string]any{"active": on}}
	},
	group: func(g *Group) map[string]any {
		return map[string]any{"schemas": []string{groupSchema}, "displayName": g.Name, "members": []any{}}
	},
	member: func(p *Person) map[string]any { return map[string]any{"value": p.scimID, "display": p.Email} },
	addMembers: func(m []map[string]any) map[string]any {
		return map[string]any{"op": "add", "path": "members", "value": m}
	},
}

func oktaUser(p *Person) map[string]any {
	body := map[string]any{
		"schemas": []string{userSchema, rollcallSchema}, "userName": p.Email, "externalId": p.ID, "displayName": p.Name(), "locale": "en-US",
		"name": map[string]any{"givenName": p.First, "familyName": p.Last}, "emails": emails(p), "addresses": addresses(p),
		"groups": []any{}, "active": !p.Gone, "password": "not-used-Aa1",
		rollcallSchema: map[string]any{"plan": p.Plan},
	}
	if p.Plan == "" {
		body["schemas"] = []string{userSchema}
		delete(body, rollcallSchema)
	}
	return body
}

// entra looks up with + for blanks, changes by PATCH with paths and capitalised operations, and says "False".
var entra = dialect{
	Slug: "entra", Name: "Entra ID",
	search: func(resource, filter string) string {
		path := "/" + resource + "?"
		if resource == "Groups" {
			path += "excludedAttributes=members&"
		}
		return path + "filter=" + url.QueryEscape(filter)
	},
	user: entraUser,
	update: func(p *Person) (string, map[string]any) {
		var operations []map[string]any
		for _, change := range [][2]string{
			{"name.givenName", p.First}, {"name.familyName", p.Last}, {`addresses[type eq "work"].country`, p.Country},
			{`addresses[type eq "work"].locality`, p.City}, {rollcallSchema + ":plan", p.Plan},
		} {
			if change[1] != "" {
				operations = append(operations, map[string]any{"op": "Replace", "path": change[0], "value": change[1]})
			}
		}
		return http.MethodPatch, patch(operations...)
	},
	active: func(on bool) map[string]any {
		value := "False"
		if on {
			value = "True"
		}
		return map[string]any{"op": "Replace", "path": "active", "value": value}
	},
	group: func(g *Group) map[string]any {
		return map[string]any{
			"schemas": []string{groupSchema, entraGroupSchema}, "externalId": g.ID, "displayName": g.Name, "meta": map[string]any{"resourceType": "Group"},
		}
	},
	member: func(p *Person) map[string]any { return map[string]any{"$ref": nil, "value": p.scimID} },
	addMembers: func(m []map[string]any) map[string]any {
		return map[string]any{"op": "Add", "path": "members", "value": m}
	},
}

func entraUser(p *Person) map[string]any {
	body := map[string]any{
		"schemas": []string{userSchema, enterpriseSchema, rollcallSchema}, "externalId": p.ID, "userName": p.Email, "active": !p.Gone,
		"emails": emails(p), "meta": map[string]any{"resourceType": "User"}, "roles": []any{}, "addresses": addresses(p),
		"name":         map[string]any{"formatted": p.Name(), "familyName": p.Last, "givenName": p.First},
		rollcallSchema: map[string]any{"plan": p.Plan},
	}
	if p.Plan == "" {
		body["schemas"] = []string{userSchema, enterpriseSchema}
		delete(body, rollcallSchema)
	}
	return body
}
