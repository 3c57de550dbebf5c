package models

import (
	"slices"
	"strings"

	"gorm.io/gorm"
)

// MemberQuery narrows the list of members. Empty fields do not narrow. After is the Seq of the last row of the page
// before; pages that jump use Offset instead.
type MemberQuery struct {
	PlanID, Role, Source, Status string
	Search                       string // see FindMembers
	Hold                         string // a hold reason
	Sort                         string // name, state, signin; with a leading "-" descending; "" by Seq
	After                        int64
	Offset                       int
	Limit                        int // 0 is no limit, for commands
}

// MaxSearched is how many people a search finds at most; who wants others writes more of the name.
const MaxSearched = 200

// memberOrder is the ORDER BY of each sort, column and rest; none comes from outside. Who never signed in is the one not
// seen for longest.
var memberOrder = map[string][2]string{
	"name": {"last_key", ", seq"}, "-name": {"last_key", " DESC, seq DESC"}, "state": {"status", ", seq"}, "-state": {"status", " DESC, seq DESC"},
	"signin": {"last_sign_in_at", " NULLS FIRST, seq"}, "-signin": {"last_sign_in_at", " DESC NULLS LAST, seq DESC"},
}

// fewMembers are sorted more quickly than all others are walked past.
const fewMembers = 2000

// order is the ORDER BY for total members, 0 where nobody knows. For few of them it keeps SQLite from walking all in
// that order: no index answers a CASE.
func (q MemberQuery) order(total int64) string {
	by, ok := memberOrder[q.Sort]
	switch {
	case !ok:
		return "seq"
	case 0 < total && total <= fewMembers:
		return "CASE WHEN seq > 0 THEN " + by[0] + " END" + by[1]
	}
	return by[0] + by[1]
}

// narrow is the query for those who pass the filters, answered from an index of one of them.
func (q MemberQuery) narrow(tx *Tx) *gorm.DB {
	if q.Role == RoleAdmin { // SQLite would choose the index of another column as gladly
		return q.pass(tx, " || ''").Where("role = 'admin'") // in the words of the index of administrators
	}
	return q.pass(tx, "")
}

// pass is narrow where mark stands behind the columns: " || ”" leaves it to other indexes.
func (q MemberQuery) pass(tx *Tx, mark string) *gorm.DB {
	g := tx.org().Model(&Member{})
	for column, value := range map[string]string{"role": q.Role, "plan_id": q.PlanID, "source": q.Source, "status": q.Status} {
		if value != "" {
			g = g.Where(column+mark+" = ?", value)
		}
	}
	if q.Hold != "" {
		g = g.Where("hold_reasons <> '' AND ',' || hold_reasons || ',' LIKE ?", "%,"+q.Hold+",%")
	}
	return g
}

// ListMembers lists members; Search is FindMembers'.
func ListMembers(tx *Tx, q MemberQuery) ([]Member, error) { return q.list(tx, q.narrow(tx), 0) }

// list lists those of g. A page of them is chosen by indexes alone, however deep it is, and only its rows are read.
func (q MemberQuery) list(tx *Tx, g *gorm.DB, total int64) ([]Member, error) {
	g = g.Order(q.order(total))
	if q.After > 0 {
		g = g.Where("seq > ?", q.After)
	}
	if q.Limit > 0 {
		g = tx.org().Where("seq IN (?)", g.Select("seq").Offset(q.Offset).Limit(q.Limit)).Order(q.order(1))
	}
	var rows []Member
	return rows, g.Find(&rows).Error
}

// CountMembers counts what ListMembers would list.
func CountMembers(tx *Tx, q MemberQuery) (int64, error) {
	if q.Hold == "" {
		return storedCount(tx, q)
	}
	var n int64
	return n, q.narrow(tx).Count(&n).Error
}

// FindMembers is a page of the list and how long the list is. Search finds those whose name, last name or e-mail begins
// with it; where there is nobody, those who have it anywhere in it; MaxSearched of them at most.
func FindMembers(tx *Tx, q MemberQuery) ([]Member, int64, error) {
	if q.Search == "" {
		total, err := CountMembers(tx, q)
		if err != nil || total == 0 {
			return nil, 0, err
		}
		rows, err := q.list(tx, q.narrow(tx), total)
		return rows, total, err
	}
	found, err := q.beginning(tx)
	if err == nil && len(found) == 0 {
		found, err = q.containing(tx)
	}
	if err != nil || len(found) == 0 {
		return nil, 0, err
	}
	total := int64(len(found))
	rows, err := q.list(tx, tx.org().Model(&Member{}).Where("seq IN ?", found), total)
	return rows, total, err
}

// RecordMemberExport notes in the audit that somebody takes a list of so many members away (SPEC A1).
func RecordMemberExport(tx *Tx, count int64) error {
	return tx.Record("members.exported", tx.Actor.OrgID, Changes{"count": count})
}

// beginning are the places in the list of those whose name, last name or e-mail begins with Search: a range of an index
// for each.
func (q MemberQuery) beginning(tx *Tx) (found []int64, err error) {
	from := strings.Join(strings.Fields(Fold(q.Search)), " ")
	for _, column := range []string{"email_key", "name_key", "last_key"} {
		var some []int64
		err := q.narrow(tx).Where(column+" >= ? AND "+column+" < ?", from, from+"\U0010ffff").Order(column).Limit(MaxSearched).Pluck("seq", &some).Error
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	slices.Sort(found)
	found = slices.Compact(found)
	return found[:min(len(found), MaxSearched)], nil
}

// containing are those who have Search anywhere in name or e-mail: it looks through one index of all names.
func (q MemberQuery) containing(tx *Tx) (found []int64, err error) {
	like := "%" + escapeLike(Fold(q.Search)) + "%"
	g := q.pass(tx, " || ''").Where(`(name_key LIKE ? ESCAPE '\' OR email_key LIKE ? ESCAPE '\')`, like, like)
	return found, g.Order("name_key").Limit(MaxSearched).Pluck("seq", &found).Error
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// setKeys sets what the member is found and sorted by.
func (m *Member) setKeys() {
	m.NameKey, m.LastKey = Fold(m.FirstName+" "+m.LastName), Fold(m.LastName+" "+m.FirstName)
}

// keyNames adds the keys of m's names as set changes them.
func keyNames(m *Member, set map[string]any) {
	next := Member{FirstName: m.FirstName, LastName: m.LastName}
	if s, ok := set["first_name"].(string); ok {
		next.FirstName = s
	}
	if s, ok := set["last_name"].(string); ok {
		next.LastName = s
	}
	if next.setKeys(); next.NameKey != m.NameKey || next.LastKey != m.LastKey {
		set["name_key"], set["last_key"] = next.NameKey, next.LastKey
	}
}
