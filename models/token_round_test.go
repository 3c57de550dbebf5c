package models

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// TestTokenRound: requests with one token that come together share one look at it, and one that comes after the token has
// ended never shares a look that began before (SPEC T1).
func TestTokenRound(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		var token string
		var made *DirectoryToken
		w.do(func(tx *Tx) (err error) {
			token, made, err = CreateDirectoryToken(tx, w.dir, 0)
			return err
		})
		open := func() (*SCIMClient, error) { return db.OpenDirectory(Actor{Kind: ActorPublic}, token) }
		c, err := open()
		if err != nil || c.OrgID != w.org.ID {
			t.Fatalf("a live token: %v, %v", c, err)
		}
		// A look that goes on while five more come and the token ends.
		q, _, _ := db.tokens.join(Digest(token))
		q.look.Lock()
		db.tokens.begin(q)
		var looks, refused atomic.Int32
		if err := db.OnQuery(func() { looks.Add(1) }); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				if _, err := open(); CodeOf(err) == NotFound {
					refused.Add(1)
				}
			})
		}
		for here := 1; here < 6; runtime.Gosched() {
			db.tokens.mu.Lock()
			here = q.people
			db.tokens.mu.Unlock()
		}
		w.do(func(tx *Tx) error { return EndDirectoryToken(tx, w.dir, made.ID) })
		looks.Store(0)
		q.look.Unlock()
		all.Wait()
		db.tokens.leave(Digest(token), q)
		if refused.Load() != 5 || looks.Load() != 1 || len(db.tokens.queues) != 0 {
			t.Errorf("%d of 5 were refused after %d looks; %d tokens are kept", refused.Load(), looks.Load(), len(db.tokens.queues))
		}
	})
}
