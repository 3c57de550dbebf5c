package worker

import (
	"context"
	"encoding/pem"
	"errors"
	"sync"
	"testing"
	"time"

	"rollcall/models"
	"rollcall/models/modelstest"
	"rollcall/saml/samltest"
)

// provider is a fake identity provider at an address.
type provider struct {
	mu     sync.Mutex
	looks  map[string]int
	says   map[string]models.ProviderData
	broken map[string]bool
}

func (p *provider) at(_ context.Context, address string) ([]models.ProviderData, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.looks[address]++
	if p.broken[address] {
		return nil, errors.New("We could not open that address (it answered 503).")
	}
	return []models.ProviderData{p.says[address]}, nil
}

// connect gives an organization an Active connection whose metadata is at the provider.
func (p *provider) connect(t *testing.T, db *models.DB, name, domain string) *models.Connection {
	t.Helper()
	address := "https://idp." + domain + "/metadata"
	p.says[address] = models.ProviderData{EntityID: "https://idp." + domain, SSOURL: "https://idp." + domain + "/sso", MetadataURL: address}
	p.publish(t, address)
	o := modelstest.Org(t, db, name, domain)
	var c *models.Connection
	modelstest.Update(t, db, o.ID, func(tx *models.Tx) (err error) {
		c, err = models.SetUpConnection(tx, models.ConnectionSetUp{Data: p.says[address], Activate: true})
		return err
	})
	return c
}

// publish adds a certificate to the metadata.
func (p *provider) publish(t *testing.T, address string) {
	t.Helper()
	says := p.says[address]
	idp, err := samltest.New(says.EntityID, says.SSOURL, modelstest.Start)
	if err != nil {
		t.Fatal(err)
	}
	says.Certificates += string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: idp.Certificate.Raw}))
	p.says[address] = says
}

// TestReadMetadata: each address is read once a day whatever the number of replicas, and a broken one stops no other.
func TestReadMetadata(t *testing.T) {
	modelstest.OnEngines(t, func(t *testing.T, db *models.DB, clock *modelstest.Clock) {
		p := &provider{looks: map[string]int{}, says: map[string]models.ProviderData{}, broken: map[string]bool{}}
		c := p.connect(t, db, "Acme", "acme.example")
		p.connect(t, db, "Globex", "globex.example")
		const acme, globex = "https://idp.acme.example/metadata", "https://idp.globex.example/metadata"
		round := func() {
			t.Helper()
			var group sync.WaitGroup
			for range 4 {
				w := newWorker(db, &outbox{})
				w.Metadata = p.at
				group.Go(func() {
					if err := readMetadata(context.Background(), w); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
		}
		round()
		if len(p.looks) != 0 {
			t.Fatalf("looks right after the data came: %v", p.looks)
		}
		clock.Forward(25 * time.Hour)
		p.broken[globex] = true
		p.publish(t, acme)
		round()
		round()
		if p.looks[acme] != 1 || p.looks[globex] != 1 {
			t.Fatalf("looks in a day: %v", p.looks)
		}
		modelstest.Update(t, db, c.OrganizationID, func(tx *models.Tx) error {
			now, err := models.FindConnection(tx, c.ID)
			if err != nil {
				return err
			}
			s, err := models.ActiveSettings(tx, now)
			if err == nil && (s.Certificates != p.says[acme].Certificates || now.State != models.Active || now.MetadataFault != "") {
				t.Errorf("the new certificate did not arrive: %+v", now)
			}
			return err
		})
		for range 3 {
			clock.Forward(25 * time.Hour)
			round()
		}
		if p.looks[acme] != 4 || p.looks[globex] != 4 {
			t.Errorf("looks in four days: %v", p.looks)
		}
		var faults int
		if err := db.SQL().QueryRow("SELECT COUNT(*) FROM connections WHERE state = 'active' AND metadata_fault = 'unreadable' AND metadata_alerted_at IS NOT NULL").Scan(&faults); err != nil || faults != 1 {
			t.Errorf("%d connections alerted and still Active (%v), want the broken one", faults, err)
		}
	})
}

// TestReadMetadataStops: a look that the end of the program cut short is no failure, and comes again.
func TestReadMetadataStops(t *testing.T) {
	modelstest.OnEngines(t, func(t *testing.T, db *models.DB, clock *modelstest.Clock) {
		p := &provider{looks: map[string]int{}, says: map[string]models.ProviderData{}, broken: map[string]bool{}}
		c := p.connect(t, db, "Acme", "acme.example")
		clock.Forward(25 * time.Hour)
		ctx, cancel := context.WithCancel(context.Background())
		w := newWorker(db, &outbox{})
		w.Metadata = func(ctx context.Context, _ string) ([]models.ProviderData, error) { cancel(); return nil, ctx.Err() }
		if err := readMetadata(ctx, w); err != nil {
			t.Error(err)
		}
		clock.Forward(time.Hour)
		w.Metadata = p.at
		if err := readMetadata(context.Background(), w); err != nil || len(p.looks) != 1 {
			t.Errorf("looks %v, %v", p.looks, err)
		}
		var n int
		if err := db.SQL().QueryRow("SELECT COUNT(*) FROM audit_events WHERE action = 'connection.metadata_unreadable'").Scan(&n); err != nil || n != 0 {
			t.Errorf("%d failures of %s, %v", n, c.ID, err)
		}
	})
}

// TestAnnounceCertificates: more connections than one transaction takes are all told.
func TestAnnounceCertificates(t *testing.T) {
	db, clock := modelstest.NewDB(t)
	p := &provider{says: map[string]models.ProviderData{}}
	first := p.connect(t, db, "Acme", "acme.example")
	const n = 130
	for range n {
		modelstest.Update(t, db, "", func(tx *models.Tx) error {
			o, err := models.CreateOrganization(tx, models.NewOrganization{Name: "Another", AllPlans: true, SSO: true})
			if err == nil {
				_, err = models.SetUpConnection(tx.In(o.ID), models.ConnectionSetUp{Data: p.says["https://idp.acme.example/metadata"], Activate: true})
			}
			return err
		})
	}
	clock.Forward(modelstest.Start.AddDate(10, 0, 0).Sub(modelstest.Start) - 20*24*time.Hour)
	w := newWorker(db, &outbox{})
	for range 2 {
		if err := inSteps(models.AnnounceCertificates)(t.Context(), w); err != nil {
			t.Fatal(err)
		}
	}
	var told int
	if err := db.SQL().QueryRow("SELECT COUNT(*) FROM audit_events WHERE action = 'connection.certificate_announced'").Scan(&told); err != nil || told != n+1 {
		t.Errorf("%d announced (%v), want %d; first %s", told, err, n+1, first.ID)
	}
}
