package main

import (
	"fmt"
	"slices"
	"strings"

	"rollcall/models"
)

type orgCreateCmd struct {
	Name           string   `required:"" help:"The organization's name."`
	Domain         []string `required:"" placeholder:"D,…" help:"Its e-mail domains, verified at once."`
	Plan           []string `required:"" placeholder:"P,…" help:"The plans that it has bought."`
	DefaultPlan    string   `placeholder:"P" help:"The plan of new members (the least of --plan)."`
	Feature        []string `enum:"sso,scim" placeholder:"sso,scim" help:"What it has bought."`
	Admin          string   `placeholder:"EMAIL" help:"Invite this person as its first administrator."`
	Deprovision    string   `enum:"downgrade,disconnect,delete" default:"downgrade" help:"What becomes of a member whom the directory removes: ${enum}."`
	AddMembers     string   `enum:"jit,directory" default:"jit" help:"How members are added: ${enum}."`
	DefaultCountry string   `placeholder:"C" help:"The country of people whose identity provider sends none."`
}

// check refuses what the grammar lets through.
func (o *orgCreateCmd) check() error {
	if strings.Trim(strings.Join(o.Domain, ""), " ,") == "" {
		return usageError("--domain needs an e-mail domain, like acme.com")
	}
	return nil
}

func (o *orgCreateCmd) Run(a *app) error {
	if err := o.check(); err != nil {
		return err
	}
	var result struct {
		ID             string  `json:"id"`
		Slug           string  `json:"slug"`
		AdminInviteURL *string `json:"admin_invite_url"`
	}
	err := a.update(func(c *Config, tx *models.Tx) error {
		domains, err := models.ParseDomains(strings.Join(o.Domain, ","))
		if err != nil {
			return err
		}
		org, err := models.CreateOrganization(tx, models.NewOrganization{
			Name: o.Name, Plans: o.Plan, DefaultPlan: o.DefaultPlan, SSO: slices.Contains(o.Feature, models.KindSSO),
			SCIM: slices.Contains(o.Feature, models.KindSCIM), Deprovision: o.Deprovision, AddMembers: o.AddMembers,
			DefaultCountry: o.DefaultCountry, Domains: domains, VerifiedDomains: true,
		})
		if err != nil {
			return err
		}
		result.ID, result.Slug, result.AdminInviteURL = org.ID, org.Slug, nil
		if o.Admin == "" {
			return nil
		}
		_, url, err := createInvite(c, tx.In(org.ID), o.Admin, models.RoleAdmin)
		result.AdminInviteURL = &url
		return err
	})
	if err != nil {
		return err
	}
	text := fmt.Sprintf("Made the organization %s: %s (%s).", o.Name, result.Slug, result.ID)
	if result.AdminInviteURL != nil {
		text += "\nIts administrator " + o.Admin + " accepts the invitation at " + *result.AdminInviteURL
	}
	return a.print(result, text)
}

type orgShowCmd struct {
	Org string `arg:"" help:"Id or slug of the organization."`
}

func (o *orgShowCmd) Run(a *app) error { return a.showOrg(o.Org) }

// orgView is the JSON object of `org show` and `deactivate`.
type orgView struct {
	ID             string   `json:"id"`
	Slug           string   `json:"slug"`
	Name           string   `json:"name"`
	SSO            string   `json:"sso"`
	SCIM           string   `json:"scim"`
	Domains        []string `json:"domains"`
	Plans          []string `json:"plans"`
	DefaultPlan    *string  `json:"default_plan"`
	AddMembers     string   `json:"add_members"`
	Deprovision    string   `json:"deprovision"`
	DefaultCountry *string  `json:"default_country"`
}

func (a *app) showOrg(ref string) error {
	var v orgView
	err := a.view(func(_ *Config, tx *models.Tx) error {
		o, in, err := inOrg(tx, ref)
		if err != nil {
			return err
		}
		v, err = viewOrg(in, o)
		return err
	})
	if err != nil {
		return err
	}
	return a.print(v, v.String())
}

func viewOrg(tx *models.Tx, o *models.Organization) (orgView, error) {
	v := orgView{
		ID: o.ID, Slug: o.Slug, Name: o.Name, Domains: []string{}, Plans: []string{}, AddMembers: o.AddMembers,
		Deprovision: o.Deprovision, DefaultCountry: orNull(o.DefaultCountry),
	}
	plans, err := models.OrganizationPlans(tx, o)
	if err != nil {
		return v, err
	}
	v.Plans = append(v.Plans, plans.Names()...)
	if o.DefaultPlanID != nil {
		v.DefaultPlan = orNull(plans.Default.Name)
	}
	domains, err := models.ListDomains(tx)
	if err != nil {
		return v, err
	}
	for _, d := range domains {
		v.Domains = append(v.Domains, d.Name)
	}
	if v.SSO, err = ssoState(tx, o); err != nil {
		return v, err
	}
	v.SCIM, err = scimState(tx, o)
	return v, err
}

func ssoState(tx *models.Tx, o *models.Organization) (string, error) {
	if !o.SSOBought {
		return models.NotIncluded, nil
	}
	c, err := models.OrganizationConnection(tx)
	if models.CodeOf(err) == models.NotFound {
		return models.Awaiting, nil
	}
	return c.State, err
}

func scimState(tx *models.Tx, o *models.Organization) (string, error) {
	if !o.SCIMBought {
		return models.NotIncluded, nil
	}
	d, err := models.OrganizationDirectory(tx)
	if models.CodeOf(err) == models.NotFound {
		return models.Awaiting, nil
	}
	return d.State, err
}

// String is the object for people to read.
func (v orgView) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s (%s)\n", v.Name, v.Slug, v.ID)
	for _, line := range [][2]string{
		{"Single Sign-On", stateWords[v.SSO]}, {"Directory Sync", stateWords[v.SCIM]}, {"Domains", strings.Join(v.Domains, ", ")},
		{"Plans", strings.Join(v.Plans, ", ")}, {"Default plan", text0(v.DefaultPlan)}, {"Members are added", addWords[v.AddMembers]},
		{"When removed", v.Deprovision}, {"Default country", text0(v.DefaultCountry)},
	} {
		fmt.Fprintf(&b, "  %-18s %s\n", line[0], line[1])
	}
	return b.String()
}

// stateWords are the status words that people read (SPEC S1).
var stateWords = map[string]string{
	models.NotIncluded: "Not included", models.Awaiting: "Awaiting", models.Active: "Active", models.Deactivated: "Deactivated",
}

var addWords = map[string]string{models.AddByJIT: "at their first sign-in", models.AddByDirectory: "from the directory"}

// orNull is nil for "": absent values are null.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// text0 is the text of an optional value, a dash for none.
func text0(s *string) string {
	if s == nil {
		return "–"
	}
	return *s
}
