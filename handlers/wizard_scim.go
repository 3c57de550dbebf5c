package handlers

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"rollcall/models"
	"rollcall/views"
)

const (
	arrivedShown = 50        // how many people and groups the last step lists
	failureShown = time.Hour // how long the last step shows what went wrong
)

// connectPart shows the base URL and the tokens that were made; a token itself only on the answer that made it.
func (s *Server) connectPart(c Ctx, w *wizard, n int, p *views.WizardStepPage) error {
	k := &views.ConnectPanel{Make: w.base() + "/token"}
	p.Connect = k
	return s.DB.View(c.Request().Context(), s.setupActor(c), func(tx *models.Tx) error {
		tokens, err := models.ListDirectoryTokens(tx, w.dir)
		for _, t := range tokens {
			f := views.TokenFact{Last4: t.LastFour, Made: instant(&t.CreatedAt)}
			if t.LastUsedAt != nil {
				f.Used = instant(t.LastUsedAt)
			}
			k.Tokens = append(k.Tokens, f)
		}
		if len(tokens) > 0 {
			k.Next = w.path(n)
		}
		return err
	})
}

// POST /setup/scim/token makes a token and shows it this once (SPEC L5, T1).
func (s *Server) wizardToken(c Ctx) error {
	w, n, err := s.lookAt(c, "connect")
	if err != nil {
		return err
	}
	var token string
	err = s.DB.Update(c.Request().Context(), s.setupActor(c), func(tx *models.Tx) (err error) {
		token, _, err = models.CreateDirectoryToken(tx, w.dir, 0)
		return err
	})
	if models.CodeOf(err) == models.Conflict && err != nil {
		faults := views.FieldErrors{"": "This directory has two live tokens already. An administrator can end one on the directory page."}
		return s.stepPage(c, w, n, http.StatusConflict, func(p *views.WizardStepPage) { p.Errors = faults })
	}
	if err != nil {
		return err
	}
	return s.stepPage(c, w, n, http.StatusOK, func(p *views.WizardStepPage) { p.Connect.Token = token })
}

// watchPart is the live checklist: what has arrived and what is missing.
func (s *Server) watchPart(c Ctx, w *wizard, p *views.WizardStepPage) error {
	a := &arrivals{}
	err := s.DB.View(c.Request().Context(), s.setupActor(c), func(tx *models.Tx) (err error) {
		a.tokens, err = models.ListDirectoryTokens(tx, w.dir)
		if err != nil {
			return err
		}
		if a.total, err = models.CountManaged(tx, w.dir, false); err != nil {
			return err
		}
		if a.noCountry, err = models.CountManaged(tx, w.dir, true); err != nil {
			return err
		}
		if a.members, err = models.ListManaged(tx, w.dir, arrivedShown); err != nil {
			return err
		}
		if a.groups, err = models.ListGroups(tx); err != nil {
			return err
		}
		if a.sizes, err = models.CountGroupMembers(tx); err != nil {
			return err
		}
		return a.readFailures(tx)
	})
	if err != nil {
		return err
	}
	p.Watch = a.panel(w)
	return nil
}

// arrivals is what a directory has sent.
type arrivals struct {
	tokens           []models.DirectoryToken
	members          []models.Member
	total, noCountry int64
	groups           []models.Group
	sizes            map[string]int64
	refusals         []models.SCIMRefusal  // what the door refused, newest first
	failed           []models.SCIMExchange // the newest request that failed, if it was a moment ago
	now              time.Time
}

// readFailures reads what went wrong lately.
func (a *arrivals) readFailures(tx *models.Tx) (err error) {
	a.now = tx.Now
	since := a.now.Add(-failureShown)
	if a.refusals, err = models.ListRefusals(tx, since); err != nil {
		return err
	}
	a.failed, err = models.ListExchanges(tx, models.ExchangeQuery{Outcome: models.OutcomeFailed, From: &since, Limit: 1})
	return err
}

// failures are the lines of what went wrong, with the cause and the mend: the IT person waits for something that may
// never come (SPEC L5). A refusal is over as soon as a request is let in.
func (a *arrivals) failures(w *wizard) (out []views.Check) {
	for i := range a.refusals {
		r := &a.refusals[i]
		if w.dir.LastRequestAt == nil || r.LastAt.After(*w.dir.LastRequestAt) {
			row := refusalRow(r, w.dir.IDP, a.now)
			out = append(out, views.Check{Kind: "bad", Label: "Refused (401)", Detail: strings.ReplaceAll(row.Text, "`", ""), Fix: row.Fix})
		}
	}
	for _, x := range a.failed {
		label := fmt.Sprintf("Failed (%d): %s %s", x.Status, x.Method, x.Path)
		out = append(out, views.Check{Kind: "bad", Label: label, Detail: x.Cause, At: ago(&x.At, a.now), Fix: views.RequestFix(x.Reason, w.dir.IDP)})
	}
	return out
}

func (a *arrivals) panel(w *wizard) *views.WatchPanel {
	p := &views.WatchPanel{Events: w.base() + "/events", Done: w.base() + "/done", Active: w.dir.State == models.Active}
	for i := range a.members {
		m := &a.members[i]
		u := views.ArrivedUser{Name: m.FullName(), Email: m.Email, Kind: "active", State: "Active", Plan: w.planRef(m.PlanID)}
		switch m.Status {
		case models.MemberHeld:
			u.Kind, u.State = "warn", "On hold"
			for _, r := range m.Holds() {
				u.Missing = append(u.Missing, holdWords[r])
			}
		case models.MemberDeactivated, models.MemberDisconnected:
			u.Kind, u.State = "off", "Deactivated"
		}
		p.Users = append(p.Users, u)
	}
	p.More = int(a.total) - len(a.members)
	pushed := 0
	for _, g := range a.groups {
		if g.Managed() {
			pushed++
			if pushed <= arrivedShown {
				p.Groups = append(p.Groups, views.ArrivedGroup{Name: g.Name, Members: int(a.sizes[g.ID])})
			}
		}
	}
	p.Checks = a.checks(w, pushed)
	return p
}

// holdWords say in the list of arrivals what keeps somebody on hold.
var holdWords = map[string]string{
	models.MissingFirstName: "first name", models.MissingLastName: "last name", models.MissingEmail: "e-mail", models.MissingCountry: "country",
	models.OutsideDomain: "an address in your domains", models.AccountElsewhere: "an account that is free", models.EmailInUse: "an address of their own",
}

func (w *wizard) planRef(id *string) views.PlanRef {
	if id == nil {
		return views.PlanRef{}
	}
	p, _ := w.plans.ByID(*id)
	return views.PlanRef{Name: p.Name, Rank: int(p.Rank)}
}

// checks are the lines of the list in the order in which they come true.
func (a *arrivals) checks(w *wizard, groups int) []views.Check {
	used, first, last := false, "", ""
	for _, t := range a.tokens {
		used = used || t.LastUsedAt != nil
	}
	if len(a.members) > 0 {
		first = a.members[0].FullName()
	}
	if w.dir.LastRequestAt != nil {
		last = w.dir.LastRequestAt.UTC().Format("15:04:05 UTC")
	}
	return append(a.failures(w), awaited(used, "Token accepted", ""), awaited(a.total > 0, "First member", first), a.country(w), a.plan(w),
		awaited(groups > 0, "First group", ""), awaited(last != "", "Last request", last))
}

// awaited is a line that is done or still waited for.
func awaited(done bool, label, detail string) views.Check {
	if done {
		return views.Check{Kind: "ok", Label: label, Detail: detail}
	}
	return views.Check{Kind: "wait", Label: label}
}

// country names who came without one, and where that is mended.
func (a *arrivals) country(w *wizard) views.Check {
	if a.noCountry == 0 {
		return awaited(a.total > 0, "Country received", "")
	}
	v := views.Check{Kind: "bad", Label: "Country received", Detail: count(a.noCountry, "person has", "people have") + " no country"}
	v.Fix = w.guide.Mend(models.KindSCIM, "scim_country")
	return v
}

// plan says whether plans come or the default is used.
func (a *arrivals) plan(w *wizard) views.Check {
	var own int64
	for _, m := range a.members {
		if m.PlanSource == models.FromAttribute {
			own++
		}
	}
	if own == 0 {
		return views.Check{Kind: "off", Label: "Plan received", Detail: "everybody gets the default plan, " + w.plans.Default.Name}
	}
	return awaited(true, "Plan received", count(own, "person has", "people have")+" a plan of their own")
}

// GET /setup/:kind/events says "look again" when something of the setup changes.
func (s *Server) wizardEvents(c Ctx) error {
	f := setupFrom(c)
	return s.events(c, func() (mark string, err error) {
		err = s.DB.View(c.Request().Context(), s.setupActor(c), func(tx *models.Tx) error {
			now, err := models.FindSetupLinkByID(tx, f.link.ID)
			if err != nil {
				return err
			}
			if !now.Live(tx.Now) {
				return &models.Error{Code: models.Gone, Message: "This setup link has ended."}
			}
			mark, err = models.SetupMark(tx, f.link.Kind)
			return err
		})
		return mark, err
	})
}
