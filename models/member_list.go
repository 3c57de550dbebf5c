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
	Sort                         string // name, email, state, signin; with a leading "-" descending; "" by Seq
	After                        int64
	Offset                       int
	Limit                        int // 0 is no limit, for commands
}

// MaxSearched is how many people a search finds at most; who wants others writes more of the name.
const MaxSearched = 200

// memberOrder is the ORDER BY of each sort; none comes from outside.
var memberOrder = map[string]string{
	"name": "last_key, seq", "-name": "last_key DESC, seq DESC", "email": "email_key, seq", "-email": "email_key DESC, seq DESC",
	"state": "status, seq", "-state": "status DESC, seq DESC", "signin": "last_sign_in_at, seq", "-signin": "last_sign_in_at DESC, seq",
}

func (q MemberQuery) narrow(tx *Tx) *gorm.DB {
	g := tx.org().Model(&Member{})
	switch q.Role {
	case "":
	case RoleAdmin:
		g = g.Where("role = 'admin'") // in the words of the index of administrators
	default:
		g = g.Where("role = ?", q.Role)
	}
	for column, value := range map[string]string{"plan_id": q.PlanID, "source": q.Source, "status": q.Status} {
		switch {
		case value == "":
		case q.Role == RoleAdmin: // SQLite would choose the index of this column as gladly
			g = g.Where(column+" || '' = ?", value)
		default:
			g = g.Where(column+" = ?", value)
		}
	}
	if q.Hold != "" {
		g = g.Where("',' || hold_reasons || ',' LIKE ?", "%,"+q.Hold+",%")
	}
	return g
}

// ListMembers lists members; Search is FindMembers'.
func ListMembers(tx *Tx, q MemberQuery) ([]Member, error) { return q.list(q.narrow(tx)) }

func (q MemberQuery) list(g *gorm.DB) ([]Member, error) {
	g = g.Order(orElse(memberOrder[q.Sort], "seq")).Offset(q.Offset)
	if q.After > 0 {
		g = g.Where("seq > ?", q.After)
	}
	if q.Limit > 0 {
		g = g.Limit(q.Limit)
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
		rows, err := ListMembers(tx, q)
		return rows, total, err
	}
	ids, err := q.beginning(tx)
	if err == nil && len(ids) == 0 {
		ids, err = q.containing(tx)
	}
	if err != nil || len(ids) == 0 {
		return nil, 0, err
	}
	rows, err := q.list(tx.org().Model(&Member{}).Where("id IN ?", ids))
	return rows, int64(len(ids)), err
}

// RecordMemberExport notes in the audit that somebody takes a list of so many members away (SPEC A1).
func RecordMemberExport(tx *Tx, count int64) error {
	return tx.Record("members.exported", tx.Actor.OrgID, Changes{"count": count})
}

// beginning are the ids of those whose name, last name or e-mail begins with Search: a range of an index for each.
func (q MemberQuery) beginning(tx *Tx) (ids []string, err error) {
	from := strings.Join(strings.Fields(Fold(q.Search)), " ")
	for _, column := range []string{"email_key", "name_key", "last_key"} {
		var some []string
		err := q.narrow(tx).Where(column+" >= ? AND "+column+" < ?", from, from+"\U0010ffff").Order(column).Limit(MaxSearched).Pluck("id", &some).Error
		if err != nil {
			return nil, err
		}
		ids = append(ids, some...)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return ids[:min(len(ids), MaxSearched)], nil
}

func (q MemberQuery) containing(tx *Tx) (ids []string, err error) {
	like := "%" + escapeLike(Fold(q.Search)) + "%"
	g := q.narrow(tx).Where(`(name_key LIKE ? ESCAPE '\' OR email_key LIKE ? ESCAPE '\')`, like, like)
	return ids, g.Order("seq").Limit(MaxSearched).Pluck("id", &ids).Error
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
