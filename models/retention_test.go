package models

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// TestForget puts an old and a new row into each table that is cleared, and more old ones than a step takes; only the
// new rows are left.
func TestForget(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		ctx := context.Background()
		by := Actor{Kind: ActorSystem, ID: "test"}
		org := ""
		err := db.Update(ctx, by, func(tx *Tx) error {
			o, err := CreateOrganization(tx, NewOrganization{Name: "Acme", Plans: []string{"Core"}, SSO: true, SCIM: true})
			if err != nil {
				return err
			}
			org = o.ID
			in := tx.In(org)
			c, err := ensureConnection(in)
			if err != nil {
				return err
			}
			a, err := CreateAccount(in, "jo@acme.example", "Jo")
			if err != nil {
				return err
			}
			d, err := ensureDirectory(in)
			if err != nil {
				return err
			}
			for _, at := range []time.Time{tx.Now.Add(-40 * 24 * time.Hour), tx.Now.Add(time.Hour)} {
				for _, row := range forgettableRows(org, c.ID, a.ID, d.ID, at) {
					if err := tx.g.Create(row).Error; err != nil {
						return fmt.Errorf("%T: %w", row, err)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range Forgettable() {
			var gone int64
			err := db.Update(ctx, by, func(tx *Tx) (err error) {
				gone, err = Forget(tx, kind)
				return err
			})
			if err != nil || gone != 1 {
				t.Errorf("%s: %d rows went (%v), want the old one", kind, gone, err)
			}
			var left int64
			if err := db.SQL().QueryRow("SELECT COUNT(*) FROM " + kind).Scan(&left); err != nil || left != 1 {
				t.Errorf("%s: %d rows are left (%v), want the new one", kind, left, err)
			}
		}
		if err := db.Update(ctx, by, func(tx *Tx) error { _, err := Forget(tx, "audit_events"); return err }); CodeOf(err) != NotFound {
			t.Errorf("audit events must stay: %v", err)
		}
	})
}

// TestImportGoesWhole: an import goes at the end of the time of its rows, and not before them.
func TestImportGoesWhole(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		w.do(func(tx *Tx) error {
			for name, age := range map[string]time.Duration{"kept": keepImports - time.Hour, "due": keepImports + time.Hour} {
				i := &Import{ID: "imp-" + name, OrganizationID: w.org.ID, State: ImportFinished, CreatedAt: tx.Now.Add(-age)}
				row := &ImportRow{OrganizationID: w.org.ID, ImportID: i.ID, State: RowDone, CreatedAt: i.CreatedAt}
				for _, r := range []any{i, row, &ImportCount{OrganizationID: w.org.ID, ImportID: i.ID, State: RowDone, N: 1}} {
					if err := tx.g.Create(r).Error; err != nil {
						return err
					}
				}
			}
			return nil
		})
		for _, step := range []struct {
			kind          string
			imports, rows int
		}{{"imports", 2, 2}, {"import_rows", 2, 1}, {"imports", 1, 1}} {
			w.do(func(tx *Tx) error { _, err := Forget(tx, step.kind); return err })
			if imports, rows := countRows(t, db, "imports"), countRows(t, db, "import_rows"); imports != step.imports || rows != step.rows {
				t.Errorf("after %s: %d imports and %d rows, want %d and %d", step.kind, imports, rows, step.imports, step.rows)
			}
		}
	})
}

// TestLogDays: each organization's logs go by its own length.
func TestLogDays(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		c := w.connected()
		for _, bad := range []int64{0, 6, 366, -1} {
			if err := w.try(func(tx *Tx) error { return SetLogDays(tx, bad) }); CodeOf(err) != Invalid {
				t.Errorf("%d days: %v", bad, err)
			}
		}
		ages := []int{1, 6, 8, 29, 31, 89, 91}
		w.do(func(tx *Tx) error {
			for i, age := range ages {
				row := &SignIn{ID: fmt.Sprint(i), OrganizationID: w.org.ID, ConnectionID: c.ID, Kind: AttemptIDP, Outcome: SignInFailed, StartedAt: tx.Now.AddDate(0, 0, -age)}
				if err := tx.g.Create(row).Error; err != nil {
					return err
				}
			}
			return nil
		})
		for _, step := range []struct{ days, left int64 }{{90, 6}, {30, 4}, {7, 2}} {
			w.do(func(tx *Tx) error { return SetLogDays(tx, step.days) })
			w.do(func(tx *Tx) error { _, err := Forget(tx, "sign_ins"); return err })
			var left int64
			if err := db.SQL().QueryRow("SELECT COUNT(*) FROM sign_ins").Scan(&left); err != nil || left != step.left {
				t.Errorf("%d days: %d rows are left (%v), want %d", step.days, left, err, step.left)
			}
		}
	})
}

// forgettableRows are one row of each kind that ends or happened at that time.
func forgettableRows(org, connection, account, directory string, at time.Time) []any {
	name := at.Format(time.RFC3339)
	return []any{
		&Session{Digest: name, Kind: SessionWeb, Data: "{}", CreatedAt: at, SeenAt: at, ExpiresAt: at},
		&AccountToken{Digest: name, AccountID: account, Kind: TokenReset, CreatedAt: at, ExpiresAt: at},
		&LoginAttempt{ID: name, OrganizationID: org, ConnectionID: connection, Kind: AttemptLogin, RelayDigest: name, CreatedAt: at, ExpiresAt: at},
		&FinishTicket{Digest: name, OrganizationID: org, ConnectionID: connection, CreatedAt: at, ExpiresAt: at},
		&SpentAssertion{OrganizationID: org, ConnectionID: connection, AssertionDigest: name, ExpiresAt: at},
		&RateBucket{Name: name, Hits: 1, ResetsAt: at},
		&Lease{Name: name, Holder: "x", Until: at},
		&SCIMExchange{OrganizationID: org, DirectoryID: "dir-x", At: at, Method: "GET", Path: "/Users", Status: 200},
		&SCIMRefusal{ID: name, OrganizationID: org, DirectoryID: directory, Kind: name, Hits: 1, FirstAt: at, LastAt: at},
		&SignIn{ID: name, OrganizationID: org, ConnectionID: connection, Kind: AttemptLogin, Outcome: "started", Reference: name, StartedAt: at},
		&Import{ID: "imp-" + name, OrganizationID: org, State: ImportFinished, CreatedAt: at},
		&ImportRow{OrganizationID: org, ImportID: "imp-" + name, State: RowDone, CreatedAt: at},
		&ImportCount{OrganizationID: org, ImportID: "imp-" + name, State: RowDone, N: 1}, // goes with its import
		&Outbox{OrganizationID: org, Kind: "mail.x", Payload: "{}", State: OutboxCompleted, NextAt: at, CreatedAt: at, DoneAt: &at},
	}
}
