package models

import "time"

// SCIMExchange is a row of the directory log (SPEC A2): method, path, status, changed attribute names and the cause
// of a failure. Never bodies, tokens or personal values.
type SCIMExchange struct {
	ID             int64 `gorm:"primaryKey;autoIncrement"`
	OrganizationID string
	DirectoryID    string
	At             time.Time
	Method         string
	Path           string // without query: a filter carries personal values
	Status         int64
	SCIMType       string `gorm:"column:scim_type"`
	Cause          string
	Changed        string // attribute names, comma-separated
	PersonID       string // member id
	DurationUS     int64  `gorm:"column:duration_us"`
}

// TableName is scim_exchanges; GORM would cut the initialism in two.
func (SCIMExchange) TableName() string { return "scim_exchanges" }

// LogExchanges writes rows of the directory log: a write's in its own transaction, reads' in batches. Each row names
// its organization.
func LogExchanges(tx *Tx, rows ...*SCIMExchange) error {
	tx.unit.late.exchanges = append(tx.unit.late.exchanges, rows...)
	return nil
}

// ExchangeQuery narrows the directory log. Before is the id of the last row of the page above; 0 begins at the newest.
type ExchangeQuery struct {
	Before   int64
	Limit    int
	Failed   bool   // only answers of 400 and above
	Method   string // "" for any
	PersonID string // member id; "" for anybody
}

// ListExchanges lists the directory log of the actor's organization, newest first.
func ListExchanges(tx *Tx, q ExchangeQuery) ([]SCIMExchange, error) {
	g := tx.org().Order("id DESC").Limit(q.Limit)
	if q.Before > 0 {
		g = g.Where("id < ?", q.Before)
	}
	if q.Failed {
		g = g.Where("status >= ?", 400)
	}
	if q.Method != "" {
		g = g.Where("method = ?", q.Method)
	}
	if q.PersonID != "" {
		g = g.Where("person_id = ?", q.PersonID)
	}
	var rows []SCIMExchange
	return rows, g.Find(&rows).Error
}
