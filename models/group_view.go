package models

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
)

// GroupQuery narrows the groups that a directory sees. nil fields do not narrow.
type GroupQuery struct {
	ID, Name, ExternalID, User *string // User: id of a directory user in it
	Offset, Limit              int     // Limit 0 is no limit
}

// seenGroups are the groups that a directory sees: its own, and those made by hand that it has not hidden (SPEC I3).
const seenGroups = "(directory_id = ? OR directory_id IS NULL AND id NOT IN (SELECT group_id FROM hidden_groups WHERE directory_id = ?))"

// narrow is the WHERE clause below the organization.
func (q GroupQuery) narrow(d *Directory) (where string, args []any) {
	where, args = seenGroups, []any{d.ID, d.ID}
	and := func(set bool, condition string, values ...any) {
		if set {
			where, args = where+" AND "+condition, append(args, values...)
		}
	}
	and(q.ID != nil, "id = ?", orNone(q.ID))
	and(q.ExternalID != nil, "external_id = ?", orNone(q.ExternalID))
	and(q.Name != nil, "name_key = ?", Fold(orNone(q.Name)))
	and(q.User != nil, `id IN (SELECT m.group_id FROM directory_users u JOIN group_members m ON m.member_id = u.member_id
		WHERE u.directory_id = ? AND u.id = ?)`, d.ID, orNone(q.User))
	return where, args
}

// ListGroupsSeen lists the groups that a directory sees by Seq, and counts them without Offset and Limit.
func ListGroupsSeen(tx *Tx, d *Directory, q GroupQuery) ([]Group, int64, error) {
	where, args := q.narrow(d)
	limit := q.Limit
	if limit <= 0 {
		limit = 1 << 30
	}
	rows, err := find[Group](tx, "ORDER BY seq LIMIT ? OFFSET ?", where, append(slices.Clone(args), limit, q.Offset)...)
	if err != nil || len(rows) > 0 && len(rows) < limit || q.Offset == 0 && len(rows) == 0 { // the page ends the list
		return rows, int64(q.Offset + len(rows)), err
	}
	var n int64
	err = tx.read("SELECT COUNT(*) FROM groups WHERE organization_id = ? AND "+where, append([]any{tx.Actor.OrgID}, args...),
		func(get func(...any) error) error { return get(&n) })
	return rows, n, err
}

// FindGroupSeen finds a group that the directory sees.
func FindGroupSeen(tx *Tx, d *Directory, id string) (*Group, error) {
	g, err := first[Group](tx, "id = ? AND "+seenGroups, id, d.ID, d.ID)
	if CodeOf(translate(err)) == NotFound {
		return nil, notFound("group with this id")
	}
	return g, err
}

// GroupUser is a member of a group as its directory sees it.
type GroupUser struct {
	GroupID, UserID, FirstName, LastName, UserName string

	seq int64
}

// Display is the name for people to read.
func (u GroupUser) Display() string {
	return orElse(strings.TrimSpace(u.FirstName+" "+u.LastName), u.UserName)
}

// ListGroupUsers are the users of the given groups that the directory sees, all of them, by group and Seq.
func ListGroupUsers(tx *Tx, d *Directory, groupIDs []string) (map[string][]GroupUser, error) {
	out := map[string][]GroupUser{}
	// CROSS JOIN keeps SQLite to this order: the group's members, never all users of the directory.
	err := eachOf(tx, groupIDs, `SELECT m.group_id, u.id, u.first_name, u.last_name, u.user_name, u.seq FROM group_members m
		CROSS JOIN directory_users u
		WHERE u.member_id = m.member_id AND u.directory_id = ? AND m.organization_id = ? AND m.group_id IN `, []any{d.ID, tx.Actor.OrgID}, func(get func(...any) error) error {
		var r GroupUser
		err := get(&r.GroupID, &r.UserID, &r.FirstName, &r.LastName, &r.UserName, &r.seq)
		out[r.GroupID] = append(out[r.GroupID], r)
		return err
	})
	for _, users := range out { // here and not in SQL, where opening a sorter costs more than the few rows
		slices.SortFunc(users, func(a, b GroupUser) int { return cmp.Compare(a.seq, b.seq) })
	}
	return out, err
}

// UserGroup is a group of a directory user.
type UserGroup struct {
	MemberID, ID, Name string

	seq int64
}

// ListUserGroups are the groups that the directory sees of the given members, by member and Seq.
func ListUserGroups(tx *Tx, d *Directory, memberIDs []string) (map[string][]UserGroup, error) {
	out := map[string][]UserGroup{}
	err := eachOf(tx, memberIDs, `SELECT m.member_id, g.id, g.name, g.seq FROM group_members m
		JOIN groups g ON g.id = m.group_id AND (g.directory_id = ? OR g.directory_id IS NULL
			AND g.id NOT IN (SELECT group_id FROM hidden_groups WHERE directory_id = ?))
		WHERE m.organization_id = ? AND m.member_id IN `, []any{d.ID, d.ID, tx.Actor.OrgID}, func(get func(...any) error) error {
		var r UserGroup
		err := get(&r.MemberID, &r.ID, &r.Name, &r.seq)
		out[r.MemberID] = append(out[r.MemberID], r)
		return err
	})
	for _, groups := range out {
		slices.SortFunc(groups, func(a, b UserGroup) int { return cmp.Compare(a.seq, b.seq) })
	}
	return out, err
}

// eachOf runs a query that ends in an IN over the ids, as often as the engines' limit of parameters asks for. The last id
// fills the list up to a power of two, so that few texts are prepared.
func eachOf(tx *Tx, ids []string, query string, args []any, each func(get func(...any) error) error) error {
	for part := range slices.Chunk(ids, insertBatch) {
		all := slices.Clone(args)
		n := 1 << bits.Len(uint(len(part)-1))
		for i := range n {
			all = append(all, part[min(i, len(part)-1)])
		}
		if err := tx.read(query+"(?"+strings.Repeat(", ?", n-1)+")", all, each); err != nil {
			return err
		}
	}
	return nil
}
