package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"rollcall/views"
)

// GET /help lists the guides for everybody.
func (s *Server) help(c Ctx) error {
	p := views.HelpPage{Page: s.page(c, "Setup guides")}
	for _, g := range views.Guides() {
		p.Guides = append(p.Guides, views.HelpEntry{Slug: g.Slug, Name: g.Name, CheckedOn: g.CheckedOn, SSO: g.SSO != nil, SCIM: g.SCIM != nil})
	}
	return render(c, http.StatusOK, views.Help(p))
}

// GET /help/<slug> is one guide without an organization's values (SPEC L7).
func (s *Server) helpGuide(c Ctx) error {
	g := views.GuideBySlug(c.Param("slug"))
	if g == nil {
		return echo.ErrNotFound
	}
	p := views.HelpGuidePage{Page: s.page(c, g.Name), Name: g.Name, CheckedOn: g.CheckedOn, Sources: g.Sources}
	for _, kind := range []struct{ kind, without string }{{"sso", g.NoSSO}, {"scim", g.NoSCIM}} {
		part := views.HelpPart{Kind: kind.kind, Without: kind.without, Steps: g.Steps(kind.kind, nil)}
		if own := g.Part(kind.kind); own != nil {
			part.Needs = own.Needs
		}
		if part.Without != "" || len(part.Steps) > 0 {
			p.Parts = append(p.Parts, part)
		}
	}
	return render(c, http.StatusOK, views.HelpGuide(p))
}
