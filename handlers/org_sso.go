package handlers

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"rollcall/models"
	"rollcall/views"
)

// Days that the charts of the tab cover, and rows of its table of changes.
const (
	chartDays     = 14
	recentChanges = 8
)

func (s *Server) organizationSSORoutes(p page) {
	p.Get("/sso", s.orgSSO)
	p.Get("/sso/events", s.orgSSOEvents)
	p.Post("/sso/settings", s.orgSSOSettings)
	p.Post("/sso/activate", s.orgSSOActivate)
	p.Post("/sso/link", s.orgSSOLink)
	p.Post("/sso/link/cancel", s.orgSSOLinkCancel)
	p.Post("/sso/link/mail", s.orgSSOLinkMail)
	p.Post("/sso/domains/:id/verify", s.orgDomainVerify)
	p.Post("/sso/domains/:id/remove", s.orgDomainRemove)
	p.Get("/sso/revoke", s.orgSSORevoke)
	p.Post("/sso/revoke", s.orgSSORevokeNow)
	p.Get("/sso/directory/revoke", s.orgSCIMRevoke)
	p.Post("/sso/directory/revoke", s.orgSCIMRevokeNow)
	p.Post("/sso/undo", s.orgSSOUndo)
}

// ssoData is all that the tab shows, read in one unit of work and a fixed number of queries.
type ssoData struct {
	now     time.Time
	org     *models.Organization
	plans   *models.Plans
	domains []models.Domain
	sso     *models.ConnectionStatus
	scim    *models.DirectoryStatus
	reach   map[string]*models.Reach // by kind, of what is Active
	byPlan  map[string]int64
	days    []models.DayCount
	changes []models.AuditEvent
	labels  map[string]models.PersonLabel
}

func (d *ssoData) read(tx *models.Tx) (err error) {
	d.now = tx.Now
	if d.org, err = models.FindOrganization(tx); err != nil {
		return err
	}
	if d.plans, err = models.OrganizationPlans(tx, d.org); err != nil {
		return err
	}
	if d.domains, err = models.ListDomains(tx); err != nil {
		return err
	}
	if d.sso, err = models.FindConnectionStatus(tx, d.org); err != nil {
		return err
	}
	if d.scim, err = models.FindDirectoryStatus(tx, d.org); err != nil {
		return err
	}
	if err := d.readReach(tx); err != nil {
		return err
	}
	return d.readActivity(tx)
}

func (d *ssoData) readReach(tx *models.Tx) (err error) {
	d.reach = map[string]*models.Reach{}
	for kind, state := range map[string]string{models.KindSSO: d.sso.State, models.KindSCIM: d.scim.State} {
		if state != models.Active {
			continue
		}
		if d.reach[kind], err = models.FindReach(tx, kind); err != nil {
			return err
		}
	}
	return nil
}

func (d *ssoData) readActivity(tx *models.Tx) (err error) {
	if d.byPlan, err = models.CountByPlan(tx); err != nil {
		return err
	}
	if d.days, err = models.ExchangesPerDay(tx, chartDays); err != nil {
		return err
	}
	if d.changes, err = models.ListDirectoryChanges(tx, recentChanges); err != nil {
		return err
	}
	people := []string{d.org.SettingsChangedBy, d.sso.DeactivatedBy, d.scim.DeactivatedBy}
	var members []string
	for _, link := range []*models.SetupLink{d.sso.Link, d.scim.Link} {
		if link != nil {
			people = append(people, link.CreatedBy)
		}
	}
	for _, c := range d.changes {
		members = append(members, c.Target)
	}
	d.labels, err = models.Labels(tx, append(people, members...))
	return err
}

// who is the name behind an actor's id.
func (d *ssoData) who(id string) string { return nameOf(d.labels, id) }

// nameOf is the name behind an id in a log; the machines and staff that act have no label.
func nameOf(labels map[string]models.PersonLabel, id string) string {
	switch l := labels[id]; {
	case l.Name != "":
		return l.Name
	case l.Email != "":
		return l.Email
	case strings.HasPrefix(id, "acc-"), strings.HasPrefix(id, "mem-"):
		return "a former member"
	}
	return "the service’s staff"
}

// GET /organization/sso is the "Single Sign-On / Provision" tab.
func (s *Server) orgSSO(c Ctx) error { return s.drawSSO(c, http.StatusOK, nil) }

// drawSSO draws the tab; change puts in what the action before it has to show.
func (s *Server) drawSSO(c Ctx, status int, change func(*ssoData, *views.OrgSSOPage)) error {
	var d ssoData
	if err := s.view(c, d.read); err != nil {
		return err
	}
	p := s.ssoPage(c, &d)
	if change != nil {
		change(&d, &p)
	}
	return render(c, status, views.OrgSSO(p))
}

func (s *Server) ssoPage(c Ctx, d *ssoData) views.OrgSSOPage {
	p := views.OrgSSOPage{
		Page: s.page(c, "Single Sign-On / Provision"), Bought: d.org.SSOBought || d.org.SCIMBought,
		SSO: d.ssoCard(), SCIM: d.scimCard(), Settings: d.settings(), Domains: domainRows(c, d.domains), DomainPager: domainPages(c, "/organization/sso", len(d.domains)),
	}
	p.Path = "/organization/sso"
	if p.Flash == nil {
		p.Flash = d.undoNotice()
	}
	if d.scim.State == models.Active || d.scim.LastRequestAt != nil {
		p.Activity = &views.BarChart{ID: "activity", Title: "Directory requests per day, last 14 days", Noun: "requests", Bars: bars(d.days)}
	}
	if p.Bought {
		p.Plans = planChart(d.plans, d.byPlan)
		p.Changes = d.changeRows()
	}
	if r := d.reach[models.KindSSO]; r != nil {
		p.RevokeSSO = revokeForm(models.KindSSO, d.org, r)
	}
	if r := d.reach[models.KindSCIM]; r != nil {
		p.RevokeSCIM = revokeForm(models.KindSCIM, d.org, r)
	}
	return p
}

func bars(days []models.DayCount) []views.Bar {
	out := make([]views.Bar, len(days))
	for i, d := range days {
		out[i] = views.Bar{Label: d.Day.Format("2 Jan"), OK: int(d.OK), Fail: int(d.Failed)}
	}
	return out
}

func planChart(plans *models.Plans, byPlan map[string]int64) *views.PlanChart {
	chart := &views.PlanChart{}
	for _, p := range plans.All {
		if n := byPlan[p.ID]; n > 0 || slices.ContainsFunc(plans.Purchased, func(b models.Plan) bool { return b.ID == p.ID }) {
			chart.Counts = append(chart.Counts, views.PlanCount{Plan: planRef(p), Count: int(n)})
		}
	}
	return chart
}

func planRef(p models.Plan) views.PlanRef { return views.PlanRef{Name: p.Name, Rank: int(p.Rank)} }

func planOptions(plans *models.Plans) []views.Option {
	var out []views.Option
	for _, p := range plans.Purchased {
		out = append(out, views.Option{Value: p.ID, Label: p.Name})
	}
	return out
}

// settings are the values of the settings form as they are stored.
func (d *ssoData) settings() views.SSOSettings {
	var names []string
	for _, x := range d.domains {
		names = append(names, x.Name)
	}
	f := views.SSOSettings{
		Version: strconv.FormatInt(d.org.Version, 10), Domains: strings.Join(names, ", "), DefaultPlan: d.plans.Default.ID,
		Plans: planOptions(d.plans), DisablePasswords: d.org.DisablePasswords, AddMembers: d.org.AddMembers,
		NoDirectory: !d.org.SCIMBought, Deprovision: d.org.Deprovision,
	}
	if d.org.AddMembers == models.AddByJIT {
		f.AddMembersNote = "With “From the directory”, new people are no longer added when they first sign in. Existing members stay."
	}
	if d.org.SettingsChangedAt != nil {
		f.LastChange = "Last changed by " + d.who(d.org.SettingsChangedBy) + " " + ago(d.org.SettingsChangedAt, d.now) + "."
	}
	return f
}

// changeRows are the newest changes that came from the directory.
func (d *ssoData) changeRows() []views.Change {
	var out []views.Change
	for i := range d.changes {
		e := &d.changes[i]
		row := views.Change{At: instant(&e.At), Who: d.who(e.Target), Path: membersPath + "/" + e.Target, What: actionWords(e.Action)}
		row.Kind, row.Result = actionResult(e.Action)
		row.From, row.Plan = planOfEvent(d.plans, e)
		out = append(out, row)
	}
	return out
}

// planOfEvent is the plan that an event gave, and the one it took away; empty for an event about something else.
func planOfEvent(plans *models.Plans, e *models.AuditEvent) (from string, to views.PlanRef) {
	var said struct{ Plan, From, To any }
	if json.Unmarshal([]byte(e.Changes), &said) != nil {
		return "", to
	}
	name, _ := said.Plan.(string)
	if e.Action == "member.plan_changed" {
		name, _ = said.To.(string)
		from, _ = said.From.(string)
	}
	i := slices.IndexFunc(plans.All, func(p models.Plan) bool { return p.Name == name })
	if i < 0 {
		return "", to
	}
	return from, planRef(plans.All[i])
}
