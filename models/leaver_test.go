package models

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// crowd pushes n active members and answers their users.
func (w *world) crowd(n int) (users []*DirectoryUser, members []*Member) {
	w.t.Helper()
	for i := range n {
		email := fmt.Sprintf("p%02d@%s", i, w.dirDomain())
		u, m := w.pushed(email, true, jo("email="+email, "plan=Extended"))
		users, members = append(users, u), append(members, m)
	}
	return users, members
}

func (w *world) waiting() (n int64) {
	w.look(func(tx *Tx) (err error) { n, err = CountMembers(tx, MemberQuery{Status: MemberLeaving}); return err })
	return n
}

// TestLeaverQueue: from the leaver that is one too many on, sessions end and the rest waits (SPEC P12).
func TestLeaverQueue(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w, other := newWorld(t, db, "Acme", "acme.example"), newWorld(t, db, "Globex", "globex.example")
		ada := w.admin("ada@acme.example")
		users, members := w.crowd(16)
		token := w.session(members[10])
		for i := range 10 {
			if m := w.leave(users[i], members[i]); m.Status != MemberDeactivated {
				t.Fatalf("leaver %d: %s", i+1, m.Status)
			}
		}
		m := w.leave(users[10], members[10])
		if m.Status != MemberLeaving || w.plan(m) != "Extended" || m.DueAt == nil || !m.DueAt.Equal(db.Now().Add(24*time.Hour)) || w.lives(token) {
			t.Errorf("the eleventh: %+v on %s", m, w.plan(m))
		}
		w.do(func(tx *Tx) error { return DeleteDirectoryUser(tx, w.dir, users[11]) })
		if m := w.find(members[11].ID); m.Status != MemberLeaving {
			t.Errorf("deleted: %s", m.Status)
		}
		for i := 12; i < 15; i++ {
			w.leave(users[i], members[i])
		}
		told := 0
		for _, mail := range w.mails() {
			if mail == "mail.leavers_wait to ada@acme.example" {
				told++
			}
		}
		if told != 1 || slices.Contains(w.mails(), "mail.downgraded to "+m.Email) {
			t.Errorf("%d mails of the queue; %v", told, w.mails())
		}
		if got := w.users(); slices.ContainsFunc(got, func(u DirectoryUser) bool { return u.ID == users[10].ID && u.Active }) {
			t.Error("the SCIM user of one who waits is active")
		}
		if _, m = w.pushed(users[12].UserName, true, jo("email="+members[12].Email)); m.Status != MemberActive || m.DueAt != nil || w.plan(m) != "Extended" {
			t.Errorf("a return: %+v on %s", m, w.plan(m))
		}
		w.do(func(tx *Tx) error { return RestoreMember(tx, members[11].ID) }) // undone, and its user is gone
		if m := w.find(members[11].ID); m.Status != MemberActive || m.Managed() || w.plan(m) != "Extended" {
			t.Errorf("undone: %+v", m)
		}
		w.do(func(tx *Tx) error { return RestoreMember(tx, members[13].ID) })
		if u := w.userOf(members[13]); !u.Active || !u.Managed || w.find(members[13].ID).Status != MemberActive {
			t.Errorf("undone, its user: %+v", u)
		}
		if err := other.try(func(tx *Tx) error { return ReleaseLeaver(tx, members[14].ID) }); CodeOf(translate(err)) != NotFound {
			t.Errorf("released by another organization: %v", err)
		}
		w.do(func(tx *Tx) error { return ReleaseLeaver(tx, members[14].ID) })
		if m := w.find(members[14].ID); m.Status != MemberDeactivated || w.plan(m) != "Free" || m.DueAt != nil {
			t.Errorf("released: %+v", m)
		}
		if err := w.try(func(tx *Tx) error { return ReleaseLeaver(tx, ada.ID) }); CodeOf(err) != Conflict {
			t.Errorf("released without waiting: %v", err)
		}
		w.setPolicy(DeprovisionDisconnect)
		w.later(24 * time.Hour)
		w.do(CarryOnDeparture)
		if m := w.find(members[10].ID); m.Status != MemberDisconnected || w.account(m).SuspendedAt == nil {
			t.Errorf("carried out: %+v", m)
		}
		if err := w.try(CarryOnDeparture); CodeOf(err) != NotFound {
			t.Errorf("once more: %v", err)
		}
	})
}

func (w *world) userOf(m *Member) (u *DirectoryUser) {
	w.look(func(tx *Tx) (err error) { u, err = FindUserOfMember(tx, m.ID); return err })
	return u
}

// TestLeaverGuard: the share, the hour, people who come back, and the setting.
func TestLeaverGuard(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		w.admin("ada@acme.example")
		users, members := w.crowd(9)
		for _, c := range []struct{ floor, percent int64 }{{-1, 20}, {10, 101}} {
			if err := w.try(func(tx *Tx) error { return SetLeaverGuard(tx, c.floor, c.percent) }); CodeOf(err) != Invalid {
				t.Errorf("%+v: %v", c, err)
			}
		}
		w.do(func(tx *Tx) error { return SetLeaverGuard(tx, 1, 20) }) // of ten active members: two
		for range 5 {                                                 // one who flaps is one
			w.leave(users[0], members[0])
			w.pushed(users[0].UserName, true, jo("email="+members[0].Email))
		}
		for i, want := range []string{MemberDeactivated, MemberDeactivated, MemberLeaving} {
			if m := w.leave(users[i], members[i]); m.Status != want {
				t.Errorf("leaver %d: %s", i+1, m.Status)
			}
		}
		w.later(time.Hour)
		if m := w.leave(users[3], members[3]); m.Status != MemberDeactivated {
			t.Errorf("in the next hour: %s", m.Status)
		}
		hand := w.hand("hand@acme.example")
		w.do(func(tx *Tx) error { return RemoveMember(tx, hand.ID) }) // an admin's own decision never waits
		w.do(func(tx *Tx) error { _, err := AllLeavers(tx, ReleaseLeaver); return err })
		if n := w.waiting(); n != 0 {
			t.Errorf("%d still wait", n)
		}
	})
}

// hand adds an ordinary active member.
func (w *world) hand(email string) *Member {
	m := w.admin(email)
	w.do(func(tx *Tx) error { return updateMember(tx, m, map[string]any{"role": RoleMember}) })
	return m
}

// TestRestoreMember: for 30 days, whoever manages the person (SPEC P7).
func TestRestoreMember(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		for _, policy := range []string{DeprovisionDowngrade, DeprovisionDisconnect, DeprovisionDelete} {
			w, other := newWorld(t, db, "Acme "+policy, policy+".example"), newWorld(t, db, "Globex "+policy, "other"+policy+".example")
			w.admin("ada@" + policy + ".example")
			w.setPolicy(policy)
			u, m := w.person("jo")
			account := *m.AccountID
			m = w.leave(u, m)
			if err := other.try(func(tx *Tx) error { return RestoreMember(tx, m.ID) }); CodeOf(translate(err)) != NotFound {
				t.Errorf("%s: by another organization: %v", policy, err)
			}
			w.do(func(tx *Tx) error { return RestoreMember(tx, m.ID) })
			m = w.find(m.ID)
			if a := w.account(m); m.Status != MemberActive || w.plan(m) != "Extended" || a.ID != account || a.SuspendedAt != nil || !w.userOf(m).Active {
				t.Errorf("%s: %+v %+v", policy, m, a)
			}
			if err := w.try(func(tx *Tx) error { return RestoreMember(tx, m.ID) }); CodeOf(err) != Conflict {
				t.Errorf("%s: twice: %v", policy, err)
			}
			m = w.leave(u, m)
			w.later(restoreTime)
			if err := w.try(func(tx *Tx) error { return RestoreMember(tx, m.ID) }); CodeOf(err) != Gone {
				t.Errorf("%s: after 30 days: %v", policy, err)
			}
		}
	})
}

// TestLeaveOrganization: by oneself, unless the directory manages the membership or nobody else administers.
func TestLeaveOrganization(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		ada := w.admin("ada@acme.example")
		bo := w.hand("bo@acme.example")
		_, managed := w.person("jo")
		for id, want := range map[string]Code{ada.ID: Invalid, managed.ID: Forbidden} {
			if err := w.try(func(tx *Tx) error { return LeaveOrganization(tx, id) }); CodeOf(err) != want {
				t.Errorf("%v", err)
			}
		}
		w.do(func(tx *Tx) error { return LeaveOrganization(tx, bo.ID) })
		if m := w.find(bo.ID); m.Status != MemberDisconnected || w.account(m).SuspendedAt == nil || w.org.Deprovision != DeprovisionDowngrade {
			t.Errorf("%+v", m)
		}
	})
}
