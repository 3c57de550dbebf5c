package main

import "rollcall/models"

var errPending = &models.Error{Code: models.NotBuilt, Message: "This is not built yet."}

type demoCmd struct{}

func (*demoCmd) Run(*app) error { return errPending }

type deactivateCmd struct{}

func (*deactivateCmd) Run(*app) error { return errPending }
