package models

import (
	"context"
	"errors"
	"sync"
)

// tokenDoor lets requests that bring the same token at the same time share one look at it. A look begins after everyone
// who shares it has come, so a token that has ended opens nothing from then on (SPEC T1).
type tokenDoor struct {
	mu     sync.Mutex
	queues map[string]*tokenQueue // by the token's digest; gone when nobody waits
}

type tokenQueue struct {
	people int        // who look or wait
	look   sync.Mutex // one look at a time
	next   *tokenRound
}

// tokenRound is one look and what it found.
type tokenRound struct {
	done   chan struct{}
	client *SCIMClient
	err    error
}

var errLook = errors.New("models: the look at a token ended in a panic")

// OpenDirectory is FindDirectoryByToken for a request on its way in.
func (db *DB) OpenDirectory(by Actor, token string) (*SCIMClient, error) {
	key := Digest(token)
	q, r, first := db.tokens.join(key)
	defer db.tokens.leave(key, q)
	if first {
		q.look.Lock()
		db.tokens.begin(q)
		func() {
			defer q.look.Unlock()
			defer close(r.done)
			r.err = errLook
			r.err = db.View(context.Background(), by, func(tx *Tx) (err error) {
				r.client, err = FindDirectoryByToken(tx, token)
				return err
			})
		}()
	}
	<-r.done
	if r.err != nil {
		return nil, r.err
	}
	c, d := *r.client, *r.client.Directory // each request changes its own
	c.Directory = &d
	return &c, nil
}

// join takes a place in the next look; the first who does makes it.
func (t *tokenDoor) join(key string) (q *tokenQueue, r *tokenRound, first bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if q = t.queues[key]; q == nil {
		q = &tokenQueue{}
		if t.queues == nil {
			t.queues = map[string]*tokenQueue{}
		}
		t.queues[key] = q
	}
	q.people++
	if first = q.next == nil; first {
		q.next = &tokenRound{done: make(chan struct{})}
	}
	return q, q.next, first
}

// begin closes the next look: who comes now waits for another.
func (t *tokenDoor) begin(q *tokenQueue) {
	t.mu.Lock()
	defer t.mu.Unlock()
	q.next = nil
}

func (t *tokenDoor) leave(key string, q *tokenQueue) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if q.people--; q.people == 0 {
		delete(t.queues, key)
	}
}
