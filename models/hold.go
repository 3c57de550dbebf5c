package models

import "strconv"

// ReleaseHolds judges again every held member of the actor's organization, and every active one who has no account
// yet: call it after a domain was added, proved or removed, the default country set, guests allowed, a mapping changed
// (SPEC P4: released by itself when the reason goes).
func ReleaseHolds(tx *Tx) error {
	h, err := openHall(tx)
	if err != nil {
		return err
	}
	var rows []Member
	pending := tx.g.Where("status = ? AND account_id IS NULL AND source IN ?", MemberActive, []string{SourceSCIM, SourceJIT})
	err = tx.org().Where(tx.g.Where("hold_reasons <> ''").Or(pending)).Order("seq").Find(&rows).Error
	if err != nil {
		return err
	}
	for i := range rows {
		if _, err := h.rejudge(&rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// rejudge provisions a member again from what is stored: the directory's user, or else the member's own row.
func (h *hall) rejudge(m *Member) (*Member, error) {
	a, err := h.stored(m)
	if err != nil {
		return nil, err
	}
	now, err := FindMemberForUpdate(h.tx, m.ID)
	if err != nil || now.Left() {
		return now, err
	}
	next := *now
	h.fill(a, now, &next, h.read(a.Profile))
	acc, err := h.judge(a, now, &next)
	if err != nil {
		return nil, err
	}
	return h.write(a, now, &next, acc)
}

// stored is the arrival that a member's stored rows amount to.
func (h *hall) stored(m *Member) (Arrival, error) {
	a := Arrival{Source: m.Source, Active: true, Member: m}
	if m.DirectoryID != nil {
		var u DirectoryUser
		err := h.tx.org().First(&u, "member_id = ? AND directory_id = ? AND managed = ?", m.ID, *m.DirectoryID, true).Error
		if err = translate(err); err != nil && CodeOf(err) != NotFound {
			return a, err
		}
		if err == nil {
			a.Source, a.User, a.Profile, a.Active = SourceSCIM, &u, u.Profile, u.Active
			a.Directory, err = FindDirectory(h.tx, *m.DirectoryID)
			return a, err
		}
	}
	a.Profile = Profile{
		FirstName: m.FirstName, LastName: m.LastName, Email: m.Email, Country: m.Country, CurrentCity: m.CurrentCity, CurrentState: m.CurrentState,
	}
	if m.BirthYear != 0 {
		a.Profile.BirthYear = strconv.FormatInt(m.BirthYear, 10)
	}
	if a.Source == SourceSCIM { // its user is gone; it is judged like one who signs in
		a.Source = SourceJIT
	}
	return a, nil
}

// CompleteProfile takes what a held member who lacks only personal attributes says on the form at the sign-in
// (SPEC P4). It fills only what is empty: what a directory sends stays the directory's. Invalid names the field that
// is still missing; Forbidden answers a member who is not asked.
func CompleteProfile(tx *Tx, m *Member, firstName, lastName, country string) (*Member, error) {
	h, err := openHall(tx)
	if err != nil {
		return nil, err
	}
	now, err := FindMemberForUpdate(tx, m.ID)
	if err != nil {
		return nil, err
	}
	if !now.OnlyPersonalHolds() {
		return nil, &Error{Code: Forbidden, Message: "There is nothing to complete."}
	}
	code, err := ParseCountry(country)
	if err != nil {
		return nil, err
	}
	next := *now
	for _, f := range []struct {
		to            *string
		said, field   string
		what, missing string
	}{
		{&next.FirstName, clean(firstName), "first_name", "your first name", MissingFirstName},
		{&next.LastName, clean(lastName), "last_name", "your last name", MissingLastName},
		{&next.Country, code, "country", "your country", MissingCountry},
	} {
		if *f.to != "" {
			continue
		}
		if *f.to = f.said; f.said == "" {
			return nil, invalid(f.field, "Write "+f.what+".")
		}
	}
	return h.release(now, &next)
}

// release lets a member in whose missing attributes the person has given. The plan that waited comes back.
func (h *hall) release(m, next *Member) (*Member, error) {
	a, err := h.stored(m)
	if err != nil {
		return nil, err
	}
	a.Profile.FirstName, a.Profile.LastName, a.Profile.Country = next.FirstName, next.LastName, next.Country
	acc, err := h.judge(a, m, next)
	if err != nil {
		return nil, err
	}
	return h.write(a, m, next, acc)
}

// releaseClaimants judges again whoever waited for an e-mail that is free now (SPEC I2).
func (h *hall) releaseClaimants(key string) error {
	var rows []Member
	err := h.tx.org().Where("status = ? AND email_key IS NULL AND email <> ''", MemberHeld).Order("seq").Find(&rows).Error
	if err != nil {
		return err
	}
	for i := range rows {
		if _, k, err := ParseEmail(rows[i].Email); err == nil && k == key {
			if _, err := h.rejudge(&rows[i]); err != nil {
				return err
			}
		}
	}
	return nil
}
