package main

import (
	"fmt"
	"strings"
	"time"

	"rollcall/models"
)

type tokenListCmd struct {
	Org string `required:"" help:"Id or slug of the organization."`
}

// tokenView is one token of the directory that nobody has ended; never the token itself.
type tokenView struct {
	ID         string     `json:"id"`
	LastFour   string     `json:"last_four"`
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at"`
	ExpiresAt  *time.Time `json:"expires_at"`
	Live       bool       `json:"live"`
}

func (l *tokenListCmd) Run(a *app) error {
	list := []tokenView{}
	err := a.view(func(_ *Config, tx *models.Tx) error {
		_, in, err := inOrg(tx, l.Org)
		if err != nil {
			return err
		}
		d, err := models.OrganizationDirectory(in)
		if models.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		rows, err := models.ListDirectoryTokens(in, d)
		for i := range rows {
			t := &rows[i]
			list = append(list, tokenView{t.ID, t.LastFour, t.CreatedAt.UTC(), inUTC(t.LastUsedAt), inUTC(t.ExpiresAt), t.Live(tx.Now)})
		}
		return err
	})
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, t := range list {
		fmt.Fprintf(&b, "%s  …%s  last used %s, ends %s\n", t.ID, t.LastFour, moment(t.LastUsedAt), moment(t.ExpiresAt))
	}
	if len(list) == 0 {
		b.WriteString("The directory has no token.")
	}
	return a.print(list, b.String())
}

func inUTC(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

func moment(t *time.Time) string {
	if t == nil {
		return "never"
	}
	return t.UTC().Format(time.RFC3339)
}

type tokenEndCmd struct {
	Org   string `required:"" help:"Id or slug of the organization."`
	Token string `required:"" help:"Id of the token, as token list shows it, or its last four characters."`
}

// Run ends one token at once, while the server runs (SPEC T1, C).
func (e *tokenEndCmd) Run(a *app) error {
	var result struct {
		ID string `json:"id"`
	}
	err := a.update(func(_ *Config, tx *models.Tx) error {
		_, in, err := inOrg(tx, e.Org)
		if err != nil {
			return err
		}
		d, err := models.OrganizationDirectory(in)
		if err != nil {
			return &models.Error{Code: models.NotFound, Message: "This organization has no directory yet."}
		}
		if result.ID, err = e.id(in, d); err != nil {
			return err
		}
		return models.EndDirectoryToken(in, d, result.ID)
	})
	if err != nil {
		return err
	}
	return a.print(result, "The token "+result.ID+" is ended. Requests with it are refused from now on.")
}

// id finds the token that is named by its id or, where no other has the same, by its last four characters.
func (e *tokenEndCmd) id(tx *models.Tx, d *models.Directory) (string, error) {
	rows, err := models.ListDirectoryTokens(tx, d)
	var found []string
	for i := range rows {
		if rows[i].ID == e.Token || rows[i].LastFour == e.Token {
			found = append(found, rows[i].ID)
		}
	}
	switch {
	case err != nil:
		return "", err
	case len(found) == 0:
		return "", &models.Error{Code: models.NotFound, Message: "There is no live token “" + e.Token + "”. See rollcall token list --org " + e.Org + "."}
	case len(found) > 1:
		return "", &models.Error{Code: models.Conflict, Message: "Several tokens end in “" + e.Token + "”. Give the id: see rollcall token list --org " + e.Org + "."}
	}
	return found[0], nil
}
