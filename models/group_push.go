package models

import (
	"strings"
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
	h, err := openHall(tx)
	if err != nil {
		return nil, nil, err
	}
	old, err := find[Group](tx, "LIMIT 1", "name_key = ? AND directory_id IS NULL", Fold(name))
	if err != nil {
		return nil, nil, err
	}
	if len(old) > 0 {
		g = &old[0]
		unknown, err = EditGroup(tx, d, g, GroupEdit{Name: &name, ExternalID: &externalID, Members: []MembersEdit{{Add: users}}})
		return g, unknown, err
	}
	members, unknown, err := h.members(d, users)
	if err != nil {
		return nil, nil, err
	}
	g = &Group{Source: SourceSCIM, DirectoryID: &d.ID, ExternalID: &externalID}
	if externalID == "" {
		g.ExternalID = nil
	}
	if err := insertGroup(tx, g, name, Changes{"members": len(members)}); err != nil {
		return nil, nil, err
	}
	return g, unknown, h.join(g, members)
}

// members are the members behind ids of directory users; a list of nothing but unknown ones is Invalid.
func (h *hall) members(d *Directory, users []string) (known, unknown []string, err error) {
	known, unknown, err = h.membersOf(d, users)
	if err == nil && len(unknown) > 0 && len(known) == 0 {
		err = invalid("members", "None of these members is a user of this directory: "+strings.Join(unknown[:min(len(unknown), 20)], ", ")+".")
	}
	return known, unknown, err
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
	if _, err := drop[HiddenGroup](h.tx, "group_id = ?", g.ID); err != nil {
		return err
	}
	return saveGroup(h.tx, g, "group.taken_over", nil)
}

func (h *hall) editMembers(d *Directory, g *Group, e MembersEdit) (changed, unknown []string, err error) {
	add, unknown, err := h.members(d, e.Add)
	if err != nil {
		return nil, nil, err
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
	// The directory is compared here and not in SQL, where SQLite would walk all of it.
	err = eachOf(h.tx, users, "SELECT id, member_id, directory_id FROM directory_users WHERE organization_id = ? AND id IN ", []any{h.org.ID},
		func(get func(...any) error) error {
			var user, member, directory string
			err := get(&user, &member, &directory)
			if directory == d.ID {
				of[user] = member
			}
			return err
		})
	if err != nil {
		return nil, nil, err
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
	if err := insertOr(tx, " ON CONFLICT DO NOTHING", row); err != nil {
		return err
	}
	return tx.Record("group.hidden", g.ID, nil)
}
