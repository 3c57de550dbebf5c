package main

import (
	"fmt"
	"time"

	"rollcall/models"
)

type setupLinkCreateCmd struct {
	Org   string `required:"" help:"Id or slug of the organization."`
	Kind  string `required:"" enum:"sso,scim" help:"What the link sets up: ${enum}."`
	Email string `placeholder:"E" help:"Send the link to this person too."`
}

func (s *setupLinkCreateCmd) Run(a *app) error {
	var result struct {
		URL       string    `json:"url"`
		ExpiresAt time.Time `json:"expires_at"`
	}
	err := a.update(func(c *Config, tx *models.Tx) error {
		_, in, err := inOrg(tx, s.Org)
		if err != nil {
			return err
		}
		link, token, err := models.CreateSetupLink(in, s.Kind)
		if err == nil && s.Email != "" {
			_, err = models.MailSetupLink(in, token, s.Email)
		}
		if err != nil {
			return err
		}
		result.URL, result.ExpiresAt = c.BaseURL+"/s/"+token, link.ExpiresAt.UTC().Truncate(time.Second)
		return nil
	})
	if err != nil {
		return err
	}
	return a.print(result, fmt.Sprintf("%s\nThis link works until %s. It is shown only now.", result.URL, result.ExpiresAt.Format(time.RFC1123)))
}

type setupLinkCancelCmd struct {
	Org  string `required:"" help:"Id or slug of the organization."`
	Kind string `required:"" enum:"sso,scim" help:"What the link sets up: ${enum}."`
}

func (s *setupLinkCancelCmd) Run(a *app) error {
	err := a.update(func(_ *Config, tx *models.Tx) error {
		_, in, err := inOrg(tx, s.Org)
		if err != nil {
			return err
		}
		return models.CancelSetupLink(in, s.Kind)
	})
	if err != nil {
		return err
	}
	return a.showOrg(s.Org)
}
