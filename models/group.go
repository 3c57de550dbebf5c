package models

import (
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
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
	var rows []Member
	in := tx.org().Model(&GroupMember{}).Select("member_id").Where("group_id = ?", groupID)
	return rows, tx.org().Where("id IN (?)", in).Order("seq").Find(&rows).Error
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
	return g, insertGroup(tx, g, name)
}

func insertGroup(tx *Tx, g *Group, name string) error {
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
	if err := tx.g.Create(g).Error; err != nil {
		return err
	}
	return tx.Record("group.created", g.ID, Changes{"source": g.Source})
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
	var n int64
	if err := tx.org().Model(&Group{}).Where("name_key = ? AND id <> ?", Fold(name), g.ID).Count(&n).Error; err != nil {
		return err
	}
	if n > 0 {
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
	if err := g.rename(tx, name); err != nil {
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
	for _, row := range []any{&GroupMember{}, &HiddenGroup{}} {
		if err := tx.org().Delete(row, "group_id = ?", g.ID).Error; err != nil {
			return err
		}
	}
	if err := tx.org().Delete(&Group{}, "id = ?", g.ID).Error; err != nil {
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
	res := tx.org().Model(&Group{}).Where("id = ?", g.ID).Updates(map[string]any{
		"name": g.Name, "name_key": g.NameKey, "external_id": g.ExternalID, "directory_id": g.DirectoryID, "source": g.Source,
		"mapped_role": g.MappedRole, "mapped_plan_id": g.MappedPlanID, "pushed_at": g.PushedAt, "taken_over_at": g.TakenOverAt, "version": gorm.Expr("version + 1"), "updated_at": tx.Now,
	})
	if res.Error == nil && res.RowsAffected == 0 {
		return notFound("group")
	}
	if res.Error != nil {
		return res.Error
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
	var changed []string
	var rows []GroupMember
	for _, id := range remove {
		if in[id] {
			in[id], changed = false, append(changed, id)
		}
	}
	gone := slices.Clone(changed)
	for _, id := range add {
		if !in[id] {
			in[id] = true
			rows, changed = append(rows, GroupMember{OrganizationID: h.org.ID, GroupID: g.ID, MemberID: id}), append(changed, id)
		}
	}
	for part := range slices.Chunk(gone, insertBatch) {
		if err := h.tx.org().Delete(&GroupMember{}, "group_id = ? AND member_id IN ?", g.ID, part).Error; err != nil {
			return nil, err
		}
	}
	if len(rows) > 0 {
		if err := h.tx.g.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, insertBatch).Error; err != nil {
			return nil, err
		}
	}
	return changed, h.rejudgeIDs(g, changed)
}
