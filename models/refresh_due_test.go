package models

import (
	"testing"
	"time"
)

// TestMetadataReadAgain: a cacheDuration or an end brings the next look forward, to an hour at the soonest.
func TestMetadataReadAgain(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newRefreshWorld(t, db, true)
		look := &MetadataLook{OrganizationID: w.org.ID, ConnectionID: w.c.ID, URL: anAddress}
		for asked, want := range map[time.Duration]time.Duration{
			0: metadataEvery, time.Minute: metadataSoonest, 6 * time.Hour: 6 * time.Hour, 30 * 24 * time.Hour: metadataEvery,
		} {
			says := w.says("a")
			says.ReadAgain = asked
			w.do(func(tx *Tx) error { return RefreshMetadata(tx, look, []ProviderData{says}) })
			w.pins("a")
			due := w.c.MetadataDueAt.Sub(w.now)
			if due < want || due > want+metadataJitter {
				t.Errorf("asked for %v: next in %v", asked, due)
			}
		}
	})
}

// TestRenewalOf: only what the provider's own metadata may change is a renewal.
func TestRenewalOf(t *testing.T) {
	old := ConnectionSettings{EntityID: "e", SSOURL: "https://idp.test/sso", SSOBinding: "redirect", Certificates: "a", MetadataURL: "https://idp.test/m", Mapping: "{}"}
	for name, c := range map[string]struct {
		edit func(*ConnectionSettings)
		want bool
	}{
		"certificates": {func(s *ConnectionSettings) { s.Certificates = "b" }, true},
		"path":         {func(s *ConnectionSettings) { s.SSOURL = "https://idp.test/other" }, true},
		"host":         {func(s *ConnectionSettings) { s.SSOURL = "https://evil.test/sso" }, false},
		"issuer":       {func(s *ConnectionSettings) { s.EntityID = "f" }, false},
		"mapping":      {func(s *ConnectionSettings) { s.Mapping = `{"email":"x"}` }, false},
		"encryption":   {func(s *ConnectionSettings) { s.Encrypt = true }, false},
		"hard dates":   {func(s *ConnectionSettings) { s.HardCertificateDates = true }, false},
		"address":      {func(s *ConnectionSettings) { s.MetadataURL = "https://idp.test/n" }, false},
		"by hand":      {func(s *ConnectionSettings) { s.MetadataURL = "" }, false},
	} {
		s := old
		c.edit(&s)
		if s.RenewalOf(&old) != c.want {
			t.Errorf("%s: %t", name, !c.want)
		}
	}
}
