package handlers

import (
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
		if err := s.operatorDomainRows(tx, &p); err != nil {
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

func (s *Server) operatorDomainRows(tx *models.Tx, p *views.OperatorOrgPage) error {
	domains, err := models.ListDomains(tx)
	for _, d := range domains {
		p.Domains = append(p.Domains, views.Domain{ID: d.ID, Name: d.Name, State: d.State, Checked: instant(d.CheckedAt)})
	}
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
	p.SeatsTyped = p.Seats.Bought
	admins, err := models.ListAdmins(tx)
	var names []string
	for _, a := range admins {
		names = append(names, a.Email)
	}
	p.Admins = strings.Join(names, ", ")
	return err
}

// integrationWords are the states of an integration as people read them (SPEC S1).
var integrationWords = map[string]string{
	models.NotIncluded: "Not included", models.Awaiting: "Awaiting", models.Active: "Active", models.Deactivated: "Deactivated",
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

// undelivered bounds the list of mails that did not go out.
const undelivered = 200

// GET /operator/outbox are the mails that wait after a failure or were given up. No operator sees their links (SPEC I7).
func (s *Server) operatorOutbox(c Ctx) error {
	var rows []models.Outbox
	err := s.DB.View(c.Request().Context(), s.operatorActor(c, ""), func(tx *models.Tx) (err error) {
		rows, err = models.ListUndelivered(tx, undelivered)
		return err
	})
	if err != nil {
		return err
	}
	p := views.OperatorOutboxPage{OperatorPage: s.operatorPage(c, "Outbox")}
	for i := range rows {
		o := &rows[i]
		p.Rows = append(p.Rows, views.OutboxRow{
			ID: strconv.FormatInt(o.ID, 10), Kind: o.Kind, Made: instant(&o.CreatedAt), Tries: strconv.FormatInt(o.Attempts, 10), Cause: o.LastError,
			GivenUp: o.State == models.OutboxDiscarded, Next: instant(&o.NextAt), OrgPath: operatorOrgs + "/" + o.OrganizationID,
		})
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
	return redirect(c, "/operator/outbox")
}
