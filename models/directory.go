package models

import "time"

// Directory is an organization's SCIM endpoint: the identity provider's side of its members. Its id is in the base
// URL, so it outlives deactivation. Its state is Awaiting, Active or Deactivated.
type Directory struct {
	ID             string `gorm:"primaryKey"`
	OrganizationID string
	IDP            string `gorm:"column:idp"`
	State          string
	WizardStep     int64
	WizardReached  int64
	WizardSeenAt   *time.Time
	Strict         bool   // answer 400 instead of holding (SPEC P4)
	AllowGuests    bool   // people outside the organization's domains (SPEC P6)
	Mapping        string // JSON: Rollcall field to SCIM attribute path
	NextSeq        int64  // list order of its users
	UserCount      int64  // users its list shows, so that a list needs no count
	FirstRequestAt *time.Time
	LastRequestAt  *time.Time
	ActivatedAt    *time.Time
	DeactivatedAt  *time.Time
	DeactivatedBy  string
	RevocationID   *string
	Version        int64
	CreatedAt      time.Time
}

// DirectoryToken is a bearer token of a directory. Two may live while one is rotated (SPEC T1).
type DirectoryToken struct {
	ID             string `gorm:"primaryKey"`
	OrganizationID string
	DirectoryID    string
	Digest         string
	LastFour       string
	CreatedBy      string
	CreatedAt      time.Time
	LastUsedAt     *time.Time
	EndedAt        *time.Time
	RevocationID   *string
}

// FindDirectory finds a directory of the actor's organization.
func FindDirectory(tx *Tx, id string) (*Directory, error) {
	var d Directory
	return &d, tx.org().First(&d, "id = ?", id).Error
}

// OrganizationDirectory is the organization's directory; NotFound before the first setup link.
func OrganizationDirectory(tx *Tx) (*Directory, error) {
	var d Directory
	return &d, tx.org().Order("created_at").First(&d).Error
}

// ensureDirectory is OrganizationDirectory, made when there is none.
func ensureDirectory(tx *Tx) (*Directory, error) {
	d, err := OrganizationDirectory(tx)
	if CodeOf(translate(err)) != NotFound {
		return d, err
	}
	d = &Directory{ID: tx.NewID("dir"), OrganizationID: tx.Actor.OrgID, State: Awaiting, Mapping: "{}", NextSeq: 1, Version: 1, CreatedAt: tx.Now}
	if err := tx.g.Create(d).Error; err != nil {
		return nil, err
	}
	if err := showMembers(tx, d); err != nil {
		return nil, err
	}
	return d, tx.Record("directory.created", d.ID, nil)
}

// SetDirectoryRules sets the strict and the guest switch (SPEC P4, P6) and judges held members anew.
func SetDirectoryRules(tx *Tx, d *Directory, strict, guests bool) error {
	if d.Strict == strict && d.AllowGuests == guests {
		return nil
	}
	err := tx.org().Model(&Directory{}).Where("id = ?", d.ID).Updates(map[string]any{"strict": strict, "allow_guests": guests}).Error
	if err != nil {
		return err
	}
	d.Strict, d.AllowGuests = strict, guests
	if err := tx.Record("directory.rules_changed", d.ID, Changes{"strict": strict, "guests": guests}); err != nil {
		return err
	}
	return ReleaseHolds(tx)
}
