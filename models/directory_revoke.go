package models

import "gorm.io/gorm"

// deactivateDirectory switches Directory Sync off as part of a revocation (SPEC R1, R2): its live tokens and setup links
// end with the revocation's id, members are added by sign-in again, and its members stay as ordinary ones (MembersKeep)
// or are de-provisioned. Its users and groups keep their SCIM ids. It does nothing where nothing is on.
func deactivateDirectory(tx *Tx, revocationID, members string) error {
	d, err := OrganizationDirectory(tx)
	if err = translate(err); err != nil {
		if CodeOf(err) == NotFound {
			return nil
		}
		return err
	}
	if d.State == Deactivated {
		return nil
	}
	err = tx.org().Model(&DirectoryToken{}).Where("directory_id = ? AND ended_at IS NULL", d.ID).
		Updates(map[string]any{"ended_at": tx.Now, "revocation_id": revocationID}).Error
	if err != nil {
		return err
	}
	if err := endLinks(tx, KindSCIM, LinkRevoked, &revocationID); err != nil {
		return err
	}
	if err := releaseMembers(tx, d, members); err != nil {
		return err
	}
	err = tx.org().Model(&Group{}).Where("directory_id = ?", d.ID).Updates(map[string]any{"directory_id": nil, "updated_at": tx.Now}).Error
	if err != nil {
		return err
	}
	if err := setAddMembers(tx, AddByJIT); err != nil {
		return err
	}
	err = tx.org().Model(&Directory{}).Where("id = ?", d.ID).Updates(map[string]any{
		"state": Deactivated, "deactivated_at": tx.Now, "deactivated_by": tx.Actor.ID, "revocation_id": revocationID, "version": d.Version + 1,
	}).Error
	if err != nil {
		return err
	}
	return tx.Record("directory.deactivated", d.ID, Changes{"members": members})
}

// releaseMembers makes the directory's members ordinary ones, or de-provisions them first.
func releaseMembers(tx *Tx, d *Directory, members string) error {
	var rows []Member
	if err := tx.org().Where("directory_id = ?", d.ID).Order("seq").Find(&rows).Error; err != nil {
		return err
	}
	for i := range rows {
		m := &rows[i]
		if members == MembersDeprovision {
			if err := Deprovision(tx, m); err != nil {
				return err
			}
		}
		if err := updateMember(tx, m, map[string]any{"directory_id": nil}); err != nil {
			return err
		}
	}
	return nil
}

// reopenDirectory makes a deactivated directory ready to be set up again, under its id. The deactivation can no longer
// be undone then, so the users whose members have left with it show that from now on: else the identity provider would
// take them for active and never bring them back (SPEC P7).
func reopenDirectory(tx *Tx, d *Directory) error {
	if d.State != Deactivated {
		return nil
	}
	left := tx.org().Model(&Member{}).Select("id").Where("status IN ?", []string{MemberLeaving, MemberDeactivated, MemberDisconnected})
	err := tx.org().Model(&DirectoryUser{}).Where("directory_id = ? AND active = ? AND member_id IN (?)", d.ID, true, left).
		Updates(map[string]any{"active": false, "version": gorm.Expr("version + 1"), "updated_at": tx.Now}).Error
	if err != nil {
		return err
	}
	d.State, d.Version = Awaiting, d.Version+1
	return tx.org().Model(&Directory{}).Where("id = ?", d.ID).
		Updates(map[string]any{"state": Awaiting, "revocation_id": nil, "version": d.Version}).Error
}

// reviveDirectory takes deactivateDirectory back (SPEC R2, Undo): exactly the tokens and links that it ended, the state
// before, and its members and groups.
func reviveDirectory(tx *Tx, r *Revocation) error {
	d, err := OrganizationDirectory(tx)
	if err != nil {
		return err
	}
	if d.State != Deactivated || orNone(d.RevocationID) != r.ID {
		return &Error{Code: Conflict, Message: "The directory was set up again meanwhile, so this can no longer be undone."}
	}
	err = tx.org().Model(&DirectoryToken{}).Where("revocation_id = ?", r.ID).Updates(map[string]any{"ended_at": nil, "revocation_id": nil}).Error
	if err != nil {
		return err
	}
	err = tx.org().Model(&SetupLink{}).Where("revocation_id = ? AND kind = ?", r.ID, KindSCIM).
		Updates(map[string]any{"ended_at": nil, "end_reason": "", "revocation_id": nil}).Error
	if err != nil {
		return err
	}
	err = tx.org().Model(&Directory{}).Where("id = ?", d.ID).Updates(map[string]any{
		"state": r.DirectoryBefore, "deactivated_at": nil, "deactivated_by": "", "revocation_id": nil, "version": d.Version + 1,
	}).Error
	if err != nil {
		return err
	}
	if err := setAddMembers(tx, r.AddMembersBefore); err != nil {
		return err
	}
	if err := tx.Record("directory.revived", d.ID, nil); err != nil {
		return err
	}
	return takeBack(tx, d)
}

// takeBack gives the directory the members and groups that it had, as it last knew them.
func takeBack(tx *Tx, d *Directory) error {
	h, err := openHall(tx)
	if err != nil {
		return err
	}
	var users []DirectoryUser
	if err := tx.org().Where("directory_id = ? AND managed = ?", d.ID, true).Order("seq").Find(&users).Error; err != nil {
		return err
	}
	for i := range users {
		u := &users[i]
		if _, err := h.provision(Arrival{Source: SourceSCIM, Profile: u.Profile, Active: u.Active, Directory: d, User: u, Back: true}); err != nil {
			return err
		}
	}
	return tx.org().Model(&Group{}).Where("source = ? AND directory_id IS NULL", SourceSCIM).Updates(map[string]any{"directory_id": d.ID, "updated_at": tx.Now}).Error
}
