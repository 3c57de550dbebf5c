package handlers

import (
	"sync"
	"time"

	"rollcall/models"
)

// Rate of one directory on one replica (SPEC T2): Entra asks for 25 a second, a first sync bursts.
const (
	scimPerSecond = 100
	scimBurst     = 500
)

// scimLimits is a token bucket for each directory that has shown a valid token, so that its size is bounded by what
// exists.
type scimLimits struct {
	mu      sync.Mutex
	buckets map[string]*scimBucket
}

type scimBucket struct {
	left float64
	at   time.Time
}

func newSCIMLimits() *scimLimits { return &scimLimits{buckets: map[string]*scimBucket{}} }

// take takes one request out of the directory's bucket, or answers how long to wait.
func (l *scimLimits) take(directory string, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[directory]
	if b == nil {
		b = &scimBucket{left: scimBurst, at: now}
		l.buckets[directory] = b
	}
	if passed := now.Sub(b.at); passed > 0 {
		b.left, b.at = min(scimBurst, b.left+passed.Seconds()*scimPerSecond), now
	}
	if b.left < 1 {
		return &models.RateError{Wait: time.Duration((1 - b.left) / scimPerSecond * float64(time.Second))}
	}
	b.left--
	return nil
}
