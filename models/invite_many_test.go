package models

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestCreateInvites: of several addresses every bad one is named and nobody is invited; sent twice, nothing is done twice.
func TestCreateInvites(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		org := importOrg(t, db)
		try := func(text string) (made []Invite, already []string, err error) {
			err = db.Update(t.Context(), public(org), func(tx *Tx) (err error) { made, already, err = CreateInvites(tx, text, RoleMember); return err })
			return made, already, err
		}
		open := func() (n int64) {
			do(t, db, org, func(tx *Tx) (err error) { n, err = CountInvites(tx, false); return err })
			return n
		}
		do(t, db, org, func(tx *Tx) error {
			m, err := Provision(tx, Arrival{Source: SourceManual, Active: true, Profile: Profile{FirstName: "Old", LastName: "Hand", Email: "old@acme.com", Country: "DE"}})
			if err == nil {
				err = updateMember(tx, m, map[string]any{"status": MemberActive})
			}
			return err
		})
		before := open()
		_, _, err := try("ann@acme.com, ben@acme\nold@acme.com; cid")
		for _, part := range []string{"“ben@acme”", "“cid”", "old@acme.com is a member"} {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s is not named: %v", part, err)
			}
		}
		if _, _, err := try(strings.Repeat("a@acme.com ", MaxInvitedAtOnce+1)); CodeOf(err) != Invalid {
			t.Errorf("too many: %v", err)
		}
		if n := open(); n != before {
			t.Fatalf("%d invites after a refusal", n-before)
		}
		made, already, err := try("ann@acme.com, Ann@acme.com;\r\nben@acme.com")
		if err != nil || len(made) != 2 || len(already) != 0 || open() != before+2 {
			t.Fatalf("%v %v %v", made, already, err)
		}
		made, already, err = try("ann@acme.com, ben@acme.com, cid@acme.com")
		if err != nil || len(made) != 1 || !slices.Equal(already, []string{"ann@acme.com", "ben@acme.com"}) || open() != before+3 {
			t.Errorf("sent again: %v %v %v", made, already, err)
		}
		if _, _, err := try(" "); CodeOf(err) != Invalid {
			t.Errorf("none: %v", err)
		}
		if _, already, err := try("ann@acme.com"); err != nil || len(already) != 1 || open() != before+3 {
			t.Errorf("the same button was pressed twice: %v %v", already, err)
		}
		later := db.Now().Add(justInvited)
		db.Now = func() time.Time { return later }
		if _, _, err := try("ann@acme.com"); err != nil || open() != before+4 {
			t.Errorf("one by one it is sent anew: %v", err)
		}
	})
}
