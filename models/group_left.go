package models

import "time"

// quietGroup is how long a directory may say nothing of a group before an admin is asked whether it was left behind:
// identity providers speak of a group only when something changes, so it is a question, not a finding (SPEC P9).
const quietGroup = 30 * 24 * time.Hour

// Quiet tells whether the directory that owns the group has not spoken of it for long.
func (g *Group) Quiet(now time.Time) bool {
	return g.Managed() && g.PushedAt != nil && now.Sub(*g.PushedAt) > quietGroup
}

// ListGroupsLeft are the groups that a deactivated directory has left behind: ordinary ones now (SPEC P9).
func ListGroupsLeft(tx *Tx) ([]Group, error) {
	var rows []Group
	return rows, tx.org().Where("source = ? AND directory_id IS NULL", SourceSCIM).Order("seq").Find(&rows).Error
}

// DetachGroup makes a pushed group an ordinary one that an admin can edit and delete (SPEC P9).
func DetachGroup(tx *Tx, g *Group) error {
	if !g.Managed() {
		return nil
	}
	g.DirectoryID, g.Source = nil, SourceManual
	return saveGroup(tx, g, "group.detached", nil)
}

// spokenOf notes that the directory has said something of the group.
func (g *Group) spokenOf(tx *Tx) {
	if tx.Actor.Kind == ActorSCIM {
		now := tx.Now
		g.PushedAt = &now
	}
}

// confirmEach is how often it is noted that a directory has repeated a group unchanged.
const confirmEach = 24 * time.Hour

// confirmGroup notes that the directory has repeated the group as it is; that is no new version.
func confirmGroup(tx *Tx, g *Group) error {
	if g.PushedAt != nil && tx.Now.Sub(*g.PushedAt) < confirmEach {
		return nil
	}
	g.spokenOf(tx)
	return tx.org().Model(&Group{}).Where("id = ?", g.ID).Update("pushed_at", g.PushedAt).Error
}
