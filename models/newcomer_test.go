package models

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// arrive creates users at the same door at the same time, so that they share a transaction, and answers each one's error.
// beside runs there too.
func (w *world) arrive(pushes []Push, beside func(*Tx) error) []error {
	by := Actor{Kind: ActorSCIM, ID: w.dir.ID, OrgID: w.org.ID}
	door := w.db.writerFor(by)
	out := make([]error, len(pushes)+1)
	var all sync.WaitGroup
	door.turn.Lock()
	for i, in := range pushes {
		n := Newcomer{DirectoryID: w.dir.ID, UserName: in.UserName, Email: in.Profile.Email}
		all.Go(func() {
			out[i] = w.db.UpdateFor(context.Background(), by, n, func(tx *Tx) error {
				d, err := FindDirectoryForUpdate(tx, w.dir.ID)
				if err == nil {
					_, err = CreateDirectoryUser(tx, d, in)
				}
				if err == nil && strings.HasPrefix(in.UserName, "fails") {
					err = errors.New("no")
				}
				return err
			})
		})
	}
	all.Go(func() { out[len(pushes)] = w.db.Update(context.Background(), by, beside) })
	for door.waiting.Load() <= int64(len(pushes)) {
		runtime.Gosched()
	}
	door.turn.Unlock()
	all.Wait()
	return out
}

func (w *world) count(query string, args ...any) (n int) {
	w.t.Helper()
	if w.db.engine == Postgres {
		query = numbered(query)
	}
	if err := w.db.SQL().QueryRow(query, args...).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// TestNewcomersTogether creates many people in one transaction, among them doubles, one who fails, one who is invited, and
// beside them one who takes a name while it is known to be free (SPEC I2, P5, P11).
func TestNewcomersTogether(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		w.do(func(tx *Tx) error {
			_, _, err := CreateInvite(tx, "invited@acme.example", RoleMember)
			return err
		})
		old, _, err := w.push("old", true, jo("email=old@acme.example"))
		if err != nil {
			t.Fatal(err)
		}
		var pushes []Push
		add := func(name, email string) {
			pushes = append(pushes, Push{UserName: name, Active: true, Profile: jo("email=" + email)})
		}
		for i := range 20 {
			add(fmt.Sprint("p", i), fmt.Sprintf("p%d@acme.example", i))
		}
		add("Same", "same1@acme.example")
		add("same", "same2@acme.example")
		add("mail1", "mail@acme.example")
		add("mail2", "mail@acme.example")
		add("fails", "fails@acme.example")
		add("invited", "invited@acme.example")
		add("renamed", "renamed@acme.example")
		errs := w.arrive(pushes, func(tx *Tx) error {
			d, err := FindDirectoryForUpdate(tx, w.dir.ID)
			if err != nil {
				return err
			}
			u, err := FindDirectoryUserForUpdate(tx, d, old.ID)
			if err != nil {
				return err
			}
			return SaveDirectoryUser(tx, d, u, Push{UserName: "Renamed", Active: true, Profile: jo("email=old@acme.example")})
		})
		for i := range 20 {
			if errs[i] != nil {
				t.Errorf("p%d: %v", i, errs[i])
			}
		}
		for _, pair := range [][2]int{{20, 21}, {26, 27}} { // a name can be had once
			if a, b := errs[pair[0]], errs[pair[1]]; (a == nil) == (b == nil) || CodeOf(errors.Join(a, b)) != Conflict {
				t.Errorf("of two with one name: %v, %v", a, b)
			}
		}
		if errs[22] != nil || errs[23] != nil || errs[24] == nil || errs[25] != nil {
			t.Errorf("one e-mail twice: %v, %v; a failing unit: %v; an invited one: %v", errs[22], errs[23], errs[24], errs[25])
		}
		w.afterArrival(errs[26] == nil)
	})
}

func (w *world) afterArrival(renamedCame bool) {
	w.t.Helper()
	users := 20 + 1 + 2 + 1 + 1 // p…, same, mail…, invited, old
	if renamedCame {
		users++
	}
	for _, c := range []struct {
		want  int
		query string
	}{
		{users, "SELECT COUNT(*) FROM directory_users WHERE organization_id = ?"},
		{users, "SELECT user_count FROM directories WHERE organization_id = ?"},
		{users, "SELECT COUNT(DISTINCT seq) FROM directory_users WHERE organization_id = ?"},
		{users, "SELECT COUNT(DISTINCT seq) FROM members WHERE organization_id = ?"},
		{1, "SELECT COUNT(*) FROM members WHERE organization_id = ? AND email LIKE 'invited@%' AND source = 'scim'"},
		{1, "SELECT COUNT(*) FROM members WHERE organization_id = ? AND hold_reasons = 'email_in_use'"},
		{0, "SELECT COUNT(*) FROM members WHERE organization_id = ? AND email LIKE 'fails@%'"},
		{users - 1, "SELECT COUNT(*) FROM members m JOIN accounts a ON a.id = m.account_id AND a.email_key = m.email_key WHERE m.organization_id = ?"},
		{users - 1, "SELECT COUNT(*) FROM audit_events WHERE organization_id = ? AND action = 'member.created'"}, // the invited one was there
	} {
		if n := w.count(c.query, w.org.ID); n != c.want {
			w.t.Errorf("%s: %d, want %d", c.query, n, c.want)
		}
	}
}

// TestNewcomerOvertaken creates a person whose account another replica makes after it was looked up: the unit of work
// runs again and finds it (SPEC P6).
func TestNewcomerOvertaken(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		if db.engine == SQLite {
			t.Skip("one writer: nobody can come between")
		}
		w := newWorld(t, db, "Acme", "acme.example")
		by := Actor{Kind: ActorSCIM, ID: w.dir.ID, OrgID: w.org.ID}
		runs := 0
		err := db.UpdateFor(context.Background(), by, Newcomer{w.dir.ID, "jo", "jo@acme.example"}, func(tx *Tx) error {
			if runs++; runs == 1 {
				_, err := db.SQL().Exec("INSERT INTO accounts (id, email, email_key, name, password_hash, created_at) VALUES ('acc-x', 'jo@acme.example', 'jo@acme.example', 'Jo', '', now())")
				if err != nil {
					return err
				}
			}
			d, err := FindDirectoryForUpdate(tx, w.dir.ID)
			if err == nil {
				_, err = CreateDirectoryUser(tx, d, Push{UserName: "jo", Active: true, Profile: jo()})
			}
			return err
		})
		if err != nil || runs != 2 {
			t.Fatalf("%d runs: %v", runs, err)
		}
		if n := w.count("SELECT COUNT(*) FROM members WHERE organization_id = ? AND account_id = 'acc-x'", w.org.ID); n != 1 {
			t.Error("the account is not the member's")
		}
	})
}

// TestStatisticsAfterAPush: PostgreSQL knows its tables after the first push and not only when its own daemon comes by.
func TestStatisticsAfterAPush(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		if db.engine != Postgres {
			t.Skip("SQLite needs no statistics")
		}
		var pushes []Push
		for i := range analyzeAt[0] {
			pushes = append(pushes, Push{UserName: fmt.Sprint("p", i), Active: true, Profile: jo(fmt.Sprintf("email=p%d@acme.example", i))})
		}
		for _, err := range w.arrive(pushes, func(*Tx) error { return nil }) {
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, table := range []string{"accounts", "members", "directory_users"} {
			if n := w.count("SELECT reltuples::int FROM pg_class WHERE oid = ?::regclass", table); int64(n) < analyzeAt[0] {
				t.Errorf("PostgreSQL believes that %s has %d rows", table, n)
			}
		}
		for seq, want := range map[int64]bool{299: false, 300: true, 301: false, 1_000: true, 10_000: true, 100_000: true} {
			u := &unit{shared: &shared{db: db}}
			if u.analyzed(seq); u.analyze != want {
				t.Errorf("after user %d: %v", seq, u.analyze)
			}
		}
	})
}
