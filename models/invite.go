package models

import (
	"time"

	"gorm.io/gorm"
)

// inviteLife is how long an invite can be accepted.
const inviteLife = 7 * 24 * time.Hour

// maxName bounds a person's or organization's name, in bytes.
const maxName = 200

// Invite is an invitation of one person. The password rule in force when it was made is frozen on it (SPEC O5).
type Invite struct {
	ID                string `gorm:"primaryKey"`
	OrganizationID    string
	MemberID          string
	Email             string
	Role              string
	PasswordsDisabled bool
	Digest            string
	ReminderDigest    string // of the token in the reminder, "" before it; the first goes on working
	CreatedBy         string
	CreatedAt         time.Time
	ExpiresAt         time.Time
	AcceptedAt        *time.Time
	CancelledAt       *time.Time
}

// Open tells whether the invite can still be accepted.
func (i *Invite) Open(now time.Time) bool {
	return i.AcceptedAt == nil && i.CancelledAt == nil && now.Before(i.ExpiresAt)
}

// State is open, accepted, cancelled or expired.
func (i *Invite) State(now time.Time) string {
	switch {
	case i.AcceptedAt != nil:
		return "accepted"
	case i.CancelledAt != nil:
		return "cancelled"
	case !now.Before(i.ExpiresAt):
		return "expired"
	}
	return "open"
}

// CreateInvite invites an e-mail into the actor's organization and answers the token, which travels by mail and is shown
// once. Somebody who is invited already gets a new invite in place of the old; a member is a Conflict.
func CreateInvite(tx *Tx, email, role string) (*Invite, string, error) {
	email, key, err := ParseEmail(email)
	if err != nil {
		return nil, "", err
	}
	if role != RoleMember && role != RoleAdmin {
		return nil, "", invalid("role", "Choose the role: member or admin.")
	}
	m, err := FindMemberByEmail(tx, key)
	switch {
	case CodeOf(translate(err)) == NotFound:
		m, err = insertInvited(tx, email, key, role)
	case err == nil && m.Status != MemberInvited && m.Status != MemberDisconnected:
		err = &Error{Code: Conflict, Field: "email", Message: email + " is a member of this organization already."}
	case err == nil:
		err = inviteAgain(tx, m, role)
	}
	if err != nil {
		return nil, "", err
	}
	return InviteMember(tx, m, role)
}

// inviteAgain makes an invited member of one who is invited already, or whose membership has ended: whoever accepts
// brings the account.
func inviteAgain(tx *Tx, m *Member, role string) error {
	set := map[string]any{"status": MemberInvited, "role": role, "role_source": FromAdmin, "account_id": nil, "deactivated_at": nil}
	if m.ReturnPlanID != nil {
		set["plan_id"], set["return_plan_id"] = m.ReturnPlanID, nil
	}
	return updateMember(tx, m, set)
}

// insertInvited makes the member row that an invite is for. It has no account until the invite is accepted.
func insertInvited(tx *Tx, email, key, role string) (*Member, error) {
	o, err := FindOrganization(tx)
	if err != nil {
		return nil, err
	}
	m := &Member{
		Email: email, EmailKey: &key, Role: role, RoleSource: FromAdmin, PlanID: o.DefaultPlanID, PlanSource: FromDefault,
		Country: o.DefaultCountry, Status: MemberInvited, Source: SourceInvite,
	}
	if err := insertMember(tx, m); err != nil {
		return nil, err
	}
	return m, tx.Record("member.invited", m.ID, Changes{"role": role})
}

// InviteMember makes the invite of a member that exists (SPEC B5) by the organization's password rule of this moment
// (SPEC O5), and queues its mail. It ends the member's earlier invites.
func InviteMember(tx *Tx, m *Member, role string) (*Invite, string, error) {
	if err := endInvites(tx, m.ID); err != nil {
		return nil, "", err
	}
	return inviteFirst(tx, m, role, inviterName(tx, tx.Actor.ID))
}

// inviteFirst is InviteMember for one who has no invite yet; by is the inviter's name.
func inviteFirst(tx *Tx, m *Member, role, by string) (*Invite, string, error) {
	f, err := tx.facts()
	if err != nil {
		return nil, "", err
	}
	o, token := f.org, tx.NewToken()
	i := &Invite{
		ID: tx.NewID("inv"), OrganizationID: tx.Actor.OrgID, MemberID: m.ID, Email: m.Email, Role: role, PasswordsDisabled: o.DisablePasswords,
		Digest: Digest(token), CreatedBy: tx.Actor.ID, CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(inviteLife),
	}
	if err := insert(tx, i); err != nil {
		return nil, "", err
	}
	changes := Changes{"role": role, "passwords_disabled": i.PasswordsDisabled}
	return i, token, tx.Record("invite.created", i.ID, changes, inviteMail(o, i, by, token))
}

// inviterName is who invites, in words; "" for a directory, which has no name.
func inviterName(tx *Tx, id string) string {
	if tx.Actor.Kind == ActorSCIM {
		return ""
	}
	labels, err := Labels(tx, []string{id})
	if err != nil {
		return "" // the mail says who the organization is
	}
	return orElse(labels[id].Name, operatorAddress(labels[id]))
}

func inviteMail(o *Organization, i *Invite, by, token string) *Outbox {
	return NewMail("invite", i.Email, "/invites/"+token, map[string]string{
		"organization": o.Name, "inviter": by, "role": i.Role, "passwords_disabled": word(i.PasswordsDisabled), "expires": i.ExpiresAt.Format(time.RFC3339),
	}, i.MemberID, i.CreatedBy)
}

func word(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func endInvites(tx *Tx, memberID string) error {
	_, err := tx.run("UPDATE invites SET cancelled_at = ? WHERE organization_id = ? AND member_id = ? AND accepted_at IS NULL AND cancelled_at IS NULL",
		tx.Now, tx.Actor.OrgID, memberID)
	return err
}

// ListInvites lists the organization's invites, newest first; openOnly leaves out what can no longer be accepted. Limit
// 0 is no limit.
func ListInvites(tx *Tx, openOnly bool, offset, limit int) ([]Invite, error) {
	g := invites(tx, openOnly).Order("created_at DESC, id").Offset(offset)
	if limit > 0 {
		g = g.Limit(limit)
	}
	var rows []Invite
	return rows, g.Find(&rows).Error
}

// CountInvites counts what ListInvites would list.
func CountInvites(tx *Tx, openOnly bool) (int64, error) {
	var n int64
	return n, invites(tx, openOnly).Count(&n).Error
}

func invites(tx *Tx, openOnly bool) *gorm.DB {
	g := tx.org().Model(&Invite{})
	if openOnly {
		g = g.Where("accepted_at IS NULL AND cancelled_at IS NULL AND expires_at > ?", tx.Now)
	}
	return g
}

// FindInvite finds one of the organization's invites.
func FindInvite(tx *Tx, id string) (*Invite, error) {
	var i Invite
	return &i, tx.org().First(&i, "id = ?", id).Error
}

// FindInviteByToken finds an invite of any state by its token; the row tells the organization.
func FindInviteByToken(tx *Tx, token string) (*Invite, error) {
	var i Invite
	digest := Digest(token)
	return &i, tx.allOrgs().First(&i, "digest = ? OR reminder_digest = ? AND reminder_digest <> ''", digest, digest).Error
}

// ResendInvite sends an invite again with a new token and new time; the old tokens stop working (SPEC I7). The frozen
// password rule stays (SPEC O5).
func ResendInvite(tx *Tx, id string) error {
	i, err := FindInvite(tx, id)
	if err != nil {
		return err
	}
	if i.AcceptedAt != nil || i.CancelledAt != nil {
		return &Error{Code: Gone, Message: "This invite was " + i.State(tx.Now) + " meanwhile. Make a new one if it is needed."}
	}
	o, err := FindOrganization(tx)
	if err != nil {
		return err
	}
	token := tx.NewToken()
	i.ExpiresAt = tx.Now.Add(inviteLife)
	err = tx.org().Model(&Invite{}).Where("id = ?", id).Updates(map[string]any{"digest": Digest(token), "reminder_digest": "", "expires_at": i.ExpiresAt}).Error
	if err != nil {
		return err
	}
	return tx.Record("invite.resent", i.ID, nil, inviteMail(o, i, inviterName(tx, i.CreatedBy), token))
}

// CancelInvite ends an open invite. Somebody who was only invited leaves the list of members.
func CancelInvite(tx *Tx, id string) error {
	if _, err := lockOrganization(tx); err != nil {
		return err
	}
	i, err := FindInvite(tx, id)
	if err != nil {
		return err
	}
	if i.AcceptedAt != nil || i.CancelledAt != nil {
		return &Error{Code: Gone, Message: "This invite was " + i.State(tx.Now) + " meanwhile."}
	}
	if err := endInvites(tx, i.MemberID); err != nil {
		return err
	}
	m, err := FindMemberForUpdate(tx, i.MemberID)
	if err == nil && m.Status == MemberInvited {
		err = updateMember(tx, m, map[string]any{"status": MemberDisconnected})
	}
	if err != nil {
		return err
	}
	return tx.Record("invite.cancelled", i.ID, nil)
}
