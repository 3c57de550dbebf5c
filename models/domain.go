package models

import (
	"net/netip"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
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
	CheckedAt      *time.Time
	CreatedAt      time.Time
}

// TXTHost is where the proof record goes.
func (d *Domain) TXTHost() string { return "_rollcall." + d.Name }

// TXTValue is what the proof record says.
func (d *Domain) TXTValue() string { return "rollcall-domain-verification=" + d.TXTToken }

// Proved tells whether the domain counts as verified: a lost proof warns but goes on counting (SPEC O3).
func (d *Domain) Proved() bool { return d.State == DomainVerified || d.State == DomainLost }

// maxDomains bounds one submission of the form.
const maxDomains = 200

// ParseDomains reads what a person typed or pasted: separated by commas, semicolons, blanks or newlines, with or
// without @ or a URL around. It answers normalised names without repeats; the first bad one is an Error that names it
// (SPEC O3).
func ParseDomains(text string) ([]string, error) {
	var out []string
	seen := map[string]bool{}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",; \t\r\n", r) }) {
		name, err := parseDomain(word)
		if err != nil {
			return nil, err
		}
		if !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	if len(out) > maxDomains {
		return nil, invalid("domains", "Add at most 200 domains at once.")
	}
	return out, nil
}

func parseDomain(word string) (string, error) {
	name := strings.ToLower(word)
	if _, rest, found := strings.Cut(name, "://"); found {
		name, _, _ = strings.Cut(rest, "/")
		name, _, _ = strings.Cut(name, ":")
	}
	if i := strings.LastIndexByte(name, '@'); i >= 0 {
		name = name[i+1:]
	}
	name = strings.TrimSuffix(strings.TrimSuffix(name, "/"), ".")
	bad := invalid("domains", "“"+word+"” is not a domain. Write it like acme.com.")
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		return "", invalid("domains", "“"+word+"” is an IP address, not a domain. Write a domain like acme.com.")
	}
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil || !strings.Contains(ascii, ".") || len(ascii) > 253 || strings.ContainsAny(ascii, "_%:/\\\"<>") {
		return "", bad
	}
	if publicMailbox[ascii] {
		return "", invalid("domains", ascii+" is a public mail service, so it cannot belong to one organization.")
	}
	suffix, icann := publicsuffix.PublicSuffix(ascii)
	if suffix == ascii && (icann || strings.Contains(suffix, ".")) {
		return "", invalid("domains", ascii+" is a public suffix that many organizations share. Write your own domain under it.")
	}
	return ascii, nil
}

// publicMailbox are mailbox services that anybody can have an address at.
var publicMailbox = words(`gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk hotmail.de hotmail.fr live.com msn.com
	yahoo.com yahoo.co.uk yahoo.co.jp yahoo.de yahoo.fr ymail.com rocketmail.com icloud.com me.com mac.com aol.com
	gmx.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de proton.me protonmail.com pm.me tutanota.com tuta.io
	mail.com mail.ru inbox.ru list.ru bk.ru yandex.ru yandex.com qq.com 163.com 126.com sina.com foxmail.com naver.com
	daum.net hanmail.net zoho.com fastmail.com hey.com orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it
	virgilio.it seznam.cz wp.pl o2.pl interia.pl onet.pl uol.com.br bol.com.br terra.com.br rediffmail.com
	comcast.net verizon.net att.net sbcglobal.net btinternet.com bluewin.ch mailinator.com guerrillamail.com yopmail.com`)

func words(text string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(text) {
		m[w] = true
	}
	return m
}

// ListDomains lists the organization's domains by name.
func ListDomains(tx *Tx) ([]Domain, error) {
	var rows []Domain
	return rows, tx.org().Order("name").Find(&rows).Error
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
	for _, name := range names {
		if known[name] {
			continue
		}
		d, err := addDomain(tx, name, verified)
		if err != nil {
			return nil, err
		}
		added = append(added, *d)
	}
	return added, nil
}

func addDomain(tx *Tx, name string, verified bool) (*Domain, error) {
	if err := refuseTaken(tx, name); err != nil {
		return nil, err
	}
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

func refuseTaken(tx *Tx, name string) error {
	var n int64
	err := tx.allOrgs().Model(&Domain{}).Where("verified_name = ? AND organization_id <> ?", name, tx.Actor.OrgID).Count(&n).Error
	if err == nil && n > 0 {
		return invalid("domains", "Another organization has proved that it owns "+name+". If that is wrong, write to support.")
	}
	return err
}

// FindDomain finds one of the organization's domains.
func FindDomain(tx *Tx, id string) (*Domain, error) {
	var d Domain
	return &d, tx.org().First(&d, "id = ?", id).Error
}

// RemoveDomain takes a domain away. People of it stay members; those whom the directory manages are judged anew by the
// caller (ReleaseHolds).
func RemoveDomain(tx *Tx, id string) error {
	d, err := FindDomain(tx, id)
	if err != nil {
		return err
	}
	if err := tx.org().Delete(&Domain{}, "id = ?", id).Error; err != nil {
		return err
	}
	return tx.Record("domain.removed", id, Changes{"domain": d.Name})
}

// VerifyDomain notes the proof of ownership (by DNS or by an operator's word).
func VerifyDomain(tx *Tx, id string) error {
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
	return tx.Record("domain.verified", id, Changes{"domain": d.Name})
}

// VerifiedDomainOwner answers the organization that has verified the domain of that folded e-mail key; NotFound when
// nobody has. Used at /login, before anything is known about the person.
func VerifiedDomainOwner(tx *Tx, emailKey string) (orgID string, err error) {
	var d Domain
	err = tx.allOrgs().First(&d, "verified_name = ?", emailDomain(emailKey)).Error
	return d.OrganizationID, err
}

// SSODoor is where people of a domain sign in.
type SSODoor struct {
	ConnectionID string
	Organization string // its name
	Host         string // of the identity provider's sign-in page
}

// FindSSODoor answers where somebody with that folded e-mail is sent to sign in; NotFound unless the domain is verified
// and its organization has an active connection (SPEC S2, O4). It looks at no account.
func FindSSODoor(tx *Tx, emailKey string) (*SSODoor, error) {
	orgID, err := VerifiedDomainOwner(tx, emailKey)
	if err != nil {
		return nil, err
	}
	in := tx.In(orgID)
	o, err := FindOrganization(in)
	if err != nil {
		return nil, err
	}
	c, err := OrganizationConnection(in)
	if err != nil {
		return nil, err
	}
	if !o.SSOBought || c.State != Active || c.ActiveSettingsID == nil {
		return nil, notFound("single sign-on")
	}
	var settings ConnectionSettings
	if err := in.org().First(&settings, "id = ?", *c.ActiveSettingsID).Error; err != nil {
		return nil, err
	}
	door := &SSODoor{ConnectionID: c.ID, Organization: o.Name}
	if u, err := url.Parse(settings.SSOURL); err == nil {
		door.Host = u.Host
	}
	return door, nil
}
