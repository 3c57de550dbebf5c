package models

import (
	"encoding/json"
	"slices"
	"time"
)

// Directory is an organization's SCIM endpoint: the identity provider's side of its members. Its id is in the base
// URL, so it outlives deactivation. Its state is Awaiting, Active or Deactivated.
type Directory struct {
	ID             string `gorm:"primaryKey"`
	OrganizationID string
	IDP            string `gorm:"column:idp"`
	State          string
	WizardWay      string // which of the guide's ways; "" until chosen
	WizardStep     int64
	WizardReached  int64
	WizardSeenAt   *time.Time
	Strict         bool   // answer 400 instead of holding (SPEC P4)
	AllowGuests    bool   // people outside the organization's domains (SPEC P6)
	Review         bool   // people who come in wait until an administrator applies (SPEC P13)
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
	ExpiresAt      *time.Time // nil: it works until it is ended
	Announced      int64      // days before its end that administrators were told of last; 0: not told yet
	EndedAt        *time.Time
	RevocationID   *string
}

// FindDirectory finds a directory of the actor's organization.
func FindDirectory(tx *Tx, id string) (*Directory, error) {
	return first[Directory](tx, "id = ?", id)
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

// NewDirectory is what `directory create` gives.
type NewDirectory struct {
	IDP         string // slug of the guide
	Strict      bool
	AllowGuests bool
}

// CreateDirectory prepares the organization's directory (there is one; setting up again keeps it and its SCIM ids) and
// answers a new token, which is shown once. PaymentRequired when Directory Sync is not bought.
func CreateDirectory(tx *Tx, n NewDirectory) (*Directory, string, error) {
	o, err := lockOrganization(tx)
	if err != nil {
		return nil, "", err
	}
	if !o.SCIMBought {
		return nil, "", &Error{Code: PaymentRequired, Message: "Directory Sync is not included in what this organization has bought."}
	}
	d, err := ensureDirectory(tx)
	if err != nil {
		return nil, "", err
	}
	if n.IDP != "" && n.IDP != d.IDP {
		if err := tx.org().Model(&Directory{}).Where("id = ?", d.ID).Update("idp", n.IDP).Error; err != nil {
			return nil, "", err
		}
		d.IDP = n.IDP
	}
	if err := SetDirectoryRules(tx, d, n.Strict, n.AllowGuests); err != nil {
		return nil, "", err
	}
	token, _, err := CreateDirectoryToken(tx, d, 0)
	return d, token, err
}

// Fields is the mapping of Rollcall's names (SPEC P1) to SCIM paths that an admin made.
func (d *Directory) Fields() map[string]string {
	m := map[string]string{}
	_ = json.Unmarshal([]byte(d.Mapping), &m) // we wrote it; a damaged one maps nothing
	return m
}

// mappable are the names that SPEC P1 knows, with their columns in directory_users.
var mappable = map[string]string{
	"firstName": "first_name", "lastName": "last_name", "email": "email", "country": "country", "currentCity": "current_city",
	"currentState": "current_state", "birthYear": "birth_year", "role": "role", "plan": "plan",
}

// SetDirectoryMapping stores a mapping and provisions every managed user again over what is kept of it (SPEC I4). read
// answers the profile of a user under the new mapping, which d carries by then; the SCIM room knows how.
func SetDirectoryMapping(tx *Tx, d *Directory, fields map[string]string, read func(*DirectoryUser) (Profile, error)) error {
	for name := range fields {
		if mappable[name] == "" {
			return invalid(name, "“"+name+"” is not an attribute that can be mapped.")
		}
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	if _, err := lockOrganization(tx); err != nil {
		return err
	}
	d.Mapping = string(text)
	err = tx.org().Model(&Directory{}).Where("id = ?", d.ID).Updates(map[string]any{"mapping": d.Mapping, "version": d.Version + 1}).Error
	if err != nil {
		return err
	}
	if err := tx.Record("directory.mapping_changed", d.ID, nil); err != nil {
		return err
	}
	var rows []DirectoryUser
	if err := tx.org().Where("directory_id = ? AND managed = ?", d.ID, true).Order("seq").Find(&rows).Error; err != nil {
		return err
	}
	for i := range rows {
		u := &rows[i]
		in := Push{UserName: u.UserName, ExternalID: orNone(u.ExternalID), Active: u.Active, Document: u.Document, Extra: u.Extra}
		if in.Profile, err = read(u); err != nil {
			return err
		}
		if err := SaveDirectoryUser(tx, d, u, in); err != nil {
			return err
		}
	}
	return nil
}

// SilentFields are the names that an admin mapped although none of the directory's users has a value there, sorted.
func SilentFields(tx *Tx, d *Directory) (names []string, err error) {
	for name := range d.Fields() {
		var rows []DirectoryUser
		said := tx.org().Select("id").Where("directory_id = ? AND managed = ?", d.ID, true).Where(mappable[name] + " <> ''")
		if err := said.Limit(1).Find(&rows).Error; err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}
