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
	Reason         string // stable code behind Cause: docs/errors.md lists them; also set where a person was taken in but held
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
	Outcome  Outcome
	Method   string     // "" for any
	PersonID string     // member id; "" for anybody
	From     *time.Time // first instant
	To       *time.Time // first instant that is too late
}

// Outcome is a kind of answers in the directory log; "" is any.
type Outcome string

// The outcomes.
const (
	OutcomeOK       Outcome = "ok"       // below 400, with nothing to say about it
	OutcomePartly   Outcome = "partly"   // below 400, but something is missing or was left out: the row has a cause
	OutcomeFailed   Outcome = "failed"   // 400 and above
	OutcomeRefused  Outcome = "refused"  // 400 to 499
	OutcomeOurFault Outcome = "ourfault" // 500 and above
)

// outcomes are their conditions.
var outcomes = map[Outcome]string{
	OutcomeOK: "status < 400 AND cause = ''", OutcomePartly: "status < 400 AND cause <> ''", OutcomeFailed: "status >= 400",
	OutcomeRefused: "status BETWEEN 400 AND 499", OutcomeOurFault: "status >= 500",
}

// ListExchanges lists the directory log of the actor's organization, newest first.
func ListExchanges(tx *Tx, q ExchangeQuery) ([]SCIMExchange, error) {
	g := tx.org().Order("id DESC").Limit(q.Limit)
	if q.Before > 0 {
		g = g.Where("id < ?", q.Before)
	}
	if condition := outcomes[q.Outcome]; condition != "" {
		g = g.Where(condition)
	}
	if q.From != nil {
		g = g.Where("at >= ?", *q.From)
	}
	if q.To != nil {
		g = g.Where("at < ?", *q.To)
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
