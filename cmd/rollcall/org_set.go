package main

import (
	"slices"
	"strconv"
	"strings"

	"rollcall/models"
)

type orgSetCmd struct {
	Org         string   `arg:"" help:"Id or slug of the organization."`
	Deprovision string   `enum:"downgrade,disconnect,delete," default:"" help:"What becomes of a member whom the directory removes: downgrade, disconnect or delete. Only here and at the operators' desk can delete be chosen."`
	Feature     []string `enum:"sso,scim,none" placeholder:"sso,scim" help:"All that it has: what is not named is taken away; none for nothing."`
	Plan        []string `placeholder:"P,…" help:"All plans that it has: what is not named is taken away."`
	DefaultPlan string   `placeholder:"P" help:"The plan of new members, one of its plans."`
	Passwords   bool     `help:"Let passwords and e-mailed links work again where single sign-on is required and nobody gets in; the administrators are told."`
	Seats       string   `placeholder:"N" help:"How many members may be active, or none for no limit. Whoever comes when all are taken waits."`
}

// terms are the organization's as they stand, with what the flags say put in.
func (o *orgSetCmd) terms(tx *models.Tx, org *models.Organization) (models.Terms, error) {
	t := models.Terms{SSO: org.SSOBought, SCIM: org.SCIMBought, Deprovision: org.Deprovision, Version: org.Version}
	plans, err := models.OrganizationPlans(tx, org)
	if err != nil {
		return t, err
	}
	t.Plans, t.DefaultPlan = plans.Names(), plans.Default.Name
	if len(o.Feature) > 0 {
		t.SSO, t.SCIM = slices.Contains(o.Feature, models.KindSSO), slices.Contains(o.Feature, models.KindSCIM)
	}
	if len(o.Plan) > 0 {
		t.Plans = o.Plan
	}
	if o.Deprovision != "" {
		t.Deprovision = o.Deprovision
	}
	if o.DefaultPlan != "" {
		t.DefaultPlan = o.DefaultPlan
	}
	return t, nil
}

func (o *orgSetCmd) Run(a *app) error {
	onlyPolicy := len(o.Feature) == 0 && len(o.Plan) == 0 && o.DefaultPlan == ""
	if onlyPolicy && o.Deprovision == "" && o.Seats == "" && !o.Passwords {
		return usageError("Say what to set: --feature, --plan, --default-plan, --deprovision, --seats or --passwords")
	}
	err := a.update(func(_ *Config, tx *models.Tx) error {
		org, in, err := inOrg(tx, o.Org)
		if err != nil {
			return err
		}
		if err := o.setSeats(in); err != nil {
			return err
		}
		if o.Passwords {
			if err := models.RequireSSO(in, false, nil); err != nil {
				return err
			}
		}
		if onlyPolicy { // an organization with all plans on sale keeps them
			return models.SetDeprovision(in, orElse(o.Deprovision, org.Deprovision))
		}
		if org, err = models.FindOrganization(in); err != nil { // the seats have moved its version
			return err
		}
		terms, err := o.terms(in, org)
		if err != nil {
			return err
		}
		return models.SetTerms(in, terms)
	})
	if err != nil {
		return err
	}
	return a.showOrg(o.Org)
}

// setSeats sets the number that was given, if any.
func (o *orgSetCmd) setSeats(in *models.Tx) error {
	switch o.Seats {
	case "":
		return nil
	case "none":
		return models.SetSeats(in, nil)
	}
	n, err := strconv.ParseInt(o.Seats, 10, 64)
	if err != nil {
		return usageError("--seats is “" + o.Seats + "”; write a number, or none for no limit")
	}
	return models.SetSeats(in, &n)
}

type orgListCmd struct {
	Search string `help:"Only those whose name, slug, id or domain holds this."`
}

// orgLine is an organization in `org list`.
type orgLine struct {
	ID      string   `json:"id"`
	Slug    string   `json:"slug"`
	Name    string   `json:"name"`
	Domains []string `json:"domains"`
	Members int64    `json:"members"`
}

// orgsAtOnce is how many organizations are read together.
const orgsAtOnce = 500

func (o *orgListCmd) Run(a *app) error {
	lines := []orgLine{}
	var text strings.Builder
	err := a.view(func(_ *Config, tx *models.Tx) error {
		for {
			rows, total, err := models.ListOrganizations(tx, o.Search, len(lines), orgsAtOnce)
			if err != nil {
				return err
			}
			for _, r := range rows {
				lines = append(lines, orgLine{ID: r.ID, Slug: r.Slug, Name: r.Name, Domains: append([]string{}, r.Domains...), Members: r.Members})
				text.WriteString(r.Name + ": " + r.Slug + " (" + r.ID + ") " + strings.Join(r.Domains, ", ") + "\n")
			}
			if len(rows) == 0 || int64(len(lines)) >= total {
				return nil
			}
		}
	})
	if err != nil {
		return err
	}
	return a.print(lines, text.String())
}
