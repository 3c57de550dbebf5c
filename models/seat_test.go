package models

import (
	"strings"
	"testing"
)

// seatsAre fails the test unless the people have these states, and the stored count is the true one.
func (w *world) seatsAre(want string) {
	w.t.Helper()
	w.look(func(tx *Tx) error {
		o, err := FindOrganization(tx)
		if err != nil {
			return err
		}
		members, err := ListMembers(tx, MemberQuery{})
		if err != nil {
			return err
		}
		var got []string
		active := int64(0)
		for i := range members {
			name, _, _ := strings.Cut(members[i].Email, "@")
			got = append(got, name+":"+members[i].Status)
			if members[i].Status == MemberActive {
				active++
			}
		}
		if s := strings.Join(got, " "); s != want {
			w.t.Errorf("got  %s\nwant %s", s, want)
		}
		if o.Seats != nil && o.SeatsUsed != active {
			w.t.Errorf("the stored count is %d, active are %d", o.SeatsUsed, active)
		}
		return nil
	})
}

func (w *world) seats(n int64) {
	w.t.Helper()
	w.do(func(tx *Tx) error {
		if n == 0 {
			return SetSeats(tx, nil)
		}
		return SetSeats(tx, &n)
	})
}

// come pushes people by their names and fails the test when the directory hears a refusal.
func (w *world) come(active bool, names ...string) (m *Member) {
	w.t.Helper()
	var err error
	for _, n := range names {
		if _, m, err = w.push(n, active, jo("email="+n+"@acme.example", "plan=Extended")); err != nil {
			w.t.Fatal(err)
		}
	}
	return m
}

// TestSeats: whoever comes when all seats are taken waits on Free, no request fails, and the next one moves up when a
// seat is free or more are bought.
func TestSeats(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		w.admin("ada@acme.example")
		w.come(true, "a")
		w.seats(3)
		w.come(true, "b")
		if m := w.come(true, "c", "d"); m.Status != MemberWaiting || w.plan(m) != "Free" {
			t.Errorf("%s on %s", m.Status, w.plan(m))
		}
		w.come(true, "c")
		w.seatsAre("ada:active a:active b:active c:waiting d:waiting")
		w.wantMails("seats_full", 1)

		w.come(false, "a")
		w.seatsAre("ada:active a:deactivated b:active c:active d:waiting")
		w.come(true, "a") // back, but behind d's back
		w.seatsAre("ada:active a:waiting b:active c:active d:waiting")
		w.come(false, "d")
		w.seats(4)
		w.seatsAre("ada:active a:active b:active c:active d:deactivated")
		w.look(func(tx *Tx) error {
			m, err := FindMemberByEmail(tx, "c@acme.example")
			if err == nil && w.plan(m) != "Extended" {
				t.Errorf("c has a seat and is on %s", w.plan(m))
			}
			o, err := FindOrganization(tx)
			if o.SeatsFullAt != nil {
				t.Error("nobody waits, but it is full")
			}
			return err
		})

		w.come(true, "e")
		w.wantMails("seats_full", 2)
		w.seats(2) // nobody loses a seat
		w.seatsAre("ada:active a:active b:active c:active d:deactivated e:waiting")
		w.come(false, "a", "b")
		w.seatsAre("ada:active a:deactivated b:deactivated c:active d:deactivated e:waiting")
		w.seats(0)
		w.seatsAre("ada:active a:deactivated b:deactivated c:active d:deactivated e:active")
		w.come(true, "a", "b", "d")
		w.seats(6)
		w.seatsAre("ada:active a:active b:active c:active d:active e:active")
		for _, n := range []int64{-1, maxSeats + 1} {
			if err := w.try(func(tx *Tx) error { return SetSeats(tx, &n) }); CodeOf(err) != Invalid {
				t.Errorf("%d seats: %v", n, err)
			}
		}
	})
}

// TestSeatsOfTheInvited: an invite is taken when all seats are: the person waits and moves up like everybody else.
func TestSeatsOfTheInvited(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		w.admin("ada@acme.example")
		w.come(true, "a")
		w.seats(2)
		w.do(func(tx *Tx) error {
			i, _, err := CreateInvite(tx, "ivy@else.example", RoleMember)
			if err != nil {
				return err
			}
			_, m, err := AcceptInvite(tx, i, Acceptance{FirstName: "Ivy", LastName: "Ek", Country: "SE"})
			if err == nil && (m.Status != MemberWaiting || !m.MaySignIn()) {
				t.Errorf("%+v", m)
			}
			return err
		})
		w.seatsAre("ada:active a:active ivy:waiting")
		w.wantMails("seats_full", 1)
		w.come(false, "a")
		w.seatsAre("ada:active a:deactivated ivy:active")
		w.look(func(tx *Tx) error {
			m, err := FindMemberByEmail(tx, "ivy@else.example")
			if err == nil && w.plan(m) != "Core" {
				t.Errorf("Ivy is on %s", w.plan(m))
			}
			return err
		})
	})
}

// TestSeatsBought: an order for seats adds them.
func TestSeatsBought(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		s := newShop(t, db)
		two := int64(2)
		s.run(Actor{Kind: ActorOperator, ID: "command", OrgID: s.org.ID}, func(tx *Tx) error { return SetSeats(tx, &two) })
		for _, n := range []int64{0, -5, maxSeats + 1} {
			if _, err := s.start(ProductSeats, n); CodeOf(err) != Invalid {
				t.Errorf("%d: %v", n, err)
			}
		}
		o, err := s.start(ProductSeats, 10)
		if err != nil || o.Amount != 2000 || o.What() != "10 seats" {
			t.Fatal(o, err)
		}
		for range 2 {
			s.mustHear(paidFor(o))
		}
		s.run(s.actor, func(tx *Tx) error {
			org, err := FindOrganization(tx)
			if err == nil && (org.Seats == nil || *org.Seats != 12 || org.SeatsUsed != 1) {
				t.Errorf("%+v", org)
			}
			return err
		})
		s.wantHas("", "started paid", "receipt")
	})
}

// wantMails counts the mails of one name.
func (w *world) wantMails(name string, want int64) {
	w.t.Helper()
	w.look(func(tx *Tx) error {
		var n int64
		err := tx.org().Model(&Outbox{}).Where("kind = ?", "mail."+name).Count(&n).Error
		if n != want {
			w.t.Errorf("%d mails %s, want %d", n, name, want)
		}
		return err
	})
}
