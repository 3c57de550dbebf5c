package models

import (
	"slices"
	"strings"
)

// Plan is a row of the catalogue (SPEC O2): plans are data, ordered by Rank from least to most.
type Plan struct {
	ID      string `gorm:"primaryKey"`
	Name    string
	NameKey string // folded Name: names compare without case
	Rank    int64
	Free    bool // the plan of people who are not entitled; never on sale
	Retired bool
}

// OrganizationPlan says that an organization purchased a plan.
type OrganizationPlan struct {
	OrganizationID string `gorm:"primaryKey"`
	PlanID         string `gorm:"primaryKey"`
}

// Fold is how names, e-mails and plans are compared everywhere: in Go, so that both engines agree.
func Fold(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// seedPlans puts the default catalogue into an empty database.
func seedPlans(tx *Tx) error {
	var n int64
	if err := tx.g.Model(&Plan{}).Count(&n).Error; err != nil || n > 0 {
		return err
	}
	for i, name := range []string{"Free", "Core", "Extended", "Ultimate"} {
		p := &Plan{ID: tx.NewID("pln"), Name: name, NameKey: Fold(name), Rank: int64(i), Free: i == 0}
		if err := tx.g.Create(p).Error; err != nil {
			return err
		}
	}
	return nil
}

// seedCatalogue puts what can be bought into an empty database.
func seedCatalogue(tx *Tx) error {
	if err := seedPlans(tx); err != nil {
		return err
	}
	return seedPrices(tx)
}

// ListPlans is the whole catalogue, least first, retired ones too.
func ListPlans(tx *Tx) ([]Plan, error) {
	return find[Plan](tx, "ORDER BY rank", "1 = 1")
}

// Plans is what one organization has to do with the catalogue: what it bought and what Free is. It is read once per
// unit of work.
type Plans struct {
	All       []Plan // the catalogue, least first
	Purchased []Plan // least first, never Free
	Free      Plan
	Default   Plan // the Provision Default Plan; Free when none is set
}

// OrganizationPlans reads the plans of o.
func OrganizationPlans(tx *Tx, o *Organization) (*Plans, error) {
	p := &Plans{}
	if err := tx.answer(p.question(tx, o)); err != nil {
		return nil, err
	}
	p.chooseDefault(o)
	return p, nil
}

// question reads the plans. o must be known when it is answered.
func (p *Plans) question(tx *Tx, o *Organization) question {
	return question{tx.placeholders(`SELECT p.id, p.name, p.name_key, p.rank, p.free, p.retired, o.plan_id IS NOT NULL FROM plans p
		LEFT JOIN organization_plans o ON o.organization_id = ? AND o.plan_id = p.id ORDER BY p.rank`), []any{tx.Actor.OrgID},
		func(get func(...any) error) error {
			var plan Plan
			var bought bool
			if err := get(&plan.ID, &plan.Name, &plan.NameKey, &plan.Rank, &plan.Free, &plan.Retired, &bought); err != nil {
				return err
			}
			p.All = append(p.All, plan)
			if plan.Free {
				p.Free = plan
			} else if bought || o.AllPlans && !plan.Retired {
				p.Purchased = append(p.Purchased, plan)
			}
			return nil
		}}
}

func (p *Plans) chooseDefault(o *Organization) {
	p.Default = p.Free
	if o.DefaultPlanID != nil {
		if d, ok := p.ByID(*o.DefaultPlanID); ok {
			p.Default = d
		}
	}
}

// ByID finds a plan of the catalogue.
func (p *Plans) ByID(id string) (Plan, bool) {
	i := slices.IndexFunc(p.All, func(x Plan) bool { return x.ID == id })
	if i < 0 {
		return Plan{}, false
	}
	return p.All[i], true
}

// NameOf is the name of the plan with that id, or "" for none.
func (p *Plans) NameOf(id *string) string {
	if id == nil {
		return ""
	}
	plan, _ := p.ByID(*id)
	return plan.Name
}

// Find is the purchased plan with that name in any letter case. Any other name is invalid, and the error names the
// plans it could be (SPEC P3).
func (p *Plans) Find(name string) (Plan, error) {
	for _, plan := range p.Purchased {
		if plan.NameKey == Fold(name) {
			return plan, nil
		}
	}
	return Plan{}, invalid("plan", "The plan “"+name+"” is not one of this organization's plans ("+strings.Join(p.Names(), ", ")+"). Send one of these names.")
}

// Names are the purchased plans' names, least first.
func (p *Plans) Names() []string {
	var names []string
	for _, plan := range p.Purchased {
		names = append(names, plan.Name)
	}
	return names
}

// setPlans makes names the purchased plans of the actor's organization. An unknown name or Free is invalid; so is a retired
// plan that the organization does not have yet (SPEC O2).
func setPlans(tx *Tx, names []string) error {
	all, err := ListPlans(tx)
	if err != nil {
		return err
	}
	var has []OrganizationPlan
	if err := tx.org().Find(&has).Error; err != nil {
		return err
	}
	if err := tx.org().Delete(&OrganizationPlan{}).Error; err != nil {
		return err
	}
	sale := &Plans{}
	for _, p := range all {
		keeps := slices.ContainsFunc(has, func(h OrganizationPlan) bool { return h.PlanID == p.ID })
		if !p.Free && (!p.Retired || keeps) {
			sale.Purchased = append(sale.Purchased, p)
		}
	}
	seen := map[string]bool{}
	for _, name := range names {
		p, err := sale.Find(name)
		if err != nil {
			return invalid("plan", "“"+name+"” is not a plan that can be bought. The plans are "+strings.Join(sale.Names(), ", ")+".")
		}
		if seen[p.ID] {
			continue
		}
		seen[p.ID] = true
		if err := tx.g.Create(&OrganizationPlan{OrganizationID: tx.Actor.OrgID, PlanID: p.ID}).Error; err != nil {
			return err
		}
	}
	return nil
}
