package models

import "time"

// RateBucket counts hits on a name (an address at the sign-in, a link) until it resets; shared by all replicas
// (SPEC T2).
type RateBucket struct {
	Name     string `gorm:"primaryKey"`
	Hits     int64
	ResetsAt time.Time
}

// Hit counts one try and answers a RateError once limit is exceeded within the window. Call it in a transaction of its
// own, before the work it guards.
func Hit(tx *Tx, name string, limit int64, window time.Duration) error {
	var b RateBucket
	err := tx.g.Raw(`INSERT INTO rate_buckets (name, hits, resets_at) VALUES (?, 1, ?)
		ON CONFLICT (name) DO UPDATE SET
			hits = CASE WHEN rate_buckets.resets_at <= ? THEN 1 ELSE rate_buckets.hits + 1 END,
			resets_at = CASE WHEN rate_buckets.resets_at <= ? THEN excluded.resets_at ELSE rate_buckets.resets_at END
		RETURNING *`, name, tx.Now.Add(window), tx.Now, tx.Now).Scan(&b).Error
	if err != nil || b.Hits <= limit {
		return err
	}
	return &RateError{Wait: b.ResetsAt.Sub(tx.Now)}
}

// RateError is RateLimited with the time to wait.
type RateError struct{ Wait time.Duration }

func (e *RateError) Error() string { return "rate limited" }

// Seconds to wait, rounded up, at least 1.
func (e *RateError) Seconds() int { return max(1, int((e.Wait+time.Second-1)/time.Second)) }
