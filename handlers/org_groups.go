package handlers

import (
	"net/http"
	"strings"

	"rollcall/models"
	"rollcall/views"
)

const groupsPath = "/organization/groups"

func (s *Server) groupRoutes(p page) {
	p.Get("/groups", s.orgGroups)
	p.Post("/groups", s.orgGroupNew)
	p.Get("/groups/:id", s.orgGroup)
	p.Post("/groups/:id/edit", s.orgGroupEdit)
	p.Post("/groups/:id/members", s.orgGroupMembers)
	p.Post("/groups/:id/mapping", s.orgGroupMapping)
	p.Post("/groups/:id/delete", s.orgGroupDelete)
	p.Post("/groups/:id/detach", s.orgGroupDetach)
}

// GET /organization/groups lists the groups.
func (s *Server) orgGroups(c Ctx) error { return s.drawGroups(c, http.StatusOK, nil) }

func (s *Server) drawGroups(c Ctx, status int, faults views.FieldErrors) error {
	var groups []models.Group
	var counts map[string]int64
	var plans *models.Plans
	provider := ""
	err := s.view(c, func(tx *models.Tx) (err error) {
		if groups, err = models.ListGroups(tx); err != nil {
			return err
		}
		if counts, err = models.CountGroupMembers(tx); err != nil {
			return err
		}
		if plans, err = models.OrganizationPlans(tx, viewerOf(c).Org); err != nil {
			return err
		}
		provider, err = directoryProvider(tx)
		return err
	})
	if err != nil {
		return err
	}
	p := views.OrgGroupsPage{Page: s.page(c, "Groups"), Search: c.QueryParam("q"), NewName: c.FormValue("name"), NewErrors: faults}
	p.Path = groupsPath
	for _, g := range groups {
		if strings.Contains(g.NameKey, models.Fold(p.Search)) {
			p.Rows = append(p.Rows, groupRow(g, counts[g.ID], plans, provider))
		}
	}
	total := int64(len(p.Rows))
	p.Total, p.Pager = count(total, "group", "groups"), pages(c, groupsPath, total)
	p.Rows = onPage(c, p.Rows, rowsPerPage)
	return render(c, status, views.OrgGroups(p))
}

func groupRow(g models.Group, members int64, plans *models.Plans, provider string) views.GroupRow {
	row := views.GroupRow{
		Path: groupsPath + "/" + g.ID, Name: g.Name, Managed: g.Managed(), Members: int(members), Admin: g.MappedRole == models.RoleAdmin,
	}
	if g.Managed() {
		row.Provider = provider
	}
	if g.MappedPlanID != nil {
		plan, _ := plans.ByID(*g.MappedPlanID)
		row.Plan = planRef(plan)
	}
	return row
}

// POST /organization/groups makes a group by hand.
func (s *Server) orgGroupNew(c Ctx) error {
	var g *models.Group
	err := s.update(c, func(tx *models.Tx) (err error) {
		g, err = models.CreateGroup(tx, field(c, "name"))
		return err
	})
	if faults, ok := groupFaults(err); ok {
		return s.drawGroups(c, http.StatusUnprocessableEntity, faults)
	}
	if err != nil {
		return err
	}
	return redirect(c, groupsPath+"/"+g.ID)
}

// groupFaults puts what models calls displayName, SCIM's word, at the page's field.
func groupFaults(err error) (views.FieldErrors, bool) {
	faults, ok := fieldErrors(err)
	if text, named := faults["displayName"]; named {
		if strings.HasPrefix(text, "displayName is required") {
			text = "Give the group a name of at most 1024 characters."
		}
		return views.FieldErrors{"name": text}, true
	}
	return faults, ok
}

// groupData is all that a group's page shows.
type groupData struct {
	group    *models.Group
	members  []models.Member
	plans    *models.Plans
	provider string
	last     []models.AuditEvent // what happened to it last
	labels   map[string]models.PersonLabel
}

func (d *groupData) read(tx *models.Tx, o *models.Organization, id string) (err error) {
	if d.group, err = models.FindGroup(tx, id); err != nil {
		return err
	}
	if d.members, err = models.ListGroupMembers(tx, id); err != nil {
		return err
	}
	if d.plans, err = models.OrganizationPlans(tx, o); err != nil {
		return err
	}
	if d.last, err = models.ListAuditEvents(tx, models.AuditQuery{Target: id, Limit: 1}); err != nil {
		return err
	}
	if d.labels, err = auditNames(tx, d.last); err != nil {
		return err
	}
	d.provider, err = directoryProvider(tx)
	return err
}

// GET /organization/groups/<id> is one group.
func (s *Server) orgGroup(c Ctx) error { return s.drawGroup(c, http.StatusOK, nil) }

func (s *Server) drawGroup(c Ctx, status int, change func(*groupData, *views.OrgGroupPage)) error {
	var d groupData
	if err := s.view(c, func(tx *models.Tx) error { return d.read(tx, viewerOf(c).Org, c.Param("id")) }); err != nil {
		return err
	}
	g := d.group
	p := views.OrgGroupPage{
		Page: s.page(c, g.Name), ID: g.ID, Name: g.Name, EditName: g.Name, WasName: g.Name, Managed: g.Managed(), MembersTotal: len(d.members), Facts: d.facts(),
		Mapping: views.GroupMapping{Role: g.MappedRole, Plans: planOptions(d.plans)}, DeleteText: d.deleteText(),
		Last: lastOf(auditRows(d.last, d.labels, d.provider)),
	}
	p.Path = groupsPath + "/" + g.ID
	if g.Managed() {
		p.Provider = d.provider
		if g.TakenOverAt != nil {
			p.TakenOver = instant(g.TakenOverAt)
		}
	}
	if now := s.DB.Now(); g.Quiet(now) {
		p.Quiet = lasts(now.Sub(*g.PushedAt))
	}
	if g.MappedPlanID != nil {
		p.Mapping.Plan = *g.MappedPlanID
	}
	p.Mapping.Was = views.Grant{Role: p.Mapping.Role, Plan: p.Mapping.Plan}
	p.Pager = pages(c, p.Path, int64(len(d.members)))
	for _, m := range onPage(c, d.members, rowsPerPage) {
		p.Members = append(p.Members, views.GroupMember{
			ID: m.ID, Path: membersPath + "/" + m.ID, Name: m.FullName(), Email: m.Email, Plan: planOfMember(d.plans, &m), State: m.Status,
		})
	}
	if change != nil {
		change(&d, &p)
	}
	return render(c, status, views.OrgGroup(p))
}

func (d *groupData) facts() []views.Fact {
	source := "Made by hand"
	switch {
	case d.group.Managed():
		source = "Pushed by your directory"
	case d.group.Source == models.SourceSCIM:
		source = "Left behind by a directory that was deactivated"
	}
	out := []views.Fact{{Label: "Source", Value: source}}
	if d.group.ExternalID != nil {
		out = append(out, views.Fact{Label: "External id", Value: *d.group.ExternalID})
	}
	if d.group.PushedAt != nil {
		out = append(out, views.Fact{Label: "Last word of the directory", Value: instant(d.group.PushedAt).Text})
	}
	return append(out, views.Fact{Label: "Last change", Value: instant(&d.group.UpdatedAt).Text})
}

// deleteText says what goes with the group.
func (d *groupData) deleteText() string {
	n := int64(len(d.members))
	if d.group.MappedPlanID == nil && d.group.MappedRole == "" || n == 0 {
		return "The people in it stay members."
	}
	var gives []string
	if d.group.MappedPlanID != nil {
		gives = append(gives, "the plan "+d.plans.NameOf(d.group.MappedPlanID))
	}
	if d.group.MappedRole != "" {
		gives = append(gives, "the role "+d.group.MappedRole)
	}
	return count(n, "person loses", "people lose") + " " + strings.Join(gives, " and ") + ", unless it comes from elsewhere too. They stay members."
}
