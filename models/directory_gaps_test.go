package models

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestPagesAcrossGaps: whoever goes, a page begins where counting through the list says, also when nobody noted the gaps
// and when an older schema is brought up to date (SPEC I1).
func TestPagesAcrossGaps(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		const people = 3*gapBlock + 100
		_, m := w.pushed("jo", true, jo())
		w.do(func(tx *Tx) error {
			rows := make([]*DirectoryUser, 0, people)
			for i := 2; i <= people; i++ {
				name := fmt.Sprint("u", i)
				rows = append(rows, &DirectoryUser{
					ID: tx.NewID("usr"), OrganizationID: w.org.ID, DirectoryID: w.dir.ID, MemberID: m.ID, Seq: int64(i), Managed: true,
					UserName: name, UserNameKey: name, Document: "{}", Extra: "{}", Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now,
				})
			}
			if err := insert(tx, rows...); err != nil {
				return err
			}
			_, err := tx.run("UPDATE directories SET next_seq = ?, user_count = ? WHERE organization_id = ? AND id = ?", people+1, people, w.org.ID, w.dir.ID)
			return err
		})
		w.seePages("nobody has gone")
		w.do(func(tx *Tx) error {
			d, err := FindDirectory(tx, w.dir.ID)
			for _, gone := range []string{"seq = 5", "seq BETWEEN 900 AND 2200", "seq IN (2300, 2301, 3070, 3172)"} { // a block is empty; the last is gone
				if err == nil {
					err = dropUsers(tx, d, "directory_id = ? AND ("+gone+")", d.ID)
				}
			}
			return err
		})
		w.seePages("some have gone")
		noted := w.gaps()
		w.do(func(tx *Tx) error { _, err := drop[DirectoryGap](tx, "1 = 1"); return err })
		w.seePages("nobody noted who has gone")
		w.do(func(tx *Tx) error { _, err := tx.exec(backfill(t, db.engine)); return err })
		if again := w.gaps(); len(noted) != 4 || !slices.Equal(noted, again) {
			t.Errorf("noted %v, migrated %v", noted, again)
		}
	})
}

// seePages compares pages with the list as it is read in one go.
func (w *world) seePages(when string) {
	w.t.Helper()
	w.look(func(tx *Tx) error {
		d, err := FindDirectory(tx, w.dir.ID)
		if err != nil {
			return err
		}
		all, err := ListDirectoryUsers(tx, d, DirectoryUserQuery{})
		if err != nil || int64(len(all)) != d.UserCount {
			w.t.Fatalf("%s: %d listed, %d counted, %v", when, len(all), d.UserCount, err)
		}
		for from := 1; from < len(all)+3; from += 1 + from%7 {
			page, err := ListDirectoryUsers(tx, d, DirectoryUserQuery{Offset: from, Limit: 2})
			if err != nil {
				return err
			}
			want := all[min(from, len(all)):min(from+2, len(all))]
			if !slices.EqualFunc(page, want, func(a, b DirectoryUser) bool { return a.ID == b.ID }) {
				w.t.Fatalf("%s: the page after %d is wrong", when, from)
			}
		}
		return nil
	})
}

func (w *world) gaps() (rows []DirectoryGap) {
	w.t.Helper()
	w.look(func(tx *Tx) (err error) { rows, err = find[DirectoryGap](tx, "ORDER BY block", "1 = 1"); return err })
	return rows
}

// backfill is the statement of the migration that counts the gaps of what was there before.
func backfill(t *testing.T, engine string) string {
	t.Helper()
	text, err := os.ReadFile("migrations/" + engine + "/00012_directory_gaps.sql")
	if err != nil {
		t.Fatal(err)
	}
	_, insert, _ := strings.Cut(string(text), "INSERT INTO")
	insert, _, _ = strings.Cut(insert, ";")
	return "INSERT INTO" + insert
}

// TestDirectoryUserByAddress: an address is found as the e-mail and among the further ones, and nothing else is.
func TestDirectoryUserByAddress(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		w.do(func(tx *Tx) error {
			_, err := CreateDirectoryUser(tx, w.dir, Push{
				UserName: "jo", Active: true, Profile: jo(), Emails: []string{jo().Email, "Jo_Home@Example.org", "jo%@example.org"},
			})
			return err
		})
		for address, want := range map[string]int{jo().Email: 1, "JO_home@example.org": 1, "joxhome@example.org": 0, "home@example.org": 0, "jo%@example.org": 1, "%": 0, "": 0} {
			w.look(func(tx *Tx) error {
				rows, err := ListDirectoryUsers(tx, w.dir, DirectoryUserQuery{Email: &address})
				if len(rows) != want {
					t.Errorf("%q: %d users", address, len(rows))
				}
				return err
			})
		}
	})
}
