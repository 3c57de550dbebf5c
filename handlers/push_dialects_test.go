package handlers

import "fmt"

const (
	pushExtension  = "urn:ietf:params:scim:schemas:extension:rollcall:2.0:User"
	pushEnterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
)

// pushDialect is how an identity provider speaks. What is nil is done by PUT.
type pushDialect struct {
	name    string
	user    func(*pushed) map[string]any
	patch   func(old, x *pushed) []any
	active  func(bool) any
	group   func(g *pushedGroup, x *pushed, join bool) []any
	deletes bool // a leaver is deleted
	again   bool // who comes back is sent by POST
}

var pushDialects = []pushDialect{
	{name: "okta with PUT", user: inCustom, again: true},
	{name: "okta from the catalogue", user: inExtension, active: bareActive, group: pathFilter},
	{name: "entra", user: inExtension, patch: entraLegacy, active: textActive("Replace"), group: valueList("Add", "Remove")},
	{name: "entra compliant", user: inExtension, patch: entraCompliant, active: pathActive, group: pathFilter},
	{name: "onelogin", user: withNulls, deletes: true, group: pathFilter},
	{name: "jumpcloud", user: inEnterprise, group: valueList("add", "remove")},
	{name: "ping", user: inExtension, group: bareMembers},
	{name: "keycloak", user: atTop, active: textActive("replace"), group: wholeList},
	{name: "authentik", user: inExtension, deletes: true, group: valueList("add", "remove")},
}

// core is what all send.
func core(x *pushed) map[string]any {
	m := map[string]any{
		"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:User"}, "userName": x.email, "externalId": x.external, "active": x.active,
		"name":   map[string]any{"givenName": x.given, "familyName": x.family},
		"emails": []any{map[string]any{"value": x.email, "type": "work", "primary": true}},
	}
	address := filled("country", x.country, "locality", x.city, "region", x.state)
	if len(address) > 0 {
		address["type"] = "work"
		m["addresses"] = []any{address}
	}
	return m
}

// filled is an object without empty values.
func filled(pairs ...string) map[string]any {
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			m[pairs[i]] = pairs[i+1]
		}
	}
	return m
}

func including(m map[string]any, key string, part map[string]any) map[string]any {
	if len(part) > 0 {
		m[key] = part
	}
	return m
}

func inExtension(x *pushed) map[string]any {
	return including(core(x), pushExtension, filled("plan", x.plan, "role", x.role, "birthYear", x.year))
}

// inCustom has the plan where Okta's profile editor puts a custom attribute.
func inCustom(x *pushed) map[string]any {
	m := including(core(x), pushExtension, filled("role", x.role, "birthYear", x.year))
	m["password"], m["groups"], m["locale"] = "Aa1placeholder", []any{}, "en-US"
	return including(m, "urn:okta:acme_1:1.0:user:custom", filled("plan", x.plan))
}

func inEnterprise(x *pushed) map[string]any {
	m := including(core(x), pushExtension, filled("role", x.role, "birthYear", x.year))
	return including(m, pushEnterprise, filled("plan", x.plan, "department", "Sales"))
}

func atTop(x *pushed) map[string]any {
	m := including(core(x), pushExtension, filled("birthYear", x.year))
	m["emails"] = []any{map[string]any{"value": x.email}}
	m["roles"] = []any{}
	if x.role != "" {
		m["roles"] = []any{map[string]any{"value": x.role}}
	}
	if x.plan != "" {
		m["plan"] = x.plan
	}
	return m
}

// withNulls sends null for what is empty.
func withNulls(x *pushed) map[string]any {
	or := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	m := core(x)
	m["title"], m["nickName"] = nil, nil
	m["addresses"] = []any{map[string]any{"type": "work", "country": or(x.country), "locality": or(x.city), "region": or(x.state)}}
	m[pushExtension] = map[string]any{"plan": or(x.plan), "role": or(x.role), "birthYear": or(x.year)}
	return m
}

func op(kind, path string, value any) map[string]any {
	m := map[string]any{"op": kind}
	if path != "" {
		m["path"] = path
	}
	if value != nil {
		m["value"] = value
	}
	return m
}

func bareActive(on bool) any { return op("replace", "", map[string]any{"active": on}) }
func pathActive(on bool) any { return op("replace", "active", on) }

// textActive sends "True" and "False".
func textActive(kind string) func(bool) any {
	return func(on bool) any {
		text := fmt.Sprint(on)
		return op(kind, "active", string(text[0]-32)+text[1:])
	}
}

// entraLegacy sends one operation for each attribute that has changed.
func entraLegacy(old, x *pushed) (ops []any) {
	ops = append(ops, op("Replace", "displayName", x.given+" "+x.family))
	for _, a := range [][3]string{
		{"userName", old.email, x.email}, {`emails[type eq "work"].value`, old.email, x.email}, {"name.givenName", old.given, x.given},
		{"name.familyName", old.family, x.family}, {`addresses[type eq "work"].country`, old.country, x.country},
		{`addresses[type eq "work"].locality`, old.city, x.city}, {`addresses[type eq "work"].region`, old.state, x.state},
		{pushExtension + ":plan", old.plan, x.plan}, {pushExtension + ":role", old.role, x.role}, {pushExtension + ":birthYear", old.year, x.year},
	} {
		switch {
		case a[1] == a[2]:
		case a[2] == "":
			ops = append(ops, op("Remove", a[0], nil))
		case a[1] == "":
			ops = append(ops, op("Add", a[0], a[2]))
		default:
			ops = append(ops, op("Replace", a[0], a[2]))
		}
	}
	return ops
}

// entraCompliant sends one operation without a path, with dotted and URN keys, beside those of typed paths.
func entraCompliant(_, x *pushed) []any {
	value := map[string]any{
		"userName": x.email, "name.givenName": x.given, "name.familyName": x.family,
		pushExtension + ":plan": x.plan, pushExtension + ":role": x.role, pushExtension + ":birthYear": x.year,
	}
	return []any{
		op("replace", `emails[type eq "work"].value`, x.email), op("replace", `addresses[type eq "work"].country`, x.country),
		op("replace", `addresses[type eq "work"].locality`, x.city), op("replace", `addresses[type eq "work"].region`, x.state), op("replace", "", value),
	}
}

func refs(people ...*pushed) []any {
	list := []any{}
	for _, x := range people {
		list = append(list, map[string]any{"value": x.id})
	}
	return list
}

func pathFilter(g *pushedGroup, x *pushed, join bool) []any {
	rename := op("replace", "", map[string]any{"id": g.id, "displayName": g.name})
	if join {
		return []any{rename, op("add", "members", refs(x))}
	}
	return []any{rename, op("remove", `members[value eq "`+x.id+`"]`, nil)}
}

func valueList(add, remove string) func(*pushedGroup, *pushed, bool) []any {
	return func(_ *pushedGroup, x *pushed, join bool) []any {
		if join {
			return []any{op(add, "members", []any{map[string]any{"$ref": nil, "value": x.id}})}
		}
		return []any{op(remove, "members", []any{map[string]any{"$ref": nil, "value": x.id}})}
	}
}

func bareMembers(g *pushedGroup, x *pushed, join bool) []any {
	if join {
		return []any{op("add", "", map[string]any{"members": refs(x)})}
	}
	return pathFilter(g, x, false)
}

// wholeList sends all members, and removes them all with null when there are none.
func wholeList(g *pushedGroup, _ *pushed, _ bool) []any {
	list := []any{}
	for x := range g.members {
		list = append(list, refs(x)...)
	}
	if len(list) == 0 {
		return []any{map[string]any{"op": "remove", "path": "members", "value": nil}, op("replace", "displayName", g.name)}
	}
	return []any{op("replace", "members", list), op("replace", "displayName", g.name)}
}
