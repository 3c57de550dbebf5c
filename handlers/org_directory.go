package handlers

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"rollcall/models"
	"rollcall/views"
)

const directoryPath = "/organization/sso/directory"

const (
	heldRows     = 20                  // held members that the directory's page lists, and each reason on the page of all
	tokenWarning = 20 * 24 * time.Hour // before the end of a token
	refusedSince = 24 * time.Hour      // how long the directory's page shows requests with a wrong token
)

func (s *Server) directoryRoutes(p page) {
	p.Get("/sso/directory", s.orgDirectory)
	p.Post("/sso/directory/tokens", s.orgTokenNew)
	p.Post("/sso/directory/tokens/:id/end", s.orgTokenEnd)
	p.Post("/sso/directory/switches", s.orgDirectorySwitches)
	p.Get("/sso/held", s.orgHeld)
	p.Get("/sso/requests", s.orgRequests)
	p.Get("/sso/requests/:id", s.orgRequest)
}

// directoryData is all that the directory's page shows.
type directoryData struct {
	ssoData
	tokens    []models.DirectoryToken
	refusals  []models.SCIMRefusal
	held      []models.Member
	heldTotal int64
	groups    int64
	left      []models.Group
	leftSizes map[string]int64
	silent    []string // mapped names under which nobody has a value
}

func (d *directoryData) read(tx *models.Tx) (err error) {
	d.now = tx.Now
	if d.org, err = models.FindOrganization(tx); err != nil {
		return err
	}
	if d.plans, err = models.OrganizationPlans(tx, d.org); err != nil {
		return err
	}
	if d.domains, err = models.ListDomains(tx); err != nil {
		return err
	}
	if d.scim, err = models.FindDirectoryStatus(tx, d.org); err != nil {
		return err
	}
	if err := d.readTokens(tx); err != nil {
		return err
	}
	if d.byPlan, err = models.CountByPlan(tx); err != nil {
		return err
	}
	if d.days, err = models.ExchangesPerDay(tx, chartDays); err != nil {
		return err
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
	if d.left, err = models.ListGroupsLeft(tx); err != nil || len(d.left) == 0 {
		return err
	}
	d.leftSizes, err = models.CountGroupMembers(tx)
	return err
}

// readTokens reads the tokens, what came with others, and the names of those who made them.
func (d *directoryData) readTokens(tx *models.Tx) (err error) {
	people := []string{d.scim.DeactivatedBy}
	if d.scim.Link != nil {
		people = append(people, d.scim.Link.CreatedBy)
	}
	if d.scim.Directory != nil {
		if d.silent, err = models.SilentFields(tx, d.scim.Directory); err != nil {
			return err
		}
		if d.tokens, err = models.ListDirectoryTokens(tx, d.scim.Directory); err != nil {
			return err
		}
		if d.refusals, err = models.ListRefusals(tx, d.now.Add(-refusedSince)); err != nil {
			return err
		}
	}
	for _, t := range d.tokens {
		people = append(people, t.CreatedBy)
	}
	d.labels, err = models.Labels(tx, people)
	return err
}

// GET /organization/sso/directory is Directory Sync in detail.
func (s *Server) orgDirectory(c Ctx) error { return s.drawDirectory(c, http.StatusOK, nil) }

func (s *Server) drawDirectory(c Ctx, status int, change func(*models.Directory, *views.OrgDirectoryPage)) error {
	var d directoryData
	if err := s.view(c, d.read); err != nil {
		return err
	}
	p := views.OrgDirectoryPage{
		Page: s.page(c, "Directory Sync"), Directory: d.scimCard(), TokenFull: models.LiveTokens(d.tokens, d.now) >= 2,
		GuestsOff: "Only the service’s staff can allow people from outside your domains.", HeldTotal: int(d.heldTotal), HeldPath: heldPath,
	}
	p.Path = directoryPath
	if dir := d.scim.Directory; dir != nil {
		p.BaseURL, p.Strict, p.Guests = s.url("/scim/v2/"+dir.ID), dir.Strict, dir.AllowGuests
		p.Seen = strictForm(dir).seen()
		d.fill(&p, dir)
	}
	if change != nil {
		change(d.scim.Directory, &p)
	}
	return render(c, status, views.OrgDirectory(p))
}

// fill puts in what a directory has as soon as there is one.
func (d *directoryData) fill(p *views.OrgDirectoryPage, dir *models.Directory) {
	p.Facts = []views.Fact{
		{Label: "First request", Value: ago(dir.FirstRequestAt, d.now)}, {Label: "Last request", Value: ago(dir.LastRequestAt, d.now)},
		{Label: "People", Value: strconv.FormatInt(d.scim.Users, 10)}, {Label: "Groups", Value: strconv.FormatInt(d.groups, 10)},
	}
	fields := dir.Fields()
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		f := views.Fact{Label: name, Value: fields[name]}
		if slices.Contains(d.silent, name) && d.scim.Users > 0 {
			f.Kind, f.Value = "warn", f.Value+": nobody has arrived with a value there. Is it written as your identity provider sends it?"
		}
		p.Mapping = append(p.Mapping, f)
	}
	for _, r := range d.refusals {
		if dir.LastRequestAt == nil || r.LastAt.After(*dir.LastRequestAt) { // else a later request was let in
			p.Refusals = append(p.Refusals, refusalRow(&r, dir.IDP, d.now))
		}
	}
	if dir.LastRequestAt != nil {
		p.Chart = &views.BarChart{ID: "activity", Title: "Directory requests per day, last 14 days", Noun: "requests", Bars: bars(d.days)}
		p.Plans = planChart(d.plans, d.byPlan)
	}
	for i := range d.tokens {
		p.Tokens = append(p.Tokens, d.tokenRow(&d.tokens[i]))
	}
	for i := range d.held {
		p.Held = append(p.Held, heldRow(&d.held[i]))
	}
	for _, g := range d.left {
		p.GroupsLeft = append(p.GroupsLeft, groupRow(g, d.leftSizes[g.ID], d.plans, ""))
	}
}

func (d *directoryData) tokenRow(t *models.DirectoryToken) views.TokenRow {
	row := views.TokenRow{ID: t.ID, Last4: t.LastFour, By: d.who(t.CreatedBy), At: instant(&t.CreatedAt)}
	if t.LastUsedAt != nil {
		row.LastUsed = instant(t.LastUsedAt)
	}
	if t.ExpiresAt == nil {
		return row
	}
	row.Expires, row.Expired = instant(t.ExpiresAt), !t.Live(d.now)
	if left := t.ExpiresAt.Sub(d.now); left < tokenWarning {
		row.Warning = "It ends in " + lasts(left) + ", on " + day(t.ExpiresAt) + ". Make a second token, enter it in your identity provider, then end this one."
	}
	return row
}

// refusalRow says what came with a wrong token or to a wrong address.
func refusalRow(r *models.SCIMRefusal, slug string, now time.Time) views.Refusal {
	what := map[string]string{
		models.RefusedNoToken: " came without a token", models.RefusedUnknown: " came with a token that is not one of yours",
		models.RefusedEnded: " came with a token that has ended", models.RefusedAddress: " came with your token, but to an address that is not your directory’s",
	}[r.Kind]
	if r.LastFour != "" {
		what += " (its last characters are `" + r.LastFour + "`)"
	}
	when := ", " + ago(&r.LastAt, now) + "."
	if r.Hits > 1 {
		when = ", the last " + ago(&r.LastAt, now) + "."
	}
	return views.Refusal{Text: count(r.Hits, "request", "requests") + what + when, Fix: views.RefusalFix(r.Kind, slug)}
}

// withDirectory runs fn on the organization's directory, if Directory Sync is bought, in one unit of work.
func (s *Server) withDirectory(c Ctx, fn func(*models.Tx, *models.Directory) error) error {
	return s.update(c, func(tx *models.Tx) error {
		if !viewerOf(c).Org.SCIMBought {
			return &models.Error{Code: models.PaymentRequired, Message: "Directory Sync is not included in what your organization has bought."}
		}
		if _, err := models.FindOrganizationForUpdate(tx); err != nil {
			return err
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
	days, err := strconv.ParseInt(field(c, "days"), 10, 64)
	if field(c, "days") == "" {
		days = 0
	} else if err != nil {
		days = -1 // refused below, in words
	}
	err = s.withDirectory(c, func(tx *models.Tx, d *models.Directory) (err error) {
		token, _, err = models.CreateDirectoryToken(tx, d, days)
		return err
	})
	if faults, ok := fieldErrors(err); ok {
		s.flash(c, views.Notice{Kind: "warn", Text: firstOf(faults)})
		return redirect(c, directoryPath)
	}
	if err != nil {
		return err
	}
	return s.drawDirectory(c, http.StatusOK, func(_ *models.Directory, p *views.OrgDirectoryPage) { p.NewToken = token }) // this once
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

func strictForm(d *models.Directory) form {
	return form{switchValue("strict", "Refuse instead of holding", d.Strict)}
}

// POST /organization/sso/directory/switches sets the strict switch; guests are the staff's to allow (SPEC P6).
func (s *Server) orgDirectorySwitches(c Ctx) error {
	err := s.withDirectory(c, func(tx *models.Tx, d *models.Directory) error {
		if err := strictForm(d).check(c); err != nil {
			return err
		}
		return models.SetDirectoryRules(tx, d, ticked(c, "strict"), d.AllowGuests)
	})
	if models.IsStale(err) {
		return s.drawDirectory(c, http.StatusConflict, func(d *models.Directory, p *views.OrgDirectoryPage) {
			p.Seen, p.Strict = strictForm(d).again(c, err, s.lastChange(c, "directory.rules_changed")), ticked(c, "strict")
		})
	}
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: "Saved."})
	return redirect(c, directoryPath)
}
