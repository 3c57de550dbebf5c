package models

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"

	"gorm.io/gorm"
)

// maxJoined bounds the units of work of one commit, so that the first of them does not wait long for the last.
const maxJoined = 64

// writer is a door for writes: SQLite has one, PostgreSQL one for each organization's identity providers, who wait for
// its row anyway. Callers who wait at the same time share one transaction and are answered together after its COMMIT: one
// flush to the disk serves them all, and what was answered is durable.
//
// The transaction goes from hand to hand: whoever is done leaves it open for the next who waits; the last commits. A unit
// that fails before it wrote leaves no trace. One that fails later takes the whole transaction back, and the others do
// their work again, each inside a savepoint then. A savepoint for everybody would cost more than all else: SQLite copies
// every page that it touches.
type writer struct {
	db      *DB
	waiting atomic.Int64 // callers on their way to turn

	turn sync.Mutex
	tx   *shared // while units of work share it

	asking sync.Mutex
	asked  map[*looked]bool // newcomers of those on their way to turn
}

// errAgain tells a caller that its work was taken back with another's.
var errAgain = errors.New("models: another unit of work took the transaction back")

// update runs fn on the shared transaction and answers when what it wrote is committed. An error or panic of fn takes
// back what fn wrote.
func (w *writer) update(ctx context.Context, l *looked, fn func(*unit) error) error {
	for careful := false; ; careful = true {
		w.wait(l)
		done, err := w.take(ctx, l, fn, careful)
		if err == nil {
			err = <-done
		}
		if err != errAgain {
			return err
		}
	}
}

// wait returns when it is the caller's turn.
func (w *writer) wait(l *looked) {
	w.ask(l, true)
	w.waiting.Add(1)
	w.turn.Lock()
	w.waiting.Add(-1)
	w.ask(l, false)
}

func (w *writer) ask(l *looked, waits bool) {
	if l == nil {
		return
	}
	w.asking.Lock()
	defer w.asking.Unlock()
	if !waits {
		delete(w.asked, l)
		return
	}
	if w.asked == nil {
		w.asked = map[*looked]bool{}
	}
	w.asked[l] = true
}

// take is one caller's turn: fn, and then the COMMIT unless another caller waits who will bring it.
func (w *writer) take(ctx context.Context, l *looked, fn func(*unit) error, careful bool) (done chan error, err error) {
	defer w.turn.Unlock()
	defer func() {
		if w.waiting.Load() == 0 || w.tx != nil && len(w.tx.joined) >= maxJoined {
			w.commit()
		}
	}()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := w.begin(careful); err != nil {
		return nil, err
	}
	work := func(u *unit) error {
		if err := w.lookUp(u, l); err != nil {
			return err
		}
		return fn(u)
	}
	if w.tx.careful {
		err = w.inSavepoint(work)
	} else {
		err = w.inside(work)
	}
	if err != nil {
		return nil, err
	}
	done = make(chan error, 1)
	w.tx.joined = append(w.tx.joined, done)
	return done, nil
}

// begin opens the shared transaction on a connection and not as a *sql.Tx, which watches a context with a goroutine for
// each query.
func (w *writer) begin(careful bool) error {
	if w.tx == nil {
		raw, err := w.db.write.DB()
		if err != nil {
			return err
		}
		ctx := context.Background()
		conn, err := raw.Conn(ctx)
		if err != nil {
			return err
		}
		if _, err := conn.ExecContext(ctx, w.db.beginning()); err != nil {
			return errors.Join(err, conn.Close())
		}
		w.tx = &shared{db: w.db, conn: conn}
	}
	w.tx.careful = w.tx.careful || careful
	return nil
}

// inside runs fn on the bare transaction.
func (w *writer) inside(fn func(*unit) error) (err error) {
	u, finished := w.tx.unit(), false
	defer func() {
		switch {
		case finished:
		case u.spoiled:
			w.giveUp(errAgain)
			err = errAgain
		case u.wrote:
			w.giveUp(errAgain)
		default:
			w.tx.late.cut(u.before)
		}
	}()
	err = fn(u)
	finished = err == nil
	return err
}

// inSavepoint runs fn so that its failure is its own.
func (w *writer) inSavepoint(fn func(*unit) error) (err error) {
	if w.tx.settle() != nil { // the fault of one before
		w.giveUp(errAgain)
		return errAgain
	}
	if err := w.tx.exec("SAVEPOINT unit"); err != nil {
		w.giveUp(err)
		return err
	}
	u, finished := w.tx.unit(), false
	defer func() {
		if finished {
			return
		}
		w.tx.late, w.tx.facts, w.tx.absent = late{}, nil, nil
		if lost := errors.Join(w.tx.exec("ROLLBACK TO SAVEPOINT unit"), w.tx.exec("RELEASE SAVEPOINT unit")); lost != nil {
			err = errors.Join(err, lost)
			w.giveUp(err)
		}
	}()
	if err := fn(u); err != nil {
		return err
	}
	err = errors.Join(w.tx.settle(), w.tx.exec("RELEASE SAVEPOINT unit"))
	finished = err == nil
	return err
}

// giveUp takes the shared transaction back and tells everyone who waits for it. After a full disk and the like SQLite has
// rolled it back by itself.
func (w *writer) giveUp(err error) {
	_ = w.tx.exec("ROLLBACK")
	w.answer(err)
}

// commit ends the shared transaction and tells everyone who waits for it.
func (w *writer) commit() {
	if w.tx == nil {
		return
	}
	again, err := w.tx.commit()
	if err != nil { // it may have left the transaction open
		_ = w.tx.exec("ROLLBACK")
	}
	if again {
		err = errAgain
	}
	w.answer(err)
}

func (w *writer) answer(err error) {
	for _, done := range w.tx.joined {
		done <- err
	}
	_ = w.tx.conn.Close() // back to its pool
	w.tx = nil
}

// shared is a transaction that units of work share.
type shared struct {
	db      *DB
	conn    *sql.Conn
	joined  []chan error // those who wait for its COMMIT
	careful bool         // a savepoint for everybody from here on
	analyze bool         // ask for statistics with the COMMIT
	late    late
	facts   map[string]*facts // by organization
	absent  map[absence]bool
}

func (s *shared) exec(query string) error {
	_, err := s.conn.ExecContext(context.Background(), query)
	return err
}

func (s *shared) unit() *unit { return &unit{shared: s, before: s.late.lengths()} }

// unit is one unit of work on a shared transaction, as GORM's connection. Whatever GORM does may depend on what waits to
// be written, so that is written first.
type unit struct {
	*shared
	script  *script // what it writes goes there, when it is not nil
	wrote   bool    // or its transaction is lost
	spoiled bool    // a row that waited cannot be written, maybe another unit's
	before  waits   // what waited when it began
}

var errShared = errors.New("models: the writer ends the shared transaction")

// Commit is not for units of work: the writer commits. It is here because GORM makes savepoints only inside what can
// commit.
func (u *unit) Commit() error { return errShared }

// Rollback is not for units of work: their error takes back what they wrote.
func (u *unit) Rollback() error { return errShared }

// PrepareContext is GORM's; nothing here prepares.
func (u *unit) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return u.conn.PrepareContext(ctx, query)
}

// ExecContext is GORM's way to write.
func (u *unit) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := u.open(query); err != nil {
		return nil, err
	}
	res, err := u.conn.ExecContext(ctx, query, args...)
	return res, u.note(err)
}

// QueryContext is GORM's way to read, and to write with RETURNING.
func (u *unit) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := u.open(query); err != nil {
		return nil, err
	}
	rows, err := u.conn.QueryContext(ctx, query, args...)
	return rows, u.note(err)
}

// QueryRowContext is GORM's way to read one row.
func (u *unit) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	u.wrote = u.wrote || u.open(query) != nil
	return u.conn.QueryRowContext(ctx, query, args...)
}

// begin is the unit as a ticket.
func (u *unit) begin(by Actor) *Tx {
	g := u.db.write.Session(&gorm.Session{Context: context.Background()})
	g.Statement.ConnPool = u
	tx := u.db.newTx(g, by)
	tx.unit = u
	return tx
}
