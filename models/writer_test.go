package models

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
)

// TestJoinedWrites shows that units of work that share a commit are each all or nothing: an error, a panic and a caller
// who is gone take back their own rows and no other's (SPEC P11).
func TestJoinedWrites(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		by := Actor{Kind: ActorSystem, ID: "test"}
		gone, leave := context.WithCancel(context.Background())
		leave()
		var wg sync.WaitGroup
		for i := range 90 {
			wg.Go(func() {
				defer func() { _ = recover() }()
				ctx := context.Background()
				if i%9 == 8 {
					ctx = gone
				}
				err := db.Update(ctx, by, func(tx *Tx) error {
					if err := tx.Record(fmt.Sprintf("test.%02d", i), "x", nil); err != nil {
						return err
					}
					if i%9 < 7 && i%2 == 0 { // written, not only waiting
						if err := insert(tx, &PersonLabel{PersonID: fmt.Sprintf("test.%02d", i)}); err != nil {
							return err
						}
					}
					switch i % 9 {
					case 3:
						return errors.New("no")
					case 6:
						panic("no")
					}
					return nil
				})
				if fine := i%9 != 3 && i%9 != 8; (err == nil) != fine {
					t.Errorf("%d: %v", i, err)
				}
			})
		}
		wg.Wait()
		var n, wrong int64
		if err := db.SQL().QueryRow("SELECT COUNT(*) FROM audit_events").Scan(&n); err != nil || n != 60 {
			t.Errorf("%d rows, want 60 (%v)", n, err)
		}
		if err := db.SQL().QueryRow("SELECT COUNT(*) FROM person_labels WHERE person_id NOT IN (SELECT action FROM audit_events)").Scan(&n); err != nil || n != 0 {
			t.Errorf("%d rows of units that failed (%v)", n, err)
		}
		_ = db.View(context.Background(), by, func(tx *Tx) error {
			var rows []AuditEvent
			err := tx.allOrgs().Find(&rows).Error
			for _, r := range rows {
				var i int
				if _, err := fmt.Sscanf(r.Action, "test.%02d", &i); err != nil || i%3 == 0 && i%9 != 0 || i%9 == 8 {
					wrong++
				}
			}
			return err
		})
		if wrong > 0 {
			t.Errorf("%d rows of units that failed", wrong)
		}
	})
}
