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
	var made []models.Invite
	var already []string
	err := s.inOperatorOrg(c, func(tx *models.Tx) (err error) {
		made, already, err = models.CreateInvites(tx, field(c, "email"), models.RoleAdmin)
		return err
	})
	return s.operatorOrgAgain(c, err, invitesSent(made, already), func(p *views.OperatorOrgPage, faults views.FieldErrors) {
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
