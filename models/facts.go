package models

import (
	"slices"

	"gorm.io/gorm"
)

// facts are what every unit of work of a directory asks of its organization. They are read once in a transaction, under
// the organization's lock, and are forgotten when anything in the transaction writes to a table that they come from; so
// none outlives what it says.
type facts struct {
	org     *Organization
	plans   *Plans
	domains map[string]bool // true: proved
	dirs    []Directory
	sso     bool // a connection is active
	dirty   bool // counters of org and dirs are ahead of the rows
}

// factTables are the tables that facts come from.
var factTables = []string{"organizations", "plans", "organization_plans", "domains", "directories", "connections"}

// facts of the actor's organization.
func (tx *Tx) facts() (*facts, error) {
	if tx.unit == nil {
		return readFacts(tx)
	}
	if f := tx.unit.facts[tx.Actor.OrgID]; f != nil {
		return f, nil
	}
	f, err := readFacts(tx)
	if err != nil {
		return nil, err
	}
	return tx.keep(f), nil
}

// keep keeps facts for the other units of work of the transaction.
func (tx *Tx) keep(f *facts) *facts {
	if tx.unit.facts == nil {
		tx.unit.facts = map[string]*facts{}
	}
	tx.unit.facts[tx.Actor.OrgID] = f
	return f
}

// readFacts reads the facts under the organization's lock, and asks further questions by the way.
func readFacts(tx *Tx, further ...question) (*facts, error) {
	f := &facts{org: new(Organization), plans: new(Plans), domains: map[string]bool{}}
	var orgs []Organization
	var domains []Domain
	var open []Connection
	lock := ""
	if tx.db.engine != SQLite {
		lock = " FOR UPDATE"
	}
	org := into(tx, &orgs, "LIMIT 1"+lock, "id = ?", tx.Actor.OrgID)
	scan := org.row
	org.row = func(get func(...any) error) error {
		err := scan(get)
		*f.org = orgs[0]
		return err
	}
	err := tx.answer(append([]question{
		org, f.plans.question(tx, f.org), into(tx, &domains, "ORDER BY name", "1 = 1"),
		into(tx, &f.dirs, "ORDER BY created_at", "1 = 1"), into(tx, &open, "LIMIT 1", "state = ?", Active),
	}, further...)...)
	if err == nil && len(orgs) == 0 {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		return nil, err
	}
	f.plans.chooseDefault(f.org)
	for _, d := range domains {
		f.domains[d.Name] = d.Proved()
	}
	f.sso = len(open) > 0
	return f, nil
}

// dir is one of the organization's directories, nil for none.
func (f *facts) dir(id string) *Directory {
	i := slices.IndexFunc(f.dirs, func(d Directory) bool { return d.ID == id })
	if i < 0 {
		return nil
	}
	return &f.dirs[i]
}

// count moves one of the counters and answers what it was.
func (f *facts) count(tx *Tx, counter *int64, by int64) int64 {
	before := *counter
	*counter += by
	f.dirty, tx.unit.wrote = true, true
	return before
}

// settle writes the counters.
func (f *facts) settle(tx *Tx) {
	if !f.dirty {
		return
	}
	f.dirty = false
	o := f.org
	tx.send("UPDATE organizations SET next_member_seq = ?, next_group_seq = ?, seats_used = ?, leavers_since = ?, leavers = ?, leavers_allowed = ? WHERE id = ?",
		o.NextMemberSeq, o.NextGroupSeq, o.SeatsUsed, o.LeaversSince, o.Leavers, o.LeaversAllowed, o.ID)
	for i := range f.dirs {
		d := &f.dirs[i]
		tx.send("UPDATE directories SET next_seq = ?, user_count = ? WHERE organization_id = ? AND id = ?", d.NextSeq, d.UserCount, f.org.ID, d.ID)
	}
}

// FindDirectoryForUpdate finds a directory of the actor's organization under the organization's lock.
func FindDirectoryForUpdate(tx *Tx, id string) (*Directory, error) {
	f, err := tx.facts()
	if err != nil {
		return nil, err
	}
	if d := f.dir(id); d != nil {
		return d, nil
	}
	return nil, notFound("directory with this id")
}
