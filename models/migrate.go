package models

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

const lockInterval = 200 * time.Millisecond

func (db *DB) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations/"+db.engine)
	if err != nil {
		return nil, err
	}
	if db.engine == SQLite {
		return goose.NewProvider(goose.DialectSQLite3, db.SQL(), files)
	}
	// A table lock, not an advisory one: it also suits poolers in transaction mode.
	l, err := lock.NewPostgresTableLocker(lock.WithTableLockTimeout(lockInterval, 300))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db.SQL(), files, goose.WithLocker(l))
}

// Migrate brings the schema up to date and answers its version. Several replicas may call it at once.
func (db *DB) Migrate(ctx context.Context) (int64, error) {
	p, err := db.provider()
	if err != nil {
		return 0, err
	}
	if _, err := p.Up(ctx); err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	if err := db.Update(ctx, Actor{Kind: ActorSystem, ID: "migrate"}, seedCatalogue); err != nil {
		return 0, err
	}
	return p.GetDBVersion(ctx)
}

// CheckSchema refuses a schema that is behind (ROLLCALL_MIGRATE=off).
func (db *DB) CheckSchema(ctx context.Context) error {
	p, err := db.provider()
	if err != nil {
		return err
	}
	behind, err := p.HasPending(ctx)
	if err != nil {
		return err
	}
	if behind {
		return &Error{Code: Precondition, Message: "The database schema is behind this program. Run `rollcall migrate`, or set ROLLCALL_MIGRATE=on."}
	}
	return nil
}
