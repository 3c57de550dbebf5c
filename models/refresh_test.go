package models

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"
)

const anAddress = "https://idp.example/metadata"

// pinnable makes a certificate in its stored form.
func pinnable(t *testing.T, name string, from, until time.Time) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return pemOf([]*x509.Certificate{c})
}

// refreshWorld is an organization with an administrator, whose connection's metadata is read from an address.
type refreshWorld struct {
	*world
	c     *Connection
	now   time.Time
	certs map[string]string
}

func newRefreshWorld(t *testing.T, db *DB, activate bool) *refreshWorld {
	w := &refreshWorld{world: newWorld(t, db, "Acme", "acme.example"), now: testNow, certs: map[string]string{}}
	db.Now = func() time.Time { return w.now }
	w.admin("ada@acme.example")
	for _, name := range []string{"a", "b", "c"} {
		w.certs[name] = pinnable(t, name, testNow.AddDate(-1, 0, 0), testNow.AddDate(5, 0, 0))
	}
	w.certs["ended"] = pinnable(t, "ended", testNow.AddDate(-2, 0, 0), testNow.AddDate(-1, 0, 0))
	w.do(func(tx *Tx) (err error) {
		if w.c, err = PrepareConnection(tx); err != nil {
			return err
		}
		return SaveProviderData(tx, w.c, w.says("a"))
	})
	if f := w.tested(w.c, nil); f.Refusal != nil {
		t.Fatal(f.Refusal)
	}
	if activate {
		w.do(func(tx *Tx) error { return ActivateConnection(tx, w.c, false) })
	}
	return w
}

// says is what metadata with these certificates says.
func (w *refreshWorld) says(names ...string) ProviderData {
	p := anIDP
	p.Certificates, p.MetadataURL = "", anAddress
	for _, name := range names {
		p.Certificates += w.certs[name]
	}
	return p
}

// claim takes the look that is due, or nil.
func (w *refreshWorld) claim() (l *MetadataLook) {
	w.t.Helper()
	err := w.try(func(tx *Tx) (err error) { l, err = ClaimMetadata(tx.In("")); return err })
	if err != nil && CodeOf(err) != NotFound {
		w.t.Fatal(err)
	}
	return l
}

// days lets so many days pass, looking each day at what found says; nothing found is a failure.
func (w *refreshWorld) days(n int, found ...ProviderData) {
	w.t.Helper()
	for range n {
		w.now = w.now.Add(metadataEvery + metadataJitter)
		l := w.claim()
		if l == nil || l.URL != anAddress || l.OrganizationID != w.org.ID {
			w.t.Fatalf("the look of the day: %+v", l)
		}
		w.do(func(tx *Tx) error {
			if len(found) == 0 {
				return MetadataUnreadable(tx, l, "It answered 503.")
			}
			return RefreshMetadata(tx, l, found)
		})
	}
}

// pins checks the certificates in use, by name, and answers the settings.
func (w *refreshWorld) pins(want string) *ConnectionSettings {
	w.t.Helper()
	var s *ConnectionSettings
	w.do(func(tx *Tx) (err error) {
		if w.c, err = FindConnection(tx, w.c.ID); err == nil {
			s, err = watchedSettings(tx, w.c)
		}
		return err
	})
	if got := subjects(s.parsedCertificates()); got != want {
		w.t.Fatalf("pinned %q, want %q", got, want)
	}
	return s
}

func subjects(certificates []*x509.Certificate) string {
	var names []string
	for _, c := range certificates {
		names = append(names, c.Subject.CommonName)
	}
	return strings.Join(names, " ")
}

func (w *refreshWorld) mails(name string) (to []string) {
	w.t.Helper()
	var rows []Outbox
	w.do(func(tx *Tx) error { return tx.org().Order("id").Find(&rows, "kind = ?", "mail."+name).Error })
	for _, r := range rows {
		_, rest, _ := strings.Cut(r.Payload, `"to":"`)
		one, _, _ := strings.Cut(rest, `"`)
		to = append(to, one)
	}
	return to
}

func (w *refreshWorld) audits(action string) (rows []AuditEvent) {
	w.t.Helper()
	w.do(func(tx *Tx) error { return tx.org().Order("id").Find(&rows, "action = ?", action).Error })
	return rows
}

// TestMetadataDue: one look a day, by one replica, of what has an address and is not switched off.
func TestMetadataDue(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newRefreshWorld(t, db, true)
		if l := w.claim(); l != nil {
			t.Fatalf("a look right after the data came: %+v", l)
		}
		w.now = w.now.Add(metadataEvery - time.Second)
		if l := w.claim(); l != nil {
			t.Fatal("a look before the day was over")
		}
		w.now = w.now.Add(metadataJitter + time.Second)
		if w.claim() == nil {
			t.Fatal("no look after a day")
		}
		if w.claim() != nil {
			t.Fatal("two replicas claimed the same look")
		}
		w.now = w.now.Add(metadataClaim)
		l := w.claim()
		if l == nil {
			t.Fatal("a look whose replica died did not come again")
		}
		byHand := w.says("b")
		byHand.MetadataURL = ""
		w.do(func(tx *Tx) error {
			if err := SaveProviderData(tx, w.c, byHand); err != nil {
				return err
			}
			return ActivateConnection(tx, w.c, true)
		})
		w.do(func(tx *Tx) error { return RefreshMetadata(tx, l, []ProviderData{w.says("c")}) })
		w.pins("b") // what was read belongs to settings that are no longer in use
		w.now = w.now.Add(metadataClaim)
		if w.claim() != nil {
			t.Error("a look at a connection without an address")
		}
		w.do(func(tx *Tx) error {
			if err := SaveProviderData(tx, w.c, w.says("b")); err != nil {
				return err
			}
			return ActivateConnection(tx, w.c, true)
		})
		w.days(1, w.says("b"))
		w.do(func(tx *Tx) error { _, err := Deactivate(tx, KindSSO, MembersKeep); return err })
		w.now = w.now.AddDate(0, 0, 3)
		if w.claim() != nil {
			t.Error("a look at a deactivated connection")
		}
	})
}

// TestCertificatesRollOver: new certificates are added at once as a new version, vanished ones go after seven days,
// and the passed test stays valid (SPEC S5).
func TestCertificatesRollOver(t *testing.T) {
	for _, active := range []bool{true, false} {
		t.Run(fmt.Sprint("active ", active), func(t *testing.T) {
			onEngines(t, func(t *testing.T, db *DB) {
				w := newRefreshWorld(t, db, active)
				first := w.pins("a")
				w.days(1, w.says("a"))
				if same := w.pins("a"); same.ID != first.ID {
					t.Error("nothing new made a new version")
				}
				w.days(1, ProviderData{EntityID: "https://another.example"}, w.says("b", "a")) // a federation's document
				both := w.pins("a b")
				if !both.Tested() || active == (both.ID == first.ID) {
					t.Errorf("after the addition: tested %v, the same version %v", both.Tested(), both.ID == first.ID)
				}
				w.days(1, w.says("b"))
				w.days(1, w.says("b", "a")) // it is back, so its seven days begin anew
				w.days(7, w.says("b"))
				w.pins("a b")
				w.days(1, w.says("b"))
				last := w.pins("b")
				if want := map[bool]string{true: Active, false: Awaiting}[active]; !last.Tested() || w.c.State != want {
					t.Errorf("in the end: tested %v, %s", last.Tested(), w.c.State)
				}
				if active {
					w.do(func(tx *Tx) error {
						old, err := FindSettings(tx, w.c, first.ID)
						if err == nil && (subjects(old.parsedCertificates()) != "a" || !old.Tested()) {
							t.Error("a version in use was changed")
						}
						return err
					})
				}
				w.do(func(tx *Tx) error { return ActivateConnection(tx, w.c, false) }) // no new test is asked for
				rows := w.audits("connection.metadata_refreshed")
				if len(rows) != 12 || !strings.Contains(rows[1].Changes, `"certificates_added":1`) || !strings.Contains(rows[11].Changes, `"certificates_dropped":1`) {
					t.Errorf("%d audit events: %+v", len(rows), rows)
				}
				if n := len(w.mails("metadata_unreadable")); n != 0 {
					t.Errorf("%d mails about good metadata", n)
				}
			})
		})
	}
}

// TestRollOverRules: never to none that is usable, never more than the limit.
func TestRollOverRules(t *testing.T) {
	now := testNow
	var good []*x509.Certificate
	for i := range maxPinned + 1 {
		good = append(good, parseCertificates(pinnable(t, fmt.Sprint(i), now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0)))...)
	}
	ended := parseCertificates(pinnable(t, "ended", now.AddDate(-2, 0, 0), now.AddDate(-1, 0, 0)))
	long := map[string]time.Time{}
	for i, c := range good {
		long[fingerprint(c)] = now.Add(-missingFor + time.Duration(i)*time.Minute)
	}
	for _, tc := range []struct {
		name              string
		pinned, published []*x509.Certificate
		want              string
	}{
		{"seven days to the minute", good[:2], good[2:3], "1 2"},
		{"only an ended one is published", good[:1], ended, "0 ended"},
		{"the longest gone make room", good[1:], good[:1], "2 3 4 5 6 7 8 9 10 0"},
		{"order and doubles", good[1:3], []*x509.Certificate{good[2], good[1], good[3]}, "1 2 3"},
	} {
		if got := subjects(rollOver(tc.pinned, tc.published, long, now)); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// TestDraftFollows: a draft of the same metadata gets the new certificates too and keeps its own changes and its test.
func TestDraftFollows(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newRefreshWorld(t, db, true)
		w.do(func(tx *Tx) error { return SaveMapping(tx, w.c, map[string]string{"country": "co"}) })
		if f := w.tested(w.c, nil); f.Refusal != nil {
			t.Fatal(f.Refusal)
		}
		w.days(1, w.says("a", "b"))
		if s := w.pins("a b"); len(s.MappedNames()) != 0 {
			t.Error("the draft's mapping went into use")
		}
		w.do(func(tx *Tx) error { return ActivateConnection(tx, w.c, false) })
		if s := w.pins("a b"); s.MappedNames()["country"] != "co" {
			t.Error("the draft's mapping is gone")
		}
	})
}

// TestMetadataFaults: what does not fit changes nothing, is audited, and is told once.
func TestMetadataFaults(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newRefreshWorld(t, db, true)
		first := w.pins("a")
		unchanged := func(fault string) {
			t.Helper()
			if s := w.pins("a"); s.ID != first.ID || s.SSOURL != first.SSOURL || w.c.State != Active || w.c.MetadataFault != fault {
				t.Fatalf("changed, or not told: %+v, fault %q", s, w.c.MetadataFault)
			}
		}
		told := func(name string, want int) {
			t.Helper()
			if to := w.mails(name); len(to) != want || want > 0 && to[0] != "ada@acme.example" {
				t.Fatalf("%s: mails to %v, want %d", name, to, want)
			}
		}
		w.days(3)
		told("metadata_unreadable", 0)
		w.days(1)
		unchanged(FaultUnreadable)
		told("metadata_unreadable", 1)
		w.days(3)
		told("metadata_unreadable", 1)
		w.days(1, w.says("a"))
		unchanged("")
		w.days(4)
		told("metadata_unreadable", 2) // another time
		other, moved := w.says("b"), w.says("b")
		other.EntityID, moved.SSOURL = "https://evil.example", "https://evil.example/sso"
		w.days(2, other)
		unchanged(FaultIssuer)
		told("metadata_issuer", 1)
		w.days(2, moved)
		unchanged(FaultHost)
		told("metadata_host", 1)
		if rows := w.audits("connection.metadata_waits"); len(rows) != 2 || !strings.Contains(rows[0].Changes, `"received":"https://evil.example"`) {
			t.Errorf("audit: %+v", rows)
		}
		if n := len(w.audits("connection.metadata_unreadable")); n != 11 {
			t.Errorf("%d failures in the audit, want 11", n)
		}
		near := w.says("a")
		near.SSOURL += "/2" // the same host: the provider's own affair, but another thing than was tested
		w.days(1, near)
		if s := w.pins("a"); s.SSOURL != near.SSOURL || s.Tested() || w.c.State != Active {
			t.Errorf("the address on the same host: %+v", s)
		}
	})
}

// TestCertificateAnnounced: at 30, 14, 7 and 1 days, once each; a new certificate ends it.
func TestCertificateAnnounced(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newRefreshWorld(t, db, true)
		if _, err := db.SQL().Exec("UPDATE organizations SET support_contact = 'help@acme.example'"); err != nil {
			t.Fatal(err)
		}
		end := w.now.AddDate(0, 0, 40)
		w.certs["a"] = pinnable(t, "a", testNow.AddDate(-1, 0, 0), end)
		p := w.says("a")
		p.MetadataURL = ""
		w.do(func(tx *Tx) error {
			if err := SaveProviderData(tx, w.c, p); err != nil {
				return err
			}
			return ActivateConnection(tx, w.c, true)
		})
		var announced []int
		for day := 40; day >= -2; day-- {
			w.now = end.AddDate(0, 0, -day)
			for range 2 {
				before := len(w.mails("certificate_ends"))
				w.do(func(tx *Tx) error { _, err := AnnounceCertificates(tx.In(""), ""); return err })
				if after := len(w.mails("certificate_ends")); after == before+2 {
					announced = append(announced, day)
				} else if after != before {
					t.Fatalf("%d mails at once", after-before)
				}
			}
		}
		if !slices.Equal(announced, []int{30, 14, 7, 1}) {
			t.Errorf("announced at %v days", announced)
		}
		if to := w.mails("certificate_ends")[:2]; to[0] != "ada@acme.example" || to[1] != "help@acme.example" {
			t.Errorf("mails to %v", to)
		}
		if n := len(w.audits("connection.certificate_announced")); n != 4 {
			t.Errorf("%d audit events", n)
		}
	})
}

// TestAnnouncedOnlyForTheLast: a later certificate keeps the earlier one quiet, unless the provider has withdrawn it.
func TestAnnouncedOnlyForTheLast(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newRefreshWorld(t, db, true)
		w.certs["soon"] = pinnable(t, "soon", testNow.AddDate(-1, 0, 0), testNow.AddDate(0, 0, 20))
		w.days(1, w.says("a", "soon"))
		announce := func(want int) {
			t.Helper()
			w.do(func(tx *Tx) error { _, err := AnnounceCertificates(tx.In(""), ""); return err })
			if n := len(w.mails("certificate_ends")); n != want {
				t.Errorf("%d mails, want %d", n, want)
			}
		}
		announce(0)
		w.days(1, w.says("soon"))
		w.pins("a soon")
		announce(1)
		w.days(1, w.says("soon", "b"))
		announce(1)
	})
}
