package models

import "time"

// remindBefore is how long before its end people are reminded of an invite.
const remindBefore = 2 * 24 * time.Hour

// RemindInvites reminds people once of invites that end soon and are still open. It looks at some invites after the one
// with the id after, in all organizations, and answers the id to go on after, "" at the end.
func RemindInvites(tx *Tx, after string) (last string, err error) {
	var page []Invite
	err = tx.allOrgs().Where("accepted_at IS NULL AND cancelled_at IS NULL AND reminder_digest = '' AND expires_at > ? AND expires_at <= ? AND id > ?",
		tx.Now, tx.Now.Add(remindBefore), after).Order("id").Limit(announceStep).Find(&page).Error
	if err != nil {
		return "", err
	}
	for i := range page {
		if err := remind(tx.In(page[i].OrganizationID), &page[i]); err != nil {
			return "", err
		}
	}
	if len(page) == announceStep {
		last = page[len(page)-1].ID
	}
	return last, nil
}

// remind sends the mail with a second token: the first is kept as a digest only, and goes on working.
func remind(tx *Tx, i *Invite) error {
	token := tx.NewToken()
	res := tx.org().Model(&Invite{}).Where("id = ? AND reminder_digest = '' AND accepted_at IS NULL AND cancelled_at IS NULL", i.ID).
		Update("reminder_digest", Digest(token))
	if res.Error != nil || res.RowsAffected == 0 { // it ended meanwhile, or somebody else reminds
		return res.Error
	}
	o, err := FindOrganization(tx)
	if err != nil {
		return err
	}
	mail := inviteMail(o, i, inviterName(tx, i.CreatedBy), token)
	mail.Kind = "mail.invite_reminder"
	return tx.Record("invite.reminded", i.ID, nil, mail)
}
