package models

import (
	"crypto/x509"
	"slices"
	"strconv"
	"time"
)

// announceDays are how many days before the end of the last usable certificate people are told (SPEC S5).
var announceDays = []int64{1, 7, 14, 30}

// announceStep is how many connections AnnounceCertificates looks at in one transaction.
const announceStep = 100

// AnnounceCertificates tells the organizations of Active connections whose last usable certificate ends soon, once for
// each certificate and threshold. It looks at some connections after the one with the id after, in all organizations,
// and answers the id to go on after, "" at the end.
func AnnounceCertificates(tx *Tx, after string) (last string, err error) {
	var page []ConnectionSettings
	active := tx.allOrgs().Model(&Connection{}).Select("active_settings_id").Where("state = ?", Active)
	err = tx.allOrgs().Where("id IN (?) AND connection_id > ?", active, after).Order("connection_id").Limit(announceStep).Find(&page).Error
	if err != nil {
		return "", err
	}
	ids := make([]string, len(page))
	for i, s := range page {
		ids[i] = s.ConnectionID
	}
	remembered, err := findWatches(tx, ids...)
	if err != nil {
		return "", err
	}
	for i := range page {
		if err := announceEnd(tx.In(page[i].OrganizationID), &page[i], remembered); err != nil {
			return "", err
		}
	}
	if len(page) == announceStep {
		last = ids[len(ids)-1]
	}
	return last, nil
}

// announceEnd tells one organization if a threshold was passed since the last time.
func announceEnd(tx *Tx, s *ConnectionSettings, remembered watches) error {
	c := lastToEnd(s, remembered)
	if c == nil {
		return nil
	}
	left := c.NotAfter.Sub(tx.Now)
	i := slices.IndexFunc(announceDays, func(days int64) bool { return left <= time.Duration(days)*24*time.Hour })
	if left <= 0 || i < 0 {
		return nil
	}
	w := remembered.of(s, fingerprint(c))
	if w.Announced != 0 && w.Announced <= announceDays[i] {
		return nil
	}
	w.Announced = announceDays[i]
	if err := saveWatch(tx, w); err != nil {
		return err
	}
	ends := c.NotAfter.UTC().Format(time.RFC3339)
	out, err := mailEnd(tx, "certificate_ends", map[string]string{
		"days": strconv.FormatInt(int64((left+24*time.Hour-1)/(24*time.Hour)), 10), "ends": ends, "metadata": s.MetadataURL,
	})
	if err != nil {
		return err
	}
	return tx.Record("connection.certificate_announced", s.ConnectionID, Changes{"days": w.Announced, "ends": ends}, out...)
}

// lastToEnd is the certificate after whose end none is left; those that the provider no longer publishes do not count
// unless there are no others. nil when nothing is pinned.
func lastToEnd(s *ConnectionSettings, remembered watches) (last *x509.Certificate) {
	pinned := s.parsedCertificates()
	published := slices.DeleteFunc(slices.Clone(pinned), func(c *x509.Certificate) bool {
		return remembered.of(s, fingerprint(c)).MissingSince != nil
	})
	if len(published) == 0 {
		published = pinned
	}
	for _, c := range published {
		if last == nil || c.NotAfter.After(last.NotAfter) {
			last = c
		}
	}
	return last
}

// mailEnd makes the mails of a name to the administrators, and to the support contact where it is an e-mail.
func mailEnd(tx *Tx, name string, values map[string]string) ([]*Outbox, error) {
	o, err := FindOrganization(tx)
	if err != nil {
		return nil, err
	}
	out, err := mailAdmins(tx, o, name, values)
	if err != nil {
		return nil, err
	}
	email, key, err := ParseEmail(o.SupportContact)
	if err != nil {
		return out, nil // a name or a phone number
	}
	admins, err := ListAdmins(tx)
	told := slices.ContainsFunc(admins, func(m Member) bool { return m.EmailKey != nil && *m.EmailKey == key })
	if err != nil || told {
		return out, err
	}
	values["organization"] = o.Name
	return append(out, NewMail(name, email, "", values)), nil
}
