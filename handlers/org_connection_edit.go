package handlers

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"rollcall/models"
	"rollcall/saml"
	"rollcall/views"
)

const (
	editPath = connectionPath + "/edit"
	testPath = connectionPath + "/test"
)

func (s *Server) connectionEditRoutes(p page) {
	p.Get("/sso/connection/edit", s.orgConnectionEdit)
	p.Post("/sso/connection/edit/metadata", s.orgEditMetadata)
	p.Post("/sso/connection/edit/mapping", s.orgEditMapping)
	p.Post("/sso/connection/edit/switches", s.orgEditSwitches)
	p.Post("/sso/connection/edit/test", s.orgEditTest)
	p.Post("/sso/connection/edit/test/cancel", s.orgTestCancel(editPath))
	p.Post("/sso/connection/edit/activate", s.orgEditActivate)
	p.Post("/sso/connection/edit/discard", s.orgEditDiscard)
	p.Get("/sso/connection/test", s.orgConnectionTest)
	p.Post("/sso/connection/test", s.orgConnectionTestNow)
	p.Post("/sso/connection/test/cancel", s.orgTestCancel(testPath))
	p.GET("/sso/connection/events", s.orgConnectionEvents)
}

// connectionWork is an Active connection with the settings in use, and what the wizard knows of the version that is
// changed or tested: the draft, or the one in use.
type connectionWork struct {
	wizard
	active *models.ConnectionSettings
	key    []views.Fact // our own certificate
}

var errNotActive = &models.Error{Code: models.Conflict, Message: "Single Sign-On is not active. Set it up with a setup link; what is active can be changed here."}

// readWork reads the work on the connection; draft says which version is looked at.
func (s *Server) readWork(c Ctx, draft bool) (*connectionWork, error) {
	w := &connectionWork{wizard: wizard{setupOf: &setupOf{}}}
	return w, s.view(c, func(tx *models.Tx) (err error) {
		if w.org, err = models.FindOrganization(tx); err != nil {
			return err
		}
		w.con, err = models.OrganizationConnection(tx)
		if models.IsNotFound(err) || err == nil && w.con.State != models.Active {
			return errNotActive
		}
		if err != nil {
			return err
		}
		if w.active, err = models.ActiveSettings(tx, w.con); err != nil {
			return err
		}
		w.cs = w.active
		if draft {
			if w.cs, err = models.SettingsInWork(tx, w.con); err != nil {
				return err
			}
		}
		return w.readRest(tx)
	})
}

func (w *connectionWork) readRest(tx *models.Tx) (err error) {
	if w.plans, err = models.OrganizationPlans(tx, w.org); err != nil {
		return err
	}
	if w.domains, err = models.ListDomains(tx); err != nil {
		return err
	}
	if w.guide = views.GuideBySlug(w.con.IDP); w.guide == nil || w.guide.Part(models.KindSSO) == nil {
		w.guide = views.GuideBySlug("custom-saml")
	}
	keys, err := models.OpenServiceKeys(tx, w.con)
	if err != nil {
		return err
	}
	if len(keys) > 0 {
		cert := keys[0].Cert
		until := cert.NotAfter
		w.key = []views.Fact{{Label: "Our certificate", Value: saml.Fingerprint(cert)}, {Label: "Valid until", Value: day(&until)}}
	}
	w.test, err = models.LatestTestOf(tx, w.con, w.cs.ID)
	if models.IsNotFound(err) {
		w.test, err = nil, nil
	}
	return err
}

// GET /organization/sso/connection/edit shows the draft, its test and the forms that change it (SPEC S5).
func (s *Server) orgConnectionEdit(c Ctx) error { return s.drawEdit(c, http.StatusOK, nil) }

func (s *Server) drawEdit(c Ctx, status int, change func(*connectionWork, *views.OrgConnectionEditPage)) error {
	w, err := s.readWork(c, true)
	if errors.Is(err, errNotActive) {
		return redirect(c, connectionPath)
	}
	if err != nil {
		return err
	}
	p := views.OrgConnectionEditPage{
		Page: s.page(c, "Change the connection"), Provider: providerName(w.con.IDP), Draft: w.con.DraftSettingsID != nil,
		Metadata: views.MetadataForm{Action: editPath + "/metadata", How: "url", URL: w.cs.MetadataURL}, ReadAgain: w.cs.MetadataURL,
		Mapping: w.mappingOf(), Tested: w.cs.Tested(), Switches: views.SwitchState{
			SignRequests: w.cs.SignRequests, Encrypt: w.cs.Encrypt, HardDates: w.cs.HardCertificateDates, Key: w.key,
			MetadataURL: samlPath(w.con.ID, "metadata"), Seen: switchesForm(w.cs).seen(),
		},
	}
	p.Mapping.Seen = w.mappingForm(w.cs).seen()
	p.Path = editPath
	if p.Draft {
		p.Changes = draftChanges(w.active, w.cs)
		if p.Test, err = s.testPanel(c, s.currentActor(c), &w.wizard); err != nil {
			return err
		}
		p.Test.Start, p.Test.Cancel, p.Test.Events = editPath+"/test", editPath+"/test/cancel", connectionPath+"/events"
	}
	if change != nil {
		change(w, &p)
	}
	return render(c, status, views.OrgConnectionEdit(p))
}

// mappingOf are the names of the attributes, by the guide's table.
func (w *connectionWork) mappingOf() views.MappingForm {
	m := views.MappingForm{Action: editPath + "/mapping"}
	names := w.cs.MappedNames()
	for _, a := range w.attributes() {
		m.Fields = append(m.Fields, views.MappingField{Field: a.Field, Label: a.Label, Value: names[a.Field], Usual: a.Send})
	}
	return m
}

// attributes are the rows of the guide's mapping table.
func (w *connectionWork) attributes() []views.GuideAttribute {
	steps := w.guide.Steps(models.KindSSO, map[string]string{"plans": strings.Join(w.plans.Names(), ", ")})
	i := slices.IndexFunc(steps, func(g views.GuideStep) bool { return g.Kind == "mapping" })
	if i < 0 {
		return nil
	}
	return steps[i].Attributes
}

// editDraft runs one change of the draft and goes back to it with what was done.
func (s *Server) editDraft(c Ctx, done string, fn func(*models.Tx, *models.Connection) error) error {
	err := s.update(c, func(tx *models.Tx) error {
		if _, err := models.FindOrganizationForUpdate(tx); err != nil {
			return err
		}
		con, err := models.OrganizationConnection(tx)
		if models.IsNotFound(err) || err == nil && con.State != models.Active {
			return errNotActive
		}
		if err != nil {
			return err
		}
		return fn(tx, con)
	})
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: done})
	return redirect(c, editPath)
}

// editForm is editDraft for a form whose values stand in the draft; put shows what was typed beside what is there now.
func (s *Server) editForm(c Ctx, of func(*models.ConnectionSettings) form, fn func(*models.Tx, *models.Connection) error, put func(*views.OrgConnectionEditPage, views.Seen)) error {
	err := s.editDraft(c, intoDraft, func(tx *models.Tx, con *models.Connection) error {
		cs, err := models.SettingsInWork(tx, con)
		if err != nil {
			return err
		}
		if err := of(cs).check(c); err != nil {
			return err
		}
		return fn(tx, con)
	})
	if !models.IsStale(err) {
		return err
	}
	return s.drawEdit(c, http.StatusConflict, func(w *connectionWork, p *views.OrgConnectionEditPage) {
		put(p, of(w.cs).again(c, err, s.lastChange(c, "connection.settings_changed")))
	})
}

const intoDraft = "Saved into the draft. Nothing changes for anybody until it was tested and switched on."

// POST …/edit/metadata reads what the provider issued into the draft.
func (s *Server) orgEditMetadata(c Ctx) error {
	m := metadataTyped(c, editPath+"/metadata")
	p, err := s.readProvider(c, s.currentActor(c), &m)
	var fault *formFault
	if errors.As(err, &fault) {
		return s.drawEdit(c, http.StatusUnprocessableEntity, func(_ *connectionWork, page *views.OrgConnectionEditPage) {
			page.Metadata, page.Errors = m, views.FieldErrors{fault.Field: fault.Text}
		})
	}
	if err != nil {
		return err
	}
	return s.editDraft(c, intoDraft, func(tx *models.Tx, con *models.Connection) error { return models.SaveProviderData(tx, con, p) })
}

// POST …/edit/mapping keeps the names of the attributes; an empty one means the usual name.
func (s *Server) orgEditMapping(c Ctx) error {
	w, err := s.readWork(c, true)
	if err != nil {
		return err
	}
	names := w.cs.MappedNames()
	for _, a := range w.attributes() {
		delete(names, a.Field)
		if v := field(c, "map_"+a.Field); v != "" {
			names[a.Field] = v
		}
	}
	save := func(tx *models.Tx, con *models.Connection) error { return models.SaveMapping(tx, con, names) }
	return s.editForm(c, w.mappingForm, save, func(p *views.OrgConnectionEditPage, seen views.Seen) {
		p.Mapping.Seen = seen
		for i, f := range p.Mapping.Fields {
			p.Mapping.Fields[i].Value = field(c, "map_"+f.Field)
		}
	})
}

// POST …/edit/switches keeps what the administrator decides about signing and encryption.
func (s *Server) orgEditSwitches(c Ctx) error {
	set := models.Switches{SignRequests: ticked(c, "sign_requests"), Encrypt: ticked(c, "encrypt"), HardCertificateDates: ticked(c, "hard_dates")}
	save := func(tx *models.Tx, con *models.Connection) error { return models.SaveSwitches(tx, con, set) }
	return s.editForm(c, switchesForm, save, func(p *views.OrgConnectionEditPage, seen views.Seen) {
		p.Switches.Seen, p.Switches.SignRequests, p.Switches.Encrypt, p.Switches.HardDates = seen, set.SignRequests, set.Encrypt, set.HardCertificateDates
	})
}

// POST …/edit/activate swaps the tested draft in.
func (s *Server) orgEditActivate(c Ctx) error {
	const done = "The changed settings are in use. Sign-ins under way end as they began."
	return s.editDraft(c, done, func(tx *models.Tx, con *models.Connection) error { return models.ActivateConnection(tx, con, false) })
}

// POST …/edit/discard forgets the draft.
func (s *Server) orgEditDiscard(c Ctx) error {
	return s.editDraft(c, "The changes are discarded. Sign-ins go on as before.", models.DiscardDraft)
}
