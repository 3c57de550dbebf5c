package main

import (
	"fmt"

	"rollcall/models"
)

type directoryCreateCmd struct {
	Org         string `required:"" help:"Id or slug of the organization."`
	IDP         string `name:"idp" placeholder:"okta" help:"Which provider pushes, as its guide is called."`
	Strict      bool   `help:"Refuse a person whose required attributes are missing, instead of holding the person."`
	AllowGuests bool   `help:"Take people from outside the organization's domains."`
}

func (d *directoryCreateCmd) Run(a *app) error {
	if err := checkIDP(d.IDP); err != nil {
		return err
	}
	var result struct {
		ID      string `json:"id"`
		BaseURL string `json:"base_url"`
		Token   string `json:"token"`
	}
	err := a.update(func(c *Config, tx *models.Tx) error {
		_, in, err := inOrg(tx, d.Org)
		if err != nil {
			return err
		}
		dir, token, err := models.CreateDirectory(in, models.NewDirectory{IDP: d.IDP, Strict: d.Strict, AllowGuests: d.AllowGuests})
		if err != nil {
			return err
		}
		result.ID, result.BaseURL, result.Token = dir.ID, c.scimURL(dir), token
		return nil
	})
	if err != nil {
		return err
	}
	return a.print(result, fmt.Sprintf("Made a token for the directory %s.\n  Base URL  %s\n  Token     %s\nThe token is shown only now.", result.ID, result.BaseURL, result.Token))
}

// scimURL is where the identity provider pushes to.
func (c *Config) scimURL(d *models.Directory) string { return c.BaseURL + "/scim/v2/" + d.ID }

type directorySetCmd struct {
	Org    string `required:"" help:"Id or slug of the organization."`
	Strict string `enum:"on,off," default:"" help:"Refuse a person whose required attributes are missing: on or off."`
	Guests string `enum:"on,off," default:"" help:"Take people from outside the organization's domains: on or off."`
}

func (d *directorySetCmd) Run(a *app) error {
	if d.Strict == "" && d.Guests == "" {
		return usageError("Say what to set: --strict or --guests")
	}
	var rules struct {
		ID     string `json:"id"`
		Strict bool   `json:"strict"`
		Guests bool   `json:"guests"`
	}
	err := a.update(func(_ *Config, tx *models.Tx) error {
		_, in, err := inOrg(tx, d.Org)
		if err != nil {
			return err
		}
		dir, err := models.OrganizationDirectory(in)
		if models.IsNotFound(err) {
			return &models.Error{Code: models.NotFound, Message: "The organization has no directory yet. Make one with directory create."}
		}
		if err != nil {
			return err
		}
		set := func(said string, now bool) bool { return said == "on" || said == "" && now }
		rules.ID, rules.Strict, rules.Guests = dir.ID, set(d.Strict, dir.Strict), set(d.Guests, dir.AllowGuests)
		return models.SetDirectoryRules(in, dir, rules.Strict, rules.Guests)
	})
	if err != nil {
		return err
	}
	return a.print(rules, fmt.Sprintf("The directory %s: strict %v, guests %v.", rules.ID, rules.Strict, rules.Guests))
}
