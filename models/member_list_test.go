package models

import (
	"slices"
	"testing"
	"time"
)

// TestFindMembers: any filter, any search and the counts agree with the rows, on both engines.
func TestFindMembers(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		org := importOrg(t, db)
		for _, p := range []Profile{
			{FirstName: "Ada", LastName: "Lovelace", Email: "ada@acme.com", Country: "GB", Plan: "Ultimate"},
			{FirstName: "Élodie", LastName: "Ashlee", Email: "e100%@acme.com", Country: "FR"},
			{FirstName: "Lee", LastName: "Adams", Email: "z@acme.com", Country: "US", Role: RoleAdmin},
		} {
			do(t, db, org, func(tx *Tx) error {
				m, err := Provision(tx, Arrival{Source: SourceManual, Active: true, Profile: p})
				if err == nil {
					err = updateMember(tx, m, map[string]any{"status": MemberActive})
				}
				return err
			})
		}
		do(t, db, org, func(tx *Tx) error { _, _, err := CreateInvite(tx, "lena@acme.com", RoleMember); return err })
		for email, ago := range map[string]time.Duration{"ada@acme.com": time.Hour, "e100%@acme.com": 24 * time.Hour} {
			do(t, db, org, func(tx *Tx) error {
				_, err := assign[Member](tx, map[string]any{"last_sign_in_at": tx.Now.Add(-ago)}, "email_key = ?", email)
				return err
			})
		}
		for _, c := range []struct {
			q    MemberQuery
			want []string
		}{
			{MemberQuery{}, []string{"ada@acme.com", "e100%@acme.com", "z@acme.com", "lena@acme.com"}},
			{MemberQuery{Sort: "name"}, []string{"lena@acme.com", "z@acme.com", "e100%@acme.com", "ada@acme.com"}},
			{MemberQuery{Sort: "-name", Status: MemberActive}, []string{"ada@acme.com", "e100%@acme.com", "z@acme.com"}},
			{MemberQuery{Sort: "signin"}, []string{"z@acme.com", "lena@acme.com", "e100%@acme.com", "ada@acme.com"}}, // never, never, long ago, lately
			{MemberQuery{Sort: "-signin", Limit: 4}, []string{"ada@acme.com", "e100%@acme.com", "lena@acme.com", "z@acme.com"}},
			{MemberQuery{Status: MemberActive}, []string{"ada@acme.com", "e100%@acme.com", "z@acme.com"}},
			{MemberQuery{Role: RoleAdmin}, []string{"z@acme.com"}},
			{MemberQuery{Role: RoleAdmin, Status: MemberInvited}, nil},
			{MemberQuery{Source: SourceInvite}, []string{"lena@acme.com"}},
			{MemberQuery{Search: "ADA"}, []string{"ada@acme.com", "z@acme.com"}},
			{MemberQuery{Search: "ada  love"}, []string{"ada@acme.com"}},
			{MemberQuery{Search: "lovelace a"}, []string{"ada@acme.com"}},
			{MemberQuery{Search: "éLO"}, []string{"e100%@acme.com"}},
			{MemberQuery{Search: "lee"}, []string{"z@acme.com"}},
			{MemberQuery{Search: "shlee"}, []string{"e100%@acme.com"}}, // nobody begins with it
			{MemberQuery{Search: "@acme.com", Status: MemberInvited}, []string{"lena@acme.com"}},
			{MemberQuery{Search: "100%@"}, []string{"e100%@acme.com"}},
			{MemberQuery{Search: "%"}, []string{"e100%@acme.com"}},
			{MemberQuery{Search: "nobody"}, nil},
		} {
			do(t, db, org, func(tx *Tx) error {
				rows, total, err := FindMembers(tx, c.q)
				var got []string
				for _, m := range rows {
					got = append(got, m.Email)
				}
				if !slices.Equal(got, c.want) || total != int64(len(c.want)) {
					t.Errorf("%+v: %v, %d in all; want %v", c.q, got, total, c.want)
				}
				return err
			})
		}
		// A page further on holds the next, in the list's order.
		do(t, db, org, func(tx *Tx) error {
			rows, total, err := FindMembers(tx, MemberQuery{Sort: "name", Offset: 2, Limit: 1})
			if len(rows) != 1 || rows[0].Email != "e100%@acme.com" || total != 4 {
				t.Errorf("the third by name: %+v of %d", rows, total)
			}
			return err
		})
		// A new name is found, the old one is not.
		do(t, db, org, func(tx *Tx) error {
			m, err := FindMemberByEmail(tx, "ada@acme.com")
			if err == nil {
				err = updateMember(tx, m, map[string]any{"last_name": "King"})
			}
			return err
		})
		do(t, db, org, func(tx *Tx) error {
			_, now, err := FindMembers(tx, MemberQuery{Search: "king ada"})
			_, before, _ := FindMembers(tx, MemberQuery{Search: "lovelace"})
			if now != 1 || before != 0 {
				t.Errorf("%d under the new name, %d under the old", now, before)
			}
			return err
		})
	})
}
