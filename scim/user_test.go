package scim

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// URNs are long; tables write E, R, C and X for them.
var short = strings.NewReplacer("{E}", EnterpriseSchema, "{R}", RollcallSchema, "{C}", UserSchema, "{G}", GroupSchema,
	"{X}", "urn:example:params:scim:schemas:extension:acme:2.0:User")

// shown returns what a client would see of a user, without what the server adds.
func shown(u User) string {
	r := UserResource(u, Meta{}, nil)
	delete(r, "id")
	delete(r, "meta")
	if s, _ := r["schemas"].([]any); len(s) == 1 {
		delete(r, "schemas")
	}
	return string(Encode(r))
}

// scimType returns the status and scimType of an error, for tables.
func scimType(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("the error %v is no *Error", err)
	}
	if e.Status != 400 || e.Detail == "" {
		t.Fatalf("status %d, detail %q; want 400 and a sentence", e.Status, e.Detail)
	}
	return e.ScimType
}

func mustUser(t testing.TB, body string) User {
	t.Helper()
	u, err := ParseUser([]byte(short.Replace(body)))
	if err != nil {
		t.Fatalf("ParseUser(%s): %v", body, err)
	}
	return u
}

func TestParseUserIsLiberalInAndStrictOut(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"the least", `{"userName":"a"}`, `{"active":true,"userName":"a"}`},
		{"letter case of names", `{"USERNAME":"Ann","Name":{"GivenName":"A","FAMILYNAME":"B"}}`, `{"active":true,"name":{"familyName":"B","givenName":"A"},"userName":"Ann"}`},
		{"True and False as text", `{"userName":"a","active":"False","emails":[{"value":"a@b.c","primary":"True"}]}`, `{"active":false,"emails":[{"primary":true,"value":"a@b.c"}],"userName":"a"}`},
		{"null, empty text, list and object", `{"userName":"a","title":null,"nickName":"","roles":[],"name":{},"phoneNumbers":[null,{}],"{E}":{"department":null,"manager":null}}`, `{"active":true,"userName":"a"}`},
		{"entries with nothing but a type", `{"userName":"a","phoneNumbers":[{"value":"","type":"work","primary":true},{"value":"2","type":"fax"}],"addresses":[{"type":"work","country":""}]}`, `{"active":true,"phoneNumbers":[{"type":"fax","value":"2"}],"userName":"a"}`},
		{"null for active", `{"userName":"a","active":null}`, `{"active":true,"userName":"a"}`},
		{"lists of one", `{"userName":["a"],"displayName":["A"],"name":[{"givenName":["G"]}],"active":[false]}`, `{"active":false,"displayName":"A","name":{"givenName":"G"},"userName":"a"}`},
		{"an object where a list belongs", `{"userName":"a","emails":{"value":"a@b.c"}}`, `{"active":true,"emails":[{"value":"a@b.c"}],"userName":"a"}`},
		{"text where a list belongs", `{"userName":"a","emails":"a@b.c"}`, `{"active":true,"emails":[{"value":"a@b.c"}],"userName":"a"}`},
		{"numbers where text belongs", `{"userName":"a","title":7,"{E}":{"employeeNumber":4471}}`, `{"schemas":["{C}","{E}"],"active":true,"title":"7","{E}":{"employeeNumber":"4471"},"userName":"a"}`},
		{"manager as text", `{"userName":"a","{E}":{"manager":"9"}}`, `{"schemas":["{C}","{E}"],"active":true,"{E}":{"manager":{"value":"9"}},"userName":"a"}`},
		{"manager as list", `{"userName":"a","{E}":{"manager":[{"value":"9","$ref":"x"}]}}`, `{"schemas":["{C}","{E}"],"active":true,"{E}":{"manager":{"$ref":"x","value":"9"}},"userName":"a"}`},
		{"the extension in another letter case", `{"userName":"a","URN:ietf:params:scim:schemas:EXTENSION:enterprise:2.0:user":{"Department":"D"}}`, `{"schemas":["{C}","{E}"],"active":true,"{E}":{"department":"D"},"userName":"a"}`},
		{"an extension not listed in schemas", `{"schemas":["{C}"],"userName":"a","{R}":{"role":"admin"}}`, `{"schemas":["{C}","{R}"],"active":true,"{R}":{"role":"admin"},"userName":"a"}`},
		{"an extension listed without values", `{"schemas":["{C}","{R}"],"userName":"a"}`, `{"active":true,"userName":"a"}`},
		{"names qualified with a URN", `{"{C}:userName":"a","{C}:name.givenName":"G","{E}:department":"D"}`, `{"schemas":["{C}","{E}"],"active":true,"name":{"givenName":"G"},"{E}":{"department":"D"},"userName":"a"}`},
		{"dotted names", `{"userName":"a","name.givenName":"G","name.familyName":"F"}`, `{"active":true,"name":{"familyName":"F","givenName":"G"},"userName":"a"}`},
		{"what the server owns is passed over", `{"id":"1","schemas":["urn:x"],"meta":{"version":"v"},"groups":[{"value":"g"}],"password":"secret","userName":"a"}`, `{"active":true,"userName":"a"}`},
		{"unknown attributes and schemas", `{"schemas":["{C}","urn:nobody"],"userName":"a","shoe":{"size":[44]},"{X}":{"badge":"7"},"name":{"givenName":"G","maiden":"M"}}`, `{"active":true,"name":{"givenName":"G"},"userName":"a"}`},
		{"one primary", `{"userName":"a","emails":[{"value":"1","primary":true},{"value":"2","primary":true}]}`, `{"active":true,"emails":[{"primary":true,"value":"1"},{"primary":false,"value":"2"}],"userName":"a"}`},
		{"values stay as sent", `{"userName":" Ann ","addresses":[{"type":"work","country":"belgique"}],"profileUrl":"https://x.example/ü"}`, `{"active":true,"addresses":[{"country":"belgique","type":"work"}],"profileUrl":"https://x.example/ü","userName":" Ann "}`},
		{"birth year as text and as number", `{"userName":"a","{R}":{"birthYear":"1985"}}`, `{"schemas":["{C}","{R}"],"active":true,"{R}":{"birthYear":1985},"userName":"a"}`},
		{"Entra's role keeps its JSON text", `{"userName":"a","roles":[{"value":"{\"value\":\"admin\"}","primary":"True"}]}`, `{"active":true,"roles":[{"primary":true,"value":"{\"value\":\"admin\"}"}],"userName":"a"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := mustUser(t, c.body)
			if got, want := shown(u), short.Replace(c.want); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestParseUserRefuses(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40)
	for _, c := range []struct{ name, body, want, detail string }{
		{"nothing", ``, InvalidSyntax, "empty"},
		{"blanks", "  \n", InvalidSyntax, "empty"},
		{"cut off", `{"userName":`, InvalidSyntax, "byte"},
		{"an array", `["userName"]`, InvalidSyntax, "object"},
		{"two values", `{"userName":"a"} {}`, InvalidSyntax, "end"},
		{"a trailing comma", `{"userName":"a",}`, InvalidSyntax, "name"},
		{"a name twice", `{"userName":"a","userName":"b"}`, InvalidSyntax, "userName"},
		{"a name twice inside", `{"userName":"a","emails":[{"value":"1","value":"2"}]}`, InvalidSyntax, "value"},
		{"a name twice among many", `{"userName":"a","x":{` + manyNames(20) + `"k3":1}}`, InvalidSyntax, "k3"},
		{"a name twice in two spellings", `{"userName":"a","username":"b"}`, InvalidSyntax, "userName"},
		{"a name twice, once with its URN", `{"userName":"a","{C}:userName":"b"}`, InvalidSyntax, "userName"},
		{"too deep", `{"userName":"a","x":` + deep + `}`, InvalidSyntax, "deep"},
		{"bytes that are not UTF-8", "{\"userName\":\"\xff\"}", InvalidSyntax, "UTF-8"},
		{"half a surrogate pair", `{"userName":"\ud800"}`, InvalidSyntax, "surrogate"},
		{"NUL", `{"userName":"a\u0000b"}`, InvalidValue, "NUL"},
		{"a raw line break", "{\"userName\":\"a\nb\"}", InvalidSyntax, "control"},
		{"a leading zero", `{"userName":"a","x":01}`, InvalidSyntax, ""},
		{"no userName", `{"name":{"givenName":"N"}}`, InvalidValue, "userName"},
		{"blank userName", `{"userName":"   "}`, InvalidValue, "userName"},
		{"null userName", `{"userName":null}`, InvalidValue, "userName"},
		{"an object for userName", `{"userName":{"a":1}}`, InvalidValue, "userName"},
		{"a list for userName", `{"userName":["a","b"]}`, InvalidValue, "userName"},
		{"an endless userName", `{"userName":"` + strings.Repeat("x", 2000) + `"}`, InvalidValue, "userName"},
		{"an endless externalId", `{"userName":"a","externalId":"` + strings.Repeat("x", 2000) + `"}`, InvalidValue, "externalId"},
		{"active perhaps", `{"userName":"a","active":"perhaps"}`, InvalidValue, "active"},
		{"active as number", `{"userName":"a","active":1}`, InvalidValue, "active"},
		{"text for name", `{"userName":"a","name":"N"}`, InvalidValue, "name"},
		{"text for an address", `{"userName":"a","addresses":["x"]}`, InvalidValue, "addresses"},
		{"a list inside a sub-attribute", `{"userName":"a","emails":[{"value":["a","b"]}]}`, InvalidValue, "emails.value"},
		{"text for an extension", `{"userName":"a","{E}":"x"}`, InvalidValue, EnterpriseSchema},
		{"a birth year in words", `{"userName":"a","{R}":{"birthYear":"soon"}}`, InvalidValue, "birthYear"},
		{"a huge unknown attribute", `{"userName":"a","x":["` + strings.Repeat("x", maxExtra) + `"]}`, InvalidValue, "too large"},
		{"too many unknown attributes", `{"userName":"a",` + manyNames(maxUnknown+1) + `"z":1}`, InvalidValue, "too many"},
		{"too many values", `{"userName":"a","emails":[` + strings.Repeat(`{"value":"x"},`, 600) + `{}]}`, InvalidValue, "emails"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseUser([]byte(short.Replace(c.body)))
			if got := scimType(t, err); got != c.want {
				t.Fatalf("got %q (%v), want %q", got, err, c.want)
			}
			if !strings.Contains(err.Error(), c.detail) {
				t.Errorf("the detail %q does not say %q", err, c.detail)
			}
		})
	}
}

func manyNames(n int) (s string) {
	for i := range n {
		s += `"k` + text(int64(i)) + `":1,`
	}
	return s
}

func TestUnknownAttributesAreKeptAndNotShown(t *testing.T) {
	u := mustUser(t, `{"userName":"a","Shoe":{"size":44},"{X}":{"badge":"7"},"{X}:floor":3,"{E}":{"pet":"cat"},"none":null}`)
	want := short.Replace(`{"Shoe":{"size":44},"{X}":{"badge":"7","floor":3},"{E}":{"pet":"cat"}}`)
	if got := string(Encode(u.Extra)); got != string(Encode(mustDocument(t, want))) {
		t.Errorf("Extra is %s, want %s", got, want)
	}
	if got := shown(u); got != `{"active":true,"userName":"a"}` {
		t.Errorf("the answer shows %s", got)
	}
}

func mustDocument(t *testing.T, s string) map[string]any {
	t.Helper()
	m, err := DecodeDocument([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPutUserReplacesAndNamesWhatChanges(t *testing.T) {
	old := mustUser(t, `{"userName":"a","title":"T","name":{"givenName":"G"},"{E}":{"department":"D","division":"V"},"shoe":44}`)
	for _, c := range []struct {
		name, body string
		changed    []string
	}{
		{"the same again", `{"userName":"a","title":"T","name":{"givenName":"G"},"{E}":{"department":"D","division":"V"},"shoe":44}`, nil},
		{"omitted is cleared", `{"userName":"a","name":{"givenName":"G"},"{E}":{"department":"D","division":"V"},"shoe":44}`, []string{"title"}},
		{"a whole extension omitted", `{"userName":"a","title":"T","name":{"givenName":"G"},"shoe":44}`, []string{EnterpriseSchema + ":department", EnterpriseSchema + ":division"}},
		{"one of many", `{"userName":"A","active":false,"title":"T","name":{"givenName":"H"},"{E}":{"department":"E","division":"V"},"externalId":"x"}`,
			[]string{"active", "externalId", "name", "shoe", EnterpriseSchema + ":department", "userName"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sent := mustUser(t, c.body)
			next, changed := PutUser(old, sent)
			slices.Sort(c.changed)
			if !slices.Equal(changed, c.changed) {
				t.Errorf("changed is %q, want %q", changed, c.changed)
			}
			if shown(next) != shown(sent) {
				t.Errorf("next is %s, sent was %s", shown(next), shown(sent))
			}
		})
	}
}

func TestStoredDocumentsComeBackUnchanged(t *testing.T) {
	u := mustUser(t, `{"userName":"a","{R}":{"birthYear":1985,"plan":"Core"},"emails":[{"value":"x@y.z","primary":true}],"n":1.5,"shoe":{"size":44}}`)
	back := u
	back.Attributes = mustDocument(t, string(EncodeDocument(u.Attributes)))
	back.Extra = mustDocument(t, string(EncodeDocument(u.Extra)))
	if changed := Changed(u, back); len(changed) != 0 {
		t.Errorf("a trip through storage changes %q", changed)
	}
}

// TestExtraNames: each is a path that can be mapped.
func TestExtraNames(t *testing.T) {
	u := mustUser(t, `{"userName":"a","tier":"Core","title":"T","{X}":{"team":"red","plan":"Core"},"{E}":{"badge":7,"division":"d"}}`)
	names := ExtraNames(u)
	if want := short.Replace("tier {X}:team {E}:badge"); strings.Join(names, " ") != want {
		t.Errorf("%v, want %s", names, want)
	}
	for i, want := range []string{"Core", "red", "7"} {
		if got := Value(u, names[i]); got != want {
			t.Errorf("%s is %q, want %q", names[i], got, want)
		}
	}
}
