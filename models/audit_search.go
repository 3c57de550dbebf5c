package models

// maxAbout bounds the people whose events one search shows.
const maxAbout = 50

// AuditIDs are the ids by which the audit knows what search means: search itself, where it is an id, and the members
// that FindMembers finds by it, those who have left too, with their accounts and invites (SPEC A1).
func AuditIDs(tx *Tx, search string) ([]string, error) {
	ids := []string{search}
	found, _, err := FindMembers(tx, MemberQuery{Search: search, Limit: maxAbout})
	if err != nil || len(found) == 0 {
		return ids, err
	}
	var members []string
	for _, m := range found {
		members = append(members, m.ID)
		if m.AccountID != nil {
			ids = append(ids, *m.AccountID)
		}
	}
	var invites []string
	err = tx.org().Model(&Invite{}).Where("member_id IN ?", members).Pluck("id", &invites).Error
	return append(append(ids, members...), invites...), err
}
