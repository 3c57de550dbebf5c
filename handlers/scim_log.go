package handlers

import (
	"context"
	"sync"
	"time"

	"rollcall/models"
)

const (
	exchangeDelay = 250 * time.Millisecond // how late a read's line may be
	exchangeRoom  = 2000                   // lines that wait at most; more are dropped
)

// exchangeLog gathers the log lines of requests that changed nothing and writes them together, so that logging neither
// slows nor fails a read.
type exchangeLog struct {
	s  *Server
	mu sync.Mutex

	waiting []*models.SCIMExchange
	due     bool // a flush is on its way
}

func newExchangeLog(s *Server) *exchangeLog { return &exchangeLog{s: s} }

// add keeps a line for the next batch, or drops it when too many wait. While the server drains, it is written at once:
// batches that were on their way arrive within the time of the notice.
func (l *exchangeLog) add(x models.SCIMExchange) {
	l.mu.Lock()
	if len(l.waiting) < exchangeRoom {
		l.waiting = append(l.waiting, &x)
	}
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
	rows := l.waiting
	l.waiting, l.due = nil, false
	l.mu.Unlock()
	by := models.Actor{Kind: models.ActorSystem, ID: "directory_log"}
	if err := l.s.DB.Update(context.Background(), by, func(tx *models.Tx) error { return models.LogExchanges(tx, rows...) }); err != nil {
		l.s.Log.Warn("the directory log lost lines", "rows", len(rows), "err", err)
	}
}
