package models

import "time"

// undoWindow is how long a deactivation can be undone (SPEC R2).
const undoWindow = 10 * time.Minute

// What becomes of the directory's members when Directory Sync is switched off (SPEC R1).
const (
	MembersKeep        = "keep"
	MembersDeprovision = "deprovision"
)

// Revocation is one deactivation by an admin, the command or an operator. What it ended carries its id, so that Undo
// revives exactly that.
type Revocation struct {
	ID               string `gorm:"primaryKey"`
	OrganizationID   string
	Kind             string // KindSSO or KindSCIM
	CreatedBy        string
	CreatedAt        time.Time
	AddMembersBefore string
	ConnectionBefore string // the connection's state; "" when it was not touched
	DirectoryBefore  string // the directory's
	Members          string // MembersKeep or MembersDeprovision
	UndoneAt         *time.Time
}

// Undoable tells whether the deactivation can still be taken back.
func (r *Revocation) Undoable(now time.Time) bool {
	return r.UndoneAt == nil && now.Before(r.UndoableUntil())
}

// UndoableUntil is when Undo stops working.
func (r *Revocation) UndoableUntil() time.Time { return r.CreatedAt.Add(undoWindow) }

// Reach counts whom a deactivation touches, for its dialog.
type Reach struct {
	Sessions     int64 // signed in by SSO now
	SignIns      int64 // people who have signed in by this connection
	Managed      int64 // members whom the directory manages
	Tokens       int64 // live SCIM tokens
	Links        int64 // live setup links
	DirectoryOn  bool  // Directory Sync would be switched off as well
	Administrate int64 // administrators among the sessions' and directory's people
}

// touched tells whether the deactivation switched off the integration of that kind.
func (r *Revocation) touched(kind string) bool {
	if kind == KindSSO {
		return r.ConnectionBefore != ""
	}
	return r.DirectoryBefore != ""
}

// LatestRevocation is the newest deactivation of the organization; NotFound before the first.
func LatestRevocation(tx *Tx) (*Revocation, error) {
	var r Revocation
	return &r, tx.org().Order("created_at DESC, id DESC").First(&r).Error
}
