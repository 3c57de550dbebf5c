package models

import (
	"cmp"
	"slices"

	"gorm.io/gorm"
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
	if err := tx.org().Delete(&GroupMember{}, "member_id = ? AND group_id IN ?", memberID, groups).Error; err != nil {
		return err
	}
	return tx.org().Model(&Group{}).Where("id IN ?", groups).Updates(map[string]any{"version": gorm.Expr("version + 1"), "updated_at": tx.Now}).Error
}

// membership tells which of these members are in the group.
func (h *hall) membership(g *Group, ids []string) (map[string]bool, error) {
	in := map[string]bool{}
	for part := range slices.Chunk(ids, insertBatch) {
		var rows []string
		if err := h.tx.org().Model(&GroupMember{}).Where("group_id = ? AND member_id IN ?", g.ID, part).Pluck("member_id", &rows).Error; err != nil {
			return nil, err
		}
		for _, id := range rows {
			in[id] = true
		}
	}
	return in, nil
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
