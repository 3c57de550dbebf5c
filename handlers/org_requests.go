package handlers

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"rollcall/models"
	"rollcall/views"
)

const requestsPath = "/organization/sso/requests"

// requestsData is a page of the directory log.
type requestsData struct {
	rows     []models.SCIMExchange
	labels   map[string]models.PersonLabel
	days     []models.DayCount
	refusals []models.SCIMRefusal
	slug     string // of the guide
	org      *models.Organization
}

func (d *requestsData) read(tx *models.Tx, f views.RequestFilter, before int64) error {
	q := models.ExchangeQuery{Before: before, Limit: rowsPerPage, Outcome: models.Outcome(f.Outcome), Method: f.Method}
	q.From, q.To = dates(f.From, f.To)
	found, unknown, err := personNamed(tx, f.Person)
	if err != nil {
		return err
	}
	q.PersonID = found
	if d.days, err = models.ExchangesPerDay(tx, chartDays); err != nil {
		return err
	}
	if d.org, err = models.FindOrganization(tx); err != nil {
		return err
	}
	if d.refusals, err = models.ListRefusals(tx, tx.Now.AddDate(0, 0, -int(d.org.LogDays))); err != nil {
		return err
	}
	if d.slug, err = directorySlug(tx); err != nil || unknown {
		return err
	}
	if d.rows, err = models.ListExchanges(tx, q); err != nil {
		return err
	}
	var people []string
	for _, r := range d.rows {
		people = append(people, r.PersonID)
	}
	d.labels, err = models.Labels(tx, people)
	return err
}

// GET /organization/sso/requests is the directory log (SPEC A2).
func (s *Server) orgRequests(c Ctx) error {
	f := views.RequestFilter{Outcome: field(c, "outcome"), Method: strings.ToUpper(field(c, "method")), Person: field(c, "person"), From: field(c, "from"), To: field(c, "to")}
	var d requestsData
	if err := s.view(c, func(tx *models.Tx) error { return d.read(tx, f, before(c)) }); err != nil {
		return err
	}
	rows := d.rows
	last := int64(0)
	if len(rows) == rowsPerPage {
		last = rows[len(rows)-1].ID
	}
	p := views.OrgRequestsPage{
		Page: s.page(c, "Directory log"), Directory: providerName(d.slug), Days: int(d.org.LogDays), Filter: f, Pager: older(c, requestsPath, last),
		Chart: &views.BarChart{ID: "requests", Title: "Directory requests per day, last 14 days", Noun: "requests", Bars: bars(d.days)},
	}
	p.Path = requestsPath
	for i := range d.refusals {
		p.Refusals = append(p.Refusals, refusalRow(&d.refusals[i], d.slug, s.DB.Now()))
	}
	for i := range rows {
		p.Rows = append(p.Rows, requestRow(&rows[i], d.labels))
	}
	return render(c, http.StatusOK, views.OrgRequests(p))
}

func requestRow(r *models.SCIMExchange, labels map[string]models.PersonLabel) views.RequestRow {
	row := views.RequestRow{
		Path: requestsPath + "/" + strconv.FormatInt(r.ID, 10), At: instant(&r.At), What: requestWords(r.Method, r.Path), Method: r.Method,
		Resource: r.Path, Status: int(r.Status), Cause: r.Cause, Duration: took(time.Duration(r.DurationUS) * time.Microsecond),
	}
	if r.PersonID != "" {
		row.Who, row.WhoPath = nameOf(labels, r.PersonID), membersPath+"/"+r.PersonID
	}
	return row
}

// requestWords is what a request is about, for people.
func requestWords(method, path string) string {
	what := "the service’s description"
	one := strings.Count(strings.Trim(path, "/"), "/") > 0
	switch {
	case strings.Contains(path, "Users") && one:
		what = "a person"
	case strings.Contains(path, "Users"):
		what = "people"
	case strings.Contains(path, "Groups") && one:
		what = "a group"
	case strings.Contains(path, "Groups"):
		what = "groups"
	case strings.Contains(path, "Bulk"):
		return "Many changes at once"
	}
	switch method {
	case http.MethodPost:
		if strings.Contains(path, "search") {
			return "Search"
		}
		return "New " + strings.TrimPrefix(strings.Replace(strings.Replace(what, "people", "person", 1), "groups", "group", 1), "a ")
	case http.MethodPut, http.MethodPatch:
		return "Change of " + what
	case http.MethodDelete:
		return "Removal of " + what
	}
	return "Look at " + what
}

// GET /organization/sso/requests/<id> is one exchange.
func (s *Server) orgRequest(c Ctx) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id <= 0 {
		return &models.Error{Code: models.NotFound, Message: "There is no such request in the log."}
	}
	var rows []models.SCIMExchange
	var labels map[string]models.PersonLabel
	slug := ""
	err = s.view(c, func(tx *models.Tx) (err error) {
		// The log is read newest first, so the row itself is the first one before the next number.
		if rows, err = models.ListExchanges(tx, models.ExchangeQuery{Before: id + 1, Limit: 1}); err != nil {
			return err
		}
		if len(rows) == 0 || rows[0].ID != id {
			return &models.Error{Code: models.NotFound, Message: "There is no such request in the log."}
		}
		if slug, err = directorySlug(tx); err != nil {
			return err
		}
		labels, err = models.Labels(tx, []string{rows[0].PersonID})
		return err
	})
	if err != nil {
		return err
	}
	r := &rows[0]
	p := views.OrgRequestPage{Page: s.page(c, "Directory request"), Row: requestRow(r, labels), Facts: []views.Fact{{Label: "Directory", Value: r.DirectoryID}}, Fix: views.RequestFix(r.Reason, slug)}
	p.Path = requestsPath
	if r.Changed != "" {
		p.Changed = strings.Split(r.Changed, ",")
	}
	if r.SCIMType != "" {
		p.Facts = append(p.Facts, views.Fact{Label: "SCIM error type", Value: r.SCIMType})
	}
	return render(c, http.StatusOK, views.OrgRequest(p))
}
