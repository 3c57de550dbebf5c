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

// writer is SQLite's one door for writes. Callers who wait at the same time share one transaction, each inside a
// savepoint of its own, and are answered together after its COMMIT: one flush to the disk serves them all, and what was
// answered is durable.
//
// The transaction goes from hand to hand: whoever is done leaves it open for the next who waits; the last commits.
type writer struct {
	g       *gorm.DB
	waiting atomic.Int64 // callers on their way to turn

	turn   sync.Mutex
	tx     *sql.Conn    // in a transaction, while units of work share it
	joined []chan error // those who wait for its COMMIT
}

// update runs fn on the shared transaction and answers when what it wrote is committed. An error or panic of fn takes
// back only what fn wrote.
func (w *writer) update(ctx context.Context, fn func(*gorm.DB) error) error {
	w.waiting.Add(1)
	w.turn.Lock()
	w.waiting.Add(-1)
	done, err := w.take(ctx, fn)
	if err != nil {
		return err
	}
	return <-done
}

// take is one caller's turn: fn, and then the COMMIT unless another caller waits who will bring it.
func (w *writer) take(ctx context.Context, fn func(*gorm.DB) error) (done chan error, err error) {
	defer w.turn.Unlock()
	defer func() {
		if w.waiting.Load() == 0 || len(w.joined) >= maxJoined {
			w.commit()
		}
	}()
	if err := w.inside(ctx, fn); err != nil {
		return nil, err
	}
	done = make(chan error, 1)
	w.joined = append(w.joined, done)
	return done, nil
}

// inside runs fn between SAVEPOINT and RELEASE.
func (w *writer) inside(ctx context.Context, fn func(*gorm.DB) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if w.tx == nil {
		raw, err := w.g.DB()
		if err != nil {
			return err
		}
		if err := w.begin(ctx, raw); err != nil {
			return err
		}
	}
	if err := w.exec("SAVEPOINT unit"); err != nil {
		return err
	}
	finished := false
	defer func() {
		if !finished {
			if lost := w.exec("ROLLBACK TO unit; RELEASE unit"); lost != nil {
				err = errors.Join(err, lost)
				w.abandon(err)
			}
		}
	}()
	g := w.g.Session(&gorm.Session{Context: ctx})
	g.Statement.ConnPool = shared{w.tx}
	if err := fn(g); err != nil {
		return err
	}
	err = w.exec("RELEASE unit")
	finished = err == nil
	return err
}

// shared is the open transaction for GORM, which makes savepoints only inside what can commit.
type shared struct{ *sql.Conn }

var errShared = errors.New("models: the writer ends the shared transaction")

// Commit is not for units of work: the writer commits.
func (shared) Commit() error { return errShared }

// Rollback is not for units of work: their error takes back what they wrote.
func (shared) Rollback() error { return errShared }

// begin opens the shared transaction on a connection and not as a *sql.Tx, which watches a context with a goroutine for
// each query.
func (w *writer) begin(ctx context.Context, raw *sql.DB) error {
	conn, err := raw.Conn(ctx)
	if err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return errors.Join(err, conn.Close())
	}
	w.tx = conn
	return nil
}

func (w *writer) exec(query string) error {
	_, err := w.tx.ExecContext(context.Background(), query)
	return err
}

// abandon gives the shared transaction up: after a full disk and the like SQLite has rolled it back by itself.
func (w *writer) abandon(err error) {
	_ = w.exec("ROLLBACK")
	w.answer(err)
}

// commit ends the shared transaction and tells everyone who waits for it.
func (w *writer) commit() {
	if w.tx == nil {
		return
	}
	err := w.exec("COMMIT")
	if err != nil { // it may have left the transaction open
		_ = w.exec("ROLLBACK")
	}
	w.answer(err)
}

func (w *writer) answer(err error) {
	for _, done := range w.joined {
		done <- err
	}
	_ = w.tx.Close() // back to its pool
	w.tx, w.joined = nil, nil
}
