package models

import (
	"testing"
	"time"
)

// TestServiceKeyRollOver: published first, used after it, and the past one decrypts for a while; each step by hand or by
// the daily job (SPEC S5, T3).
func TestServiceKeyRollOver(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		now := testNow
		db.Now = func() time.Time { return now }
		c := w.connected()
		if err := w.try(func(tx *Tx) error { return StartKeyRollOver(tx, c) }); CodeOf(err) != Conflict {
			t.Errorf("without a key: %v", err)
		}
		signed := anIDP
		signed.SignRequests = true
		w.admin("root@acme.example")
		w.do(func(tx *Tx) error {
			if err := SaveProviderData(tx, c, signed); err != nil {
				return err
			}
			return ActivateConnection(tx, c, true)
		})
		keys := func() (all []ServiceKey) {
			t.Helper()
			again := w.reload(c)
			w.do(func(tx *Tx) (err error) { all, err = OpenServiceKeys(tx, again); return err })
			return all
		}
		job := func() {
			t.Helper()
			w.do(func(tx *Tx) error { _, err := RollServiceKeys(tx.In(""), ""); return err })
		}
		first := keys()[0].Key
		job()
		if len(keys()) != 1 {
			t.Fatal("a key was renewed long before its end")
		}
		w.do(func(tx *Tx) error { return StartKeyRollOver(tx, c) })
		w.do(func(tx *Tx) error { return StartKeyRollOver(tx, c) }) // twice is once
		both := keys()
		if len(both) != 2 || !both[0].Key.Equal(first) || both[1].Cert == nil || both[1].Key.Equal(first) {
			t.Fatalf("published: %d keys", len(both))
		}
		now = now.Add(keyNotice - time.Second)
		job()
		if !keys()[0].Key.Equal(first) {
			t.Fatal("switched too early")
		}
		now = now.Add(time.Second)
		job()
		switched := keys()
		if len(switched) != 2 || !switched[0].Key.Equal(both[1].Key) || !switched[1].Key.Equal(first) || switched[1].Cert != nil {
			t.Fatalf("switched: %d keys", len(switched))
		}
		if err := w.try(func(tx *Tx) error { return SwitchServiceKey(tx, c) }); CodeOf(err) != Conflict {
			t.Errorf("nothing to switch to: %v", err)
		}
		now = now.Add(keyNotice)
		job()
		if last := keys(); len(last) != 1 || !last[0].Key.Equal(both[1].Key) {
			t.Fatalf("dropped: %d keys", len(last))
		}
		now = last10Years(keys()[0])
		job()
		if len(keys()) != 2 {
			t.Error("a key whose certificate ends is not renewed by itself")
		}
		told := map[string]int{}
		for _, m := range w.mails() {
			told[m]++
		}
		if told["mail.service_key_renewed to root@acme.example"] != 2 || told["mail.service_key_switched to root@acme.example"] != 1 {
			t.Errorf("mails: %v", told)
		}
	})
}

// last10Years is when a key has to be renewed by itself.
func last10Years(k ServiceKey) time.Time { return k.Cert.NotAfter.Add(-keyRenew) }
