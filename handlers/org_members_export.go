package handlers

import (
	"encoding/csv"
	"slices"
	"strconv"
	"time"

	"rollcall/models"
)

// exportPage is how many rows one read transaction of an export takes.
const exportPage = 500

// POST /organization/members/export is the list of members as CSV, as it is narrowed. Its first columns are those of an
// import, so that the file can be read again; it is a POST because it leaves an audit event.
func (s *Server) orgMembersExport(c Ctx) error {
	q := memberQuery(c)
	q.Limit = exportPage
	var plans *models.Plans
	var rows []models.Member
	err := s.update(c, func(tx *models.Tx) (err error) {
		if plans, err = models.OrganizationPlans(tx, viewerOf(c).Org); err != nil {
			return err
		}
		var total int64
		if rows, total, err = models.FindMembers(tx, q); err != nil {
			return err
		}
		return models.RecordMemberExport(tx, total)
	})
	if err != nil {
		return err
	}
	download(c, "members.csv")
	out := csv.NewWriter(c.Response())
	_ = out.Write(append(slices.Clone(models.ImportColumns), "status", "source", "lastSignIn"))
	for len(rows) > 0 && err == nil {
		for i := range rows {
			_ = out.Write(memberCells(plans, &rows[i]))
		}
		q.After = rows[len(rows)-1].Seq
		err = s.view(c, func(tx *models.Tx) (err error) { rows, _, err = models.FindMembers(tx, q); return err })
	}
	out.Flush()
	return err
}

// memberCells are a member's values in the order of the columns. Free is no plan that an import could give, so it is
// left empty.
func memberCells(plans *models.Plans, m *models.Member) []string {
	plan, born, signIn := "", "", ""
	if m.PlanID != nil && *m.PlanID != plans.Free.ID {
		plan = plans.NameOf(m.PlanID)
	}
	if m.BirthYear != 0 {
		born = strconv.FormatInt(m.BirthYear, 10)
	}
	if m.LastSignInAt != nil {
		signIn = m.LastSignInAt.UTC().Format(time.RFC3339)
	}
	cells := []string{m.FirstName, m.LastName, m.Email, m.Country, m.CurrentCity, m.CurrentState, born, m.Role, plan, m.Status, m.Source, signIn}
	return safe(cells, len(cells))
}
