package models

import (
	"fmt"
	"testing"
	"time"

	"rollcall/models/enginetest"
)

// benchMembers is how many members the organization of BenchmarkMembers has, beside as many of another one.
const benchMembers = 100_000

// BenchmarkMembers is what the members page asks of the database, for each filter (docs/PERFORMANCE.md).
func BenchmarkMembers(b *testing.B) {
	for _, engine := range []struct {
		name string
		url  func(testing.TB) string
	}{{"sqlite", enginetest.SQLite}, {"postgres", enginetest.Postgres}} {
		b.Run(engine.name, func(b *testing.B) {
			db := openTest(b, engine.url(b))
			org, plan := manyMembers(b, db)
			for _, f := range []struct {
				name string
				q    MemberQuery
			}{
				{"all", MemberQuery{}}, {"page 1,000", MemberQuery{Offset: 50_000}},
				{"status active", MemberQuery{Status: MemberActive}}, {"status held", MemberQuery{Status: MemberHeld}},
				{"plan", MemberQuery{PlanID: plan}}, {"source csv", MemberQuery{Source: SourceCSV}}, {"role admin", MemberQuery{Role: RoleAdmin}},
				{"role and status", MemberQuery{Role: RoleAdmin, Status: MemberActive}}, {"search many", MemberQuery{Search: "lovelace"}},
				{"search one", MemberQuery{Search: "p77777@"}}, {"search none", MemberQuery{Search: "nobody at all"}}, {"sort name", MemberQuery{Sort: "name"}},
				{"sort sign-in", MemberQuery{Sort: "-signin"}}, {"sort state", MemberQuery{Sort: "state"}},
				{"search inside", MemberQuery{Search: "77777@acme"}}, {"search none, held", MemberQuery{Search: "nobody at all", Status: MemberHeld}},
				{"held for a reason", MemberQuery{Hold: MissingCountry}}, {"few, by name", MemberQuery{Status: MemberHeld, Sort: "name"}},
				{"many, by sign-in", MemberQuery{PlanID: plan, Sort: "-signin"}}, {"page 1,000 by name", MemberQuery{Offset: 50_000, Sort: "name"}},
			} {
				b.Run(f.name, func(b *testing.B) {
					f.q.Limit = 50
					for b.Loop() {
						err := db.View(b.Context(), Actor{Kind: ActorSystem, OrgID: org}, func(tx *Tx) error {
							_, _, err := FindMembers(tx, f.q)
							return err
						})
						if err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}

// manyMembers makes the organization and answers it with one of its plans.
func manyMembers(b *testing.B, db *DB) (org, plan string) {
	b.Helper()
	statuses := []string{MemberActive, MemberActive, MemberActive, MemberActive, MemberActive, MemberInvited, MemberDeactivated, MemberActive, MemberActive, MemberActive}
	sources := []string{SourceSCIM, SourceSCIM, SourceSCIM, SourceJIT, SourceInvite, SourceManual}
	for _, name := range []string{"Other", "Acme"} {
		if err := db.Update(b.Context(), system, func(tx *Tx) error {
			o, err := CreateOrganization(tx, NewOrganization{Name: name, Plans: []string{"Core", "Extended", "Ultimate"}})
			org = o.ID
			return err
		}); err != nil {
			b.Fatal(err)
		}
		for at := 0; at < benchMembers; at += 500 {
			err := db.Update(b.Context(), system.In(org), func(tx *Tx) error {
				o, err := FindOrganization(tx)
				if err != nil {
					return err
				}
				plans, err := OrganizationPlans(tx, o)
				if err != nil {
					return err
				}
				plan = plans.Purchased[1].ID
				var rows []*Member
				for i := at; i < at+500; i++ {
					key := fmt.Sprintf("p%d@%s.example", i, Fold(name))
					m := &Member{
						ID: tx.NewID("mem"), OrganizationID: org, Seq: int64(i + 1), Email: key, EmailKey: &key, FirstName: fmt.Sprint("Ada ", i), LastName: []string{"Lovelace", "Hopper", "Noether"}[i%3],
						Country: "DE", Role: RoleMember, RoleSource: FromDefault, PlanID: &plans.Purchased[i%3].ID, PlanSource: FromDefault,
						Status: statuses[i%10], Source: sources[i%6], Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now,
					}
					if i%3 > 0 {
						at := tx.Now.Add(-time.Duration(i*7919%benchMembers) * time.Second)
						m.LastSignInAt = &at
					}
					switch {
					case i%5000 == 4999:
						m.Role = RoleAdmin
					case i%2000 == 1999:
						m.Status, m.Source, m.HoldReasons = MemberHeld, SourceCSV, MissingCountry
					}
					rows = append(rows, m)
				}
				for _, m := range rows {
					m.setKeys()
					tx.tally(nil, m)
				}
				return insert(tx, rows...)
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	if db.engine == Postgres {
		if _, err := db.SQL().Exec("VACUUM ANALYZE members"); err != nil {
			b.Fatal(err)
		}
	}
	return org, plan
}
