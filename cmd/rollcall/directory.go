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
