package main

import (
	"strings"

	"rollcall/models"
)

type domainAddCmd struct {
	Org     string   `required:"" help:"Id or slug of the organization."`
	Domains []string `arg:"" help:"The domains, verified at once."`
}

func (d *domainAddCmd) Run(a *app) error {
	return a.changeDomains(d.Org, func(tx *models.Tx) error {
		names, err := models.ParseDomains(strings.Join(d.Domains, ","))
		if err != nil {
			return err
		}
		_, err = models.AddDomains(tx, names, true)
		return err
	})
}

type domainVerifyCmd struct {
	Org    string `required:"" help:"Id or slug of the organization."`
	Domain string `arg:"" help:"The domain."`
}

func (d *domainVerifyCmd) Run(a *app) error {
	return a.changeDomains(d.Org, func(tx *models.Tx) error { return withDomain(tx, d.Domain, models.VerifyDomain) })
}

type domainRemoveCmd struct {
	Org    string `required:"" help:"Id or slug of the organization."`
	Domain string `arg:"" help:"The domain."`
}

func (d *domainRemoveCmd) Run(a *app) error {
	return a.changeDomains(d.Org, func(tx *models.Tx) error { return withDomain(tx, d.Domain, models.RemoveDomain) })
}

// changeDomains runs a change inside the organization and shows the organization.
func (a *app) changeDomains(ref string, fn func(*models.Tx) error) error {
	err := a.update(func(_ *Config, tx *models.Tx) error {
		_, in, err := inOrg(tx, ref)
		if err != nil {
			return err
		}
		return fn(in)
	})
	if err != nil {
		return err
	}
	return a.showOrg(ref)
}

// withDomain hands the organization's domain of that name to fn by its id.
func withDomain(tx *models.Tx, name string, fn func(*models.Tx, string) error) error {
	domains, err := models.ListDomains(tx)
	if err != nil {
		return err
	}
	for _, d := range domains {
		if d.Name == models.Fold(name) {
			return fn(tx, d.ID)
		}
	}
	return &models.Error{Code: models.NotFound, Message: "The organization has no domain “" + name + "”."}
}
