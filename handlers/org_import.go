package handlers

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"rollcall/models"
	"rollcall/views"
)

const (
	importPath    = invitesPath + "/import"
	recentImports = 10
)

func (s *Server) importRoutes(p page) {
	p.Get("/invites/import", s.orgImports)
	p.Post("/invites/import", s.orgImportRead)
	p.Get("/invites/import/template.csv", s.orgImportTemplate)
	p.Get("/invites/import/:id", s.orgImport)
	p.GET("/invites/import/:id/events", s.orgImportEvents)
	p.Get("/invites/import/:id/faults.csv", s.orgImportFaults)
	p.Post("/invites/import/:id/start", s.orgImportStart)
	p.Post("/invites/import/:id/cancel", s.orgImportCancel)
	p.Get("/invites/import/:id/rows/:line", s.orgImportRow)
	p.Post("/invites/import/:id/rows/:line", s.orgImportRowSave)
}

// GET /organization/invites/import takes a CSV of people (SPEC P10).
func (s *Server) orgImports(c Ctx) error { return s.drawImports(c, http.StatusOK, nil) }

func (s *Server) drawImports(c Ctx, status int, faults views.FieldErrors) error {
	o := viewerOf(c).Org
	p := views.OrgImportsPage{
		Page: s.page(c, "Invite people by CSV"), NoPassword: o.DisablePasswords, Errors: faults, Text: c.FormValue("text"),
	}
	if o.DefaultCountry != "" {
		p.DefaultCountry = countryName(o.DefaultCountry)
	}
	err := s.view(c, func(tx *models.Tx) error {
		plans, err := models.OrganizationPlans(tx, o)
		if err != nil {
			return err
		}
		p.Plans = strings.Join(plans.Names(), ", ")
		p.Recent, err = importLines(tx)
		return err
	})
	if err != nil {
		return err
	}
	return render(c, status, views.OrgImports(p))
}

func importLines(tx *models.Tx) (out []views.ImportLine, err error) {
	rows, err := models.ListImports(tx, recentImports)
	if err != nil {
		return nil, err
	}
	var people []string
	for _, i := range rows {
		people = append(people, i.CreatedBy)
	}
	labels, err := models.Labels(tx, people)
	if err != nil {
		return nil, err
	}
	for _, i := range rows {
		counts, err := models.CountImportRows(tx, i.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, views.ImportLine{
			Path: importPath + "/" + i.ID, Name: i.Name, State: i.State, At: instant(&i.CreatedAt), By: nameOf(labels, i.CreatedBy),
			Done: strconv.FormatInt(counts[models.RowDone], 10), Total: strconv.FormatInt(counts.Total(), 10),
		})
	}
	return out, nil
}

// POST /organization/invites/import reads the file or the pasted rows and leads to the review. Nobody is invited by it.
func (s *Server) orgImportRead(c Ctx) error {
	where, name, file, size, err := importUpload(c)
	if err != nil {
		return err
	}
	var id string
	switch {
	case file == nil:
		err = &models.Error{Code: models.Invalid, Message: "Choose a file, or paste the rows below."}
	case size > models.MaxImportBytes:
		err = &models.Error{Code: models.Invalid, Message: "This file is larger than 20 MB. Split it and import the parts one after another."}
	default:
		id, err = s.keepImport(c, name, file)
	}
	if file != nil {
		_ = file.Close() // read only
	}
	var told *models.Error
	if errors.As(err, &told) && told.Code == models.Invalid {
		return s.drawImports(c, http.StatusUnprocessableEntity, views.FieldErrors{where: told.Message})
	}
	if err != nil {
		return err
	}
	return redirect(c, importPath+"/"+id)
}

// importUpload is what was sent: a file before pasted text, with its bytes counted. where is the field it came in; file
// is nil for neither.
func importUpload(c Ctx) (where, name string, file multipart.File, size int64, err error) {
	h, err := c.FormFile("file")
	if err == nil && (h.Size > 0 || h.Filename != "") {
		file, err = h.Open()
		return "file", strings.ToValidUTF8(h.Filename, ""), file, h.Size, err
	}
	if text := c.FormValue("text"); strings.TrimSpace(text) != "" {
		return "text", "Pasted rows", pasted{strings.NewReader(text)}, int64(len(text)), nil
	}
	return "file", "", nil, 0, nil
}

// pasted is text that is read as an uploaded file is.
type pasted struct{ *strings.Reader }

func (pasted) Close() error { return nil }

// keepImport stores the rows in steps, so that no transaction is long.
func (s *Server) keepImport(c Ctx, name string, file io.ReadSeeker) (id string, err error) {
	f, err := models.OpenImportFile(file)
	if err != nil {
		return "", err
	}
	var i *models.Import
	err = s.update(c, func(tx *models.Tx) (err error) {
		i, err = models.BeginImport(tx, name, f)
		return err
	})
	if err != nil {
		return "", err
	}
	r := models.NewImportReader(i, f)
	for more := true; more; {
		var rows []models.ImportRow
		if rows, more, err = r.Read(); err != nil {
			return "", err
		}
		if err = s.update(c, func(tx *models.Tx) error { return r.Keep(tx, rows) }); err != nil {
			return "", err
		}
	}
	return i.ID, s.update(c, func(tx *models.Tx) error { return models.ReviewImport(tx, i.ID) })
}

// POST /organization/invites/import/<id>/start lets the job begin.
func (s *Server) orgImportStart(c Ctx) error { return s.importAct(c, models.StartImport) }

// POST /organization/invites/import/<id>/cancel ends it.
func (s *Server) orgImportCancel(c Ctx) error { return s.importAct(c, models.CancelImport) }

func (s *Server) importAct(c Ctx, act func(*models.Tx, string) error) error {
	if err := s.update(c, func(tx *models.Tx) error { return act(tx, c.Param("id")) }); err != nil {
		return err
	}
	return redirect(c, importPath+"/"+c.Param("id"))
}

// GET /organization/invites/import/<id>/events says "look again" as the job goes on.
func (s *Server) orgImportEvents(c Ctx) error {
	return s.events(c, func() (mark string, err error) {
		err = s.view(c, func(tx *models.Tx) error {
			i, err := models.FindImport(tx, c.Param("id"))
			if err != nil {
				return err
			}
			counts, err := models.CountImportRows(tx, i.ID)
			mark = i.State + strconv.FormatInt(counts[models.RowReady], 10)
			return err
		})
		return mark, err
	})
}
