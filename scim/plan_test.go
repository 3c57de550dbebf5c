package scim

import "testing"

// The plan may stand under any schema, is answered in Rollcall's extension and where it
// was sent, and a change at one place is a change at all (SPEC P2).
func TestPlanUnderAnySchema(t *testing.T) {
	const ext = `"{R}":{"plan":"Core"}`
	for _, c := range []struct{ name, body, want string }{
		{"the extension", `{"userName":"a",` + ext + `}`, `{"schemas":["{C}","{R}"],"active":true,` + ext + `,"userName":"a"}`},
		{"top level", `{"userName":"a","plan":"Core"}`, `{"schemas":["{C}","{R}"],"active":true,"plan":"Core",` + ext + `,"userName":"a"}`},
		{"top level in capitals", `{"userName":"a","PLAN":"Core"}`, `{"schemas":["{C}","{R}"],"active":true,"plan":"Core",` + ext + `,"userName":"a"}`},
		{"core URN as prefix", `{"userName":"a","{C}:plan":"Core"}`, `{"schemas":["{C}","{R}"],"active":true,"plan":"Core",` + ext + `,"userName":"a"}`},
		{"core URN as object", `{"userName":"a","{C}":{"Plan":"Core","title":"T"}}`, `{"schemas":["{C}","{R}"],"active":true,"plan":"Core","title":"T",` + ext + `,"userName":"a"}`},
		{"enterprise", `{"userName":"a","{E}":{"plan":"Core"}}`, `{"schemas":["{C}","{E}","{R}"],"active":true,"{E}":{"plan":"Core"},` + ext + `,"userName":"a"}`},
		{"a foreign URN", `{"userName":"a","{X}":{"Plan":"Core","badge":"7"}}`, `{"schemas":["{C}","{X}","{R}"],"active":true,"{X}":{"plan":"Core"},` + ext + `,"userName":"a"}`},
		{"a foreign URN as prefix", `{"userName":"a","{X}:plan":"Core"}`, `{"schemas":["{C}","{X}","{R}"],"active":true,"{X}":{"plan":"Core"},` + ext + `,"userName":"a"}`},
		{"a foreign URN joined with a dot", `{"userName":"a","{X}.plan":"Core"}`, `{"schemas":["{C}","{X}","{R}"],"active":true,"{X}":{"plan":"Core"},` + ext + `,"userName":"a"}`},
		{"a namespace that is no URN", `{"userName":"a","https://acme.example/ns":{"plan":"Core"}}`, `{"schemas":["{C}","https://acme.example/ns","{R}"],"active":true,"https://acme.example/ns":{"plan":"Core"},` + ext + `,"userName":"a"}`},
		{"a namespace that is no URN, as prefix", `{"userName":"a","https://acme.example/ns:plan":"Core"}`, `{"schemas":["{C}","https://acme.example/ns","{R}"],"active":true,"https://acme.example/ns":{"plan":"Core"},` + ext + `,"userName":"a"}`},
		{"a namespace without a colon", `{"userName":"a","acme":{"Plan":"Core"}}`, `{"schemas":["{C}","{R}"],"acme":{"plan":"Core"},"active":true,` + ext + `,"userName":"a"}`},
		{"one colon is no schema", `{"userName":"a","x:plan":"Core"}`, `{"active":true,"userName":"a"}`},
		{"the extension wins", `{"userName":"a","plan":"Ultimate",` + ext + `}`, `{"schemas":["{C}","{R}"],"active":true,"plan":"Core",` + ext + `,"userName":"a"}`},
		{"empty places do not count", `{"userName":"a","{X}":{"plan":""},"{E}":{"plan":null},` + ext + `}`, `{"schemas":["{C}","{X}","{E}","{R}"],"active":true,"{X}":{"plan":"Core"},"{E}":{"plan":"Core"},` + ext + `,"userName":"a"}`},
		{"no plan", `{"userName":"a","{R}":{"plan":""},"plan":null}`, `{"active":true,"userName":"a"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := mustUser(t, c.body)
			want := string(Encode(mustDocument(t, short.Replace(c.want))))
			if got := shown(u); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestPlanPatchedAtAnyPlace(t *testing.T) {
	const start = `{"userName":"a","{X}":{"plan":"Core"}}`
	const both = `"{R}":{"plan":"Ultimate"},"{X}":{"plan":"Ultimate"}`
	for _, c := range []struct{ name, ops, want string }{
		{"the extension", `{"op":"replace","path":"{R}:plan","value":"Ultimate"}`, both},
		{"the place it was sent", `{"op":"replace","path":"{X}:plan","value":"Ultimate"}`, both},
		{"that place in capitals", `{"op":"Add","path":"URN:EXAMPLE:params:scim:schemas:extension:ACME:2.0:User:PLAN","value":"Ultimate"}`, both},
		{"no path, URN key", `{"op":"replace","value":{"{X}:plan":"Ultimate"}}`, both},
		{"no path, extension object", `{"op":"replace","value":{"{R}":{"plan":"Ultimate"}}}`, both},
		{"no path, foreign object", `{"op":"replace","value":{"{X}":{"plan":"Ultimate"}}}`, both},
		{"path of the extension", `{"op":"replace","path":"{R}","value":{"plan":"Ultimate"}}`, both},
		{"path of the foreign schema", `{"op":"replace","path":"{X}","value":{"plan":"Ultimate"}}`, both},
		{"path of a namespace that is no URN", `{"op":"add","path":"https://acme.example/ns","value":{"plan":"Ultimate"}}`, `"https://acme.example/ns":{"plan":"Ultimate"},` + both},
		{"a namespace without a colon", `{"op":"replace","value":{"acme":{"plan":"Ultimate"}}}`, `"acme":{"plan":"Ultimate"},` + both},
		{"top level", `{"op":"replace","path":"plan","value":"Ultimate"}`, `"plan":"Ultimate",` + both},
		{"enterprise", `{"op":"add","path":"{E}:plan","value":"Ultimate"}`, `"{E}":{"plan":"Ultimate"},` + both},
		{"an echo beside the change", `{"op":"replace","value":{"{R}":{"plan":"core"},"{X}":{"plan":"Ultimate"}}}`, both},
		{"the last operation wins", `{"op":"replace","path":"{X}:plan","value":"Extended"},{"op":"replace","path":"plan","value":"Ultimate"}`, `"plan":"Ultimate",` + both},
		{"removed at the extension", `{"op":"remove","path":"{R}:plan"}`, ""},
		{"removed where it was sent", `{"op":"remove","path":"{X}:plan"}`, ""},
		{"null", `{"op":"replace","path":"{X}:plan","value":null}`, ""},
		{"the foreign schema removed", `{"op":"remove","path":"{X}"}`, ""},
		{"the extension removed", `{"op":"remove","path":"{R}"}`, ""},
		{"the extension set to null", `{"op":"replace","value":{"{R}":null}}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			ops, err := ParsePatch(patchBody(c.ops))
			if err != nil {
				t.Fatal(err)
			}
			next, _, err := PatchUser(mustUser(t, start), ops, nil)
			if err != nil {
				t.Fatal(err)
			}
			next.UserName, next.Active = "", false
			want := string(Encode(mustDocument(t, short.Replace("{"+c.want+"}"))))
			if got := string(Encode(next.Attributes)); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// Okta reads the user, changes its own attribute and sends everything back: the plan of
// the extension is then an echo of the old value.
func TestPlanPutBesideItsEcho(t *testing.T) {
	old := mustUser(t, `{"userName":"a","{X}":{"plan":"Core"}}`)
	for _, c := range []struct{ name, body, want string }{
		{"changed where it was sent", `{"userName":"a","{R}":{"plan":"Core"},"{X}":{"plan":"Ultimate"}}`, "Ultimate"},
		{"changed in the extension", `{"userName":"a","{R}":{"plan":"Extended"},"{X}":{"plan":"Core"}}`, "Extended"},
		{"emptied where it was sent", `{"userName":"a","{R}":{"plan":"Core"},"{X}":{"plan":""}}`, ""},
		{"nothing changed", `{"userName":"a","{R}":{"plan":"Core"},"{X}":{"plan":"Core"}}`, "Core"},
		{"omitted everywhere", `{"userName":"a"}`, ""},
		{"two changes at a time", `{"userName":"a","{R}":{"plan":"Extended"},"{X}":{"plan":"Ultimate"}}`, "Extended"},
	} {
		t.Run(c.name, func(t *testing.T) {
			next, _ := PutUser(old, mustUser(t, c.body))
			if got := Read(next, nil).Plan; got != c.want {
				t.Errorf("the plan is %q, want %q", got, c.want)
			}
			if got := Value(next, short.Replace("{X}:plan")); got != c.want {
				t.Errorf("at its own place the plan is %q, want %q", got, c.want)
			}
		})
	}
}

func TestPlanLimits(t *testing.T) {
	body := `{"userName":"a"`
	for i := range maxSites + 1 {
		body += `,"urn:x` + text(int64(i)) + `:plan":"Core"`
	}
	if _, err := ParseUser([]byte(body + "}")); scimType(t, err) != InvalidValue {
		t.Errorf("%d places: %v, want invalidValue", maxSites+1, err)
	}
}

// TestLeaverIsNotRefused: a value that cannot be refuses an active user, and is left out of one who leaves (SPEC P3).
func TestLeaverIsNotRefused(t *testing.T) {
	const bad = `"{R}":{"birthYear":"soon"},"emails":[{"value":"a@b.example","primary":"perhaps"}]`
	if _, err := ParseUser([]byte(short.Replace(`{"userName":"a",` + bad + `}`))); err == nil {
		t.Error("an active user with such a birth year is taken")
	}
	u := mustUser(t, `{"userName":"a","title":"T",`+bad+`,"active":"False"}`)
	if got := shown(u); got != short.Replace(`{"active":false,"title":"T","userName":"a"}`) {
		t.Error(got)
	}
	year := `{"op":"replace","path":"{R}:birthYear","value":"soon"}`
	for ops, taken := range map[string]bool{
		year: false, year + `,{"op":"replace","path":"active","value":false}`: true, `{"op":"replace","path":"active","value":"x"}`: false,
	} {
		parsed, err := ParsePatch([]byte(short.Replace(`{"Operations":[` + ops + `]}`)))
		if err != nil {
			t.Fatal(err)
		}
		next, _, err := PatchUser(mustUser(t, `{"userName":"a","{R}":{"birthYear":1980}}`), parsed, nil)
		if (err == nil) != taken || taken && next.Active {
			t.Errorf("%s: %v, active %v", ops, err, next.Active)
		}
	}
}
