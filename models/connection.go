package models

import "time"

// Connection is an organization's SAML connection. Its id is in the ACS URL and entity ID, so it outlives
// deactivation. Its state is Awaiting, Active or Deactivated.
type Connection struct {
	ID               string `gorm:"primaryKey"`
	OrganizationID   string
	IDP              string `gorm:"column:idp"` // slug of the guide; "" until chosen
	State            string
	WizardWay        string // which of the guide's ways; "" until chosen
	WizardStep       int64  // where the setup stands, for the next link, device or colleague (SPEC L3)
	WizardReached    int64
	WizardSeenAt     *time.Time
	ActiveSettingsID *string // what the ACS takes for new sign-ins
	DraftSettingsID  *string // what the wizard edits; tested, then swapped in (SPEC S5)
	IDPInitiated     bool    `gorm:"column:idp_initiated"`
	ServiceKey       string  // sealed PEM of our own key, "" until needed
	ServiceCert      string  // PEM
	NextKey          string  // the key that is published, and used from the switch on; "" when none is under way
	NextCert         string
	NextKeyAt        *time.Time // since when it is published
	PastKey          string     // the key before ServiceKey; it still decrypts
	PastKeyAt        *time.Time // since when it is no longer used
	ActivatedAt      *time.Time
	DeactivatedAt    *time.Time
	DeactivatedBy    string
	RevocationID     *string

	MetadataDueAt      *time.Time // when its metadata address is looked at next; nil when it never had one
	MetadataFault      string     // FaultUnreadable …; "" when the last look was good
	MetadataFaultSince *time.Time
	MetadataAlertedAt  *time.Time // when the administrators were told of this fault

	Version   int64
	CreatedAt time.Time
}

// FindConnection finds a connection of the actor's organization.
func FindConnection(tx *Tx, id string) (*Connection, error) {
	return first[Connection](tx, "id = ?", id)
}

// ConnectionByID finds a connection by the id in a public path (/saml/<id>/…); the row tells the organization.
func ConnectionByID(tx *Tx, id string) (*Connection, error) {
	return firstAnywhere[Connection](tx, "id = ?", id)
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

// lockConnection takes the row's lock and reads it anew.
func lockConnection(tx *Tx, c *Connection) error {
	return forUpdate(tx.org()).First(c, "id = ?", c.ID).Error
}

// updateConnection writes the named columns of a locked connection and moves it to the next version.
func updateConnection(tx *Tx, c *Connection, set map[string]any) error {
	set["version"] = c.Version + 1
	if err := oneRow(tx.org().Model(&Connection{}).Where("id = ? AND version = ?", c.ID, c.Version).Updates(set)); err != nil {
		return err
	}
	return tx.org().First(c, "id = ?", c.ID).Error
}

// SetIDPInitiated switches sign-ins that start at the identity provider on or off (SPEC S3).
func SetIDPInitiated(tx *Tx, c *Connection, on bool) error {
	if err := lockConnection(tx, c); err != nil || c.IDPInitiated == on {
		return err
	}
	if err := updateConnection(tx, c, map[string]any{"idp_initiated": on}); err != nil {
		return err
	}
	return tx.Record("connection.idp_initiated_changed", c.ID, Changes{"on": on})
}

// ActivateConnection swaps the draft in and turns Single Sign-On Active. It needs a test sign-in passed with exactly
// these settings (SPEC L4), which only the command passes over.
func ActivateConnection(tx *Tx, c *Connection, untested bool) error {
	o, err := lockOrganization(tx)
	if err != nil {
		return err
	}
	if !o.SSOBought {
		return &Error{Code: PaymentRequired, Message: "Single Sign-On is not included in what your organization has bought."}
	}
	if err := lockConnection(tx, c); err != nil {
		return err
	}
	s, err := SettingsInWork(tx, c)
	switch {
	case err != nil:
		return err
	case !s.Complete():
		return &Error{Code: Conflict, Message: "Give the identity provider's data first: the setup has a step for it."}
	case !s.Tested() && !untested:
		return &Error{Code: Conflict, Message: "Run a test sign-in first. It must pass with exactly the settings that are to be switched on."}
	case c.State == Active && c.DraftSettingsID == nil:
		return nil
	}
	return swapIn(tx, o, c, s)
}

// swapIn makes s what sign-ins use from now on; those under way end by the version they began with (SPEC S5).
func swapIn(tx *Tx, o *Organization, c *Connection, s *ConnectionSettings) error {
	action, mail := "connection.settings_swapped", "sso_settings_swapped"
	set := map[string]any{"active_settings_id": s.ID, "draft_settings_id": nil}
	if c.State != Active {
		action, mail = "connection.activated", "sso_activated"
		set["state"], set["activated_at"] = Active, tx.Now
		set["deactivated_at"], set["deactivated_by"], set["revocation_id"] = nil, "", nil
	}
	if err := updateConnection(tx, c, set); err != nil {
		return err
	}
	out, err := mailAdmins(tx, o, mail, nil)
	if err != nil {
		return err
	}
	return tx.Record(action, c.ID, Changes{"tested": s.Tested()}, out...)
}

// DiscardDraft forgets the changes to an Active connection that are not in use. It does nothing without any.
func DiscardDraft(tx *Tx, c *Connection) error {
	if err := lockConnection(tx, c); err != nil || c.DraftSettingsID == nil {
		return err
	}
	if c.ActiveSettingsID == nil {
		return &Error{Code: Conflict, Message: "These are the only settings there are. Change them in the setup."}
	}
	if err := updateConnection(tx, c, map[string]any{"draft_settings_id": nil}); err != nil {
		return err
	}
	return tx.Record("connection.draft_discarded", c.ID, nil)
}

// mailAdmins makes the outbox rows that tell every administrator; people are those whom the mail names.
func mailAdmins(tx *Tx, o *Organization, name string, values map[string]string, people ...string) ([]*Outbox, error) {
	admins, err := ListAdmins(tx)
	if err != nil {
		return nil, err
	}
	all := map[string]string{"organization": o.Name}
	for k, v := range values {
		all[k] = v
	}
	var out []*Outbox
	for _, a := range admins {
		out = append(out, NewMail(name, a.Email, "", all, append(people, a.ID)...))
	}
	return out, nil
}

// PrepareConnection is the organization's connection, ready to be set up: made when there is none, back to Awaiting when
// it was deactivated (SPEC R2).
func PrepareConnection(tx *Tx) (*Connection, error) {
	c, err := ensureConnection(tx)
	if err != nil || c.State != Deactivated {
		return c, err
	}
	if err := lockConnection(tx, c); err != nil {
		return nil, err
	}
	return c, updateConnection(tx, c, map[string]any{"state": Awaiting, "revocation_id": nil})
}
