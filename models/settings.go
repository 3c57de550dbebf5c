package models

import (
	"slices"
	"strings"

	"gorm.io/gorm"
)

// Settings are what the Single Sign-On / Provision tab saves at once.
type Settings struct {
	Domains          []string // from ParseDomains: the whole list as the form has it
	DefaultPlanID    string
	DisablePasswords bool
	AddMembers       string
	Deprovision      string
	Version          int64 // the version the form was made from; a mismatch is a Conflict
}

// SaveSettings writes the tab's settings with one audit event that names what changed, adds the domains that are new
// and takes away the unproved ones that are gone. A proved domain that the list lacks is answered in kept and stays:
// people sign in through it, so it goes by its own button only.
func SaveSettings(tx *Tx, s Settings) (kept []string, err error) {
	o, err := lockOrganization(tx)
	if err != nil {
		return nil, err
	}
	plans, err := OrganizationPlans(tx, o)
	if err != nil {
		return nil, err
	}
	changes, err := o.settingsChanges(tx, plans, s)
	if err != nil {
		return nil, err
	}
	have, err := ListDomains(tx)
	if err != nil {
		return nil, err
	}
	if o.Version != s.Version && (len(changes) > 0 || !sameDomains(have, s.Domains)) { // what is so already undoes nothing
		return nil, stale()
	}
	if kept, err = saveDomainList(tx, have, s.Domains); err != nil || len(changes) == 0 {
		return kept, err
	}
	err = changeOrganization(tx, map[string]any{
		"default_plan_id": s.DefaultPlanID, "disable_passwords": s.DisablePasswords, "add_members": s.AddMembers, "deprovision": s.Deprovision,
	})
	if err != nil {
		return nil, err
	}
	return kept, tx.Record("organization.settings_changed", o.ID, changes)
}

// changeOrganization writes columns of the actor's organization and moves its version, so that a form drawn before
// shows a conflict.
func changeOrganization(tx *Tx, set map[string]any) error {
	set["version"] = gorm.Expr("version + 1")
	set["settings_changed_by"], set["settings_changed_at"] = tx.Actor.ID, tx.Now
	return tx.g.Model(&Organization{}).Where("id = ?", tx.Actor.OrgID).Updates(set).Error
}

func (o *Organization) settingsChanges(tx *Tx, plans *Plans, s Settings) (Changes, error) {
	plan, ok := plans.ByID(s.DefaultPlanID)
	if !ok || !containsPlan(plans.Purchased, plan.ID) {
		return nil, invalid("default_plan", "Choose one of the plans your organization has bought ("+strings.Join(plans.Names(), ", ")+").")
	}
	if err := o.checkAddMembers(s.AddMembers); err != nil {
		return nil, err
	}
	if err := o.checkDeprovision(tx.Actor, s.Deprovision); err != nil {
		return nil, err
	}
	c := Changes{}
	if plans.Default.ID != plan.ID {
		c["default_plan"] = plan.Name
	}
	if o.DisablePasswords != s.DisablePasswords {
		c["disable_passwords"] = s.DisablePasswords
	}
	if o.AddMembers != s.AddMembers {
		c["add_members"] = s.AddMembers
	}
	if o.Deprovision != s.Deprovision {
		c["deprovision"] = s.Deprovision
	}
	return c, nil
}

func (o *Organization) checkAddMembers(way string) error {
	switch {
	case way != AddByJIT && way != AddByDirectory:
		return invalid("add_members", "Choose how members are added: at first sign-in, or from the directory.")
	case way == AddByDirectory && way != o.AddMembers && !o.SCIMBought:
		return invalid("add_members", "Directory Sync is not included, so members cannot be added from a directory.")
	}
	return nil
}

// checkDeprovision lets administrators choose between the first two policies; only an operator chooses `delete`.
func (o *Organization) checkDeprovision(by Actor, policy string) error {
	switch {
	case policy == o.Deprovision, policy == DeprovisionDowngrade, policy == DeprovisionDisconnect, policy == DeprovisionDelete && by.Kind == ActorOperator:
		return nil
	case policy == DeprovisionDelete:
		return invalid("deprovision", "Only the service’s staff can choose that people are deleted. Choose one of the other two, or write to support.")
	}
	return invalid("deprovision", "Choose what happens when someone is removed: downgrade, or downgrade and remove from the organization.")
}

// SetDeprovision sets what becomes of people who are removed from now on (SPEC P7).
func SetDeprovision(tx *Tx, policy string) error {
	o, err := lockOrganization(tx)
	if err != nil {
		return err
	}
	if err := o.checkDeprovision(tx.Actor, policy); err != nil || policy == o.Deprovision {
		return err
	}
	if err := changeOrganization(tx, map[string]any{"deprovision": policy}); err != nil {
		return err
	}
	return tx.Record("organization.settings_changed", o.ID, Changes{"deprovision": policy})
}

func containsPlan(plans []Plan, id string) bool {
	return slices.ContainsFunc(plans, func(p Plan) bool { return p.ID == id })
}

// sameDomains tells whether the list neither adds nor takes away one of those that the organization has.
func sameDomains(have []Domain, names []string) bool {
	known := map[string]bool{}
	for _, d := range have {
		known[d.Name] = true
		if !d.Proved() && !slices.Contains(names, d.Name) {
			return false
		}
	}
	return !slices.ContainsFunc(names, func(n string) bool { return !known[n] })
}

// saveDomainList makes the organization's unproved domains those of the list.
func saveDomainList(tx *Tx, have []Domain, names []string) (kept []string, err error) {
	for _, d := range have {
		switch {
		case slices.Contains(names, d.Name):
		case d.Proved():
			kept = append(kept, d.Name)
		default:
			if err := RemoveDomain(tx, d.ID); err != nil {
				return nil, err
			}
		}
	}
	_, err = AddDomains(tx, names, false)
	return kept, err
}

// Details are what the settings page saves.
type Details struct {
	Name           string
	DefaultCountry string // a code or a name; "" for none (SPEC O7)
	SupportContact string // an e-mail shown to members who cannot get in; "" for the administrators
	HealthMails    bool   // a weekly mail about what needs attention
	Version        int64
}

// check brings the details into their stored form.
func (d *Details) check() (err error) {
	if d.Name = strings.TrimSpace(d.Name); CheckOrganizationName(d.Name) != nil {
		return invalid("name", "Give the organization a name of at most 200 characters.")
	}
	if d.DefaultCountry, err = ParseCountry(d.DefaultCountry); err != nil {
		return err
	}
	if d.SupportContact == "" {
		return nil
	}
	if d.SupportContact, _, err = ParseEmail(d.SupportContact); err != nil {
		return invalid("support_contact", "Write the support contact as an e-mail address, like it@acme.com.")
	}
	return nil
}

// SaveDetails writes name, default country and support contact. Members held for their country alone are released.
func SaveDetails(tx *Tx, d Details) error {
	o, err := lockOrganization(tx)
	if err != nil {
		return err
	}
	if err := d.check(); err != nil {
		return err
	}
	country := d.DefaultCountry
	changes := Changes{}
	if d.Name != o.Name {
		changes["name"] = d.Name
	}
	if country != o.DefaultCountry {
		changes["default_country"] = country
	}
	if d.SupportContact != o.SupportContact {
		changes["support_contact"] = true
	}
	if d.HealthMails != o.HealthMails {
		changes["health_mails"] = d.HealthMails
	}
	if len(changes) == 0 {
		return nil
	}
	if o.Version != d.Version {
		return stale()
	}
	err = changeOrganization(tx, map[string]any{
		"name": d.Name, "default_country": country, "support_contact": d.SupportContact, "health_mails": d.HealthMails,
	})
	if err != nil {
		return err
	}
	if err := tx.Record("organization.details_changed", o.ID, changes); err != nil || country == o.DefaultCountry {
		return err
	}
	return ReleaseHolds(tx)
}
