package scim

import "testing"

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, body string
		mapping    map[string]string
		want       Profile
	}{
		{"the usual places", `{"userName":"a","name":{"givenName":"G","familyName":"F"},"emails":[{"value":"h@x.y","type":"home"},{"value":"w@x.y","type":"work"}],
			"addresses":[{"type":"work","country":"DE","locality":"Ulm","region":"BW"}],"roles":[{"value":"admin"}]}`, nil,
			Profile{FirstName: "G", LastName: "F", Email: "w@x.y", Country: "DE", CurrentCity: "Ulm", CurrentState: "BW", Role: "admin"}},
		{"the extension first", `{"userName":"a","name":{"givenName":"G","familyName":"F"},"emails":"e@x.y","addresses":[{"type":"work","country":"DE"}],"roles":["admin"],
			"{R}":{"firstName":"1","lastName":"2","email":"3","country":"4","currentCity":"5","currentState":"6","birthYear":1985,"role":"8","plan":"9"}}`,
			map[string]string{"firstName": "userName"},
			Profile{"1", "2", "3", "4", "5", "6", "1985", "8", "9"}},
		{"the mapped attribute before the usual place", `{"userName":"a","name":{"givenName":"G"},"nickName":"N"}`, map[string]string{"firstName": "nickName"}, Profile{FirstName: "N"}},
		{"the usual place if the mapped attribute is empty", `{"userName":"a","name":{"givenName":"G"}}`, map[string]string{"firstName": "nickName"}, Profile{FirstName: "G"}},
		{"mapped to what no schema knows", `{"userName":"a","{X}":{"land":"FR","home":{"City":"Nice"}},"Year":1990,"badge":"admin"}`,
			map[string]string{"country": short.Replace("{X}:LAND"), "currentCity": short.Replace("{X}:home.city"), "birthYear": "year", "role": "Badge"},
			Profile{Country: "FR", CurrentCity: "Nice", BirthYear: "1990", Role: "admin"}},
		{"mapped into a value path", `{"userName":"a","addresses":[{"type":"home","country":"IT"},{"type":"work","country":"DE"}]}`,
			map[string]string{"country": `addresses[type eq "home"].country`}, Profile{Country: "IT"}},
		{"a mapped path that is none", `{"userName":"a"}`, map[string]string{"country": `addresses[`}, Profile{}},
		{"the primary e-mail", `{"userName":"a","emails":[{"value":"w@x.y","type":"work"},{"value":"p@x.y","primary":"True"}]}`, nil, Profile{Email: "p@x.y"}},
		{"the first e-mail", `{"userName":"a","emails":[{"value":"1@x.y"},{"value":"2@x.y","type":"home"}]}`, nil, Profile{Email: "1@x.y"}},
		{"userName that is an address", `{"userName":"a@x.y"}`, nil, Profile{Email: "a@x.y"}},
		{"userName that is none", `{"userName":"a@"}`, nil, Profile{}},
		{"parts of two addresses", `{"userName":"a","addresses":[{"type":"work","country":"DE","locality":"Ulm"},{"type":"home","primary":true,"country":"AT"}]}`, nil, Profile{Country: "AT", CurrentCity: "Ulm"}},
		{"a home address is not where one works", `{"userName":"a","addresses":[{"type":"home","country":"AT"}]}`, nil, Profile{}},
		{"an address without a type", `{"userName":"a","addresses":[{"country":"AT"}]}`, nil, Profile{Country: "AT"}},
		{"Entra's app role as JSON text", `{"userName":"a","roles":[{"primary":"True","value":"{\"id\":\"1\",\"value\":\"admin\",\"displayName\":\"Admin\"}"}]}`, nil, Profile{Role: "admin"}},
		{"text that only looks like JSON", `{"userName":"a","roles":["{admin"]}`, nil, Profile{Role: "{admin"}},
		{"a role that is known before one that is not", `{"userName":"a","roles":[{"value":"Reader","primary":true},{"value":"Admin"}]}`, nil, Profile{Role: "Admin"}},
		{"the primary of two known roles", `{"userName":"a","roles":[{"value":"admin"},{"value":"member","primary":true}]}`, nil, Profile{Role: "member"}},
		{"plan wherever it was sent", `{"userName":"a","{X}":{"PLAN":"Core"}}`, nil, Profile{Plan: "Core"}},
		{"plan by mapping", `{"userName":"a","tier":"Ultimate"}`, map[string]string{"plan": "tier"}, Profile{Plan: "Ultimate"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Read(mustUser(t, c.body), c.mapping); got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}
