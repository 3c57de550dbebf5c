package models

import (
	"crypto/x509"
	"slices"
	"time"

	"gorm.io/gorm/clause"
)

const (
	missingFor = 7 * 24 * time.Hour // then a certificate that the metadata no longer lists is dropped
	maxPinned  = 10                 // certificates of one connection
)

// WatchedCertificate is what is remembered of a pinned certificate (SPEC S5).
type WatchedCertificate struct {
	ConnectionID   string `gorm:"primaryKey"`
	Fingerprint    string `gorm:"primaryKey"` // SHA-256 of the DER bytes, in hex
	OrganizationID string
	MissingSince   *time.Time // since when the metadata has not listed it
	Announced      int64      // days before its end of the last announcement; 0 is none yet
}

// watches are what is remembered, by connection and fingerprint.
type watches map[[2]string]*WatchedCertificate

func fingerprint(c *x509.Certificate) string { return Digest(string(c.Raw)) }

// of finds, or makes, what is remembered of a certificate.
func (w watches) of(s *ConnectionSettings, fp string) *WatchedCertificate {
	key := [2]string{s.ConnectionID, fp}
	if w[key] == nil {
		w[key] = &WatchedCertificate{ConnectionID: s.ConnectionID, Fingerprint: fp, OrganizationID: s.OrganizationID}
	}
	return w[key]
}

// findWatches reads what is remembered of the connections' certificates, in all organizations: connections are known
// by id.
func findWatches(tx *Tx, connectionIDs ...string) (watches, error) {
	var rows []WatchedCertificate
	if err := tx.allOrgs().Find(&rows, "connection_id IN ?", connectionIDs).Error; err != nil {
		return nil, err
	}
	w := watches{}
	for i := range rows {
		w[[2]string{rows[i].ConnectionID, rows[i].Fingerprint}] = &rows[i]
	}
	return w, nil
}

func saveWatch(tx *Tx, w *WatchedCertificate) error {
	return tx.g.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "connection_id"}, {Name: "fingerprint"}},
		DoUpdates: clause.AssignmentColumns([]string{"missing_since", "announced"}),
	}).Create(w).Error
}

// takeOver brings what the metadata says into the settings in use, as a new version, and into a draft of the same
// metadata, so that switching it on later brings no old certificates back.
func takeOver(tx *Tx, c *Connection, s *ConnectionSettings, p ProviderData) (Changes, error) {
	remembered, err := findWatches(tx, c.ID)
	if err != nil {
		return nil, err
	}
	published := parseCertificates(p.Certificates)
	if len(published) == 0 {
		return nil, invalid("certificates", "The metadata holds no certificate.") // the parser refuses such metadata
	}
	pinned := s.parsedCertificates()
	missing, err := noteMissing(tx, s, pinned, published, remembered)
	if err != nil {
		return nil, err
	}
	kept := rollOver(pinned, published, missing, tx.Now)
	changes := Changes{
		"certificates_added": len(without(kept, pinned)), "certificates_dropped": len(without(pinned, kept)),
		"certificates_missing": len(without(kept, published)),
	}
	for _, gone := range without(pinned, kept) {
		if err := tx.org().Delete(&WatchedCertificate{}, "connection_id = ? AND fingerprint = ?", c.ID, fingerprint(gone)).Error; err != nil {
			return nil, err
		}
	}
	if s.SSOURL != p.SSOURL {
		changes["sign_in_url"] = p.SSOURL
	}
	if c.State == Active && c.DraftSettingsID != nil {
		draft, err := FindSettings(tx, c, *c.DraftSettingsID)
		if err != nil {
			return nil, err
		}
		if draft.MetadataURL == s.MetadataURL && draft.EntityID == s.EntityID && origin(draft.SSOURL) == origin(p.SSOURL) {
			if err := storeTakenOver(tx, c, draft, p, rollOver(draft.parsedCertificates(), published, missing, tx.Now)); err != nil {
				return nil, err
			}
		}
	}
	return changes, storeTakenOver(tx, c, s, p, kept)
}

// storeTakenOver stores the settings with these certificates and sign-in address: a draft in place, a version in use
// as a new one. A passed test stays valid unless the address changed. Whether requests are signed, the admin decides.
func storeTakenOver(tx *Tx, c *Connection, s *ConnectionSettings, p ProviderData, kept []*x509.Certificate) error {
	binding := orElse(p.SSOBinding, "redirect")
	sameAddress := s.SSOURL == p.SSOURL && s.SSOBinding == binding
	have := s.parsedCertificates()
	if sameAddress && len(without(kept, have)) == 0 && len(without(have, kept)) == 0 {
		return nil
	}
	tested := s.Tested()
	s.SSOURL, s.SSOBinding, s.Certificates = p.SSOURL, binding, pemOf(kept)
	s.Digest = s.digest()
	if tested && sameAddress {
		s.TestedDigest = s.Digest
	}
	if c.DraftSettingsID != nil && *c.DraftSettingsID == s.ID {
		return storeDraft(tx, c, s)
	}
	s.ID, s.CreatedAt, s.UpdatedAt = tx.NewID("cfg"), tx.Now, tx.Now
	if err := tx.g.Create(s).Error; err != nil {
		return err
	}
	return updateConnection(tx, c, map[string]any{"active_settings_id": s.ID})
}

// noteMissing remembers since when each pinned certificate is no longer published, and forgets it of those that are
// back. It answers the times by fingerprint.
func noteMissing(tx *Tx, s *ConnectionSettings, pinned, published []*x509.Certificate, remembered watches) (map[string]time.Time, error) {
	missing := map[string]time.Time{}
	for _, c := range pinned {
		w := remembered.of(s, fingerprint(c))
		gone := !slices.ContainsFunc(published, c.Equal)
		if gone == (w.MissingSince != nil) {
			if gone {
				missing[w.Fingerprint] = *w.MissingSince
			}
			continue
		}
		w.MissingSince = nil
		if gone {
			now := tx.Now
			w.MissingSince, missing[w.Fingerprint] = &now, now
		}
		if err := saveWatch(tx, w); err != nil {
			return nil, err
		}
	}
	return missing, nil
}

// rollOver is what stays pinned: all that is published, and for seven days what no longer is. While nothing that is
// published is within its dates nothing is dropped, so that it never comes to none.
func rollOver(pinned, published []*x509.Certificate, missing map[string]time.Time, now time.Time) []*x509.Certificate {
	usable := slices.ContainsFunc(published, func(c *x509.Certificate) bool { return !now.Before(c.NotBefore) && now.Before(c.NotAfter) })
	since := func(c *x509.Certificate) time.Time {
		if at, ok := missing[fingerprint(c)]; ok {
			return at
		}
		return now
	}
	old := slices.DeleteFunc(without(pinned, published), func(c *x509.Certificate) bool {
		return usable && now.Sub(since(c)) >= missingFor
	})
	slices.SortStableFunc(old, func(a, b *x509.Certificate) int { return since(b).Compare(since(a)) })
	old = old[:min(len(old), max(0, maxPinned-len(published)))] // the longest gone make room first
	kept := slices.DeleteFunc(slices.Clone(pinned), func(c *x509.Certificate) bool {
		return !slices.ContainsFunc(published, c.Equal) && !slices.ContainsFunc(old, c.Equal)
	})
	return append(kept, without(published, pinned)...)
}

// without is all but those in others.
func without(all, others []*x509.Certificate) (out []*x509.Certificate) {
	for _, c := range all {
		if !slices.ContainsFunc(others, c.Equal) {
			out = append(out, c)
		}
	}
	return out
}
