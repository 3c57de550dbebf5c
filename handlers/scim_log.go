package handlers

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"rollcall/models"
)

const (
	exchangeDelay = 250 * time.Millisecond // how late a read's line may be
	exchangeRoom  = 2000                   // lines that wait at most; more are dropped
	refusalRoom   = 500                    // counts that wait at most; further directories are dropped
)

// exchangeLog gathers the log lines of requests that changed nothing and writes them together, so that logging neither
// slows nor fails a read.
type exchangeLog struct {
	s  *Server
	mu sync.Mutex

	waiting []*models.SCIMExchange
	refused map[[2]string]*models.SCIMRefusal // by directory and kind
	due     bool                              // a flush is on its way
}

func newExchangeLog(s *Server) *exchangeLog {
	return &exchangeLog{s: s, refused: map[[2]string]*models.SCIMRefusal{}}
}

// add keeps a line for the next batch, or drops it when too many wait. While the server drains, it is written at once:
// batches that were on their way arrive within the time of the notice.
func (l *exchangeLog) add(x models.SCIMExchange) {
	l.keep(func() {
		if len(l.waiting) < exchangeRoom {
			l.waiting = append(l.waiting, &x)
		}
	})
}

// refuse counts a request that the door has refused: one row for any number, so that a flood costs no more than a few.
func (l *exchangeLog) refuse(x models.SCIMRefusal) {
	l.keep(func() {
		key := [2]string{x.DirectoryID, x.Kind}
		switch was := l.refused[key]; {
		case was != nil:
			was.Hits, was.LastAt, was.LastFour = was.Hits+1, x.LastAt, x.LastFour
		case len(l.refused) < refusalRoom:
			l.refused[key] = &x
		}
	})
}

// keep runs add and sees to it that what it added is written soon.
func (l *exchangeLog) keep(add func()) {
	l.mu.Lock()
	add()
	start := !l.due
	l.due = true
	l.mu.Unlock()
	switch {
	case l.s.Draining != nil && l.s.Draining():
		l.flush()
	case start:
		time.AfterFunc(exchangeDelay, l.flush)
	}
}

func (l *exchangeLog) flush() {
	l.mu.Lock()
	rows, refused := l.waiting, slices.Collect(maps.Values(l.refused))
	l.waiting, l.due = nil, false
	clear(l.refused)
	l.mu.Unlock()
	by := models.Actor{Kind: models.ActorSystem, ID: "directory_log"}
	if err := l.s.DB.Update(context.Background(), by, func(tx *models.Tx) error {
		if err := models.LogRefusals(tx, refused...); err != nil {
			return err
		}
		return models.LogExchanges(tx, rows...)
	}); err != nil {
		l.s.Log.Warn("the directory log lost lines", "rows", len(rows)+len(refused), "err", err)
	}
}
