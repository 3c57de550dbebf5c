package models

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Terms are what an organization has, as an operator sets it (SPEC B3): features without a purchase, plans, and what
// becomes of those who leave.
type Terms struct {
	SSO, SCIM   bool
	Plans       []string // names
	DefaultPlan string   // one of them
	Deprovision string
	Version     int64
}

// SetTerms writes the terms of the actor's organization. A plan that is taken away stays with those who have it.
func SetTerms(tx *Tx, t Terms) error {
	o, err := lockOrganization(tx)
	if err != nil {
		return err
	}
	switch t.Deprovision {
	case DeprovisionDowngrade, DeprovisionDisconnect, DeprovisionDelete:
	default:
		return invalid("deprovision", "Choose what happens when someone is removed.")
	}
	if o.Version != t.Version {
		if same, err := o.hasTerms(tx, t); err != nil || same { // what is so already undoes nothing
			return err
		}
		return stale()
	}
	if err := setPlans(tx, t.Plans); err != nil {
		return err
	}
	o.AllPlans = false
	plans, err := OrganizationPlans(tx, o)
	if err != nil {
		return err
	}
	if len(plans.Purchased) == 0 {
		return invalid("plans", "Choose at least one plan.")
	}
	d, err := plans.Find(t.DefaultPlan)
	if err != nil {
		return invalid("default_plan", "Choose the default plan among the purchased ones ("+strings.Join(plans.Names(), ", ")+").")
	}
	set := map[string]any{"sso_bought": t.SSO, "scim_bought": t.SCIM, "all_plans": false, "default_plan_id": d.ID, "deprovision": t.Deprovision}
	if err := changeOrganization(tx, set); err != nil {
		return err
	}
	return tx.Record("organization.terms_changed", o.ID, Changes{
		"sso": t.SSO, "scim": t.SCIM, "plans": plans.Names(), "default_plan": d.Name, "deprovision": t.Deprovision,
	})
}

// hasTerms tells whether these are the organization's terms already.
func (o *Organization) hasTerms(tx *Tx, t Terms) (bool, error) {
	if o.SSOBought != t.SSO || o.SCIMBought != t.SCIM || o.Deprovision != t.Deprovision || o.AllPlans {
		return false, nil
	}
	plans, err := OrganizationPlans(tx, o)
	if err != nil || Fold(plans.Default.Name) != Fold(t.DefaultPlan) || len(plans.Purchased) != len(t.Plans) {
		return false, err
	}
	for _, name := range t.Plans {
		if p, err := plans.Find(name); err != nil || !containsPlan(plans.Purchased, p.ID) {
			return false, nil
		}
	}
	return true, nil
}

// OrganizationRow is an organization in the operators' list.
type OrganizationRow struct {
	Organization
	Members, Held int64
	Domains       []string // by name
}

// ListOrganizations lists organizations by name, those whose name, slug, id or domain holds search.
func ListOrganizations(tx *Tx, search string, offset, limit int) (rows []OrganizationRow, total int64, err error) {
	g := tx.g.Model(&Organization{})
	if s := Fold(search); s != "" {
		like := "%" + escapeLike(s) + "%"
		g = g.Where(`LOWER(name) LIKE ? ESCAPE '\' OR slug LIKE ? ESCAPE '\' OR id = ? OR id IN (SELECT organization_id FROM domains WHERE name LIKE ? ESCAPE '\')`, like, like, s, like)
	}
	if err := g.Count(&total).Error; err != nil {
		return nil, 0, err
	}
	var orgs []Organization
	if err := g.Order("LOWER(name), id").Offset(offset).Limit(limit).Find(&orgs).Error; err != nil {
		return nil, 0, err
	}
	rows, err = describeOrganizations(tx, orgs)
	return rows, total, err
}

// describeOrganizations counts members and lists domains, in two queries for all of them.
func describeOrganizations(tx *Tx, orgs []Organization) ([]OrganizationRow, error) {
	rows, ids, at := make([]OrganizationRow, len(orgs)), make([]string, len(orgs)), map[string]int{}
	for i, o := range orgs {
		rows[i].Organization, ids[i], at[o.ID] = o, o.ID, i
	}
	var counts []struct {
		OrganizationID, Status string
		N                      int64
	}
	err := tx.allOrgs().Model(&MemberCount{}).Select("organization_id, status, CAST(SUM(n) AS BIGINT) AS n").Where("organization_id IN ?", ids).Group("organization_id, status").Scan(&counts).Error
	if err != nil {
		return nil, err
	}
	for _, c := range counts {
		row := &rows[at[c.OrganizationID]]
		row.Members += c.N
		if c.Status == MemberHeld {
			row.Held = c.N
		}
	}
	var domains []Domain
	if err := tx.allOrgs().Where("organization_id IN ?", ids).Order("name").Find(&domains).Error; err != nil {
		return nil, err
	}
	for _, d := range domains {
		row := &rows[at[d.OrganizationID]]
		row.Domains = append(row.Domains, d.Name)
	}
	return rows, nil
}

// ListUndelivered are the outbox rows that wait after a failure or were given up, newest first, in all organizations:
// those before the row with that id, 0 for the newest.
func ListUndelivered(tx *Tx, before int64, limit int) ([]Outbox, error) {
	var all []Outbox
	for _, state := range []string{"state = 'discarded'", "state = 'available' AND attempts > 0"} { // each in the words of its index
		var rows []Outbox
		g := tx.allOrgs().Where(state).Order("id DESC").Limit(limit)
		if before > 0 {
			g = g.Where("id < ?", before)
		}
		if err := g.Find(&rows).Error; err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	slices.SortFunc(all, func(a, b Outbox) int { return cmp.Compare(b.ID, a.ID) })
	return all[:min(len(all), limit)], nil
}

// SendAgain puts a given-up outbox row back, to be tried at once.
func SendAgain(tx *Tx, id int64) error {
	var o Outbox
	if err := forUpdate(tx.allOrgs()).First(&o, "id = ?", id).Error; err != nil {
		return translate(err)
	}
	if o.State != OutboxDiscarded {
		return &Error{Code: Conflict, Message: "This is tried again already."}
	}
	err := tx.allOrgs().Model(&Outbox{}).Where("id = ?", id).Updates(map[string]any{"state": OutboxAvailable, "attempts": 0, "next_at": tx.Now, "done_at": nil}).Error
	if err != nil {
		return err
	}
	return tx.In(o.OrganizationID).Record("outbox.sent_again", strconv.FormatInt(id, 10), Changes{"kind": o.Kind})
}
