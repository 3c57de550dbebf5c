package handlers

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"rollcall/models"
	"rollcall/views"
)

const activityPath = "/organization/activity"

func (s *Server) activityRoutes(p page) {
	p.Get("/activity", s.orgActivity)
	p.Get("/activity/export", s.orgActivityExport)
}

// actionGroups are the beginnings of action names that the filter offers.
var actionGroups = []views.Option{
	{Value: "member", Label: "Members"}, {Value: "account.", Label: "Accounts and sign-in"}, {Value: "group.", Label: "Groups"},
	{Value: "invite.", Label: "Invites"}, {Value: "connection.", Label: "Single Sign-On"}, {Value: "directory", Label: "Directory Sync"},
	{Value: "domain.", Label: "Domains"}, {Value: "setup_link.", Label: "Setup links"}, {Value: "organization.", Label: "Settings"},
	{Value: "order.", Label: "Purchases"}, {Value: "import.", Label: "CSV imports"}, {Value: "recovery_codes.", Label: "Recovery codes"},
	{Value: "impersonation.", Label: "The service’s staff acting for you"},
}

// auditQuery is the filter of the address.
func auditQuery(c Ctx, tx *models.Tx, limit int) (q models.AuditQuery, err error) {
	q = models.AuditQuery{Before: before(c), Limit: limit, Action: field(c, "action")}
	q.From, q.To = dates(field(c, "from"), field(c, "to"))
	if search := field(c, "q"); search != "" {
		q.About, err = models.AuditIDs(tx, search)
	}
	return q, err
}

// GET /organization/activity lists who did what, newest first.
func (s *Server) orgActivity(c Ctx) error {
	var rows []models.AuditEvent
	var labels map[string]models.PersonLabel
	provider := ""
	err := s.view(c, func(tx *models.Tx) error {
		q, err := auditQuery(c, tx, rowsPerPage)
		if err != nil {
			return err
		}
		if rows, err = models.ListAuditEvents(tx, q); err != nil {
			return err
		}
		if provider, err = directoryProvider(tx); err != nil {
			return err
		}
		labels, err = auditNames(tx, rows)
		return err
	})
	if err != nil {
		return err
	}
	last := int64(0)
	if len(rows) == rowsPerPage {
		last = rows[len(rows)-1].ID
	}
	export := query(c, activityPath+"/export", "before", "", "page", "")
	p := views.OrgActivityPage{
		Page: s.page(c, "Activity"), Rows: auditRows(rows, labels, provider), Pager: older(c, activityPath, last),
		Filter:    views.ActivityFilter{Search: field(c, "q"), Action: field(c, "action"), From: field(c, "from"), To: field(c, "to"), Actions: actionGroups},
		ExportCSV: withFormat(export, "csv"), ExportJSON: withFormat(export, "jsonl"),
	}
	return render(c, http.StatusOK, views.OrgActivity(p))
}

func withFormat(path, format string) string {
	if strings.Contains(path, "?") {
		return path + "&format=" + format
	}
	return path + "?format=" + format
}

// auditNames are the names of the people and groups in a list of events.
func auditNames(tx *models.Tx, events []models.AuditEvent) (map[string]models.PersonLabel, error) {
	var people, groups []string
	for _, e := range events {
		for _, id := range []string{e.ActorID, e.Target} {
			switch {
			case strings.HasPrefix(id, "mem-"), strings.HasPrefix(id, "acc-"), strings.HasPrefix(id, "opr-"):
				people = append(people, id)
			case strings.HasPrefix(id, "grp-"):
				groups = append(groups, id)
			}
		}
	}
	names, err := models.Labels(tx, people)
	if err != nil {
		return nil, err
	}
	groupNames, err := models.GroupNames(tx, groups)
	for id, name := range groupNames {
		names[id] = models.PersonLabel{Name: name}
	}
	return names, err
}

// auditRows shows events; ids that name no person or group say nothing to anybody and are left out.
func auditRows(events []models.AuditEvent, names map[string]models.PersonLabel, provider string) []views.AuditRow {
	var out []views.AuditRow
	for i := range events {
		e := &events[i]
		row := views.AuditRow{
			At: instant(&e.At), Who: actorWord(e, names, provider), What: actionWords(e.Action), Action: e.Action, Changes: changeFacts(e.Changes), IP: e.IP,
		}
		group, live := names[e.Target]
		switch {
		case strings.HasPrefix(e.Target, "mem-"):
			row.Target, row.TargetPath = nameOf(names, e.Target), membersPath+"/"+e.Target
		case strings.HasPrefix(e.Target, "acc-"):
			row.Target = nameOf(names, e.Target)
		case strings.HasPrefix(e.Target, "grp-") && live:
			row.Target, row.TargetPath = group.Name, groupsPath+"/"+e.Target
		case strings.HasPrefix(e.Target, "grp-"):
			row.Target = "a deleted group"
		}
		out = append(out, row)
	}
	return out
}

// actorWord is who acted, in words.
func actorWord(e *models.AuditEvent, labels map[string]models.PersonLabel, provider string) string {
	if provider == "" {
		provider = "Identity provider"
	}
	switch e.ActorKind {
	case models.ActorMember:
		return nameOf(labels, e.ActorID)
	case models.ActorSCIM:
		return provider + " (directory)"
	case models.ActorSAML:
		return "Single sign-on"
	case models.ActorSetup:
		return "IT, through the setup link"
	case models.ActorSystem:
		return "Automatic"
	case models.ActorPublic:
		return "Somebody not signed in"
	}
	staff := labels[e.ActorID].Email
	switch {
	case staff == "":
		return "The service’s staff"
	case e.ActorKind == models.ActorActing:
		return staff + " (the service’s staff, acting as administrator)"
	}
	return staff + " (the service’s staff)"
}

// GET /organization/activity/export is the same list as CSV or JSON Lines.
func (s *Server) orgActivityExport(c Ctx) error {
	asCSV := field(c, "format") != "jsonl"
	kind, name := "application/jsonl", "activity.jsonl"
	if asCSV {
		kind, name = "text/csv; charset=utf-8", "activity.csv"
	}
	h := c.Response().Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	out := csv.NewWriter(c.Response())
	if asCSV {
		_ = out.Write([]string{"at", "actor_kind", "actor", "action", "target", "changes", "ip"})
	}
	last := int64(0)
	for {
		rows, names, err := s.auditPage(c, last)
		if err != nil || len(rows) == 0 {
			out.Flush()
			return err
		}
		for i := range rows {
			last = rows[i].ID
			exportRow(c, out, asCSV, &rows[i], names)
		}
	}
}

// auditPage is the next page of the filtered list.
func (s *Server) auditPage(c Ctx, last int64) (rows []models.AuditEvent, names map[string]models.PersonLabel, err error) {
	err = s.view(c, func(tx *models.Tx) error {
		q, err := auditQuery(c, tx, exportPage)
		if err != nil {
			return err
		}
		if last > 0 {
			q.Before = last
		}
		if rows, err = models.ListAuditEvents(tx, q); err != nil {
			return err
		}
		names, err = auditNames(tx, rows)
		return err
	})
	return rows, names, err
}

// calledInExport is the address of a person, the name of what has none, else the id.
func calledInExport(labels map[string]models.PersonLabel, id string) string {
	for _, word := range []string{labels[id].Email, labels[id].Name} {
		if word != "" {
			return word
		}
	}
	return id
}

func exportRow(c Ctx, out *csv.Writer, asCSV bool, e *models.AuditEvent, labels map[string]models.PersonLabel) {
	actor, target := calledInExport(labels, e.ActorID), calledInExport(labels, e.Target)
	at := e.At.UTC().Format(time.RFC3339)
	if asCSV {
		_ = out.Write([]string{at, e.ActorKind, models.SafeCell(actor), e.Action, models.SafeCell(target), models.SafeCell(e.Changes), e.IP})
		return
	}
	_, _ = c.Response().Write([]byte(jsonText(map[string]any{
		"at": at, "actor_kind": e.ActorKind, "actor": actor, "action": e.Action, "target": target, "changes": json.RawMessage(e.Changes), "ip": e.IP,
	}) + "\n"))
}
