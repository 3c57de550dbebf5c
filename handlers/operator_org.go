package handlers

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"rollcall/models"
	"rollcall/views"
)

// GET /operator/organizations/<id> is all that an operator needs of one organization.
func (s *Server) operatorOrg(c Ctx) error { return s.drawOperatorOrg(c, http.StatusOK, nil) }

func (s *Server) drawOperatorOrg(c Ctx, status int, edit func(*views.OperatorOrgPage)) error {
	p := views.OperatorOrgPage{}
	err := s.DB.View(c.Request().Context(), s.operatorActor(c, c.Param("org")), func(tx *models.Tx) error {
		o, err := models.FindOrganization(tx)
		if err != nil {
			return err
		}
		p.OperatorPage = s.operatorPage(c, o.Name)
		p.ID, p.Name, p.Slug, p.Made = o.ID, o.Name, o.Slug, instant(&o.CreatedAt)
		if p.Terms, err = termsForm(tx, o); err != nil {
			return err
		}
		if err := operatorDomainRows(c, tx, &p); err != nil {
			return err
		}
		if err := operatorFacts(tx, o, &p); err != nil {
			return err
		}
		if err := operatorLinks(tx, &p); err != nil {
			return err
		}
		return operatorCare(tx, o, &p)
	})
	if err != nil {
		return err
	}
	if edit != nil {
		edit(&p)
	}
	return render(c, status, views.OperatorOrg(p))
}

func termsForm(tx *models.Tx, o *models.Organization) (views.TermsForm, error) {
	f := views.TermsForm{SSO: o.SSOBought, SCIM: o.SCIMBought, Deprovision: o.Deprovision, Version: strconv.FormatInt(o.Version, 10)}
	plans, err := models.OrganizationPlans(tx, o)
	if err != nil {
		return f, err
	}
	f.Plans, f.Default = planBoxes(plans.All, plans.Names(), false), plans.Default.Name
	return f, nil
}

func operatorDomainRows(c Ctx, tx *models.Tx, p *views.OperatorOrgPage) error {
	domains, err := models.ListDomains(tx)
	p.Domains, p.DomainPager = domainRows(c, domains), domainPages(c, operatorOrgs+"/"+p.ID, len(domains))
	return err
}

// operatorFacts are the state of both integrations, and how many members are in which state.
func operatorFacts(tx *models.Tx, o *models.Organization, p *views.OperatorOrgPage) error {
	for _, k := range []string{models.KindSSO, models.KindSCIM} {
		state, err := integrationState(tx, o, k)
		if err != nil {
			return err
		}
		p.States = append(p.States, views.Fact{Label: map[string]string{models.KindSSO: "Single Sign-On", models.KindSCIM: "Directory Sync"}[k], Value: integrationWords[state]})
	}
	for _, q := range []struct{ label, status string }{{"Members", ""}, {"On hold", models.MemberHeld}, {"Removal waiting", models.MemberLeaving}} {
		n, err := models.CountMembers(tx, models.MemberQuery{Status: q.status})
		if err != nil {
			return err
		}
		p.States = append(p.States, views.Fact{Label: q.label, Value: strconv.FormatInt(n, 10)})
	}
	var err error
	if p.Seats, err = seatLine(tx, o); err != nil {
		return err
	}
	p.SeatsTyped, p.SeenSeats = p.Seats.Bought, seatsForm(o).seen()
	p.Admins, err = adminLine(tx)
	return err
}

// adminLine names the first of the administrators.
func adminLine(tx *models.Tx) (string, error) {
	admins, err := models.ListMembers(tx, models.MemberQuery{Role: models.RoleAdmin, Status: models.MemberActive, Limit: namedPeople + 1})
	var names []string
	for _, a := range admins[:min(len(admins), namedPeople)] {
		names = append(names, a.Email)
	}
	line := strings.Join(names, ", ")
	if len(admins) > namedPeople {
		line += " and others"
	}
	return line, err
}

// integrationWords are the states of an integration as people read them (SPEC S1).
var integrationWords = map[string]string{
	models.NotIncluded: "Not included", models.Awaiting: "Awaiting", models.Active: "Active", models.Deactivated: "Deactivated",
}

func seatsForm(o *models.Organization) form {
	v := formValue{name: "seats", label: "How many members may be active", words: func(s string) string { return cmp.Or(s, "no limit") }}
	if o.Seats != nil {
		v.now = strconv.FormatInt(*o.Seats, 10)
	}
	return form{v}
}

// operatorLinks are the live setup links.
func operatorLinks(tx *models.Tx, p *views.OperatorOrgPage) error {
	for _, k := range []string{models.KindSSO, models.KindSCIM} {
		l, err := models.LatestSetupLink(tx, k)
		if models.IsNotFound(err) {
			continue
		}
		if err != nil {
			return err
		}
		if l.Live(tx.Now) {
			p.Links = append(p.Links, views.OperatorLink{Kind: k, Ends: l.LastFour, Until: instant(&l.ExpiresAt)})
		}
	}
	return nil
}

const operatorOutboxPath = "/operator/outbox"

// GET /operator/outbox are the mails that wait after a failure or were given up. No operator sees their links (SPEC I7).
func (s *Server) operatorOutbox(c Ctx) error {
	var rows []models.Outbox
	var names map[string]string
	err := s.DB.View(c.Request().Context(), s.operatorActor(c, ""), func(tx *models.Tx) (err error) {
		if rows, err = models.ListUndelivered(tx, before(c), rowsPerPage); err != nil {
			return err
		}
		var orgs []string
		for _, o := range rows {
			orgs = append(orgs, o.OrganizationID)
		}
		names, err = models.OrganizationNames(tx, orgs)
		return err
	})
	if err != nil {
		return err
	}
	p := views.OperatorOutboxPage{OperatorPage: s.operatorPage(c, "Outbox")}
	last := int64(0)
	if len(rows) == rowsPerPage {
		last = rows[len(rows)-1].ID
	}
	p.Pager = older(c, operatorOutboxPath, last)
	for _, o := range rows {
		row := views.OutboxRow{
			ID: strconv.FormatInt(o.ID, 10), Kind: o.Kind, Made: instant(&o.CreatedAt), Tries: strconv.FormatInt(o.Attempts, 10), Cause: o.LastError,
			GivenUp: o.State == models.OutboxDiscarded, Next: instant(&o.NextAt),
		}
		if name := names[o.OrganizationID]; name != "" {
			row.OrgPath, row.Org = operatorOrgs+"/"+o.OrganizationID, name
		}
		p.Rows = append(p.Rows, row)
	}
	return render(c, http.StatusOK, views.OperatorOutbox(p))
}

// POST /operator/outbox/<id>/again tries a given-up row once more.
func (s *Server) operatorSendAgain(c Ctx) error {
	id, _ := strconv.ParseInt(c.Param("id"), 10, 64)
	if err := s.asOperator(c, "", func(tx *models.Tx) error { return models.SendAgain(tx, id) }); err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: "It is tried again now."})
	return redirect(c, query(c, operatorOutboxPath))
}
