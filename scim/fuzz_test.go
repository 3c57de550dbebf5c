package scim

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// refusal checks that an error is one a client may see.
func refusal(t *testing.T, err error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Status < 400 || e.Status > 499 || e.Detail == "" || !json.Valid(e.Body()) {
		t.Fatalf("not a refusal for a client: %#v", err)
	}
}

// stable checks that a user survives the wire and the database: what is answered, sent
// back and answered again is the same.
func stable(t *testing.T, u User) {
	t.Helper()
	first := Encode(UserResource(u, Meta{ID: "usr-1"}, nil))
	if !json.Valid(first) {
		t.Fatalf("the answer is not JSON: %s", first)
	}
	back, err := ParseUser(first)
	if err != nil {
		t.Fatalf("the answer is not taken back: %v\n%s", err, first)
	}
	if second := Encode(UserResource(back, Meta{ID: "usr-1"}, nil)); !bytes.Equal(first, second) {
		t.Fatalf("answered %s\nthen     %s", first, second)
	}
	attributes, err := DecodeDocument(EncodeDocument(u.Attributes))
	if err != nil {
		t.Fatal(err)
	}
	rendersAlike(t, u)
	stored := u
	stored.Attributes = attributes
	if changed := Changed(u, stored); len(changed) > 0 {
		t.Fatalf("a trip through storage changes %q", changed)
	}
	Read(u, map[string]string{"country": "x.y", "role": "urn:x:y"})
}

// rendersAlike checks that what is copied from storage says what is put together from maps.
func rendersAlike(t *testing.T, u User) {
	t.Helper()
	m := Meta{ID: "usr-1", Version: ETag(3), Location: "https://r.example/Users/usr-1"}
	groups := []Ref{{ID: "grp-1", Display: "Staff", Location: "https://r.example/Groups/grp-1"}, {ID: "grp-2"}}
	copied, err := RenderUser(User{UserName: u.UserName, ExternalID: u.ExternalID, Active: u.Active}, string(EncodeDocument(u.Attributes)), m, groups)
	if err != nil {
		t.Fatal(err)
	}
	again, err := DecodeDocument(copied)
	if err != nil {
		t.Fatalf("%v\n%s", err, copied)
	}
	if want, got := Encode(UserResource(u, m, groups)), Encode(again); !bytes.Equal(want, got) {
		t.Fatalf("put together %s\ncopied       %s", want, got)
	}
}

func FuzzParseUser(f *testing.F) {
	for _, s := range []string{benchUser, short.Replace(patchBase), short.Replace(filterUser),
		`{"userName":"a","plan":"Core","urn:x:plan":"Ultimate","active":"False"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		u, err := ParseUser(body)
		if err != nil {
			refusal(t, err)
			return
		}
		if !json.Valid(body) {
			t.Fatalf("taken, though it is not JSON: %q", body)
		}
		stable(t, u)
		next, _ := PutUser(mustUser(t, patchBase), u)
		stable(t, next)
		_, _ = ParseGroup(body)
	})
}

func FuzzPatchBody(f *testing.F) {
	for _, s := range []string{
		`{"op":"Replace","path":"active","value":"False"}`,
		`{"op":"replace","value":{"name.givenName":"x","{E}:department":"y","{E}":{"manager":"m"},"plan":"Core"}}`,
		`{"op":"Add","path":"emails[type eq \"work\"].value","value":"x"},{"op":"Remove","path":"addresses"}`,
		`{"op":"Remove","path":"members","value":[{"value":"1"}]},{"op":"add","path":"members[value eq \"1\" or value eq \"2\"]","value":{}}`,
		`{"op":"add","path":"roles","value":["admin",{"value":"x","primary":"True"}]}`,
	} {
		f.Add(patchBody(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		ops, err := ParsePatch(body)
		if err != nil {
			refusal(t, err)
			return
		}
		u := mustUser(t, patchBase)
		before := shown(u)
		next, changed, err := PatchUser(u, ops, nil)
		if err != nil {
			refusal(t, err)
		} else {
			stable(t, next)
			if (shown(next) != before) && len(changed) == 0 {
				t.Fatalf("changed without saying so: %s", shown(next))
			}
		}
		if shown(u) != before {
			t.Fatal("the user before was changed")
		}
		if _, err := PatchGroup(ops); err != nil {
			refusal(t, err)
		}
	})
}

func FuzzPatchPath(f *testing.F) {
	for _, path := range []string{"title", "name.givenName", `emails[type eq "work"].value`, `emails[type eq "x" and primary eq true]`,
		EnterpriseSchema + ":manager.value", RollcallSchema, "urn:x:2.0:y:plan", UserSchema + ":name.familyName", `addresses[country sw "D"].region`,
		"members", `roles[not (value pr)].display`, "a.b.c", "[", "]", "x:", ":x", "."} {
		f.Add(path)
	}
	values := []any{nil, "", "x", true, int64(1), 1.5, []any{}, []any{"x"}, object{}, object{{"value", "x"}, {"plan", "Core"}}}
	f.Fuzz(func(t *testing.T, path string) {
		if !utf8.ValidString(path) {
			return // ParsePatch lets none pass
		}
		u := mustUser(t, patchBase)
		for _, verb := range []opKind{opAdd, opReplace, opRemove} {
			for _, v := range values {
				if path == "" {
					continue // ParsePatch lets it pass only with an object
				}
				op := []Op{{Path: path, kind: verb, value: v}}
				next, _, err := PatchUser(u, op, map[string]string{"x": path})
				if err != nil {
					refusal(t, err)
				} else if strings.IndexByte(path, 0) < 0 {
					stable(t, next)
				}
				if _, err := PatchGroup(op); err != nil {
					refusal(t, err)
				}
			}
		}
		Value(u, path)
	})
}

func FuzzParseFilter(f *testing.F) {
	for _, s := range []string{`userName eq "a"`, `emails[type eq "work" and not (primary eq true)].value co "x" or active eq False`,
		`meta.created gt "2026-01-01T00:00:00+01:00"`, EnterpriseSchema + `:manager eq "x" and (id pr)`, `((((userName eq x))))`,
		`title eq "\u00e4\"" and nickName eq null`, `email ew "x"`, `plan ne "Core"`, `members[value eq "1"]`} {
		f.Add(s)
	}
	resource := filterResource(f)
	f.Fuzz(func(t *testing.T, s string) {
		for _, k := range []ResourceKind{UserKind, GroupKind} {
			filter, err := ParseFilter(s, k)
			if err != nil {
				refusal(t, err)
				if err.(*Error).ScimType != InvalidFilter {
					t.Fatalf("refused with %v", err)
				}
				continue
			}
			list, complete := filter.Conjuncts()
			if filter.root == nil || (complete && len(list) == 0) {
				t.Fatalf("%q says nothing but is accepted", s)
			}
			matches := filter.Match(resource)
			if opposite, err := ParseFilter("not ("+s+")", k); err == nil && opposite.Match(resource) == matches {
				t.Fatalf("%q and its opposite both give %v", s, matches)
			}
			filter.Match(map[string]any{})
		}
	})
}

func FuzzParseBulk(f *testing.F) {
	f.Add([]byte(`{"failOnErrors":1,"Operations":[{"method":"POST","path":"/Users","bulkId":"a","data":{"userName":"a","x":"bulkId:b"}},{"method":"POST","path":"/Groups","bulkId":"b","data":{"members":["bulkId:a"]}}]}`))
	f.Add([]byte(`{"Operations":[{"method":"PATCH","path":"/Groups/bulkId:q","data":{"Operations":[{"op":"add","path":"members","value":[{"value":"bulkId:q"}]}]}},{"method":"POST","path":"Groups","bulkId":"q"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := ParseBulk(body)
		if err != nil {
			refusal(t, err)
			return
		}
		seen := make([]bool, len(r.Operations))
		ids := map[string]string{}
		for _, i := range r.Order() {
			if seen[i] {
				t.Fatalf("operation %d runs twice", i)
			}
			seen[i] = true
			op := r.Operations[i]
			if _, data, err := op.Resolve(ids); err != nil {
				if err.(*Error).Status != 409 {
					t.Fatalf("refused with %v", err)
				}
			} else if !json.Valid(data) {
				t.Fatalf("the body is not JSON: %s", data)
			}
			if op.BulkID != "" {
				ids[op.BulkID] = "id-" + op.BulkID
			}
		}
		for i := range seen {
			if !seen[i] {
				t.Fatalf("operation %d never runs", i)
			}
		}
	})
}

// FuzzNormalize brings one value into the canonical form of one attribute of each kind of resource: twice is the same as
// once, nothing empty is kept, and of several entries one at most is primary.
func FuzzNormalize(f *testing.F) {
	for _, s := range []string{`"False"`, `[{"value":"x","primary":"True"},{"value":"y","primary":true}]`, `{"Value":"x","TYPE":"work"}`, `[["x"]]`,
		`{"givenName":"","familyName":null}`, `[{"value":{"value":"x"}}]`, `1e3`, `"9223372036854775808"`, `[null,"",{},[]]`, `{"value":"{\"value\":\"admin\"}"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		v, err := decode(string(body))
		if err != nil {
			refusal(t, err)
			return
		}
		for _, s := range []*schema{userSchema, groupSchema, enterpriseSchema, rollcallSchema} {
			for _, a := range s.attrs {
				once, err := normalize(a, v)
				if err != nil {
					refusal(t, err)
					continue
				}
				again, err := decode(string(Encode(map[string]any{"x": once})))
				if err != nil {
					t.Fatal(err)
				}
				kept, _ := again.(object).get("x")
				if twice, err := normalize(a, kept); err != nil || !same(once, twice) {
					t.Fatalf("%s: %s makes %v, then %v, %v", a.name, body, once, twice, err)
				}
				solid(t, a, once)
			}
		}
	})
}

// solid checks that a canonical value holds nothing empty and one primary entry at most.
func solid(t *testing.T, a *attribute, v any) {
	t.Helper()
	list, _ := v.([]any)
	if m, ok := v.(map[string]any); ok {
		list = []any{m}
	}
	primaries := 0
	for _, e := range list {
		m := e.(map[string]any)
		if m["primary"] == true {
			primaries++
		}
		for name, part := range m {
			if part == nil || part == any("") || a.find(name) == nil {
				t.Fatalf("%s keeps %s as %v", a.name, name, part)
			}
		}
		if len(m) == 0 {
			t.Fatalf("%s keeps an empty entry", a.name)
		}
	}
	if primaries > 1 {
		t.Fatalf("%s has %d primary entries", a.name, primaries)
	}
}
