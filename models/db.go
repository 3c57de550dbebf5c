// Package models holds the rows and the rules: what an organization, a member, a connection and a directory are,
// and what may become of them. It is the only room that knows GORM and SQL.
//
// Every function takes a *Tx and none opens its own transaction, so they compose into one commit.
package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/jackc/pgx/v5/pgconn"
)

// DB is the one handle the rest of the program holds.
//
// SQLite has two handles: a writer of one connection whose transactions begin immediate (a deferred one that reads
// first fails with "database is locked" whatever the busy timeout), and a pool of readers that never waits for it.
// PostgreSQL has a pool for each, so that a connection that writes finds the plans of its statements there.
type DB struct {
	write, read *gorm.DB
	engine      string   // "sqlite" or "postgres"
	writer      *writer  // SQLite's; nil for PostgreSQL
	writers     sync.Map // PostgreSQL's: organization to *writer
	tokens      tokenDoor
	keys        *Keyring
	opened      openedKeys
	onQuery     func() // OnQuery's, for plain statements; nil: nobody counts

	Now  func() time.Time // the clock; tests set it
	Rand io.Reader        // the source of every id and token; tests may set it
}

// Engines that DB.Engine answers.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

const (
	maxRetries   = 5
	readerConns  = 4
	postgresConn = 8 // writers, and as many readers

	// Page caches of SQLite's connections. A reader forgets its pages at every commit, so a large one is memory lost.
	writerCache = "-40000" // KiB
	readerCache = "-2000"

	cachedStatements = 250 // of each SQLite connection
	slowStatement    = time.Second
)

// Open opens the database at url: `sqlite:PATH` or `postgres://…`. keys seals secret columns (SPEC T3).
// It does not migrate; call Migrate or CheckSchema next.
func Open(url string, keys *Keyring) (*DB, error) {
	db := &DB{keys: keys, Now: time.Now, Rand: randReader}
	var err error
	switch path, isSQLite := strings.CutPrefix(url, "sqlite:"); {
	case isSQLite && path != "":
		err = db.openSQLite(path)
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		err = db.openPostgres(url)
	default:
		err = errors.New("a database URL is sqlite:PATH or postgres://…")
	}
	if err != nil {
		return nil, err
	}
	for _, g := range db.handles() {
		if err := guardTenants(g); err != nil {
			return nil, err
		}
	}
	return db, nil
}

func (db *DB) openSQLite(path string) error {
	db.engine = SQLite
	file := "file:" + strings.NewReplacer("?", "%3f", "#", "%23").Replace(path)
	common := "_busy_timeout=5000&_foreign_keys=on&_stmt_cache_size=" + strconv.Itoa(cachedStatements)
	var err error
	if db.write, err = openGORM(sqliteDialector(file + "?mode=rwc&_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_cache_size=" + writerCache + "&" + common)); err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	setConns(db.write, 1)
	db.writer = &writer{db: db}
	if db.read, err = openGORM(sqliteDialector(file + "?mode=ro&_query_only=true&_cache_size=" + readerCache + "&" + common)); err != nil {
		return fmt.Errorf("open %s for reading: %w", path, err)
	}
	setConns(db.read, readerConns)
	return nil
}

func (db *DB) openPostgres(url string) error {
	db.engine = Postgres
	for _, g := range []**gorm.DB{&db.write, &db.read} {
		var err error
		if *g, err = openGORM(postgres.Open(url)); err != nil {
			return postgresFault(err)
		}
		setConns(*g, postgresConn)
	}
	return nil
}

// postgresFault says in a line why the server cannot be used: the driver lists every try, with Go's words.
func postgresFault(err error) error {
	var (
		says *pgconn.PgError
		op   *net.OpError
	)
	switch {
	case errors.As(err, &says):
		return errors.New("PostgreSQL says: " + says.Message)
	case errors.As(err, &op):
		return fmt.Errorf("PostgreSQL cannot be reached: %w", op.Err)
	}
	return fmt.Errorf("open PostgreSQL: %w", err)
}

// openGORM sets the house's options. GORM prepares nothing: both drivers keep prepared statements themselves, and GORM's
// own cache prepares each statement of a transaction anew.
func openGORM(d gorm.Dialector) (*gorm.DB, error) {
	quiet := logger.NewSlogLogger(slog.Default(), logger.Config{
		LogLevel: logger.Error, ParameterizedQueries: true, IgnoreRecordNotFoundError: true, SlowThreshold: slowStatement,
	})
	return gorm.Open(d, &gorm.Config{
		TranslateError: true, SkipDefaultTransaction: true, Logger: quietConflicts{quiet},
	})
}

// quietConflicts keeps expected outcomes (a taken name, a refused foreign key) out of the log: they are answers to
// people, not faults. It also asks nothing of a statement that was quick and went well, because GORM's logger spells out
// every one before it decides to log none.
type quietConflicts struct{ logger.Interface }

func (q quietConflicts) Trace(ctx context.Context, begin time.Time, fc func() (string, int64), err error) {
	if err == nil && time.Since(begin) < slowStatement {
		return
	}
	if errors.Is(err, gorm.ErrDuplicatedKey) || errors.Is(err, gorm.ErrForeignKeyViolated) || errors.Is(err, context.Canceled) {
		return
	}
	q.Interface.Trace(ctx, begin, fc, err)
}

// Error says nothing: what GORM tells its logger here, while opening, it answers too.
func (quietConflicts) Error(context.Context, string, ...any) {}

// ParamsFilter keeps the values out of the statements that are logged: they are people's names, digests and sealed
// secrets (SPEC T3). GORM asks the outermost logger for it, so the wrapped one's setting alone does nothing.
func (quietConflicts) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

func setConns(g *gorm.DB, n int) {
	if s, err := g.DB(); err == nil {
		s.SetMaxOpenConns(n)
		s.SetMaxIdleConns(n)
	}
}

func (db *DB) handles() []*gorm.DB {
	return []*gorm.DB{db.write, db.read}
}

// Close closes every connection, SQLite's writer last: who leaves last puts what is in the -wal file into the database
// file, and a reader may not.
func (db *DB) Close() error {
	var errs []error
	for _, g := range slices.Backward(db.handles()) {
		if s, err := g.DB(); err == nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}

// Engine is SQLite or Postgres.
func (db *DB) Engine() string { return db.engine }

// SQL is the writer's plain handle, for health checks, backups and tests.
func (db *DB) SQL() *sql.DB {
	s, err := db.write.DB()
	if err != nil {
		panic(err) // only when Open did not return this DB
	}
	return s
}

// View runs fn on a reading handle. fn must not write.
func (db *DB) View(ctx context.Context, by Actor, fn func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	g := db.read
	if db.writer == nil { // SQLite's driver watches a context with a goroutine for each statement
		g = g.WithContext(ctx)
	}
	return translate(fn(db.newTx(g, by)))
}

// Update runs fn in one transaction: what fn wrote, audited and queued for sending commits together or not at all.
// A serialization failure or deadlock (PostgreSQL 40001, 40P01) runs fn again, so fn must set its results anew.
func (db *DB) Update(ctx context.Context, by Actor, fn func(*Tx) error) error {
	return db.update(ctx, by, nil, fn)
}

func (db *DB) update(ctx context.Context, by Actor, l *looked, fn func(*Tx) error) error {
	w := db.writerFor(by)
	for try := 1; ; try++ {
		err := w.update(ctx, l, func(u *unit) error { return fn(u.begin(by)) })
		if try < maxRetries && retryable(err) {
			continue
		}
		return translate(err)
	}
}

// writerFor is the door for a unit of work. On PostgreSQL the requests of one organization's identity providers share one:
// each takes the organization's lock first, so they would wait for one another's flush anyway.
func (db *DB) writerFor(by Actor) *writer {
	switch {
	case db.writer != nil:
		return db.writer
	case by.Kind != ActorSCIM:
		return &writer{db: db}
	}
	w, _ := db.writers.LoadOrStore(by.OrgID, &writer{db: db})
	return w.(*writer)
}

// beginning is the statement that opens a transaction for writing.
func (db *DB) beginning() string {
	if db.engine == SQLite {
		return "BEGIN IMMEDIATE"
	}
	return "BEGIN"
}

func (db *DB) newTx(g *gorm.DB, by Actor) *Tx {
	return &Tx{g: g, db: db, Actor: by, Now: db.Now().UTC().Truncate(time.Microsecond)}
}

func retryable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// translate turns what GORM says into an Error; anything else stays as it is and is "internal" to the outside.
func translate(err error) error {
	var e *Error
	switch {
	case err == nil, errors.As(err, &e):
		return err
	case errors.Is(err, gorm.ErrRecordNotFound):
		return &Error{Code: NotFound, Message: "There is nothing here.", Err: err}
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return &Error{Code: Conflict, Message: "This exists already.", Err: err}
	}
	return err
}
