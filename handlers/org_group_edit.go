package handlers

import (
	"errors"
	"net/http"
	"strings"

	"rollcall/models"
	"rollcall/views"
)

// withGroup runs fn on the group in the path, in one unit of work.
func (s *Server) withGroup(c Ctx, fn func(*models.Tx, *models.Group) error) error {
	return s.update(c, func(tx *models.Tx) error {
		g, err := models.FindGroupForUpdate(tx, c.Param("id"))
		if err != nil {
			return err
		}
		return fn(tx, g)
	})
}

// afterGroup goes back to the group's page, or draws it again with what is wrong.
func (s *Server) afterGroup(c Ctx, err error, done string, change func(*views.OrgGroupPage, views.FieldErrors)) error {
	if faults, ok := groupFaults(err); ok {
		status := http.StatusUnprocessableEntity
		if models.IsStale(err) {
			status = http.StatusConflict
		}
		return s.drawGroup(c, status, func(_ *groupData, p *views.OrgGroupPage) { change(p, faults) })
	}
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: done})
	return redirect(c, groupsPath+"/"+c.Param("id"))
}

// POST /organization/groups/<id>/edit renames a group made by hand.
func (s *Server) orgGroupEdit(c Ctx) error {
	was, name := field(c, "was"), field(c, "name")
	err := s.withGroup(c, func(tx *models.Tx, g *models.Group) error {
		if err := g.CheckName(was, name); err != nil {
			return err
		}
		return models.RenameGroup(tx, g, name)
	})
	return s.afterGroup(c, err, "The group is renamed.", func(p *views.OrgGroupPage, faults views.FieldErrors) {
		p.Errors, p.EditName = faults, c.FormValue("name")
		if !models.IsStale(err) {
			p.WasName = was
		} else if p.Conflict = p.Against(name); p.Conflict != nil {
			p.Errors = nil
		}
	})
}

// POST /organization/groups/<id>/members puts people in by their addresses, or takes one out.
func (s *Server) orgGroupMembers(c Ctx) error {
	emails := strings.FieldsFunc(c.FormValue("add"), func(r rune) bool { return strings.ContainsRune(",; \t\r\n", r) })
	done := "The group’s people are changed."
	err := s.withGroup(c, func(tx *models.Tx, g *models.Group) error {
		found, unknown, err := models.MembersByEmail(tx, emails)
		if err != nil {
			return err
		}
		if len(unknown) > 0 {
			return &models.Error{Code: models.Invalid, Field: "add", Message: "Nobody in your organization has the address " + strings.Join(unknown, ", ") + ". Invite the person first, or check the spelling."}
		}
		var add, remove []string
		for _, m := range found {
			add = append(add, m.ID)
		}
		if id := field(c, "remove"); id != "" {
			remove = append(remove, id)
		}
		if len(add)+len(remove) == 0 {
			return &models.Error{Code: models.Invalid, Field: "add", Message: "Write the e-mail address of a member."}
		}
		return models.ChangeGroupMembers(tx, g, add, remove)
	})
	return s.afterGroup(c, err, done, func(p *views.OrgGroupPage, faults views.FieldErrors) {
		p.Errors, p.AddEmails = faults, c.FormValue("add")
	})
}

// POST /organization/groups/<id>/delete deletes a group that no directory owns; its members stay.
func (s *Server) orgGroupDelete(c Ctx) error {
	name := ""
	err := s.withGroup(c, func(tx *models.Tx, g *models.Group) error {
		name = g.Name
		return models.DeleteGroup(tx, g)
	})
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: "The group “" + name + "” is deleted. Its people stay members."})
	return redirect(c, groupsPath)
}

// POST /organization/groups/<id>/detach makes a pushed group an ordinary one (SPEC P9).
func (s *Server) orgGroupDetach(c Ctx) error {
	err := s.withGroup(c, models.DetachGroup)
	return s.afterGroup(c, err, "The group is an ordinary one now: you can change and delete it here.", func(p *views.OrgGroupPage, faults views.FieldErrors) { p.Errors = faults })
}

// errPreview rolls a mapping back that was only tried.
var errPreview = errors.New("preview")

// previewRows is how many people a preview lists.
const previewRows = 20

// POST /organization/groups/<id>/mapping tries a mapping and shows who would change, or saves it. The preview is the
// real thing rolled back, so it cannot differ from what saving does.
func (s *Server) orgGroupMapping(c Ctx) error {
	to, save := models.GroupMapping{Role: field(c, "role")}, field(c, "do") == "save"
	to.AdminConfirmed = !save || ticked(c, "confirm_admin")
	plan := field(c, "plan")
	if plan != "" {
		to.PlanID = &plan
	}
	was := grantWas(c)
	var preview *views.MappingPreview
	err := s.withGroup(c, func(tx *models.Tx, g *models.Group) (err error) {
		if err := g.CheckMapping(was, models.Grant{Role: to.Role, Plan: plan}); err != nil {
			return err
		}
		if save {
			return models.MapGroup(tx, g, to)
		}
		if preview, err = tryMapping(tx, viewerOf(c).Org, g, to); err != nil {
			return err
		}
		return errPreview
	})
	typed := func(p *views.OrgGroupPage, faults views.FieldErrors) {
		m, typed := &p.Mapping, views.Grant{Role: to.Role, Plan: plan}
		m.Role, m.Plan, m.Errors, m.Preview = typed.Role, typed.Plan, faults, preview
		if !models.IsStale(err) {
			m.Was = views.Grant{Role: was.Role, Plan: was.Plan}
		} else if m.Conflict = m.Was.Against(typed, m.Plans, p.Last); m.Conflict != nil {
			m.Errors = nil
		}
		if faults["confirm_admin"] != "" {
			m.Preview = &views.MappingPreview{Headline: "The people of this group become administrators.", Admins: true, Confirm: true}
		}
	}
	if errors.Is(err, errPreview) {
		return s.drawGroup(c, http.StatusOK, func(_ *groupData, p *views.OrgGroupPage) { typed(p, nil) })
	}
	return s.afterGroup(c, err, "The mapping is saved.", typed)
}

// tryMapping maps the group and tells who changes; the caller rolls it back.
func tryMapping(tx *models.Tx, o *models.Organization, g *models.Group, to models.GroupMapping) (*views.MappingPreview, error) {
	confirm := to.Role == models.RoleAdmin && g.MappedRole != models.RoleAdmin
	before, err := models.ListGroupMembers(tx, g.ID)
	if err != nil {
		return nil, err
	}
	if err := models.MapGroup(tx, g, to); err != nil {
		return nil, err
	}
	after, err := models.ListGroupMembers(tx, g.ID)
	if err != nil {
		return nil, err
	}
	plans, err := models.OrganizationPlans(tx, o)
	if err != nil {
		return nil, err
	}
	p := mappingPreview(plans, before, after)
	p.Confirm = confirm
	return p, nil
}

func mappingPreview(plans *models.Plans, before, after []models.Member) *views.MappingPreview {
	p := &views.MappingPreview{}
	var changedPlan, admins, members int64
	for i := range before {
		b, a := &before[i], &after[i]
		row := views.MappingChange{
			Who: a.FullName(), Path: membersPath + "/" + a.ID, PlanFrom: plans.NameOf(b.PlanID), PlanTo: plans.NameOf(a.PlanID), RoleFrom: b.Role, RoleTo: a.Role,
		}
		if row.PlanFrom == row.PlanTo && row.RoleFrom == row.RoleTo {
			continue
		}
		if row.PlanFrom != row.PlanTo {
			changedPlan++
		}
		if row.RoleFrom != row.RoleTo && a.Role == models.RoleAdmin {
			admins++
		} else if row.RoleFrom != row.RoleTo {
			members++
		}
		if len(p.Changes) < previewRows {
			p.Changes = append(p.Changes, row)
		} else {
			p.More++
		}
	}
	p.Admins = admins > 0
	p.Headline = previewHeadline(changedPlan, admins, members)
	return p
}

func previewHeadline(plan, admins, members int64) string {
	var parts []string
	if plan > 0 {
		parts = append(parts, count(plan, "person changes plan", "people change plan"))
	}
	if admins > 0 {
		parts = append(parts, count(admins, "becomes an administrator", "become administrators"))
	}
	if members > 0 {
		parts = append(parts, count(members, "becomes an ordinary member", "become ordinary members"))
	}
	if len(parts) == 0 {
		return "Nobody changes now."
	}
	return strings.Join(parts, ", ") + "."
}
