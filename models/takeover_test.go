package models

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// TestTakeOver: members from other doors are visible, adopted under the id they have, and keep their history
// (SPEC I3, P5).
func TestTakeOver(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		jit := w.signedIn(jo("email=jit@acme.example", "country=FR"))
		var invited *Member
		w.do(func(tx *Tx) error {
			i, _, err := CreateInvite(tx, "invited@acme.example", RoleAdmin)
			if err == nil {
				invited, err = FindMember(tx, i.MemberID)
			}
			return err
		})
		users := w.users()
		if len(users) != 2 || users[0].MemberID != jit.ID || users[0].Managed || users[0].UserName != "jit@acme.example" || users[1].MemberID != invited.ID {
			t.Fatalf("visible: %+v", users)
		}

		u, m := w.post("JIT@acme.example", true, Profile{FirstName: "Jo", LastName: "Roe", Email: "jit@acme.example"})
		if u.ID != users[0].ID || u.Seq != users[0].Seq || m.ID != jit.ID || m.Source != SourceSCIM || m.Status != MemberActive || m.Country != "FR" || m.LastName != "Roe" {
			t.Errorf("adopted by POST: %+v %+v", u, m)
		}
		if !slices.Contains(w.actions(m.ID), "member.taken_over") {
			t.Errorf("audit: %v", w.actions(m.ID))
		}
		w.do(func(tx *Tx) error {
			return SaveDirectoryUser(tx, w.dir, &users[1], Push{UserName: "inv", Active: true, Profile: jo("email=invited@acme.example")})
		})
		if m := w.find(invited.ID); m.Status != MemberActive || m.Role != RoleAdmin || m.Source != SourceSCIM || m.AccountID == nil {
			t.Errorf("adopted by PUT: %+v", m)
		}
		if _, err := w.tryPost("inv", jo("email=else@acme.example")); CodeOf(err) != Conflict {
			t.Errorf("an active userName: %v", err)
		}
		if n := w.userCount(); n != 2 {
			t.Errorf("%d users counted", n)
		}
	})
}

// TestHiddenUser: DELETE of one that no identity provider has written to only hides it (SPEC I3).
func TestHiddenUser(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		ada := w.admin("ada@acme.example")
		u := w.users()[0]
		w.do(func(tx *Tx) error { return DeleteDirectoryUser(tx, w.dir, &u) })
		if m := w.find(ada.ID); m.Status != MemberActive || len(w.users()) != 0 || w.userCount() != 0 {
			t.Errorf("%+v, %d users", m, len(w.users()))
		}
		w.do(func(tx *Tx) error { return updateMember(tx, w.find(ada.ID), map[string]any{"last_name": "Changed"}) })
		if len(w.users()) != 0 {
			t.Error("a change showed it again")
		}
		back, m := w.post("ada", true, jo("email=ada@acme.example"))
		if m.ID != ada.ID || back.ID == u.ID || w.userCount() != 1 {
			t.Errorf("sent again: %+v", back)
		}
		var n int64
		w.do(func(tx *Tx) error { return tx.org().Model(&HiddenUser{}).Count(&n).Error })
		if n != 0 {
			t.Error("still on the list of hidden ones")
		}
	})
}

// TestNewDirectoryShowsEverybody and unmanaged views follow what admins and people change.
func TestNewDirectoryShowsEverybody(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		ada := w.admin("ada@acme.example")
		w.do(func(tx *Tx) error { return tx.org().Delete(&DirectoryUser{}, "directory_id = ?", w.dir.ID).Error })
		w.do(func(tx *Tx) error {
			d := &Directory{ID: tx.NewID("dir"), OrganizationID: w.org.ID, State: Awaiting, Mapping: "{}", NextSeq: 1, Version: 1, CreatedAt: tx.Now}
			if err := tx.g.Create(d).Error; err != nil {
				return err
			}
			w.dir = d
			return showMembers(tx, d)
		})
		w.do(func(tx *Tx) error { return updateMember(tx, w.find(ada.ID), map[string]any{"first_name": "Adele"}) })
		if u := w.users(); len(u) != 1 || u[0].MemberID != ada.ID || u[0].FirstName != "Adele" || u[0].Version != 2 {
			t.Errorf("%+v", u)
		}
	})
}

// TestAccounts: whose account is attached, made or left alone (SPEC P6, O4, B5).
func TestAccounts(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		w.entered("later.example")
		outside := func(email string) *Account {
			var a *Account
			w.do(func(tx *Tx) (err error) {
				if a, err = CreateAccount(tx, email, "Outsider"); err != nil {
					return err
				}
				return ProveEmail(tx, a, true)
			})
			return a
		}
		a := outside("jo@acme.example")
		_, m := w.pushed("jo", true, jo())
		if m.AccountID == nil || *m.AccountID != a.ID || !slices.Contains(w.mails(), "mail.account_attached to jo@acme.example") {
			t.Errorf("proved domain: %v, mails %v", m.AccountID, w.mails())
		}

		b := outside("al@later.example")
		_, m = w.pushed("al", true, jo("email=al@later.example"))
		if m.HoldReasons != AccountElsewhere || m.AccountID != nil {
			t.Errorf("unproved domain, account outside: %+v", m)
		}
		_, kim := w.pushed("kim", true, jo("email=kim@later.example"))
		if kim.Status != MemberActive || kim.AccountID != nil || !slices.Contains(w.mails(), "mail.invite to kim@later.example") {
			t.Errorf("unproved domain, no account: %+v, mails %v", kim, w.mails())
		}
		w.do(func(tx *Tx) error {
			ds, err := ListDomains(tx)
			for _, d := range ds {
				if err == nil && d.Name == "later.example" {
					err = VerifyDomain(tx, d.ID)
				}
			}
			if err != nil {
				return err
			}
			return ReleaseHolds(tx)
		})
		if m = w.find(m.ID); m.Status != MemberActive || m.AccountID == nil || *m.AccountID != b.ID {
			t.Errorf("after the proof: %+v", m)
		}
		if kim = w.find(kim.ID); kim.AccountID == nil {
			t.Error("after the proof kim has no account")
		}
		sent := strings.Count(strings.Join(w.mails(), "\n"), "mail.invite")
		w.do(func(tx *Tx) error {
			return tx.g.Create(&Connection{ID: tx.NewID("con"), OrganizationID: w.org.ID, State: Active, Version: 1, CreatedAt: tx.Now}).Error
		})
		w.pushed("sso", true, jo("email=sso@acme.example"))
		if n := strings.Count(strings.Join(w.mails(), "\n"), "mail.invite"); n != sent {
			t.Error("invited although SSO is active")
		}
	})
}

// TestGuest: an address outside the domains gets an invite, and no account before it is proved (SPEC P6).
func TestGuest(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		_, m := w.pushed("guest", true, jo("email=guest@partner.example"))
		if m.HoldReasons != OutsideDomain {
			t.Fatalf("%+v", m)
		}
		w.do(func(tx *Tx) error { return SetDirectoryRules(tx, w.dir, false, true) })
		m = w.find(m.ID)
		if m.Status != MemberInvited || m.AccountID != nil || w.plan(m) != "Core" || !slices.Contains(w.mails(), "mail.invite to guest@partner.example") {
			t.Fatalf("%+v, mails %v", m, w.mails())
		}
		w.do(func(tx *Tx) error {
			rows, err := ListInvites(tx, true, 0, 0)
			if err != nil {
				return err
			}
			_, _, err = AcceptInvite(tx, &rows[0], Acceptance{})
			return err
		})
		if _, m = w.pushed("guest", true, jo("email=guest@partner.example", "city=Rome")); m.Status != MemberActive || m.AccountID == nil {
			t.Errorf("after acceptance: %+v", m)
		}
	})
}

// TestEmailMoves: the second claimant is held until the first gives the address up; the account follows only where
// nobody else's sign-in moves (SPEC I2).
func TestEmailMoves(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		_, first := w.pushed("first", true, jo())
		_, second := w.pushed("second", true, jo("firstName=Other"))
		if second.HoldReasons != EmailInUse || second.EmailKey != nil || second.Email != "jo@acme.example" || first.ID == second.ID {
			t.Fatalf("%+v", second)
		}
		_, first = w.pushed("first", true, jo("email=jo.roe@acme.example"))
		if a := w.account(first); a.Email != "jo.roe@acme.example" {
			t.Errorf("the account stayed at %s", a.Email)
		}
		if second = w.find(second.ID); second.Status != MemberActive || second.AccountID == nil || *second.AccountID == *first.AccountID {
			t.Errorf("the address was given up: %+v", second)
		}

		// With a membership elsewhere, or from an address that was not the organization's, the account stays.
		other := newWorld(t, db, "Other", "other.example")
		other.do(func(tx *Tx) error {
			return insertMember(tx, &Member{
				AccountID: first.AccountID, Role: RoleMember, RoleSource: FromDefault, PlanSource: FromDefault, Status: MemberActive, Source: SourceManual,
			})
		})
		_, first = w.pushed("first", true, jo("email=jo.three@acme.example"))
		if a := w.account(first); a.Email != "jo.roe@acme.example" || first.Email != "jo.three@acme.example" {
			t.Errorf("the account moved to %s", a.Email)
		}
	})
}

func (w *world) account(m *Member) *Account {
	w.t.Helper()
	var a *Account
	w.look(func(tx *Tx) (err error) { a, err = FindAccount(tx, *m.AccountID); return err })
	return a
}

func (w *world) users() []DirectoryUser {
	w.t.Helper()
	var rows []DirectoryUser
	w.look(func(tx *Tx) (err error) { rows, err = ListDirectoryUsers(tx, w.dir, DirectoryUserQuery{}); return err })
	return rows
}

func (w *world) userCount() int64 {
	w.t.Helper()
	var d *Directory
	w.look(func(tx *Tx) (err error) { d, err = FindDirectory(tx, w.dir.ID); return err })
	return d.UserCount
}

func (w *world) tryPost(userName string, p Profile) (u *DirectoryUser, err error) {
	err = w.try(func(tx *Tx) (err error) {
		u, err = CreateDirectoryUser(tx, w.dir, Push{UserName: userName, Active: true, Profile: p})
		return err
	})
	return u, err
}

// TestSignIns: JIT makes members only in its mode, never brings anybody back, and leaves the directory's alone
// (SPEC S6, P8).
func TestSignIns(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		m := w.signedIn(jo("plan=Extended"))
		if m.Source != SourceJIT || m.Status != MemberActive || m.AccountID == nil || w.plan(m) != "Extended" {
			t.Fatalf("%+v", m)
		}
		if m = w.signedIn(jo("lastName=Roe")); m.LastName != "Roe" || w.plan(m) != "Extended" {
			t.Errorf("the second time: %+v on %s", m, w.plan(m))
		}
		w.pushed("jo", true, jo("lastName=Directory"))
		if m = w.signedIn(jo("lastName=Assertion", "plan=Ultimate")); m.LastName != "Directory" || w.plan(m) != "Extended" {
			t.Errorf("a sign-in changed what the directory manages: %+v on %s", m, w.plan(m))
		}
		held := w.signedIn(jo("email=held@acme.example", "country="))
		w.do(func(tx *Tx) (err error) {
			held, err = Provision(tx, Arrival{Source: SourceManual, Profile: Profile{Country: "IT"}, Active: true, Member: held})
			return err
		})
		if held.Status != MemberActive || held.AccountID == nil || held.Source != SourceJIT {
			t.Errorf("an admin filled in what was missing: %+v", held)
		}
		w.do(func(tx *Tx) error { return setAddMembers(tx, AddByDirectory) })
		if _, err := w.signIn(jo("email=new@acme.example")); CodeOf(err) != Forbidden {
			t.Errorf("a newcomer in directory mode: %v", err)
		}
		w.pushed("jo", false, jo())
		if _, err := w.signIn(jo()); CodeOf(err) != Forbidden {
			t.Errorf("one who left: %v", err)
		}
		if err := db.View(context.Background(), Actor{OrgID: w.org.ID}, func(tx *Tx) error { _, err := FindMemberByEmail(tx, "new@acme.example"); return err }); CodeOf(err) != NotFound {
			t.Errorf("the newcomer was made: %v", err)
		}
	})
}

// TestCompleteProfile: a held member says what the directory does not send, and goes on (SPEC P4).
func TestCompleteProfile(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		_, m := w.pushed("jo", true, jo("country=", "plan=Ultimate"))
		if !m.OnlyPersonalHolds() {
			t.Fatalf("%+v", m)
		}
		complete := func(country string) (err error) {
			return w.try(func(tx *Tx) error { m, err = CompleteProfile(tx, w.find(m.ID), "Ignored", "", country); return err })
		}
		for _, bad := range []string{"", "Atlantis"} {
			keep := m
			if err := complete(bad); CodeOf(err) != Invalid || err.(*Error).Field != "country" {
				t.Errorf("%q: %v", bad, err)
			}
			m = keep
		}
		if err := complete("jp"); err != nil || m.Status != MemberActive || m.Country != "JP" || m.FirstName != "Jo" || w.plan(m) != "Ultimate" || m.AccountID == nil {
			t.Fatalf("%v %+v", err, m)
		}
		if _, m = w.pushed("jo", true, jo("country=", "plan=Ultimate", "city=Kyoto")); m.Status != MemberActive || m.Country != "JP" {
			t.Errorf("the next push took it away: %+v", m)
		}
		w.pushed("jo", true, jo("country=DE"))
		if _, m = w.pushed("jo", true, jo("country=")); m.HoldReasons != MissingCountry {
			t.Errorf("the directory took its own value away: %+v", m)
		}
	})
}

// TestDefaultCountry fills in where nobody sends one (SPEC O7).
func TestDefaultCountry(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		_, m := w.pushed("jo", true, jo("country="))
		_, bad := w.pushed("al", true, jo("email=al@acme.example", "country=Atlantis"))
		w.do(func(tx *Tx) error {
			if err := tx.g.Model(&Organization{}).Where("id = ?", w.org.ID).Update("default_country", "AT").Error; err != nil {
				return err
			}
			return ReleaseHolds(tx)
		})
		if m = w.find(m.ID); m.Status != MemberActive || m.Country != "AT" {
			t.Errorf("%+v", m)
		}
		if bad = w.find(bad.ID); bad.HoldReasons != MissingCountry {
			t.Errorf("a country that is none was guessed: %+v", bad)
		}
		if _, m = w.pushed("jo", true, jo("country=Germany", "birthYear=1990", "city=Bonn")); m.Country != "DE" || m.BirthYear != 1990 || m.CurrentCity != "Bonn" {
			t.Errorf("%+v", m)
		}
	})
}
