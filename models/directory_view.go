package models

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// DirectoryUserQuery narrows a directory's users by what has an index. nil fields do not narrow.
type DirectoryUserQuery struct {
	ID, UserName, ExternalID, Email *string
	Active                          *bool
	MemberID                        string
	After                           int64 // Seq of the last row of the page before
	Offset, Limit                   int   // Limit 0 is no limit
}

const inDirectory = "directory_id = ?"

// narrow is the WHERE clause below the organization.
func (q DirectoryUserQuery) narrow(d *Directory) (where string, args []any) {
	where, args = inDirectory, []any{d.ID}
	and := func(set bool, condition string, values ...any) {
		if set {
			where, args = where+" AND "+condition, append(args, values...)
		}
	}
	and(q.ID != nil, "id = ?", orNone(q.ID))
	and(q.ExternalID != nil, "external_id = ?", orNone(q.ExternalID))
	and(q.UserName != nil, "user_name_key = ?", Fold(orNone(q.UserName)))
	key := Fold(orNone(q.Email))
	// Two lookups and not an OR, for which SQLite would walk the whole directory.
	and(q.Email != nil, `id IN (SELECT id FROM directory_users WHERE directory_id = ? AND email_key = ?
		UNION ALL SELECT id FROM directory_users WHERE directory_id = ? AND other_emails <> '' AND other_emails LIKE ? ESCAPE '\')`,
		d.ID, key, d.ID, "%\n"+escapeLike(key)+"\n%")
	and(q.Active != nil, "active = ?", q.Active)
	and(q.MemberID != "", "member_id = ?", q.MemberID)
	and(q.After > 0, "seq > ?", q.After)
	return where, args
}

// CountDirectoryUsers counts what ListDirectoryUsers would list without After, Offset and Limit.
func CountDirectoryUsers(tx *Tx, d *Directory, q DirectoryUserQuery) (int64, error) {
	where, args := q.narrow(d)
	var n int64
	err := tx.read("SELECT COUNT(*) FROM directory_users WHERE organization_id = ? AND "+where, append([]any{tx.Actor.OrgID}, args...),
		func(get func(...any) error) error { return get(&n) })
	return n, err
}

// ListDirectoryUsers lists users in the order in which they came (SPEC I1): a change does not move a row.
func ListDirectoryUsers(tx *Tx, d *Directory, q DirectoryUserQuery) ([]DirectoryUser, error) {
	where, args := q.narrow(d)
	if where == inDirectory && q.Offset > 0 {
		seq, err := seqAt(tx, d, int64(q.Offset))
		if err != nil {
			return nil, err
		}
		where, args, q.Offset = where+" AND seq >= ?", append(args, seq), 0
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 1 << 30
	}
	t := tx.table(reflect.TypeFor[DirectoryUser]())
	query := tx.text(statement{table: t.name, verb: "list", rest: where}, func() string {
		return "SELECT " + strings.Join(t.columns, ", ") + ", NOT EXISTS (SELECT 1 FROM group_members m WHERE m.member_id = directory_users.member_id) FROM " +
			t.name + t.scope(where) + " ORDER BY seq LIMIT ? OFFSET ?"
	})
	groupless := func(u *DirectoryUser) any { return &u.Groupless }
	return scanWith(tx, t, groupless, query, tx.scoped(t, append(args, limit, q.Offset))...)
}

// FindUserSeen is FindDirectoryUser for an answer, which shows the groups too.
func FindUserSeen(tx *Tx, d *Directory, id string) (*DirectoryUser, error) {
	rows, err := ListDirectoryUsers(tx, d, DirectoryUserQuery{ID: &id, Limit: 1})
	if err == nil && len(rows) == 0 {
		err = notFound("user with this id")
	}
	if err != nil {
		return nil, err
	}
	return &rows[0], nil
}

// showMember makes the unmanaged view of a member in each directory of the organization that does not have one
// (SPEC I3). The directory that manages the member makes its own.
func showMember(tx *Tx, m *Member) error {
	f, err := tx.facts()
	if err != nil {
		return err
	}
	for i := range f.dirs {
		if d := &f.dirs[i]; d.ID != orNone(m.DirectoryID) {
			if err := insertView(tx, d, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// showMembers makes the views of all members in a new directory.
func showMembers(tx *Tx, d *Directory) error {
	rows, err := ListMembers(tx, MemberQuery{})
	for i := range rows {
		if err != nil {
			return err
		}
		if rows[i].Status != MemberDisconnected {
			err = insertView(tx, d, &rows[i])
		}
	}
	return err
}

func insertView(tx *Tx, d *Directory, m *Member) error {
	u := &DirectoryUser{MemberID: m.ID}
	if err := u.show(tx, d.ID, m); err != nil {
		return err
	}
	return insertUser(tx, d, u)
}

// refreshViews brings the unmanaged views of a member up to date.
func refreshViews(tx *Tx, m *Member) error {
	f, err := tx.facts()
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(f.dirs, func(d Directory) bool { return d.ID != orNone(m.DirectoryID) }) {
		return nil // the directory that manages it has no view
	}
	rows, err := find[DirectoryUser](tx, "", "member_id = ? AND managed = ?", m.ID, false)
	if err != nil {
		return err
	}
	for i := range rows {
		u := &rows[i]
		before := *u
		if err := u.show(tx, u.DirectoryID, m); err != nil {
			return err
		}
		if before.same(u) {
			continue
		}
		u.Version, u.UpdatedAt = u.Version+1, tx.Now
		if err := updateUser(tx, u, before.Version); err != nil {
			return err
		}
	}
	return nil
}

// show makes the row show the member as the organization has it. The e-mail is the userName, unless it has none or
// another user of the directory is called so.
func (u *DirectoryUser) show(tx *Tx, directoryID string, m *Member) error {
	name := orElse(m.Email, m.ID)
	var n int64
	err := tx.org().Model(&DirectoryUser{}).Where("directory_id = ? AND user_name_key = ? AND id <> ?", directoryID, Fold(name), u.ID).Count(&n).Error
	if err != nil {
		return err
	}
	if n > 0 {
		name = m.ID
	}
	p := Profile{FirstName: m.FirstName, LastName: m.LastName, Email: m.Email, Country: m.Country, CurrentCity: m.CurrentCity, CurrentState: m.CurrentState}
	if m.BirthYear != 0 {
		p.BirthYear = strconv.FormatInt(m.BirthYear, 10)
	}
	u.take(Push{UserName: name, Active: !m.Left(), Profile: p})
	return nil
}
