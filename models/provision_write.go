package models

import "time"

// write brings the stored member m to next: account, row, audit, mails. It answers the member as it is then. When
// nothing differs, it writes nothing.
func (h *hall) write(a Arrival, m, next *Member, acc *Account) (*Member, error) {
	last, err := h.lastAdmin(m)
	if err != nil {
		return nil, err
	}
	if err := h.tieAccount(a, next, acc); err != nil {
		return nil, err
	}
	set := differences(m, next)
	if m.ID != "" && len(set) == 0 {
		return m, nil
	}
	if err := h.followEmail(m, next); err != nil {
		return nil, err
	}
	after := *next
	h.free = ""
	if m.ID == "" {
		err = insertMember(h.tx, &after)
		h.fresh = after.ID
	} else {
		err = h.update(&after, m, next, set)
	}
	if err != nil {
		return nil, err
	}
	if err := h.record(a, m, &after, set); err != nil {
		return nil, err
	}
	if err := h.consequences(a, m, &after, acc, last); err != nil {
		return nil, err
	}
	return &after, h.moveUp(m, &after)
}

func (h *hall) update(after, m, next *Member, set map[string]any) error {
	*after = *next
	after.Version, after.UpdatedAt = m.Version+1, h.tx.Now
	set["version"], set["updated_at"] = after.Version, after.UpdatedAt
	keyNames(m, set)
	after.setKeys()
	n, err := assign[Member](h.tx, set, "id = ? AND version = ?", m.ID, m.Version)
	if err == nil && n == 0 {
		err = stale()
	}
	if err != nil {
		return err
	}
	h.tx.tally(m, after)
	if err := seatMoved(h.tx, m.Status, after.Status); err != nil {
		return err
	}
	if err := refreshViews(h.tx, after); err != nil {
		return err
	}
	if m.FullName() == next.FullName() && m.Email == next.Email {
		return nil
	}
	setLabel(h.tx, after.ID, after.FullName(), after.Email)
	return nil
}

// tieAccount gives an active member its account: the one that may be attached, or a new one where the organization has
// proved the domain. Without that proof the invite's acceptance makes it (SPEC O4).
func (h *hall) tieAccount(a Arrival, next *Member, acc *Account) error {
	if next.AccountID != nil || next.Status != MemberActive && next.Status != MemberWaiting || next.HoldReasons != "" || a.awaits(next) {
		return nil
	}
	if acc == nil {
		if !h.proved(next.Email) {
			return nil
		}
		var err error
		if acc, err = CreateAccount(h.tx, next.Email, next.FullName()); err != nil {
			return err
		}
	}
	next.AccountID = &acc.ID
	return nil
}

// followEmail lets the account's e-mail follow the member's, only where the person has no other membership and the
// organization has proved both domains (SPEC I2): nobody else's sign-in is moved.
func (h *hall) followEmail(m, next *Member) error {
	if m.AccountID == nil || m.Status == MemberDisconnected || next.EmailKey == nil || m.EmailKey == nil || *m.EmailKey == *next.EmailKey || !h.proved(m.Email) || !h.proved(next.Email) {
		return nil
	}
	var others int64
	if err := h.tx.allOrgs().Model(&Member{}).Where("account_id = ? AND id <> ?", *m.AccountID, m.ID).Count(&others).Error; err != nil || others > 0 {
		return err
	}
	if _, err := FindAccountByEmail(h.tx, next.Email); CodeOf(translate(err)) != NotFound {
		return err // taken: the account keeps its address
	}
	res := h.tx.g.Model(&Account{}).Where("id = ? AND email_key = ?", *m.AccountID, *m.EmailKey).Updates(map[string]any{"email": next.Email, "email_key": *next.EmailKey})
	if res.Error != nil || res.RowsAffected == 0 {
		return res.Error
	}
	err := h.tx.allOrgs().Model(&PersonLabel{}).Where("person_id = ?", *m.AccountID).Update("email", next.Email).Error
	if err != nil {
		return err
	}
	return h.tx.Record("account.email_followed", *m.AccountID, Changes{"email": true})
}

// profileColumns are the columns that are the person's own words; in the audit they are named only.
var profileColumns = []string{"first_name", "last_name", "email", "country", "current_city", "current_state", "birth_year"}

// differences are the columns in which next differs from m.
func differences(m, next *Member) map[string]any {
	set := map[string]any{}
	texts := func(column, now, then string) {
		if now != then {
			set[column] = then
		}
	}
	pointers := func(column string, now, then *string) {
		if orNone(now) != orNone(then) || (now == nil) != (then == nil) {
			set[column] = then
		}
	}
	texts("first_name", m.FirstName, next.FirstName)
	texts("last_name", m.LastName, next.LastName)
	texts("email", m.Email, next.Email)
	texts("country", m.Country, next.Country)
	texts("current_city", m.CurrentCity, next.CurrentCity)
	texts("current_state", m.CurrentState, next.CurrentState)
	texts("role", m.Role, next.Role)
	texts("role_source", m.RoleSource, next.RoleSource)
	texts("kept_role", m.KeptRole, next.KeptRole)
	texts("plan_source", m.PlanSource, next.PlanSource)
	texts("status", m.Status, next.Status)
	texts("hold_reasons", m.HoldReasons, next.HoldReasons)
	texts("source", m.Source, next.Source)
	pointers("email_key", m.EmailKey, next.EmailKey)
	pointers("plan_id", m.PlanID, next.PlanID)
	pointers("kept_plan_id", m.KeptPlanID, next.KeptPlanID)
	pointers("return_plan_id", m.ReturnPlanID, next.ReturnPlanID)
	pointers("directory_id", m.DirectoryID, next.DirectoryID)
	pointers("account_id", m.AccountID, next.AccountID)
	if m.BirthYear != next.BirthYear {
		set["birth_year"] = next.BirthYear
	}
	timesDiffer(set, "deactivated_at", m.DeactivatedAt, next.DeactivatedAt)
	timesDiffer(set, "due_at", m.DueAt, next.DueAt)
	return set
}

func timesDiffer(set map[string]any, column string, now, then *time.Time) {
	if (now == nil) != (then == nil) || now != nil && !now.Equal(*then) {
		set[column] = then
	}
}

func orNone(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// record writes one audit event for each thing that happened to the member.
func (h *hall) record(a Arrival, m, after *Member, set map[string]any) error {
	plan := func(id *string) string { return h.plans.NameOf(id) }
	events := []struct {
		happened bool
		action   string
		changes  Changes
	}{
		{m.ID == "", "member.created", Changes{"source": after.Source, "status": after.Status, "role": after.Role, "plan": plan(after.PlanID)}},
		{a.takesOver(m), "member.taken_over", Changes{"from": m.Source}},
		{m.ID != "" && m.Left() && !after.Left(), "member.reactivated", nil},
		{m.ID != "" && changedProfile(set) != nil, "member.updated", changedProfile(set)},
		{after.HoldReasons != "" && after.HoldReasons != m.HoldReasons, "member.held", Changes{"reasons": after.HoldReasons}},
		{after.Status == MemberWaiting && m.Status != MemberWaiting, "member.waiting", nil},
		{m.Status == MemberWaiting && after.Status == MemberActive, "member.seated", nil},
		{m.HoldReasons != "" && after.HoldReasons == "" && !after.Left(), "member.released", nil},
		{m.ID != "" && orNone(m.PlanID) != orNone(after.PlanID), "member.plan_changed", Changes{"from": plan(m.PlanID), "to": plan(after.PlanID), "source": after.PlanSource}},
		{m.ID != "" && m.Role != after.Role, "member.role_changed", Changes{"from": m.Role, "to": after.Role, "source": after.RoleSource}},
		{m.Status != MemberLeaving && after.Status == MemberLeaving, "member.leaving", nil},
		{m.ID != "" && after.gone() && !m.gone(), "member.deactivated", Changes{"policy": after.policy()}},
	}
	written := false
	for _, e := range events {
		if !e.happened {
			continue
		}
		if err := h.tx.Record(e.action, after.ID, e.changes); err != nil {
			return err
		}
		written = true
	}
	if written || a.Back { // that the directory is back is an event of its own
		return nil
	}
	return h.tx.Record("member.updated", after.ID, namesOf(set)) // where the plan or the account comes from
}

func changedProfile(set map[string]any) Changes {
	var c Changes
	for _, column := range profileColumns {
		if _, ok := set[column]; ok {
			if c == nil {
				c = Changes{}
			}
			c[column] = true
		}
	}
	return c
}

func namesOf(set map[string]any) Changes {
	c := Changes{}
	for column := range set {
		if column != "version" && column != "updated_at" {
			c[column] = true
		}
	}
	return c
}

// consequences are the mails, ended sessions and other members that a change brings with it.
func (h *hall) consequences(a Arrival, m, after *Member, acc *Account, last bool) error {
	switch {
	case m.ID != "" && after.Left() && !m.gone() && after.Status != m.Status:
		if err := h.left(m, after, last); err != nil {
			return err
		}
	case m.ID != "" && m.Left() && !after.Left():
		h.uncountLeaver(m)
	case m.ID != "" && m.MaySignIn() && !after.MaySignIn():
		if err := EndSessionsOfMember(h.tx, after); err != nil {
			return err
		}
	}
	if acc != nil && after.AccountID != nil && m.AccountID == nil {
		if err := h.tx.Record("account.attached", acc.ID, Changes{"member": after.ID}, h.mail("account_attached", after, nil)); err != nil {
			return err
		}
	}
	if err := h.warnPlan(a, m, after); err != nil {
		return err
	}
	invited, err := h.invite(a, m, after, acc)
	if err == nil {
		err = tellNewAdmin(h.tx, h.org, m, after, invited)
	}
	if err != nil {
		return err
	}
	if m.EmailKey != nil && orNone(m.EmailKey) != orNone(after.EmailKey) {
		return h.releaseClaimants(*m.EmailKey)
	}
	return nil
}

// invite sends the invitation of whoever comes in from the directory and has no other way in: SSO is not active
// (SPEC B5), or the address is a guest's (P6) or in a domain that is not proved yet. It tells whether it did.
func (h *hall) invite(a Arrival, m, after *Member, acc *Account) (sent bool, err error) {
	in := func(status string) bool { return status == MemberActive || status == MemberInvited }
	if a.Source != SourceSCIM || !in(after.Status) || in(m.Status) || acc != nil || after.Email == "" {
		return false, nil
	}
	if after.AccountID != nil {
		if h.sso {
			return false, nil
		}
		known := &Account{} // of one that has just been made nothing is proved
		if m.AccountID != nil {
			if known, err = FindAccount(h.tx, *after.AccountID); err != nil {
				return false, err
			}
		}
		if known.EmailProvedAt != nil {
			return false, nil // has been here before and has a way in
		}
	}
	if m.ID == "" {
		_, _, err = inviteFirst(h.tx, after, after.Role, inviterName(h.tx, h.tx.Actor.ID))
	} else {
		_, _, err = InviteMember(h.tx, after, after.Role)
	}
	return err == nil, err
}
