package models

import "errors"

// When two people change one thing at once, whoever saves second is shown both values: a form says what it was drawn from.

var errStale = &Error{Code: Conflict, Message: "Somebody changed this meanwhile. Look at it again and repeat your change."}

// stale is the answer to an update whose version check missed.
func stale() *Error { return errStale }

// IsStale tells whether somebody else was first.
func IsStale(err error) bool { return errors.Is(err, errStale) }

// overtaken tells whether a form that was drawn from was, and says to, would undo what somebody else has done meanwhile.
func overtaken(was, now, to string) bool { return was != now && to != now }

// CheckOvertaken answers a Conflict when a field of a form that was drawn from was, and says to, would undo what somebody
// else has made of it meanwhile.
func CheckOvertaken(was, now, to string) error {
	if overtaken(was, now, to) {
		return stale()
	}
	return nil
}

// FindOrganizationForUpdate is FindOrganization under its lock: until the end of the unit of work nobody else changes its
// settings.
func FindOrganizationForUpdate(tx *Tx) (*Organization, error) { return lockOrganization(tx) }

// Grant is a role and a plan; Plan is an id, "" for none.
type Grant struct{ Role, Plan string }

func (s Grant) overtakenBy(now, to Grant) error {
	if overtaken(s.Role, now.Role, to.Role) || overtaken(s.Plan, now.Plan, to.Plan) {
		return stale()
	}
	return nil
}

// CheckStanding answers a Conflict when a form that was drawn from was would undo another administrator's choice of the
// member's role or plan. What to leaves empty stays as it is.
func (m *Member) CheckStanding(was, to Grant) error {
	now := Grant{m.Role, orNone(m.PlanID)}
	return was.overtakenBy(now, Grant{orElse(to.Role, now.Role), orElse(to.Plan, now.Plan)})
}

// CheckMapping is the same for what a group gives.
func (g *Group) CheckMapping(was, to Grant) error {
	return was.overtakenBy(Grant{g.MappedRole, orNone(g.MappedPlanID)}, to)
}

// CheckName is the same for a group's name.
func (g *Group) CheckName(was, to string) error {
	if overtaken(was, g.Name, to) {
		return stale()
	}
	return nil
}

// FindGroupForUpdate is FindGroup under the organization's lock: until the end of the unit of work nobody else changes
// the group.
func FindGroupForUpdate(tx *Tx, id string) (*Group, error) {
	if _, err := tx.facts(); err != nil {
		return nil, err
	}
	return FindGroup(tx, id)
}
