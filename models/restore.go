package models

import "time"

// RestorableUntil is when an administrator can no longer bring the member back; nil for one who has not left.
func (m *Member) RestorableUntil() *time.Time {
	if !m.Left() || m.DeactivatedAt == nil {
		return nil
	}
	until := m.DeactivatedAt.Add(restoreTime)
	return &until
}

// RestoreMember brings back a member who has left, or whose removal waits, with plan and role (SPEC P7, P12): within 30
// days, whoever manages the person. The directory's user is active again with its member.
func RestoreMember(tx *Tx, id string) error {
	h, err := openHall(tx)
	if err != nil {
		return err
	}
	m, err := FindMemberForUpdate(tx, id)
	if err != nil {
		return err
	}
	until := m.RestorableUntil()
	switch {
	case !m.Left():
		return &Error{Code: Conflict, Message: m.FullName() + " has not been removed."}
	case until == nil || !tx.Now.Before(*until):
		return &Error{Code: Gone, Message: "The 30 days in which " + m.FullName() + " could be brought back are over. Invite the person again."}
	}
	a, err := h.stored(m)
	if err != nil {
		return err
	}
	if a.User == nil {
		return h.restoreByHand(m)
	}
	a.Active = true
	if _, err := h.provision(a); err != nil {
		return err
	}
	u := a.User
	u.Active, u.Version, u.UpdatedAt = true, u.Version+1, tx.Now
	return updateUser(tx, u, u.Version-1)
}

// restoreByHand brings back a member whom no directory has any more: an ordinary one from then on.
func (h *hall) restoreByHand(m *Member) error {
	if m.Managed() {
		if err := updateMember(h.tx, m, map[string]any{"directory_id": nil}); err != nil {
			return err
		}
	}
	after, err := h.provision(Arrival{Source: SourceManual, Active: true, Member: m})
	if err != nil {
		return err
	}
	if err := showAgain(h.tx, after); err != nil || after.Status != MemberInvited {
		return err
	}
	_, _, err = InviteMember(h.tx, after, after.Role)
	return err
}

// showAgain makes the view of a member in each directory that has deleted its own user for it (SPEC I3).
func showAgain(tx *Tx, m *Member) error {
	dirs, err := find[Directory](tx, "", "id NOT IN (SELECT directory_id FROM directory_users WHERE member_id = ?) AND id NOT IN (SELECT directory_id FROM hidden_users WHERE member_id = ?)", m.ID, m.ID)
	for i := range dirs {
		if err == nil {
			err = insertView(tx, &dirs[i], m)
		}
	}
	return err
}
