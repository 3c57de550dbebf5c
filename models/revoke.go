package models

// Deactivate switches an integration off for everybody at once (SPEC R1, R2). Single Sign-On takes Directory Sync with
// it; Directory Sync leaves Single Sign-On as it is. members says what becomes of the directory's people: MembersKeep or
// MembersDeprovision. Sessions by SSO, tokens and live setup links end in the same commit.
func Deactivate(tx *Tx, kind, members string) (*Revocation, error) {
	if kind != KindSSO && kind != KindSCIM {
		return nil, invalid("kind", "Choose what to deactivate: sso or scim.")
	}
	if members != MembersKeep && members != MembersDeprovision {
		return nil, invalid("members", "Choose what becomes of the members: keep or deprovision.")
	}
	o, err := lockOrganization(tx)
	if err != nil {
		return nil, err
	}
	r := &Revocation{
		ID: tx.NewID("rev"), OrganizationID: o.ID, Kind: kind, CreatedBy: tx.Actor.ID, CreatedAt: tx.Now,
		AddMembersBefore: o.AddMembers, Members: members, RequireSSOBefore: o.RequireSSO && kind == KindSSO,
	}
	c, err := r.readStates(tx, o)
	if err != nil {
		return nil, err
	}
	if err := tx.g.Create(r).Error; err != nil {
		return nil, err
	}
	if kind == KindSSO {
		if err := deactivateConnection(tx, c, r); err != nil {
			return nil, err
		}
	}
	if err := deactivateDirectory(tx, r.ID, members); err != nil {
		return nil, err
	}
	if err := markEndedSessions(tx, r); err != nil {
		return nil, err
	}
	out, err := mailAdmins(tx, o, "deactivated", map[string]string{"integration": integrationName(kind), "also_directory": yes(kind == KindSSO && r.DirectoryBefore == Active)})
	if err != nil {
		return nil, err
	}
	return r, tx.Record("organization.integration_deactivated", o.ID, Changes{"kind": kind, "members": members, "revocation": r.ID}, out...)
}

// keepPasswords switches Require SSO off with Single Sign-On, so that nobody is locked out (SPEC S8).
func keepPasswords(tx *Tx, r *Revocation) error {
	if !r.RequireSSOBefore {
		return nil
	}
	if err := changeOrganization(tx, map[string]any{"require_sso": false}); err != nil {
		return err
	}
	return tx.Record("organization.sso_not_required", r.OrganizationID, nil)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

// readStates notes what is on now, so that Undo can bring it back, and refuses where there is nothing to switch off.
func (r *Revocation) readStates(tx *Tx, o *Organization) (*Connection, error) {
	d, err := OrganizationDirectory(tx)
	if err = translate(err); err != nil && CodeOf(err) != NotFound {
		return nil, err
	}
	if err == nil && d.State != Deactivated {
		r.DirectoryBefore = d.State
	}
	var c *Connection
	if r.Kind == KindSSO {
		c, err = OrganizationConnection(tx)
		if err = translate(err); err != nil && CodeOf(err) != NotFound {
			return nil, err
		}
		if err == nil && c.State != Deactivated {
			r.ConnectionBefore = c.State
		}
	}
	if !o.Bought(r.Kind) || !r.touched(r.Kind) {
		return nil, &Error{Code: Conflict, Message: integrationName(r.Kind) + " is not switched on, so there is nothing to deactivate."}
	}
	return c, nil
}

// deactivateConnection switches sign-ins by SSO off and ends what came from them.
func deactivateConnection(tx *Tx, c *Connection, r *Revocation) error {
	if err := lockConnection(tx, c); err != nil {
		return err
	}
	err := updateConnection(tx, c, map[string]any{
		"state": Deactivated, "deactivated_at": tx.Now, "deactivated_by": tx.Actor.ID, "revocation_id": r.ID,
	})
	if err != nil {
		return err
	}
	if err := endLinks(tx, KindSSO, LinkRevoked, &r.ID); err != nil {
		return err
	}
	err = tx.org().Model(&Session{}).Where("connection_id = ? AND ended_at IS NULL", c.ID).
		Updates(map[string]any{"ended_at": tx.Now, "revocation_id": r.ID}).Error
	if err != nil {
		return err
	}
	if err := keepPasswords(tx, r); err != nil {
		return err
	}
	return tx.Record("connection.deactivated", c.ID, nil)
}

// markEndedSessions gives the sessions that de-provisioning ended in this unit of work the revocation's id.
func markEndedSessions(tx *Tx, r *Revocation) error {
	if r.Members != MembersDeprovision {
		return nil
	}
	return tx.org().Model(&Session{}).Where("ended_at = ? AND revocation_id IS NULL", tx.Now).Update("revocation_id", r.ID).Error
}

// UndoRevocation takes a deactivation back within 10 minutes: exactly what it ended lives again (SPEC R2).
func UndoRevocation(tx *Tx, id string) error {
	o, err := lockOrganization(tx)
	if err != nil {
		return err
	}
	var r Revocation
	if err := forUpdate(tx.org()).First(&r, "id = ?", id).Error; err != nil {
		return err
	}
	if !r.Undoable(tx.Now) {
		return &Error{Code: Gone, Message: "This can no longer be undone: the ten minutes are over. Set it up again with a new setup link."}
	}
	if r.touched(KindSSO) {
		if err := reviveConnection(tx, &r); err != nil {
			return err
		}
	}
	if r.touched(KindSCIM) {
		if err := reviveDirectory(tx, &r); err != nil {
			return err
		}
	}
	err = tx.org().Model(&Session{}).Where("revocation_id = ? AND expires_at > ?", r.ID, tx.Now).
		Updates(map[string]any{"ended_at": nil, "revocation_id": nil}).Error
	if err != nil {
		return err
	}
	if err := oneRow(tx.org().Model(&Revocation{}).Where("id = ? AND undone_at IS NULL", r.ID).Update("undone_at", tx.Now)); err != nil {
		return err
	}
	return tx.Record("organization.deactivation_undone", o.ID, Changes{"kind": r.Kind, "revocation": r.ID})
}

func reviveConnection(tx *Tx, r *Revocation) error {
	c, err := OrganizationConnection(tx)
	if err != nil {
		return err
	}
	if err := lockConnection(tx, c); err != nil {
		return err
	}
	if c.State != Deactivated || orNone(c.RevocationID) != r.ID {
		return &Error{Code: Conflict, Message: "Single Sign-On was set up again meanwhile, so this can no longer be undone."}
	}
	err = updateConnection(tx, c, map[string]any{"state": r.ConnectionBefore, "deactivated_at": nil, "deactivated_by": "", "revocation_id": nil})
	if err != nil {
		return err
	}
	err = tx.org().Model(&SetupLink{}).Where("revocation_id = ? AND kind = ?", r.ID, KindSSO).
		Updates(map[string]any{"ended_at": nil, "end_reason": "", "revocation_id": nil}).Error
	if err != nil {
		return err
	}
	if err := tx.Record("connection.revived", c.ID, nil); err != nil || !r.RequireSSOBefore || r.ConnectionBefore != Active {
		return err
	}
	if err := changeOrganization(tx, map[string]any{"require_sso": true}); err != nil {
		return err
	}
	return tx.Record("organization.sso_required", r.OrganizationID, nil)
}
