package models

import "time"

// Invite is an invitation of one person. The password rule in force when it was made is frozen on it (SPEC O5).
type Invite struct {
	ID                string `gorm:"primaryKey"`
	OrganizationID    string
	MemberID          string
	Email             string
	Role              string
	PasswordsDisabled bool
	Digest            string
	CreatedBy         string
	CreatedAt         time.Time
	ExpiresAt         time.Time
	AcceptedAt        *time.Time
	CancelledAt       *time.Time
}

// Open tells whether the invite can still be accepted.
func (i *Invite) Open(now time.Time) bool {
	return i.AcceptedAt == nil && i.CancelledAt == nil && now.Before(i.ExpiresAt)
}
