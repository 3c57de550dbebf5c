package models

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// Newcomer is whom a unit of work is about to create in a directory of the actor's organization. It is a hint: it is
// looked up for all who wait at the same door in one statement, and whoever is known to be new is written together with
// the others (see late).
type Newcomer struct {
	DirectoryID string
	UserName    string
	Email       string
}

// UpdateFor is Update for a unit of work that creates n.
func (db *DB) UpdateFor(ctx context.Context, by Actor, n Newcomer, fn func(*Tx) error) error {
	return db.update(ctx, by, &looked{org: by.OrgID, directory: n.DirectoryID, userName: Fold(n.UserName), email: emailKey(n.Email)}, fn)
}

// looked is what is looked up for a newcomer.
type looked struct{ org, directory, userName, email string }

// absence is something that is known not to be there. scope is its directory or organization.
type absence struct{ kind, scope, key string }

func noUser(directory, userName string) absence { return absence{"user", directory, userName} }
func noView(directory, email string) absence    { return absence{"view", directory, email} }
func noMember(org, email string) absence        { return absence{"member", org, email} }
func noAccount(email string) absence            { return absence{"account", "", email} }

func (l *looked) absences() []absence {
	out := []absence{noUser(l.directory, l.userName)}
	if l.email != "" {
		out = append(out, noView(l.directory, l.email), noMember(l.org, l.email), noAccount(l.email))
	}
	return out
}

// lacks tells whether something is known not to be there.
func (tx *Tx) lacks(a absence) bool { return tx.unit != nil && tx.unit.absent[a] }

// lookUp finds out what of those who wait, l among them, is not there yet. Whatever else writes in the transaction makes
// it forget them, so an absence never outlives what it says.
func (w *writer) lookUp(u *unit, l *looked) error {
	if l == nil || u.absent[l.absences()[0]] {
		return nil
	}
	all := w.alike(l)
	absent := map[absence]bool{}
	for _, o := range all {
		for _, a := range o.absences() {
			absent[a] = true
		}
	}
	if err := u.strike(absent, l, all); err != nil {
		return err
	}
	u.late.strike(absent)
	if u.absent == nil {
		u.absent = map[absence]bool{}
	}
	maps.Copy(u.absent, absent)
	return nil
}

// strike takes out of absent what waits to be written.
func (l *late) strike(absent map[absence]bool) {
	for _, u := range l.users {
		delete(absent, noUser(u.DirectoryID, u.UserNameKey))
	}
	for _, m := range l.members {
		delete(absent, noMember(m.OrganizationID, orNone(m.EmailKey)))
	}
	for _, a := range l.accounts {
		delete(absent, noAccount(a.EmailKey))
	}
}

// alike are l and those who wait to create somebody in the same directory.
func (w *writer) alike(l *looked) []*looked {
	all := []*looked{l}
	w.asking.Lock()
	defer w.asking.Unlock()
	for o := range w.asked {
		if o != l && o.org == l.org && o.directory == l.directory && len(all) < maxTogether {
			all = append(all, o)
		}
	}
	return all
}

// strike takes out of absent what is in the database.
func (u *unit) strike(absent map[absence]bool, l *looked, all []*looked) error {
	for together(len(all)) != len(all) { // few texts
		all = append(all, l)
	}
	names, emails := make([]any, len(all)), make([]any, len(all))
	for i, o := range all {
		names[i], emails[i] = o.userName, o.email
	}
	tx := u.begin(Actor{OrgID: l.org})
	in := "IN (" + strings.TrimSuffix(strings.Repeat("?, ", len(all)), ", ") + ")"
	q := question{tx.placeholders(`SELECT 'user', directory_id, user_name_key FROM directory_users WHERE organization_id = ? AND directory_id = ? AND user_name_key ` + in + `
		UNION ALL SELECT 'view', directory_id, email_key FROM directory_users WHERE organization_id = ? AND directory_id = ? AND email_key ` + in + ` AND NOT managed
		UNION ALL SELECT 'member', organization_id, email_key FROM members WHERE organization_id = ? AND email_key ` + in + `
		UNION ALL SELECT 'account', '', email_key FROM accounts WHERE email_key ` + in),
		slices.Concat([]any{l.org, l.directory}, names, []any{l.org, l.directory}, emails, []any{l.org}, emails, emails),
		func(get func(...any) error) error {
			var a absence
			err := get(&a.kind, &a.scope, &a.key)
			delete(absent, a)
			return err
		}}
	if u.facts[l.org] != nil {
		return tx.answer(q)
	}
	f, err := readFacts(tx, q) // the organization's lock comes first
	if err == nil {
		tx.keep(f)
	}
	return err
}
