package handlers

import (
	"net/http"
	"strconv"

	"rollcall/models"
	"rollcall/views"
)

const directoryPath = "/organization/sso/directory"

// heldRows is how many held members the directory's page lists.
const heldRows = 20

func (s *Server) directoryRoutes(p page) {
	p.Get("/sso/directory", s.orgDirectory)
	p.Post("/sso/directory/tokens", s.orgTokenNew)
	p.Post("/sso/directory/tokens/:id/end", s.orgTokenEnd)
	p.Post("/sso/directory/switches", s.orgDirectorySwitches)
	p.Get("/sso/requests", s.orgRequests)
	p.Get("/sso/requests/:id", s.orgRequest)
}

// directoryData is all that the directory's page shows.
type directoryData struct {
	ssoData
	tokens    []models.DirectoryToken
	held      []models.Member
	heldTotal int64
	groups    int64
}

func (d *directoryData) read(tx *models.Tx) (err error) {
	d.now = tx.Now
	if d.org, err = models.FindOrganization(tx); err != nil {
		return err
	}
	if d.domains, err = models.ListDomains(tx); err != nil {
		return err
	}
	if d.scim, err = models.FindDirectoryStatus(tx, d.org); err != nil {
		return err
	}
	people := []string{d.scim.DeactivatedBy}
	if d.scim.Link != nil {
		people = append(people, d.scim.Link.CreatedBy)
	}
	if d.scim.Directory != nil {
		if d.tokens, err = models.ListDirectoryTokens(tx, d.scim.Directory); err != nil {
			return err
		}
		for _, t := range d.tokens {
			people = append(people, t.CreatedBy)
		}
	}
	q := models.MemberQuery{Status: models.MemberHeld, Limit: heldRows}
	if d.held, err = models.ListMembers(tx, q); err != nil {
		return err
	}
	if d.heldTotal, err = models.CountMembers(tx, q); err != nil {
		return err
	}
	if d.groups, err = models.CountGroups(tx); err != nil {
		return err
	}
	d.labels, err = models.Labels(tx, people)
	return err
}

// GET /organization/sso/directory is Directory Sync in detail.
func (s *Server) orgDirectory(c Ctx) error { return s.drawDirectory(c, http.StatusOK, "") }

// drawDirectory draws it; newToken is shown this once.
func (s *Server) drawDirectory(c Ctx, status int, newToken string) error {
	var d directoryData
	if err := s.view(c, d.read); err != nil {
		return err
	}
	p := views.OrgDirectoryPage{
		Page: s.page(c, "Directory Sync"), Directory: d.scimCard(), NewToken: newToken, TokenFull: len(d.tokens) >= 2,
		GuestsOff: "Only the service’s staff can allow people from outside your domains.", HeldTotal: int(d.heldTotal), HeldPath: membersPath + "?state=held",
	}
	p.Path = directoryPath
	if dir := d.scim.Directory; dir != nil {
		p.BaseURL, p.Strict, p.Guests = s.url("/scim/v2/"+dir.ID), dir.Strict, dir.AllowGuests
		p.Facts = []views.Fact{
			{Label: "First request", Value: ago(dir.FirstRequestAt, d.now)}, {Label: "Last request", Value: ago(dir.LastRequestAt, d.now)},
			{Label: "People", Value: strconv.FormatInt(d.scim.Users, 10)}, {Label: "Groups", Value: strconv.FormatInt(d.groups, 10)},
		}
		for name, path := range dir.Fields() {
			p.Mapping = append(p.Mapping, views.Fact{Label: name, Value: path})
		}
	}
	for i := range d.tokens {
		t := &d.tokens[i]
		row := views.TokenRow{ID: t.ID, Last4: t.LastFour, By: d.who(t.CreatedBy), At: instant(&t.CreatedAt)}
		if t.LastUsedAt != nil {
			row.LastUsed = instant(t.LastUsedAt)
		}
		p.Tokens = append(p.Tokens, row)
	}
	for i := range d.held {
		m := &d.held[i]
		p.Held = append(p.Held, views.HeldRow{Path: membersPath + "/" + m.ID, Name: m.FullName(), Email: m.Email, Holds: m.Holds()})
	}
	return render(c, status, views.OrgDirectory(p))
}

// withDirectory runs fn on the organization's directory, if Directory Sync is bought, in one unit of work.
func (s *Server) withDirectory(c Ctx, fn func(*models.Tx, *models.Directory) error) error {
	return s.update(c, func(tx *models.Tx) error {
		if !viewerOf(c).Org.SCIMBought {
			return &models.Error{Code: models.PaymentRequired, Message: "Directory Sync is not included in what your organization has bought."}
		}
		d, err := models.OrganizationDirectory(tx)
		if err != nil {
			return err
		}
		return fn(tx, d)
	})
}

// POST /organization/sso/directory/tokens makes a token, which is in this answer only (SPEC T1).
func (s *Server) orgTokenNew(c Ctx) error {
	token := ""
	err := s.withDirectory(c, func(tx *models.Tx, d *models.Directory) (err error) {
		token, _, err = models.CreateDirectoryToken(tx, d)
		return err
	})
	if faults, ok := fieldErrors(err); ok {
		s.flash(c, views.Notice{Kind: "warn", Text: firstOf(faults)})
		return redirect(c, directoryPath)
	}
	if err != nil {
		return err
	}
	return s.drawDirectory(c, http.StatusOK, token)
}

// POST /organization/sso/directory/tokens/<id>/end ends a token at once.
func (s *Server) orgTokenEnd(c Ctx) error {
	err := s.withDirectory(c, func(tx *models.Tx, d *models.Directory) error { return models.EndDirectoryToken(tx, d, c.Param("id")) })
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: "The token is ended. Requests with it are refused from now on."})
	return redirect(c, directoryPath)
}

// POST /organization/sso/directory/switches sets the strict switch; guests are the staff's to allow (SPEC P6).
func (s *Server) orgDirectorySwitches(c Ctx) error {
	err := s.withDirectory(c, func(tx *models.Tx, d *models.Directory) error {
		return models.SetDirectoryRules(tx, d, ticked(c, "strict"), d.AllowGuests)
	})
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: "Saved."})
	return redirect(c, directoryPath)
}
