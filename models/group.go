package models

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Group is a group of members: pushed by a directory (DirectoryID set) or made by hand. Its id is its SCIM id.
type Group struct {
	ID             string `gorm:"primaryKey"`
	OrganizationID string
	DirectoryID    *string
	Seq            int64
	Name           string
	NameKey        string // folded, unique in the organization
	ExternalID     *string
	Source         string // SourceSCIM or SourceManual
	MappedRole     string // role its members get, or ""
	MappedPlanID   *string
	PushedAt       *time.Time // when a directory last changed or confirmed it
	TakenOverAt    *time.Time // when a directory took it over from those who made it by hand
	Version        int64
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// GroupMember is one membership: a join row, changed by insert-or-ignore and delete, never by rewriting a list.
type GroupMember struct {
	OrganizationID string
	GroupID        string `gorm:"primaryKey"`
	MemberID       string `gorm:"primaryKey"`
}

// HiddenGroup says that a directory has deleted its view of a group made by hand (SPEC I3): the group stays, hidden
// there until the directory sends its name again.
type HiddenGroup struct {
	OrganizationID string
	DirectoryID    string `gorm:"primaryKey"`
	GroupID        string `gorm:"primaryKey"`
	HiddenAt       time.Time
}

// Managed tells whether a directory owns the group, so that pages and forms must leave it alone (SPEC P9).
func (g *Group) Managed() bool { return g.DirectoryID != nil }

// GroupReserved is the reason of an error about a reserved name.
const GroupReserved = "group_reserved"

// reservedGroups are names with a meaning of their own (SPEC P9).
var reservedGroups = []string{"everyone", "administrators"}

// insertBatch bounds the rows of one INSERT and the ids of one IN: engines limit a statement's parameters.
const insertBatch = 300

// FindGroup finds a group of the actor's organization.
func FindGroup(tx *Tx, id string) (*Group, error) {
	var g Group
	return &g, tx.org().First(&g, "id = ?", id).Error
}

// ListGroups lists all groups of the organization by Seq.
func ListGroups(tx *Tx) ([]Group, error) {
	var rows []Group
	return rows, tx.org().Order("seq").Find(&rows).Error
}

// ListGroupMembers are the members of a group by Seq.
func ListGroupMembers(tx *Tx, groupID string) ([]Member, error) {
	rows, err := find[Member](tx, "", "id IN (SELECT member_id FROM group_members WHERE group_id = ?)", groupID)
	slices.SortFunc(rows, func(a, b Member) int { return cmp.Compare(a.Seq, b.Seq) }) // in SQL it would walk all members
	return rows, err
}

// ListGroupsOfMember are the groups that a member is in, by Seq.
func ListGroupsOfMember(tx *Tx, memberID string) ([]Group, error) {
	var rows []Group
	in := tx.org().Model(&GroupMember{}).Select("group_id").Where("member_id = ?", memberID)
	return rows, tx.org().Where("id IN (?)", in).Order("seq").Find(&rows).Error
}

// CountGroupMembers counts members by group id.
func CountGroupMembers(tx *Tx) (map[string]int64, error) {
	var rows []struct {
		GroupID string
		N       int64
	}
	err := tx.org().Model(&GroupMember{}).Select("group_id, COUNT(*) AS n").Group("group_id").Scan(&rows).Error
	out := map[string]int64{}
	for _, r := range rows {
		out[r.GroupID] = r.N
	}
	return out, err
}

// CreateGroup makes a group by hand. A taken name is a Conflict.
func CreateGroup(tx *Tx, name string) (*Group, error) {
	g := &Group{Source: SourceManual}
	return g, insertGroup(tx, g, name, Changes{})
}

func insertGroup(tx *Tx, g *Group, name string, changes Changes) error {
	f, err := tx.facts()
	if err != nil {
		return err
	}
	if err := g.rename(tx, name); err != nil {
		return err
	}
	seq := f.count(tx, &f.org.NextGroupSeq, 1)
	g.ID, g.OrganizationID, g.Seq, g.Version, g.CreatedAt, g.UpdatedAt = tx.NewID("grp"), tx.Actor.OrgID, seq, 1, tx.Now, tx.Now
	g.spokenOf(tx)
	if err := insert(tx, g); err != nil {
		return err
	}
	changes["source"] = g.Source
	return tx.Record("group.created", g.ID, changes)
}

// rename checks a name and puts it into the row.
func (g *Group) rename(tx *Tx, name string) error {
	name = strings.TrimSpace(name)
	if name == "" || len(name) > 1024 {
		return invalid("displayName", "displayName is required and has at most 1024 bytes.")
	}
	if slices.Contains(reservedGroups, Fold(name)) {
		return &Error{Code: Conflict, Field: "displayName", Reason: GroupReserved, Message: "The group name “" + name + "” is reserved: Rollcall keeps that group itself. Push the group under another name."}
	}
	taken, err := find[Group](tx, "LIMIT 1", "name_key = ? AND id <> ?", Fold(name), g.ID)
	if err != nil {
		return err
	}
	if len(taken) > 0 {
		return &Error{Code: Conflict, Field: "displayName", Message: "A group named “" + name + "” exists in this organization already."}
	}
	g.Name, g.NameKey = name, Fold(name)
	return nil
}

// errManagedGroup answers a change by hand of what a directory owns (SPEC P8).
var errManagedGroup = &Error{Code: Forbidden, Message: "This group is managed by your directory. Change it in your identity provider, or detach it first."}

// RenameGroup renames a group made by hand.
func RenameGroup(tx *Tx, g *Group, name string) error {
	if g.Managed() {
		return errManagedGroup
	}
	before := g.Name
	if err := g.rename(tx, name); err != nil || g.Name == before {
		return err
	}
	return saveGroup(tx, g, "group.renamed", nil)
}

// ChangeGroupMembers adds members to a group made by hand and takes others out.
func ChangeGroupMembers(tx *Tx, g *Group, add, remove []string) error {
	if g.Managed() {
		return errManagedGroup
	}
	h, err := openHall(tx)
	if err != nil {
		return err
	}
	changed, err := h.regroup(g, add, remove)
	if err != nil || len(changed) == 0 {
		return err
	}
	return saveGroup(tx, g, "group.members_changed", Changes{"count": len(changed)})
}

// GroupMapping is what a group gives its members: a role ("" for none) and a plan (nil for none). Making a group of
// administrators out of one that was not has to be confirmed (SPEC O6).
type GroupMapping struct {
	Role           string
	PlanID         *string
	AdminConfirmed bool
}

// MapGroup maps a group to a role and a plan and provisions its members anew (SPEC P9).
func MapGroup(tx *Tx, g *Group, to GroupMapping) error {
	h, err := openHall(tx)
	if err != nil {
		return err
	}
	if to.Role != "" && to.Role != RoleAdmin && to.Role != RoleMember {
		return invalid("role", "Choose the role: member or admin, or none.")
	}
	if to.Role == RoleAdmin && g.MappedRole != RoleAdmin && !to.AdminConfirmed {
		return invalid("confirm_admin", "Tick the box to confirm that the people of this group become administrators.")
	}
	if to.PlanID != nil && !containsPlan(h.plans.Purchased, *to.PlanID) {
		return invalid("plan", "Choose one of the plans your organization has bought ("+strings.Join(h.plans.Names(), ", ")+").")
	}
	if g.MappedRole == to.Role && orNone(g.MappedPlanID) == orNone(to.PlanID) {
		return nil
	}
	g.MappedRole, g.MappedPlanID = to.Role, to.PlanID
	if err := saveGroup(tx, g, "group.mapped", Changes{"role": to.Role, "plan": h.plans.NameOf(to.PlanID)}); err != nil {
		return err
	}
	members, err := ListGroupMembers(tx, g.ID) // whatever it gave before and gives now
	if err != nil {
		return err
	}
	return h.rejudgeAll(members)
}

// DeleteGroup deletes a group that no directory owns. Its effect goes from its members, never the members.
func DeleteGroup(tx *Tx, g *Group) error {
	if g.Managed() {
		return errManagedGroup
	}
	return removeGroup(tx, g)
}

func removeGroup(tx *Tx, g *Group) error {
	h, err := openHall(tx)
	if err != nil {
		return err
	}
	members, err := ListGroupMembers(tx, g.ID)
	if err != nil {
		return err
	}
	_, e1 := drop[GroupMember](tx, "group_id = ?", g.ID)
	_, e2 := drop[HiddenGroup](tx, "group_id = ?", g.ID)
	_, e3 := drop[Group](tx, "id = ?", g.ID)
	if err := cmp.Or(e1, e2, e3); err != nil {
		return err
	}
	if err := h.rejudgeMapped(g, members); err != nil {
		return err
	}
	return tx.Record("group.deleted", g.ID, Changes{"members": len(members)})
}

// saveGroup writes the row with a new version.
func saveGroup(tx *Tx, g *Group, action string, changes Changes) error {
	g.spokenOf(tx)
	n, err := tx.run(`UPDATE groups SET name = ?, name_key = ?, external_id = ?, directory_id = ?, source = ?, mapped_role = ?, mapped_plan_id = ?,
		pushed_at = ?, taken_over_at = ?, version = version + 1, updated_at = ? WHERE organization_id = ? AND id = ?`, g.Name, g.NameKey, g.ExternalID,
		g.DirectoryID, g.Source, g.MappedRole, g.MappedPlanID, g.PushedAt, g.TakenOverAt, tx.Now, tx.Actor.OrgID, g.ID)
	if err == nil && n == 0 {
		return notFound("group")
	}
	if err != nil {
		return err
	}
	g.Version, g.UpdatedAt = g.Version+1, tx.Now
	return tx.Record(action, g.ID, changes)
}

// regroup adds and removes members and answers who is in or out now that was not before. Whoever's role or plan the
// group decides is judged anew.
func (h *hall) regroup(g *Group, add, remove []string) ([]string, error) {
	in, err := h.membership(g, append(slices.Clone(add), remove...))
	if err != nil {
		return nil, err
	}
	var changed, join []string
	for _, id := range remove {
		if in[id] {
			in[id], changed = false, append(changed, id)
		}
	}
	gone := slices.Clone(changed)
	for _, id := range add {
		if !in[id] {
			in[id] = true
			join, changed = append(join, id), append(changed, id)
		}
	}
	err = eachOf(h.tx, gone, "DELETE FROM group_members WHERE organization_id = ? AND group_id = ? AND member_id IN ", []any{h.org.ID, g.ID}, nothing)
	if err != nil {
		return nil, err
	}
	if err := h.join(g, join); err != nil {
		return nil, err
	}
	return changed, h.rejudgeIDs(g, changed)
}

// join puts members into a group that they are not in; nobody is judged anew.
func (h *hall) join(g *Group, ids []string) error {
	rows := make([]*GroupMember, len(ids))
	for i, id := range ids {
		rows[i] = &GroupMember{OrganizationID: h.org.ID, GroupID: g.ID, MemberID: id}
	}
	return insertOr(h.tx, " ON CONFLICT DO NOTHING", rows...)
}
