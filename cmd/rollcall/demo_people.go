package main

import "rollcall/cmd/internal/practice"

// demoTenants are the people and groups at the practice identity provider. Some of Acme's are members already, so that
// one can watch the directory take them over; one lacks a country and one is from outside, so that one can watch them
// being held.
func demoTenants() []practice.Tenant {
	return []practice.Tenant{
		{Slug: "acme", Name: "Acme", People: []*practice.Person{
			{ID: "00u1acme01", First: "Robin", Last: "Park", Email: "robin@acme.example", Country: "US", City: "Portland", Plan: "Extended"},
			{ID: "00u1acme02", First: "Ada", Last: "Byrne", Email: "ada@acme.example", Country: "IE", City: "Dublin"},
			{ID: "00u1acme03", First: "Bo", Last: "Lindqvist", Email: "bo@acme.example", Country: "SE", City: "Malmö"},
			{ID: "00u1acme04", First: "Dana", Last: "Novak", Email: "dana@acme.example", Country: "CZ", City: "Brno", Plan: "Ultimate"},
			{ID: "00u1acme05", First: "Elif", Last: "Demir", Email: "elif@acme.example", Country: "TR", City: "Izmir"},
			{ID: "00u1acme06", First: "Farid", Last: "Haddad", Email: "farid@acme.example", Country: "LB", City: "Beirut"},
			{ID: "00u1acme07", First: "Grace", Last: "Kim", Email: "grace@acme.example"},
			{ID: "00u1acme08", First: "Hugo", Last: "Stern", Email: "hugo@partner.example", Country: "DE", City: "Kassel"},
		}, Groups: []*practice.Group{
			{ID: "6f1d6a52-3a6b-4c39-9d0e-9a2b6c1f0a01", Name: "Finance", Members: []string{"00u1acme02", "00u1acme03"}},
			{ID: "6f1d6a52-3a6b-4c39-9d0e-9a2b6c1f0a02", Name: "Engineering", Members: []string{"00u1acme04", "00u1acme05", "00u1acme06"}},
		}},
		{Slug: "globex", Name: "Globex", People: []*practice.Person{
			{ID: "00u1globex01", First: "Iris", Last: "Moreau", Email: "iris@globex.example", Country: "FR", City: "Nantes", Plan: "Ultimate"},
			{ID: "00u1globex02", First: "Jonas", Last: "Weber", Email: "jonas@globex.example", Country: "DE", City: "Leipzig", Plan: "Extended"},
			{ID: "00u1globex03", First: "Kaia", Last: "Tamm", Email: "kaia@globex.example", Country: "EE", City: "Tartu", Plan: "Core"},
			{ID: "00u1globex04", First: "Liam", Last: "Walsh", Email: "liam@globex.example", Country: "IE", City: "Galway"},
			{ID: "00u1globex05", First: "Mina", Last: "Sato", Email: "mina@globex.example", Country: "JP", City: "Kobe", Plan: "Extended"},
			{ID: "00u1globex06", First: "Nora", Last: "Lund", Email: "nora@globex.example"},
		}, Groups: []*practice.Group{
			{ID: "6f1d6a52-3a6b-4c39-9d0e-9a2b6c1f0b01", Name: "Research", Members: []string{"00u1globex02", "00u1globex03", "00u1globex05"}},
			{ID: "6f1d6a52-3a6b-4c39-9d0e-9a2b6c1f0b02", Name: "Sales", Members: []string{"00u1globex04", "00u1globex06"}},
		}},
	}
}
