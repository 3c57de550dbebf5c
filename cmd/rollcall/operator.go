package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"rollcall/models"
)

type operatorCreateCmd struct {
	Email         string `required:"" help:"The operator's e-mail address."`
	PasswordStdin bool   `help:"Read the password from standard input."`
}

// maxPassword bounds what is read from standard input, in bytes.
const maxPassword = 1024

func (o *operatorCreateCmd) Run(a *app) error {
	password, err := o.password(a.stdin)
	if err != nil {
		return err
	}
	hash := ""
	if o.PasswordStdin {
		if hash, err = models.HashPassword(password, o.Email); err != nil {
			return err
		}
	}
	var result struct {
		ID        string `json:"id"`
		SignInURL string `json:"sign_in_url"`
	}
	err = a.update(func(c *Config, tx *models.Tx) error {
		op, welcome, err := models.CreateOperator(tx, o.Email, hash)
		if err != nil {
			return err
		}
		result.ID, result.SignInURL = op.ID, c.BaseURL+"/operator/login"
		if welcome != "" {
			result.SignInURL = c.BaseURL + "/operator/welcome/" + welcome
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.print(result, fmt.Sprintf("Made the operator %s (%s), who signs in at %s", o.Email, result.ID, result.SignInURL))
}

// password is the first line of standard input, or "" without the flag: then the operator has none yet.
func (o *operatorCreateCmd) password(stdin io.Reader) (string, error) {
	if !o.PasswordStdin {
		return "", nil
	}
	b, err := io.ReadAll(io.LimitReader(stdin, maxPassword+1))
	if err != nil || len(b) > maxPassword {
		return "", errors.New("the password could not be read from standard input, or is longer than 1024 characters")
	}
	line, _, _ := strings.Cut(string(b), "\n")
	if line = strings.TrimSuffix(line, "\r"); line == "" {
		return "", usageError("With --password-stdin the password comes on standard input, which was empty.")
	}
	return line, nil
}
