package models

import (
	"slices"
	"strings"
	"time"
)

// States of a Domain (SPEC O3).
const (
	DomainUnverified = "unverified"
	DomainChecking   = "checking"
	DomainVerified   = "verified"
	DomainLost       = "lost" // was verified and its proof went away: warns, never switches SSO off
)

// Domain is an e-mail domain of an organization. A verified one belongs to one organization only, which the unique
// VerifiedName holds.
type Domain struct {
	ID             string `gorm:"primaryKey"`
	OrganizationID string
	Name           string  // lower-case, IDNA (punycode)
	State          string  // DomainUnverified …
	VerifiedName   *string // Name while it is verified or lost, else NULL
	TXTToken       string  `gorm:"column:txt_token"` // what the DNS TXT record must say
	VerifiedAt     *time.Time
	ProvedByDNS    bool `gorm:"column:proved_by_dns"` // else an operator's word, which no look at the DNS takes back
	CheckedAt      *time.Time
	CreatedAt      time.Time
}

// TXTHost is where the proof record goes.
func (d *Domain) TXTHost() string { return "_rollcall." + d.Name }

// TXTValue is what the proof record says.
func (d *Domain) TXTValue() string { return txtPrefix + d.TXTToken }

const txtPrefix = "rollcall-domain-verification="

// Proved tells whether the domain counts as verified: a lost proof warns but goes on counting (SPEC O3).
func (d *Domain) Proved() bool { return d.State == DomainVerified || d.State == DomainLost }

// ListDomains lists the organization's domains by name.
func ListDomains(tx *Tx) ([]Domain, error) {
	return find[Domain](tx, "ORDER BY name", "1 = 1")
}

// AddDomains adds names (from ParseDomains) that the organization does not have yet. A name that another organization
// has verified is refused, naming it. Operators' domains are verified at once (SPEC O3).
func AddDomains(tx *Tx, names []string, verified bool) (added []Domain, err error) {
	have, err := ListDomains(tx)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, d := range have {
		known[d.Name] = true
	}
	names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return known[name] })
	if err := refuseTaken(tx, names...); err != nil {
		return nil, err
	}
	for _, name := range names {
		d, err := addDomain(tx, name, verified)
		if err != nil {
			return nil, err
		}
		added = append(added, *d)
	}
	if len(added) == 0 {
		return nil, nil
	}
	return added, domainsChanged(tx)
}

// domainsChanged moves the settings' version and judges the held members again: a domain can be why they are held.
func domainsChanged(tx *Tx) error {
	if err := changeOrganization(tx, map[string]any{}); err != nil {
		return err
	}
	return ReleaseHolds(tx)
}

// addDomain stores a name that refuseTaken lets through.
func addDomain(tx *Tx, name string, verified bool) (*Domain, error) {
	d := &Domain{
		ID: tx.NewID("dom"), OrganizationID: tx.Actor.OrgID, Name: name, State: DomainUnverified, TXTToken: tx.NewToken(), CreatedAt: tx.Now,
	}
	if verified {
		d.State, d.VerifiedName, d.VerifiedAt = DomainVerified, &name, &tx.Now
	}
	if err := tx.g.Create(d).Error; err != nil {
		return nil, err
	}
	return d, tx.Record("domain.added", d.ID, Changes{"domain": name, "state": d.State})
}

// refuseTaken refuses the names that another organization has proved, naming them all.
func refuseTaken(tx *Tx, names ...string) error {
	if len(names) == 0 {
		return nil
	}
	var taken []string
	err := tx.allOrgs().Model(&Domain{}).Where("verified_name IN ? AND organization_id <> ?", names, tx.Actor.OrgID).
		Order("verified_name").Pluck("verified_name", &taken).Error
	if err == nil && len(taken) > 0 {
		return invalid("domains", "Another organization has proved that it owns "+strings.Join(taken, ", ")+". If that is wrong, write to support.")
	}
	return err
}

// FindDomain finds one of the organization's domains.
func FindDomain(tx *Tx, id string) (*Domain, error) {
	var d Domain
	return &d, tx.org().First(&d, "id = ?", id).Error
}

// RemoveDomain takes a domain away. People of it stay members.
func RemoveDomain(tx *Tx, id string) error {
	if _, err := lockOrganization(tx); err != nil {
		return err
	}
	d, err := FindDomain(tx, id)
	if err != nil {
		return err
	}
	if err := tx.org().Delete(&Domain{}, "id = ?", id).Error; err != nil {
		return err
	}
	if err := tx.Record("domain.removed", id, Changes{"domain": d.Name}); err != nil {
		return err
	}
	return domainsChanged(tx)
}

// VerifyDomain notes the proof of ownership (by DNS or by an operator's word).
func VerifyDomain(tx *Tx, id string) error {
	if _, err := lockOrganization(tx); err != nil {
		return err
	}
	d, err := FindDomain(tx, id)
	if err != nil || d.State == DomainVerified {
		return err
	}
	if err := refuseTaken(tx, d.Name); err != nil {
		return err
	}
	err = tx.org().Model(&Domain{}).Where("id = ?", id).Updates(map[string]any{
		"state": DomainVerified, "verified_name": d.Name, "verified_at": tx.Now, "checked_at": tx.Now,
	}).Error
	if err != nil {
		return err
	}
	if err := tx.Record("domain.verified", id, Changes{"domain": d.Name}); err != nil {
		return err
	}
	return ReleaseHolds(tx)
}

// DomainProof is what a look at the DNS has found for a domain.
type DomainProof struct {
	Domain *Domain
	Proved bool
	Got    string // a record of ours that says something else; "" for none
}

// CheckDomain notes what the DNS says at the domain's TXTHost: the right record verifies it; a domain that was verified
// by its record, which is gone now, is marked lost, which warns and changes nothing else (SPEC O3). records are nil when
// there are none.
func CheckDomain(tx *Tx, id string, records []string) (*DomainProof, error) {
	d, err := FindDomain(tx, id)
	if err != nil {
		return nil, err
	}
	p := &DomainProof{Domain: d, Proved: slices.Contains(records, d.TXTValue())}
	if !p.Proved {
		for _, r := range records {
			if strings.HasPrefix(r, txtPrefix) {
				p.Got = r
			}
		}
	}
	set := map[string]any{"checked_at": tx.Now}
	switch {
	case p.Proved:
		set["proved_by_dns"] = true
		err = VerifyDomain(tx, id)
	case d.State == DomainUnverified:
		set["state"] = DomainChecking
	}
	if err != nil {
		return nil, err
	}
	lost := !p.Proved && d.State == DomainVerified && d.ProvedByDNS
	if lost {
		set["state"] = DomainLost
	}
	if err := tx.org().Model(&Domain{}).Where("id = ?", id).Updates(set).Error; err != nil || !lost {
		return p, err
	}
	return p, tellLost(tx, d)
}

// tellLost says to the administrators that a domain's proof is gone.
func tellLost(tx *Tx, d *Domain) error {
	o, err := FindOrganization(tx)
	if err != nil {
		return err
	}
	mails, err := mailAdmins(tx, o, "domain_lost", map[string]string{"domain": d.Name, "host": d.TXTHost(), "value": d.TXTValue()})
	if err != nil {
		return err
	}
	return tx.Record("domain.lost", d.ID, Changes{"domain": d.Name}, mails...)
}

// VerifiedDomainOwner answers the organization that has verified the domain of that folded e-mail key; NotFound when
// nobody has. Used at /login, before anything is known about the person.
func VerifiedDomainOwner(tx *Tx, emailKey string) (orgID string, err error) {
	var d Domain
	err = tx.allOrgs().First(&d, "verified_name = ?", emailDomain(emailKey)).Error
	return d.OrganizationID, err
}
