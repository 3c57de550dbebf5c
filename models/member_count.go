package models

import (
	"cmp"
	"slices"
)

// MemberCount is how many members of an organization are alike in all that their list is filtered by, so that nothing
// is counted when a page is drawn. It moves with the members' rows, in the same commit.
type MemberCount struct {
	OrganizationID string `gorm:"primaryKey"`
	Status         string `gorm:"primaryKey"`
	PlanID         string `gorm:"primaryKey"` // "" for none
	Role           string `gorm:"primaryKey"`
	Source         string `gorm:"primaryKey"`
	N              int64
}

// tally notes that a member was made (before is nil), changed, or deleted (after is nil).
func (tx *Tx) tally(before, after *Member) {
	kind := func(m *Member) MemberCount {
		if m == nil {
			return MemberCount{}
		}
		return MemberCount{OrganizationID: m.OrganizationID, Status: m.Status, PlanID: orNone(m.PlanID), Role: m.Role, Source: m.Source}
	}
	was, is := kind(before), kind(after)
	if was == is {
		return
	}
	l := &tx.unit.late
	if before != nil {
		was.N = -1
		l.counts = append(l.counts, &was)
	}
	if after != nil {
		is.N = 1
		l.counts = append(l.counts, &is)
	}
}

// addCounts writes what was tallied, one row for each kind, in one order so that no two transactions wait for each other.
func addCounts(tx *Tx, moves []*MemberCount) error {
	sums := map[MemberCount]int64{}
	for _, m := range moves {
		kind := *m
		kind.N = 0
		sums[kind] += m.N
	}
	var rows []*MemberCount
	for kind, n := range sums {
		if kind.N = n; n != 0 {
			rows = append(rows, &kind)
		}
	}
	slices.SortFunc(rows, func(a, b *MemberCount) int {
		return cmp.Or(cmp.Compare(a.OrganizationID, b.OrganizationID), cmp.Compare(a.Status, b.Status), cmp.Compare(a.PlanID, b.PlanID), cmp.Compare(a.Role, b.Role), cmp.Compare(a.Source, b.Source))
	})
	return insertOr(tx, " ON CONFLICT (organization_id, status, plan_id, role, source) DO UPDATE SET n = member_counts.n + excluded.n", rows...)
}

// storedCount counts members without looking at them.
func storedCount(tx *Tx, q MemberQuery) (n int64, err error) {
	rows, err := find[MemberCount](tx, "", "1 = 1")
	for _, r := range rows {
		if fits(q.Status, r.Status) && fits(q.PlanID, r.PlanID) && fits(q.Role, r.Role) && fits(q.Source, r.Source) {
			n += r.N
		}
	}
	return n, err
}

func fits(want, is string) bool { return want == "" || want == is }

// CountByPlan counts active members by plan id.
func CountByPlan(tx *Tx) (map[string]int64, error) {
	rows, err := find[MemberCount](tx, "", "status = ?", MemberActive)
	out := map[string]int64{}
	for _, r := range rows {
		if r.N > 0 {
			out[r.PlanID] += r.N
		}
	}
	return out, err
}
