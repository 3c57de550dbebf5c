package models

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gorm.io/gorm"
)

const (
	maxPlanName = 60 // characters
	maxPlans    = 50
)

// AddPlan puts a plan into the catalogue, above all others (SPEC O2). A name that is taken in any letter case, also by a
// retired plan, is a Conflict.
func AddPlan(tx *Tx, name string) (*Plan, error) {
	plans, err := LockPlans(tx)
	if err != nil {
		return nil, err
	}
	if len(plans) >= maxPlans {
		return nil, &Error{Code: Conflict, Field: "name", Message: "There are 50 plans already. Rename a retired one instead."}
	}
	if name, err = planName(plans, "", name); err != nil {
		return nil, err
	}
	p := &Plan{ID: tx.NewID("pln"), Name: name, NameKey: Fold(name), Rank: plans[len(plans)-1].Rank + 1}
	if err := tx.g.Create(p).Error; err != nil {
		return nil, err
	}
	return p, tx.Record("plan.added", p.ID, Changes{"plan": name})
}

// RenamePlan gives a plan another name, at once everywhere: members, organizations and mappings know it by its id.
func RenamePlan(tx *Tx, id, name string) error {
	plans, p, err := lockPlan(tx, id)
	if err != nil {
		return err
	}
	if name, err = planName(plans, id, name); err != nil || name == p.Name {
		return err
	}
	if err := tx.g.Model(&Plan{}).Where("id = ?", id).Updates(map[string]any{"name": name, "name_key": Fold(name)}).Error; err != nil {
		return err
	}
	return tx.Record("plan.renamed", id, Changes{"plan": name, "before": p.Name})
}

// MovePlan moves a plan one place up (towards the most) or down. What members have changes only when they are
// provisioned again.
func MovePlan(tx *Tx, id string, up bool) error {
	plans, p, err := lockPlan(tx, id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(plans, func(x Plan) bool { return x.ID == id })
	j := i - 1
	if up {
		j = i + 1
	}
	if p.Free || j < 0 || j >= len(plans) || plans[j].Free {
		return invalid("plan", "“"+p.Name+"” cannot be moved further. "+planWithoutPrice(plans)+" always comes first.")
	}
	for _, set := range []struct {
		id   string
		rank int64
	}{{p.ID, plans[j].Rank}, {plans[j].ID, p.Rank}} {
		if err := tx.g.Model(&Plan{}).Where("id = ?", set.id).Update("rank", set.rank).Error; err != nil {
			return err
		}
	}
	return tx.Record("plan.moved", id, Changes{"plan": p.Name, "past": plans[j].Name})
}

// RetirePlan takes a plan off sale, or puts it back on. It stays with the organizations that have it, among them those
// with all plans on sale of which somebody or something uses it (SPEC O2).
func RetirePlan(tx *Tx, id string, retired bool) error {
	plans, p, err := lockPlan(tx, id)
	if err != nil || p.Retired == retired {
		return err
	}
	action := "plan.restored"
	if retired {
		action = "plan.retired"
		onSale := slices.DeleteFunc(slices.Clone(plans), func(x Plan) bool { return x.Free || x.Retired })
		switch {
		case p.Free:
			return invalid("plan", "“"+p.Name+"” is the plan of everybody without a purchase, so it cannot be retired.")
		case len(onSale) == 1:
			return invalid("plan", "“"+p.Name+"” is the last plan on sale. Add another one first.")
		}
		if err := keepRetired(tx, id); err != nil {
			return err
		}
	}
	if err := tx.g.Model(&Plan{}).Where("id = ?", id).Update("retired", retired).Error; err != nil {
		return err
	}
	return tx.Record(action, id, Changes{"plan": p.Name})
}

// keepRetired writes the plan down as purchased for each organization with all plans on sale that uses it.
func keepRetired(tx *Tx, id string) error {
	_, err := tx.run(`INSERT INTO organization_plans (organization_id, plan_id)
		SELECT o.id, p.id FROM organizations o CROSS JOIN plans p WHERE p.id = ? AND o.all_plans = ? AND (o.default_plan_id = p.id
			OR EXISTS (SELECT 1 FROM members m WHERE m.organization_id = o.id AND (m.plan_id = p.id OR m.kept_plan_id = p.id OR m.return_plan_id = p.id))
			OR EXISTS (SELECT 1 FROM groups g WHERE g.organization_id = o.id AND g.mapped_plan_id = p.id))
		ON CONFLICT (organization_id, plan_id) DO NOTHING`, id, true)
	return err
}

// FindPlanByName finds a plan of the catalogue by its name in any letter case, for commands.
func FindPlanByName(tx *Tx, name string) (*Plan, error) {
	plans, err := ListPlans(tx)
	if err != nil {
		return nil, err
	}
	var names []string
	for i := range plans {
		if plans[i].NameKey == Fold(name) {
			return &plans[i], nil
		}
		names = append(names, plans[i].Name)
	}
	return nil, &Error{Code: NotFound, Field: "plan", Message: "There is no plan “" + name + "”. The plans are " + strings.Join(names, ", ") + "."}
}

// PlanUse counts who has a plan: organizations that bought it (those with all plans on sale apart) and members on it.
type PlanUse struct{ Organizations, Members int64 }

// CountPlanUse counts by plan id, over all organizations.
func CountPlanUse(tx *Tx) (map[string]PlanUse, error) {
	out := map[string]PlanUse{}
	for _, q := range []struct {
		g   *gorm.DB
		n   string
		put func(*PlanUse, int64)
	}{
		{tx.allOrgs().Model(&OrganizationPlan{}), "COUNT(*)", func(u *PlanUse, n int64) { u.Organizations = n }},
		{tx.allOrgs().Model(&MemberCount{}).Where("plan_id <> '' AND status = ?", MemberActive), "SUM(n)", func(u *PlanUse, n int64) { u.Members = n }},
	} {
		var rows []struct {
			PlanID string
			N      int64
		}
		if err := q.g.Select("plan_id, CAST(" + q.n + " AS BIGINT) AS n").Group("plan_id").Scan(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			u := out[r.PlanID]
			q.put(&u, r.N)
			out[r.PlanID] = u
		}
	}
	return out, nil
}

// LockPlans is the catalogue, least first, which nobody else changes until the end of the unit of work.
func LockPlans(tx *Tx) ([]Plan, error) {
	var plans []Plan
	err := forUpdate(tx.g).Order("rank").Find(&plans).Error
	slices.SortFunc(plans, func(a, b Plan) int { return cmp.Compare(a.Rank, b.Rank) }) // whoever was waited for may have moved one
	return plans, err
}

func lockPlan(tx *Tx, id string) ([]Plan, *Plan, error) {
	plans, err := LockPlans(tx)
	if err != nil {
		return nil, nil, err
	}
	for i := range plans {
		if plans[i].ID == id {
			return plans, &plans[i], nil
		}
	}
	return nil, nil, notFound("plan")
}

func planWithoutPrice(plans []Plan) string {
	for _, p := range plans {
		if p.Free {
			return "“" + p.Name + "”"
		}
	}
	return ""
}

// planName is a name as it is stored, checked against those of the other plans.
func planName(plans []Plan, id, name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	strange := strings.ContainsAny(name, `,"“”`) || strings.ContainsFunc(name, unicode.IsControl)
	if name == "" || utf8.RuneCountInString(name) > maxPlanName || strange {
		return "", invalid("name", "Give the plan a name of at most 60 characters, without commas and quotation marks.")
	}
	for _, p := range plans {
		if p.ID != id && p.NameKey == Fold(name) {
			message := "There is a plan “" + p.Name + "” already."
			if p.Retired {
				message = "There is a retired plan “" + p.Name + "”. Put it on sale again, or rename it first."
			}
			return "", &Error{Code: Conflict, Field: "name", Message: message}
		}
	}
	return name, nil
}
