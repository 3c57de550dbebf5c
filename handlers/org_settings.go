package handlers

import (
	"net/http"
	"strconv"

	"rollcall/models"
	"rollcall/views"
)

const settingsPath = "/organization/settings"

func (s *Server) settingsRoutes(p page) {
	p.Get("/settings", s.orgSettings)
	p.Post("/settings", s.orgSettingsSave)
	p.Get("/billing", s.orgBilling)
	p.Get("/checkout", s.orgCheckout)
}

// GET /organization/settings is the organization's own data.
func (s *Server) orgSettings(c Ctx) error { return s.drawSettings(c, http.StatusOK, nil) }

func (s *Server) drawSettings(c Ctx, status int, change func(*models.Organization, *views.OrgSettingsPage, map[string]models.PersonLabel)) error {
	var o *models.Organization
	var held int64
	var labels map[string]models.PersonLabel
	err := s.view(c, func(tx *models.Tx) (err error) {
		if o, err = models.FindOrganization(tx); err != nil {
			return err
		}
		if held, err = models.CountHeldFor(tx, models.MissingCountry); err != nil {
			return err
		}
		labels, err = models.Labels(tx, []string{o.SettingsChangedBy})
		return err
	})
	if err != nil {
		return err
	}
	p := views.OrgSettingsPage{
		Page: s.page(c, "Settings"), Version: strconv.FormatInt(o.Version, 10), Name: o.Name, Slug: o.Slug, DefaultCountry: o.DefaultCountry,
		Countries: countryOptions(), SupportContact: o.SupportContact, HeldForCountry: int(held),
	}
	p.Path = settingsPath
	if o.SettingsChangedAt != nil {
		p.LastChange = "Last changed by " + nameOf(labels, o.SettingsChangedBy) + " " + ago(o.SettingsChangedAt, s.DB.Now()) + "."
	}
	if change != nil {
		change(o, &p, labels)
	}
	return render(c, status, views.OrgSettings(p))
}

// POST /organization/settings saves it; typed values survive every fault.
func (s *Server) orgSettingsSave(c Ctx) error {
	version, _ := strconv.ParseInt(field(c, "version"), 10, 64)
	d := models.Details{Name: field(c, "name"), DefaultCountry: field(c, "default_country"), SupportContact: field(c, "support_contact"), Version: version}
	err := s.update(c, func(tx *models.Tx) error { return models.SaveDetails(tx, d) })
	if faults, ok := fieldErrors(err); ok {
		if text, named := faults["country"]; named {
			faults = views.FieldErrors{"default_country": text}
		}
		return s.settingsFault(c, d, faults, models.CodeOf(err) == models.Conflict)
	}
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: "Settings saved."})
	return redirect(c, settingsPath)
}

func (s *Server) settingsFault(c Ctx, d models.Details, faults views.FieldErrors, conflict bool) error {
	status := http.StatusUnprocessableEntity
	if conflict {
		status = http.StatusConflict
	}
	return s.drawSettings(c, status, func(o *models.Organization, p *views.OrgSettingsPage, labels map[string]models.PersonLabel) {
		if conflict {
			x := &views.Conflict{By: nameOf(labels, o.SettingsChangedBy), When: ago(o.SettingsChangedAt, s.DB.Now())}
			for _, f := range []views.ConflictField{
				{Label: "Name", Theirs: o.Name, Yours: d.Name},
				{Label: "Default country", Theirs: countryName(o.DefaultCountry), Yours: countryName(d.DefaultCountry)},
				{Label: "Support contact", Theirs: o.SupportContact, Yours: d.SupportContact},
			} {
				if f.Theirs != f.Yours {
					x.Fields = append(x.Fields, f)
				}
			}
			p.Conflict = x
		} else {
			p.Errors, p.Version = faults, field(c, "version")
		}
		p.Name, p.DefaultCountry, p.SupportContact = d.Name, d.DefaultCountry, d.SupportContact
	})
}

// GET /organization/billing says what was bought.
func (s *Server) orgBilling(c Ctx) error {
	o := viewerOf(c).Org
	var plans *models.Plans
	err := s.view(c, func(tx *models.Tx) (err error) {
		plans, err = models.OrganizationPlans(tx, o)
		return err
	})
	if err != nil {
		return err
	}
	p := views.OrgBillingPage{Page: s.page(c, "Billing"), Default: planRef(plans.Default), Products: []views.Product{
		{Kind: models.KindSSO, Name: "Single Sign-On", Text: "People sign in with your identity provider, over SAML 2.0.", Bought: o.SSOBought},
		{Kind: models.KindSCIM, Name: "Directory Sync", Text: "Your directory adds, changes and removes members, over SCIM 2.0.", Bought: o.SCIMBought},
	}}
	for _, x := range plans.Purchased {
		p.Plans = append(p.Plans, planRef(x))
	}
	return render(c, http.StatusOK, views.OrgBilling(p))
}

// GET /organization/checkout: buying here is not built yet, and the page it leads to says whom to ask.
func (s *Server) orgCheckout(c Ctx) error {
	ask := "Write to your account manager; what you have entered is kept."
	if s.SupportEmail != "" {
		ask = "Write to " + s.SupportEmail + "; what you have entered is kept."
	}
	s.flash(c, views.Notice{Kind: "info", Title: "Buying on this page is not built yet.", Text: ask})
	return redirect(c, "/organization/billing")
}
