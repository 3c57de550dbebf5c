package models

import (
	"context"
	"testing"
)

// TestSeedDemo: the demo's world is whole: each organization has its administrator, who can sign in with the password.
func TestSeedDemo(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		hash, err := HashPassword("a few words of a test", "")
		if err != nil {
			t.Fatal(err)
		}
		err = db.Update(context.Background(), Actor{Kind: ActorSystem, ID: "demo"}, func(tx *Tx) error { return SeedDemo(tx, hash) })
		if err != nil {
			t.Fatal(err)
		}
		for name, email := range DemoAdmin {
			err := db.View(context.Background(), Actor{Kind: ActorSystem, ID: "test"}, func(tx *Tx) error {
				o, err := FindOrganizationByRef(tx, Fold(name))
				if err != nil {
					return err
				}
				in := tx.In(o.ID)
				m, err := FindMemberByEmail(in, email)
				if err != nil {
					return err
				}
				if m.Role != RoleAdmin || !m.MaySignIn() || !o.SSOBought || !o.SCIMBought {
					t.Errorf("%s: %+v of %+v", name, m, o)
				}
				a, err := FindAccount(in, *m.AccountID)
				if err != nil {
					return err
				}
				if !PasswordMatches(a.PasswordHash, "a few words of a test") || a.EmailProvedAt == nil {
					t.Errorf("%s cannot sign in", email)
				}
				owner, err := VerifiedDomainOwner(tx, email)
				if err != nil || owner != o.ID {
					t.Errorf("the domain of %s belongs to %q, %v", email, owner, err)
				}
				return nil
			})
			if err != nil {
				t.Fatal(name, err)
			}
		}
	})
}
