package main

import (
	"fmt"

	"rollcall/models"
)

type inviteCreateCmd struct {
	Org   string `required:"" help:"Id or slug of the organization."`
	Email string `required:"" help:"Whom to invite."`
	Role  string `enum:"member,admin" default:"member" help:"What the person becomes: ${enum}."`
}

func (i *inviteCreateCmd) Run(a *app) error {
	var result struct {
		ID  string `json:"id"`
		URL string `json:"url"`
	}
	err := a.update(func(c *Config, tx *models.Tx) error {
		_, in, err := inOrg(tx, i.Org)
		if err != nil {
			return err
		}
		result.ID, result.URL, err = createInvite(c, in, i.Email, i.Role)
		return err
	})
	if err != nil {
		return err
	}
	return a.print(result, fmt.Sprintf("Invited %s. The invitation goes out by mail; it is accepted at %s", i.Email, result.URL))
}

// createInvite invites a person and answers the invite's id and the address where it is accepted.
func createInvite(c *Config, in *models.Tx, email, role string) (id, url string, err error) {
	invite, token, err := models.CreateInvite(in, email, role)
	if err != nil {
		return "", "", err
	}
	return invite.ID, c.BaseURL + "/invites/" + token, nil
}
