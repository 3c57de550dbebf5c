package scim

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares JSON with testdata/golden/name, laid out for people to read.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, got, "", "  "); err != nil {
		t.Fatalf("%s is not JSON: %v\n%s", name, err, got)
	}
	b.WriteByte('\n')
	file := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		t.Errorf("%s differs; look, then run go test -update:\n%s", name, b.Bytes())
	}
}

func goldenUser(t testing.TB) map[string]any {
	at := time.Date(2026, 3, 1, 12, 0, 0, 123456789, time.FixedZone("", 3600))
	u := mustUser(t, `{"userName":"Ann@Acme.example","externalId":"x1","title":"","password":"secret","name":{"givenName":"Ann","familyName":"Lee <\"&\\>"},
		"emails":[{"value":"ann@acme.example","type":"work","primary":"True"}],"shoe":44,"{E}":{"manager":"m1","pet":"cat"},"{X}":{"plan":"Core"}}`)
	return UserResource(u, Meta{ID: "usr-1", Created: at, LastModified: at.Add(time.Hour), Version: ETag(3), Location: "https://r.example/Users/usr-1"},
		[]Ref{{ID: "grp-1", Display: "Staff", Location: "https://r.example/Groups/grp-1"}, {ID: "grp-2"}})
}

// TestRender: what is written straight to JSON says what the maps say, also where the stored document cannot be copied.
func TestRender(t *testing.T) {
	for _, body := range []string{filterUser, `{"userName":"a"}`, `{"userName":"a","externalId":"\"x\"","active":false,"x:y":{"a\"b":1},"a:b":{"c":{"d:e":{"f":["{","}:{"]}}}}`} {
		rendersAlike(t, mustUser(t, body))
	}
	empty := User{UserName: "a", Attributes: map[string]any{"title": "x", "urn:x": map[string]any{}}}
	rendersAlike(t, empty)
	for _, damaged := range []string{"{", `{"a`, `{"a\`, `["a"]`, `{"a":[}`} {
		if b, err := RenderUser(empty, damaged, Meta{ID: "usr-1"}, nil); err == nil {
			t.Errorf("%q: %s", damaged, b)
		}
	}
	g := Group{DisplayName: "Staff \"x\"", ExternalID: "g"}
	members := []Ref{{ID: "usr-1", Display: "Ann", Location: "https://r.example/Users/usr-1"}, {ID: "usr-2"}}
	for _, refs := range [][]Ref{members, nil} {
		again, err := DecodeDocument(RenderGroup(g, Meta{ID: "grp-1", Version: ETag(2)}, refs))
		if want := Encode(GroupResource(g, Meta{ID: "grp-1", Version: ETag(2)}, refs)); err != nil || !bytes.Equal(want, Encode(again)) {
			t.Errorf("%s\n%s %v", want, Encode(again), err)
		}
	}
}

func TestGoldenAnswers(t *testing.T) {
	const base = "https://r.example/scim/v2/dir-1"
	user := goldenUser(t)
	group := GroupResource(Group{DisplayName: "Staff", ExternalID: "g"}, Meta{ID: "grp-1"}, []Ref{{ID: "usr-1", Display: "Ann"}})
	golden(t, "user.json", Encode(user))
	golden(t, "group.json", Encode(group))
	golden(t, "group-empty.json", Encode(GroupResource(Group{DisplayName: "Staff"}, Meta{ID: "grp-1"}, nil)))
	golden(t, "list.json", RenderList(EncodeAll([]map[string]any{group}), 12, 3))
	golden(t, "list-empty.json", RenderList(nil, 0, 1))
	golden(t, "error.json", (&Error{Status: 409, ScimType: Uniqueness, Detail: "userName is taken."}).Body())
	golden(t, "error-plain.json", (&Error{Status: 404, Detail: "No such user."}).Body())
	golden(t, "config.json", Encode(ServiceProviderConfig(base)))
	types, schemas := ResourceTypes(base), Schemas(base, []string{"Core", "Ultimate"})
	golden(t, "resource-types.json", RenderList(EncodeAll(types), len(types), 1))
	golden(t, "schemas.json", RenderList(EncodeAll(schemas), len(schemas), 1))
	golden(t, "bulk.json", RenderBulk([]BulkResult{
		{Method: "POST", BulkID: "a", Version: ETag(1), Location: base + "/Users/usr-1", Status: 201},
		{Method: "DELETE", Location: base + "/Users/usr-2", Status: 404, Response: (&Error{Status: 404, Detail: "No such user."}).Body()},
	}))
}

func TestFindDocument(t *testing.T) {
	schemas := Schemas("https://r.example", nil)
	if doc, ok := FindDocument(schemas, "URN:ietf:params:scim:schemas:core:2.0:user"); !ok || doc["id"] != UserSchema {
		t.Errorf("the user schema is not found in another letter case: %v", doc["id"])
	}
	if _, ok := FindDocument(schemas, "urn:nothing"); ok {
		t.Error("an unknown schema is found")
	}
}

// Entra ID refuses schemas with other spellings or with nulls.
func TestSchemasUseTheWordsOfTheRFC(t *testing.T) {
	mutability := map[any]bool{"readOnly": true, "readWrite": true, "immutable": true, "writeOnly": true}
	returned := map[any]bool{"always": true, "never": true, "default": true, "request": true}
	var check func(list any)
	check = func(list any) {
		for _, a := range list.([]any) {
			a := a.(map[string]any)
			for name, v := range a {
				if v == nil {
					t.Errorf("%v.%s is null", a["name"], name)
				}
			}
			if !mutability[a["mutability"]] || !returned[a["returned"]] {
				t.Errorf("%v: mutability %v, returned %v", a["name"], a["mutability"], a["returned"])
			}
			if (a["type"] == "complex") != (a["subAttributes"] != nil) {
				t.Errorf("%v: type %v, subAttributes %v", a["name"], a["type"], a["subAttributes"])
			}
			if a["subAttributes"] != nil {
				check(a["subAttributes"])
			}
		}
	}
	for _, s := range Schemas("", []string{"Core"}) {
		check(s["attributes"])
	}
}

func TestEncodeIsReadByOthers(t *testing.T) {
	values := []any{"a\"\\/\b\f\n\r\t\x00\x7fü€😀\u2028", 1985, int64(-7), 1.5, 1e300, float64(1985), true, nil,
		[]any{}, map[string]any{}, map[string]any{"b": []any{"x"}, "a": nil}}
	for _, v := range values {
		out := Encode(v)
		var back, want any
		if err := json.Unmarshal(out, &back); err != nil {
			t.Errorf("%v: %v in %s", v, err, out)
			continue
		}
		std, _ := json.Marshal(v)
		_ = json.Unmarshal(std, &want)
		if a, b := Encode(back), Encode(want); !bytes.Equal(a, b) {
			t.Errorf("%v: read back as %s, want %s", v, a, b)
		}
	}
	if got := string(Encode("a\xffb")); got != `"a`+"\ufffd"+`b"` {
		t.Errorf("a broken byte becomes %q", got)
	}
}

func TestETags(t *testing.T) {
	for _, c := range []struct {
		header string
		want   bool
	}{
		{`W/"3"`, true}, {`"3"`, true}, {`*`, true}, {`W/"1", W/"3"`, true}, {`W/"2"`, false}, {``, false}, {`3`, false}, {`W/"33"`, false},
	} {
		if got := MatchETag(c.header, ETag(3)); got != c.want {
			t.Errorf("%s: %v, want %v", c.header, got, c.want)
		}
	}
}
