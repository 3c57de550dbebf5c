package scim

import (
	"slices"
	"strings"
	"testing"
)

const patchBase = `{"userName":"ann","displayName":"Ann","title":"T",
 "name":{"givenName":"Ann","familyName":"Lee","formatted":"Ann Lee"},
 "emails":[{"value":"ann@w.example","type":"work","primary":true},{"value":"ann@h.example","type":"home"}],
 "addresses":[{"type":"work","country":"DE","locality":"Ulm"}],
 "{E}":{"department":"Ops","manager":{"value":"m1","displayName":"Max"}}}`

// look reads one place of a user as text, for tables.
func look(u User, path string) string {
	path = short.Replace(path)
	switch path {
	case "active":
		return text(u.Active)
	case "emails", "addresses", "roles", "phoneNumbers", "name", EnterpriseSchema, RollcallSchema:
		return string(Encode(u.Attributes[path]))
	}
	return Value(u, path)
}

func patchBody(ops string) []byte {
	return []byte(short.Replace(`{"schemas":["` + PatchOpSchema + `"],"Operations":[` + ops + `]}`))
}

func TestPatchUser(t *testing.T) {
	for _, c := range []struct{ name, ops, path, want string }{
		{"replace", `{"op":"replace","path":"title","value":"New"}`, "title", "New"},
		{"add to a single value replaces it", `{"op":"Add","path":"title","value":"New"}`, "title", "New"},
		{"op and path in capitals", `{"OP":"REPLACE","PATH":"TITLE","VALUE":"New"}`, "title", "New"},
		{"remove", `{"op":"Remove","path":"title"}`, "title", ""},
		{"null clears", `{"op":"Replace","path":"title","value":null}`, "title", ""},
		{"empty text clears", `{"op":"Replace","path":"title","value":""}`, "title", ""},
		{"in order", `{"op":"remove","path":"title"},{"op":"add","path":"title","value":"1"},{"op":"replace","path":"title","value":"2"}`, "title", "2"},
		{"False as text", `{"op":"Replace","path":"active","value":"False"}`, "active", "false"},
		{"a lone value in an object", `{"op":"Replace","path":"title","value":[{"$ref":null,"value":"New"}]}`, "title", "New"},
		{"a plan so", `{"op":"Add","path":"urn:x:y:plan","value":[{"value":"Core"}]}`, "{R}:plan", "Core"},
		{"False as text with Add", `{"op":"Add","path":"active","value":"False"}`, "active", "false"},
		{"False inside an object", `{"op":"replace","value":{"active":"False"}}`, "active", "false"},
		{"false without path", `{"op":"replace","value":{"active":false}}`, "active", "false"},
		{"lower-case text for active", `{"op":"replace","path":"active","value":"false"}`, "active", "false"},
		{"a part of the name", `{"op":"Replace","path":"name.givenName","value":"Eve"}`, "name", `{"familyName":"Lee","formatted":"Ann Lee","givenName":"Eve"}`},
		{"a replace of the name merges", `{"op":"replace","value":{"name":{"familyName":"Mori"}}}`, "name", `{"familyName":"Mori","formatted":"Ann Lee","givenName":"Ann"}`},
		{"null inside clears one", `{"op":"replace","path":"name","value":{"formatted":null}}`, "name", `{"familyName":"Lee","givenName":"Ann"}`},
		{"remove the name", `{"op":"remove","path":"name"}`, "name", "null"},
		{"remove the last part", `{"op":"remove","path":"name.givenName"},{"op":"remove","path":"name.familyName"},{"op":"remove","path":"name.formatted"}`, "name", "null"},
		{"dotted key", `{"op":"replace","value":{"name.givenName":"Kei"}}`, "name.givenName", "Kei"},
		{"key with URN", `{"op":"replace","value":{"{E}:department":"Q"}}`, "{E}:department", "Q"},
		{"core URN in a path", `{"op":"replace","path":"{C}:name.familyName","value":"Q"}`, "name.familyName", "Q"},
		{"extension object merges", `{"op":"replace","value":{"{E}":{"division":"V"}}}`, "{E}", `{"department":"Ops","division":"V","manager":{"displayName":"Max","value":"m1"}}`},
		{"extension as path", `{"op":"add","path":"{E}","value":{"division":"V"}}`, "{E}:division", "V"},
		{"extension removed", `{"op":"remove","path":"{E}"}`, "{E}", "null"},
		{"what the server owns is passed over in a value", `{"op":"replace","value":{"id":"9","schemas":[],"meta":{},"groups":[],"title":"N"}}`, "title", "N"},
		{"password is taken and dropped", `{"op":"replace","path":"password","value":"p"}`, "title", "T"},
		{"externalId later", `{"op":"add","path":"externalId","value":"x1"}`, "externalId", "x1"},
		{"externalId away", `{"op":"remove","path":"externalId"}`, "externalId", ""},

		{"typed path", `{"op":"Replace","path":"emails[type eq \"work\"].value","value":"n@w.example"}`, "emails", `[{"primary":true,"type":"work","value":"n@w.example"},{"type":"home","value":"ann@h.example"}]`},
		{"typed path seeds on add", `{"op":"Add","path":"phoneNumbers[type eq \"mobile\"].value","value":"1"}`, "phoneNumbers", `[{"type":"mobile","value":"1"}]`},
		{"typed path seeds on replace", `{"op":"Replace","path":"phoneNumbers[type eq \"fax\"].value","value":"1"}`, "phoneNumbers", `[{"type":"fax","value":"1"}]`},
		{"two terms seed", `{"op":"add","path":"emails[type eq \"other\" and primary eq true].value","value":"o"}`, "emails", `[{"primary":false,"type":"work","value":"ann@w.example"},{"type":"home","value":"ann@h.example"},{"primary":true,"type":"other","value":"o"}]`},
		{"primary as text in a path", `{"op":"Add","path":"roles[primary eq \"True\"].value","value":"admin"},{"op":"Add","path":"roles[primary eq \"True\"].display","value":"A"}`, "roles", `[{"display":"A","primary":true,"value":"admin"}]`},
		{"a new primary takes it from the old", `{"op":"replace","path":"emails[type eq \"home\"].primary","value":"True"}`, "emails", `[{"primary":false,"type":"work","value":"ann@w.example"},{"primary":true,"type":"home","value":"ann@h.example"}]`},
		{"filter without sub-attribute merges", `{"op":"replace","path":"emails[type eq \"home\"]","value":{"display":"D"}}`, "emails", `[{"primary":true,"type":"work","value":"ann@w.example"},{"display":"D","type":"home","value":"ann@h.example"}]`},
		{"filter removes", `{"op":"remove","path":"emails[type eq \"home\"]"}`, "emails", `[{"primary":true,"type":"work","value":"ann@w.example"}]`},
		{"removing the value removes the entry", `{"op":"remove","path":"emails[type eq \"home\"].value"}`, "emails", `[{"primary":true,"type":"work","value":"ann@w.example"}]`},
		{"clearing the value removes the entry", `{"op":"Replace","path":"emails[type eq \"home\"].value","value":""}`, "emails", `[{"primary":true,"type":"work","value":"ann@w.example"}]`},
		{"clearing what is not there", `{"op":"Replace","path":"emails[type eq \"other\"].value","value":null}`, "{E}:department", "Ops"},
		{"removing a part of what is not there", `{"op":"Remove","path":"emails[type eq \"other\"].value"}`, "{E}:department", "Ops"},
		{"an address by parts", `{"op":"Add","path":"addresses[type eq \"work\"].region","value":"BW"},{"op":"Replace","path":"addresses[type eq \"work\"].country","value":"AT"}`, "addresses", `[{"country":"AT","locality":"Ulm","region":"BW","type":"work"}]`},
		{"add makes the union by value", `{"op":"Add","path":"emails","value":[{"value":"ANN@h.example","display":"d"},{"value":"new@h.example","type":"home"}]}`, "emails",
			`[{"primary":true,"type":"work","value":"ann@w.example"},{"display":"d","type":"home","value":"ANN@h.example"},{"type":"home","value":"new@h.example"}]`},
		{"add of one object", `{"op":"add","path":"emails","value":{"value":"x@h.example"}}`, "emails[value eq \"x@h.example\"].value", "x@h.example"},
		{"add of a work address joins the old one", `{"op":"add","path":"addresses","value":[{"type":"work","country":"AT"}]}`, "addresses", `[{"country":"AT","locality":"Ulm","type":"work"}]`},
		{"replace of a list", `{"op":"replace","path":"emails","value":[{"value":"x@h.example"}]}`, "emails", `[{"value":"x@h.example"}]`},
		{"replace by an empty list", `{"op":"replace","path":"emails","value":[]}`, "emails", "null"},
		{"remove some of a list", `{"op":"remove","path":"emails","value":[{"value":"ann@h.example"}]}`, "emails", `[{"primary":true,"type":"work","value":"ann@w.example"}]`},
		{"remove a list", `{"op":"remove","path":"emails"}`, "emails", "null"},
		{"a sub-attribute of all", `{"op":"replace","path":"emails.display","value":"D"}`, "emails", `[{"display":"D","primary":true,"type":"work","value":"ann@w.example"},{"display":"D","type":"home","value":"ann@h.example"}]`},
		{"a sub-attribute of none makes one", `{"op":"replace","path":"roles.value","value":"admin"}`, "roles", `[{"value":"admin"}]`},

		{"manager as text drops what described the old one", `{"op":"Add","path":"{E}:manager","value":"m2"}`, "{E}", `{"department":"Ops","manager":{"value":"m2"}}`},
		{"manager by its value", `{"op":"Replace","path":"{E}:manager.value","value":"m2"}`, "{E}", `{"department":"Ops","manager":{"value":"m2"}}`},
		{"manager as a list under the short path", `{"op":"Add","path":"manager","value":[{"$ref":"r","value":"m2"}]}`, "{E}", `{"department":"Ops","manager":{"$ref":"r","value":"m2"}}`},
		{"empty manager", `{"op":"Replace","path":"{E}:manager","value":""}`, "{E}", `{"department":"Ops"}`},
		{"manager with an empty value", `{"op":"Replace","path":"{E}:manager","value":{"value":""}}`, "{E}:department", "Ops"},
		{"URN joined with a dot", `{"op":"Replace","path":"{E}.department","value":"Z"}`, "{E}:department", "Z"},

		{"foreign schema is kept", `{"op":"add","path":"{X}:badge","value":"7"}`, "{X}:badge", "7"},
		{"unknown key in a value is kept", `{"op":"add","value":{"badge":"7"}}`, "badge", "7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := mustUser(t, patchBase)
			before := shown(u)
			ops, err := ParsePatch(patchBody(c.ops))
			if err != nil {
				t.Fatal(err)
			}
			next, _, err := PatchUser(u, ops, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := look(next, c.path), short.Replace(c.want); got != want {
				t.Errorf("%s is %s, want %s", c.path, got, want)
			}
			if shown(u) != before {
				t.Errorf("the user before was changed: %s", shown(u))
			}
		})
	}
}

func TestPatchUserRefuses(t *testing.T) {
	for _, c := range []struct{ name, ops, want string }{
		{"no operations", ``, InvalidSyntax},
		{"an operation that is text", `"x"`, InvalidSyntax},
		{"unknown op", `{"op":"increment","path":"title","value":"x"}`, InvalidSyntax},
		{"no op", `{"path":"title","value":"x"}`, InvalidSyntax},
		{"op is a number", `{"op":1,"path":"title","value":"x"}`, InvalidSyntax},
		{"path is a number", `{"op":"add","path":1,"value":"x"}`, InvalidPath},
		{"remove without path", `{"op":"remove"}`, NoTarget},
		{"no value", `{"op":"add","path":"title"}`, InvalidValue},
		{"no path and no object", `{"op":"replace","value":"x"}`, InvalidValue},
		{"unknown path", `{"op":"replace","path":"shoeSize","value":"44"}`, InvalidPath},
		{"unknown sub-attribute", `{"op":"replace","path":"name.maiden","value":"x"}`, InvalidPath},
		{"unknown in a known extension", `{"op":"replace","path":"{E}:shoe","value":"x"}`, InvalidPath},
		{"unknown in a filter", `{"op":"replace","path":"emails[kind eq \"x\"].value","value":"x"}`, InvalidPath},
		{"cut-off filter", `{"op":"replace","path":"emails[type eq","value":"x"}`, InvalidPath},
		{"empty filter", `{"op":"replace","path":"emails[].value","value":"x"}`, InvalidPath},
		{"filter on a single value", `{"op":"replace","path":"name[givenName eq \"x\"].familyName","value":"x"}`, InvalidPath},
		{"index", `{"op":"replace","path":"emails[0].value","value":"x"}`, InvalidPath},
		{"text behind the bracket", `{"op":"replace","path":"emails[type eq \"work\"]value","value":"x"}`, InvalidPath},
		{"blanks in a path", `{"op":"replace","path":"na me","value":"x"}`, InvalidPath},
		{"id", `{"op":"replace","path":"id","value":"x"}`, Mutability},
		{"meta", `{"op":"replace","path":"meta.created","value":"x"}`, Mutability},
		{"groups", `{"op":"add","path":"groups","value":[{"value":"g"}]}`, Mutability},
		{"schemas", `{"op":"add","path":"schemas","value":["x"]}`, Mutability},
		{"userName away", `{"op":"remove","path":"userName"}`, Mutability},
		{"userName null", `{"op":"replace","value":{"userName":null}}`, Mutability},
		{"userName empty", `{"op":"replace","path":"userName","value":""}`, InvalidValue},
		{"userName blank", `{"op":"replace","path":"userName","value":"  "}`, InvalidValue},
		{"active away", `{"op":"remove","path":"active"}`, InvalidValue},
		{"active null", `{"op":"replace","value":{"active":null}}`, InvalidValue},
		{"active maybe", `{"op":"replace","path":"active","value":"maybe"}`, InvalidValue},
		{"wrong type", `{"op":"replace","path":"title","value":{"a":1}}`, InvalidValue},
		{"wrong type inside", `{"op":"replace","path":"emails[type eq \"work\"].primary","value":"x"}`, InvalidValue},
		{"remove without a match", `{"op":"remove","path":"emails[type eq \"other\"]"}`, NoTarget},
		{"a filter that cannot seed", `{"op":"replace","path":"emails[type ne \"work\" and type ne \"home\"].value","value":"x"}`, NoTarget},
		{"the second operation fails", `{"op":"replace","path":"title","value":"N"},{"op":"replace","path":"id","value":"x"}`, Mutability},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := mustUser(t, patchBase)
			ops, err := ParsePatch(patchBody(c.ops))
			next := u
			if err == nil {
				next, _, err = PatchUser(u, ops, nil)
			}
			if got := scimType(t, err); got != c.want {
				t.Errorf("got %q (%v), want %q", got, err, c.want)
			}
			if shown(next) != shown(u) {
				t.Errorf("a refused request changed the user to %s", shown(next))
			}
		})
	}
}

func TestPatchUserNamesWhatChanges(t *testing.T) {
	u := mustUser(t, patchBase)
	for _, c := range []struct {
		ops  string
		want []string
	}{
		{`{"op":"replace","path":"title","value":"T"},{"op":"add","path":"emails","value":[{"value":"ann@h.example"}]}`, nil},
		{`{"op":"replace","value":{"active":false,"name.givenName":"E","{E}:department":"Q"}}`, []string{"active", "name", EnterpriseSchema + ":department"}},
		{`{"op":"remove","path":"title"},{"op":"add","path":"title","value":"T"}`, nil},
		{`{"op":"replace","path":"password","value":"p"}`, nil},
	} {
		ops, err := ParsePatch(patchBody(c.ops))
		if err != nil {
			t.Fatal(err)
		}
		_, changed, err := PatchUser(u, ops, nil)
		if err != nil || !slices.Equal(changed, c.want) {
			t.Errorf("%s: changed is %q (%v), want %q", c.ops, changed, err, c.want)
		}
	}
}

func TestPatchTakesPathsThatAnAdministratorMapped(t *testing.T) {
	u := mustUser(t, patchBase)
	ops, _ := ParsePatch(patchBody(`{"op":"add","path":"companyCountry","value":"FR"}`))
	if _, _, err := PatchUser(u, ops, nil); scimType(t, err) != InvalidPath {
		t.Errorf("without a mapping: %v, want invalidPath", err)
	}
	mapping := map[string]string{"country": "companyCountry"}
	next, _, err := PatchUser(u, ops, mapping)
	if err != nil {
		t.Fatal(err)
	}
	if got := Read(next, mapping).Country; got != "FR" {
		t.Errorf("country is %q, want FR", got)
	}
}

func TestRemovingAnExtensionRemovesWhatWasKeptOfIt(t *testing.T) {
	u := mustUser(t, `{"userName":"a","{E}":{"department":"D","pet":"cat"},"{X}":{"badge":"7"}}`)
	for _, ops := range []string{`{"op":"remove","path":"{E}"},{"op":"remove","path":"{X}"}`, `{"op":"replace","value":{"{E}":null,"{X}:badge":null}}`} {
		list, err := ParsePatch(patchBody(ops))
		if err != nil {
			t.Fatal(err)
		}
		next, _, err := PatchUser(u, list, nil)
		if err != nil || len(next.Extra) != 0 || len(next.Attributes) != 0 {
			t.Errorf("%s leaves %v and %v (%v)", ops, next.Attributes, next.Extra, err)
		}
	}
}

func TestPatchLimits(t *testing.T) {
	many := strings.TrimSuffix(strings.Repeat(`{"op":"remove","path":"title"},`, maxOperations+1), ",")
	_, err := ParsePatch(patchBody(many))
	if got := scimType(t, err); got != TooMany {
		t.Errorf("%d operations: %q, want tooMany", maxOperations+1, got)
	}
	u := mustUser(t, `{"userName":"a"}`)
	if _, _, err := PatchUser(u, make([]Op, maxUserOperations+1), nil); scimType(t, err) != TooMany {
		t.Errorf("%d operations on a user: %v, want tooMany", maxUserOperations+1, err)
	}
	var b strings.Builder
	for i := range maxValues + 1 {
		b.WriteString(`{"op":"add","path":"emails","value":[{"value":"x` + text(int64(i)) + `"}]},`)
	}
	ops, err := ParsePatch(patchBody(strings.TrimSuffix(b.String(), ",")))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err = PatchUser(u, ops, nil); scimType(t, err) != InvalidValue {
		t.Errorf("%d addresses: %v, want invalidValue", maxValues+1, err)
	}
}
