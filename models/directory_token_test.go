package models

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestTokenEnds: a token may end by itself; administrators are told 20, 7 and 1 days before, each once, and an ended
// one makes room for another (SPEC T1).
func TestTokenEnds(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		w.admin("jo@acme.example")
		now := testNow
		db.Now = func() time.Time { return now }
		var token string
		make := func(days int64) error {
			return w.try(func(tx *Tx) error {
				made, _, err := CreateDirectoryToken(tx, w.dir, days)
				if err == nil {
					token = made
				}
				return err
			})
		}
		if err := make(91); CodeOf(err) != Invalid {
			t.Errorf("a lifetime that is not offered: %v", err)
		}
		for _, days := range []int64{0, 90} {
			if err := make(days); err != nil {
				t.Fatal(err)
			}
		}
		if err := make(0); CodeOf(err) != Conflict || !strings.Contains(err.Error(), "End the one that your identity provider no longer uses") {
			t.Errorf("a third token: %v", err)
		}
		opens := func() bool {
			return db.View(context.Background(), Actor{Kind: ActorPublic}, func(tx *Tx) error { _, err := FindDirectoryByToken(tx, token); return err }) == nil
		}
		ended := testNow.AddDate(0, 0, 90)
		told := func() (days []string) {
			for range 2 { // the second look has nothing new to say
				err := db.Update(context.Background(), Actor{Kind: ActorSystem, ID: "test"}, func(tx *Tx) error { _, err := AnnounceTokens(tx, ""); return err })
				if err != nil {
					t.Fatal(err)
				}
			}
			var rows []Outbox
			w.look(func(tx *Tx) error { return tx.org().Order("id").Find(&rows, "kind = ?", "mail.token_ends").Error })
			for _, r := range rows {
				_, rest, _ := strings.Cut(r.Payload, `"days":"`)
				one, _, _ := strings.Cut(rest, `"`)
				days = append(days, one)
			}
			return days
		}
		for _, c := range []struct {
			before time.Duration
			want   string
		}{
			{21 * 24 * time.Hour, ""}, {20 * 24 * time.Hour, "20"}, {8 * 24 * time.Hour, "20"}, {7*24*time.Hour - time.Minute, "20 7"}, {time.Hour, "20 7 1"}, {-time.Minute, "20 7 1"},
		} {
			now = ended.Add(-c.before)
			if got := strings.Join(told(), " "); got != c.want {
				t.Errorf("%v before the end: told %q, want %q", c.before, got, c.want)
			}
			if opens() != (c.before > 0) {
				t.Errorf("%v before the end: let in %v", c.before, opens())
			}
		}
		if err := make(365); err != nil {
			t.Errorf("beside one that has ended: %v", err)
		}
	})
}

// TestRefusals: what a door refuses is counted for the organization that is meant, with four characters of the token at
// most, and a day without one begins a new count (SPEC A2).
func TestRefusals(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		a, b := newWorld(t, db, "Acme", "acme.example"), newWorld(t, db, "Other", "other.example")
		now := testNow
		db.Now = func() time.Time { return now }
		var live, ended string
		a.do(func(tx *Tx) error {
			var row *DirectoryToken
			var err error
			if ended, row, err = CreateDirectoryToken(tx, a.dir, 0); err != nil {
				return err
			}
			if err = EndDirectoryToken(tx, a.dir, row.ID); err == nil {
				live, _, err = CreateDirectoryToken(tx, a.dir, 0)
			}
			return err
		})
		come := func(directory, token string) error {
			return db.Update(context.Background(), Actor{Kind: ActorSystem, ID: "test"}, func(tx *Tx) error {
				rows, err := ExplainRefusal(tx, directory, token)
				if err != nil {
					return err
				}
				return LogRefusals(tx, rows...)
			})
		}
		for _, c := range [][2]string{
			{a.dir.ID, ""}, {a.dir.ID, "aSecretThatIsNoToken1234"}, {a.dir.ID, "aSecretThatIsNoToken5678"}, {a.dir.ID, ended}, {b.dir.ID, live},
			{"dir-unknown", ended}, {"dir-unknown", ""}, {"dir-unknown", "aSecretThatIsNoToken1234"}, {b.dir.ID, "short"}, {b.dir.ID, "jo@acme.example with spaces"},
		} {
			if err := come(c[0], c[1]); err != nil {
				t.Fatalf("%v: %v", c, err)
			}
		}
		counts := func(w *world) string {
			var rows []SCIMRefusal
			w.look(func(tx *Tx) (err error) { rows, err = ListRefusals(tx, now.AddDate(0, 0, -logDays)); return err })
			var out []string
			for _, r := range rows {
				out = append(out, fmt.Sprintf("%s %d %s", r.Kind, r.Hits, r.LastFour))
			}
			slices.Sort(out)
			return strings.Join(out, ", ")
		}
		want := fmt.Sprintf("ended_token 2 %s, no_token 1 , unknown_token 2 5678, wrong_address 1 %s", lastFour(ended), lastFour(live))
		if got := counts(a); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if got := counts(b); got != "unknown_token 3 " {
			t.Errorf("the other organization: %s", got)
		}
		now = now.Add(25 * time.Hour)
		if err := come(a.dir.ID, ended); err != nil {
			t.Fatal(err)
		}
		if got := counts(a); !strings.Contains(got, "ended_token 1 ") {
			t.Errorf("after a day without: %s", got)
		}
	})
}
