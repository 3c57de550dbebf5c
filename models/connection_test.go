package models

import (
	"testing"
	"time"
)

// aCertificate stands for a pinned certificate; this room only stores it.
const aCertificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"

var anIDP = ProviderData{EntityID: "https://idp.example/e", SSOURL: "https://idp.example/sso", Certificates: aCertificate}

// connected gives the organization an Active connection, untested as the command does.
func (w *world) connected() *Connection {
	w.t.Helper()
	var c *Connection
	w.do(func(tx *Tx) (err error) {
		if c, err = PrepareConnection(tx); err != nil {
			return err
		}
		if err := SaveProviderData(tx, c, anIDP); err != nil {
			return err
		}
		return ActivateConnection(tx, c, true)
	})
	return c
}

// tested walks a test sign-in to its end with the settings in work.
func (w *world) tested(c *Connection, between func()) *Finished {
	w.t.Helper()
	var code string
	w.do(func(tx *Tx) error {
		s, err := SettingsInWork(tx, c)
		if err != nil {
			return err
		}
		id := tx.NewID("req")
		if _, err := StartAttempt(tx, c, NewAttempt{Kind: AttemptTest, RequestID: id, Relay: id, Browser: "b", Settings: s}); err != nil {
			return err
		}
		a, err := FindAttempt(tx, c, id, "")
		if err != nil {
			return err
		}
		code, err = AcceptResponse(tx, c, GoodResponse{Attempt: a, InResponseTo: id, AssertionID: id, RememberUntil: tx.Now.Add(time.Minute), Identity: "{}"})
		return err
	})
	if between != nil {
		between()
	}
	var f *Finished
	w.do(func(tx *Tx) error {
		t, err := FindTicket(tx, code)
		if err != nil {
			return err
		}
		f, err = FinishSignIn(tx, t, "b", "")
		return err
	})
	return f
}

func (w *world) reload(c *Connection) *Connection {
	w.t.Helper()
	w.do(func(tx *Tx) (err error) { c, err = FindConnection(tx, c.ID); return err })
	return c
}

// TestActivationNeedsATest: exactly the settings that passed may be switched on, and an Active connection keeps its
// settings until then (SPEC L4, S5).
func TestActivationNeedsATest(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		activate := func(want Code) {
			t.Helper()
			err := w.try(func(tx *Tx) error {
				c, err := PrepareConnection(tx)
				if err != nil {
					return err
				}
				return ActivateConnection(tx, c, false)
			})
			if want == "" && err != nil || want != "" && (err == nil || CodeOf(err) != want) {
				t.Fatalf("activate: %v, want %q", err, want)
			}
		}
		activate(Conflict) // nothing was given yet
		var c *Connection
		w.do(func(tx *Tx) (err error) {
			if c, err = PrepareConnection(tx); err != nil {
				return err
			}
			return SaveProviderData(tx, c, anIDP)
		})
		activate(Conflict)
		save := func(m map[string]string) { w.do(func(tx *Tx) error { return SaveMapping(tx, c, m) }) }
		if f := w.tested(c, func() { save(map[string]string{"country": "co"}) }); f.Refusal == nil || f.Refusal.Reason != ReasonChanged {
			t.Fatalf("settings changed during the test: %+v", f)
		}
		activate(Conflict)
		if f := w.tested(c, nil); f.Refusal != nil || f.Token != "" || f.Member != nil {
			t.Fatalf("a good test: %+v", f)
		}
		save(map[string]string{"country": "co"}) // no change: the test still counts
		activate("")
		first := *w.reload(c).ActiveSettingsID
		save(map[string]string{"country": "c"})
		if now := w.reload(c); now.State != Active || *now.ActiveSettingsID != first || now.DraftSettingsID == nil {
			t.Fatalf("editing an Active connection: %+v", now)
		}
		activate(Conflict)
		if f := w.tested(c, nil); f.Refusal != nil {
			t.Fatal(f.Refusal)
		}
		activate("")
		now := w.reload(c)
		if now.DraftSettingsID != nil || *now.ActiveSettingsID == first {
			t.Fatalf("the draft was not swapped in: %+v", now)
		}
		w.do(func(tx *Tx) error {
			old, err := FindSettings(tx, c, first)
			if err == nil && old.MappedNames()["country"] != "co" {
				t.Errorf("a version in use was changed: %s", old.Mapping)
			}
			return err
		})
	})
}

func TestActivationNeedsThePurchase(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		c := w.connected()
		if _, err := db.SQL().Exec("UPDATE organizations SET sso_bought = FALSE"); err != nil {
			t.Fatal(err)
		}
		err := w.try(func(tx *Tx) error { return ActivateConnection(tx, c, true) })
		if CodeOf(err) != PaymentRequired {
			t.Errorf("not bought: %v", err)
		}
	})
}

// TestServiceKey: signing requests makes the connection's own key, sealed, once.
func TestServiceKey(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		c := w.connected()
		if c.ServiceKey != "" {
			t.Error("a key before it is needed")
		}
		signed := anIDP
		signed.SignRequests = true
		w.do(func(tx *Tx) error { return SaveProviderData(tx, c, signed) })
		first := w.reload(c).ServiceKey
		signed.SSOURL += "/2"
		w.do(func(tx *Tx) error { return SaveProviderData(tx, c, signed) })
		c = w.reload(c)
		if first == "" || c.ServiceKey != first || first[:3] != "v1:" {
			t.Errorf("key: %.10q then %.10q", first, c.ServiceKey)
		}
		w.do(func(tx *Tx) error {
			keys, err := OpenServiceKeys(tx, c)
			if err == nil && (len(keys) != 1 || keys[0].Key.N.BitLen() != serviceKeyBits || !keys[0].Key.PublicKey.Equal(keys[0].Cert.PublicKey)) {
				t.Error("key and certificate do not fit")
			}
			return err
		})
	})
}

// TestConnectionsOfOthers: nothing of one organization's connection is found inside another (SPEC O1).
func TestConnectionsOfOthers(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w, twin := newWorld(t, db, "Acme", "acme.example"), newWorld(t, db, "Globex", "globex.example")
		c := w.connected()
		f := w.tested(c, nil)
		for name, look := range map[string]func(*Tx) error{
			"connection": func(tx *Tx) error { _, err := FindConnection(tx, c.ID); return err },
			"settings":   func(tx *Tx) error { _, err := FindSettings(tx, c, *c.ActiveSettingsID); return err },
			"sign-in":    func(tx *Tx) error { _, err := FindSignIn(tx, f.SignIn.ID); return err },
			"test":       func(tx *Tx) error { _, err := LatestTest(tx, c); return err },
			"attempt":    func(tx *Tx) error { _, err := FindAttempt(tx, c, "", f.SignIn.AttemptID); return err },
			"undo":       func(tx *Tx) error { return UndoRevocation(tx, "rev-none") },
			"activate":   func(tx *Tx) error { other := *c; return ActivateConnection(tx, &other, true) },
		} {
			if err := twin.try(look); CodeOf(err) != NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		if rows := list(twin); len(rows) != 0 {
			t.Errorf("%d rows of another's log", len(rows))
		}
	})
}

func list(w *world) (rows []SignIn) {
	w.t.Helper()
	w.do(func(tx *Tx) (err error) { rows, err = ListSignIns(tx, SignInQuery{}); return err })
	return rows
}

// TestConnectionStatus follows the card from the first day on (SPEC S1).
func TestConnectionStatus(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		want := func(state, stage string) *ConnectionStatus {
			t.Helper()
			var st *ConnectionStatus
			w.do(func(tx *Tx) error {
				o, err := FindOrganization(tx)
				if err != nil {
					return err
				}
				st, err = FindConnectionStatus(tx, o)
				return err
			})
			if st.State != state || st.Stage != stage {
				t.Fatalf("%s/%s, want %s/%s", st.State, st.Stage, state, stage)
			}
			return st
		}
		want(Awaiting, StageNoLink)
		w.do(func(tx *Tx) error { _, _, err := CreateSetupLink(tx, KindSSO); return err })
		want(Awaiting, StageLinkLive)
		w.do(func(tx *Tx) error { return CancelSetupLink(tx, KindSSO) })
		want(Awaiting, StageLinkEnded)
		var c *Connection
		w.do(func(tx *Tx) (err error) {
			if c, err = PrepareConnection(tx); err == nil {
				err = SaveProviderData(tx, c, anIDP)
			}
			return err
		})
		w.do(func(tx *Tx) error {
			s, err := SettingsInWork(tx, c)
			if err == nil {
				_, err = StartAttempt(tx, c, NewAttempt{Kind: AttemptTest, RequestID: "r", Relay: "r", Browser: "b", Settings: s})
			}
			if err != nil {
				return err
			}
			a, err := FindAttempt(tx, c, "r", "")
			if err == nil {
				_, err = FailSignIn(tx, c, a, &Refusal{Reason: "saml_audience"}, "{}")
			}
			return err
		})
		want(Awaiting, StageTestFailed)
		w.tested(c, nil)
		want(Awaiting, StageTestPassed)
		w.do(func(tx *Tx) error { return ActivateConnection(tx, c, false) })
		want(Active, StageActive)
		for range failingAfter {
			w.do(func(tx *Tx) error { _, err := FailSignIn(tx, c, nil, &Refusal{Reason: "saml_time"}, "{}"); return err })
		}
		if st := want(Active, StageActive); !st.Failing() || st.FailedInARow != failingAfter || st.NoVerifiedDomain {
			t.Errorf("status: %+v", st)
		}
		w.do(func(tx *Tx) error { _, err := Deactivate(tx, KindSSO, MembersKeep); return err })
		if st := want(Deactivated, StageDeactivated); st.Undo == nil {
			t.Error("no Undo")
		}
		if _, err := db.SQL().Exec("UPDATE organizations SET sso_bought = FALSE"); err != nil {
			t.Fatal(err)
		}
		want(NotIncluded, StageNotIncluded)
	})
}
