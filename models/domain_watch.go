package models

import "time"

// When a domain is looked at by itself: often while somebody waits for it, then daily, and after a month no more.
const (
	domainSoon   = 10 * time.Minute
	domainDaily  = 24 * time.Hour
	domainEager  = 3 * 24 * time.Hour
	domainGiveUp = 30 * 24 * time.Hour
)

// ClaimDomain answers a domain that is due for a look at the DNS and notes the look, so that no two replicas look at the
// same; NotFound when none is due. Domains that an operator has verified by hand are not looked at.
func ClaimDomain(tx *Tx) (*Domain, error) {
	waiting := []string{DomainUnverified, DomainChecking}
	due := tx.g.Where("state IN ? AND created_at > ? AND (checked_at IS NULL OR checked_at <= ?)", waiting, tx.Now.Add(-domainEager), tx.Now.Add(-domainSoon)).
		Or("state IN ? AND created_at > ? AND checked_at <= ?", waiting, tx.Now.Add(-domainGiveUp), tx.Now.Add(-domainDaily)).
		Or("proved_by_dns = ? AND state IN ? AND checked_at <= ?", true, []string{DomainVerified, DomainLost}, tx.Now.Add(-domainDaily))
	var d Domain
	if err := forUpdate(tx.allOrgs()).Where(due).Order("checked_at, id").First(&d).Error; err != nil {
		return nil, translate(err)
	}
	return &d, tx.In(d.OrganizationID).org().Model(&Domain{}).Where("id = ?", d.ID).Update("checked_at", tx.Now).Error
}
