package models

import (
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// TestOperatorCode: the second factor is shown until its first code fitted, each code counts once, and a wrong one never.
func TestOperatorCode(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		var o *Operator
		secret := ""
		do(t, db, "", func(tx *Tx) (err error) {
			if o, _, err = CreateOperator(tx, "ops@saas.example", "h"); err != nil {
				return err
			}
			if err := CheckOperatorCode(tx, o, "000000"); CodeOf(err) != Invalid {
				t.Errorf("a code before there is a secret: %v", err)
			}
			secret, _, err = OperatorSecret(tx, o, "Rollcall")
			return err
		})
		now := testNow
		db.Now = func() time.Time { return now }
		check := func(code string) (err error) {
			do(t, db, "", func(tx *Tx) error {
				fresh, ferr := FindOperator(tx, o.ID)
				if ferr != nil {
					return ferr
				}
				if shown, _, serr := OperatorSecret(tx, fresh, "Rollcall"); serr != nil || (shown != "") != (fresh.TOTPProvedAt == nil) {
					t.Errorf("shown: %q, proved %v, %v", shown, fresh.TOTPProvedAt, serr)
				}
				err = CheckOperatorCode(tx, fresh, code)
				return nil
			})
			return err
		}
		code := func(at time.Time) string {
			c, err := totp.GenerateCode(secret, at)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		for _, bad := range []string{"", "12345", "abcdef", code(now.Add(-2 * time.Minute)), code(now.Add(2 * time.Minute))} {
			if CodeOf(check(bad)) != Invalid {
				t.Errorf("%q is taken", bad)
			}
		}
		first := code(now)
		if err := check(first); err != nil {
			t.Fatal(err)
		}
		if CodeOf(check(first)) != Invalid {
			t.Error("a code is taken twice")
		}
		if CodeOf(check(code(now.Add(-30*time.Second)))) != Invalid {
			t.Error("an older code is taken after a newer one")
		}
		now = now.Add(time.Minute)
		if err := check(code(now)); err != nil {
			t.Error(err)
		}
	})
}

// TestTerms is SPEC B3: features without a purchase, plans and the policy, as an operator sets them.
func TestTerms(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		org := importOrg(t, db)
		terms := Terms{SSO: true, Plans: []string{"Extended", "Ultimate"}, DefaultPlan: "ultimate", Deprovision: DeprovisionDelete, Version: 1}
		do(t, db, org, func(tx *Tx) error { return SetTerms(tx, terms) })
		do(t, db, org, func(tx *Tx) error {
			o, err := FindOrganization(tx)
			if err != nil {
				return err
			}
			plans, err := OrganizationPlans(tx, o)
			if err != nil || !o.SSOBought || o.SCIMBought || o.Deprovision != DeprovisionDelete || plans.Default.Name != "Ultimate" || len(plans.Purchased) != 2 {
				t.Errorf("%+v %+v %v", o, plans, err)
			}
			if err := SetTerms(tx, terms); err != nil {
				t.Errorf("an old page that changes nothing: %v", err)
			}
			for _, change := range []func(*Terms){
				func(x *Terms) { x.SSO = false }, func(x *Terms) { x.SCIM = true }, func(x *Terms) { x.Plans = []string{"Ultimate"} }, func(x *Terms) { x.Plans = []string{"Core", "Ultimate"} },
				func(x *Terms) { x.DefaultPlan = "Extended" }, func(x *Terms) { x.Deprovision = DeprovisionDowngrade },
			} {
				old := terms
				change(&old)
				if err := SetTerms(tx, old); !IsStale(err) {
					t.Errorf("an old page: %+v: %v", old, err)
				}
			}
			terms.Version = o.Version
			for _, bad := range []Terms{
				{Plans: []string{"Free"}, DefaultPlan: "Free", Deprovision: DeprovisionDowngrade, Version: o.Version},
				{Plans: []string{"Core"}, DefaultPlan: "Ultimate", Deprovision: DeprovisionDowngrade, Version: o.Version},
				{Plans: []string{"Core"}, DefaultPlan: "Core", Deprovision: "shout", Version: o.Version},
				{DefaultPlan: "Core", Deprovision: DeprovisionDowngrade, Version: o.Version},
			} {
				if err := SetTerms(tx, bad); CodeOf(err) != Invalid {
					t.Errorf("%+v: %v", bad, err)
				}
			}
			return nil
		})
	})
}
