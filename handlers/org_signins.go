package handlers

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"rollcall/models"
	"rollcall/saml"
	"rollcall/views"
)

const signInsPath = "/organization/sso/signins"

// signInsData is a page of the sign-in log.
type signInsData struct {
	rows     []models.SignIn
	labels   map[string]models.PersonLabel
	days     []models.DayCount
	provider string
	org      *models.Organization
}

func (d *signInsData) read(tx *models.Tx, f views.SignInFilter, before int64) error {
	q := models.SignInQuery{Outcome: f.Outcome, Kind: f.Kind, Reference: f.Reference, Before: before, Limit: rowsPerPage}
	found, unknown, err := personNamed(tx, f.Person)
	if err != nil {
		return err
	}
	q.PersonID = found
	if d.days, err = models.SignInsPerDay(tx, chartDays); err != nil {
		return err
	}
	if d.org, err = models.FindOrganization(tx); err != nil {
		return err
	}
	if d.provider, err = connectionProvider(tx); err != nil || unknown {
		return err
	}
	if d.rows, err = models.ListSignIns(tx, q); err != nil {
		return err
	}
	d.labels, err = models.Labels(tx, peopleOf(d.rows))
	return err
}

// GET /organization/sso/signins is the sign-in log (SPEC A2).
func (s *Server) orgSignIns(c Ctx) error {
	f := views.SignInFilter{Outcome: field(c, "outcome"), Kind: field(c, "kind"), Person: field(c, "person"), Reference: field(c, "ref")}
	var d signInsData
	if err := s.view(c, func(tx *models.Tx) error { return d.read(tx, f, before(c)) }); err != nil {
		return err
	}
	rows := d.rows
	last := int64(0)
	if len(rows) == rowsPerPage {
		last = rows[len(rows)-1].Seq
	}
	p := views.OrgSignInsPage{
		Page: s.page(c, "Sign-in log"), Days: int(d.org.LogDays), Filter: f, Pager: older(c, signInsPath, last),
		Chart: &views.BarChart{ID: "signins", Title: "Sign-ins per day, last 14 days", Noun: "sign-ins", Bars: bars(d.days)},
	}
	p.Path = signInsPath
	for i := range rows {
		p.Rows = append(p.Rows, signInRow(&rows[i], d.labels, d.provider, s.DB.Now()))
	}
	return render(c, http.StatusOK, views.OrgSignIns(p))
}

// personNamed is the member with an address, for a log's filter; unknown is true when nobody has it.
func personNamed(tx *models.Tx, email string) (id string, unknown bool, err error) {
	if email == "" {
		return "", false, nil
	}
	found, _, err := models.MembersByEmail(tx, []string{email})
	if err != nil || len(found) == 0 {
		return "", true, err
	}
	return found[0].ID, false, nil
}

func connectionProvider(tx *models.Tx) (string, error) {
	con, err := models.OrganizationConnection(tx)
	if models.CodeOf(err) == models.NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return providerName(con.IDP), nil
}

func peopleOf(rows []models.SignIn) (ids []string) {
	for _, r := range rows {
		if r.PersonID != "" {
			ids = append(ids, r.PersonID)
		}
	}
	return ids
}

func signInRow(r *models.SignIn, labels map[string]models.PersonLabel, provider string, now time.Time) views.SignInRow {
	row := views.SignInRow{
		Path: signInsPath + "/" + r.ID, At: instant(&r.StartedAt), From: "Sign-in page", State: r.Outcome, Reason: r.Reason, Reference: r.Reference,
	}
	switch r.Kind {
	case models.AttemptTest:
		row.From, row.Who = "Test", "Somebody testing"
	case models.AttemptIDP:
		row.From = "At the provider"
		if provider != "" {
			row.From = "At " + provider
		}
	}
	if r.TimedOut(now) {
		row.State = "timed_out"
	}
	if r.PersonID != "" {
		row.Who, row.WhoPath = nameOf(labels, r.PersonID), membersPath+"/"+r.PersonID
	}
	if r.Reason != "" {
		var report saml.Report
		_ = json.Unmarshal([]byte(r.Report), &report) // a sign-in that never got a response has none
		row.Why = sentenceOf(r.Reason, report.Error, saml.Labels{IdP: provider})
	}
	if r.FinishedAt != nil {
		row.Duration = took(r.FinishedAt.Sub(r.StartedAt))
	}
	return row
}

// GET /organization/sso/signins/<id> is one sign-in: its checks and the facts of the response, never XML.
func (s *Server) orgSignIn(c Ctx) error {
	var r *models.SignIn
	var labels map[string]models.PersonLabel
	idp := ""
	err := s.view(c, func(tx *models.Tx) (err error) {
		if r, err = models.FindSignIn(tx, c.Param("id")); err != nil {
			return err
		}
		con, err := models.FindConnection(tx, r.ConnectionID)
		if err != nil {
			return err
		}
		idp = con.IDP
		labels, err = models.Labels(tx, []string{r.PersonID})
		return err
	})
	if err != nil {
		return err
	}
	p := views.OrgSignInPage{Page: s.page(c, "Sign-in"), Row: signInRow(r, labels, providerName(idp), s.DB.Now())}
	p.Path = signInsPath
	p.Headline = p.Row.Why
	p.Request = []views.Fact{{Label: "Started", Value: instant(&r.StartedAt).Text}, {Label: "Connection", Value: r.ConnectionID}}
	if g := views.GuideBySlug(idp); g != nil && r.Reason != "" {
		if h, ok := g.Hint(models.KindSSO, r.Reason); ok {
			p.Fix = h.Fix
		}
	}
	reportOn(&p, r)
	p.Support = supportText(&p, r)
	return render(c, http.StatusOK, views.OrgSignIn(p))
}

// reportOn fills in what the response showed.
func reportOn(p *views.OrgSignInPage, r *models.SignIn) {
	var report saml.Report
	if json.Unmarshal([]byte(r.Report), &report) != nil {
		return
	}
	for _, check := range report.Checks {
		v := views.Check{Kind: "ok", Label: checkWords[check.Name]}
		if v.Label == "" {
			v.Label = check.Name
		}
		if !check.OK {
			v.Kind, v.Expected, v.Got = "bad", check.Expected, check.Received
		}
		p.Checks = append(p.Checks, v)
	}
	p.Response, p.Attributes = reportFacts(&report, report.Certificate), report.AttributeNames()
	for _, f := range report.Missing {
		p.Missing = append(p.Missing, fieldWords[f])
	}
}

// supportText is the same as text, to copy into a mail.
func supportText(p *views.OrgSignInPage, r *models.SignIn) string {
	lines := []string{"Reference: " + r.Reference, "Started: " + instant(&r.StartedAt).Text, "Outcome: " + p.Row.State}
	if r.Reason != "" {
		lines = append(lines, "Reason: "+r.Reason, p.Row.Why)
	}
	if r.Expected != "" || r.Received != "" {
		lines = append(lines, "Expected: "+r.Expected, "Received: "+r.Received)
	}
	return strings.Join(lines, "\n")
}
