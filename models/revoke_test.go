package models

import (
	"slices"
	"testing"
	"time"
)

// busy is an organization with everything on: an SSO session, a directory with two members, a token, two setup links.
type busy struct {
	*world
	con           *Connection
	session, scim string
	tom           *Member
}

func newBusy(t *testing.T, db *DB, name, domain string) *busy {
	t.Helper()
	b := &busy{world: newWorld(t, db, name, domain)}
	b.con = b.connected()
	b.session = b.finish(b.con, Person{Profile: jo("email=jo@" + domain)}, "b", "b").Token
	b.do(func(tx *Tx) error {
		var err error
		if b.scim, _, err = CreateDirectoryToken(tx, b.dir, 0); err != nil {
			return err
		}
		client, err := FindDirectoryByToken(tx, b.scim)
		if err != nil {
			return err
		}
		return NoteSCIMRequest(tx.In(b.org.ID), client)
	})
	_, b.tom = b.pushed("tom@"+domain, true, jo("email=tom@"+domain))
	b.do(func(tx *Tx) error {
		for _, kind := range []string{KindSSO, KindSCIM} {
			if _, _, err := CreateSetupLink(tx, kind); err != nil {
				return err
			}
		}
		return nil
	})
	return b
}

// alive tells what works now.
func (b *busy) alive() (session, token, connection, directory bool, links int64) {
	b.t.Helper()
	b.do(func(tx *Tx) error {
		_, err := FindSession(tx, SessionWeb, b.session)
		session = err == nil
		_, err = FindDirectoryByToken(tx, b.scim)
		token = err == nil
		c, err := FindConnection(tx, b.con.ID)
		if err != nil {
			return err
		}
		d, err := OrganizationDirectory(tx)
		if err != nil {
			return err
		}
		connection, directory = c.State == Active, d.State == Active
		return tx.org().Model(&SetupLink{}).Where("ended_at IS NULL").Count(&links).Error
	})
	return
}

func (b *busy) want(session, token, connection, directory bool, links int64) {
	b.t.Helper()
	s, k, c, d, l := b.alive()
	if s != session || k != token || c != connection || d != directory || l != links {
		b.t.Fatalf("session %v, token %v, connection %v, directory %v, links %d", s, k, c, d, l)
	}
}

func (b *busy) off(kind, members string) *Revocation {
	b.t.Helper()
	var r *Revocation
	b.do(func(tx *Tx) (err error) { r, err = Deactivate(tx, kind, members); return err })
	return r
}

func TestDeactivateSSOTakesBoth(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		b, twin := newBusy(t, db, "Acme", "acme.example"), newBusy(t, db, "Globex", "globex.example")
		admin := b.admin("ada@acme.example")
		b.do(func(tx *Tx) error {
			reach, err := FindReach(tx, KindSSO)
			if err == nil && (reach.Sessions != 1 || reach.SignIns != 1 || reach.Managed != 1 || reach.Tokens != 1 || reach.Links != 2 || !reach.DirectoryOn) {
				t.Errorf("reach: %+v", reach)
			}
			return err
		})
		r := b.off(KindSSO, MembersKeep)
		b.want(false, false, false, false, 0)
		twin.want(true, true, true, true, 2)
		if err := b.try(func(tx *Tx) error { _, err := Deactivate(tx, KindSSO, MembersKeep); return err }); CodeOf(err) != Conflict {
			t.Errorf("twice: %v", err)
		}
		if err := twin.try(func(tx *Tx) error { return UndoRevocation(tx, r.ID) }); CodeOf(err) != NotFound {
			t.Errorf("undone from another organization: %v", err)
		}
		var told int
		if err := db.SQL().QueryRow("SELECT COUNT(*) FROM outbox WHERE kind = 'mail.deactivated' AND payload LIKE '%" + admin.Email + "%'").Scan(&told); err != nil || told != 1 {
			t.Errorf("%d mails to the administrator, %v", told, err)
		}
		b.do(func(tx *Tx) error { return UndoRevocation(tx, r.ID) })
		b.want(true, true, true, true, 2)
		if err := b.try(func(tx *Tx) error { return UndoRevocation(tx, r.ID) }); CodeOf(err) != Gone {
			t.Errorf("undone twice: %v", err)
		}
	})
}

func TestDeactivateSCIMAlone(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		for _, members := range []string{MembersKeep, MembersDeprovision} {
			b := newBusy(t, db, "Acme "+members, members+".example")
			before := b.actions(b.tom.ID)
			r := b.off(KindSCIM, members)
			b.want(true, false, true, false, 1)
			m := b.find(b.tom.ID)
			if m.Managed() || (m.Status == MemberActive) != (members == MembersKeep) {
				t.Errorf("%s: %+v", members, m)
			}
			b.do(func(tx *Tx) error { return UndoRevocation(tx, r.ID) })
			b.want(true, true, true, true, 2)
			if m := b.find(b.tom.ID); !m.Managed() || m.Status != MemberActive || b.plan(m) != b.plan(b.tom) || m.RoleSource != b.tom.RoleSource || m.KeptRole != b.tom.KeptRole || orNone(m.KeptPlanID) != orNone(b.tom.KeptPlanID) {
				t.Errorf("%s undone: %+v", members, m)
			}
			if got := b.actions(b.tom.ID); slices.Contains(got, "member.taken_over") || members == MembersKeep && !slices.Equal(got, before) {
				t.Errorf("%s: an undo takes nobody over: %v", members, got)
			}
		}
	})
}

// TestUndoIsNotForever: after ten minutes, or once the setup began anew, a deactivation stays.
// TestSetUpAgainAfterDeprovisioning: whoever left with the directory is shown as inactive once it is set up again, and a
// POST brings them back under the SCIM id and with the plan that they had (SPEC R2, P7).
func TestSetUpAgainAfterDeprovisioning(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		b := newBusy(t, db, "Acme", "acme.com")
		kept, _ := b.post("kept", true, jo("email=kept@acme.com", "plan=Ultimate"))
		b.off(KindSCIM, MembersDeprovision)
		b.do(func(tx *Tx) error {
			d, err := OrganizationDirectory(tx)
			if err != nil {
				return err
			}
			_, _, err = CreateDirectoryToken(tx, d, 0)
			return err
		})
		for _, u := range b.users() {
			if u.Managed && u.Active {
				t.Errorf("%s is shown as active", u.UserName)
			}
		}
		back, m := b.post("kept", true, jo("email=kept@acme.com", "plan=Ultimate"))
		if back.ID != kept.ID || m.Status != MemberActive || b.plan(m) != "Ultimate" {
			t.Errorf("came back as %+v", m)
		}
	})
}

func TestUndoIsNotForever(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		b := newBusy(t, db, "Acme", "acme.example")
		r := b.off(KindSSO, MembersKeep)
		db.Now = func() time.Time { return testNow.Add(undoWindow) }
		if err := b.try(func(tx *Tx) error { return UndoRevocation(tx, r.ID) }); CodeOf(err) != Gone {
			t.Errorf("late: %v", err)
		}
		db.Now = func() time.Time { return testNow }
		b.do(func(tx *Tx) error { _, _, err := CreateSetupLink(tx, KindSSO); return err })
		if err := b.try(func(tx *Tx) error { return UndoRevocation(tx, r.ID) }); CodeOf(err) != Conflict {
			t.Errorf("after a new setup link: %v", err)
		}
		b.want(false, false, false, false, 1)
	})
}

// TestUndoRevivesOnlyItsOwn: what had ended before stays ended.
func TestUndoRevivesOnlyItsOwn(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		b := newBusy(t, db, "Acme", "acme.example")
		before := b.finish(b.con, Person{Profile: jo("email=jo@acme.example")}, "b", "b").Token
		b.do(func(tx *Tx) error { return EndSession(tx, Digest(before)) })
		b.do(func(tx *Tx) error { return CancelSetupLink(tx, KindSSO) })
		r := b.off(KindSSO, MembersKeep)
		b.do(func(tx *Tx) error { return UndoRevocation(tx, r.ID) })
		b.want(true, true, true, true, 1)
		b.do(func(tx *Tx) error {
			if _, err := FindSession(tx, SessionWeb, before); CodeOf(translate(err)) != NotFound {
				t.Errorf("a session that had ended before lives again: %v", err)
			}
			return nil
		})
	})
}

// TestRevokedDuringSignIn: a response that was good a moment ago opens nothing once Single Sign-On is off (SPEC R2).
func TestRevokedDuringSignIn(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		c := w.connected()
		var code string
		w.do(func(tx *Tx) (err error) {
			if err := SetIDPInitiated(tx, c, true); err != nil {
				return err
			}
			code, err = AcceptResponse(tx, c, GoodResponse{AssertionID: "_a", RememberUntil: testNow.Add(time.Minute), Browser: "b", Identity: "{}"})
			return err
		})
		w.do(func(tx *Tx) error { _, err := Deactivate(tx, KindSSO, MembersKeep); return err })
		w.do(func(tx *Tx) error {
			ticket, err := FindTicket(tx, code)
			if err != nil {
				return err
			}
			f, err := FinishSignIn(tx, ticket, "b", "")
			if err == nil && (f.Refusal == nil || f.Refusal.Reason != ReasonOff || f.Token != "") {
				t.Errorf("%+v", f)
			}
			return err
		})
		w.do(func(tx *Tx) error {
			c, err := FindConnection(tx, c.ID)
			if err != nil {
				return err
			}
			_, err = AcceptResponse(tx, c, GoodResponse{AssertionID: "_b", RememberUntil: testNow.Add(time.Minute), Browser: "b", Identity: "{}"})
			if why, _ := AsRefusal(err); why == nil || why.Reason != ReasonOff {
				t.Errorf("after that: %v", err)
			}
			return nil
		})
	})
}
