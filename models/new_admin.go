package models

// newAdminTold is how many administrators, the longest-serving first, are told of a new one: a group that makes a
// hundred of them must not send ten thousand mails.
const newAdminTold = 20

// administers tells whether m is an administrator of its organization.
func (m *Member) administers() bool { return m.Role == RoleAdmin && m.Status == MemberActive }

// tellNewAdmin tells the other administrators when before becomes one (SPEC O6), and the person, unless an invite says
// so.
func tellNewAdmin(tx *Tx, o *Organization, before, after *Member, invited bool) error {
	if before.administers() || !after.administers() {
		return nil
	}
	var others []Member
	err := MemberQuery{Role: RoleAdmin, Status: MemberActive}.narrow(tx).Where("id <> ?", after.ID).Order("seq").Limit(newAdminTold).Find(&others).Error
	if err != nil {
		return err
	}
	values := map[string]string{"organization": o.Name, "who": after.FullName(), "address": after.Email, "source": after.RoleSource}
	for i := range others {
		if err := tx.Queue(NewMail("new_admin", others[i].Email, "/organization/members/"+after.ID, values, after.ID, others[i].ID)); err != nil {
			return err
		}
	}
	if invited || after.AccountID == nil {
		return nil
	}
	return tx.Queue(NewMail("admin_now", after.Email, "/organization", map[string]string{"organization": o.Name, "name": after.FullName()}, after.ID))
}
