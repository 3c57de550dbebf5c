package models

import (
	"strings"
	"testing"
	"time"
)

// TestErasedEverywhere brings a person in by every door, lets many mails and logs name the person, erases, and looks into
// every column of every table (SPEC I6, P7).
func TestErasedEverywhere(t *testing.T) {
	const email, old, first, last = "zyxwilda@acme.example", "zyxwilda.before@acme.example", "Zyxwilda", "Quorvath"
	profile := func(email string, more ...string) Profile {
		return jo(append([]string{"firstName=" + first, "lastName=" + last, "email=" + email}, more...)...)
	}
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		ada := w.admin("ada@acme.example")
		w.setPolicy(DeprovisionDelete)
		byAda := func(fn func(*Tx) error) {
			t.Helper()
			by := Actor{Kind: ActorMember, ID: *ada.AccountID, OrgID: w.org.ID}
			if err := db.Update(t.Context(), by, fn); err != nil {
				t.Fatal(err)
			}
		}
		// A file, its invite, and its acceptance.
		file, err := importText(t, db, w.org.ID, "firstName,lastName,email,country\n"+first+","+last+","+old+",DE\n")
		if err != nil {
			t.Fatal(err)
		}
		byAda(func(tx *Tx) error { return StartImport(tx, file) })
		byAda(func(tx *Tx) error {
			if _, err := ClaimImport(tx, "w"); err != nil {
				return err
			}
			_, err := StepImport(tx, file, "w", 0, 10)
			return err
		})
		var m *Member
		byAda(func(tx *Tx) (err error) {
			if m, err = FindMemberByEmail(tx, old); err != nil {
				return err
			}
			rows, err := find[Invite](tx, "", "member_id = ?", m.ID)
			if err != nil {
				return err
			}
			_, m, err = AcceptInvite(tx, &rows[0], Acceptance{})
			return err
		})
		// A link to sign in, which is of no organization; then the directory, which makes an administrator and moves the address.
		do(t, db, "", func(tx *Tx) error {
			a, err := FindAccount(tx, *m.AccountID)
			return errOr(err, func() error { return SendAccountToken(tx, a, TokenSignIn, "") })
		})
		u, m := w.pushed(old, true, profile(old, "role=admin"))
		w.later(time.Hour)
		u, m = w.pushed(u.UserName, true, profile(email, "role=admin"))
		if m.Role != RoleAdmin || m.Email != email || m.AccountID == nil {
			t.Fatalf("%+v", m)
		}
		do(t, db, "", func(tx *Tx) error {
			a, err := FindAccount(tx, *m.AccountID)
			return errOr(err, func() error { return SendAccountToken(tx, a, TokenReset, "") })
		})
		w.do(func(tx *Tx) error {
			g, err := CreateGroup(tx, "Team")
			return errOr(err, func() error { return ChangeGroupMembers(tx, g, []string{m.ID}, nil) })
		})
		w.do(func(tx *Tx) error {
			out, err := mailAdmins(tx, w.org, "seats_full", nil) // to the person
			return errOr(err, func() error { return tx.Record("organization.seats_full", w.org.ID, nil, out...) })
		})
		// The logs, and an order.
		w.do(func(tx *Tx) error {
			row := &SCIMExchange{OrganizationID: w.org.ID, DirectoryID: w.dir.ID, At: tx.Now, Method: "POST", Path: "/Users", Status: 409, Cause: userNameTaken(u.UserName).Message}
			report := `{"attributes":[{"name":"email","values":["` + email + `"]},{"name":"firstName","values":["` + first + `"]}]}`
			test := &SignIn{ID: tx.NewID("sgn"), OrganizationID: w.org.ID, Kind: AttemptTest, Outcome: SignInTestPassed, Report: report, StartedAt: tx.Now}
			order := &Order{ID: tx.NewID("ord"), OrganizationID: w.org.ID, State: "paid", Provider: "sandbox", BillingEmail: email, CreatedAt: tx.Now}
			return errOr(LogExchanges(tx, row), func() error {
				return errOr(tx.g.Create(test).Error, func() error { return tx.g.Create(order).Error })
			})
		})
		w.do(func(tx *Tx) error { // one who has been the contact for those who cannot get in
			return changeOrganization(tx, map[string]any{"support_contact": strings.ToUpper(email)})
		})
		w.pushed(u.UserName, false, profile(email, "role=admin"))
		w.later(restoreTime)
		n := countRows(t, db, "outbox")
		w.do(CarryOnDeparture)
		for _, word := range []string{"zyxwilda", "quorvath"} {
			w.nowhere(word)
		}
		if after := countRows(t, db, "outbox"); after >= n || after == 0 {
			t.Errorf("%d mails before, %d after", n, after)
		}
		for table, want := range map[string]int{"orders": 1, "sign_ins": 1, "scim_exchanges WHERE status = 409": 1, "imports": 1, "audit_events WHERE action = 'member.erased'": 1} {
			if got := countRows(t, db, table); got != want {
				t.Errorf("%d rows of %s", got, table)
			}
		}
	})
}

func countRows(t *testing.T, db *DB, from string) (n int) {
	t.Helper()
	if err := db.SQL().QueryRow("SELECT COUNT(*) FROM " + from).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
