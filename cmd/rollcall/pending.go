package main

import (
	"context"

	"rollcall/models"
)

var errPending = &models.Error{Code: models.NotBuilt, Message: "This is not built yet."}

func (c *Config) fetch() func(context.Context, string) ([]byte, error) {
	return func(context.Context, string) ([]byte, error) { return nil, errPending }
}

type demoCmd struct{}

func (*demoCmd) Run(*app) error { return errPending }

type connectionCreateCmd struct{}

func (*connectionCreateCmd) Run(*app) error { return errPending }

type directoryCreateCmd struct{}

func (*directoryCreateCmd) Run(*app) error { return errPending }

type deactivateCmd struct{}

func (*deactivateCmd) Run(*app) error { return errPending }

type groupListCmd struct{}

func (*groupListCmd) Run(*app) error { return errPending }
