package models

import (
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// late are rows that wait in the shared transaction and are written together. Those of newcomers wait until any other
// statement; audit events, labels, outbox, log and the moves of counts, which no unit of work reads back in plain SQL, until GORM looks; all
// of them until the COMMIT.
type late struct {
	accounts []*Account
	members  []*Member
	users    []*DirectoryUser

	audit     []*AuditEvent
	labels    []*PersonLabel
	outbox    []*Outbox
	exchanges []*SCIMExchange
	counts    []*MemberCount // by how much each moves
}

// lateTables are where they go.
var lateTables = []string{"audit_events", "person_labels", "outbox", "scim_exchanges", "member_counts"}

// waits says how many of each wait.
type waits struct{ accounts, members, users, audit, labels, outbox, exchanges, counts int }

func (l *late) lengths() waits {
	return waits{len(l.accounts), len(l.members), len(l.users), len(l.audit), len(l.labels), len(l.outbox), len(l.exchanges), len(l.counts)}
}

// cut takes back what came after n was taken.
func (l *late) cut(n waits) {
	l.accounts, l.members, l.users = l.accounts[:n.accounts], l.members[:n.members], l.users[:n.users]
	l.audit, l.labels, l.outbox, l.exchanges = l.audit[:n.audit], l.labels[:n.labels], l.outbox[:n.outbox], l.exchanges[:n.exchanges]
	l.counts = l.counts[:n.counts]
}

// insert writes the rows of newcomers, in the order in which they need one another.
func (l *late) insert(tx *Tx) error {
	if err := insert(tx, l.accounts...); err != nil {
		return err
	}
	if err := insert(tx, l.members...); err != nil {
		return err
	}
	return insert(tx, l.users...)
}

// insertNew is insert for a row of which a says that nothing like it is there: it may wait.
func insertNew[T any](tx *Tx, a absence, waiting *[]*T, row *T) error {
	if !tx.lacks(a) {
		return insert(tx, row)
	}
	delete(tx.unit.absent, a)
	c := *row // as it is now
	*waiting = append(*waiting, &c)
	return nil
}

// settle writes what waits: rows, and counters of the facts.
func (s *shared) settle() error { return s.write(s.all) }

// write puts together what fill writes, and runs it.
func (s *shared) write(fill func(*Tx) error) error {
	tx, err := s.compose(fill)
	if err == nil {
		_, err = tx.unit.script.run(s.conn)
	}
	return tx.sqlError(err)
}

func (s *shared) compose(fill func(*Tx) error) (*Tx, error) {
	u := s.unit()
	u.script = &script{}
	tx := u.begin(Actor{})
	return tx, fill(tx)
}

// commit writes what waits and commits. again tells that it surely did not, because of a row that waited: that is somebody's
// fault, and each by himself finds out whose.
func (s *shared) commit() (again bool, err error) {
	tx, err := s.compose(s.all)
	if err != nil {
		return true, err
	}
	list := tx.unit.script
	if s.analyze {
		list.add(analyzePeople)
	}
	list.add("COMMIT")
	well, err := list.run(s.conn)
	var says *pgconn.PgError // else the connection was lost, at who knows which statement
	heard := s.db.engine == SQLite || errors.As(err, &says)
	return err != nil && heard && well < len(list.queries)-1, tx.sqlError(err)
}

// all is everything that waits.
func (s *shared) all(tx *Tx) error {
	l := s.late
	s.late = late{}
	if err := l.insert(tx); err != nil {
		return err
	}
	for _, f := range s.facts {
		f.settle(tx)
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
	if err := insert(tx, l.exchanges...); err != nil {
		return err
	}
	return addCounts(tx, l.counts)
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
	u.before = waits{}
	return u.blame(u.settle())
}

// flushNew writes the rows of newcomers that wait.
func (u *unit) flushNew() error {
	l := &u.late
	n := l.lengths()
	if n.users+n.members+n.accounts == 0 {
		return nil
	}
	b := &u.before
	u.wrote = u.wrote || n.users > b.users || n.members > b.members || n.accounts > b.accounts
	b.users, b.members, b.accounts = 0, 0, 0
	now := late{accounts: l.accounts, members: l.members, users: l.users}
	l.accounts, l.members, l.users = nil, nil, nil
	return u.blame(u.write(now.insert))
}

// blame keeps in mind that a row that waited cannot be written.
func (u *unit) blame(err error) error {
	u.spoiled = u.spoiled || err != nil
	return u.note(err)
}

// open makes ready for a statement that GORM wrote.
func (u *unit) open(query string) error {
	if err := u.flush(); err != nil {
		return err
	}
	if !strings.HasPrefix(query, "SELECT") {
		u.wrote, u.facts, u.absent = true, nil, nil
	}
	return nil
}

// plain makes ready for a statement in plain SQL. Of what it reads nothing else waits, see table.
func (u *unit) plain(query string) error {
	if err := u.flushNew(); err != nil || strings.HasPrefix(query, "SELECT") {
		return err
	}
	u.wrote, u.absent = true, nil
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
