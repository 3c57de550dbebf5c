package models

import "strings"

// Acceptance is what a person gives when accepting an invite.
type Acceptance struct {
	FirstName, LastName, Country string
	PasswordHash                 string // "" for none; refused where the invite disables passwords (SPEC O5)
}

// AcceptInvite makes or attaches the account of the invite's address, which the token proves, and lets the member in.
// tx is inside the invite's organization. What a directory manages is left as it is (SPEC P8).
func AcceptInvite(tx *Tx, i *Invite, in Acceptance) (*Account, *Member, error) {
	if !i.Open(tx.Now) {
		return nil, nil, &Error{Code: Gone, Message: "This invite was " + i.State(tx.Now) + ". Ask for a new one."}
	}
	if in.PasswordHash != "" && i.PasswordsDisabled {
		return nil, nil, invalid("password", "This invite is for signing in with your company account, so it takes no password.")
	}
	m, err := FindMemberForUpdate(tx, i.MemberID)
	if err != nil {
		return nil, nil, err
	}
	if m.Status != MemberInvited && m.Status != MemberActive && m.Status != MemberHeld {
		return nil, nil, &Error{Code: Gone, Message: "This invite has ended. Ask for a new one."}
	}
	a, err := accountOfInvite(tx, i, m, in)
	if err != nil {
		return nil, nil, err
	}
	before := *m
	if err := acceptMember(tx, i, m, a, in); err != nil {
		return nil, nil, err
	}
	if err := announceAccepted(tx, &before, m); err != nil {
		return nil, nil, err
	}
	res := tx.org().Model(&Invite{}).Where("id = ? AND accepted_at IS NULL AND cancelled_at IS NULL", i.ID).Update("accepted_at", tx.Now)
	if res.Error == nil && res.RowsAffected == 0 {
		return nil, nil, stale()
	}
	if res.Error != nil {
		return nil, nil, res.Error
	}
	return a, m, tx.Record("invite.accepted", i.ID, Changes{"role": m.Role})
}

// acceptBySSO accepts the invites of a member who has come in through single sign-on, which proves the address as their
// link does (SPEC O5). A directory may have brought somebody whom an invite waits for (SPEC B5).
func acceptBySSO(tx *Tx, m *Member) error {
	const waits = "accepted_at IS NULL AND cancelled_at IS NULL"
	rows, err := find[Invite](tx, "", "member_id = ? AND "+waits, m.ID)
	if err != nil {
		return err
	}
	for _, i := range rows {
		if _, err := assign[Invite](tx, map[string]any{"accepted_at": tx.Now}, "id = ? AND "+waits, i.ID); err != nil {
			return err
		}
		if err := tx.Record("invite.accepted", i.ID, Changes{"role": m.Role}); err != nil {
			return err
		}
	}
	return nil
}

// accountOfInvite is the account of the invited address: an old one keeps its password. Somebody who is named already
// is not asked again.
func accountOfInvite(tx *Tx, i *Invite, m *Member, in Acceptance) (*Account, error) {
	a, err := FindAccountByEmail(tx, i.Email)
	if CodeOf(translate(err)) == NotFound {
		name := strings.TrimSpace(in.FirstName + " " + in.LastName)
		a, err = CreateAccount(tx, i.Email, orElse(name, m.GivenName()))
	}
	if err != nil {
		return nil, err
	}
	if a.SuspendedAt != nil {
		return nil, &Error{Code: Forbidden, Message: "This account is suspended. Write to support."}
	}
	if m.AccountID != nil && *m.AccountID != a.ID {
		return nil, &Error{Code: Conflict, Message: "Another account has this membership. Ask your administrator for a new invite."}
	}
	if err := ProveEmail(tx, a, false); err != nil {
		return nil, err
	}
	if in.PasswordHash != "" && a.PasswordHash == "" {
		return a, SetPassword(tx, a, in.PasswordHash, "")
	}
	return a, nil
}

// acceptMember fills in what the person said where nobody else manages it, and lets an invited member in.
func acceptMember(tx *Tx, i *Invite, m *Member, a *Account, in Acceptance) error {
	set := map[string]any{"account_id": a.ID}
	if m.Status == MemberInvited {
		if err := seatInvited(tx, m, set); err != nil {
			return err
		}
		set["role"] = i.Role
	}
	if !m.Managed() {
		country, err := ParseCountry(in.Country)
		if err != nil {
			return err
		}
		for column, value := range map[string]string{"first_name": clean(in.FirstName), "last_name": clean(in.LastName), "country": country} {
			if value != "" {
				set[column] = value
			}
		}
	}
	if err := updateMember(tx, m, set); err != nil {
		return err
	}
	setLabel(tx, m.ID, m.FullName(), m.Email)
	return nil
}

// announceAccepted tells of somebody who has to wait for a seat, and of a new administrator, who knows it from the
// invite.
func announceAccepted(tx *Tx, before, m *Member) error {
	if m.Status != MemberWaiting {
		f, err := tx.facts()
		if err != nil {
			return err
		}
		return tellNewAdmin(tx, f.org, before, m, true)
	}
	if err := tx.Record("member.waiting", m.ID, nil); err != nil {
		return err
	}
	return announceFull(tx)
}

// seatInvited lets an invited member in, or to those who wait for a seat, on Free until one is free.
func seatInvited(tx *Tx, m *Member, set map[string]any) (err error) {
	status, err := seated(tx, m)
	if err != nil {
		return err
	}
	if set["status"] = status; status != MemberWaiting || m.PlanID == nil {
		return nil
	}
	f, err := tx.facts()
	if err == nil {
		set["plan_id"], set["return_plan_id"] = f.plans.Free.ID, *m.PlanID
	}
	return err
}

// clean is a name without blanks around it, cut at the limit.
func clean(s string) string {
	s = strings.TrimSpace(s)
	return strings.ToValidUTF8(s[:min(len(s), maxName)], "")
}

// AskForInvite tells the administrators that the person behind an expired invite wants a new one.
func AskForInvite(tx *Tx, token string) error {
	i, err := FindInviteByToken(tx, token)
	if err != nil {
		return err
	}
	if i.State(tx.Now) != "expired" {
		return nil
	}
	in := tx.In(i.OrganizationID)
	o, err := FindOrganization(in)
	if err != nil {
		return err
	}
	out, err := mailAdmins(in, o, "invite_asked", map[string]string{"email": i.Email}, i.MemberID)
	if err != nil {
		return err
	}
	return in.Record("invite.asked", i.ID, nil, out...)
}
