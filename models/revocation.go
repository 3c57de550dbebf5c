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
	RequireSSOBefore bool   `gorm:"column:require_sso_before"` // SPEC S8
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
	Sessions    int64 // live ones that came by SSO
	SignIns     int64 // members who have signed in through the connection and may still
	Managed     int64 // members whom the directory manages
	Tokens      int64 // live SCIM tokens
	Links       int64 // live setup links that would end
	DirectoryOn bool  // with Single Sign-On: Directory Sync is switched off as well
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

// FindReach counts what Deactivate of that kind would touch now.
func FindReach(tx *Tx, kind string) (*Reach, error) {
	r := &Reach{}
	d, err := OrganizationDirectory(tx)
	if err = translate(err); err != nil && CodeOf(err) != NotFound {
		return nil, err
	}
	found := err == nil
	r.DirectoryOn = found && d.State == Active
	kinds := []string{KindSCIM}
	if kind == KindSSO {
		kinds = append(kinds, KindSSO)
		if err := r.countSSO(tx); err != nil {
			return nil, err
		}
	}
	if found {
		if err := tx.org().Model(&Member{}).Where("directory_id = ?", d.ID).Count(&r.Managed).Error; err != nil {
			return nil, err
		}
		if err := tx.org().Model(&DirectoryToken{}).Where("directory_id = ? AND ended_at IS NULL", d.ID).Count(&r.Tokens).Error; err != nil {
			return nil, err
		}
	}
	return r, tx.org().Model(&SetupLink{}).Where("kind IN ? AND ended_at IS NULL AND expires_at > ?", kinds, tx.Now).Count(&r.Links).Error
}

func (r *Reach) countSSO(tx *Tx) error {
	c, err := OrganizationConnection(tx)
	if err = translate(err); CodeOf(err) == NotFound && err != nil {
		return nil
	}
	if err != nil {
		return err
	}
	err = tx.org().Model(&Session{}).Where("connection_id = ? AND ended_at IS NULL AND expires_at > ?", c.ID, tx.Now).Count(&r.Sessions).Error
	if err != nil {
		return err
	}
	signedIn := tx.org().Model(&SignIn{}).Select("person_id").Where("connection_id = ? AND outcome = ?", c.ID, SignInSucceeded)
	return tx.org().Model(&Member{}).Where("status = ? AND id IN (?)", MemberActive, signedIn).Count(&r.SignIns).Error
}
