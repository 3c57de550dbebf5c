package models

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"
)

// States of an Outbox row.
const (
	OutboxAvailable = "available"
	OutboxCompleted = "completed"
	OutboxDiscarded = "discarded" // gave up; shown to operators, who can send it again
)

const (
	outboxLease    = 2 * time.Minute
	outboxAttempts = 10
	sealOutbox     = "outbox"
)

// Outbox holds what must leave the building, written in the commit that caused it (SPEC P11). Kinds are `mail.<name>`
// and `webhook.<event>`. Secret is a link or token sealed under the secret key and blanked on delivery (SPEC I7).
type Outbox struct {
	ID             int64 `gorm:"primaryKey;autoIncrement"`
	OrganizationID string
	Kind           string
	Payload        string
	Secret         string
	State          string
	Attempts       int64
	LastError      string
	NextAt         time.Time
	CreatedAt      time.Time
	DoneAt         *time.Time
}

// TableName keeps the table in the singular: the outbox.
func (Outbox) TableName() string { return "outbox" }

// Mail is the payload of a `mail.*` row: what the views need to write it.
type Mail struct {
	To     string            `json:"to"`
	Values map[string]string `json:"values,omitempty"`
	People []string          `json:"people,omitempty"` // ids of the members and accounts that it goes to or names
}

// NewMail makes the outbox row of a mail; secret is a link that only the mail may carry, or "". people are the ids of
// those whom it goes to or names: when one of them is erased, so is the mail (SPEC I6).
func NewMail(name, to, secret string, values map[string]string, people ...string) *Outbox {
	b, _ := json.Marshal(Mail{To: to, Values: values, People: people}) // strings always marshal
	return &Outbox{Kind: "mail." + name, Payload: string(b), Secret: secret}
}

// Queue puts o into the outbox of the actor's organization, sealing its secret.
func (tx *Tx) Queue(o *Outbox) error {
	o.OrganizationID, o.State, o.CreatedAt, o.NextAt = tx.Actor.OrgID, OutboxAvailable, tx.Now, tx.Now
	if o.Secret != "" {
		o.Secret = tx.db.keys.Seal(sealOutbox, o.Secret)
	}
	tx.unit.late.outbox = append(tx.unit.late.outbox, o)
	return nil
}

// OpenSecret is the link or token of a claimed row.
func (tx *Tx) OpenSecret(o *Outbox) (string, error) {
	if o.Secret == "" {
		return "", nil
	}
	return tx.db.keys.Open(sealOutbox, o.Secret)
}

// ClaimOutbox leases up to limit due rows to this worker; a row whose worker died comes again after the lease, so
// delivery is at least once.
func ClaimOutbox(tx *Tx, limit int) ([]Outbox, error) {
	skip := ""
	if tx.db.engine == Postgres {
		skip = " FOR UPDATE SKIP LOCKED"
	}
	var rows []Outbox
	err := tx.g.Raw(`UPDATE outbox SET next_at = ?, attempts = attempts + 1 WHERE id IN (
		SELECT id FROM outbox WHERE state = ? AND next_at <= ? ORDER BY next_at, id LIMIT ?`+skip+`) RETURNING *`,
		tx.Now.Add(outboxLease), OutboxAvailable, tx.Now, limit).Scan(&rows).Error
	slices.SortFunc(rows, func(a, b Outbox) int { return cmp.Compare(a.ID, b.ID) }) // RETURNING has no order of its own
	return rows, err
}

// CompleteOutbox notes a delivery and blanks the secret.
func CompleteOutbox(tx *Tx, id int64) error {
	_, err := tx.run("UPDATE outbox SET state = ?, done_at = ?, secret = '', last_error = '' WHERE id = ?", OutboxCompleted, tx.Now, id)
	return err
}

// RetryOutbox notes a failure and sets the next try with a doubling wait, or gives up: at once when permanent, else
// after 10 tries. message is for operators and names no person and no secret.
func RetryOutbox(tx *Tx, o *Outbox, message string, permanent bool) error {
	set := map[string]any{"last_error": message}
	if permanent || o.Attempts >= outboxAttempts {
		set["state"], set["done_at"] = OutboxDiscarded, tx.Now
	} else {
		set["next_at"] = tx.Now.Add(time.Duration(1<<min(o.Attempts, 10)) * 5 * time.Second)
	}
	return tx.allOrgs().Model(&Outbox{}).Where("id = ?", o.ID).Updates(set).Error
}
