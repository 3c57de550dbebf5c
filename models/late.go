package models

import (
	"slices"
	"strings"
)

// late are rows that no unit of work reads back in plain SQL: audit events, labels, outbox and log. They wait in the
// shared transaction and are written together, before its COMMIT or before GORM looks.
type late struct {
	audit     []*AuditEvent
	labels    []*PersonLabel
	outbox    []*Outbox
	exchanges []*SCIMExchange
}

// lateTables are where they go.
var lateTables = []string{"audit_events", "person_labels", "outbox", "scim_exchanges"}

func (l *late) lengths() [4]int {
	return [4]int{len(l.audit), len(l.labels), len(l.outbox), len(l.exchanges)}
}

// cut takes back what came after n was taken.
func (l *late) cut(n [4]int) {
	l.audit, l.labels, l.outbox, l.exchanges = l.audit[:n[0]], l.labels[:n[1]], l.outbox[:n[2]], l.exchanges[:n[3]]
}

// settle writes what waits: rows, and counters of the facts.
func (s *shared) settle() error {
	l := s.late
	s.late = late{}
	tx := s.unit().begin(Actor{})
	for _, f := range s.facts {
		if err := f.settle(tx); err != nil {
			return err
		}
	}
	if err := insert(tx, l.audit...); err != nil {
		return err
	}
	if err := upsertLabels(tx, l.labels); err != nil {
		return err
	}
	if err := insert(tx, l.outbox...); err != nil {
		return err
	}
	return insert(tx, l.exchanges...)
}

// upsertLabels writes labels; of two for one person the later is right.
func upsertLabels(tx *Tx, rows []*PersonLabel) error {
	latest := make(map[string]*PersonLabel, len(rows))
	for _, r := range rows {
		latest[r.PersonID] = r
	}
	rows = slices.DeleteFunc(rows, func(r *PersonLabel) bool { return latest[r.PersonID] != r })
	return insertOr(tx, " ON CONFLICT (person_id) DO UPDATE SET name = excluded.name, email = excluded.email", rows...)
}

// flush is settle for a unit of work that is under way.
func (u *unit) flush() error {
	u.wrote = u.wrote || u.late.lengths() != u.before
	u.before = [4]int{}
	return u.note(u.settle())
}

// open makes ready for a statement that GORM wrote.
func (u *unit) open(query string) error {
	if err := u.flush(); err != nil {
		return err
	}
	if !strings.HasPrefix(query, "SELECT") {
		u.wrote, u.facts = true, nil
	}
	return nil
}

// plain makes ready for a statement in plain SQL. Of what it reads nothing waits, see table.
func (u *unit) plain(query string) error {
	if strings.HasPrefix(query, "SELECT") {
		return nil
	}
	u.wrote = true
	words := strings.SplitN(query, " ", 4) // UPDATE x SET, INSERT INTO x, DELETE FROM x
	if !slices.Contains(factTables, words[1]) && !slices.Contains(factTables, words[2]) {
		return nil
	}
	err := u.flush()
	u.facts = nil
	return err
}

// note keeps in mind that a statement failed: PostgreSQL's transaction is lost then.
func (u *unit) note(err error) error {
	u.wrote = u.wrote || err != nil
	return err
}
