package models

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// told are the receivers of the mails of a name, oldest first.
func (w *world) told(name string) string {
	w.t.Helper()
	var to []string
	for _, mail := range w.mails() {
		if rest, ok := strings.CutPrefix(mail, "mail."+name+" to "); ok {
			to = append(to, rest)
		}
	}
	return strings.Join(to, " ")
}

// twice does a step of a job as two replicas would, one after the other.
func (w *world) twice(step func(*Tx, string) (string, error)) {
	w.t.Helper()
	for range 2 {
		err := w.db.Update(context.Background(), Actor{Kind: ActorSystem, ID: "test"}, func(tx *Tx) error { _, err := step(tx, ""); return err })
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

// TestNewAdmin: the other administrators are told, and the person unless an invite says so (SPEC O6).
func TestNewAdmin(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		w.admin("ada@acme.example")
		sam := w.hand("sam@acme.example")
		w.do(func(tx *Tx) error { return SetMemberAccess(tx, sam.ID, RoleAdmin, "") })
		if a, b := w.told("new_admin"), w.told("admin_now"); a != "ada@acme.example" || b != "sam@acme.example" {
			t.Fatalf("promoted: %q, the person %q", a, b)
		}
		w.do(func(tx *Tx) error {
			i, _, err := CreateInvite(tx, "pat@acme.example", RoleAdmin)
			if err == nil {
				_, _, err = AcceptInvite(tx, i, Acceptance{FirstName: "Pat", LastName: "Lee", Country: "US"})
			}
			return err
		})
		if a, b := w.told("new_admin"), w.told("admin_now"); a != "ada@acme.example ada@acme.example sam@acme.example" || b != "sam@acme.example" {
			t.Errorf("invited: %q, the person %q", a, b)
		}
		before := w.told("new_admin")
		w.do(func(tx *Tx) error { return SetMemberAccess(tx, sam.ID, RoleMember, "") })
		w.do(func(tx *Tx) error { _, _, err := CreateInvite(tx, "kim@acme.example", RoleAdmin); return err })
		if got := w.told("new_admin"); got != before {
			t.Errorf("one who is none any more, or none yet: %q", got)
		}
	})
}

// TestSetupLinkMails: whoever made a setup link hears of its first use, its end, and once when nobody has used it.
func TestSetupLinkMails(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		ada, bob := w.admin("ada@acme.example"), w.admin("bob@acme.example")
		now := testNow
		db.Now = func() time.Time { return now }
		made := func(by Actor) (l *SetupLink) {
			w.do(func(tx *Tx) (err error) { l, _, err = CreateSetupLink(tx.As(by), KindSCIM); return err })
			return l
		}
		byAda := Actor{Kind: ActorMember, ID: *ada.AccountID, OrgID: w.org.ID}
		l := made(byAda)
		for range 2 {
			w.do(func(tx *Tx) error { _, err := StartSetup(tx, l, nil); return err })
		}
		w.do(func(tx *Tx) error { return FinishSetupLink(tx, l) })
		if a, b := w.told("setup_link_opened"), w.told("setup_link_finished"); a != ada.Email || b != ada.Email {
			t.Errorf("opened %q, finished %q", a, b)
		}
		if got := w.actions(l.ID); !slices.Equal(got, []string{"setup_link.created", "setup_link.started", "setup_link.finished"}) {
			t.Errorf("audit: %v", got)
		}
		now = now.Add(time.Second)
		l = made(byAda)
		w.do(func(tx *Tx) error { return CancelSetupLink(tx, KindSCIM) })
		if got := w.actions(l.ID); !slices.Equal(got, []string{"setup_link.created", "setup_link.cancelled"}) {
			t.Errorf("audit: %v", got)
		}
		now = now.Add(time.Second)
		l = made(byAda)
		w.twice(ExpireSetupLinks)
		if got := w.told("setup_link_expired"); got != "" {
			t.Errorf("a live link: %q", got)
		}
		now = now.Add(setupLinkLife)
		w.twice(ExpireSetupLinks)
		if got := w.told("setup_link_expired"); got != ada.Email {
			t.Errorf("expired: %q", got)
		}
		w.look(func(tx *Tx) error {
			got, err := FindSetupLinkByID(tx, l.ID)
			if err == nil && (got.State(now) != LinkExpired || !got.EndedAt.Equal(got.ExpiresAt)) {
				t.Errorf("%+v", got)
			}
			return err
		})
		l = made(Actor{Kind: ActorOperator, ID: "command", OrgID: w.org.ID}) // by a command: all administrators
		now = now.Add(setupLinkLife)
		w.twice(ExpireSetupLinks)
		if got := w.told("setup_link_expired"); got != strings.Join([]string{ada.Email, ada.Email, bob.Email}, " ") {
			t.Errorf("expired, of a command: %q", got)
		}
		l = made(byAda)
		w.do(func(tx *Tx) error { _, err := StartSetup(tx, l, nil); return err })
		before := w.told("setup_link_expired")
		now = now.Add(setupLinkLife)
		w.twice(ExpireSetupLinks)
		if got := w.told("setup_link_expired"); got != before {
			t.Errorf("expired after it was used: %q", got)
		}
	})
}

// TestInviteReminder: once, two days before the end, unless it is over; both links work until it is sent again.
func TestInviteReminder(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		now := testNow
		db.Now = func() time.Time { return now }
		var sam *Invite
		var token string
		w.do(func(tx *Tx) (err error) {
			for _, email := range []string{"pat@acme.example", "kim@acme.example", "sam@acme.example"} {
				if sam, token, err = CreateInvite(tx, email, RoleMember); err != nil {
					return err
				}
				switch email {
				case "pat@acme.example":
					err = CancelInvite(tx, sam.ID)
				case "kim@acme.example":
					_, _, err = AcceptInvite(tx, sam, Acceptance{FirstName: "Kim", LastName: "Lee", Country: "US"})
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		now = testNow.Add(inviteLife - remindBefore - time.Minute)
		w.twice(RemindInvites)
		if got := w.told("invite_reminder"); got != "" {
			t.Errorf("too early: %q", got)
		}
		now = testNow.Add(inviteLife - remindBefore)
		w.twice(RemindInvites)
		if got := w.told("invite_reminder"); got != sam.Email {
			t.Fatalf("reminded: %q", got)
		}
		second := w.lastLink("mail.invite_reminder")
		opens := func(token string) bool {
			var err error
			w.look(func(tx *Tx) error { _, err = FindInviteByToken(tx, token); return nil })
			return err == nil
		}
		if second == token || !opens(token) || !opens(second) || opens("") {
			t.Error("both links open the invite, and nothing else does")
		}
		w.do(func(tx *Tx) error { return ResendInvite(tx, sam.ID) })
		if opens(token) || opens(second) {
			t.Error("a link from before it was sent again works")
		}
	})
}

// lastLink is the token of the link in the newest mail of a kind.
func (w *world) lastLink(kind string) (token string) {
	w.t.Helper()
	w.look(func(tx *Tx) error {
		var row Outbox
		if err := tx.org().Order("id DESC").First(&row, "kind = ?", kind).Error; err != nil {
			return err
		}
		link, err := tx.OpenSecret(&row)
		token = strings.TrimPrefix(link, "/invites/")
		return err
	})
	return token
}

// TestHoldDigest: administrators are told of people on hold, once a day at most and only while somebody new is held
// (SPEC P4).
func TestHoldDigest(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		ada := w.admin("ada@acme.example")
		now := testNow
		db.Now = func() time.Time { return now }
		hold := func(name string) {
			email := name + "@acme.example"
			if _, m := w.pushed(email, true, jo("email="+email, "lastName=")); m.Status != MemberHeld {
				t.Fatalf("%s is %s", email, m.Status)
			}
		}
		for _, c := range []struct {
			after time.Duration
			held  []string
			want  []string // new of all, of each mail so far
		}{
			{0, nil, nil},
			{time.Hour, []string{"a", "b"}, []string{"2 of 2"}},
			{23 * time.Hour, []string{"c"}, []string{"2 of 2"}},
			{time.Hour, nil, []string{"2 of 2", "1 of 3"}},
			{25 * time.Hour, nil, []string{"2 of 2", "1 of 3"}},
			{time.Hour, []string{"d"}, []string{"2 of 2", "1 of 3", "1 of 4"}},
		} {
			now = now.Add(c.after)
			for _, name := range c.held {
				hold(name)
			}
			w.twice(AnnounceHolds)
			if got := w.digests(ada.Email); !slices.Equal(got, c.want) {
				t.Errorf("at %v: told %q, want %q", now.Sub(testNow), got, c.want)
			}
		}
	})
}

// TestHealthMail: who wants it is told once a week what needs attention, by one of several replicas; nobody else, and
// nothing while all is well (UX §15).
func TestHealthMail(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		now := testNow
		db.Now = func() time.Time { return now }
		w, other := newWorld(t, db, "Acme", "acme.example"), newWorld(t, db, "Globex", "globex.example")
		ada := w.admin("ada@acme.example")
		other.admin("olga@globex.example")
		calm := newWorld(t, db, "Initech", "initech.example")
		calm.admin("cy@initech.example")
		want := func(on bool) {
			for _, x := range []*world{w, calm} {
				x.do(func(tx *Tx) error {
					o, err := FindOrganization(tx)
					if err != nil {
						return err
					}
					return SaveDetails(tx, Details{Name: o.Name, HealthMails: on, Version: o.Version})
				})
			}
		}
		for _, x := range []*world{w, other} {
			if _, m, err := x.push("a", true, jo("email=a@outside.example")); err != nil || m.Status != MemberHeld {
				t.Fatal(m, err)
			}
		}
		for _, c := range []struct {
			after time.Duration
			on    bool
			mails int
		}{
			{0, false, 0}, {time.Hour, true, 1}, {6 * 24 * time.Hour, true, 1}, {24 * time.Hour, true, 2}, {8 * 24 * time.Hour, false, 2}, {time.Hour, true, 3},
		} {
			now = now.Add(c.after)
			want(c.on)
			w.twice(AnnounceHealth)
			var rows []Outbox
			do(t, db, "", func(tx *Tx) error { return tx.allOrgs().Order("id").Find(&rows, "kind = ?", "mail.health").Error })
			if len(rows) != c.mails {
				t.Fatalf("at %v: %d mails, want %d", now.Sub(testNow), len(rows), c.mails)
			}
			for _, r := range rows {
				m := decodeMail(t, r.Payload)
				if m.To != ada.Email || !strings.Contains(m.Values["faults"], "members_held 1 ") {
					t.Errorf("%+v", m)
				}
			}
		}
	})
}

// digests are the numbers in the mails about people on hold to an address.
func (w *world) digests(to string) (out []string) {
	w.t.Helper()
	var rows []Outbox
	w.look(func(tx *Tx) error { return tx.org().Order("id").Find(&rows, "kind = ?", "mail.held").Error })
	for _, r := range rows {
		m := decodeMail(w.t, r.Payload)
		if m.To == to {
			out = append(out, m.Values["new"]+" of "+m.Values["all"])
		}
	}
	return out
}

func decodeMail(t *testing.T, payload string) (m Mail) {
	t.Helper()
	if err := json.Unmarshal([]byte(payload), &m); err != nil {
		t.Fatal(err)
	}
	return m
}
