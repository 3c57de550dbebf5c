package models

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// TestPlanCatalog is SPEC O2: plans are added, renamed, ordered and retired; a retired one stays with who has it.
func TestPlanCatalog(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		org := importOrg(t, db) // has bought Core and Ultimate
		all := ""
		do(t, db, "", func(tx *Tx) error {
			o, err := CreateOrganization(tx, NewOrganization{Name: "Self", AllPlans: true, DefaultPlan: "Extended"})
			all = o.ID
			return err
		})
		id := func(name string) string {
			p := &Plan{}
			do(t, db, "", func(tx *Tx) (err error) {
				p, err = FindPlanByName(tx, name)
				return err
			})
			return p.ID
		}
		catalog := func() string {
			var names []string
			do(t, db, "", func(tx *Tx) error {
				plans, err := ListPlans(tx)
				for _, p := range plans {
					names = append(names, p.Name+map[bool]string{true: "-"}[p.Retired])
				}
				return err
			})
			return strings.Join(names, " ")
		}
		bought := func(org string) string {
			var names []string
			do(t, db, org, func(tx *Tx) error {
				o, err := FindOrganization(tx)
				if err != nil {
					return err
				}
				plans, err := OrganizationPlans(tx, o)
				names = plans.Names()
				return err
			})
			return strings.Join(names, " ")
		}
		free, core, extended, ultimate := id("free"), id("CORE"), id("extended"), id("Ultimate")
		for _, c := range []struct {
			name, field string
			code        Code
			fn          func(*Tx) error
			after       string
		}{
			{"add", "", "", func(tx *Tx) error { _, err := AddPlan(tx, "  Team  Plus "); return err }, "Free Core Extended Ultimate Team Plus"},
			{"taken", "name", Conflict, func(tx *Tx) error { _, err := AddPlan(tx, "team PLUS"); return err }, ""},
			{"empty", "name", Invalid, func(tx *Tx) error { _, err := AddPlan(tx, " "); return err }, ""},
			{"comma", "name", Invalid, func(tx *Tx) error { _, err := AddPlan(tx, "A,B"); return err }, ""},
			{"long", "name", Invalid, func(tx *Tx) error { _, err := AddPlan(tx, strings.Repeat("é", 61)); return err }, ""},
			{"rename to a taken one", "name", Conflict, func(tx *Tx) error { return RenamePlan(tx, core, "ULTIMATE") }, ""},
			{"rename its case", "", "", func(tx *Tx) error { return RenamePlan(tx, core, "CORE") }, "Free CORE Extended Ultimate Team Plus"},
			{"rename", "", "", func(tx *Tx) error { return RenamePlan(tx, core, "Basic") }, "Free Basic Extended Ultimate Team Plus"},
			{"move up", "", "", func(tx *Tx) error { return MovePlan(tx, core, true) }, "Free Extended Basic Ultimate Team Plus"},
			{"move down", "", "", func(tx *Tx) error { return MovePlan(tx, core, false) }, "Free Basic Extended Ultimate Team Plus"},
			{"below Free", "plan", Invalid, func(tx *Tx) error { return MovePlan(tx, core, false) }, ""},
			{"Free itself", "plan", Invalid, func(tx *Tx) error { return MovePlan(tx, free, true) }, ""},
			{"retire Free", "plan", Invalid, func(tx *Tx) error { return RetirePlan(tx, free, true) }, ""},
			{"retire", "", "", func(tx *Tx) error { return RetirePlan(tx, ultimate, true) }, "Free Basic Extended Ultimate- Team Plus"},
			{"retire the default of one with all plans", "", "", func(tx *Tx) error { return RetirePlan(tx, extended, true) }, "Free Basic Extended- Ultimate- Team Plus"},
			{"a retired name", "name", Conflict, func(tx *Tx) error { _, err := AddPlan(tx, "ultimate"); return err }, ""},
			{"nobody's", "", NotFound, func(tx *Tx) error { return RenamePlan(tx, "pln-x", "X") }, ""},
		} {
			err := db.Update(context.Background(), Actor{Kind: ActorOperator, ID: "opr-a"}, c.fn)
			if got := CodeOf(err); err != nil && got != c.code || err == nil && c.code != "" {
				t.Errorf("%s: %v", c.name, err)
			}
			if now := catalog(); c.after != "" && now != c.after {
				t.Errorf("%s: %s", c.name, now)
			}
		}
		if got := bought(org); got != "Basic Ultimate" {
			t.Errorf("who has it keeps it: %s", got)
		}
		if got := bought(all); got != "Basic Extended Team Plus" {
			t.Errorf("with all plans on sale: %s", got)
		}
		retiredTerms(t, db, org)
		team := id("Team Plus")
		do(t, db, "", func(tx *Tx) error {
			if err := RetirePlan(tx, core, true); err != nil {
				return err
			}
			if err := RetirePlan(tx, team, true); CodeOf(err) != Invalid {
				t.Errorf("the last plan on sale: %v", err)
			}
			events, err := ListAuditEvents(tx, AuditQuery{Limit: 50, Action: "plan."})
			if err != nil || !slices.ContainsFunc(events, func(e AuditEvent) bool { return strings.Contains(e.Changes, `"before":"CORE"`) }) {
				t.Error("no event says what the plan was called before")
			}
			return RetirePlan(tx, ultimate, false)
		})
	})
}

// retiredTerms: an operator's form keeps a retired plan, and once taken away it does not come back.
func retiredTerms(t *testing.T, db *DB, org string) {
	t.Helper()
	set := func(plans ...string) error {
		return db.Update(context.Background(), Actor{Kind: ActorOperator, ID: "opr-a", OrgID: org}, func(tx *Tx) error {
			o, err := FindOrganization(tx)
			if err != nil {
				return err
			}
			return SetTerms(tx, Terms{Plans: plans, DefaultPlan: plans[0], Deprovision: DeprovisionDowngrade, Version: o.Version})
		})
	}
	if err := set("Basic", "Ultimate"); err != nil {
		t.Error(err)
	}
	if err := set("Basic"); err != nil {
		t.Error(err)
	}
	if CodeOf(set("Basic", "Ultimate")) != Invalid {
		t.Error("a retired plan was sold")
	}
}
