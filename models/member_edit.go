package models

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// MemberEdit is what an admin's form says of a member. Plan is a plan's name; "" leaves it as it is.
type MemberEdit struct {
	Profile Profile
	Version int64 // the version the form was made from; 0 for a new member
}

// errManagedMember answers a change by hand of what a directory owns (SPEC P8).
var errManagedMember = &Error{Code: Forbidden, Message: "This person’s profile is managed by your directory. Change it in your identity provider; it arrives here by itself."}

// EditMember writes an admin's form over a member whom no directory manages.
func EditMember(tx *Tx, id string, e MemberEdit) error {
	m, err := FindMemberForUpdate(tx, id)
	if err != nil {
		return err
	}
	switch {
	case m.Managed():
		return errManagedMember
	case m.Version != e.Version:
		return stale()
	case m.Left():
		return &Error{Code: Conflict, Message: m.FullName() + " has been removed. Bring the person back first."}
	}
	if err := checkProfile(tx, m, &e.Profile); err != nil {
		return err
	}
	if err := keepLastAdmin(tx, m, e.Profile.Role == RoleMember); err != nil {
		return err
	}
	if err := clearFields(tx, m, e.Profile); err != nil {
		return err
	}
	_, err = Provision(tx, Arrival{Source: SourceManual, Profile: e.Profile, Active: true, Member: m})
	return err
}

// checkProfile refuses what the form cannot mean, naming the field; Provision would leave it out in silence.
func checkProfile(tx *Tx, m *Member, p *Profile) error {
	if err := checkEmail(tx, m, p); err != nil {
		return err
	}
	if faults := profileFaults(tx, p); len(faults) > 0 {
		return faults[0]
	}
	return nil
}

// profileFaults tidies what was written of a person and answers each thing that cannot be meant, in the order of the
// form.
func profileFaults(tx *Tx, p *Profile) (out []*Error) {
	if p.FirstName = clean(p.FirstName); p.FirstName == "" {
		out = append(out, invalid("first_name", "Write the first name."))
	}
	if p.LastName = clean(p.LastName); p.LastName == "" {
		out = append(out, invalid("last_name", "Write the last name."))
	}
	code, err := ParseCountry(p.Country)
	var bad *Error
	switch {
	case errors.As(err, &bad):
		out = append(out, bad)
	case code == "":
		out = append(out, invalid("country", "Choose the country."))
	default:
		p.Country = code
	}
	if p.BirthYear = strings.TrimSpace(p.BirthYear); p.BirthYear != "" {
		year, err := strconv.Atoi(p.BirthYear)
		if err != nil || year < 1850 || year > tx.Now.Year() {
			out = append(out, invalid("birth_year", "Write the year of birth with four digits, like 1984, or leave it empty."))
		}
	}
	return out
}

// checkEmail checks a new address; an empty one means that the form does not ask for it.
func checkEmail(tx *Tx, m *Member, p *Profile) error {
	if p.Email == "" {
		return nil
	}
	if m.EmailKey != nil && *m.EmailKey != Fold(p.Email) {
		if err := tx.refuseActing("change a person's e-mail"); err != nil {
			return err
		}
	}
	email, key, err := ParseEmail(p.Email)
	if err != nil {
		return err
	}
	p.Email = email
	other, err := FindMemberByEmail(tx, key)
	if err == nil && other.ID != m.ID {
		return &Error{Code: Conflict, Field: "email", Message: "Another member of this organization has this address."}
	}
	if err != nil && CodeOf(err) != NotFound {
		return err
	}
	return nil
}

// clearFields empties the optional fields that the form left empty: to Provision an empty field means "not said".
func clearFields(tx *Tx, m *Member, p Profile) error {
	set := map[string]any{}
	for column, values := range map[string][2]string{
		"current_city": {m.CurrentCity, clean(p.CurrentCity)}, "current_state": {m.CurrentState, clean(p.CurrentState)},
	} {
		if values[0] != "" && values[1] == "" {
			set[column] = ""
		}
	}
	if m.BirthYear != 0 && p.BirthYear == "" {
		set["birth_year"] = 0
	}
	if len(set) == 0 {
		return nil
	}
	changes := changedProfile(set)
	if err := updateMember(tx, m, set); err != nil {
		return err
	}
	return tx.Record("member.updated", m.ID, changes)
}

// keepLastAdmin refuses an admin's action that would leave the organization without an administrator (SPEC O6).
func keepLastAdmin(tx *Tx, m *Member, loses bool) error {
	if !loses {
		return nil
	}
	h, err := openHall(tx)
	if err != nil {
		return err
	}
	last, err := h.lastAdmin(m)
	if err == nil && last {
		return invalid("role", m.FullName()+" is the last administrator. Make somebody else an administrator first.")
	}
	return err
}

// SetMemberAccess sets role and plan (a name, or "") of any member, as far as the directory or a group does not decide
// them (SPEC O2).
func SetMemberAccess(tx *Tx, id, role, plan string) error {
	m, err := FindMemberForUpdate(tx, id)
	if err != nil {
		return err
	}
	if m.Left() {
		return &Error{Code: Conflict, Message: m.FullName() + " has been removed. Bring the person back first."}
	}
	if role == m.Role {
		role = ""
	}
	if role != "" && m.RoleSource != FromDefault && m.RoleSource != FromAdmin {
		return invalid("role", "The role comes from your "+sourceWord(m.RoleSource)+", so it is changed there.")
	}
	if plan != "" && m.PlanSource != FromDefault && m.PlanSource != FromAdmin {
		return invalid("plan", "The plan comes from your "+sourceWord(m.PlanSource)+", so it is changed there.")
	}
	if err := keepLastAdmin(tx, m, role == RoleMember); err != nil {
		return err
	}
	_, err = Provision(tx, Arrival{Source: SourceManual, Profile: Profile{Role: role, Plan: plan}, Active: true, Member: m})
	return err
}

func sourceWord(source string) string {
	if source == FromGroup {
		return "group mapping"
	}
	return "directory"
}

// RemoveMember takes a member away by the organization's policy; who is managed is removed in the directory (SPEC P8).
func RemoveMember(tx *Tx, id string) error {
	m, err := FindMemberForUpdate(tx, id)
	if err != nil {
		return err
	}
	if m.Managed() {
		return errManagedMember
	}
	if err := keepLastAdmin(tx, m, true); err != nil {
		return err
	}
	return Deprovision(tx, m)
}

// BlockMember stops or allows a member's sign-in at once, whoever manages the person: identity providers often send no
// suspension (SPEC P8).
func BlockMember(tx *Tx, id string, on bool) error {
	m, err := FindMemberForUpdate(tx, id)
	if err != nil || on == (m.BlockedAt != nil) {
		return err
	}
	if m.AccountID != nil && tx.Actor.Kind == ActorMember && tx.Actor.ID == *m.AccountID {
		return invalid("block", "You cannot block your own sign-in. Ask another administrator.")
	}
	if err := keepLastAdmin(tx, m, on); err != nil {
		return err
	}
	var at *time.Time
	action := "member.unblocked"
	if on {
		at, action = &tx.Now, "member.blocked"
		if err := EndSessionsOfMember(tx, m); err != nil {
			return err
		}
	}
	if err := updateMember(tx, m, map[string]any{"blocked_at": at}); err != nil {
		return err
	}
	return tx.Record(action, m.ID, nil)
}
