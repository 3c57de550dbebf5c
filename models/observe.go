package models

import "gorm.io/gorm"

// OnQuery calls fn after each statement that this room sends: for query budgets in tests. fn must be safe for
// concurrent use.
func (db *DB) OnQuery(fn func()) error {
	db.onQuery = fn
	after := func(*gorm.DB) { fn() }
	for _, g := range db.handles() {
		cb := g.Callback()
		for _, err := range []error{
			cb.Query().After("gorm:query").Register("rollcall:count", after), cb.Row().After("gorm:row").Register("rollcall:count", after),
			cb.Raw().After("gorm:raw").Register("rollcall:count", after), cb.Create().After("gorm:create").Register("rollcall:count", after),
			cb.Update().After("gorm:update").Register("rollcall:count", after), cb.Delete().After("gorm:delete").Register("rollcall:count", after),
		} {
			if err != nil {
				return err
			}
		}
	}
	return nil
}
