package models

import "time"

// Lease lets one replica at a time run a periodic job.
type Lease struct {
	Name   string `gorm:"primaryKey"`
	Holder string
	Until  time.Time
}

// TakeLease takes or keeps the lease and tells whether holder has it for the next d.
func TakeLease(tx *Tx, name, holder string, d time.Duration) (bool, error) {
	var l Lease
	err := tx.g.Raw(`INSERT INTO leases (name, holder, until) VALUES (?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
		WHERE leases.holder = excluded.holder OR leases.until <= ? RETURNING *`, name, holder, tx.Now.Add(d), tx.Now).Scan(&l).Error
	return l.Holder == holder, err
}
