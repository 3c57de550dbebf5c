package models

import "testing"

// TestReview: people wait, members stay as they are, the provider sees no difference, and Apply lets all in (SPEC P13).
func TestReview(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		w.admin("ada@acme.example")
		known, deleted, off := w.hand("known@acme.example"), w.hand("deleted@acme.example"), w.hand("off@acme.example")
		w.do(func(tx *Tx) error { return SetDirectoryReview(tx, w.dir, true) })
		_, fresh := w.pushed("new", true, jo("email=new@acme.example", "plan=Extended", "role=admin"))
		_, held := w.pushed("held", true, jo("email=held@acme.example", "country="))
		w.pushed("known", true, jo("email=known@acme.example", "firstName=Other"))
		gone, _ := w.pushed("deleted", true, jo("email=deleted@acme.example"))
		w.do(func(tx *Tx) error { return DeleteDirectoryUser(tx, w.dir, gone) })
		w.pushed("off", false, jo("email=off@acme.example"))
		if fresh.Status != MemberHeld || fresh.HoldReasons != InReview || w.plan(fresh) != "Free" || fresh.AccountID != nil {
			t.Errorf("new: %+v", fresh)
		}
		if held.HoldReasons != MissingCountry+","+InReview {
			t.Errorf("held: %+v", held)
		}
		for _, m := range []*Member{known, deleted, off} {
			if got := w.find(m.ID); got.Status != MemberActive || got.Managed() || got.FirstName != "Ada" || got.Version != m.Version {
				t.Errorf("touched before it was applied: %+v", got)
			}
		}
		if u := w.userOf(known); !u.Managed || !u.Active || u.FirstName != "Other" {
			t.Errorf("the provider's view: %+v", u)
		}
		w.do(ReleaseHolds)
		w.look(func(tx *Tx) error {
			r, err := FindReview(tx, w.dir, 1)
			if err == nil && (r.New != 1 || r.Held[MissingCountry] != 1 || len(r.Held) != 1 || r.TakenOver != 1 || r.Removed != 1 || r.Unsent != 2 || len(r.People) != 1 || len(r.Known) != 1) {
				t.Errorf("%+v", r)
			}
			return err
		})
		w.do(func(tx *Tx) error { return SetDirectoryReview(tx, w.dir, false) })
		if m := w.find(fresh.ID); m.Status != MemberActive || w.plan(m) != "Extended" || m.Role != RoleAdmin || m.AccountID == nil {
			t.Errorf("new, applied: %+v", m)
		}
		if m := w.find(held.ID); m.Status != MemberHeld || m.HoldReasons != MissingCountry {
			t.Errorf("held, applied: %+v", m)
		}
		if m := w.find(known.ID); !m.Managed() || m.FirstName != "Other" || m.Status != MemberActive || w.plan(m) != "Core" {
			t.Errorf("known, applied: %+v", m)
		}
		if m := w.find(off.ID); m.Status != MemberDeactivated {
			t.Errorf("off, applied: %+v", m)
		}
		if m := w.find(deleted.ID); m.Status != MemberActive || m.Managed() {
			t.Errorf("deleted, applied: %+v", m)
		}
	})
}
