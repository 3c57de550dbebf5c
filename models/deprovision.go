package models

// Deprovision takes a member's rights away by the organization's policy (SPEC P7), ends the sessions and invites in the
// same commit, and tells the person. It does nothing to one who has left already.
//
// Built is the policy `downgrade`: the member stays, on Free, and plan and role come back with the person. The other
// policies answer NotBuilt, except for the last administrator, who is only ever downgraded (P12).
func Deprovision(tx *Tx, m *Member) error {
	h, err := openHall(tx)
	if err != nil {
		return err
	}
	now, err := FindMemberForUpdate(tx, m.ID)
	if err != nil {
		return err
	}
	next := *now
	if err := h.leave(now, &next); err != nil {
		return err
	}
	after, err := h.write(Arrival{Source: SourceManual}, now, &next, nil)
	if err == nil {
		*m = *after
	}
	return err
}

// depart is leave for an arrival that says that the person left: what it says of the profile is kept.
func (h *hall) depart(a Arrival, m, next *Member) error {
	if next.Email != m.Email {
		if _, _, err := h.claimEmail(a, m, next); err != nil {
			return err
		}
	}
	return h.leave(m, next)
}

// leave makes next a member who has left. It never fails for the downgrade policy: a leaver's deactivation always
// succeeds (SPEC P3).
func (h *hall) leave(m, next *Member) error {
	if m.Status == MemberDeactivated || m.Status == MemberDisconnected {
		return nil
	}
	last, err := h.lastAdmin(m)
	if err != nil {
		return err
	}
	if h.org.Deprovision != DeprovisionDowngrade && !last && m.ID != "" {
		return &Error{Code: NotBuilt, Message: "Removing people from the organization is not built yet. Set “When someone is removed” to “Downgrade only”."}
	}
	if now := h.planOf(m); now != nil {
		next.ReturnPlanID = now
	}
	next.PlanID, next.HoldReasons = &h.plans.Free.ID, ""
	next.Status, next.DeactivatedAt = MemberDeactivated, &h.tx.Now
	return nil
}

// left does what a departure brings with it: nobody goes on as the member, and the person is told.
func (h *hall) left(m, after *Member) error {
	if err := EndSessionsOfMember(h.tx, after); err != nil {
		return err
	}
	if err := endInvites(h.tx, after.ID); err != nil {
		return err
	}
	if m.Status != MemberActive || after.Email == "" {
		return nil
	}
	return h.tx.Queue(h.mail("downgraded", after, nil))
}

// mail makes a mail to a member about the organization.
func (h *hall) mail(name string, m *Member, more map[string]string) *Outbox {
	values := map[string]string{"organization": h.org.Name, "name": m.FullName(), "email": m.Email, "support": h.org.SupportContact}
	for k, v := range more {
		values[k] = v
	}
	return NewMail(name, m.Email, "", values)
}

// alarm tells the operators and the organization's contact that nobody is left to administer it (SPEC P12).
func (h *hall) alarm(m *Member) error {
	var to []string
	if err := h.tx.g.Model(&Operator{}).Order("created_at").Pluck("email", &to).Error; err != nil {
		return err
	}
	if _, _, err := ParseEmail(h.org.SupportContact); err == nil {
		to = append(to, h.org.SupportContact)
	}
	var out []*Outbox
	for _, address := range to {
		out = append(out, NewMail("last_admin", address, "", map[string]string{"organization": h.org.Name, "organization_id": h.org.ID, "member": m.ID}))
	}
	return h.tx.Record("organization.last_admin_left", h.org.ID, Changes{"member": m.ID}, out...)
}
