package models

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

var system = Actor{Kind: ActorSystem, ID: "test"}

func update1(t *testing.T, db *DB, by Actor, fn func(*Tx) error) {
	t.Helper()
	if err := db.Update(context.Background(), by, fn); err != nil {
		t.Fatal(err)
	}
}

func TestIDsAndTokens(t *testing.T) {
	db := openTest(t, "sqlite:"+t.TempDir()+"/t.db")
	id, token := regexp.MustCompile(`^mem-[a-z2-7]{26}$`), regexp.MustCompile(`^[0-9A-Za-z]{22}$`)
	seen := map[string]bool{}
	update1(t, db, system, func(tx *Tx) error {
		for range 1000 {
			for _, s := range []string{tx.NewID("mem"), tx.NewToken()} {
				if seen[s] || !id.MatchString(s) && !token.MatchString(s) {
					t.Fatalf("%q is a repeat or has the wrong shape", s)
				}
				seen[s] = true
			}
			if token := tx.NewToken(); seen[Digest(token)] || strings.Contains(Digest(token), token) {
				t.Fatalf("%q has another token's digest, or stands in it", token)
			} else {
				seen[Digest(token)] = true
			}
		}
		return nil
	})
}

func TestKeyring(t *testing.T) {
	old, now := NewSecretKey(), NewSecretKey()
	before, _ := ParseKeyring(old)
	after, err := ParseKeyring(now + ", " + old)
	if err != nil {
		t.Fatal(err)
	}
	sealed := before.Seal("a", "secret")
	if got, err := after.Open("a", sealed); err != nil || got != "secret" {
		t.Errorf("after a roll-over: %q %v", got, err)
	}
	if _, err := after.Open("b", sealed); err == nil {
		t.Error("opened for another purpose")
	}
	if _, err := before.Open("a", after.Seal("a", "x")); err == nil {
		t.Error("opened without its key")
	}
	if _, err := before.Open("a", sealed[:len(sealed)-2]+"AA"); err == nil {
		t.Error("opened after tampering")
	}
	for _, bad := range []string{"", "x", "AAAA", old + ",x"} {
		if _, err := ParseKeyring(bad); err == nil {
			t.Errorf("took %q as a key", bad)
		}
	}
}

// TestNothingHalfDone shows that rows, audit and outbox of a failed unit of work are gone together (SPEC P11).
func TestNothingHalfDone(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		boom := errors.New("boom")
		err := db.Update(context.Background(), system, func(tx *Tx) error {
			o, err := CreateOrganization(tx, NewOrganization{Name: "Acme", Plans: []string{"Core"}})
			if err != nil {
				return err
			}
			if err := tx.In(o.ID).Record("test.done", o.ID, nil, NewMail("invite", "jo@acme.com", "https://x/s", nil)); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		for _, table := range []string{"organizations", "audit_events", "outbox", "organization_plans"} {
			var n int
			if err := db.SQL().QueryRow("SELECT COUNT(*) FROM " + table).Scan(&n); err != nil || n != 0 {
				t.Errorf("%s has %d rows (%v)", table, n, err)
			}
		}
	})
}

// TestOutboxClaim shows that six workers claim 200 rows once each, and that a row comes back after its lease.
func TestOutboxClaim(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		update1(t, db, system, func(tx *Tx) error {
			for range 200 {
				if err := tx.Queue(NewMail("invite", "jo@acme.com", "https://secret", nil)); err != nil {
					return err
				}
			}
			return nil
		})
		seen := claimAll(t, db, 6)
		if len(seen) != 200 {
			t.Fatalf("claimed %d of 200", len(seen))
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("row %d was claimed %d times", id, n)
			}
		}
		db.Now = func() time.Time { return testNow.Add(outboxLease + time.Second) }
		if again := claimAll(t, db, 1); len(again) != 200 {
			t.Errorf("after the lease %d of 200 came back", len(again))
		}
	})
}

func claimAll(t *testing.T, db *DB, workers int) map[int64]int {
	seen := map[int64]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				var got []Outbox
				err := db.Update(context.Background(), system, func(tx *Tx) (err error) {
					got, err = ClaimOutbox(tx, 7)
					return err
				})
				if err != nil {
					t.Error(err)
				}
				if err != nil || len(got) == 0 {
					return
				}
				mu.Lock()
				for _, o := range got {
					seen[o.ID]++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return seen
}

func TestOutboxEnds(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		var row Outbox
		update1(t, db, system, func(tx *Tx) error { return tx.Queue(NewMail("invite", "jo@acme.com", "https://secret", nil)) })
		update1(t, db, system, func(tx *Tx) error {
			rows, err := ClaimOutbox(tx, 1)
			if err != nil || len(rows) != 1 || strings.Contains(rows[0].Secret, "https") {
				t.Fatalf("%v %+v", err, rows)
			}
			row = rows[0]
			if s, err := tx.OpenSecret(&row); err != nil || s != "https://secret" {
				t.Errorf("secret %q %v", s, err)
			}
			row.Attempts = outboxAttempts
			return RetryOutbox(tx, &row, "no answer", false)
		})
		update1(t, db, system, func(tx *Tx) error {
			if err := tx.allOrgs().First(&row, "id = ?", row.ID).Error; err != nil || row.State != OutboxDiscarded {
				t.Errorf("after the last try: %s %v", row.State, err)
			}
			if err := CompleteOutbox(tx, row.ID); err != nil {
				return err
			}
			if err := tx.allOrgs().First(&row, "id = ?", row.ID).Error; err != nil || row.Secret != "" || row.State != OutboxCompleted {
				t.Errorf("after delivery: %s, secret %q", row.State, row.Secret)
			}
			return nil
		})
	})
}

// TestHit shows that concurrent tries never pass the limit and that the window ends (SPEC T2).
func TestHit(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		try := func() error {
			return db.Update(context.Background(), system, func(tx *Tx) error { return Hit(tx, "login:x", 10, time.Minute) })
		}
		passed := make(chan bool, 40)
		var wg sync.WaitGroup
		for range 40 {
			wg.Go(func() { passed <- try() == nil })
		}
		wg.Wait()
		close(passed)
		n := 0
		for ok := range passed {
			if ok {
				n++
			}
		}
		if n != 10 {
			t.Errorf("%d of 40 passed, want 10", n)
		}
		db.Now = func() time.Time { return testNow.Add(time.Minute) }
		if err := try(); err != nil {
			t.Errorf("after the window: %v", err)
		}
	})
}

func TestLease(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		take := func(holder string) (has bool) {
			update1(t, db, system, func(tx *Tx) (err error) {
				has, err = TakeLease(tx, "gc", holder, time.Minute)
				return err
			})
			return has
		}
		if !take("a") || take("b") || !take("a") {
			t.Error("the lease must stay with its holder")
		}
		db.Now = func() time.Time { return testNow.Add(2 * time.Minute) }
		if !take("b") {
			t.Error("an old lease must pass on")
		}
	})
}
