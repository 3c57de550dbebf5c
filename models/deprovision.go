package models

import "time"

const (
	leaverWait  = 24 * time.Hour      // how long a removal waits that is one of too many (SPEC P12)
	restoreTime = 30 * 24 * time.Hour // how long a member can be brought back; by then a deleted one is erased (SPEC P7)
)

// departure is how a person leaves.
type departure struct {
	policy  string // DeprovisionDowngrade …
	mayWait bool   // a directory says so, so it may be one of too many (SPEC P12)
}

// Deprovision takes a member's rights away by the organization's policy (SPEC P7) because somebody here decided so. It
// ends the sessions and invites in the same commit and tells the person. It does nothing to one who has left already.
func Deprovision(tx *Tx, m *Member) error {
	return deprovision(tx, m, func(h *hall) departure { return departure{policy: h.org.Deprovision} })
}

// LeaveOrganization ends one's own membership: like the policy `disconnect`, whatever the organization's is. Who is
// managed is removed in the directory, which would bring the person back (SPEC P8).
func LeaveOrganization(tx *Tx, id string) error {
	m, err := FindMemberForUpdate(tx, id)
	if err != nil {
		return err
	}
	if m.Managed() {
		return &Error{Code: Forbidden, Message: "Your membership is managed by the organization’s directory. Ask an administrator to take you out there."}
	}
	if err := keepLastAdmin(tx, m, true); err != nil {
		return err
	}
	return deprovision(tx, m, func(*hall) departure { return departure{policy: DeprovisionDisconnect} })
}

func deprovision(tx *Tx, m *Member, how func(*hall) departure) error {
	h, err := openHall(tx)
	if err != nil {
		return err
	}
	now, err := FindMemberForUpdate(tx, m.ID)
	if err != nil {
		return err
	}
	next := *now
	if err := h.leave(now, &next, how(h)); err != nil {
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
	return h.leave(m, next, departure{policy: h.org.Deprovision, mayWait: true})
}

// leave makes next a member who has left, or one whose removal waits. It never refuses: a leaver's deactivation always
// succeeds (SPEC P3).
func (h *hall) leave(m, next *Member, d departure) error {
	if m.Left() {
		return nil
	}
	if now := h.planOf(m); now != nil {
		next.ReturnPlanID = now
	}
	next.DeactivatedAt, next.HoldReasons = &h.tx.Now, ""
	if d.mayWait && m.ID != "" {
		waits, err := h.countLeaver()
		if err != nil {
			return err
		}
		if waits {
			due := h.tx.Now.Add(leaverWait)
			next.Status, next.DueAt = MemberLeaving, &due
			return nil
		}
	}
	return h.part(m, next, d.policy)
}

// part does the destructive part of a departure. The last administrator, and one who never came in, only go to Free.
func (h *hall) part(m, next *Member, policy string) error {
	next.PlanID, next.Status, next.DueAt = &h.plans.Free.ID, MemberDeactivated, nil
	if m.ID == "" {
		return nil
	}
	last, err := h.lastAdmin(m)
	switch {
	case err != nil || last:
	case policy == DeprovisionDisconnect:
		next.Status = MemberDisconnected
	case policy == DeprovisionDelete:
		due := h.tx.Now.Add(restoreTime)
		next.DueAt = &due
	}
	return err
}

// gone tells whether the departure is done, but for an erasure.
func (m *Member) gone() bool { return m.Status == MemberDeactivated || m.Status == MemberDisconnected }

// policy is the one by which a member who is gone left.
func (m *Member) policy() string {
	switch {
	case m.Status == MemberDisconnected:
		return DeprovisionDisconnect
	case m.DueAt != nil:
		return DeprovisionDelete
	}
	return DeprovisionDowngrade
}

// left does what a departure brings with it: nobody goes on as the member, and the person is told once nothing waits.
// last: nobody is left to administer the organization.
func (h *hall) left(m, after *Member, last bool) error {
	if !m.Left() {
		if err := EndSessionsOfMember(h.tx, after); err != nil {
			return err
		}
		if err := endInvites(h.tx, after.ID); err != nil {
			return err
		}
		if last {
			if err := h.alarm(after); err != nil {
				return err
			}
		}
	}
	if after.Status == MemberLeaving {
		return h.announceQueue()
	}
	told := after.Email != "" && (m.Status == MemberActive || m.Status == MemberLeaving || after.AccountID != nil)
	switch after.policy() {
	case DeprovisionDisconnect:
		return h.offBoard(after, told)
	case DeprovisionDelete:
		return h.disable(after, told)
	}
	if !told {
		return nil
	}
	return h.tx.Queue(h.mail("downgraded", after, nil))
}

// mail makes a mail to a member about the organization.
func (h *hall) mail(name string, m *Member, more map[string]string) *Outbox {
	return NewMail(name, m.Email, "", h.mailValues(m, more), m.ID)
}

func (h *hall) mailValues(m *Member, more map[string]string) map[string]string {
	values := map[string]string{"organization": h.org.Name, "name": m.FullName(), "email": m.Email, "support": h.org.SupportContact}
	for k, v := range more {
		values[k] = v
	}
	return values
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
