package scim

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestParseGroup(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"name alone", `{"displayName":"G"}`, "G||[]"},
		{"Entra's foreign schema and meta", `{"schemas":["{G}","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],"externalId":"x","displayName":"G","meta":{"resourceType":"Group"}}`, "G|x|[]"},
		{"members, each once", `{"displayName":"G","members":[{"value":"1","display":"a"},{"value":"2"},{"value":"1"}]}`, "G||[1 2]"},
		{"bare ids", `{"displayName":"G","members":["1","2"]}`, "G||[1 2]"},
		{"one object for the list", `{"displayName":"G","members":{"value":"1"}}`, "G||[1]"},
		{"null members", `{"displayName":"G","members":null}`, "G||[]"},
		{"null among members", `{"displayName":"G","members":[null,{"$ref":null,"value":"1"}]}`, "G||[1]"},
		{"letter case", `{"DISPLAYNAME":"G","Members":[{"Value":"1"}]}`, "G||[1]"},
		{"what is unknown is dropped", `{"displayName":"G","id":"9","colour":"red","{X}":{"a":1}}`, "G||[]"},
		{"the core URN as prefix", `{"{G}:displayName":"G"}`, "G||[]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := ParseGroup([]byte(short.Replace(c.body)))
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprintf("%s|%s|%v", g.DisplayName, g.ExternalID, g.Members); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	for name, body := range map[string]string{
		"no name":                   `{}`,
		"blank name":                `{"displayName":" "}`,
		"null name":                 `{"displayName":null}`,
		"a member without an id":    `{"displayName":"G","members":[{"display":"x"}]}`,
		"a member that is a number": `{"displayName":"G","members":[7]}`,
		"an object for the name":    `{"displayName":{"a":1}}`,
	} {
		if _, err := ParseGroup([]byte(body)); scimType(t, err) != InvalidValue {
			t.Errorf("%s: %v, want invalidValue", name, err)
		}
	}
}

// edits writes the edits of a group as text, for tables.
func edits(c GroupChange) string {
	var parts []string
	if c.DisplayName != nil {
		parts = append(parts, "name "+*c.DisplayName)
	}
	if c.ExternalID != nil {
		parts = append(parts, "ext "+*c.ExternalID)
	}
	for _, m := range c.Members {
		parts = append(parts, fmt.Sprint([]string{"add", "remove", "replace"}[m.Op], m.IDs))
	}
	return strings.Join(parts, "; ")
}

func TestPatchGroup(t *testing.T) {
	for _, c := range []struct{ name, ops, want string }{
		{"Okta renames with the id", `{"op":"replace","value":{"id":"g","displayName":"N"}}`, "name N"},
		{"Okta renames and sets members", `{"op":"replace","value":{"members":[{"value":"1"}],"id":"g","displayName":"N"}}`, "name N; replace[1]"},
		{"Okta empties with a value", `{"op":"replace","value":{"members":[],"displayName":"N"}}`, "name N; replace[]"},
		{"Okta removes and adds", `{"op":"remove","path":"members[value eq \"1\"]"},{"op":"add","path":"members","value":[{"value":"3","display":"c"}]}`, "remove[1]; add[3]"},
		{"Okta pushes the whole list", `{"op":"replace","path":"members","value":[{"value":"1"},{"value":"2"},{"value":"1"}]}`, "replace[1 2]"},
		{"an empty list empties", `{"op":"replace","path":"members","value":[]}`, "replace[]"},
		{"Entra adds with null $ref", `{"op":"Add","path":"members","value":[{"$ref":null,"value":"1"},{"$ref":null,"value":"2"}]}`, "add[1 2]"},
		{"Entra removes with a list", `{"op":"Remove","path":"members","value":[{"$ref":null,"value":"1"}]}`, "remove[1]"},
		{"Keycloak removes with null", `{"op":"remove","path":"members","value":null}`, "replace[]"},
		{"remove without value empties", `{"op":"remove","path":"members"}`, "replace[]"},
		{"remove of nobody removes nobody", `{"op":"remove","path":"members","value":[]}`, "remove[]"},
		{"authentik: one operation a member", `{"op":"add","path":"members","value":[{"value":"1"}]},{"op":"add","path":"members","value":[{"value":"2"}]},{"op":"add","path":"members","value":[{"value":"1"}]}`, "add[1 2]"},
		{"several picked", `{"op":"remove","path":"members[value eq \"1\" or value eq \"2\"]"}`, "remove[1 2]"},
		{"picked and added", `{"op":"add","path":"members[value eq \"1\"]","value":{"value":"1"}}`, "add[1]"},
		{"one put in another's place", `{"op":"replace","path":"members[value eq \"1\"]","value":[{"value":"2"}]}`, "remove[1]; add[2]"},
		{"a member by $ref alone", `{"op":"add","path":"members","value":[{"$ref":"../Users/1"},{"$ref":"https://h/scim/v2/d/Users/2"}]}`, "add[1 2]"},
		{"a member's display is ours", `{"op":"replace","path":"members[value eq \"1\"].display","value":"x"}`, ""},
		{"no path, letter case, one object", `{"op":"Add","value":{"MEMBERS":{"value":"1"}}}`, "add[1]"},
		{"no path, URN", `{"op":"replace","value":{"{G}:displayName":"N","colour":"red"}}`, "name N"},
		{"externalId", `{"op":"replace","path":"externalId","value":"x"}`, "ext x"},
		{"externalId away", `{"op":"remove","path":"externalId"}`, "ext "},
		{"bare id", `{"op":"add","path":"members","value":"1"}`, "add[1]"},
		{"the order of edits stays", `{"op":"add","path":"members","value":["1"]},{"op":"replace","path":"members","value":["2"]},{"op":"remove","path":"members","value":["2"]}`, "add[1]; replace[2]; remove[2]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ops, err := ParsePatch(patchBody(c.ops))
			if err != nil {
				t.Fatal(err)
			}
			change, err := PatchGroup(ops)
			if err != nil {
				t.Fatal(err)
			}
			if got := edits(change); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	ops, _ := ParsePatch(patchBody(`{"op":"add","path":"members","value":["1"]},{"op":"replace","value":{"displayName":"N","members":["2"]}}`))
	if c, err := PatchGroup(ops); err != nil || !slices.Equal(c.Changed, []string{"displayName", "members"}) {
		t.Errorf("Changed is %q (%v)", c.Changed, err)
	}
}

func TestPatchGroupRefuses(t *testing.T) {
	for _, c := range []struct{ ops, want string }{
		{`{"op":"replace","path":"colour","value":"red"}`, InvalidPath},
		{`{"op":"replace","path":"userName","value":"x"}`, InvalidPath},
		{`{"op":"replace","path":"{E}:department","value":"x"}`, InvalidPath},
		{`{"op":"replace","path":"members[value eq","value":"x"}`, InvalidPath},
		{`{"op":"replace","path":"id","value":"x"}`, Mutability},
		{`{"op":"replace","path":"meta.created","value":"x"}`, Mutability},
		{`{"op":"remove","path":"displayName"}`, Mutability},
		{`{"op":"replace","path":"displayName","value":" "}`, InvalidValue},
		{`{"op":"replace","value":{"displayName":null}}`, InvalidValue},
		{`{"op":"replace","path":"members[display eq \"x\"]","value":{"value":"1"}}`, NoTarget},
		{`{"op":"remove","path":"members[not (value eq \"x\")]"}`, NoTarget},
		{`{"op":"replace","path":"members[value eq \"x\"].value","value":"y"}`, Mutability},
		{`{"op":"add","path":"members.display","value":"y"}`, Mutability},
		{`{"op":"add","path":"members","value":[{"display":"y"}]}`, InvalidValue},
	} {
		ops, err := ParsePatch(patchBody(c.ops))
		if err == nil {
			_, err = PatchGroup(ops)
		}
		if got := scimType(t, err); got != c.want {
			t.Errorf("%s: got %q (%v), want %q", c.ops, got, err, c.want)
		}
	}
}
