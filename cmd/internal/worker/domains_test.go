package worker

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"rollcall/models"
	"rollcall/models/modelstest"
)

// nameServer is a real DNS server on loopback that knows these TXT records; with down it answers SERVFAIL.
type nameServer struct {
	mu      sync.Mutex
	records map[string]string
	down    bool
}

func (s *nameServer) set(host, value string, down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records, s.down = map[string]string{host + ".": value}, down
}

// resolver asks only this server.
func (s *nameServer) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		for buf := make([]byte, 1500); ; {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if out := s.answer(buf[:n]); out != nil {
				_, _ = conn.WriteTo(out, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (s *nameServer) answer(question []byte) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	var m dnsmessage.Message
	if m.Unpack(question) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	m.Response, m.Additionals = true, nil
	value, known := s.records[q.Name.String()]
	switch {
	case s.down:
		m.RCode = dnsmessage.RCodeServerFailure
	case !known || value == "":
		m.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypeTXT:
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1},
			Body:   &dnsmessage.TXTResource{TXT: []string{value}},
		}}
	}
	out, err := m.Pack()
	if err != nil {
		return nil
	}
	return out
}

// TestDomainsAreLookedAt is SPEC O3 by the clock: Unverified, Checking, Verified, Lost and Verified again. A DNS that does
// not answer changes nothing, and what an operator has verified is never lost.
func TestDomainsAreLookedAt(t *testing.T) {
	modelstest.OnEngines(t, func(t *testing.T, db *models.DB, clock *modelstest.Clock) {
		dns := &nameServer{}
		w := &Worker{DB: db, Log: slog.New(slog.DiscardHandler), LookupTXT: dns.resolver(t).LookupTXT}
		o := modelstest.Org(t, db, "Acme", "operator.example")
		var d models.Domain
		modelstest.Update(t, db, o.ID, func(tx *models.Tx) error {
			added, err := models.AddDomains(tx, []string{"acme.example"}, false)
			d = added[0]
			return err
		})
		look := func(after time.Duration, want string) {
			t.Helper()
			clock.Forward(after)
			if err := lookAtDomains(t.Context(), w); err != nil {
				t.Fatal(err)
			}
			modelstest.Update(t, db, o.ID, func(tx *models.Tx) error {
				rows, err := models.ListDomains(tx)
				if err != nil || rows[0].State != want || rows[1].State != models.DomainVerified {
					t.Errorf("%s and %s, want %s (%v)", rows[0].State, rows[1].State, want, err)
				}
				return nil
			})
		}
		dns.set(d.TXTHost(), "", true)
		look(0, models.DomainUnverified) // no answer
		dns.set(d.TXTHost(), "rollcall-domain-verification=somebody-else", false)
		look(time.Minute, models.DomainUnverified) // too soon
		look(10*time.Minute, models.DomainChecking)
		dns.set(d.TXTHost(), d.TXTValue(), false)
		look(10*time.Minute, models.DomainVerified)
		dns.set(d.TXTHost(), "", false)
		look(time.Hour, models.DomainVerified) // daily from now on
		dns.set(d.TXTHost(), "", true)
		look(24*time.Hour, models.DomainVerified)
		dns.set(d.TXTHost(), "", false)
		look(24*time.Hour, models.DomainLost)
		dns.set(d.TXTHost(), d.TXTValue(), false)
		look(24*time.Hour, models.DomainVerified)
	})
}
