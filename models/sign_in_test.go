package models

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"
)

// came is somebody coming back from the identity provider with a good response; subject is the NameID where it lasts.
func (w *world) came(c *Connection, subject string, p Profile) (*Member, *Refusal) {
	w.t.Helper()
	var m *Member
	err := w.try(func(tx *Tx) (err error) {
		m, err = ResolveMember(tx, c, Person{Subject: subject, Profile: p})
		return err
	})
	if why, ok := AsRefusal(err); ok {
		return nil, why
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return m, nil
}

func refusedFor(t *testing.T, why *Refusal, reason string) {
	t.Helper()
	if why == nil || why.Reason != reason {
		t.Fatalf("refused: %+v, want %s", why, reason)
	}
}

// TestResolveByKey: the NameID is the key where it lasts; it and the e-mail may not name two people (SPEC S4).
func TestResolveByKey(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		c := w.connected()
		jane, why := w.came(c, "n-1", jo("email=jane@acme.example"))
		if why != nil || jane.Source != SourceJIT || jane.AccountID == nil {
			t.Fatalf("%+v %v", jane, why)
		}
		bob, _ := w.came(c, "", jo("email=bob@acme.example"))
		again, _ := w.came(c, "n-1", jo("email=jane.roe@acme.example")) // renamed at the provider
		if again.ID != jane.ID {
			t.Error("a new e-mail made a new person of a known NameID")
		}
		_, why = w.came(c, "n-1", jo("email=bob@acme.example"))
		refusedFor(t, why, ReasonConflict)
		first, _ := w.came(c, "n-2", jo("email=bob@acme.example")) // bob's first sign-in with a NameID
		if first.ID != bob.ID {
			t.Error("bob is another now")
		}
		_, why = w.came(c, "n-3", jo("email=bob@acme.example")) // the address was given to a newcomer
		refusedFor(t, why, ReasonConflict)

		twin := newWorld(t, db, "Globex", "globex.example")
		other := twin.connected()
		stranger, _ := twin.came(other, "n-1", jo("email=jane@globex.example"))
		if stranger.ID == jane.ID || stranger.OrganizationID != twin.org.ID {
			t.Error("a NameID of one connection names somebody in another organization")
		}
	})
}

// TestDirectoryModeNeverCreates, but lets in every active member of any source (SPEC S6).
func TestDirectoryModeNeverCreates(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		c := w.connected()
		jane, _ := w.came(c, "", jo("email=jane@acme.example"))
		admin := w.admin("ada@acme.example")
		w.do(func(tx *Tx) error { return setAddMembers(tx, AddByDirectory) })
		_, why := w.came(c, "", jo("email=new@acme.example"))
		refusedFor(t, why, ReasonNotMember)
		for _, m := range []*Member{jane, admin} {
			if in, why := w.came(c, "", jo("email="+m.Email)); why != nil || in.ID != m.ID {
				t.Errorf("%s: %v", m.Email, why)
			}
		}
		_, pushed, err := w.push("tom@acme.example", true, jo("email=tom@acme.example"))
		if err != nil {
			t.Fatal(err)
		}
		in, why := w.came(c, "", jo("email=tom@acme.example", "firstName=Mallory"))
		if why != nil || in.ID != pushed.ID || in.FirstName != "Jo" {
			t.Errorf("a sign-in changed what the directory manages: %+v %v", in, why)
		}
	})
}

// TestWhoMayNotSignIn: blocked, deactivated and held members stay out, whatever the identity provider says.
func TestWhoMayNotSignIn(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		c := w.connected()
		m, _ := w.came(c, "", jo())
		blocked := testNow
		for name, v := range map[string]struct {
			member Member
			reason string
		}{
			"deactivated":     {Member{Status: MemberDeactivated}, ReasonAccount},
			"disconnected":    {Member{Status: MemberDisconnected}, ReasonAccount},
			"leaving":         {Member{Status: MemberLeaving}, ReasonAccount},
			"blocked":         {Member{Status: MemberActive, BlockedAt: &blocked}, ReasonAccount},
			"invited,blocked": {Member{Status: MemberInvited, BlockedAt: &blocked}, ReasonAccount},
			"held":            {Member{Status: MemberHeld, HoldReasons: AccountElsewhere, DirectoryID: &w.dir.ID}, ReasonHeld},
		} {
			w.do(func(tx *Tx) error {
				return updateMember(tx, w.find(m.ID), map[string]any{
					"status": v.member.Status, "blocked_at": v.member.BlockedAt, "hold_reasons": v.member.HoldReasons, "directory_id": v.member.DirectoryID,
				})
			})
			_, why := w.came(c, "", jo())
			refusedFor(t, why, v.reason)
			if why.PersonID != m.ID {
				t.Errorf("%s: the log does not name the member", name)
			}
		}
	})
}

// TestInvitedSignsIn: signing in proves the address, so it accepts the invite.
func TestInvitedSignsIn(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		c := w.connected()
		w.do(func(tx *Tx) error { _, _, err := CreateInvite(tx, "jo@acme.example", RoleMember); return err })
		m, why := w.came(c, "", jo())
		if why != nil || m.Status != MemberActive {
			t.Fatalf("%+v %v", m, why)
		}
		var open int
		if err := db.SQL().QueryRow("SELECT COUNT(*) FROM invites WHERE accepted_at IS NULL").Scan(&open); err != nil || open != 0 {
			t.Errorf("%d open invites, %v", open, err)
		}
	})
}

// TestHeldForPersonalDetails: such a member comes in and has an account, to be asked for them (SPEC P4).
func TestHeldForPersonalDetails(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		c := w.connected()
		m, why := w.came(c, "", jo("country="))
		if why != nil || m.Status != MemberHeld || m.AccountID == nil || !m.MaySignIn() {
			t.Fatalf("%+v %v", m, why)
		}
		m, why = w.came(c, "", jo("country=DE"))
		if why != nil || m.Status != MemberActive {
			t.Fatalf("released: %+v %v", m, why)
		}
	})
}

// TestFinishSession: the session has the organization's lifetimes, is bound to member and connection, and ends with the
// identity provider's own end (SPEC S7).
func TestFinishSession(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		c := w.connected()
		w.do(func(tx *Tx) error {
			return tx.g.Model(&Organization{}).Where("id = ?", w.org.ID).Updates(map[string]any{"session_hours": 8, "idle_hours": 2}).Error
		})
		for until, want := range map[time.Time]time.Duration{{}: 8 * time.Hour, testNow.Add(time.Hour): time.Hour, testNow.Add(99 * time.Hour): 8 * time.Hour} {
			f := w.finish(c, Person{Profile: jo(), Until: until}, "b", "b")
			if f.Refusal != nil {
				t.Fatal(f.Refusal)
			}
			w.do(func(tx *Tx) error {
				s, err := FindSession(tx, SessionWeb, f.Token)
				if err != nil {
					return err
				}
				if *s.MemberID != f.Member.ID || *s.ConnectionID != c.ID || s.OrganizationID != w.org.ID || !s.ExpiresAt.Equal(testNow.Add(want)) || s.IdleSeconds != 7200 {
					t.Errorf("until %v: %+v", until, s)
				}
				return nil
			})
		}
		if f := w.finish(c, Person{Profile: jo()}, "b", "other"); f.Refusal == nil || f.Refusal.Reason != ReasonBrowser {
			t.Errorf("another browser: %+v", f)
		}
		if f := w.finish(c, Person{Profile: jo()}, "", ""); f.Refusal == nil || f.Refusal.Reason != ReasonBrowser {
			t.Errorf("no browser: %+v", f)
		}
	})
}

// finish takes a good response to the finishing page, started in one browser and finished in another.
func (w *world) finish(c *Connection, p Person, started, finished string) *Finished {
	w.t.Helper()
	who, err := json.Marshal(p)
	if err != nil {
		w.t.Fatal(err)
	}
	var f *Finished
	w.do(func(tx *Tx) error {
		s, err := ActiveSettings(tx, c)
		if err != nil {
			return err
		}
		id := tx.NewID("req")
		if _, err := StartAttempt(tx, c, NewAttempt{Kind: AttemptLogin, RequestID: id, Relay: id, Browser: started, Settings: s}); err != nil {
			return err
		}
		a, err := FindAttempt(tx, c, id, "")
		if err != nil {
			return err
		}
		code, err := AcceptResponse(tx, c, GoodResponse{Attempt: a, InResponseTo: id, AssertionID: id, RememberUntil: tx.Now, Identity: string(who)})
		if err != nil {
			return err
		}
		t, err := FindTicket(tx, code)
		if err != nil {
			return err
		}
		f, err = FinishSignIn(tx, t, finished, "agent")
		return err
	})
	return f
}

// TestOneOfMany: of 20 concurrent uses of one assertion exactly one counts, on both engines (SPEC S4).
func TestOneOfMany(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		c := w.connected()
		w.do(func(tx *Tx) error { return SetIDPInitiated(tx, c, true) })
		var wg sync.WaitGroup
		refusals := make([]error, 20)
		for i := range refusals {
			wg.Go(func() {
				refusals[i] = db.Update(context.Background(), Actor{Kind: ActorSAML, ID: c.ID, OrgID: w.org.ID}, func(tx *Tx) error {
					_, err := AcceptResponse(tx, c, GoodResponse{AssertionID: "_once", RememberUntil: testNow.Add(time.Minute), Browser: "b", Identity: "{}"})
					return err
				})
			})
		}
		wg.Wait()
		good := 0
		for _, err := range refusals {
			if why, ok := AsRefusal(err); err == nil {
				good++
			} else if !ok || why.Reason != ReasonReplay {
				t.Errorf("%v", err)
			}
		}
		if good != 1 {
			t.Errorf("%d of 20 counted", good)
		}
	})
}

// TestRefusalKeepsTheTransaction: what is refused is logged in the same commit, also after PostgreSQL met a conflict.
func TestRefusalKeepsTheTransaction(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		c := w.connected()
		w.do(func(tx *Tx) error { return SetIDPInitiated(tx, c, true) })
		for range 2 {
			w.do(func(tx *Tx) error {
				_, err := AcceptResponse(tx, c, GoodResponse{AssertionID: "_a", RememberUntil: testNow.Add(time.Minute), Browser: "b", Identity: "{}"})
				if why, ok := AsRefusal(err); ok {
					_, err = FailSignIn(tx, c, nil, why, "{}")
				}
				return err
			})
		}
		rows := list(w)
		if len(rows) != 2 || rows[0].Reason != ReasonReplay || rows[0].Outcome != SignInFailed || rows[1].Outcome != SignInResponded {
			t.Errorf("log: %+v", rows)
		}
		if rows[0].Reference == rows[1].Reference || len(rows[0].Reference) != referenceLength {
			t.Errorf("references: %q %q", rows[0].Reference, rows[1].Reference)
		}
	})
}

// TestAttachedOnHold: an account from outside is attached to a member who is held for personal details only, because the
// domain is proved, and its owner is told (SPEC P6).
func TestAttachedOnHold(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		c := w.connected()
		var a *Account
		w.do(func(tx *Tx) (err error) { a, err = CreateAccount(tx, "jo@acme.example", "Jo"); return err })
		m, why := w.came(c, "", jo("country="))
		if why != nil || m.AccountID == nil || *m.AccountID != a.ID {
			t.Fatalf("%+v %v", m, why)
		}
		if !slices.Contains(w.mails(), "mail.account_attached to jo@acme.example") {
			t.Errorf("mails: %v", w.mails())
		}
	})
}
