package handlers

import (
	"net/http"
	"slices"

	"rollcall/models"
	"rollcall/views"
)

const (
	operatorPlansPath = "/operator/plans"
	plansPerPage      = 20 // each has its own form
)

func (s *Server) operatorPlanRoutes(p page) {
	p.Get("/plans", s.operatorPlans)
	p.Post("/plans", s.operatorPlanAdd)
	p.Post("/plans/:id/rename", s.operatorPlanRename)
	p.Post("/plans/:id/move", s.operatorPlanMove)
	p.Post("/plans/:id/retire", s.operatorPlanRetire)
}

// GET /operator/plans is the catalogue (SPEC O2).
func (s *Server) operatorPlans(c Ctx) error { return s.drawOperatorPlans(c, http.StatusOK, nil) }

func (s *Server) drawOperatorPlans(c Ctx, status int, change func(*views.OperatorPlansPage)) error {
	p := views.OperatorPlansPage{OperatorPage: s.operatorPage(c, "Plans")}
	p.Path = operatorPlansPath
	err := s.DB.View(c.Request().Context(), s.operatorActor(c, ""), func(tx *models.Tx) error {
		plans, err := models.ListPlans(tx)
		if err != nil {
			return err
		}
		use, err := models.CountPlanUse(tx)
		p.Rows, p.Pager = onPage(c, planRows(plans, use), plansPerPage), pagesOf(c, operatorPlansPath, int64(len(plans)), plansPerPage)
		return err
	})
	if err != nil {
		return err
	}
	if change != nil {
		change(&p)
	}
	return render(c, status, views.OperatorPlans(p))
}

func planRows(plans []models.Plan, use map[string]models.PlanUse) (out []views.OperatorPlanRow) {
	for i, plan := range plans {
		u := use[plan.ID]
		row := views.OperatorPlanRow{
			ID: plan.ID, Plan: planRef(plan), Free: plan.Free, Retired: plan.Retired, Seen: planForm(plan.Name).seen(),
			Use: count(u.Organizations, "organization", "organizations") + ", " + count(u.Members, "member", "members"),
		}
		if i > 0 && !plan.Free && !plans[i-1].Free {
			row.Below = plans[i-1].ID
		}
		if i+1 < len(plans) && !plan.Free {
			row.Above = plans[i+1].ID
		}
		out = append(out, row)
	}
	return out
}

// changePlans runs a change of the catalogue and leads back, or draws the page with the fault: of the form of the plan
// with that id, "" for the new plan's.
func (s *Server) changePlans(c Ctx, id, done string, fn func(*models.Tx) error) error {
	err := s.asOperator(c, "", fn)
	if faults, ok := fieldErrors(err); ok {
		return s.drawOperatorPlans(c, conflictStatus(err), func(p *views.OperatorPlansPage) {
			for i := range p.Rows {
				if p.Rows[i].ID == id {
					p.Rows[i].Fault, p.Rows[i].Typed = faults["name"]+faults["plan"], field(c, "name")
					p.Rows[i].Seen = planForm(p.Rows[i].Plan.Name).again(c, err, s.operatorChange(c, "plan.renamed"))
				}
			}
			if id == "" {
				p.Typed, p.Errors = field(c, "name"), faults
			}
		})
	}
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: done})
	return redirect(c, query(c, operatorPlansPath))
}

// POST /operator/plans adds a plan above all others.
func (s *Server) operatorPlanAdd(c Ctx) error {
	return s.changePlans(c, "", "The plan is on sale now, above all others.", func(tx *models.Tx) error {
		_, err := models.AddPlan(tx, field(c, "name"))
		return err
	})
}

// POST …/rename gives a plan another name.
func (s *Server) operatorPlanRename(c Ctx) error {
	return s.changePlans(c, c.Param("id"), "Renamed. Identity providers send the new name from now on.", func(tx *models.Tx) error {
		plans, err := models.LockPlans(tx)
		if err != nil {
			return err
		}
		for _, p := range plans {
			if err := planForm(p.Name).check(c); err != nil && p.ID == c.Param("id") {
				return err
			}
		}
		return models.RenamePlan(tx, c.Param("id"), field(c, "name"))
	})
}

func planForm(name string) form { return form{{name: "name", label: "Name", now: name}} }

// POST …/move moves a plan up or down by one.
func (s *Server) operatorPlanMove(c Ctx) error {
	return s.changePlans(c, c.Param("id"), "Moved.", func(tx *models.Tx) error {
		up := field(c, "to") == "up"
		plans, err := models.LockPlans(tx)
		if err != nil {
			return err
		}
		at := func(id string) int { return slices.IndexFunc(plans, func(p models.Plan) bool { return p.ID == id }) }
		if past := at(field(c, "past")); past >= 0 && (at(c.Param("id")) > past) == up {
			return nil // pressed twice: it is past that one already
		}
		return models.MovePlan(tx, c.Param("id"), up)
	})
}

// POST …/retire takes a plan off sale, or puts it back.
func (s *Server) operatorPlanRetire(c Ctx) error {
	off := field(c, "to") != "sale"
	done := "The plan is on sale again."
	if off {
		done = "The plan is retired. Who has it keeps it."
	}
	return s.changePlans(c, c.Param("id"), done, func(tx *models.Tx) error { return models.RetirePlan(tx, c.Param("id"), off) })
}
