package handlers

import (
	"fmt"
	"net/http"

	"rollcall/models"
	"rollcall/views"
)

const (
	operatorHealthPath = "/operator/health"
	healthPerPage      = 25 // a row may have several faults
)

// GET /operator/health is how all organizations do, what needs attention first; ?show=all has the others too.
func (s *Server) operatorHealth(c Ctx) error {
	var list []*models.OrganizationHealth
	err := s.DB.View(c.Request().Context(), s.operatorActor(c, ""), func(tx *models.Tx) (err error) {
		list, err = models.FindHealth(tx)
		return err
	})
	if err != nil {
		return err
	}
	need := 0
	for need < len(list) && len(list[need].Faults) > 0 {
		need++
	}
	p := views.OperatorHealthPage{
		OperatorPage: s.operatorPage(c, "Health"), All: field(c, "show") == "all",
		Total: fmt.Sprintf("%d of %s need attention.", need, count(int64(len(list)), "organization", "organizations")),
	}
	if !p.All {
		list = list[:need]
	}
	p.Pager = pagesOf(c, operatorHealthPath, int64(len(list)), healthPerPage)
	for _, o := range onPage(c, list, healthPerPage) {
		row := views.HealthRow{Name: o.Name, Path: operatorOrgs + "/" + o.ID, SignIn: instant(o.LastSignInAt), Request: instant(o.LastRequestAt), Faults: healthFaults(o)}
		row.SSOKind, row.SSO = integrationKinds[o.SSO], integrationWords[o.SSO]
		row.SCIMKind, row.SCIM = integrationKinds[o.SCIM], integrationWords[o.SCIM]
		p.Rows = append(p.Rows, row)
	}
	return render(c, http.StatusOK, views.OperatorHealth(p))
}

// integrationKinds are the signs of the states.
var integrationKinds = map[string]string{models.Awaiting: "awaiting", models.Active: "active", models.Deactivated: "off"}

func healthFaults(o *models.OrganizationHealth) (out []views.HealthFault) {
	for _, f := range o.Faults {
		fault := views.HealthFault{Kind: "warn", Text: views.HealthWords(f.Code, f.Count)}
		if f.At != nil {
			fault.At = instant(f.At)
		}
		if f.Urgency == models.UrgentNow {
			fault.Kind = "error"
		}
		out = append(out, fault)
	}
	return out
}

// namedPeople is how many members of each kind the page of an organization names.
const namedPeople = 10

// waitingPeople are the members for whom somebody has to do something, named and not only counted.
func waitingPeople(tx *models.Tx) (out []views.WaitingPeople, err error) {
	for _, status := range []string{models.MemberHeld, models.MemberLeaving, models.MemberWaiting} {
		members, err := models.ListMembers(tx, models.MemberQuery{Status: status, Limit: namedPeople + 1})
		if err != nil {
			return nil, err
		}
		if len(members) == 0 {
			continue
		}
		group := views.WaitingPeople{State: status, Path: membersPath + "?status=" + status, More: len(members) > namedPeople}
		for i := range members[:min(len(members), namedPeople)] {
			group.Rows = append(group.Rows, heldRow(&members[i]))
		}
		out = append(out, group)
	}
	return out, nil
}

// operatorCare is what of the organization needs attention, and the rules that only operators change.
func operatorCare(tx *models.Tx, o *models.Organization, p *views.OperatorOrgPage) error {
	h, err := models.HealthOf(tx)
	if err != nil {
		return err
	}
	p.Faults, p.RequireSSO, p.Directory = healthFaults(h), o.RequireSSO, nil
	if p.People, err = waitingPeople(tx); err != nil {
		return err
	}
	d, err := models.OrganizationDirectory(tx)
	if models.IsNotFound(err) {
		return nil
	}
	if err == nil {
		p.Directory = &views.DirectoryRules{Strict: d.Strict, Guests: d.AllowGuests, Seen: rulesForm(d).seen()}
	}
	return err
}

// POST …/directory sets whether the directory refuses what is incomplete, and whether guests may come (SPEC P4, P6).
func (s *Server) operatorDirectory(c Ctx) error {
	var rules form
	err := s.inOperatorOrg(c, func(tx *models.Tx) error {
		d, err := models.OrganizationDirectory(tx)
		if err != nil {
			return err
		}
		if rules = rulesForm(d); rules.check(c) != nil {
			return rules.check(c)
		}
		return models.SetDirectoryRules(tx, d, ticked(c, "strict"), ticked(c, "guests"))
	})
	return s.operatorOrgAgain(c, err, "The directory’s rules are saved.", func(p *views.OperatorOrgPage, _ views.FieldErrors) {
		p.Directory = &views.DirectoryRules{Strict: ticked(c, "strict"), Guests: ticked(c, "guests"), Seen: rules.again(c, err, s.operatorChange(c, "directory.rules_changed"))}
	})
}

func rulesForm(d *models.Directory) form {
	return form{switchValue("strict", "Refuse instead of holding", d.Strict), switchValue("guests", "Allow guests", d.AllowGuests)}
}

// POST …/passwords lets people of an organization that has locked itself out sign in without single sign-on again. Its
// administrators are told by mail.
func (s *Server) operatorPasswords(c Ctx) error {
	err := s.inOperatorOrg(c, func(tx *models.Tx) error { return models.RequireSSO(tx, false, nil) })
	return s.operatorOrgAgain(c, err, "Single sign-on is no longer required. The administrators are told by e-mail.", nil)
}
