package handlers

import (
	"net/http"
	"slices"
	"strconv"

	"rollcall/models"
	"rollcall/views"
)

const (
	leaversPath = "/organization/sso/leavers"
	reviewPath  = "/organization/sso/review"
	reviewRows  = 50 // people that each list of the review shows
)

func (s *Server) leaversRoutes(p page) {
	p.Get("/sso/leavers", s.orgLeavers)
	p.Post("/sso/leavers/release", s.orgLeaversAll(models.ReleaseLeaver, "carried out"))
	p.Post("/sso/leavers/undo", s.orgLeaversAll(models.RestoreMember, "undone"))
	p.Post("/sso/leavers/guard", s.orgLeaverGuard)
	p.Post("/sso/leavers/:id/release", s.orgLeaver(models.ReleaseLeaver, "The removal is carried out."))
	p.Post("/sso/leavers/:id/undo", s.orgLeaver(models.RestoreMember, "The removal is undone: the person is an active member again."))
	p.Get("/sso/review", s.orgReview)
	p.Post("/sso/review", s.orgReviewSwitch)
}

// GET /organization/sso/leavers is the queue of removals (SPEC P12).
func (s *Server) orgLeavers(c Ctx) error { return s.drawLeavers(c, http.StatusOK, nil) }

func (s *Server) drawLeavers(c Ctx, status int, change func(*models.Organization, *views.OrgLeaversPage)) error {
	var (
		o     *models.Organization
		plans *models.Plans
		rows  []models.Member
		total int64
	)
	q := models.MemberQuery{Status: models.MemberLeaving, Offset: (pageNumber(c) - 1) * rowsPerPage, Limit: rowsPerPage}
	err := s.view(c, func(tx *models.Tx) (err error) {
		if o, err = models.FindOrganization(tx); err != nil {
			return err
		}
		if plans, err = models.OrganizationPlans(tx, o); err != nil {
			return err
		}
		if rows, err = models.ListMembers(tx, q); err != nil {
			return err
		}
		total, err = models.CountMembers(tx, q)
		return err
	})
	if err != nil {
		return err
	}
	p := views.OrgLeaversPage{
		Page: s.page(c, "Removals that wait"), Total: int(total), Policy: deprovisionTexts[o.Deprovision], Pager: pages(c, leaversPath, total),
		Floor: strconv.FormatInt(o.LeaverFloor, 10), Percent: strconv.FormatInt(o.LeaverPercent, 10), Seen: guardForm(o).seen(),
	}
	p.Path = directoryPath
	for i := range rows {
		m := &rows[i]
		p.Rows = append(p.Rows, views.LeaverRow{
			ID: m.ID, Path: membersPath + "/" + m.ID, Name: m.FullName(), Email: m.Email, Plan: planOfMember(plans, m), Left: instant(m.DeactivatedAt), Due: instant(m.DueAt),
		})
	}
	if change != nil {
		change(o, &p)
	}
	return render(c, status, views.OrgLeavers(p))
}

// guardForm is the form of how many people may leave within an hour.
func guardForm(o *models.Organization) form {
	return form{
		{name: "floor", label: "People", now: strconv.FormatInt(o.LeaverFloor, 10)},
		{name: "percent", label: "Percent of the active members", now: strconv.FormatInt(o.LeaverPercent, 10)},
	}
}

// orgLeaver is the handler of a button in the queue. Somebody may have been faster.
func (s *Server) orgLeaver(act func(*models.Tx, string) error, done string) func(Ctx) error {
	return func(c Ctx) error {
		err := s.update(c, func(tx *models.Tx) error { return act(tx, c.Param("id")) })
		return s.afterLeavers(c, err, done)
	}
}

func (s *Server) orgLeaversAll(act func(*models.Tx, string) error, word string) func(Ctx) error {
	return func(c Ctx) error {
		n := 0
		err := s.update(c, func(tx *models.Tx) (err error) {
			n, err = models.AllLeavers(tx, act)
			return err
		})
		return s.afterLeavers(c, err, count(int64(n), "removal is ", "removals are ")+word+".")
	}
}

func (s *Server) afterLeavers(c Ctx, err error, done string) error {
	n := views.Notice{Kind: "ok", Text: done}
	if faults, ok := fieldErrors(err); ok {
		n = views.Notice{Kind: "warn", Text: firstOf(faults)}
	} else if err != nil {
		return err
	}
	s.flash(c, n)
	return redirect(c, leaversPath)
}

// POST /organization/sso/leavers/guard sets how many people may leave within an hour.
func (s *Server) orgLeaverGuard(c Ctx) error {
	read := func(name string) int64 {
		n, err := strconv.ParseInt(field(c, name), 10, 64)
		if err != nil {
			return -1 // refused by name
		}
		return n
	}
	err := s.update(c, func(tx *models.Tx) error {
		o, err := models.FindOrganizationForUpdate(tx)
		if err != nil {
			return err
		}
		if err := guardForm(o).check(c); err != nil {
			return err
		}
		return models.SetLeaverGuard(tx, read("floor"), read("percent"))
	})
	if faults, ok := fieldErrors(err); ok {
		return s.drawLeavers(c, conflictStatus(err), func(o *models.Organization, p *views.OrgLeaversPage) {
			p.Seen, p.Floor, p.Percent = guardForm(o).again(c, err, s.lastChange(c, "organization.leaver_guard_changed")), field(c, "floor"), field(c, "percent")
			if p.Seen.Conflict == nil {
				p.Errors = faults
			}
		})
	}
	return s.afterLeavers(c, err, "Saved.")
}

// GET /organization/sso/review is what the first sync would do (SPEC P13).
func (s *Server) orgReview(c Ctx) error {
	var (
		d *models.Directory
		r *models.Review
	)
	err := s.view(c, func(tx *models.Tx) (err error) {
		if d, err = models.OrganizationDirectory(tx); err != nil || !d.Review {
			return err
		}
		r, err = models.FindReview(tx, d, reviewRows)
		return err
	})
	if models.CodeOf(err) == models.NotFound {
		return redirect(c, directoryPath)
	}
	if err != nil {
		return err
	}
	p := views.OrgReviewPage{Page: s.page(c, "Review of the first sync"), On: d.Review}
	p.Path = directoryPath
	if r != nil {
		fillReview(&p, r)
	}
	return render(c, http.StatusOK, views.OrgReview(p))
}

func fillReview(p *views.OrgReviewPage, r *models.Review) {
	number := func(label string, n int64) {
		p.Counts = append(p.Counts, views.Fact{Label: label, Value: strconv.FormatInt(n, 10)})
	}
	number("New", r.New)
	number("Taken over, plan kept", r.TakenOver)
	for _, reason := range []string{models.OutsideDomain, models.MissingCountry, models.MissingEmail, models.MissingFirstName, models.MissingLastName, models.AccountElsewhere, models.EmailInUse} {
		if r.Held[reason] > 0 {
			number("On hold: "+views.HoldLine([]string{reason}), r.Held[reason])
		}
	}
	if r.Removed > 0 {
		number("Removed, because the directory calls them inactive", r.Removed)
	}
	number("Members whom the directory did not send; they stay", r.Unsent)
	for i := range r.People {
		m := &r.People[i]
		holds := slices.DeleteFunc(m.Holds(), func(h string) bool { return h == models.InReview })
		if len(holds) == 0 {
			holds = []string{"Becomes a member"}
		}
		p.People = append(p.People, views.HeldRow{Path: membersPath + "/" + m.ID, Name: m.FullName(), Email: m.Email, Holds: holds})
	}
	for _, u := range r.Known {
		what := "Taken over by the directory, plan kept"
		if !u.Active {
			what = "Removed"
		}
		p.Known = append(p.Known, views.HeldRow{Path: membersPath + "/" + u.MemberID, Name: u.FirstName + " " + u.LastName, Email: u.Email, Holds: []string{what}})
	}
}

// POST /organization/sso/review switches the review on, or applies what has waited.
func (s *Server) orgReviewSwitch(c Ctx) error {
	on := ticked(c, "on")
	err := s.withDirectory(c, func(tx *models.Tx, d *models.Directory) error { return models.SetDirectoryReview(tx, d, on) })
	if err != nil {
		return err
	}
	text := "Applied. From now on your directory’s changes arrive at once."
	if on {
		text = "The review is on. People who come in from your directory wait here."
	}
	s.flash(c, views.Notice{Kind: "ok", Text: text})
	return redirect(c, reviewPath)
}
