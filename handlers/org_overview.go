package handlers

import (
	"net/http"
	"strconv"

	"rollcall/models"
	"rollcall/views"
)

// overviewRows is how many events the overview shows.
const overviewRows = 8

func (s *Server) organizationRoutes(p page) {
	p.Get("", s.orgOverview)
	s.organizationSSORoutes(p)
	s.connectionRoutes(p)
	s.connectionEditRoutes(p)
	s.policyRoutes(p)
	s.directoryRoutes(p)
	s.leaversRoutes(p)
	s.memberRoutes(p)
	s.groupRoutes(p)
	s.invitesRoutes(p)
	s.activityRoutes(p)
	s.settingsRoutes(p)
	s.checkoutRoutes(p)
}

// notAdmin tells who the administrators are (SPEC O6).
func (s *Server) notAdmin(c Ctx) error {
	var admins []models.Member
	err := s.view(c, func(tx *models.Tx) (err error) {
		admins, err = models.ListAdmins(tx)
		return err
	})
	if err != nil {
		return err
	}
	p := views.OrgNotAdminPage{Page: s.page(c, "For administrators")}
	for i := range admins {
		p.Admins = append(p.Admins, views.Person{Name: admins[i].FullName(), Email: admins[i].Email})
	}
	return render(c, http.StatusForbidden, views.OrgNotAdmin(p))
}

// overviewData is the tab's data with the counts and events of the overview.
type overviewData struct {
	ssoData
	people  *models.People
	invites int64
	signIns []models.DayCount
	events  []models.AuditEvent
}

func (d *overviewData) read(tx *models.Tx) (err error) {
	if err := d.ssoData.read(tx); err != nil {
		return err
	}
	if d.people, err = models.CountPeople(tx); err != nil {
		return err
	}
	if d.invites, err = models.CountInvites(tx, true); err != nil {
		return err
	}
	if d.signIns, err = models.SignInsPerDay(tx, chartDays); err != nil {
		return err
	}
	if d.events, err = models.ListAuditEvents(tx, models.AuditQuery{Limit: overviewRows}); err != nil {
		return err
	}
	more, err := auditNames(tx, d.events)
	for id, l := range more {
		d.labels[id] = l
	}
	return err
}

// GET /organization is the organization's home: how things stand and what waits for somebody.
func (s *Server) orgOverview(c Ctx) error {
	var d overviewData
	if err := s.view(c, d.read); err != nil {
		return err
	}
	p := views.OrgOverviewPage{
		Page: s.page(c, d.org.Name), SSO: d.ssoCard(), SCIM: d.scimCard(), Tiles: d.tiles(), Plans: planChart(d.plans, d.byPlan),
		Recent: auditRows(d.events, d.labels, providerName(d.scim.IDP)),
	}
	p.Todo = d.todo(&p)
	if d.scim.LastRequestAt != nil {
		p.Activity = &views.BarChart{ID: "activity", Title: "Directory requests per day, last 14 days", Noun: "requests", Bars: bars(d.days)}
	}
	if d.sso.LastSignInAt != nil || d.sso.FailedInARow > 0 {
		p.SignIns = &views.BarChart{ID: "signins", Title: "Sign-ins per day, last 14 days", Noun: "sign-ins", Bars: bars(d.signIns)}
	}
	return render(c, http.StatusOK, views.OrgOverview(p))
}

func (d *overviewData) tiles() []views.Tile {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	return []views.Tile{
		{Label: "Members", Value: number(d.people.ByStatus[models.MemberActive]), Detail: "active", Path: membersPath + "?state=active"},
		{Label: "On hold", Value: number(d.people.ByStatus[models.MemberHeld]), Detail: "something is missing or does not fit", Path: heldPath},
		{Label: "From the directory", Value: number(d.people.Managed), Detail: "managed by your identity provider", Path: membersPath + "?source=scim"},
		{Label: "Open invites", Value: number(d.invites), Detail: "not accepted yet", Path: invitesPath},
	}
}

// todo is what waits for an administrator, most urgent first.
func (d *overviewData) todo(p *views.OrgOverviewPage) []views.Todo {
	var out []views.Todo
	if i := p.SSO; i.Attention != "" {
		path := i.FixPath
		if path == "#domain-list" {
			path = "/organization/sso#domain-list"
		}
		out = append(out, views.Todo{Kind: "warn", Title: i.Name() + " needs attention", Detail: i.Attention, Path: path, Action: i.FixLabel})
	}
	out = append(out, d.syncTroubles()...)
	if d.sso.Stage == models.StageTestPassed {
		out = append(out, views.Todo{Kind: "info", Title: "Single Sign-On is tested", Detail: "Switch it on when you are ready.", Path: "/organization/sso", Action: "Activate"})
	}
	for _, x := range d.domains {
		if !x.Proved() {
			out = append(out, views.Todo{Kind: "info", Title: "Verify " + x.Name, Detail: "Until then its people are not sent to your identity provider.", Path: "/organization/sso#domain-list", Action: "See the DNS record"})
		}
	}
	for i, st := range []*models.Standing{&d.sso.Standing, &d.scim.Standing} {
		if st.Stage == models.StageNoLink || st.Stage == models.StageLinkEnded {
			out = append(out, views.Todo{Kind: "info", Title: "Make " + []string{"an SSO", "a SCIM"}[i] + " setup link", Detail: "Your IT person sets it up with it; no account is needed.", Path: "/organization/sso", Action: "Open"})
		}
	}
	return out
}
