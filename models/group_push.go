package models

import (
	"slices"
	"strings"

	"gorm.io/gorm/clause"
)

// GroupEdit is what an identity provider changes of a group. nil fields stay.
type GroupEdit struct {
	Name, ExternalID *string
	Members          []MembersEdit // in order
}

// MembersEdit adds directory users to a group or removes them; with Replace, Add is all that stays.
type MembersEdit struct {
	Replace     bool
	Add, Remove []string // ids of directory users
}

// PushGroup takes a new group in. One made by hand with that folded name is taken over under its id (SPEC P9); a pushed
// one is a Conflict. unknown are the ids of members that the directory does not have.
func PushGroup(tx *Tx, d *Directory, name, externalID string, users []string) (g *Group, unknown []string, err error) {
	if _, err = lockOrganization(tx); err != nil {
		return nil, nil, err
	}
	var old Group
	err = translate(tx.org().First(&old, "name_key = ? AND directory_id IS NULL", Fold(name)).Error)
	edit := GroupEdit{ExternalID: &externalID, Members: []MembersEdit{{Add: users}}}
	switch {
	case err == nil:
		g, edit.Name = &old, &name
	case CodeOf(err) == NotFound:
		g = &Group{Source: SourceSCIM, DirectoryID: &d.ID}
		err = insertGroup(tx, g, name)
	}
	if err != nil {
		return nil, nil, err
	}
	unknown, err = EditGroup(tx, d, g, edit)
	return g, unknown, err
}

// EditGroup changes a group as its identity provider says; one made by hand becomes the directory's (SPEC I3). Of a
// list of members with unknown ids the known are kept and the unknown are answered; a list of nothing but unknown ids is
// Invalid.
func EditGroup(tx *Tx, d *Directory, g *Group, e GroupEdit) (unknown []string, err error) {
	h, err := openHall(tx)
	if err != nil {
		return nil, err
	}
	before := *g
	if err := h.adopt(d, g); err != nil {
		return nil, err
	}
	if e.Name != nil && strings.TrimSpace(*e.Name) != g.Name {
		if err := g.rename(tx, *e.Name); err != nil {
			return nil, err
		}
	}
	if e.ExternalID != nil {
		if g.ExternalID = e.ExternalID; *e.ExternalID == "" {
			g.ExternalID = nil
		}
	}
	moved := 0
	for _, m := range e.Members {
		changed, missing, err := h.editMembers(d, g, m)
		if err != nil {
			return nil, err
		}
		moved, unknown = moved+len(changed), append(unknown, missing...)
	}
	if g.Name == before.Name && orNone(g.ExternalID) == orNone(before.ExternalID) && moved == 0 {
		return unknown, confirmGroup(tx, g)
	}
	return unknown, saveGroup(tx, g, "group.updated", Changes{"name": g.Name != before.Name, "members": moved})
}

// adopt makes a group that was made by hand the directory's.
func (h *hall) adopt(d *Directory, g *Group) error {
	if g.Managed() {
		return nil
	}
	now := h.tx.Now
	g.DirectoryID, g.Source, g.TakenOverAt = &d.ID, SourceSCIM, &now
	if err := h.tx.org().Delete(&HiddenGroup{}, "group_id = ?", g.ID).Error; err != nil {
		return err
	}
	return saveGroup(h.tx, g, "group.taken_over", nil)
}

func (h *hall) editMembers(d *Directory, g *Group, e MembersEdit) (changed, unknown []string, err error) {
	add, unknown, err := h.membersOf(d, e.Add)
	if err != nil {
		return nil, nil, err
	}
	if len(unknown) > 0 && len(add) == 0 {
		return nil, nil, invalid("members", "None of these members is a user of this directory: "+strings.Join(unknown[:min(len(unknown), 20)], ", ")+".")
	}
	remove, _, err := h.membersOf(d, e.Remove)
	if err != nil {
		return nil, nil, err
	}
	if e.Replace {
		rows, err := ListGroupMembers(h.tx, g.ID)
		if err != nil {
			return nil, nil, err
		}
		stay := setOf(add)
		for i := range rows {
			if !stay[rows[i].ID] {
				remove = append(remove, rows[i].ID)
			}
		}
	}
	changed, err = h.regroup(g, add, remove)
	return changed, unknown, err
}

func setOf(ids []string) map[string]bool {
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out
}

// membersOf turns ids of directory users into ids of members, without repeats.
func (h *hall) membersOf(d *Directory, users []string) (members, unknown []string, err error) {
	of := make(map[string]string, len(users))
	for part := range slices.Chunk(users, insertBatch) {
		var rows []DirectoryUser
		if err := h.tx.org().Select("id", "member_id").Where("directory_id = ? AND id IN ?", d.ID, part).Find(&rows).Error; err != nil {
			return nil, nil, err
		}
		for _, u := range rows {
			of[u.ID] = u.MemberID
		}
	}
	done := map[string]bool{}
	for _, id := range users {
		m, ok := of[id]
		switch {
		case done[id]:
		case ok:
			members = append(members, m)
		default:
			unknown = append(unknown, id)
		}
		done[id] = true
	}
	return members, unknown, nil
}

// DropGroup is SCIM's DELETE of a group: a pushed one goes, one made by hand is only hidden from the directory.
func DropGroup(tx *Tx, d *Directory, g *Group) error {
	if g.Managed() {
		return removeGroup(tx, g)
	}
	row := &HiddenGroup{OrganizationID: tx.Actor.OrgID, DirectoryID: d.ID, GroupID: g.ID, HiddenAt: tx.Now}
	if err := tx.g.Clauses(clause.OnConflict{DoNothing: true}).Create(row).Error; err != nil {
		return err
	}
	return tx.Record("group.hidden", g.ID, nil)
}
