package models

// DirectoryUserRef is how the directory knows a member: the SCIM id and the identity provider's own id, if any.
type DirectoryUserRef struct {
	ID         string
	ExternalID *string
}

// DirectoryUserRefs are the SCIM ids of the organization's members by member id, in one query.
func DirectoryUserRefs(tx *Tx) (map[string]DirectoryUserRef, error) {
	var rows []DirectoryUser
	err := tx.org().Select("id", "member_id", "external_id").Order("managed, seq").Find(&rows).Error
	out := make(map[string]DirectoryUserRef, len(rows))
	for _, u := range rows {
		out[u.MemberID] = DirectoryUserRef{ID: u.ID, ExternalID: u.ExternalID}
	}
	return out, err
}

// GroupMemberIDs are the member ids of all groups of the organization by group id, in the members' order, in one
// query.
func GroupMemberIDs(tx *Tx) (map[string][]string, error) {
	var rows []GroupMember
	err := tx.g.Select("group_members.group_id, group_members.member_id").Joins("JOIN members ON members.id = group_members.member_id").
		Where("group_members.organization_id = ?", tx.Actor.OrgID).Order("group_members.group_id, members.seq").Find(&rows).Error
	out := map[string][]string{}
	for _, r := range rows {
		out[r.GroupID] = append(out[r.GroupID], r.MemberID)
	}
	return out, err
}
