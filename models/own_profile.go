package models

import "strconv"

// OwnedFields are the profile columns of a member that the directory sends, so that nobody else changes them (SPEC P8).
func OwnedFields(tx *Tx, m *Member) (map[string]bool, error) {
	owned := map[string]bool{}
	if !m.Managed() {
		return owned, nil
	}
	u, err := FindUserOfMember(tx, m.ID)
	if CodeOf(err) == NotFound {
		return owned, nil
	}
	if err != nil {
		return nil, err
	}
	owned["first_name"], owned["last_name"] = true, true
	for column, value := range map[string]string{
		"country": u.Country, "current_city": u.CurrentCity, "current_state": u.CurrentState, "birth_year": u.BirthYear,
	} {
		owned[column] = value != ""
	}
	return owned, nil
}

// SaveOwnProfile writes what a person says of themselves, as far as the directory does not send it. What it sends is
// left alone, whatever the form carries.
func SaveOwnProfile(tx *Tx, memberID string, p Profile) error {
	m, err := FindMemberForUpdate(tx, memberID)
	if err != nil {
		return err
	}
	owned, err := OwnedFields(tx, m)
	if err != nil {
		return err
	}
	for column, stored := range map[string]struct {
		to    *string
		value string
	}{"first_name": {&p.FirstName, m.FirstName}, "last_name": {&p.LastName, m.LastName}, "country": {&p.Country, m.Country}} {
		if owned[column] {
			*stored.to = stored.value
		}
	}
	p.Email = ""
	if err := checkProfile(tx, m, &p); err != nil {
		return err
	}
	set := ownChanges(m, p, owned)
	if len(set) == 0 {
		return nil
	}
	changes := changedProfile(set)
	if err := updateMember(tx, m, set); err != nil {
		return err
	}
	setLabel(tx, m.ID, m.FullName(), m.Email)
	return tx.Record("member.updated", m.ID, changes)
}

// ownChanges are the columns that the person changes and may change. p has passed checkProfile.
func ownChanges(m *Member, p Profile, owned map[string]bool) map[string]any {
	set := map[string]any{}
	for column, values := range map[string][2]string{
		"first_name": {m.FirstName, p.FirstName}, "last_name": {m.LastName, p.LastName}, "country": {m.Country, p.Country},
		"current_city": {m.CurrentCity, clean(p.CurrentCity)}, "current_state": {m.CurrentState, clean(p.CurrentState)},
	} {
		if !owned[column] && values[0] != values[1] {
			set[column] = values[1]
		}
	}
	year, _ := strconv.ParseInt(p.BirthYear, 10, 64) // checked; empty is none
	if !owned["birth_year"] && year != m.BirthYear {
		set["birth_year"] = year
	}
	return set
}

// RenameAccount changes the name of an account, which is shown where no organization says another.
func RenameAccount(tx *Tx, a *Account, name string) error {
	if name = clean(name); name == "" {
		return invalid("name", "Write your name.")
	}
	if err := tx.g.Model(&Account{}).Where("id = ?", a.ID).Update("name", name).Error; err != nil {
		return err
	}
	return tx.allOrgs().Model(&PersonLabel{}).Where("person_id = ?", a.ID).Update("name", name).Error
}
