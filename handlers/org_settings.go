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
		Countries: countryOptions(), SupportContact: o.SupportContact, HealthMails: o.HealthMails, HeldForCountry: int(held),
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
	d := models.Details{
		Name: field(c, "name"), DefaultCountry: field(c, "default_country"), SupportContact: field(c, "support_contact"),
		HealthMails: ticked(c, "health_mails"), Version: version,
	}
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
				{Label: "Weekly mail", Theirs: onOff(o.HealthMails), Yours: onOff(d.HealthMails)},
			} {
				if f.Theirs != f.Yours {
					x.Fields = append(x.Fields, f)
				}
			}
			p.Conflict = x
		} else {
			p.Errors, p.Version = faults, field(c, "version")
		}
		p.Name, p.DefaultCountry, p.SupportContact, p.HealthMails = d.Name, d.DefaultCountry, d.SupportContact, d.HealthMails
	})
}
