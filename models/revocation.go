package models

import "time"

// undoWindow is how long a deactivation can be undone (SPEC R2).
const undoWindow = 10 * time.Minute

// Revocation is one deactivation by an admin, the command or an operator. What it ended carries its id, so that Undo
// revives exactly that.
type Revocation struct {
	ID               string `gorm:"primaryKey"`
	OrganizationID   string
	Kind             string // KindSSO or KindSCIM
	CreatedBy        string
	CreatedAt        time.Time
	AddMembersBefore string
	UndoneAt         *time.Time
}
