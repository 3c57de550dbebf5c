package models

import (
	"strings"
	"testing"
)

// TestTermsNarrow: an organization that signed itself up has every plan on sale until an operator narrows them, which
// leaves people on theirs; a stale form changes nothing (SPEC O2, B3).
func TestTermsNarrow(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		s := newShop(t, db)
		operator := Actor{Kind: ActorOperator, ID: "opr-x", OrgID: s.org.ID}
		plans := func() (names string) {
			s.run(operator, func(tx *Tx) error {
				o, err := FindOrganization(tx)
				if err != nil {
					return err
				}
				p, err := OrganizationPlans(tx, o)
				names = strings.Join(p.Names(), " ") + "; " + p.Default.Name
				return err
			})
			return names
		}
		if got := plans(); got != "Core Extended Ultimate; Core" {
			t.Errorf("signed up with %s", got)
		}
		var ultimate *Plan
		s.run(operator, func(tx *Tx) (err error) {
			if ultimate, err = FindPlanByName(tx, "ultimate"); err != nil {
				return err
			}
			m, err := FindMemberByEmail(tx, "jo@acme.example")
			return errOr(err, func() error { return SetMemberAccess(tx, m.ID, RoleAdmin, "Ultimate") })
		})
		terms := Terms{SSO: true, Plans: []string{"extended", "Core"}, DefaultPlan: "EXTENDED", Deprovision: DeprovisionDelete, Version: 1}
		s.run(operator, func(tx *Tx) error { return SetTerms(tx, terms) })
		if got := plans(); got != "Core Extended; Extended" {
			t.Errorf("narrowed to %s", got)
		}
		s.run(operator, func(tx *Tx) error {
			if m, err := FindMemberByEmail(tx, "jo@acme.example"); err != nil || *m.PlanID != ultimate.ID {
				t.Errorf("%+v %v", m, err)
			}
			if err := SetTerms(tx, terms); err != nil { // what is so already: below, one event
				t.Errorf("the same form twice: %v", err)
			}
			stale := terms
			stale.SCIM = true
			if err := SetTerms(tx, stale); !IsStale(err) {
				t.Errorf("a stale form: %v", err)
			}
			events, err := ListAuditEvents(tx, AuditQuery{Action: "organization.terms_changed", Limit: 9})
			if err != nil || len(events) != 1 || events[0].ActorKind != ActorOperator || !strings.Contains(events[0].Changes, `"plans":["Core","Extended"]`) {
				t.Errorf("%+v %v", events, err)
			}
			return nil
		})
	})
}
