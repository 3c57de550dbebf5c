package handlers

import (
	"cmp"
	"net/http"

	"rollcall/models"
	"rollcall/views"
)

// GET /operator/organizations/new is the form of a customer of the sales people (SPEC B3).
func (s *Server) operatorOrgNew(c Ctx) error { return s.drawOperatorOrgNew(c, http.StatusOK, nil) }

func (s *Server) drawOperatorOrgNew(c Ctx, status int, faults views.FieldErrors) error {
	form, _ := c.FormParams() // parsed before, by legibleForm
	p := views.OperatorOrgNewPage{
		OperatorPage: s.operatorPage(c, "New organization"), Name: field(c, "name"), Domains: field(c, "domains"), Admin: field(c, "admin"), Errors: faults,
		Terms: views.TermsForm{SSO: ticked(c, "sso"), SCIM: ticked(c, "scim"), Deprovision: field(c, "deprovision"), Default: field(c, "default_plan"), Errors: faults},
	}
	if faults == nil {
		p.Terms.SSO, p.Terms.SCIM, p.Terms.Deprovision = true, true, models.DeprovisionDowngrade
	}
	err := s.DB.View(c.Request().Context(), s.operatorActor(c, ""), func(tx *models.Tx) error {
		p.ID = cmp.Or(field(c, "id"), tx.NewID("org"))
		plans, err := models.ListPlans(tx)
		p.Terms.Plans = planBoxes(plans, form["plans"], faults == nil)
		return err
	})
	if err != nil {
		return err
	}
	return render(c, status, views.OperatorOrgNew(p))
}

// planBoxes are the plans that can be bought, and those ticked ones that no longer can; all says that each is ticked.
func planBoxes(plans []models.Plan, ticked []string, all bool) (out []views.PlanBox) {
	for _, plan := range plans {
		box := views.PlanBox{Name: plan.Name, On: all, Retired: plan.Retired}
		for _, t := range ticked {
			box.On = box.On || models.Fold(t) == plan.NameKey
		}
		if !plan.Free && (!plan.Retired || box.On && !all) {
			out = append(out, box)
		}
	}
	return out
}

// POST /operator/organizations makes an organization, its domains verified, and invites its first administrator. The form
// names the organization's id: sent twice, it makes one.
func (s *Server) operatorOrgCreate(c Ctx) error {
	var o *models.Organization
	err := s.asOperator(c, "", func(tx *models.Tx) (err error) {
		if _, err := models.LockPlans(tx); err != nil { // one at a time
			return err
		}
		if o, err = models.FindOrganization(tx.In(field(c, "id"))); models.IsNotFound(err) {
			o, err = makeOrganization(c, tx)
		}
		return err
	})
	if faults, ok := fieldErrors(err); ok {
		if text, ok := faults["email"]; ok {
			faults = views.FieldErrors{"admin": text}
		}
		return s.drawOperatorOrgNew(c, http.StatusUnprocessableEntity, faults)
	}
	if err != nil {
		return err
	}
	return redirect(c, operatorOrgs+"/"+o.ID)
}

// makeOrganization makes the organization of the form.
func makeOrganization(c Ctx, tx *models.Tx) (*models.Organization, error) {
	form, _ := c.FormParams()
	domains, err := models.ParseDomains(field(c, "domains"))
	if err != nil {
		return nil, err
	}
	o, err := models.CreateOrganization(tx, models.NewOrganization{
		ID: field(c, "id"), Name: field(c, "name"), Plans: form["plans"], DefaultPlan: field(c, "default_plan"), SSO: ticked(c, "sso"), SCIM: ticked(c, "scim"),
		Deprovision: models.DeprovisionDowngrade, Domains: domains, VerifiedDomains: true,
	})
	if err != nil {
		return nil, err
	}
	if policy := field(c, "deprovision"); policy != models.DeprovisionDowngrade {
		terms := models.Terms{SSO: o.SSOBought, SCIM: o.SCIMBought, Plans: form["plans"], DefaultPlan: field(c, "default_plan"), Deprovision: policy, Version: o.Version}
		if err := models.SetTerms(tx.In(o.ID), terms); err != nil {
			return nil, err
		}
	}
	if email := field(c, "admin"); email != "" {
		_, _, err = models.CreateInvite(tx.In(o.ID), email, models.RoleAdmin)
	}
	return o, err
}
