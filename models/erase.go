package models

import (
	"encoding/json"
	"slices"

	"gorm.io/gorm"
)

// EraseMember deletes a member who has left, with all that is known of the person here: the directory's users, groups,
// invites, rows of files, mails to and about the person, labels, the place as the organization's contact, and the account that the leaving suspended. Audit events
// and logs stay, with opaque ids and without what they say of the person; orders stay, without the address (SPEC P7, I6).
// A Conflict answers one who has not left.
func EraseMember(tx *Tx, id string) error {
	if _, err := lockOrganization(tx); err != nil {
		return err
	}
	m, err := FindMemberForUpdate(tx, id)
	if CodeOf(translate(err)) == NotFound {
		return notFound("member with this id")
	}
	if err != nil {
		return err
	}
	if !m.gone() {
		return &Error{Code: Conflict, Message: m.FullName() + " has not left the organization, so nothing was erased. Remove the person first."}
	}
	left, err := tracesOf(tx, m)
	if err != nil {
		return err
	}
	for _, erase := range []func(*Tx, *Member, *traces) error{eraseUsers, eraseRows, eraseWritten, eraseAccount} {
		if err := erase(tx, m, left); err != nil {
			return err
		}
	}
	return tx.Record("member.erased", m.ID, nil)
}

// traces are the words by which the person stands in rows that are not the member's own.
type traces struct {
	users     []DirectoryUser
	account   *Account // the one to be erased as well; nil for none
	addresses []string // e-mails, as they were written
	names     []string // user names of the directory
}

func tracesOf(tx *Tx, m *Member) (*traces, error) {
	t := &traces{addresses: []string{m.Email}}
	var err error
	if t.users, err = find[DirectoryUser](tx, "", "member_id = ?", m.ID); err != nil {
		return nil, err
	}
	for _, u := range t.users {
		t.names = append(t.names, u.UserName)
		t.addresses = append(t.addresses, u.UserName, u.Profile.Email)
	}
	invites, err := find[Invite](tx, "", "member_id = ?", m.ID)
	if err != nil {
		return nil, err
	}
	for _, i := range invites {
		t.addresses = append(t.addresses, i.Email)
	}
	if m.AccountID != nil {
		acc, err := FindAccount(tx, *m.AccountID)
		if err != nil {
			return nil, err
		}
		if acc.SuspendedFor == m.ID { // one that its owner has taken over, or that was only detached, is the owner's
			t.account, t.addresses = acc, append(t.addresses, acc.Email, acc.PersonalEmail)
		}
	}
	slices.Sort(t.addresses)
	t.addresses = slices.DeleteFunc(slices.Compact(t.addresses), func(s string) bool { return emailKey(s) == "" })
	return t, nil
}

// eraseUsers deletes what directories have of the member.
func eraseUsers(tx *Tx, m *Member, t *traces) error {
	for _, u := range t.users {
		d, err := FindDirectory(tx, u.DirectoryID)
		if err == nil {
			err = dropUsers(tx, d, "id = ?", u.ID)
		}
		if err != nil {
			return err
		}
	}
	in := tx.org().Model(&GroupMember{}).Select("group_id").Where("member_id = ?", m.ID)
	return tx.org().Model(&Group{}).Where("id IN (?)", in).Updates(map[string]any{"version": gorm.Expr("version + 1"), "updated_at": tx.Now}).Error
}

// eraseRows deletes every row that is the member's own, and the member.
func eraseRows(tx *Tx, m *Member, _ *traces) error {
	for _, row := range []any{&GroupMember{}, &HiddenUser{}, &Identity{}, &Invite{}, &Session{}} {
		if err := tx.org().Delete(row, "member_id = ?", m.ID).Error; err != nil {
			return err
		}
	}
	if err := tx.org().Delete(&PersonLabel{}, "person_id = ?", m.ID).Error; err != nil {
		return err
	}
	if _, err := drop[Member](tx, "id = ?", m.ID); err != nil {
		return err
	}
	tx.tally(m, nil)
	return nil
}

// eraseWritten takes the person out of what was written down of many: files, mails, orders, and the few rows of the logs
// that hold a value (a test sign-in's report, a refusal that names a user).
func eraseWritten(tx *Tx, m *Member, t *traces) error {
	if err := eraseMails(tx.org(), m.ID); err != nil {
		return err
	}
	for _, address := range t.addresses {
		if err := eraseMails(tx.org(), address); err != nil {
			return err
		}
		if err := eraseImportRows(tx, emailKey(address)); err != nil {
			return err
		}
		if err := tx.org().Model(&Order{}).Where("billing_email = ?", address).Update("billing_email", "").Error; err != nil {
			return err
		}
		err := tx.org().Model(&SignIn{}).Where(`kind = ? AND report LIKE ? ESCAPE '\'`, AttemptTest, holds(address)).Update("report", "").Error
		if err != nil {
			return err
		}
	}
	if err := eraseContact(tx, t); err != nil {
		return err
	}
	for _, name := range t.names {
		err := tx.org().Model(&SCIMExchange{}).Where(`cause LIKE ? ESCAPE '\'`, holds("“"+name+"”")).Update("cause", "").Error
		if err != nil {
			return err
		}
	}
	return nil
}

// eraseContact takes the person's address from where members are told to ask; then they ask the administrators.
func eraseContact(tx *Tx, t *traces) error {
	o, err := lockOrganization(tx)
	if err != nil {
		return err
	}
	own := func(address string) bool { return emailKey(address) == emailKey(o.SupportContact) }
	if o.SupportContact == "" || !slices.ContainsFunc(t.addresses, own) {
		return nil
	}
	return changeOrganization(tx, map[string]any{"support_contact": ""})
}

// holds is the pattern of a text with word in it.
func holds(word string) string { return "%" + escapeLike(word) + "%" }

// eraseImportRows deletes what files said of the person.
func eraseImportRows(tx *Tx, key string) error {
	rows, err := find[ImportRow](tx, "ORDER BY import_id", "email_key = ?", key)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if _, err := drop[ImportRow](tx, "id = ?", r.ID); err != nil {
			return err
		}
		if err := countMoved(tx, r.ImportID, ImportCounts{r.State: -1}); err != nil {
			return err
		}
	}
	return nil
}

// eraseMails deletes the mails among rows that have word, an id or an address, as one of their values.
func eraseMails(rows *gorm.DB, word string) error {
	b, err := json.Marshal(word)
	if err != nil {
		return err
	}
	return rows.Where(`payload LIKE ? ESCAPE '\'`, holds(string(b))).Delete(&Outbox{}).Error
}

// eraseAccount deletes the account that the member's leaving suspended, with the mails that are of no organization: the
// links to sign in.
func eraseAccount(tx *Tx, m *Member, t *traces) error {
	acc := t.account
	if acc == nil {
		return nil
	}
	for _, word := range append(t.addresses, acc.ID) {
		if err := eraseMails(tx.allOrgs().Where("organization_id = ''"), word); err != nil {
			return err
		}
	}
	if err := eraseMails(tx.org(), acc.ID); err != nil {
		return err
	}
	// Memberships that had ended before elsewhere keep their own record, without the account.
	if err := tx.allOrgs().Model(&Member{}).Where("account_id = ?", acc.ID).Update("account_id", nil).Error; err != nil {
		return err
	}
	if err := tx.allOrgs().Delete(&Session{}, "account_id = ?", acc.ID).Error; err != nil {
		return err
	}
	if err := tx.g.Delete(&AccountToken{}, "account_id = ?", acc.ID).Error; err != nil {
		return err
	}
	if err := tx.allOrgs().Delete(&PersonLabel{}, "person_id = ?", acc.ID).Error; err != nil {
		return err
	}
	return tx.g.Delete(&Account{}, "id = ?", acc.ID).Error
}
