package handlers

import (
	"net/http"
	"slices"
	"strconv"

	"rollcall/models"
	"rollcall/views"
)

// stepNumber is the step in the address; false when it does not exist or is not reached yet.
func (w *wizard) stepNumber(c Ctx) (int, bool) {
	n, err := strconv.Atoi(c.Param("n"))
	n--
	return n, err == nil && n >= 1 && n <= len(w.steps) && int64(n) <= w.progress.Reached
}

// GET /setup/:kind/step/:n draws one step.
func (s *Server) wizardStep(c Ctx) error {
	w, err := s.look(c)
	if err != nil {
		return err
	}
	n, ok := w.stepNumber(c)
	if !ok {
		return redirect(c, w.base())
	}
	return s.stepPage(c, w, n, http.StatusOK, nil)
}

// stepPage draws step n; change adds what an answer to a form has to say.
func (s *Server) stepPage(c Ctx, w *wizard, n, status int, change func(*views.WizardStepPage)) error {
	g := w.steps[n-1]
	p := views.WizardStepPage{WizardFrame: s.frame(c, w, n), Title: g.Title, Intro: g.Intro, Instructions: g.Instructions, Next: w.path(n)}
	p.Path = w.path(n)
	for _, a := range g.Attributes {
		p.Attributes = append(p.Attributes, views.AttributeRow{Label: a.Label, Need: a.Need, Send: a.Send, Theirs: a.Theirs, Note: a.Note})
	}
	if err := s.stepPart(c, w, g, n, &p); err != nil {
		return err
	}
	if change != nil {
		change(&p)
	}
	return render(c, status, views.WizardStep(p))
}

// stepPart adds what the wizard does on a step of this kind.
func (s *Server) stepPart(c Ctx, w *wizard, g views.GuideStep, n int, p *views.WizardStepPage) error {
	switch g.Kind {
	case "app":
		w.appPart(p)
	case "mapping":
		p.Mapping = w.mappingForm(g)
	case "metadata":
		p.Next, p.Metadata = "", w.metadataForm(n, s)
	case "test":
		p.Next = ""
		return s.testPart(c, w, n, p)
	case "activate":
		p.Next, p.Activate = "", w.activatePanel()
	case "connect":
		p.Next = ""
		return s.connectPart(c, w, n, p)
	case "watch":
		p.Next = ""
		return s.watchPart(c, w, p)
	}
	return nil
}

// appPart asks which app is to be connected, where the guide knows several; what to do follows the answer.
func (w *wizard) appPart(p *views.WizardStepPage) {
	ways := w.guide.Part(w.kind()).Ways
	if len(ways) == 0 {
		return
	}
	p.Ways = &views.WayForm{Action: w.base() + "/way", Chosen: w.progress.Way, Ways: ways}
	if w.progress.Way == "" {
		p.Instructions, p.Next = nil, ""
	}
}

// POST /setup/:kind/way chooses one of the guide's ways.
func (s *Server) wizardWay(c Ctx) error {
	w, n, err := s.lookAt(c, "app")
	if err != nil {
		return err
	}
	way := field(c, "way")
	if !w.guide.Part(w.kind()).HasWay(way) {
		faults := views.FieldErrors{"way": "Choose one of the two."}
		return s.stepPage(c, w, n, http.StatusUnprocessableEntity, func(p *views.WizardStepPage) { p.Errors = faults })
	}
	err = s.DB.Update(c.Request().Context(), s.setupActor(c), func(tx *models.Tx) error { return models.ChooseWay(tx, w.kind(), way) })
	if err != nil {
		return err
	}
	return redirect(c, w.path(n))
}

// POST /setup/:kind/step/:n is "I have done this": the next step is reached.
func (s *Server) wizardNext(c Ctx) error {
	w, err := s.look(c)
	if err != nil {
		return err
	}
	n, ok := w.stepNumber(c)
	if !ok {
		return redirect(c, w.base())
	}
	return s.reach(c, w, n+1, nil)
}

// reach goes on to step n, in one commit with what fn writes.
func (s *Server) reach(c Ctx, w *wizard, n int, fn func(*models.Tx) error) error {
	n = min(n, len(w.steps))
	err := s.DB.Update(c.Request().Context(), s.setupActor(c), func(tx *models.Tx) error {
		if fn != nil {
			if err := fn(tx); err != nil {
				return err
			}
		}
		return models.ReachStep(tx, w.kind(), int64(n))
	})
	if err != nil {
		return err
	}
	return redirect(c, w.path(n))
}

// mappingForm takes the names under which the provider sends each attribute.
func (w *wizard) mappingForm(g views.GuideStep) *views.MappingForm {
	names := w.mapped()
	m := &views.MappingForm{Action: w.base() + "/mapping"}
	for _, a := range g.Attributes {
		m.Fields = append(m.Fields, views.MappingField{Field: a.Field, Label: a.Label, Value: names[a.Field], Usual: a.Send})
	}
	return m
}

func (w *wizard) mapped() map[string]string {
	if w.con != nil {
		return w.cs.MappedNames()
	}
	return w.dir.Fields()
}

// POST /setup/:kind/mapping keeps the names of the form; an empty one means the usual name.
func (s *Server) wizardMapping(c Ctx) error {
	w, n, err := s.lookAt(c, "mapping")
	if err != nil {
		return err
	}
	names := w.mapped()
	for _, a := range w.steps[n-1].Attributes {
		delete(names, a.Field)
		if v := field(c, "map_"+a.Field); v != "" {
			names[a.Field] = v
		}
	}
	err = s.DB.Update(c.Request().Context(), s.setupActor(c), func(tx *models.Tx) error {
		if w.con != nil {
			return models.SaveMapping(tx, w.con, names)
		}
		return models.SetDirectoryMapping(tx, w.dir, names, ReadProfile(names))
	})
	if faults, ok := fieldErrors(err); ok {
		return s.stepPage(c, w, n, http.StatusUnprocessableEntity, func(p *views.WizardStepPage) { p.Errors = faults })
	}
	if err != nil {
		return err
	}
	return redirect(c, w.path(n))
}

// lookAt reads the setup for the form of a kind of step; NotFound when the guide has none.
func (s *Server) lookAt(c Ctx, kind string) (*wizard, int, error) {
	w, err := s.look(c)
	if err != nil {
		return nil, 0, err
	}
	n := 1 + slices.IndexFunc(w.steps, func(g views.GuideStep) bool { return g.Kind == kind })
	if n == 0 {
		return nil, 0, &models.Error{Code: models.NotFound, Message: "This setup has no such step. Open it again from its link."}
	}
	return w, n, nil
}

// POST /setup/:kind/done ends the setup and with it the link (SPEC L1).
func (s *Server) wizardDone(c Ctx) error {
	w, err := s.look(c)
	if err != nil {
		return err
	}
	p := views.WizardDonePage{Page: s.setupPage(c, "Setup finished", w.org), OrgName: w.org.Name, Kind: w.kind(), Active: w.active()}
	if w.guide != nil {
		p.Provider = providerName(w.guide.Slug)
	}
	err = s.DB.Update(c.Request().Context(), s.setupActor(c), func(tx *models.Tx) error { return models.FinishSetupLink(tx, w.link) })
	if err != nil {
		return err
	}
	return render(c, http.StatusOK, views.WizardDone(p))
}

func (w *wizard) active() bool {
	if w.con != nil {
		return w.con.State == models.Active
	}
	return w.dir.State == models.Active
}
