package handlers

import (
	"net/http"
	"strings"

	"rollcall/models"
	"rollcall/views"
)

const operatorAuditPath = "/operator/audit"

// auditOfDesk is a page of the operators' audit, with the names it needs.
type auditOfDesk struct {
	events    []models.AuditEvent
	labels    map[string]models.PersonLabel
	orgs      map[string]string
	operators []models.Operator
	org       string // name of the organization asked for; "" for all
}

// read reads what operators did everywhere, or with an organization all that was done in it.
func (d *auditOfDesk) read(c Ctx, tx *models.Tx) (err error) {
	q := models.AuditQuery{Before: before(c), Limit: rowsPerPage, Action: field(c, "action"), Actor: field(c, "operator")}
	q.From, q.To = dates(field(c, "from"), field(c, "to"))
	if d.operators, err = models.ListOperators(tx); err != nil {
		return err
	}
	d.org = ""
	if id := field(c, "org"); id == "" {
		d.events, err = models.ListOperatorEvents(tx, q)
	} else {
		o, ferr := models.FindOrganization(tx.In(id))
		if ferr != nil {
			return ferr
		}
		d.org = o.Name
		d.events, err = models.ListAuditEvents(tx.In(id), q)
	}
	if err != nil {
		return err
	}
	var people, orgs []string
	for _, e := range d.events {
		people, orgs = append(people, e.ActorID, e.Target), append(orgs, e.OrganizationID)
	}
	if d.labels, err = models.AllLabels(tx, people); err != nil {
		return err
	}
	d.orgs, err = models.OrganizationNames(tx, orgs)
	return err
}

// rows shows each event with its organization: people's own pages are the organization's, not the desk's.
func (d *auditOfDesk) rows() []views.AuditRow {
	out := auditRows(d.events, d.labels, "")
	for i := range out {
		e, target := &d.events[i], d.labels[d.events[i].Target].Email
		if e.ActorID == "command" {
			out[i].Who = "The rollcall command"
		} else if e.ActorKind == models.ActorOperator {
			out[i].Who = nameOf(d.labels, e.ActorID)
		}
		out[i].Target, out[i].TargetPath = target, ""
		if name := d.orgs[e.OrganizationID]; name != "" {
			out[i].Target, out[i].TargetPath = strings.TrimSuffix(name+" · "+target, " · "), operatorOrgs+"/"+e.OrganizationID
		}
	}
	return out
}

// operatorChange is who did that in the organization of the address last, for the words of a conflict; without one, which
// operator did it.
func (s *Server) operatorChange(c Ctx, action string) views.AuditRow {
	var d auditOfDesk
	err := s.DB.View(c.Request().Context(), s.operatorActor(c, c.Param("org")), func(tx *models.Tx) (err error) {
		q := models.AuditQuery{Limit: 1, Action: action}
		if c.Param("org") != "" {
			d.events, err = models.ListAuditEvents(tx, q)
		} else {
			d.events, err = models.ListOperatorEvents(tx, q)
		}
		if err == nil && len(d.events) > 0 {
			d.labels, err = models.AllLabels(tx, []string{d.events[0].ActorID})
		}
		return err
	})
	if err != nil {
		s.Log.Error("who changed something is not known", "req", requestID(c), "err", err)
	}
	return lastOf(d.rows())
}

// GET /operator/audit is what operators did; ?org= is all that was done in one organization.
func (s *Server) operatorAudit(c Ctx) error {
	var d auditOfDesk
	err := s.DB.View(c.Request().Context(), s.operatorActor(c, ""), func(tx *models.Tx) error { return d.read(c, tx) })
	if err != nil {
		return err
	}
	last := int64(0)
	if len(d.events) == rowsPerPage {
		last = d.events[len(d.events)-1].ID
	}
	p := views.OperatorAuditPage{
		OperatorPage: s.operatorPage(c, "Audit"), Rows: d.rows(), Pager: older(c, operatorAuditPath, last), OrgID: field(c, "org"), OrgName: d.org,
		Operator: field(c, "operator"), From: field(c, "from"), To: field(c, "to"), Operators: []views.Option{{Label: "Anybody"}, {Value: "command", Label: "The rollcall command"}},
	}
	for _, o := range d.operators {
		p.Operators = append(p.Operators, views.Option{Value: o.ID, Label: o.Email})
	}
	return render(c, http.StatusOK, views.OperatorAudit(p))
}
