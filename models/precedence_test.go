package models

import (
	"slices"
	"strings"
	"testing"
)

// TestPlanPrecedence: attribute, best group, kept or set by an admin, default (SPEC O2).
func TestPlanPrecedence(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		plans := w.plans()
		_, m := w.pushed("jo", true, jo())
		w.wants(m, "Core", FromDefault)
		_, m = w.pushed("jo", true, jo("plan=ULTIMATE"))
		w.wants(m, "Ultimate", FromAttribute)

		// Two groups: the better plan counts, but not against the attribute.
		var core, extended *Group
		w.do(func(tx *Tx) (err error) {
			if core, err = CreateGroup(tx, "Everybody"); err != nil {
				return err
			}
			if extended, err = CreateGroup(tx, "Engineers"); err != nil {
				return err
			}
			for g, plan := range map[*Group]string{core: "Core", extended: "Extended"} {
				if err := ChangeGroupMembers(tx, g, []string{m.ID}, nil); err != nil {
					return err
				}
				p, _ := plans.Find(plan)
				if err := MapGroup(tx, g, GroupMapping{PlanID: &p.ID}); err != nil {
					return err
				}
			}
			return nil
		})
		w.wants(w.find(m.ID), "Ultimate", FromAttribute)
		_, m = w.pushed("jo", true, jo())
		w.wants(m, "Extended", FromGroup)
		w.do(func(tx *Tx) error { return DeleteGroup(tx, extended) })
		w.wants(w.find(m.ID), "Core", FromGroup)
		w.do(func(tx *Tx) error { return ChangeGroupMembers(tx, core, nil, []string{m.ID}) })
		w.wants(w.find(m.ID), "Core", FromDefault)

		// An admin's choice stands behind the attribute and comes back when it goes.
		ultimate, _ := plans.Find("ultimate")
		w.do(func(tx *Tx) error {
			return updateMember(tx, w.find(m.ID), map[string]any{"plan_id": ultimate.ID, "plan_source": FromAdmin})
		})
		_, m = w.pushed("jo", true, jo("plan=extended"))
		w.wants(m, "Extended", FromAttribute)
		_, m = w.pushed("jo", true, jo())
		w.wants(m, "Ultimate", FromAdmin)
	})
}

// TestPlanOfWhoReturns: a return restores the plan (SPEC P7), whether or not it says it, also when it is sent twice;
// attribute and groups go before what is kept, and an admin can change it (O2).
func TestPlanOfWhoReturns(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		_, m := w.pushed("jo", true, jo("plan=Ultimate"))
		leave := func() { w.pushed("jo", false, jo("plan=Ultimate")) }
		w.wants(m, "Ultimate", FromAttribute)
		leave()
		_, m = w.pushed("jo", true, jo("plan=Ultimate"))
		w.wants(m, "Ultimate", FromAttribute)
		leave()
		w.do(func(tx *Tx) error { return RestoreMember(tx, m.ID) })
		w.wants(w.find(m.ID), "Ultimate", FromAttribute)
		leave()
		for range 2 {
			_, m = w.pushed("jo", true, jo())
			w.wants(m, "Ultimate", FromAdmin)
		}
		_, m = w.pushed("jo", true, jo("plan=Core"))
		w.wants(m, "Core", FromAttribute)
		_, m = w.pushed("jo", true, jo())
		w.wants(m, "Ultimate", FromAdmin)
		w.do(func(tx *Tx) error { return SetMemberAccess(tx, m.ID, "", "Extended") })
		_, m = w.pushed("jo", true, jo())
		w.wants(m, "Extended", FromAdmin)
	})
}

// TestDefaultPlanIsForNewMembers: changing the default moves nobody who is in.
func TestDefaultPlanIsForNewMembers(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		w.pushed("jo", true, jo())
		ultimate, _ := w.plans().Find("Ultimate")
		w.do(func(tx *Tx) error {
			return tx.g.Model(&Organization{}).Where("id = ?", w.org.ID).Update("default_plan_id", ultimate.ID).Error
		})
		_, m := w.pushed("jo", true, jo("city=Berlin"))
		w.wants(m, "Core", FromDefault)
		_, m = w.pushed("al", true, jo("email=al@acme.example"))
		w.wants(m, "Ultimate", FromDefault)
	})
}

// TestUnknownPlan: refused with the names it could be, never for an inactive result or a stored value (SPEC P3).
func TestUnknownPlan(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		for _, plan := range []string{"Platinum", "Free"} {
			_, _, err := w.push("jo", true, jo("plan="+plan))
			e, ok := err.(*Error)
			if !ok || e.Code != Invalid || e.Field != "plan" || !strings.Contains(e.Message, "Core, Extended, Ultimate") {
				t.Fatalf("%s: %v", plan, err)
			}
		}
		_, m := w.pushed("jo", true, jo("plan=Extended"))
		if _, _, err := w.push("jo", true, jo("plan=Platinum")); CodeOf(err) != Invalid {
			t.Fatal(err)
		}
		w.wants(w.find(m.ID), "Extended", FromAttribute)
		_, m = w.pushed("jo", false, jo("plan=Platinum"))
		if m.Status != MemberDeactivated {
			t.Fatalf("a leaver with an unknown plan: %s", m.Status)
		}
		_, m = w.pushed("jo", true, jo("plan=Platinum")) // stored by now
		w.wants(m, "Extended", FromAdmin)

		// The organization sells less: the stored plan goes on being sent.
		w.pushed("al", true, jo("email=al@acme.example", "plan=Ultimate"))
		w.do(func(tx *Tx) error { return setPlans(tx, []string{"Core"}) })
		_, m = w.pushed("al", true, jo("email=al@acme.example", "plan=Ultimate", "city=Bonn"))
		w.wants(m, "Core", FromDefault)
		m = w.signedIn(jo("email=kim@acme.example", "plan=Platinum"))
		w.wants(m, "Core", FromDefault)
		if !slices.Contains(w.actions(m.ID), "member.plan_unknown") {
			t.Errorf("no warning: %v", w.actions(m.ID))
		}
	})
}

// TestRole: attribute, groups, admin's choice; unknown values are ignored and the last administrator stays (SPEC O2, O6).
func TestRole(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		for _, c := range []struct{ said, role, source string }{
			{"", RoleMember, FromDefault}, {"Wizard", RoleMember, FromDefault}, {"ADMIN", RoleAdmin, FromAttribute},
			{"member", RoleAdmin, FromAttribute}, // the last one stays
		} {
			_, m := w.pushed("jo", true, jo("role="+c.said))
			if m.Role != c.role || m.RoleSource != c.source {
				t.Errorf("role %q: %s from %s", c.said, m.Role, m.RoleSource)
			}
		}
		w.admin("ada@acme.example")
		_, m := w.pushed("jo", true, jo("role=member"))
		if m.Role != RoleMember {
			t.Error("not the last any more, but still an administrator")
		}
		w.do(func(tx *Tx) error {
			g, err := CreateGroup(tx, "Owners")
			if err != nil {
				return err
			}
			if err := MapGroup(tx, g, GroupMapping{Role: RoleAdmin, AdminConfirmed: true}); err != nil {
				return err
			}
			return ChangeGroupMembers(tx, g, []string{m.ID}, nil)
		})
		if m = w.find(m.ID); m.Role != RoleMember {
			t.Error("a group beats the attribute")
		}
		if _, m = w.pushed("jo", true, jo()); m.Role != RoleAdmin || m.RoleSource != FromGroup {
			t.Errorf("by group: %s from %s", m.Role, m.RoleSource)
		}
	})
}

func (w *world) plans() *Plans {
	w.t.Helper()
	var p *Plans
	w.look(func(tx *Tx) (err error) { p, err = OrganizationPlans(tx, w.org); return err })
	return p
}

func (w *world) wants(m *Member, plan, source string) {
	w.t.Helper()
	if w.plan(m) != plan || m.PlanSource != source || m.Status != MemberActive {
		w.t.Errorf("%s on %s from %s, want active on %s from %s", m.Status, w.plan(m), m.PlanSource, plan, source)
	}
}

// signedIn is what a JIT sign-in of a newcomer does.
func (w *world) signedIn(p Profile) *Member {
	w.t.Helper()
	m, err := w.signIn(p)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

func (w *world) signIn(p Profile) (m *Member, err error) {
	err = w.try(func(tx *Tx) (err error) {
		m, err = Provision(tx, Arrival{Source: SourceJIT, Profile: p, Active: true})
		return err
	})
	return m, err
}
