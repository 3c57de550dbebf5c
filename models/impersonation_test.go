package models

import (
	"context"
	"strings"
	"testing"
	"time"
)

// acting is the session of a new operator and the actor who it makes in the organization.
func acting(t *testing.T, db *DB, org string) (*Session, Actor) {
	t.Helper()
	s := &Session{Kind: SessionOperator}
	do(t, db, "", func(tx *Tx) error {
		o, _, err := CreateOperator(tx, "ops@saas.example", "h")
		if err != nil {
			return err
		}
		s.OperatorID = &o.ID
		_, err = CreateSession(tx, s, operatorLife, operatorLife)
		return err
	})
	return s, Actor{Kind: ActorActing, ID: *s.OperatorID, OrgID: org}
}

// TestImpersonation: it needs a reason, lasts an hour, is ended at once, and another organization's replaces it.
func TestImpersonation(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		org := importOrg(t, db)
		s, _ := acting(t, db, org)
		now := testNow
		db.Now = func() time.Time { return now }
		begin := func(reason string) error {
			return db.Update(context.Background(), Actor{Kind: ActorOperator, ID: *s.OperatorID, OrgID: org}, func(tx *Tx) error {
				_, err := BeginImpersonation(tx, s, reason)
				return err
			})
		}
		live := func() bool {
			var err error
			do(t, db, "", func(tx *Tx) error {
				_, err = FindImpersonation(tx, s)
				return nil
			})
			return err == nil
		}
		for _, bad := range []string{"", "  x  y ", strings.Repeat("é", 301)} {
			if CodeOf(begin(bad)) != Invalid {
				t.Errorf("the reason %q is taken", bad)
			}
		}
		if live() {
			t.Error("acts without a reason")
		}
		if err := begin("Ticket 4711:\n the certificate"); err != nil || !live() {
			t.Fatal(err)
		}
		if err := begin("Once more, the same"); err != nil || !live() {
			t.Fatal(err)
		}
		now = now.Add(59 * time.Minute)
		if !live() {
			t.Error("ended before the hour")
		}
		now = now.Add(time.Minute)
		if live() {
			t.Error("goes on after the hour")
		}
		if err := begin("A third time"); err != nil {
			t.Fatal(err)
		}
		do(t, db, "", func(tx *Tx) error { return EndImpersonation(tx, s) })
		if live() {
			t.Error("goes on after the end")
		}
		do(t, db, org, func(tx *Tx) error {
			events, err := ListAuditEvents(tx, AuditQuery{Limit: 10, Action: "impersonation."})
			var got []string
			for _, e := range events {
				got = append(got, strings.TrimPrefix(e.Action, "impersonation."))
			}
			if strings.Join(got, " ") != "ended began began ended began" || !strings.Contains(events[4].Changes, "Ticket 4711: the certificate") {
				t.Error(got, events)
			}
			web := *s
			web.Kind = SessionWeb
			if _, err := BeginImpersonation(tx, &web, "With a member's session"); CodeOf(err) != Forbidden {
				t.Error(err)
			}
			return err
		})
	})
}

// TestActingIsRefused: what an operator who acts for an organization must leave to its administrators.
func TestActingIsRefused(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		org := importOrg(t, db)
		s, by := acting(t, db, org)
		var d *Directory
		var m *Member
		do(t, db, org, func(tx *Tx) error {
			i, _, err := CreateInvite(tx, "kim@acme.example", RoleMember)
			if err != nil {
				return err
			}
			if m, err = FindMember(tx, i.MemberID); err != nil {
				return err
			}
			d, err = ensureDirectory(tx)
			return err
		})
		edit := func(email string) func(*Tx) error {
			return func(tx *Tx) error {
				return EditMember(tx, m.ID, MemberEdit{Profile: Profile{Email: email, FirstName: "Kim", LastName: "Lee", Country: "US"}, Version: m.Version})
			}
		}
		for name, fn := range map[string]func(*Tx) error{
			"token":   func(tx *Tx) error { _, _, err := CreateDirectoryToken(tx, d, 0); return err },
			"codes":   func(tx *Tx) error { _, err := MakeRecoveryCodes(tx, s); return err },
			"prove":   func(tx *Tx) error { return ProveRecoveryCode(tx, "x") },
			"require": func(tx *Tx) error { return RequireSSO(tx, true, s) },
			"e-mail":  edit("mine@saas.example"),
			"delete":  func(tx *Tx) error { return SetDeprovision(tx, DeprovisionDelete) },
		} {
			err := db.Update(context.Background(), by, fn)
			if code := CodeOf(err); code != Forbidden && !(name == "delete" && code == Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := db.Update(context.Background(), by, edit("kim@acme.example")); err != nil {
			t.Errorf("a name without the e-mail: %v", err)
		}
		do(t, db, org, func(tx *Tx) error {
			events, err := ListAuditEvents(tx, AuditQuery{Limit: 1})
			if err != nil || events[0].ActorKind != ActorActing || events[0].ActorID != by.ID {
				t.Errorf("%+v %v", events, err)
			}
			labels, err := Labels(tx, []string{by.ID})
			if labels[by.ID].Email != "ops@saas.example" {
				t.Error(labels)
			}
			return err
		})
	})
}
