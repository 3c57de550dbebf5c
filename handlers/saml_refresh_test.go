package handlers

import (
	"context"
	"encoding/pem"
	"net/url"
	"strings"
	"testing"
	"time"

	"rollcall/models"
	"rollcall/saml/samltest"
)

// TestSignInAcrossRollOver: after the daily look a response signed with the new certificate passes, and a request that
// was under way when the old certificate was dropped still finishes with the settings it began with (SPEC S5).
func TestSignInAcrossRollOver(t *testing.T) {
	w := newSSOWorld(t)
	const address = "https://idp.acme.com/metadata"
	old := w.idp
	fresh, err := samltest.New(old.EntityID, old.SSOURL, w.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	says := func(keys ...*samltest.IdP) models.ProviderData {
		p := models.ProviderData{EntityID: old.EntityID, SSOURL: old.SSOURL, MetadataURL: address}
		for _, k := range keys {
			p.Certificates += string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: k.Certificate.Raw}))
		}
		return p
	}
	w.do(func(tx *models.Tx) error {
		if err := models.SaveProviderData(tx, w.con, says(old)); err != nil {
			return err
		}
		return models.ActivateConnection(tx, w.con, true)
	})
	look := func(keys ...*samltest.IdP) {
		t.Helper()
		l := &models.MetadataLook{OrganizationID: w.org.ID, ConnectionID: w.con.ID, URL: address}
		w.do(func(tx *models.Tx) error { return models.RefreshMetadata(tx, l, []models.ProviderData{says(keys...)}) })
	}
	passes := func(idp *samltest.IdP) {
		t.Helper()
		w.idp = idp
		b := newBrowser(t, w.e)
		w.signIn(b, "alice@acme.com", "")
		b.leads("/account")
	}
	refused := func(idp *samltest.IdP) {
		t.Helper()
		w.idp = idp
		b := newBrowser(t, w.e)
		r, relay := w.request(b, "")
		w.deliver(b, w.respond(w.options(r.ID, "alice@acme.com")), relay)
		w.refused(b, w.newest().Reason)
	}

	refused(fresh)
	look(old, fresh)
	passes(fresh)
	passes(old)

	look(fresh)
	w.clock.Forward(7*24*time.Hour - time.Minute)
	look(fresh)
	passes(old) // withdrawn, but not for seven days yet
	b := newBrowser(t, w.e)
	r, relay := w.request(b, "/account?tab=1")
	w.clock.Forward(time.Minute)
	look(fresh)
	refused(old) // dropped
	passes(fresh)
	w.idp = old
	w.deliver(b, w.respond(w.options(r.ID, "alice@acme.com")), relay)
	b.finish()
	b.leads("/account?tab=1")
}

// TestRollOverAtTheACS: a certificate that the provider has just begun to sign with passes at its first response, because
// the metadata is read again; a stranger's never does, and cannot make us read it often (SPEC S5).
func TestRollOverAtTheACS(t *testing.T) {
	w := newSSOWorld(t)
	const address = "https://idp.acme.com/metadata"
	old := w.idp
	fresh, err := samltest.New(old.EntityID, old.SSOURL, w.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := samltest.New(old.EntityID, old.SSOURL, w.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	published, reads := old, 0
	base, _ := url.Parse(samlBase)
	config := testConfig(w.db, base)
	config.Fetch = func(_ context.Context, from string) ([]byte, error) {
		if reads++; from != address {
			t.Errorf("read %s", from)
		}
		return published.Metadata(), nil
	}
	w.e = New(config)
	w.do(func(tx *models.Tx) error {
		p := models.ProviderData{
			EntityID: old.EntityID, SSOURL: old.SSOURL, MetadataURL: address,
			Certificates: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: old.Certificate.Raw})),
		}
		if err := models.SaveProviderData(tx, w.con, p); err != nil {
			return err
		}
		return models.ActivateConnection(tx, w.con, true)
	})
	try := func(idp *samltest.IdP, good bool, want int) {
		t.Helper()
		w.idp = idp
		b := newBrowser(t, w.e)
		r, relay := w.request(b, "/account?tab=1")
		w.deliver(b, w.respond(w.options(r.ID, "alice@acme.com")), relay)
		if good {
			b.finish()
			b.leads("/account?tab=1")
		} else {
			w.refused(b, "saml_wrong_cert")
		}
		if reads != want {
			t.Errorf("the metadata was read %d times, want %d", reads, want)
		}
	}
	try(old, true, 0)
	try(stranger, false, 1)
	try(stranger, false, 1)
	w.clock.Forward(renewEvery)

	waiting := newBrowser(t, w.e) // began before the roll-over, comes back after it
	r, relay := w.request(waiting, "/account?tab=2")
	published = fresh
	try(fresh, true, 2)
	w.deliver(waiting, w.respond(w.options(r.ID, "alice@acme.com")), relay)
	waiting.finish()
	waiting.leads("/account?tab=2")
	try(old, true, 2) // seven days more
	w.clock.Forward(renewEvery)
	published, err = samltest.New("https://idp.evil.example/e", old.SSOURL, w.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	try(stranger, false, 3)
	w.clock.Forward(renewEvery)
	published = &samltest.IdP{EntityID: old.EntityID, SSOURL: "https://evil.example/sso", Key: stranger.Key, Certificate: stranger.Certificate}
	try(stranger, false, 4) // moved to another host: an administrator decides
}

// TestMetadataFaultOnTheCard: a sign-in address that moved to another host waits for an administrator, who sees it.
func TestMetadataFaultOnTheCard(t *testing.T) {
	w := newSSOWorld(t)
	const address = "https://idp.acme.com/metadata"
	p := models.ProviderData{
		EntityID: w.idp.EntityID, SSOURL: w.idp.SSOURL, MetadataURL: address,
		Certificates: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.idp.Certificate.Raw})),
	}
	w.do(func(tx *models.Tx) error {
		if err := models.SaveProviderData(tx, w.con, p); err != nil {
			return err
		}
		return models.ActivateConnection(tx, w.con, true)
	})
	card := func() string {
		t.Helper()
		var d ssoData
		w.do(func(tx *models.Tx) (err error) {
			o, err := models.FindOrganization(tx)
			if err != nil {
				return err
			}
			d.now = tx.Now
			d.sso, err = models.FindConnectionStatus(tx, o)
			return err
		})
		return d.ssoCard().Attention
	}
	look := func(p models.ProviderData) {
		t.Helper()
		l := &models.MetadataLook{OrganizationID: w.org.ID, ConnectionID: w.con.ID, URL: address}
		w.do(func(tx *models.Tx) error { return models.RefreshMetadata(tx, l, []models.ProviderData{p}) })
	}
	moved := p
	moved.SSOURL = "https://elsewhere.example/sso"
	look(moved)
	if got := card(); !strings.Contains(got, "another host") {
		t.Errorf("the card says %q", got)
	}
	look(p)
	if got := card(); got != "" {
		t.Errorf("afterwards the card says %q", got)
	}
}
