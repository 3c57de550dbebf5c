package models

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestProvisioningKeepsItsPromises runs random writes of an identity provider, an admin and people signing in, and looks
// after each step at what must hold whatever happens.
func TestProvisioningKeepsItsPromises(t *testing.T) {
	db := openTest(t, "sqlite:"+t.TempDir()+"/test.db")
	now := db.Now()
	db.Now = func() time.Time { return now }
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
			switch rapid.SampledFrom([]string{"push", "push", "push", "push", "delete", "signin", "session", "default", "guests", "policy", "guard", "review", "undo", "undo", "later"}).Draw(rt, "step") {
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
			case "session":
				for _, m := range w.members() {
					if m.Status == MemberActive && m.AccountID != nil {
						w.session(&m)
					}
				}
			case "default":
				w.do(func(tx *Tx) error {
					return tx.g.Model(&Organization{}).Where("id = ?", w.org.ID).Update("default_country", "AT").Error
				})
				w.do(ReleaseHolds)
			case "guests":
				w.do(func(tx *Tx) error { return SetDirectoryRules(tx, w.dir, false, rapid.Bool().Draw(rt, "guests")) })
			case "policy":
				w.setPolicy(rapid.SampledFrom([]string{DeprovisionDowngrade, DeprovisionDisconnect, DeprovisionDelete}).Draw(rt, "policy"))
			case "guard":
				floor := rapid.SampledFrom([]int64{0, 1, 10}).Draw(rt, "floor")
				w.do(func(tx *Tx) error { return SetLeaverGuard(tx, floor, 0) })
			case "review":
				on := rapid.Bool().Draw(rt, "review")
				w.do(func(tx *Tx) error {
					d, err := OrganizationDirectory(tx)
					if err != nil {
						return err
					}
					return SetDirectoryReview(tx, d, on)
				})
			case "undo":
				if all := w.members(); len(all) > 0 {
					m := rapid.SampledFrom(all).Draw(rt, "member")
					act := rapid.SampledFrom([]func(*Tx, string) error{RestoreMember, ReleaseLeaver, EraseMember}).Draw(rt, "act")
					if err := w.try(func(tx *Tx) error { return act(tx, m.ID) }); err != nil && CodeOf(err) != Conflict && CodeOf(err) != Gone {
						rt.Fatal(err)
					}
				}
			case "later":
				now = now.Add(rapid.SampledFrom([]time.Duration{time.Hour, leaverWait, restoreTime}).Draw(rt, "later"))
				for {
					err := db.Update(context.Background(), Actor{Kind: ActorSystem, ID: "worker"}, CarryOnDeparture)
					if CodeOf(err) == NotFound {
						break
					}
					if err != nil {
						rt.Fatal(err)
					}
				}
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

// sessionsOf counts the live sessions that are bound to a member.
func (w *world) sessionsOf(m *Member) (n int64) {
	w.t.Helper()
	w.look(func(tx *Tx) error {
		return tx.org().Model(&Session{}).Where("member_id = ? AND ended_at IS NULL", m.ID).Count(&n).Error
	})
	return n
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
	plans, now := w.plans(), w.db.Now()
	emails, admins, hadAdmin := map[string]bool{}, 0, false
	for _, m := range before {
		// Who has no account yet (held since the first push, or a guest) could never act: an invite takes nothing from him.
		hadAdmin = hadAdmin || m.Role == RoleAdmin && m.Status == MemberActive && m.AccountID != nil
	}
	for _, m := range w.members() {
		entitled := m.HoldReasons == "" && (m.Status == MemberActive || m.Status == MemberInvited)
		if free := *m.PlanID == plans.Free.ID; free == entitled && m.Status != MemberLeaving { // the plan of who waits stays

			rt.Fatalf("%s (%s) on %s", m.Status, m.HoldReasons, w.plan(&m))
		}
		if m.Status == MemberHeld && m.HoldReasons == "" || m.Left() != (m.DeactivatedAt != nil) || m.Left() && m.HoldReasons != "" {
			rt.Fatalf("%+v", m)
		}
		if (m.Status == MemberLeaving || m.DueAt != nil) && (m.DueAt == nil || !m.Left() || m.DueAt.Before(now)) {
			rt.Fatalf("%s, due at %v, at %v", m.Status, m.DueAt, now)
		}
		if m.Left() && w.sessionsOf(&m) > 0 {
			rt.Fatalf("%s with a session", m.Status)
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
		if u.Managed && u.Active == m.Left() {
			rt.Fatalf("the user is active=%v, its member %s", u.Active, m.Status)
		}
		if !slices.IsSortedFunc(users, func(a, b DirectoryUser) int { return int(a.Seq - b.Seq) }) {
			rt.Fatal("the order moved")
		}
	}
}
