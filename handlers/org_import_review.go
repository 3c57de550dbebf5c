package handlers

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rollcall/models"
	"rollcall/views"
)

// importOutcomes are the lists of an import in the order of their tabs. The first that holds anything is shown first.
var importOutcomes = []struct {
	name, label string
	states      []string
}{
	{"faults", "Errors", []string{models.RowError, models.RowFailed}},
	{"duplicates", "Twice in the file", []string{models.RowDuplicate}},
	{"members", "Already members", []string{models.RowMember}},
	{"invited", "Already invited", []string{models.RowInvited}},
	{"ready", "Ready", []string{models.RowReady}},
	{"done", "Invited", []string{models.RowDone}},
}

// GET /organization/invites/import/<id> is the review, the progress or the result.
func (s *Server) orgImport(c Ctx) error {
	var i *models.Import
	var counts models.ImportCounts
	var rows []models.ImportRow
	shown := 0
	err := s.view(c, func(tx *models.Tx) (err error) {
		if i, err = models.FindImport(tx, c.Param("id")); err != nil {
			return err
		}
		if counts, err = models.CountImportRows(tx, i.ID); err != nil {
			return err
		}
		shown = outcomeShown(c, counts)
		rows, err = models.ListImportRows(tx, i.ID, before(c), rowsPerPage, importOutcomes[shown].states...)
		return err
	})
	if err != nil {
		return err
	}
	path := importPath + "/" + i.ID
	looked := counts[models.RowDone] + counts[models.RowFailed]
	p := views.OrgImportPage{
		Page: s.page(c, i.Name), ID: i.ID, Name: i.Name, State: i.State, Read: readAs(i), Odd: oddEncoding(i), Showing: importOutcomes[shown].label,
		Ready: int(counts[models.RowReady]), Done: int(counts[models.RowDone]), Total: int(looked + counts[models.RowReady]),
		NoPassword: viewerOf(c).Org.DisablePasswords, DownloadPath: path + "/faults.csv", HasBad: sum(counts, 0)+sum(counts, 1) > 0,
	}
	for n, o := range importOutcomes {
		if sum(counts, n) > 0 {
			p.Counts = append(p.Counts, views.ImportCount{Label: o.label, N: strconv.FormatInt(sum(counts, n), 10), Path: path + "?show=" + o.name, Current: n == shown})
		}
	}
	for r := range rows {
		p.Rows = append(p.Rows, importRowLine(i, &rows[r], path))
	}
	p.Pager = afterPager(c, path, rows)
	return render(c, http.StatusOK, views.OrgImport(p))
}

func outcomeShown(c Ctx, counts models.ImportCounts) int {
	first := len(importOutcomes) - 1
	for n, o := range slices.Backward(importOutcomes) {
		if o.name == c.QueryParam("show") {
			return n
		}
		if sum(counts, n) > 0 {
			first = n
		}
	}
	return first
}

func sum(counts models.ImportCounts, outcome int) (n int64) {
	for _, state := range importOutcomes[outcome].states {
		n += counts[state]
	}
	return n
}

// afterPager moves through the rows by their lines; `before` is the line after which the page begins.
func afterPager(c Ctx, path string, rows []models.ImportRow) views.Pager {
	p := views.Pager{}
	if before(c) > 0 {
		p.PrevPath = query(c, path, "before", "")
		p.Text = "Back to the first rows"
	}
	if len(rows) == rowsPerPage {
		p.NextPath = query(c, path, "before", strconv.FormatInt(rows[len(rows)-1].Number, 10))
	}
	return p
}

func importRowLine(i *models.Import, r *models.ImportRow, path string) views.ImportRowLine {
	who := r.Profile(i)
	line := strconv.FormatInt(r.Number, 10)
	out := views.ImportRowLine{
		Line: line, Name: strings.TrimSpace(who.FirstName + " " + who.LastName), Email: who.Email, State: r.State, Column: r.Field, Message: r.Message,
	}
	if r.State == models.RowError && i.State == models.ImportReview {
		out.FixPath = path + "/rows/" + line
	}
	return out
}

func readAs(i *models.Import) string {
	return "Read as " + i.Encoding + ", separated by " + map[string]string{",": "commas", ";": "semicolons", "\t": "tabs"}[i.Separator]
}

// oddEncoding asks for a look where the file does not say how it is written.
func oddEncoding(i *models.Import) string {
	if i.Encoding != models.EncodingWindows {
		return ""
	}
	return "This file is not in UTF-8, so we read it as Windows-1252. Look at the names with accents. If they are wrong, save the file again as “CSV UTF-8”."
}

// GET /organization/invites/import/template.csv is an empty table to fill in.
func (s *Server) orgImportTemplate(c Ctx) error {
	download(c, "rollcall-people.csv")
	out := csv.NewWriter(c.Response())
	_ = out.Write(models.ImportColumns)
	out.Flush()
	return out.Error()
}

// download begins a CSV file. The mark in front tells spreadsheets that it is UTF-8.
func download(c Ctx, name string) {
	h := c.Response().Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, _ = c.Response().Write([]byte("\ufeff"))
}

// GET /organization/invites/import/<id>/faults.csv are the rows that were not taken, as they stood, and why.
func (s *Server) orgImportFaults(c Ctx) error {
	var i *models.Import
	list := func(after int64) (rows []models.ImportRow, err error) {
		err = s.view(c, func(tx *models.Tx) (err error) {
			if i, err = models.FindImport(tx, c.Param("id")); err != nil {
				return err
			}
			rows, err = models.ListImportRows(tx, i.ID, after, 1000, models.RowError, models.RowFailed, models.RowDuplicate)
			return err
		})
		return rows, err
	}
	rows, err := list(0)
	if err != nil {
		return err
	}
	download(c, "rows-with-faults.csv")
	out := csv.NewWriter(c.Response())
	out.Comma = rune(i.Separator[0])
	columns := i.Columns()
	_ = out.Write(append(safe(columns, len(columns)), "error"))
	for len(rows) > 0 && err == nil {
		for r := range rows {
			_ = out.Write(append(safe(rows[r].Values(), len(columns)), rows[r].Message))
		}
		rows, err = list(rows[len(rows)-1].Number)
	}
	out.Flush()
	return err
}

// safe are cells that no spreadsheet takes for formulas, as many as there are columns.
func safe(cells []string, width int) []string {
	out := make([]string, max(width, len(cells)))
	for i, s := range cells {
		out[i] = models.SafeCell(s)
	}
	return out
}

// GET /organization/invites/import/<id>/rows/<line> is the form of a row with a fault.
func (s *Server) orgImportRow(c Ctx) error {
	var r *models.ImportRow
	var i *models.Import
	err := s.view(c, func(tx *models.Tx) (err error) {
		i, r, err = importRow(c, tx)
		return err
	})
	if err != nil {
		return err
	}
	if r.State != models.RowError || i.State != models.ImportReview {
		return redirect(c, importPath+"/"+i.ID)
	}
	return s.drawImportRow(c, http.StatusOK, r.Profile(i), r.Message, nil)
}

func importRow(c Ctx, tx *models.Tx) (*models.Import, *models.ImportRow, error) {
	i, err := models.FindImport(tx, c.Param("id"))
	if err != nil {
		return nil, nil, err
	}
	line, _ := strconv.ParseInt(c.Param("line"), 10, 64)
	r, err := models.FindImportRow(tx, i.ID, line)
	return i, r, err
}

func (s *Server) drawImportRow(c Ctx, status int, who models.Profile, message string, faults views.FieldErrors) error {
	p := views.OrgImportRowPage{
		Page: s.page(c, "Line "+c.Param("line")), ImportPath: importPath + "/" + c.Param("id"), Line: c.Param("line"), Message: message, Errors: faults,
		Countries: append([]views.Option{{Value: "", Label: "Choose"}}, countryOptions()...),
		Plans:     []views.Option{{Value: "", Label: "The default plan"}},
		Values: map[string]string{
			"firstName": who.FirstName, "lastName": who.LastName, "email": who.Email, "currentCity": who.CurrentCity, "currentState": who.CurrentState,
			"birthYear": who.BirthYear, "role": models.Fold(who.Role), "plan": who.Plan,
		},
	}
	p.Values["country"], _ = models.ParseCountry(who.Country)
	err := s.view(c, func(tx *models.Tx) error {
		i, err := models.FindImport(tx, c.Param("id"))
		if err != nil {
			return err
		}
		p.Columns = i.Known()
		plans, err := models.OrganizationPlans(tx, viewerOf(c).Org)
		if err != nil {
			return err
		}
		for _, name := range plans.Names() {
			p.Plans = append(p.Plans, views.Option{Value: name, Label: name})
			if models.Fold(name) == models.Fold(who.Plan) {
				p.Values["plan"] = name
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return render(c, status, views.OrgImportRow(p))
}

// POST /organization/invites/import/<id>/rows/<line> corrects a row of the review.
func (s *Server) orgImportRowSave(c Ctx) error {
	who := models.Profile{
		FirstName: field(c, "firstName"), LastName: field(c, "lastName"), Email: field(c, "email"), Country: field(c, "country"),
		CurrentCity: field(c, "currentCity"), CurrentState: field(c, "currentState"), BirthYear: field(c, "birthYear"), Role: field(c, "role"), Plan: field(c, "plan"),
	}
	line, _ := strconv.ParseInt(c.Param("line"), 10, 64)
	err := s.update(c, func(tx *models.Tx) error { return models.FixImportRow(tx, c.Param("id"), line, who) })
	if faults, ok := fieldErrors(err); ok {
		return s.drawImportRow(c, http.StatusUnprocessableEntity, who, "", faults)
	}
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: "Line " + c.Param("line") + " is corrected."})
	return redirect(c, importPath+"/"+c.Param("id"))
}
