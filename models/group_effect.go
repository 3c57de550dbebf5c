package models

import (
	"cmp"
	"slices"
)

// leaveGroups takes a member out of the directory's groups, because its user there was deleted.
func leaveGroups(tx *Tx, d *Directory, memberID string) error {
	rows, err := find[GroupMember](tx, "", "member_id = ? AND group_id IN (SELECT id FROM groups WHERE organization_id = ? AND directory_id = ?)",
		memberID, tx.Actor.OrgID, d.ID)
	if err != nil || len(rows) == 0 {
		return err
	}
	groups := make([]string, len(rows))
	for i := range rows {
		groups[i] = rows[i].GroupID
	}
	err = eachOf(tx, groups, "DELETE FROM group_members WHERE organization_id = ? AND member_id = ? AND group_id IN ", []any{tx.Actor.OrgID, memberID}, nothing)
	if err != nil {
		return err
	}
	return eachOf(tx, groups, "UPDATE groups SET version = version + 1, updated_at = ? WHERE organization_id = ? AND id IN ", []any{tx.Now, tx.Actor.OrgID}, nothing)
}

// nothing is for statements that answer no rows.
func nothing(func(...any) error) error { return nil }

// membership tells which of these members are in the group.
func (h *hall) membership(g *Group, ids []string) (map[string]bool, error) {
	in := map[string]bool{}
	err := eachOf(h.tx, ids, "SELECT member_id FROM group_members WHERE organization_id = ? AND group_id = ? AND member_id IN ", []any{h.org.ID, g.ID},
		func(get func(...any) error) error {
			var id string
			err := get(&id)
			in[id] = true
			return err
		})
	return in, err
}

// rejudgeMapped judges members anew if the group gives anything.
func (h *hall) rejudgeMapped(g *Group, members []Member) error {
	if g.MappedRole == "" && g.MappedPlanID == nil {
		return nil
	}
	return h.rejudgeAll(members)
}

func (h *hall) rejudgeAll(members []Member) error {
	for i := range members {
		if _, err := h.rejudge(&members[i]); err != nil {
			return err
		}
	}
	return nil
}

func (h *hall) rejudgeIDs(g *Group, ids []string) error {
	if g.MappedRole == "" && g.MappedPlanID == nil {
		return nil
	}
	for part := range slices.Chunk(ids, insertBatch) {
		var members []Member
		if err := h.tx.org().Where("id IN ?", part).Find(&members).Error; err != nil {
			return err
		}
		slices.SortFunc(members, func(a, b Member) int { return cmp.Compare(a.Seq, b.Seq) }) // in SQL it would walk all members
		if err := h.rejudgeMapped(g, members); err != nil {
			return err
		}
	}
	return nil
}
