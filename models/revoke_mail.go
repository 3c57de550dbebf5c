package models

// MailPeopleOfSSO tells the members who sign in through the connection, administrators apart, that Single Sign-On is
// off: administrators are told by Deactivate. Part of the deactivation's unit of work.
func MailPeopleOfSSO(tx *Tx) error {
	o, err := FindOrganization(tx)
	if err != nil {
		return err
	}
	var rows []Member
	known := tx.org().Model(&Identity{}).Select("member_id")
	if err := tx.org().Where("status = ? AND role <> ? AND email <> '' AND id IN (?)", MemberActive, RoleAdmin, known).Order("seq").Find(&rows).Error; err != nil {
		return err
	}
	for _, m := range rows {
		mail := NewMail("deactivated", m.Email, "", map[string]string{"organization": o.Name, "integration": integrationName(KindSSO)}, m.ID)
		if err := tx.Queue(mail); err != nil {
			return err
		}
	}
	return nil
}
