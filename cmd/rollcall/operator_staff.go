package main

import (
	"strings"
	"time"

	"rollcall/models"
)

type operatorListCmd struct{}

// operatorView is an operator in JSON.
type operatorView struct {
	ID           string  `json:"id"`
	Email        string  `json:"email"`
	Active       bool    `json:"active"`
	SecondFactor bool    `json:"second_factor"`
	LastSignInAt *string `json:"last_sign_in_at"`
}

func (operatorListCmd) Run(a *app) error {
	list := []operatorView{}
	var text strings.Builder
	err := a.view(func(_ *Config, tx *models.Tx) error {
		rows, err := models.ListOperators(tx)
		for _, o := range rows {
			v := operatorView{ID: o.ID, Email: o.Email, Active: o.DisabledAt == nil, SecondFactor: o.TOTPProvedAt != nil}
			if o.LastSignInAt != nil {
				v.LastSignInAt = orNull(o.LastSignInAt.UTC().Format(time.RFC3339))
			}
			list = append(list, v)
			text.WriteString(o.Email + " (" + o.ID + ")" + map[bool]string{false: " switched off"}[v.Active] + "\n")
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.print(list, text.String())
}

type operatorResetCmd struct {
	Email string `required:"" help:"The operator's e-mail address."`
}

func (o *operatorResetCmd) Run(a *app) error {
	var result struct {
		ID        string `json:"id"`
		SignInURL string `json:"sign_in_url"`
	}
	err := a.update(func(c *Config, tx *models.Tx) error {
		op, err := findOperator(tx, o.Email)
		if err != nil {
			return err
		}
		renew := models.ResetOperator
		if op.DisabledAt != nil {
			renew = models.EnableOperator
		}
		welcome, err := renew(tx, op.ID)
		result.ID, result.SignInURL = op.ID, c.BaseURL+"/operator/welcome/"+welcome
		return err
	})
	if err != nil {
		return err
	}
	return a.print(result, "The operator "+o.Email+" begins anew at "+result.SignInURL)
}

type operatorEndCmd struct {
	Email string `required:"" help:"The operator's e-mail address."`
}

func (o *operatorEndCmd) Run(a *app) error {
	err := a.update(func(_ *Config, tx *models.Tx) error {
		op, err := findOperator(tx, o.Email)
		if err != nil {
			return err
		}
		return models.DisableOperator(tx, op.ID)
	})
	if err != nil {
		return err
	}
	return operatorListCmd{}.Run(a)
}

func findOperator(tx *models.Tx, email string) (*models.Operator, error) {
	op, err := models.FindOperatorByEmail(tx, email)
	if models.IsNotFound(err) {
		err = &models.Error{Code: models.NotFound, Message: "There is no operator with the address " + email + "."}
	}
	return op, err
}
