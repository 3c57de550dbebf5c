package models

import (
	"context"
	"testing"
	"time"
)

// TestGroupLeft: a group knows when its directory last spoke of it and took it over; a silent one can be detached, and
// those of a deactivated directory are ordinary ones (SPEC P9).
func TestGroupLeft(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		now := testNow
		db.Now = func() time.Time { return now }
		idp := Actor{Kind: ActorSCIM, ID: w.dir.ID, OrgID: w.org.ID}
		push := func(fn func(*Tx) error) {
			t.Helper()
			if err := db.Update(context.Background(), idp, fn); err != nil {
				t.Fatal(err)
			}
		}
		var g *Group
		again := func() *Group {
			w.look(func(tx *Tx) (err error) { g, err = FindGroup(tx, g.ID); return err })
			return g
		}
		w.do(func(tx *Tx) (err error) { g, err = CreateGroup(tx, "Designers"); return err })
		if again(); g.PushedAt != nil || g.TakenOverAt != nil || g.Quiet(now.AddDate(1, 0, 0)) {
			t.Errorf("made by hand: %+v", g)
		}
		push(func(tx *Tx) error { _, _, err := PushGroup(tx, w.dir, "designers", "", nil); return err })
		if again(); !g.Managed() || g.TakenOverAt == nil || !g.TakenOverAt.Equal(now) || !g.PushedAt.Equal(now) {
			t.Fatalf("taken over: %+v", g)
		}
		version := g.Version
		now = now.Add(29 * 24 * time.Hour)
		push(func(tx *Tx) error { _, err := EditGroup(tx, w.dir, again(), GroupEdit{Name: &g.Name}); return err })
		if again(); !g.PushedAt.Equal(now) || g.Version != version {
			t.Errorf("repeated unchanged: %+v", g)
		}
		w.do(func(tx *Tx) error { return MapGroup(tx, again(), GroupMapping{Role: RoleMember}) })
		now = now.Add(31 * 24 * time.Hour)
		if again(); !g.Quiet(now) {
			t.Errorf("what an admin does is no word of the directory: %+v", g)
		}
		w.do(func(tx *Tx) error { return DetachGroup(tx, g) })
		w.do(func(tx *Tx) error { return RenameGroup(tx, again(), "Makers") })
		w.do(func(tx *Tx) error { return DeleteGroup(tx, again()) })

		push(func(tx *Tx) (err error) { g, _, err = PushGroup(tx, w.dir, "Sales", "", nil); return err })
		left := func() (n int) {
			w.look(func(tx *Tx) error { rows, err := ListGroupsLeft(tx); n = len(rows); return err })
			return n
		}
		if left() != 0 {
			t.Error("a group of a live directory is no left one")
		}
		w.do(func(tx *Tx) error { _, err := Deactivate(tx, KindSCIM, MembersKeep); return err })
		if left() != 1 {
			t.Error("the group of the deactivated directory is not listed")
		}
		w.do(func(tx *Tx) error { return DeleteGroup(tx, again()) })
	})
}

// TestAdminMappingIsConfirmed: the first mapping of a group to administrators asks; one that is there already does not
// (SPEC O6, P9).
func TestAdminMappingIsConfirmed(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		var g *Group
		w.do(func(tx *Tx) (err error) { g, err = CreateGroup(tx, "Bosses"); return err })
		to := func(m GroupMapping) error {
			return w.try(func(tx *Tx) error {
				g, err := FindGroup(tx, g.ID)
				if err != nil {
					return err
				}
				return MapGroup(tx, g, m)
			})
		}
		if err := to(GroupMapping{Role: RoleAdmin}); CodeOf(err) != Invalid {
			t.Errorf("not confirmed: %v", err)
		}
		for _, m := range []GroupMapping{{Role: RoleAdmin, AdminConfirmed: true}, {Role: RoleAdmin, PlanID: w.org.DefaultPlanID}, {Role: RoleMember}} {
			if err := to(m); err != nil {
				t.Errorf("%+v: %v", m, err)
			}
		}
		if err := to(GroupMapping{Role: RoleAdmin}); CodeOf(err) != Invalid {
			t.Errorf("again, not confirmed: %v", err)
		}
	})
}
