package models

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"
)

// TestOpenedKeys: a key is parsed once, another one in its row is seen at once, and there are never too many.
func TestOpenedKeys(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		open := func(c Connection) (k ServiceKey) {
			t.Helper()
			w.do(func(tx *Tx) error {
				keys, err := OpenServiceKeys(tx, &c)
				k = keys[0]
				return err
			})
			return k
		}
		var one, two Connection
		w.do(func(tx *Tx) (err error) {
			if one.ServiceKey, one.ServiceCert, err = newServiceKey(tx, &one); err == nil {
				two.ServiceKey, two.ServiceCert, err = newServiceKey(tx, &two)
			}
			return err
		})
		first := open(one)
		if open(one).Key != first.Key {
			t.Error("parsed twice")
		}
		if k := open(two); k.Key.Equal(first.Key) || !k.Key.PublicKey.Equal(k.Cert.PublicKey) {
			t.Error("another row's key")
		}
		for i := range maxOpened {
			db.opened.keys[[2]string{fmt.Sprint(i)}] = ServiceKey{}
		}
		one.ServiceCert = two.ServiceCert
		if open(one); len(db.opened.keys) > maxOpened {
			t.Errorf("%d keys are kept", len(db.opened.keys))
		}
	})
}

// BenchmarkOpenServiceKeys is what each response costs a connection that has a key of its own.
func BenchmarkOpenServiceKeys(b *testing.B) {
	ring, err := ParseKeyring(NewSecretKey())
	if err != nil {
		b.Fatal(err)
	}
	tx := &Tx{db: &DB{keys: ring, Rand: rand.Reader}, Now: testNow}
	var c Connection
	if c.ServiceKey, c.ServiceCert, err = newServiceKey(tx, &c); err != nil {
		b.Fatal(err)
	}
	for name, open := range map[string]func() error{
		"kept":   func() error { _, err := OpenServiceKeys(tx, &c); return err },
		"parsed": func() error { _, err := openServiceKey(tx, c.ServiceKey, c.ServiceCert); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := open(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

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
