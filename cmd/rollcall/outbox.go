package main

import (
	"fmt"
	"strings"
	"time"

	"rollcall/models"
)

type outboxListCmd struct{}

// outboxLine is a mail or webhook that did not go out. Its link is shown to nobody (SPEC I7).
type outboxLine struct {
	ID       int64   `json:"id"`
	Org      *string `json:"org"`
	Kind     string  `json:"kind"`
	GivenUp  bool    `json:"given_up"`
	Attempts int64   `json:"attempts"`
	Cause    string  `json:"cause"`
	NextAt   *string `json:"next_at"` // null when it was given up
}

// outboxAtOnce is how many rows are read together.
const outboxAtOnce = 500

func (outboxListCmd) Run(a *app) error {
	list := []outboxLine{}
	var text strings.Builder
	err := a.view(func(_ *Config, tx *models.Tx) error {
		before := int64(0)
		for {
			rows, err := models.ListUndelivered(tx, before, outboxAtOnce)
			for _, o := range rows {
				v := outboxLine{ID: o.ID, Org: orNull(o.OrganizationID), Kind: o.Kind, GivenUp: o.State == models.OutboxDiscarded, Attempts: o.Attempts, Cause: o.LastError}
				state := "given up"
				if !v.GivenUp {
					v.NextAt = orNull(o.NextAt.UTC().Format(time.RFC3339))
					state = "tried " + fmt.Sprint(o.Attempts) + " times"
				}
				list, before = append(list, v), o.ID
				fmt.Fprintf(&text, "%d  %s, %s: %s\n", v.ID, v.Kind, state, v.Cause)
			}
			if err != nil || len(rows) < outboxAtOnce {
				return err
			}
		}
	})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		text.WriteString("Everything has gone out.")
	}
	return a.print(list, text.String())
}

type outboxAgainCmd struct {
	ID int64 `arg:"" help:"Number of the row, as outbox list shows it."`
}

func (o *outboxAgainCmd) Run(a *app) error {
	err := a.update(func(_ *Config, tx *models.Tx) error { return models.SendAgain(tx, o.ID) })
	if err != nil {
		return err
	}
	return a.print(struct {
		ID int64 `json:"id"`
	}{o.ID}, "It is tried again now.")
}
