package handlers

import (
	"net/http"
	"regexp"
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
		w.progress.Reached = max(w.progress.Reached, 1) // the command may have chosen the provider
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
		"way":   w.progress.Way,
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
	titles, steps := []string{"Choose your provider"}, w.steps
	if w.guide == nil { // the usual steps; the provider's own follow its choice
		steps = views.GuideBySlug(map[string]string{models.KindSSO: "custom-saml", models.KindSCIM: "custom-scim"}[w.kind()]).Steps(w.kind(), w.values(s))
	}
	for _, step := range steps {
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
		f.Provider, f.Help = providerName(w.guide.Slug), "/help/"+w.guide.Slug
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
	p := views.WizardProviderPage{WizardFrame: s.frame(c, w, 0), Action: w.path(0), Search: field(c, "q")}
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
		if !g.Matches(p.Search) {
			continue
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
