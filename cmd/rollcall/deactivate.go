package main

import "rollcall/models"

type deactivateCmd struct {
	Org     string `required:"" help:"Id or slug of the organization."`
	Kind    string `required:"" enum:"sso,scim" help:"What to switch off: ${enum}. Switching sso off also switches scim off."`
	Members string `enum:"keep,deprovision" default:"keep" help:"What becomes of the directory's members: ${enum}."`
}

func (d *deactivateCmd) Run(a *app) error {
	err := a.update(func(_ *Config, tx *models.Tx) error {
		_, in, err := inOrg(tx, d.Org)
		if err != nil {
			return err
		}
		_, err = models.Deactivate(in, d.Kind, d.Members)
		return err
	})
	if err != nil {
		return err
	}
	return a.showOrg(d.Org)
}
