package models

import (
	"context"
	"strings"
	"testing"
	"time"
)

// TestStaff: operators are invited, reset, switched off and on; never oneself, and the last one who can sign in stays.
func TestStaff(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		make := func(email string, works bool) string {
			id := ""
			do(t, db, "", func(tx *Tx) error {
				o, _, err := CreateOperator(tx, email, "hash")
				if err == nil && works {
					err = tx.g.Model(&Operator{}).Where("id = ?", o.ID).Update("totp_proved_at", tx.Now).Error
				}
				id = o.ID
				return err
			})
			return id
		}
		one, two := make("one@saas.example", true), make("two@saas.example", false)
		by := func(id string, fn func(*Tx) error) error {
			return db.Update(context.Background(), Actor{Kind: ActorOperator, ID: id}, fn)
		}
		off := func(id string) func(*Tx) error { return func(tx *Tx) error { return DisableOperator(tx, id) } }
		if CodeOf(by(two, off(one))) != Conflict {
			t.Error("the last one who can sign in was switched off")
		}
		if CodeOf(by(one, off(one))) != Conflict || CodeOf(by(one, func(tx *Tx) error { _, err := ResetOperator(tx, one); return err })) != Conflict {
			t.Error("one changed one's own access")
		}
		if CodeOf(by(one, off("opr-x"))) != NotFound {
			t.Error("nobody was switched off")
		}
		org := importOrg(t, db)
		s := &Session{Kind: SessionOperator, OperatorID: &two}
		token := ""
		do(t, db, org, func(tx *Tx) (err error) {
			if token, err = CreateSession(tx, s, time.Hour, time.Hour); err == nil {
				_, err = BeginImpersonation(tx, s, "Ticket 4711")
			}
			return err
		})
		if err := by(one, off(two)); err != nil {
			t.Fatal(err)
		}
		do(t, db, org, func(tx *Tx) error {
			if _, err := FindSession(tx, SessionOperator, token); !IsNotFound(err) {
				t.Errorf("the session goes on: %v", err)
			}
			rows, err := ListImpersonations(tx, 5)
			if len(rows) != 1 || rows[0].EndedAt == nil {
				t.Errorf("acts on: %+v", rows)
			}
			return err
		})
		welcome := ""
		if err := by(one, func(tx *Tx) (err error) { welcome, err = EnableOperator(tx, two); return err }); err != nil || welcome == "" {
			t.Fatal(err)
		}
		do(t, db, "", func(tx *Tx) error {
			o, err := FindOperatorByWelcome(tx, welcome)
			if err != nil || o.ID != two || o.PasswordHash != "" || o.DisabledAt != nil {
				t.Errorf("%+v %v", o, err)
			}
			rows, err := ClaimOutbox(tx, 100)
			if len(rows) != 1 || rows[0].Kind != "mail.operator_welcome" || !strings.Contains(rows[0].Payload, "two@saas.example") || strings.Contains(rows[0].Payload, welcome) {
				t.Errorf("%+v", rows)
			}
			events, lerr := ListOperatorEvents(tx, AuditQuery{Limit: 3, Actor: one})
			if lerr != nil || len(events) != 3 || events[0].Action != "operator.enabled" || events[1].Action != "operator.disabled" || events[2].Action != "impersonation.ended" {
				t.Errorf("%+v %v", events, lerr)
			}
			return err
		})
	})
}

// TestWrongCodes: a half session stands five wrong codes, each of which is in the audit.
func TestWrongCodes(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		s, _ := acting(t, db, "")
		half := &Session{Kind: SessionOperatorHalf, OperatorID: s.OperatorID}
		token := ""
		do(t, db, "", func(tx *Tx) (err error) {
			token, err = CreateSession(tx, half, operatorHalfway, operatorHalfway)
			return err
		})
		for n := 1; n <= wrongCodes; n++ {
			do(t, db, "", func(tx *Tx) error {
				if _, err := FindSession(tx, SessionOperatorHalf, token); err != nil {
					t.Errorf("ended before code %d: %v", n, err)
				}
				return RefuseOperatorCode(tx, half)
			})
		}
		do(t, db, "", func(tx *Tx) error {
			if _, err := FindSession(tx, SessionOperatorHalf, token); !IsNotFound(err) {
				t.Errorf("goes on after %d wrong codes: %v", wrongCodes, err)
			}
			events, err := ListOperatorEvents(tx, AuditQuery{Limit: 50, Action: "operator.code_refused"})
			if len(events) != wrongCodes {
				t.Errorf("%d events", len(events))
			}
			return err
		})
	})
}
