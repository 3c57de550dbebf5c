package models

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

// ConnectionSettings is one version of what the identity provider told us. A version that sign-ins use is never
// changed; the draft is (SPEC S5).
type ConnectionSettings struct {
	ID                   string `gorm:"primaryKey"`
	OrganizationID       string
	ConnectionID         string
	EntityID             string
	SSOURL               string `gorm:"column:sso_url"`
	SSOBinding           string `gorm:"column:sso_binding"` // redirect or post
	Certificates         string // PEM, one after another
	MetadataURL          string
	SignRequests         bool
	Encrypt              bool
	HardCertificateDates bool
	Mapping              string // JSON: Rollcall field to attribute name
	Digest               string // over all of the above
	TestedDigest         string // the Digest that a test sign-in has passed with (SPEC L4)
	TestedAt             *time.Time
	CreatedAt            time.Time
	UpdatedAt            time.Time
}

// ProviderData is what the identity provider's metadata, or the three fields typed by hand, say.
type ProviderData struct {
	EntityID, SSOURL, SSOBinding string
	Certificates                 string // PEM
	MetadataURL                  string // "" when it did not come from an address
	SignRequests                 bool
	ReadAgain                    time.Duration // how soon the metadata asks to be read again; 0: it does not say
}

// Complete tells whether the identity provider's data is there.
func (s *ConnectionSettings) Complete() bool {
	return s.EntityID != "" && s.SSOURL != "" && s.Certificates != ""
}

// Tested tells whether a test sign-in has passed with exactly these settings.
func (s *ConnectionSettings) Tested() bool { return s.Digest != "" && s.TestedDigest == s.Digest }

// MappedNames are the attribute names that an admin chose, by Rollcall's field.
func (s *ConnectionSettings) MappedNames() map[string]string {
	m := map[string]string{}
	_ = json.Unmarshal([]byte(s.Mapping), &m) // only SaveMapping writes it
	return m
}

// digest covers everything that a test sign-in depends on.
func (s *ConnectionSettings) digest() string {
	m := s.MappedNames()
	parts := []any{s.EntityID, s.SSOURL, s.SSOBinding, s.Certificates, s.SignRequests, s.Encrypt, s.HardCertificateDates}
	for _, field := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, field, m[field])
	}
	b, _ := json.Marshal(parts) // strings and booleans always marshal
	return Digest(string(b))
}

// RenewalOf tells whether s differs from an older version in nothing but what the provider's own metadata may change: its
// certificates and the path of its sign-in address. A sign-in that began with the older one may end with s (SPEC S5).
func (s *ConnectionSettings) RenewalOf(old *ConnectionSettings) bool {
	a, b := *s, *old
	a.SSOURL, b.SSOURL = origin(a.SSOURL), origin(b.SSOURL)
	a.Certificates, a.SSOBinding, a.SignRequests = b.Certificates, b.SSOBinding, b.SignRequests
	return s.MetadataURL != "" && s.MetadataURL == old.MetadataURL && a.digest() == b.digest()
}

// FindSettings finds one version of a connection's settings.
func FindSettings(tx *Tx, c *Connection, id string) (*ConnectionSettings, error) {
	return first[ConnectionSettings](tx, "id = ? AND connection_id = ?", id, c.ID)
}

// ActiveSettings are what sign-ins use; NotFound before the first activation.
func ActiveSettings(tx *Tx, c *Connection) (*ConnectionSettings, error) {
	if c.ActiveSettingsID == nil {
		return nil, notFound("active settings of this connection")
	}
	return FindSettings(tx, c, *c.ActiveSettingsID)
}

// SettingsInWork are what the wizard shows and a test sign-in uses: the draft, else the active version, else an empty
// one that is not stored yet.
func SettingsInWork(tx *Tx, c *Connection) (*ConnectionSettings, error) {
	switch {
	case c.DraftSettingsID != nil:
		return FindSettings(tx, c, *c.DraftSettingsID)
	case c.ActiveSettingsID != nil:
		return FindSettings(tx, c, *c.ActiveSettingsID)
	}
	return &ConnectionSettings{OrganizationID: c.OrganizationID, ConnectionID: c.ID, SSOBinding: "redirect", Mapping: "{}"}, nil
}

// SaveProviderData puts the identity provider's data into the connection's draft. Data from an address is read again
// every day from then on.
func SaveProviderData(tx *Tx, c *Connection, p ProviderData) error {
	err := editDraft(tx, c, func(s *ConnectionSettings) {
		// Of the same provider, metadata that asks for no signature does not take back what an admin switched on.
		p.SignRequests = p.SignRequests || s.SignRequests && s.EntityID == p.EntityID
		s.EntityID, s.SSOURL, s.SSOBinding, s.Certificates = p.EntityID, p.SSOURL, orElse(p.SSOBinding, "redirect"), p.Certificates
		s.MetadataURL, s.SignRequests = p.MetadataURL, p.SignRequests
	})
	if err != nil || p.MetadataURL == "" || c.MetadataDueAt != nil {
		return err
	}
	return noteLook(tx, c, map[string]any{}) // it was read just now
}

// SaveMapping puts the attribute names that an admin chose into the draft; fields without a name keep the usual ones.
func SaveMapping(tx *Tx, c *Connection, names map[string]string) error {
	kept := map[string]string{}
	for field, name := range names {
		if name = clean(name); name != "" {
			kept[field] = name
		}
	}
	b, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	return editDraft(tx, c, func(s *ConnectionSettings) { s.Mapping = string(b) })
}

// Switches are what an admin decides about how the two sides speak (SPEC S5).
type Switches struct {
	SignRequests         bool // our requests are signed with the connection's own key
	Encrypt              bool // our metadata offers a key to encrypt assertions for
	HardCertificateDates bool // a certificate outside its dates is refused
}

// SaveSwitches puts an admin's switches into the draft.
func SaveSwitches(tx *Tx, c *Connection, w Switches) error {
	return editDraft(tx, c, func(s *ConnectionSettings) {
		s.SignRequests, s.Encrypt, s.HardCertificateDates = w.SignRequests, w.Encrypt, w.HardCertificateDates
	})
}

// editDraft changes the draft, which starts as a copy of the active version. A change that changes nothing leaves a
// passed test valid and writes nothing.
func editDraft(tx *Tx, c *Connection, change func(*ConnectionSettings)) error {
	if err := lockConnection(tx, c); err != nil {
		return err
	}
	s, err := SettingsInWork(tx, c)
	if err != nil {
		return err
	}
	before, address := s.Digest, s.MetadataURL
	change(s)
	s.Digest = s.digest()
	if s.Digest == before && s.MetadataURL == address {
		return nil
	}
	if err := ensureServiceKey(tx, c, s); err != nil {
		return err
	}
	if err := storeDraft(tx, c, s); err != nil {
		return err
	}
	return tx.Record("connection.settings_changed", c.ID, Changes{
		"entity_id": s.EntityID, "mapping": s.MappedNames(), "sign_requests": s.SignRequests, "encrypt": s.Encrypt,
	})
}

func storeDraft(tx *Tx, c *Connection, s *ConnectionSettings) error {
	s.UpdatedAt = tx.Now
	if c.DraftSettingsID != nil {
		return oneRow(tx.org().Model(&ConnectionSettings{}).Where("id = ?", s.ID).
			Select("*").Omit("id", "organization_id", "connection_id", "created_at").Updates(s))
	}
	s.ID, s.CreatedAt = tx.NewID("cfg"), tx.Now
	if err := tx.g.Create(s).Error; err != nil {
		return err
	}
	c.DraftSettingsID = &s.ID
	return updateConnection(tx, c, map[string]any{"draft_settings_id": s.ID})
}

// markTested notes that a test sign-in has passed with the settings whose Digest is digest. A Conflict says that they
// have changed since the test began.
func markTested(tx *Tx, c *Connection, id, digest string) error {
	res := tx.org().Model(&ConnectionSettings{}).Where("id = ? AND connection_id = ? AND digest = ?", id, c.ID, digest).
		Updates(map[string]any{"tested_digest": digest, "tested_at": tx.Now})
	if res.Error == nil && res.RowsAffected == 0 {
		return &Error{Code: Conflict, Message: "The settings changed since the test began. Start the test sign-in again."}
	}
	return res.Error
}

// oneRow is the error of an update that must hit exactly one row; a missed one is no error in GORM.
func oneRow(res *gorm.DB) error {
	if res.Error == nil && res.RowsAffected != 1 {
		return stale()
	}
	return res.Error
}

// parsedCertificates are the pinned certificates; what does not parse was refused before it was stored.
func (s *ConnectionSettings) parsedCertificates() []*x509.Certificate {
	return parseCertificates(s.Certificates)
}

// parseCertificates reads PEM blocks, one after another, and leaves out what is no certificate.
func parseCertificates(text string) (out []*x509.Certificate) {
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return out
		}
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			out = append(out, c)
		}
	}
}

// pemOf is the stored form of certificates.
func pemOf(certificates []*x509.Certificate) string {
	var b strings.Builder
	for _, c := range certificates {
		b.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
	}
	return b.String()
}
