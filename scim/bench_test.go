package scim

import "testing"

const benchUser = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
"externalId":"00u1abcd","userName":"ann.lee@acme.example","active":true,"displayName":"Ann Lee","title":"Planner","locale":"en-GB",
"name":{"formatted":"Ann Lee","familyName":"Lee","givenName":"Ann"},"emails":[{"primary":true,"type":"work","value":"ann.lee@acme.example"}],
"phoneNumbers":[{"type":"mobile","value":"+49 1"},{"type":"work","value":"+49 2"}],"groups":[],"password":"x",
"addresses":[{"type":"work","primary":true,"country":"DE","locality":"Ulm","region":"BW"}],
"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Ops","employeeNumber":"4471","manager":{"value":"m1"}},
"urn:ietf:params:scim:schemas:extension:rollcall:2.0:User":{"plan":"Core","role":"member"}}`

func BenchmarkParseUser(b *testing.B) {
	b.ReportAllocs()
	body := []byte(benchUser)
	for b.Loop() {
		if _, err := ParseUser(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRenderUser(b *testing.B) {
	b.ReportAllocs()
	u := mustUser(b, benchUser)
	for b.Loop() {
		Encode(UserResource(u, Meta{ID: "usr-1", Version: `W/"1"`, Location: "https://r.example/Users/usr-1"}, []Ref{{ID: "grp-1", Display: "Staff"}}))
	}
}

func BenchmarkPatchUser(b *testing.B) {
	b.ReportAllocs()
	u := mustUser(b, benchUser)
	body := patchBody(`{"op":"Replace","path":"active","value":"False"},{"op":"Replace","path":"emails[type eq \"work\"].value","value":"n@acme.example"},{"op":"Replace","path":"name.givenName","value":"Eve"}`)
	for b.Loop() {
		ops, err := ParsePatch(body)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err = PatchUser(u, ops, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseFilter(b *testing.B) {
	for name, filter := range map[string]string{
		"eq":        `userName eq "ann.lee@acme.example"`,
		"valuePath": `emails[type eq "work"].value eq "ann.lee@acme.example" and active eq true`,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseFilter(filter, UserKind); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMatchFilter(b *testing.B) {
	b.ReportAllocs()
	resource := filterResource(b)
	f, err := ParseFilter(`emails[type eq "work"].value eq "ann@work.example" and active eq true`, UserKind)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if !f.Match(resource) {
			b.Fatal("no match")
		}
	}
}

func BenchmarkLoadAndRead(b *testing.B) {
	b.ReportAllocs()
	u := mustUser(b, benchUser)
	stored := EncodeDocument(u.Attributes)
	for b.Loop() {
		attributes, err := DecodeDocument(stored)
		if err != nil {
			b.Fatal(err)
		}
		Read(User{UserName: u.UserName, Attributes: attributes}, nil)
	}
}
