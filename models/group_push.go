package models

import (
	"cmp"
	"slices"
	"strings"

	"gorm.io/gorm"
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

// GroupQuery narrows the groups that a directory sees. nil fields do not narrow.
type GroupQuery struct {
	ID, Name, ExternalID, User *string // User: id of a directory user in it
	Offset, Limit              int     // Limit 0 is no limit
}

// seen narrows to the groups that a directory sees: its own, and those made by hand that it has not hidden (SPEC I3).
func seen(tx *Tx, d *Directory) *gorm.DB {
	hidden := tx.org().Model(&HiddenGroup{}).Select("group_id").Where("directory_id = ?", d.ID)
	return tx.org().Model(&Group{}).Where("(directory_id = ? OR (directory_id IS NULL AND id NOT IN (?)))", d.ID, hidden)
}

// ListGroupsSeen lists the groups that a directory sees by Seq, and counts them without Offset and Limit.
func ListGroupsSeen(tx *Tx, d *Directory, q GroupQuery) ([]Group, int64, error) {
	narrow := func() *gorm.DB {
		g := seen(tx, d)
		for column, value := range map[string]*string{"id": q.ID, "external_id": q.ExternalID} {
			if value != nil {
				g = g.Where(column+" = ?", *value)
			}
		}
		if q.Name != nil {
			g = g.Where("name_key = ?", Fold(*q.Name))
		}
		if q.User != nil {
			member := tx.org().Model(&DirectoryUser{}).Select("member_id").Where("id = ? AND directory_id = ?", *q.User, d.ID)
			g = g.Where("id IN (?)", tx.org().Model(&GroupMember{}).Select("group_id").Where("member_id IN (?)", member))
		}
		return g
	}
	var n int64
	if err := narrow().Count(&n).Error; err != nil {
		return nil, 0, err
	}
	g := narrow().Order("seq").Offset(q.Offset).Limit(1 << 30)
	if q.Limit > 0 {
		g = g.Limit(q.Limit)
	}
	var rows []Group
	return rows, n, g.Find(&rows).Error
}

// FindGroupSeen finds a group that the directory sees.
func FindGroupSeen(tx *Tx, d *Directory, id string) (*Group, error) {
	var g Group
	err := translate(seen(tx, d).First(&g, "id = ?", id).Error)
	if CodeOf(err) == NotFound {
		return nil, notFound("group with this id")
	}
	return &g, err
}

// GroupUser is a member of a group as its directory sees it.
type GroupUser struct {
	GroupID, UserID, FirstName, LastName, UserName string
}

// Display is the name for people to read.
func (u GroupUser) Display() string {
	return orElse(strings.TrimSpace(u.FirstName+" "+u.LastName), u.UserName)
}

// ListGroupUsers are the users of the given groups that the directory sees, all of them, by group and Seq.
func ListGroupUsers(tx *Tx, d *Directory, groupIDs []string) (map[string][]GroupUser, error) {
	out := map[string][]GroupUser{}
	for part := range slices.Chunk(groupIDs, insertBatch) {
		var rows []GroupUser
		err := tx.g.Model(&GroupMember{}).Select("group_members.group_id, u.id AS user_id, u.first_name, u.last_name, u.user_name").
			Joins("JOIN directory_users u ON u.member_id = group_members.member_id AND u.directory_id = ?", d.ID).
			Where("group_members.organization_id = ? AND group_members.group_id IN ?", tx.Actor.OrgID, part).
			Order("group_members.group_id, u.seq").Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.GroupID] = append(out[r.GroupID], r)
		}
	}
	return out, nil
}

// UserGroup is a group of a directory user.
type UserGroup struct {
	MemberID, ID, Name string

	seq int64
}

// ListUserGroups are the groups that the directory sees of the given members.
func ListUserGroups(tx *Tx, d *Directory, memberIDs []string) (map[string][]UserGroup, error) {
	out := map[string][]UserGroup{}
	for part := range slices.Chunk(memberIDs, insertBatch) {
		args := []any{d.ID, tx.Actor.OrgID}
		for _, id := range part {
			args = append(args, id)
		}
		err := tx.read(`SELECT m.member_id, g.id, g.name, g.seq FROM group_members m
			JOIN groups g ON g.id = m.group_id AND (g.directory_id = ? OR g.directory_id IS NULL)
			WHERE m.organization_id = ? AND m.member_id IN (?`+strings.Repeat(", ?", len(part)-1)+`)`, args,
			func(get func(...any) error) error {
				var r UserGroup
				err := get(&r.MemberID, &r.ID, &r.Name, &r.seq)
				out[r.MemberID] = append(out[r.MemberID], r)
				return err
			})
		if err != nil {
			return nil, err
		}
	}
	for _, groups := range out { // here and not in SQL, where opening a sorter costs more than the few rows
		slices.SortFunc(groups, func(a, b UserGroup) int { return cmp.Compare(a.seq, b.seq) })
	}
	return out, nil
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
		return unknown, nil
	}
	return unknown, saveGroup(tx, g, "group.updated", Changes{"name": g.Name != before.Name, "members": moved})
}

// adopt makes a group that was made by hand the directory's.
func (h *hall) adopt(d *Directory, g *Group) error {
	if g.Managed() {
		return nil
	}
	g.DirectoryID, g.Source = &d.ID, SourceSCIM
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
