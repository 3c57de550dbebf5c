package models

import (
	"encoding/json"

	"gorm.io/gorm"
)

// EraseMember deletes a member who has left, with all that is known of the person here: the directory's users, groups,
// invites, mails, labels, and the account that the leaving suspended. Audit events and logs stay, with opaque ids
// (SPEC P7, I6). A Conflict answers one who has not left.
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
	if err := eraseUsers(tx, m); err != nil {
		return err
	}
	if err := eraseRows(tx, m); err != nil {
		return err
	}
	if _, err := drop[Member](tx, "id = ?", m.ID); err != nil {
		return err
	}
	tx.tally(m, nil)
	if err := eraseAccount(tx, m); err != nil {
		return err
	}
	return tx.Record("member.erased", m.ID, nil)
}

// eraseUsers deletes what directories have of the member.
func eraseUsers(tx *Tx, m *Member) error {
	users, err := find[DirectoryUser](tx, "", "member_id = ?", m.ID)
	if err != nil {
		return err
	}
	for _, u := range users {
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

// eraseRows deletes every other row about the member, and the mails that went to it.
func eraseRows(tx *Tx, m *Member) error {
	for _, row := range []any{&GroupMember{}, &HiddenUser{}, &Identity{}, &Invite{}, &Session{}} {
		if err := tx.org().Delete(row, "member_id = ?", m.ID).Error; err != nil {
			return err
		}
	}
	if err := tx.org().Delete(&PersonLabel{}, "person_id = ?", m.ID).Error; err != nil {
		return err
	}
	if m.Email == "" {
		return nil
	}
	if err := eraseImportRows(tx, emailKey(m.Email)); err != nil {
		return err
	}
	return eraseMails(tx, m.Email)
}

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

func eraseMails(tx *Tx, address string) error {
	b, err := json.Marshal(address)
	if err != nil {
		return err
	}
	return tx.org().Where(`payload LIKE ? ESCAPE '\'`, "%"+escapeLike(string(b))+"%").Delete(&Outbox{}).Error
}

// eraseAccount deletes the account that the member's leaving suspended. One that its owner has taken over, or that was
// only detached, is not the organization's to erase.
func eraseAccount(tx *Tx, m *Member) error {
	if m.AccountID == nil {
		return nil
	}
	acc, err := FindAccount(tx, *m.AccountID)
	if err != nil || acc.SuspendedFor != m.ID {
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
