package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"rollcall/models"
	"rollcall/views"
)

func (s *Server) setupRoutes(p page) {
	p.Get("/s/:token", s.setupLanding)
	p.Post("/s/:token", s.setupStart)
	w := page{p.Group.Group("/setup/:kind", s.requireSetup)}
	w.Get("", s.wizardHome)
	w.Get("/provider", s.wizardProvider)
	w.Post("/provider", s.wizardProviderChoose)
	w.Post("/way", s.wizardWay)
	w.Get("/step/:n", s.wizardStep)
	w.Post("/step/:n", s.wizardNext)
	w.Post("/mapping", s.wizardMapping)
	w.Post("/metadata", s.wizardMetadata)
	w.Post("/metadata/keep", s.wizardMetadataKeep)
	w.Post("/test", s.wizardTest)
	w.Post("/test/cancel", s.wizardTestCancel)
	w.GET("/events", s.wizardEvents)
	w.Post("/activate", s.wizardActivate)
	w.Post("/token", s.wizardToken)
	w.Post("/done", s.wizardDone)
}

// setupOf is a setup link of any state with what its pages say about it.
type setupOf struct {
	link     *models.SetupLink
	org      *models.Organization
	session  *models.Session // behind the cookie; nil on the landing page
	asker    string          // who made the link: a name, else an address
	progress models.Progress
}

// find reads the link behind a token; the row tells the organization.
func (f *setupOf) find(tx *models.Tx, token string) (err error) {
	if f.link, err = models.FindSetupLink(tx, token); err != nil {
		return err
	}
	return f.read(tx.In(f.link.OrganizationID))
}

func (f *setupOf) read(in *models.Tx) (err error) {
	if f.org, err = models.FindOrganization(in); err != nil {
		return err
	}
	a, err := models.FindAccount(in, f.link.CreatedBy)
	switch {
	case err == nil:
		if f.asker = a.Name; f.asker == "" {
			f.asker = a.Email
		}
	case models.IsNotFound(err): // the command and operators have no account
		f.asker = f.org.Name
	default:
		return err
	}
	f.progress, err = models.SetupProgress(in, f.link.Kind)
	if models.IsNotFound(err) {
		err = nil
	}
	return err
}

// GET /s/:token shows what the link is for and uses nothing up: mail scanners open it too (SPEC L2).
func (s *Server) setupLanding(c Ctx) error {
	if err := s.limited(c, "setup", ""); err != nil {
		return err
	}
	var f setupOf
	look := func(tx *models.Tx) error { return f.find(tx, c.Param("token")) }
	by := s.actor(c, models.ActorPublic, "", "")
	err := s.DB.View(c.Request().Context(), by, look)
	if err == nil && f.link.OpenedAt == nil && f.link.Live(s.DB.Now()) && c.Request().Method == http.MethodGet {
		err = s.DB.Update(c.Request().Context(), by.In(f.org.ID), func(tx *models.Tx) error { return models.OpenSetupLink(tx, f.link) })
	}
	switch {
	case models.IsNotFound(err):
		return s.badLink(c, nil)
	case err != nil:
		return err
	case !f.link.Live(s.DB.Now()):
		return s.badLink(c, &f)
	}
	return render(c, http.StatusOK, views.SetupLanding(views.SetupLandingPage{
		Page: s.setupPage(c, "Set up "+integrationWord(f.link.Kind), f.org), OrgName: f.org.Name, Kind: f.link.Kind, AskedBy: f.asker,
		Until: instant(&f.link.ExpiresAt), Lasts: lasts(f.link.ExpiresAt.Sub(s.DB.Now())), Action: c.Request().URL.Path,
		Seen: colleague(f.progress, s.DB.Now()),
	}))
}

// POST /s/:token exchanges the link for a narrow cookie; the token is in no later address.
func (s *Server) setupStart(c Ctx) error {
	if err := s.limited(c, "setup", ""); err != nil {
		return err
	}
	sess, err := s.sessions.Get(c.Request(), cookieSetup)
	if err != nil {
		return err
	}
	var f setupOf
	var token string
	by := s.actor(c, models.ActorSetup, "", "")
	err = s.DB.Update(c.Request().Context(), by, func(tx *models.Tx) error {
		if err := f.find(tx, c.Param("token")); err != nil {
			return err
		}
		inside := by.In(f.org.ID)
		inside.ID = f.link.ID
		token, err = models.StartSetup(tx.As(inside), f.link, rowOf(sess))
		return err
	})
	switch {
	case models.IsNotFound(err):
		return s.badLink(c, nil)
	case models.CodeOf(err) == models.Gone:
		return s.badLink(c, &f)
	case err != nil:
		return err
	}
	if err := s.setSession(c, cookieSetup, token); err != nil {
		return err
	}
	return redirect(c, "/setup/"+f.link.Kind)
}

// badLink is the page of a link that does not work: what happened and whom to ask. Of an unknown one nothing is said.
func (s *Server) badLink(c Ctx, f *setupOf) error {
	if f == nil {
		return render(c, http.StatusNotFound, views.SetupEnded(views.SetupEndedPage{Page: s.page(c, "Setup link"), State: "unknown"}))
	}
	when := f.link.EndedAt
	if when == nil {
		when = &f.link.ExpiresAt
	}
	return render(c, http.StatusGone, views.SetupEnded(views.SetupEndedPage{
		Page: s.setupPage(c, "Setup link", f.org), State: f.link.State(s.DB.Now()), Kind: f.link.Kind, OrgName: f.org.Name,
		AskedBy: f.asker, When: instant(when),
	}))
}

// setupPage is a page of the setup: of the link's organization, whoever may be signed in beside it.
func (s *Server) setupPage(c Ctx, title string, o *models.Organization) views.Page {
	p := s.page(c, title)
	p.Viewer, p.Orgs = nil, nil
	p.Org = &views.OrgRef{ID: o.ID, Name: o.Name, Slug: o.Slug}
	return p
}

// requireSetup lets on who has started the setup of this kind; the link's row is looked at on each request (SPEC L2).
func (s *Server) requireSetup(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c Ctx) error {
		sess, err := s.sessions.Get(c.Request(), cookieSetup)
		if err != nil {
			return err
		}
		row := rowOf(sess)
		if row == nil {
			return s.badLink(c, nil)
		}
		f := setupOf{session: row}
		by := s.actor(c, models.ActorSetup, "", row.OrganizationID)
		err = s.DB.View(c.Request().Context(), by, func(tx *models.Tx) (err error) {
			if f.link, err = models.FindSetup(tx, row, c.Param("kind")); err != nil {
				return err
			}
			return f.read(tx)
		})
		switch {
		case models.IsNotFound(err):
			return s.badLink(c, nil)
		case err != nil:
			return err
		case !f.link.Live(s.DB.Now()):
			return s.badLink(c, &f)
		}
		if c.Request().Method == http.MethodPost {
			if err := parseForm(c); err != nil {
				return err
			}
			if org := c.FormValue("organization"); org != "" && org != f.org.ID {
				return staleSetup
			}
		}
		c.Set(setupKey, &f)
		return next(c)
	}
}

// staleSetup is the answer to a form of another organization's setup: an old tab (SPEC I5).
var staleSetup = &models.Error{Code: models.Conflict, Message: "This page belongs to another setup that was open in this browser. Nothing was changed. Open that setup's link again."}

const setupKey = "setup"

func setupFrom(c Ctx) *setupOf { return c.Get(setupKey).(*setupOf) }

// setupActor is who acts through the link.
func (s *Server) setupActor(c Ctx) models.Actor {
	f := setupFrom(c)
	return s.actor(c, models.ActorSetup, f.link.ID, f.org.ID)
}

func integrationWord(kind string) string {
	if kind == models.KindSCIM {
		return "Directory Sync"
	}
	return "Single Sign-On"
}
