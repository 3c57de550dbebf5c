package handlers

import (
	"net/http"
	"strconv"

	"rollcall/models"
	"rollcall/views"
)

func (s *Server) memberRoutes(p page) {
	p.Get("/members", s.orgMembers)
	p.Post("/members/export", s.orgMembersExport)
	p.Get("/members/:id", s.orgMember)
	p.Post("/members/:id/edit", s.orgMemberEdit)
	p.Post("/members/:id/role", s.orgMemberRole)
	p.Post("/members/:id/block", s.orgMemberAct(func(tx *models.Tx, id string) error { return models.BlockMember(tx, id, true) },
		"Sign-in is blocked. Whoever was signed in is out."))
	p.Post("/members/:id/unblock", s.orgMemberAct(func(tx *models.Tx, id string) error { return models.BlockMember(tx, id, false) },
		"Sign-in is allowed again."))
	p.Post("/members/:id/remove", s.orgMemberRemove)
	p.Post("/members/:id/restore", s.orgMemberAct(models.RestoreMember, "Brought back, with plan and role."))
}

const membersPath = "/organization/members"

// memberQuery is the filter of the list, from the address or from the form of the export.
func memberQuery(c Ctx) models.MemberQuery {
	q := models.MemberQuery{
		Search: field(c, "q"), Role: field(c, "role"), Source: field(c, "source"), Status: field(c, "state"), PlanID: field(c, "plan"), Hold: field(c, "hold"),
	}
	if q.Status == "" {
		q.Status = field(c, "status")
	}
	return q
}

// GET /organization/members lists, searches and filters.
func (s *Server) orgMembers(c Ctx) error {
	q := memberQuery(c)
	q.Sort, q.Offset, q.Limit = field(c, "sort"), (pageNumber(c)-1)*rowsPerPage, rowsPerPage
	var plans *models.Plans
	var rows []models.Member
	var total int64
	err := s.view(c, func(tx *models.Tx) (err error) {
		if plans, err = models.OrganizationPlans(tx, viewerOf(c).Org); err != nil {
			return err
		}
		rows, total, err = models.FindMembers(tx, q)
		return err
	})
	if err != nil {
		return err
	}
	words := count(total, "member", "members")
	if q.Search != "" && total == models.MaxSearched {
		words = "The first " + words + ". Write more of the name to find others."
	}
	p := views.OrgMembersPage{
		Page: s.page(c, "Members"), Total: words, Pager: pages(c, membersPath, total), Columns: memberColumns(c, q.Sort),
		Filter: views.MemberFilter{Search: q.Search, Plan: q.PlanID, Role: q.Role, Source: q.Source, State: q.Status, Hold: q.Hold},
	}
	for _, x := range plans.All {
		p.Filter.Plans = append(p.Filter.Plans, views.Option{Value: x.ID, Label: x.Name})
	}
	for i := range rows {
		p.Rows = append(p.Rows, memberRow(plans, &rows[i]))
	}
	return render(c, http.StatusOK, views.OrgMembers(p))
}

// memberColumns are the heads of the list; those that sort lead to the list in that order, or in the other.
func memberColumns(c Ctx, sort string) []views.Column {
	var out []views.Column
	for _, h := range []struct{ label, key string }{{"Name", "name"}, {"Plan", ""}, {"Role", ""}, {"Source", ""}, {"State", "state"}, {"Last sign-in", "signin"}} {
		col := views.Column{Label: h.label}
		if h.key != "" {
			col.Path = query(c, membersPath, "sort", h.key, "page", "")
		}
		switch {
		case h.key == "":
		case sort == h.key:
			col.Sorted, col.Path = "ascending", query(c, membersPath, "sort", "-"+h.key, "page", "")
		case sort == "-"+h.key:
			col.Sorted = "descending"
		}
		out = append(out, col)
	}
	return out
}

func memberRow(plans *models.Plans, m *models.Member) views.MemberRow {
	row := views.MemberRow{
		Path: membersPath + "/" + m.ID, Name: m.FullName(), Email: m.Email, Admin: m.Role == models.RoleAdmin, Source: m.Source, State: m.Status,
		Holds: m.Holds(), Blocked: m.BlockedAt != nil, Managed: m.Managed(), Plan: planOfMember(plans, m),
	}
	if m.LastSignInAt != nil {
		row.LastSignIn = instant(m.LastSignInAt)
	}
	return row
}

func planOfMember(plans *models.Plans, m *models.Member) views.PlanRef {
	if m.PlanID == nil {
		return views.PlanRef{}
	}
	plan, _ := plans.ByID(*m.PlanID)
	return planRef(plan)
}

// POST /organization/members/<id>/edit saves the profile of somebody whom no directory manages (SPEC P8).
func (s *Server) orgMemberEdit(c Ctx) error {
	version, _ := strconv.ParseInt(field(c, "version"), 10, 64)
	e := models.MemberEdit{Version: version, Profile: models.Profile{
		FirstName: field(c, "first_name"), LastName: field(c, "last_name"), Country: field(c, "country"),
		CurrentCity: field(c, "current_city"), CurrentState: field(c, "current_state"), BirthYear: field(c, "birth_year"),
	}}
	err := s.update(c, func(tx *models.Tx) error { return models.EditMember(tx, c.Param("id"), e) })
	return s.afterMember(c, err, "Profile saved.", func(p *views.OrgMemberPage, faults views.FieldErrors) {
		typed := views.MemberForm{
			FirstName: e.Profile.FirstName, LastName: e.Profile.LastName, Country: e.Profile.Country, CountryName: countryName(e.Profile.Country),
			CurrentCity: e.Profile.CurrentCity, CurrentState: e.Profile.CurrentState, BirthYear: e.Profile.BirthYear,
		}
		stored := p.Profile
		typed.Version, typed.Countries, typed.Errors = stored.Version, stored.Countries, faults
		if models.IsStale(err) {
			if typed.Conflict = stored.Against(typed, lastOf(p.History)); typed.Conflict != nil {
				typed.Errors = nil
			}
		} else {
			typed.Version = field(c, "version")
		}
		p.Profile = typed
	})
}

// POST /organization/members/<id>/role sets role and plan, where neither directory nor group decides them.
func (s *Server) orgMemberRole(c Ctx) error {
	was, to := grantWas(c), models.Grant{Role: field(c, "role"), Plan: field(c, "plan")}
	err := s.update(c, func(tx *models.Tx) error {
		m, err := models.FindMemberForUpdate(tx, c.Param("id"))
		if err != nil {
			return err
		}
		if err := m.CheckStanding(was, to); err != nil {
			return err
		}
		plan, err := newPlan(tx, viewerOf(c).Org, m, to.Plan)
		if err != nil {
			return err
		}
		return models.SetMemberAccess(tx, m.ID, to.Role, plan)
	})
	return s.afterMember(c, err, "Role and plan saved.", func(p *views.OrgMemberPage, faults views.FieldErrors) {
		f := &p.Standing
		f.Errors = faults
		if !models.IsStale(err) {
			f.Was = views.Grant{Role: was.Role, Plan: was.Plan}
		}
		if to.Role != "" { // empty: the form does not ask
			f.Role = to.Role
		}
		if to.Plan != "" {
			f.PlanID = to.Plan
		}
		if models.IsStale(err) {
			f.Conflict = f.Was.Against(views.Grant{Role: f.Role, Plan: f.PlanID}, f.Plans, lastOf(p.History))
			f.Errors = nil
		}
	})
}

// newPlan is the name of the plan with that id, "" when the member has it already or the form does not ask.
func newPlan(tx *models.Tx, o *models.Organization, m *models.Member, id string) (string, error) {
	if id == "" || m.PlanID != nil && id == *m.PlanID {
		return "", nil
	}
	plans, err := models.OrganizationPlans(tx, o)
	if err != nil {
		return "", err
	}
	plan, ok := plans.ByID(id)
	if !ok {
		return "", &models.Error{Code: models.Invalid, Field: "plan", Message: "Choose one of your plans."}
	}
	return plan.Name, nil
}

// grantWas is what the form with role and plan was drawn from.
func grantWas(c Ctx) models.Grant {
	return models.Grant{Role: field(c, "was_role"), Plan: field(c, "was_plan")}
}

// lastOf is the newest of the rows, by which a conflict says who changed something.
func lastOf(history []views.AuditRow) views.AuditRow {
	if len(history) == 0 {
		return views.AuditRow{Who: "Somebody else"}
	}
	return history[0]
}

// orgMemberAct is the handler of a button on a member's page.
func (s *Server) orgMemberAct(act func(*models.Tx, string) error, done string) func(Ctx) error {
	return func(c Ctx) error {
		err := s.update(c, func(tx *models.Tx) error { return act(tx, c.Param("id")) })
		return s.afterMember(c, err, done, func(p *views.OrgMemberPage, faults views.FieldErrors) {
			p.Flash = &views.Notice{Kind: "bad", Text: firstOf(faults)}
		})
	}
}

// POST /organization/members/<id>/remove takes a person away by the organization's rule, and says what that did.
func (s *Server) orgMemberRemove(c Ctx) error {
	return s.orgMemberAct(models.RemoveMember, removedTexts[viewerOf(c).Org.Deprovision])(c)
}

func firstOf(faults views.FieldErrors) string {
	for _, text := range faults {
		return text
	}
	return ""
}

// afterMember goes back to the member's page with a notice, or draws it again with what is wrong.
func (s *Server) afterMember(c Ctx, err error, done string, change func(*views.OrgMemberPage, views.FieldErrors)) error {
	if faults, ok := fieldErrors(err); ok {
		status := http.StatusUnprocessableEntity
		if models.CodeOf(err) == models.Conflict {
			status = http.StatusConflict
		}
		return s.drawMember(c, status, func(p *views.OrgMemberPage) { change(p, faults) })
	}
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: done})
	return redirect(c, membersPath+"/"+c.Param("id"))
}
