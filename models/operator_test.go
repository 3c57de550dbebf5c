package models

import (
	"context"
	"testing"
)

func TestCreateOperator(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		make := func(email string) (op *Operator, err error) {
			err = db.Update(context.Background(), Actor{Kind: ActorOperator, ID: "command"}, func(tx *Tx) (err error) {
				op, _, err = CreateOperator(tx, email, "")
				return err
			})
			return op, err
		}
		op, err := make("Jo@Example.com")
		if err != nil || op.Email != "Jo@Example.com" || op.EmailKey != "jo@example.com" {
			t.Fatalf("%+v, %v", op, err)
		}
		if _, err := make("jo@example.COM"); CodeOf(err) != Conflict {
			t.Errorf("the same address again: %v", err)
		}
		if _, err := make("jo"); CodeOf(err) != Invalid {
			t.Errorf("no address: %v", err)
		}
		var events []AuditEvent
		if err := db.read.Set(allOrgsKey, true).Find(&events).Error; err != nil || len(events) != 1 || events[0].Action != "operator.created" {
			t.Errorf("audit: %+v, %v", events, err)
		}
	})
}
