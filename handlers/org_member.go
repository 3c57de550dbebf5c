package handlers

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"rollcall/models"
	"rollcall/scim"
	"rollcall/views"
)

// Rows of the short lists on a member's page.
const (
	memberSignIns = 5
	memberHistory = 10
)

// memberData is all that a member's page shows.
type memberData struct {
	member   *models.Member
	plans    *models.Plans
	groups   []models.Group
	user     *models.DirectoryUser // nil without a directory
	unread   []string              // names of what the directory sends of the person and nothing reads
	provider string
	signIns  []models.SignIn
	history  []models.AuditEvent
	labels   map[string]models.PersonLabel
	now      time.Time
}

func (d *memberData) read(tx *models.Tx, o *models.Organization, id string) (err error) {
	d.now = tx.Now
	if d.member, err = models.FindMember(tx, id); err != nil {
		return err
	}
	if d.plans, err = models.OrganizationPlans(tx, o); err != nil {
		return err
	}
	if d.groups, err = models.ListGroupsOfMember(tx, id); err != nil {
		return err
	}
	d.user, err = models.FindUserOfMember(tx, id)
	if models.CodeOf(err) == models.NotFound {
		d.user, err = nil, nil
	}
	if err != nil {
		return err
	}
	if err := d.readUnread(tx); err != nil {
		return err
	}
	if d.provider, err = directoryProvider(tx); err != nil {
		return err
	}
	if d.signIns, err = models.ListSignIns(tx, models.SignInQuery{PersonID: id, Limit: memberSignIns}); err != nil {
		return err
	}
	if d.history, err = models.ListAuditEvents(tx, models.AuditQuery{Target: id, Limit: memberHistory}); err != nil {
		return err
	}
	d.labels, err = auditNames(tx, d.history)
	return err
}

// readUnread finds what the directory sends of the person under names that nobody mapped: a plan under a name of the
// provider's own is the usual reason why somebody has the default.
func (d *memberData) readUnread(tx *models.Tx) error {
	if d.user == nil || !d.user.Managed {
		return nil
	}
	dir, err := models.FindDirectory(tx, d.user.DirectoryID)
	if err != nil {
		return err
	}
	u, err := userOf(d.user)
	mapped := slices.Collect(maps.Values(dir.Fields()))
	d.unread = slices.DeleteFunc(scim.ExtraNames(u), func(name string) bool {
		return slices.ContainsFunc(mapped, func(path string) bool { return strings.EqualFold(path, name) })
	})
	return err
}

// GET /organization/members/<id> is one member.
func (s *Server) orgMember(c Ctx) error { return s.drawMember(c, http.StatusOK, nil) }

func (s *Server) drawMember(c Ctx, status int, change func(*views.OrgMemberPage)) error {
	var d memberData
	if err := s.view(c, func(tx *models.Tx) error { return d.read(tx, viewerOf(c).Org, c.Param("id")) }); err != nil {
		return err
	}
	p := d.page(s.page(c, d.member.FullName()))
	p.Path = membersPath + "/" + d.member.ID
	p.You = d.member.ID == viewerOf(c).Member.ID
	if change != nil {
		change(&p)
	}
	return render(c, status, views.OrgMember(p))
}

func (d *memberData) page(frame views.Page) views.OrgMemberPage {
	m := d.member
	p := views.OrgMemberPage{
		Page: frame, ID: m.ID, Name: m.FullName(), Email: m.Email, State: m.Status, Holds: m.Holds(), Blocked: m.BlockedAt != nil, Source: m.Source,
		Managed: m.Managed(), Since: instant(&m.CreatedAt), Profile: memberForm(m), Standing: d.standing(), History: auditRows(d.history, d.labels, d.provider),
	}
	if m.Managed() {
		p.Provider = d.provider
	}
	if m.LastSignInAt != nil {
		p.LastSignIn = instant(m.LastSignInAt)
	}
	if until := m.RestorableUntil(); until != nil && d.now.Before(*until) {
		p.Restore = m.FullName() + " can be brought back until " + instant(until).Text + ", with plan and role."
		switch {
		case m.Status == models.MemberLeaving:
			p.Restore += " The rest of the removal waits until " + instant(m.DueAt).Text + "."
		case m.DueAt != nil:
			p.Restore += " Then everything known of the person is erased."
		}
	}
	for _, g := range d.groups {
		p.Groups = append(p.Groups, views.Link{Label: g.Name, Path: groupsPath + "/" + g.ID})
	}
	for i := range d.signIns {
		p.SignIns = append(p.SignIns, signInRow(&d.signIns[i], d.labels, d.provider, d.now))
	}
	p.Unread = d.unread
	if d.user != nil && d.user.Managed {
		p.Directory = []views.Fact{{Label: "User name", Value: d.user.UserName}, {Label: "SCIM id", Value: d.user.ID}}
		if d.user.ExternalID != nil {
			p.Directory = append(p.Directory, views.Fact{Label: "External id", Value: *d.user.ExternalID})
		}
		p.Directory = append(p.Directory, views.Fact{Label: "Last change", Value: instant(&d.user.UpdatedAt).Text})
	}
	return p
}

func memberForm(m *models.Member) views.MemberForm {
	f := views.MemberForm{
		Version: strconv.FormatInt(m.Version, 10), FirstName: m.FirstName, LastName: m.LastName, Country: m.Country, CountryName: countryName(m.Country),
		CurrentCity: m.CurrentCity, CurrentState: m.CurrentState, Countries: countryOptions(),
	}
	if m.BirthYear != 0 {
		f.BirthYear = strconv.FormatInt(m.BirthYear, 10)
	}
	return f
}

// fromWords say where a plan or role comes from (SPEC O2).
var fromWords = map[string]string{
	models.FromAttribute: "an attribute that your directory sends", models.FromGroup: "a group mapping", models.FromAdmin: "an administrator’s choice",
	models.FromDefault: "the default",
}

func (d *memberData) standing() views.StandingForm {
	m := d.member
	f := views.StandingForm{
		Plan: planOfMember(d.plans, m), Plans: planOptions(d.plans), PlanFrom: fromWords[m.PlanSource],
		Role: m.Role, RoleFrom: fromWords[m.RoleSource],
	}
	if m.PlanID != nil {
		f.PlanID = *m.PlanID
		if *m.PlanID == d.plans.Free.ID {
			f.Plans = append([]views.Option{{Value: d.plans.Free.ID, Label: d.plans.Free.Name}}, f.Plans...)
		}
	}
	f.Was = views.Grant{Role: f.Role, Plan: f.PlanID}
	fixed := func(source string) string {
		switch source {
		case models.FromAttribute:
			return "It comes from an attribute that your directory sends. Change it there."
		case models.FromGroup:
			return "It comes from a group mapping. Change the mapping, or the group’s people."
		}
		return ""
	}
	f.PlanFixed, f.RoleFixed = fixed(m.PlanSource), fixed(m.RoleSource)
	if m.Status == models.MemberDeactivated || m.Status == models.MemberDisconnected {
		f.PlanFixed, f.RoleFixed = "Only for people who are in.", "Only for people who are in."
	}
	return f
}
