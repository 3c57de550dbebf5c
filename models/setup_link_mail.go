package models

import "time"

// LinkExpired is the end of a setup link that nobody has ended before its time.
const LinkExpired = "expired"

// tellMaker makes the mail about a setup link to the administrator or operator who made it, or to all administrators
// when a command did, or somebody who is none any more.
func tellMaker(tx *Tx, l *SetupLink, name string) ([]*Outbox, error) {
	o, err := FindOrganization(tx)
	if err != nil {
		return nil, err
	}
	values := map[string]string{"organization": o.Name, "kind": l.Kind, "made": l.CreatedAt.UTC().Format(time.RFC3339)}
	labels, err := Labels(tx, []string{l.CreatedBy})
	if err != nil {
		return nil, err
	}
	if to := operatorAddress(labels[l.CreatedBy]); to != "" {
		return []*Outbox{NewMail(name, to, "", values)}, nil
	}
	out, err := mailAdmins(tx, o, name, values)
	if err != nil {
		return nil, err
	}
	var m Member
	err = translate(tx.org().First(&m, "account_id = ? AND role = ? AND status = ?", l.CreatedBy, RoleAdmin, MemberActive).Error)
	switch {
	case err == nil:
		out = []*Outbox{NewMail(name, m.Email, "", values, m.ID)}
	case CodeOf(err) != NotFound:
		return nil, err
	}
	for _, mail := range out {
		mail.Secret = "/organization/sso"
	}
	return out, nil
}

// ExpireSetupLinks ends the links whose time is over, in all organizations, and tells once of those that nobody has
// used. It looks at some links after the one with the id after, and answers the id to go on after, "" at the end.
func ExpireSetupLinks(tx *Tx, after string) (last string, err error) {
	var page []SetupLink
	err = tx.allOrgs().Where("ended_at IS NULL AND expires_at <= ? AND id > ?", tx.Now, after).Order("id").Limit(announceStep).Find(&page).Error
	if err != nil {
		return "", err
	}
	for i := range page {
		if err := expireLink(tx.In(page[i].OrganizationID), &page[i]); err != nil {
			return "", err
		}
	}
	if len(page) == announceStep {
		last = page[len(page)-1].ID
	}
	return last, nil
}

func expireLink(tx *Tx, l *SetupLink) error {
	res := tx.org().Model(&SetupLink{}).Where("id = ? AND ended_at IS NULL", l.ID).
		Updates(map[string]any{"ended_at": l.ExpiresAt, "end_reason": LinkExpired})
	if res.Error != nil || res.RowsAffected == 0 { // somebody else ended it
		return res.Error
	}
	var out []*Outbox
	if old := l.ExpiresAt.Add(setupLinkLife).Before(tx.Now); l.StartedAt == nil && !old { // nobody waits for it any more
		var err error
		if out, err = tellMaker(tx, l, "setup_link_expired"); err != nil {
			return err
		}
	}
	return tx.Record("setup_link.expired", l.ID, Changes{"kind": l.Kind}, out...)
}
