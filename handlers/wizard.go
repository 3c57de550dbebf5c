package handlers

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"rollcall/models"
	"rollcall/views"
)

// wizard is one look at a setup: the guide's steps with this organization's values, and where the setup stands. Step 0
// is the choice of the provider, step n the guide's n-th; addresses count from 1.
type wizard struct {
	*setupOf
	guide   *views.Guide
	steps   []views.GuideStep
	plans   *models.Plans
	domains []models.Domain

	con  *models.Connection // sso
	cs   *models.ConnectionSettings
	test *models.SignIn    // the newest; nil: none
	dir  *models.Directory // scim
}

func (w *wizard) kind() string { return w.link.Kind }

func (w *wizard) base() string { return "/setup/" + w.kind() }

func (w *wizard) path(step int) string {
	if step == 0 {
		return w.base() + "/provider"
	}
	return w.base() + "/step/" + strconv.Itoa(step+1)
}

// look reads the setup of the request.
func (s *Server) look(c Ctx) (*wizard, error) {
	w := &wizard{setupOf: setupFrom(c)}
	return w, s.DB.View(c.Request().Context(), s.setupActor(c), func(tx *models.Tx) error { return w.load(tx, s) })
}

func (w *wizard) load(tx *models.Tx, s *Server) (err error) {
	if w.plans, err = models.OrganizationPlans(tx, w.org); err != nil {
		return err
	}
	if w.domains, err = models.ListDomains(tx); err != nil {
		return err
	}
	if w.kind() == models.KindSSO {
		err = w.loadConnection(tx)
	} else {
		w.dir, err = models.OrganizationDirectory(tx)
	}
	if err != nil {
		return err
	}
	if w.guide = views.GuideBySlug(w.progress.IDP); w.guide != nil {
		w.steps = w.guide.Steps(w.kind(), w.values(s))
	}
	return nil
}

func (w *wizard) loadConnection(tx *models.Tx) (err error) {
	if w.con, err = models.OrganizationConnection(tx); err != nil {
		return err
	}
	if w.cs, err = models.SettingsInWork(tx, w.con); err != nil {
		return err
	}
	w.test, err = models.LatestTest(tx, w.con)
	if models.IsNotFound(err) {
		w.test, err = nil, nil
	}
	return err
}

// values fill the guide's placeholders.
func (w *wizard) values(s *Server) map[string]string {
	v := map[string]string{
		"plans": strings.Join(w.plans.Names(), ", "), "default_plan": w.plans.Default.Name, "product": views.Page{Product: s.Product}.ProductName(),
		"domains": strings.Join(w.domainNames(nil), ", "),
	}
	if w.con != nil {
		acs := s.url(samlPath(w.con.ID, "acs"))
		v["acs_url"], v["acs_url_regex"] = acs, "^"+regexp.QuoteMeta(acs)+"$"
		v["metadata_url"] = s.url(samlPath(w.con.ID, "metadata"))
		v["entity_id"], v["start_url"] = v["metadata_url"], s.url(samlPath(w.con.ID, "start"))
	}
	if w.dir != nil {
		base := s.url("/scim/v2/" + w.dir.ID)
		v["base_url"], v["users_url"], v["groups_url"] = base, base+"/Users", base+"/Groups"
	}
	return v
}

// domainNames are the names of the domains that fit; nil takes all.
func (w *wizard) domainNames(fits func(models.Domain) bool) (names []string) {
	for _, d := range w.domains {
		if fits == nil || fits(d) {
			names = append(names, d.Name)
		}
	}
	return names
}

// frame is what every step has around it, with current as the step on the page.
func (s *Server) frame(c Ctx, w *wizard, current int) views.WizardFrame {
	f := views.WizardFrame{
		Page: s.setupPage(c, "Set up "+integrationWord(w.kind()), w.org), OrgName: w.org.Name, Kind: w.kind(),
		Until: instant(&w.link.ExpiresAt), Lasts: lasts(w.link.ExpiresAt.Sub(s.DB.Now())),
	}
	titles := []string{"Choose your provider"}
	for _, step := range w.steps {
		titles = append(titles, step.Title)
	}
	for i, title := range titles {
		n := views.WizardNav{Title: title, Current: i == current, Done: int64(i) < w.progress.Reached}
		if int64(i) <= w.progress.Reached {
			n.Path = w.path(i)
		}
		f.Steps = append(f.Steps, n)
	}
	if w.guide != nil {
		f.Provider, f.Help = w.guide.Name, "/help/"+w.guide.Slug
	}
	if current > 0 {
		f.BackPath, f.Change = w.path(current-1), w.path(0)
	}
	return f
}

// colleague says that somebody is at work on the same setup.
func colleague(p models.Progress, now time.Time) string {
	if p.SeenAt == nil {
		return ""
	}
	return "Somebody is at step " + strconv.FormatInt(p.Step+1, 10) + ", last seen " + ago(p.SeenAt, now) + ". You can go on together."
}

// GET /setup/:kind goes on where the setup stands.
func (s *Server) wizardHome(c Ctx) error {
	w, err := s.look(c)
	if err != nil {
		return err
	}
	if len(w.steps) == 0 {
		return redirect(c, w.path(0))
	}
	return redirect(c, w.path(min(max(1, int(w.progress.Step)), len(w.steps))))
}

// GET /setup/:kind/provider is the first step.
func (s *Server) wizardProvider(c Ctx) error { return s.providerPage(c, http.StatusOK, nil) }

func (s *Server) providerPage(c Ctx, status int, faults views.FieldErrors) error {
	w, err := s.look(c)
	if err != nil {
		return err
	}
	p := views.WizardProviderPage{WizardFrame: s.frame(c, w, 0), Action: w.path(0)}
	p.Errors = faults
	for _, g := range views.Guides() {
		why := g.NoSSO
		if w.kind() == models.KindSCIM {
			why = g.NoSCIM
		}
		if g.Part(w.kind()) != nil {
			why = ""
		} else if strings.HasPrefix(g.Slug, "custom-") {
			continue // the general way of the other integration
		}
		p.Providers = append(p.Providers, views.ProviderChoice{Slug: g.Slug, Name: g.Name, Why: why, Chosen: g.Slug == w.progress.IDP})
	}
	return render(c, status, views.WizardProvider(p))
}

// POST /setup/:kind/provider chooses the guide. What was entered for another one is kept.
func (s *Server) wizardProviderChoose(c Ctx) error {
	f := setupFrom(c)
	g := views.GuideBySlug(field(c, "idp"))
	fault := ""
	switch {
	case g == nil:
		fault = "Choose one of the providers, or the general way."
	case g.Part(f.link.Kind) == nil && f.link.Kind == models.KindSCIM:
		fault = g.NoSCIM
	case g.Part(f.link.Kind) == nil:
		fault = g.NoSSO
	}
	if fault != "" {
		return s.providerPage(c, http.StatusUnprocessableEntity, views.FieldErrors{"idp": fault})
	}
	err := s.DB.Update(c.Request().Context(), s.setupActor(c), func(tx *models.Tx) error {
		if err := models.ChooseProvider(tx, f.link.Kind, g.Slug); err != nil {
			return err
		}
		return models.ReachStep(tx, f.link.Kind, 1)
	})
	if err != nil {
		return err
	}
	return redirect(c, "/setup/"+f.link.Kind+"/step/2")
}

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
		p.Provider = w.guide.Name
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
