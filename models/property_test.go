package models

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestProvisioningKeepsItsPromises runs random writes of an identity provider, an admin and people signing in, and looks
// after each step at what must hold whatever happens.
func TestProvisioningKeepsItsPromises(t *testing.T) {
	db := openTest(t, "sqlite:"+t.TempDir()+"/test.db")
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		domain := fmt.Sprintf("d%d.example", n)
		w := newWorld(t, db, fmt.Sprint("Org ", n), domain)
		names := []string{"u1", "u2", "u3"}
		profile := func() Profile {
			return Profile{
				FirstName: rapid.SampledFrom([]string{"Jo", ""}).Draw(rt, "first"), LastName: "Doe",
				Email:   rapid.SampledFrom([]string{"a@" + domain, "b@" + domain, "A@" + domain, "c@elsewhere.example", ""}).Draw(rt, "email"),
				Country: rapid.SampledFrom([]string{"DE", "Japan", "", "Atlantis"}).Draw(rt, "country"),
				Role:    rapid.SampledFrom([]string{"", "admin", "member", "wizard"}).Draw(rt, "role"),
				Plan:    rapid.SampledFrom([]string{"", "core", "Ultimate", "Platinum"}).Draw(rt, "plan"),
			}
		}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			before := w.snapshot()
			switch rapid.SampledFrom([]string{"push", "push", "push", "delete", "signin", "default", "guests"}).Draw(rt, "step") {
			case "push":
				w.accept(rapid.SampledFrom(names).Draw(rt, "name"), rapid.Bool().Draw(rt, "active"), profile())
			case "delete":
				if users := w.users(); len(users) > 0 {
					u := rapid.SampledFrom(users).Draw(rt, "user")
					w.do(func(tx *Tx) error { return DeleteDirectoryUser(tx, w.dir, &u) })
				}
			case "signin":
				if _, err := w.signIn(profile()); CodeOf(err) == Internal && err != nil {
					rt.Fatal(err)
				}
			case "default":
				w.do(func(tx *Tx) error {
					return tx.g.Model(&Organization{}).Where("id = ?", w.org.ID).Update("default_country", "AT").Error
				})
				w.do(ReleaseHolds)
			case "guests":
				w.do(func(tx *Tx) error { return SetDirectoryRules(tx, w.dir, false, rapid.Bool().Draw(rt, "guests")) })
			}
			w.promises(rt, before)
		}
	})
}

// events counts the audit events about the member itself.
func (w *world) events(memberID string) (n int) {
	for _, action := range w.actions(memberID) {
		if strings.HasPrefix(action, "member.") {
			n++
		}
	}
	return n
}

// accept pushes; only an unknown plan and a taken userName may be refused.
func (w *world) accept(name string, active bool, p Profile) {
	w.t.Helper()
	if _, _, err := w.push(name, active, p); err != nil && (CodeOf(err) != Invalid && CodeOf(err) != Conflict || !active) {
		w.t.Fatalf("%s active=%v %+v: %v", name, active, p, err)
	}
}

func (w *world) members() []Member {
	w.t.Helper()
	var rows []Member
	w.look(func(tx *Tx) (err error) { rows, err = ListMembers(tx, MemberQuery{}); return err })
	return rows
}

// seenMember is a member and how many audit events there are about it.
type seenMember struct {
	Member
	events int
}

func (w *world) snapshot() map[string]seenMember {
	out := map[string]seenMember{}
	for _, m := range w.members() {
		out[m.ID] = seenMember{m, w.events(m.ID)}
	}
	return out
}

func (w *world) promises(rt *rapid.T, before map[string]seenMember) {
	plans := w.plans()
	emails, admins, hadAdmin := map[string]bool{}, 0, false
	for _, m := range before {
		// Who has no account yet (held since the first push, or a guest) could never act: an invite takes nothing from him.
		hadAdmin = hadAdmin || m.Role == RoleAdmin && m.Status == MemberActive && m.AccountID != nil
	}
	for _, m := range w.members() {
		entitled := m.HoldReasons == "" && (m.Status == MemberActive || m.Status == MemberInvited)
		if free := *m.PlanID == plans.Free.ID; free == entitled {
			rt.Fatalf("%s (%s) on %s", m.Status, m.HoldReasons, w.plan(&m))
		}
		if m.Status == MemberHeld && m.HoldReasons == "" || m.Status == MemberDeactivated && (m.HoldReasons != "" || m.DeactivatedAt == nil) {
			rt.Fatalf("%+v", m)
		}
		if m.EmailKey != nil {
			if emails[*m.EmailKey] {
				rt.Fatalf("%s twice", *m.EmailKey)
			}
			emails[*m.EmailKey] = true
		}
		if m.Role == RoleAdmin && m.Status != MemberInvited {
			admins++
		}
		old := before[m.ID]
		if events := w.events(m.ID) - old.events; (events > 0) != (old.Version != m.Version) {
			rt.Fatalf("version %d to %d with %d audit events", old.Version, m.Version, events)
		}
	}
	if hadAdmin && admins == 0 {
		rt.Fatal("the last administrator is lost")
	}
	users := w.users()
	if int(w.userCount()) != len(users) {
		rt.Fatalf("%d users counted, %d there", w.userCount(), len(users))
	}
	for _, u := range users {
		m := w.find(u.MemberID)
		if u.Managed && u.Active != (m.Status != MemberDeactivated) {
			rt.Fatalf("the user is active=%v, its member %s", u.Active, m.Status)
		}
		if !slices.IsSortedFunc(users, func(a, b DirectoryUser) int { return int(a.Seq - b.Seq) }) {
			rt.Fatal("the order moved")
		}
	}
}
