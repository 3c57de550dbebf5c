package models

import "slices"

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
	if tx.unit.facts == nil {
		tx.unit.facts = map[string]*facts{}
	}
	tx.unit.facts[tx.Actor.OrgID] = f
	return f, nil
}

func readFacts(tx *Tx) (*facts, error) {
	o, err := lockOrganization(tx)
	if err != nil {
		return nil, err
	}
	f := &facts{org: o, domains: map[string]bool{}}
	if f.plans, err = OrganizationPlans(tx, o); err != nil {
		return nil, err
	}
	domains, err := ListDomains(tx)
	if err != nil {
		return nil, err
	}
	for _, d := range domains {
		f.domains[d.Name] = d.Proved()
	}
	if f.dirs, err = find[Directory](tx, "ORDER BY created_at", "1 = 1"); err != nil {
		return nil, err
	}
	open, err := find[Connection](tx, "LIMIT 1", "state = ?", Active)
	f.sso = len(open) > 0
	return f, err
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
func (f *facts) settle(tx *Tx) error {
	if !f.dirty {
		return nil
	}
	f.dirty = false
	_, err := tx.send("UPDATE organizations SET next_member_seq = ?, next_group_seq = ? WHERE id = ?", f.org.NextMemberSeq, f.org.NextGroupSeq, f.org.ID)
	for i := range f.dirs {
		if d := &f.dirs[i]; err == nil {
			_, err = tx.send("UPDATE directories SET next_seq = ?, user_count = ? WHERE organization_id = ? AND id = ?", d.NextSeq, d.UserCount, f.org.ID, d.ID)
		}
	}
	return err
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
