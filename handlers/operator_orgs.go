package handlers

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rollcall/models"
	"rollcall/views"
)

const operatorOrgs = "/operator/organizations"

func (s *Server) operatorOrgRoutes(p page) {
	p.Get("/organizations", s.operatorOrgList)
	p.Get("/organizations/new", s.operatorOrgNew)
	p.Post("/organizations", s.operatorOrgCreate)
	p.Get("/organizations/:org", s.operatorOrg)
	p.Post("/organizations/:org/terms", s.operatorTerms)
	p.Post("/organizations/:org/seats", s.operatorSeats)
	p.Post("/organizations/:org/domains", s.operatorDomains)
	p.Post("/organizations/:org/domains/:id/verify", s.operatorDomainVerify)
	p.Post("/organizations/:org/domains/:id/remove", s.operatorDomainRemove)
	p.Post("/organizations/:org/link", s.operatorLink)
	p.Post("/organizations/:org/link/cancel", s.operatorLinkCancel)
	p.Post("/organizations/:org/invite", s.operatorInvite)
	p.Post("/organizations/:org/directory", s.operatorDirectory)
	p.Post("/organizations/:org/passwords", s.operatorPasswords)
}

// GET /operator/organizations lists and searches all of them.
func (s *Server) operatorOrgList(c Ctx) error {
	var rows []models.OrganizationRow
	var total int64
	search := field(c, "q")
	err := s.DB.View(c.Request().Context(), s.operatorActor(c, ""), func(tx *models.Tx) (err error) {
		rows, total, err = models.ListOrganizations(tx, search, (pageNumber(c)-1)*rowsPerPage, rowsPerPage)
		return err
	})
	if err != nil {
		return err
	}
	p := views.OperatorOrgsPage{
		OperatorPage: s.operatorPage(c, "Organizations"), Search: search, Total: count(total, "organization", "organizations"), Pager: pages(c, operatorOrgs, total),
	}
	for _, r := range rows {
		p.Rows = append(p.Rows, views.OperatorOrgRow{
			Path: operatorOrgs + "/" + r.ID, Name: r.Name, Domains: strings.Join(r.Domains, ", "), Members: strconv.FormatInt(r.Members, 10),
			Held: r.Held, SSO: r.SSOBought, SCIM: r.SCIMBought, Made: instant(&r.CreatedAt),
		})
	}
	return render(c, http.StatusOK, views.OperatorOrgs(p))
}

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

// POST /operator/organizations makes an organization, its domains verified, and invites its first administrator.
func (s *Server) operatorOrgCreate(c Ctx) error {
	form, _ := c.FormParams()
	var o *models.Organization
	err := s.asOperator(c, "", func(tx *models.Tx) error {
		domains, err := models.ParseDomains(field(c, "domains"))
		if err != nil {
			return err
		}
		o, err = models.CreateOrganization(tx, models.NewOrganization{
			Name: field(c, "name"), Plans: form["plans"], DefaultPlan: field(c, "default_plan"), SSO: ticked(c, "sso"), SCIM: ticked(c, "scim"),
			Deprovision: models.DeprovisionDowngrade, Domains: domains, VerifiedDomains: true,
		})
		if err != nil {
			return err
		}
		if policy := field(c, "deprovision"); policy != models.DeprovisionDowngrade {
			terms := models.Terms{SSO: o.SSOBought, SCIM: o.SCIMBought, Plans: form["plans"], DefaultPlan: field(c, "default_plan"), Deprovision: policy, Version: o.Version}
			if err := models.SetTerms(tx.In(o.ID), terms); err != nil {
				return err
			}
		}
		if email := field(c, "admin"); email != "" {
			_, _, err = models.CreateInvite(tx.In(o.ID), email, models.RoleAdmin)
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

// POST …/terms grants and takes features and plans (SPEC B3).
func (s *Server) operatorTerms(c Ctx) error {
	form, _ := c.FormParams()
	version, _ := strconv.ParseInt(field(c, "version"), 10, 64)
	terms := models.Terms{
		SSO: ticked(c, "sso"), SCIM: ticked(c, "scim"), Plans: form["plans"], DefaultPlan: field(c, "default_plan"), Deprovision: field(c, "deprovision"), Version: version,
	}
	err := s.inOperatorOrg(c, func(tx *models.Tx) error { return models.SetTerms(tx, terms) })
	return s.operatorOrgAgain(c, err, "Saved.", func(p *views.OperatorOrgPage, faults views.FieldErrors) {
		stored, typed := p.Terms, views.TermsForm{
			Version: field(c, "version"), SSO: terms.SSO, SCIM: terms.SCIM, Plans: tickedBoxes(p.Terms.Plans, terms.Plans), Default: terms.DefaultPlan, Deprovision: terms.Deprovision, Errors: faults,
		}
		if models.IsStale(err) {
			typed.Version, typed.Errors, typed.Conflict = stored.Version, nil, termsConflict(stored, typed, s.operatorChange(c, "organization."))
		}
		p.Terms = typed
	})
}

// tickedBoxes are the boxes with those ticked that were sent.
func tickedBoxes(boxes []views.PlanBox, names []string) []views.PlanBox {
	out := slices.Clone(boxes)
	for i := range out {
		out[i].On = slices.ContainsFunc(names, func(n string) bool { return models.Fold(n) == models.Fold(out[i].Name) })
	}
	return out
}

func termsConflict(theirs, yours views.TermsForm, last views.AuditRow) *views.Conflict {
	return views.ConflictOf(last, []views.ConflictField{
		{Label: "Single Sign-On", Theirs: onOff(theirs.SSO), Yours: onOff(yours.SSO)}, {Label: "Directory Sync", Theirs: onOff(theirs.SCIM), Yours: onOff(yours.SCIM)},
		{Label: "Purchased plans", Theirs: theirs.Bought(), Yours: yours.Bought()}, {Label: "Provision Default Plan", Theirs: theirs.Default, Yours: yours.Default},
		{Label: "When someone is removed", Theirs: deprovisionWords[theirs.Deprovision], Yours: deprovisionWords[yours.Deprovision]},
	})
}

// POST …/seats sets how many members may be active; an empty field is no limit.
func (s *Server) operatorSeats(c Ctx) error {
	typed, done := field(c, "seats"), "Seats are no longer counted."
	var seats *int64
	if typed != "" {
		n, _ := strconv.ParseInt(typed, 10, 64) // 0 for what is no number, which SetSeats refuses
		seats, done = &n, "The organization has "+count(n, "seat", "seats")+" now."
	}
	var f form
	err := s.inOperatorOrg(c, func(tx *models.Tx) error {
		o, err := models.FindOrganization(tx)
		if err != nil {
			return err
		}
		if f = seatsForm(o); f.check(c) != nil {
			return f.check(c)
		}
		return models.SetSeats(tx, seats)
	})
	return s.operatorOrgAgain(c, err, done, func(p *views.OperatorOrgPage, faults views.FieldErrors) {
		p.SeatsTyped, p.SeenSeats = typed, f.again(c, err, s.operatorChange(c, "organization.seats_changed"))
		if p.SeenSeats.Conflict == nil {
			p.SeatErrors = faults
		}
	})
}

// POST …/domains adds domains, verified at once (SPEC O3).
func (s *Server) operatorDomains(c Ctx) error {
	err := s.inOperatorOrg(c, func(tx *models.Tx) error {
		names, err := models.ParseDomains(field(c, "domains"))
		if err != nil {
			return err
		}
		_, err = models.AddDomains(tx, names, true)
		return err
	})
	return s.operatorOrgAgain(c, err, "The domains are added and count as verified.", func(p *views.OperatorOrgPage, faults views.FieldErrors) {
		p.DomainErrors, p.DomainsTyped = faults, field(c, "domains")
	})
}

// POST …/domains/<id>/verify is an operator's word instead of the DNS.
func (s *Server) operatorDomainVerify(c Ctx) error {
	err := s.inOperatorOrg(c, func(tx *models.Tx) error { return models.VerifyDomain(tx, c.Param("id")) })
	return s.operatorOrgAgain(c, err, "The domain is verified.", nil)
}

// POST …/domains/<id>/remove takes a domain away.
func (s *Server) operatorDomainRemove(c Ctx) error {
	err := s.inOperatorOrg(c, func(tx *models.Tx) error { return models.RemoveDomain(tx, c.Param("id")) })
	return s.operatorOrgAgain(c, err, "The domain is removed.", nil)
}

// POST …/link makes a setup link, shown once, and e-mails it where an address was given (SPEC L1).
func (s *Server) operatorLink(c Ctx) error {
	k, err := kind(c)
	if err != nil {
		return err
	}
	var l *models.SetupLink
	token, to := "", field(c, "email")
	err = s.inOperatorOrg(c, func(tx *models.Tx) (err error) {
		if l, token, err = models.CreateSetupLink(tx, k); err == nil && to != "" {
			_, err = models.MailSetupLink(tx, token, to)
		}
		return err
	})
	if err != nil {
		return s.operatorOrgAgain(c, err, "", nil)
	}
	return s.drawOperatorOrg(c, http.StatusOK, func(p *views.OperatorOrgPage) {
		p.NewLink = &views.NewLink{Kind: k, URL: s.url("/s/" + token), Lasts: lasts(l.ExpiresAt.Sub(s.DB.Now())), Expires: instant(&l.ExpiresAt), MailTo: to}
	})
}

// POST …/link/cancel ends the live link.
func (s *Server) operatorLinkCancel(c Ctx) error {
	k, err := kind(c)
	if err != nil {
		return err
	}
	err = s.inOperatorOrg(c, func(tx *models.Tx) error { return models.CancelSetupLink(tx, k) })
	return s.operatorOrgAgain(c, err, "The setup link is cancelled.", nil)
}

// POST …/invite invites an administrator.
func (s *Server) operatorInvite(c Ctx) error {
	err := s.inOperatorOrg(c, func(tx *models.Tx) error {
		_, _, err := models.CreateInvite(tx, field(c, "email"), models.RoleAdmin)
		return err
	})
	return s.operatorOrgAgain(c, err, "The invite is on its way to "+field(c, "email")+".", func(p *views.OperatorOrgPage, faults views.FieldErrors) {
		p.InviteErrors, p.InviteTyped = faults, field(c, "email")
	})
}

// inOperatorOrg is the operator's unit of work inside the organization of the address; 404 for one that is not there.
func (s *Server) inOperatorOrg(c Ctx, fn func(*models.Tx) error) error {
	return s.asOperator(c, c.Param("org"), func(tx *models.Tx) error {
		if _, err := models.FindOrganizationForUpdate(tx); err != nil {
			return err
		}
		return fn(tx)
	})
}

// operatorOrgAgain leads back to the organization's page with what was done, or draws it with the faults; put says where
// they belong, nil for the top.
func (s *Server) operatorOrgAgain(c Ctx, err error, done string, put func(*views.OperatorOrgPage, views.FieldErrors)) error {
	if faults, ok := fieldErrors(err); ok {
		return s.drawOperatorOrg(c, conflictStatus(err), func(p *views.OperatorOrgPage) {
			if put != nil {
				put(p, faults)
				return
			}
			for _, text := range faults {
				p.Fault = text
			}
		})
	}
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: done})
	return redirect(c, query(c, operatorOrgs+"/"+c.Param("org")))
}
