package main

import (
	"fmt"
	"strings"

	"rollcall/models"
)

// planView is a plan in JSON.
type planView struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Free    bool   `json:"free"`
	Retired bool   `json:"retired"`
}

// printPlans shows the catalogue, least first.
func (a *app) printPlans() error {
	list := []planView{}
	var text strings.Builder
	err := a.view(func(_ *Config, tx *models.Tx) error {
		plans, err := models.ListPlans(tx)
		for _, p := range plans {
			list = append(list, planView{ID: p.ID, Name: p.Name, Free: p.Free, Retired: p.Retired})
			word := map[bool]string{true: " (retired)"}[p.Retired]
			fmt.Fprintf(&text, "%s%s\n", p.Name, word)
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.print(list, text.String())
}

// changePlan runs a change of the plan with that name and shows the catalogue.
func (a *app) changePlan(name string, fn func(*models.Tx, *models.Plan) error) error {
	err := a.update(func(_ *Config, tx *models.Tx) error {
		p, err := models.FindPlanByName(tx, name)
		if err != nil {
			return err
		}
		return fn(tx, p)
	})
	if err != nil {
		return err
	}
	return a.printPlans()
}

type planListCmd struct{}

func (planListCmd) Run(a *app) error { return a.printPlans() }

type planAddCmd struct {
	Name string `arg:"" help:"The plan's name."`
}

func (p *planAddCmd) Run(a *app) error {
	err := a.update(func(_ *Config, tx *models.Tx) error {
		_, err := models.AddPlan(tx, p.Name)
		return err
	})
	if err != nil {
		return err
	}
	return a.printPlans()
}

type planRenameCmd struct {
	Name string `arg:"" help:"The plan's name."`
	To   string `required:"" help:"Its new name."`
}

func (p *planRenameCmd) Run(a *app) error {
	return a.changePlan(p.Name, func(tx *models.Tx, plan *models.Plan) error { return models.RenamePlan(tx, plan.ID, p.To) })
}

type planMoveCmd struct {
	Name string `arg:"" help:"The plan's name."`
	To   string `required:"" enum:"up,down" help:"Where to: ${enum}."`
}

func (p *planMoveCmd) Run(a *app) error {
	return a.changePlan(p.Name, func(tx *models.Tx, plan *models.Plan) error { return models.MovePlan(tx, plan.ID, p.To == "up") })
}

type planRetireCmd struct {
	Name string `arg:"" help:"The plan's name."`
}

func (p *planRetireCmd) Run(a *app) error {
	return a.changePlan(p.Name, func(tx *models.Tx, plan *models.Plan) error { return models.RetirePlan(tx, plan.ID, true) })
}

type planRestoreCmd struct {
	Name string `arg:"" help:"The plan's name."`
}

func (p *planRestoreCmd) Run(a *app) error {
	return a.changePlan(p.Name, func(tx *models.Tx, plan *models.Plan) error { return models.RetirePlan(tx, plan.ID, false) })
}
