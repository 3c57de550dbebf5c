package main

import "fmt"

type migrateCmd struct{}

// Run migrates whatever ROLLCALL_MIGRATE says: that is about what the other commands do by themselves.
func (*migrateCmd) Run(a *app) error {
	c, err := LoadConfig(a.getenv)
	if err != nil {
		return err
	}
	c.Migrate = true
	db, err := c.openDB(a.ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	version, err := db.Migrate(a.ctx)
	if err != nil {
		return err
	}
	return a.print(struct {
		Version int64 `json:"version"`
	}{version}, fmt.Sprintf("The schema is up to date, at version %d.", version))
}
