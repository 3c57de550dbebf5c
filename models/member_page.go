package models

// FindUserOfMember is what the organization's directory has of a member: the managed user, else the view of it;
// NotFound without a directory.
func FindUserOfMember(tx *Tx, memberID string) (*DirectoryUser, error) {
	var u DirectoryUser
	return &u, tx.org().Where("member_id = ?", memberID).Order("managed DESC, seq").First(&u).Error
}

// MembersByEmail finds members by their addresses; unknown are those that no member has.
func MembersByEmail(tx *Tx, emails []string) (found []Member, unknown []string, err error) {
	for _, email := range emails {
		_, key, err := ParseEmail(email)
		if err != nil {
			unknown = append(unknown, email)
			continue
		}
		m, err := FindMemberByEmail(tx, key)
		switch {
		case CodeOf(err) == NotFound || err == nil && m.Status == MemberDisconnected:
			unknown = append(unknown, email)
		case err != nil:
			return nil, nil, err
		default:
			found = append(found, *m)
		}
	}
	return found, unknown, nil
}

// CountHeldFor counts held members with a reason.
func CountHeldFor(tx *Tx, reason string) (int64, error) {
	return CountMembers(tx, MemberQuery{Status: MemberHeld, Hold: reason})
}

// CountGroups counts the organization's groups.
func CountGroups(tx *Tx) (int64, error) {
	var n int64
	return n, tx.org().Model(&Group{}).Count(&n).Error
}

// GroupNames are the names of the given groups, as far as they still exist.
func GroupNames(tx *Tx, ids []string) (map[string]string, error) {
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []Group
	err := tx.org().Select("id", "name").Where("id IN ?", ids).Find(&rows).Error
	for _, g := range rows {
		out[g.ID] = g.Name
	}
	return out, err
}
