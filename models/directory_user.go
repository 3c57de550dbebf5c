package models

import "time"

// DirectoryUser is the identity provider's view of a member: the SCIM user as pushed (SPEC I2). Until the provider
// first writes to it, it is not managed and shows the member as the organization has it (SPEC I3).
type DirectoryUser struct {
	ID             string `gorm:"primaryKey"`
	OrganizationID string
	DirectoryID    string
	MemberID       string
	Seq            int64 // list order within the directory
	Managed        bool
	UserName       string
	UserNameKey    string // folded, unique in the directory
	ExternalID     *string
	EmailKey       string // folded e-mail, for filters
	Active         bool
	Profile        `gorm:"embedded"`
	Document       string // JSON of the canonical SCIM attributes; "{}" while unmanaged
	Extra          string // JSON of attributes that no schema knows (SPEC I4)
	Version        int64
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// Profile is what the identity provider says of a person in Rollcall's own terms (SPEC P1), as raw text: mapped by
// handlers from the SCIM document, judged by Provision.
type Profile struct {
	FirstName    string
	LastName     string
	Email        string
	Country      string
	CurrentCity  string
	CurrentState string
	BirthYear    string
	Role         string
	Plan         string
}

// HiddenUser says that a directory has deleted its view of a member (SPEC I3): it stays hidden there until the
// directory sends the person again.
type HiddenUser struct {
	OrganizationID string
	DirectoryID    string `gorm:"primaryKey"`
	MemberID       string `gorm:"primaryKey"`
	HiddenAt       time.Time
}
