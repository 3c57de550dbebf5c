package models

import "net/url"

// SSODoor is where people of a domain sign in.
type SSODoor struct {
	ConnectionID   string
	OrganizationID string
	Organization   string // its name
	Required       bool   // there is no other way in (SPEC S8)
	Host           string // of the identity provider's sign-in page
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
	door := &SSODoor{ConnectionID: c.ID, OrganizationID: orgID, Organization: o.Name, Required: o.RequireSSO}
	if u, err := url.Parse(settings.SSOURL); err == nil {
		door.Host = u.Host
	}
	return door, nil
}
