// Package worker sends what the outbox holds and does the periodic jobs. Several workers, also of several replicas,
// share the work: a row is leased to one at a time, a periodic job to one replica at a time.
package worker

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"rollcall/cmd/internal/mailer"
	"rollcall/models"
)

const (
	batch     = 20               // rows leased at once
	senders   = 4                // of them on the way at once
	pollEvery = time.Second      // how soon a new row is seen
	sendLimit = 45 * time.Second // well inside the lease of a row
)

// Worker delivers outbox rows and runs the periodic jobs until its context ends.
type Worker struct {
	DB   *models.DB
	Log  *slog.Logger
	Send mailer.Send
	Mail Mail

	// Metadata reads the identity providers at an address; its errors are sentences for administrators.
	Metadata func(ctx context.Context, address string) ([]models.ProviderData, error)

	// LookupTXT asks the DNS.
	LookupTXT func(ctx context.Context, host string) ([]string, error)

	holder string // names this process in leases
}

// Run works until ctx ends; what is being sent then is sent to its end.
func (w *Worker) Run(ctx context.Context) {
	w.holder = rand.Text()
	var jobs sync.WaitGroup
	jobs.Go(func() { w.runJobs(ctx) })
	jobs.Go(func() { w.runImports(ctx) })
	defer jobs.Wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		wait := pollEvery
		n, err := w.Once(ctx)
		if err != nil && ctx.Err() == nil {
			w.Log.Error("the outbox cannot be read", "err", err)
		} else if n == batch {
			wait = 0
		}
		timer.Reset(wait)
	}
}

// Once claims and delivers one batch and answers its size.
func (w *Worker) Once(ctx context.Context) (int, error) {
	var rows []models.Outbox
	err := w.DB.Update(ctx, w.actor(), func(tx *models.Tx) (err error) {
		rows, err = models.ClaimOutbox(tx, batch)
		return err
	})
	if err != nil {
		return 0, err
	}
	// A claimed row is delivered even if ctx ends meanwhile: the lease holds it back from everybody else.
	ctx = context.WithoutCancel(ctx)
	var group sync.WaitGroup
	slots := make(chan struct{}, senders)
	for i := range rows {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			w.deliver(ctx, &rows[i])
		})
	}
	group.Wait()
	return len(rows), nil
}

func (w *Worker) actor() models.Actor { return models.Actor{Kind: models.ActorSystem, ID: "worker"} }

// errRow is a row that no further try can send; its text is for operators.
type errRow string

func (e errRow) Error() string { return string(e) }

// deliver sends one row and notes what came of it.
func (w *Worker) deliver(ctx context.Context, row *models.Outbox) {
	sending, cancel := context.WithTimeout(ctx, sendLimit)
	err := w.dispatch(sending, row)
	cancel()
	note := func(tx *models.Tx) error { return models.CompleteOutbox(tx, row.ID) }
	if err != nil {
		var bad errRow
		message, permanent := mailer.Describe(err), mailer.Permanent(err)
		if errors.As(err, &bad) {
			message, permanent = string(bad), true
		}
		w.Log.Warn("not delivered", "outbox", row.ID, "kind", row.Kind, "attempt", row.Attempts, "gave_up", permanent, "cause", message)
		note = func(tx *models.Tx) error { return models.RetryOutbox(tx, row, message, permanent) }
	}
	// If this fails the row comes again after its lease: at least once.
	if err := w.DB.Update(ctx, w.actor(), note); err != nil {
		w.Log.Error("a delivery was not noted", "outbox", row.ID, "err", err)
	}
}

// dispatch sends one row. A panic is that row's failure, not the worker's.
func (w *Worker) dispatch(ctx context.Context, row *models.Outbox) (err error) {
	defer func() {
		if r := recover(); r != nil {
			w.Log.Error("panic", "outbox", row.ID, "kind", row.Kind, "stack", string(debug.Stack()))
			err = errRow("the program failed while making this message")
		}
	}()
	kind, name, _ := strings.Cut(row.Kind, ".")
	switch kind {
	case "mail":
		return w.mail(ctx, row, name)
	case "webhook":
		return nil // nobody can register an endpoint yet, so there is nobody to tell
	}
	return errRow(fmt.Sprintf("nothing sends rows of the kind %q", row.Kind))
}
