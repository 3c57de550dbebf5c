package models

import "time"

// Connection is an organization's SAML connection. Its id is in the ACS URL and entity ID, so it outlives
// deactivation. Its state is Awaiting, Active or Deactivated.
type Connection struct {
	ID                   string `gorm:"primaryKey"`
	OrganizationID       string
	IDP                  string `gorm:"column:idp"` // slug of the guide; "" until chosen
	State                string
	WizardStep           int64 // where the setup stands, for the next link, device or colleague (SPEC L3)
	WizardReached        int64
	WizardSeenAt         *time.Time
	ActiveSettingsID     *string // what the ACS takes for new sign-ins
	DraftSettingsID      *string // what the wizard edits; tested, then swapped in (SPEC S5)
	IDPInitiated         bool    `gorm:"column:idp_initiated"`
	SignRequests         bool
	Encrypt              bool
	HardCertificateDates bool
	ServiceKey           string // sealed PEM of our own key, "" until needed
	ServiceCert          string // PEM
	ActivatedAt          *time.Time
	DeactivatedAt        *time.Time
	DeactivatedBy        string
	RevocationID         *string
	Version              int64
	CreatedAt            time.Time
}

// ConnectionSettings is one version of what the identity provider told us. Versions in use are never changed; the
// draft is.
type ConnectionSettings struct {
	ID             string `gorm:"primaryKey"`
	OrganizationID string
	ConnectionID   string
	EntityID       string
	SSOURL         string `gorm:"column:sso_url"`
	SSOBinding     string `gorm:"column:sso_binding"` // redirect or post
	Certificates   string // PEM, one after another
	MetadataURL    string
	Mapping        string // JSON: Rollcall field to attribute name
	Digest         string // over all of the above
	TestedDigest   string // the Digest that a test sign-in has passed with (SPEC L4)
	TestedAt       *time.Time
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// Identity ties a connection's subject (a persistent NameID, or the e-mail) to a member (SPEC S4).
type Identity struct {
	OrganizationID string
	ConnectionID   string `gorm:"primaryKey"`
	Subject        string `gorm:"primaryKey"`
	MemberID       string
	CreatedAt      time.Time
}

// FindConnection finds a connection of the actor's organization.
func FindConnection(tx *Tx, id string) (*Connection, error) {
	var c Connection
	return &c, tx.org().First(&c, "id = ?", id).Error
}

// ConnectionByID finds a connection by the id in a public path (/saml/<id>/…); the row tells the organization.
func ConnectionByID(tx *Tx, id string) (*Connection, error) {
	var c Connection
	return &c, tx.allOrgs().First(&c, "id = ?", id).Error
}

// OrganizationConnection is the organization's connection; NotFound before the first setup link.
func OrganizationConnection(tx *Tx) (*Connection, error) {
	var c Connection
	return &c, tx.org().Order("created_at").First(&c).Error
}

// ensureConnection is OrganizationConnection, made when there is none.
func ensureConnection(tx *Tx) (*Connection, error) {
	c, err := OrganizationConnection(tx)
	if CodeOf(translate(err)) != NotFound {
		return c, err
	}
	c = &Connection{ID: tx.NewID("con"), OrganizationID: tx.Actor.OrgID, State: Awaiting, Version: 1, CreatedAt: tx.Now}
	return c, tx.g.Create(c).Error
}
