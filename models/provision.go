package models

import (
	"strconv"
	"strings"
)

// Arrival is what one of the doors (SCIM, JIT sign-in, CSV, invite, an admin's form) says about a person. Provision
// alone decides what becomes of the member (SPEC P).
type Arrival struct {
	Source    string // SourceSCIM …
	Profile   Profile
	Active    bool           // false: the identity provider says that the person left
	Directory *Directory     // with SourceSCIM
	User      *DirectoryUser // with SourceSCIM: the stored row that the arrival changes; nil for a new one
	Member    *Member        // the member it is tied to already; nil: found by e-mail, or made
	Back      bool           // with SourceSCIM: an undo gives its directory back what it had; nobody is taken over
}

// Provision finds or makes the member of an arrival and brings plan, role, holds, status and account up to date, with
// audit and outbox in the same commit. An arrival that changes nothing writes nothing.
//
// It answers Invalid, with Field naming the attribute, for a plan that cannot be (SPEC P3) and for what a strict
// directory refuses (P4); Forbidden for a sign-in that may not create a member (S6) or return one.
func Provision(tx *Tx, a Arrival) (*Member, error) {
	h, err := openHall(tx)
	if err != nil {
		return nil, err
	}
	return h.provision(a)
}

// hall is one unit of work of provisioning inside one organization, under its row's lock: with it the last
// administrator, an e-mail and a place in a list can each be had only once.
type hall struct {
	*facts
	tx *Tx

	free  string // an e-mail that was looked up and belongs to no member
	fresh string // the id of the member that was made last
}

func openHall(tx *Tx) (*hall, error) {
	f, err := tx.facts()
	if err != nil {
		return nil, err
	}
	return &hall{facts: f, tx: tx}, nil
}

func (h *hall) provision(a Arrival) (*Member, error) {
	p := h.read(a.Profile)
	m, err := h.memberOf(a, p)
	if err != nil {
		return nil, err
	}
	if a.Source == SourceJIT {
		if err := h.maySignIn(m); err != nil {
			return nil, err
		}
		if m.Managed() {
			return h.rejudge(m) // the directory owns the profile; a sign-in only fetches what is due (SPEC P8)
		}
	}
	if a.waitsToTakeOver(m) {
		return m, nil
	}
	next := *m
	h.fill(a, m, &next, p)
	if !a.Active {
		if err := h.depart(a, m, &next); err != nil {
			return nil, err
		}
		return h.write(a, m, &next, nil)
	}
	if m.Left() {
		if err := h.takeUpAccount(m, &next); err != nil {
			return nil, err
		}
	}
	acc, err := h.judge(a, m, &next)
	if err != nil {
		return nil, err
	}
	return h.write(a, m, &next, acc)
}

// maySignIn refuses a sign-in that would make a member in directory mode, or bring back one who left (SPEC S6).
func (h *hall) maySignIn(m *Member) error {
	switch {
	case m.ID == "" && h.org.AddMembers == AddByDirectory:
		return &Error{Code: Forbidden, Message: "Your organization adds people from its directory, and you are not in it yet. Ask your IT department to assign you."}
	case m.Left() || m.BlockedAt != nil:
		return &Error{Code: Forbidden, Message: "Your access has been taken away. Ask your administrator if you think that this is wrong."}
	}
	return nil
}

// person is a Profile after reading: what is no address, country or year is empty.
type person struct {
	FirstName, LastName, Email, EmailKey, Country, CurrentCity, CurrentState string

	BirthYear int64
}

func (h *hall) read(in Profile) person {
	p := person{FirstName: clean(in.FirstName), LastName: clean(in.LastName), CurrentCity: clean(in.CurrentCity), CurrentState: clean(in.CurrentState)}
	if email, key, err := ParseEmail(strings.TrimSpace(in.Email)); err == nil {
		p.Email, p.EmailKey = email, key
	}
	p.Country, _ = ParseCountry(in.Country) // one that is no country is a missing one: held, not guessed
	if year, err := strconv.ParseInt(strings.TrimSpace(in.BirthYear), 10, 64); err == nil && year >= 1850 && year <= int64(h.tx.Now.Year()) {
		p.BirthYear = year
	}
	return p
}

// memberOf is the member that an arrival is about; a fresh one without an id when there is none.
func (h *hall) memberOf(a Arrival, p person) (*Member, error) {
	switch {
	case a.Member != nil:
		return FindMemberForUpdate(h.tx, a.Member.ID)
	case a.User != nil && a.User.MemberID != "":
		return FindMemberForUpdate(h.tx, a.User.MemberID)
	}
	fresh := &Member{Role: RoleMember, RoleSource: FromDefault, PlanSource: FromDefault}
	if p.EmailKey == "" {
		return fresh, nil
	}
	m, err := FindMemberByEmail(h.tx, p.EmailKey)
	if CodeOf(translate(err)) == NotFound {
		h.free = p.EmailKey
		return fresh, nil
	}
	if err != nil || a.Source != SourceSCIM {
		return m, err
	}
	taken, err := h.claimed(m, a.Directory)
	if taken {
		return fresh, err
	}
	return m, err
}

// claimed tells whether a directory already has another user for the member: then a second one with the e-mail is
// somebody else until proven otherwise (SPEC I2).
func (h *hall) claimed(m *Member, d *Directory) (bool, error) {
	if m.DirectoryID != nil && *m.DirectoryID != d.ID {
		return true, nil
	}
	var n int64
	err := h.tx.org().Model(&DirectoryUser{}).Where("member_id = ? AND directory_id = ? AND managed = ?", m.ID, d.ID, true).Count(&n).Error
	return n > 0, err
}

// fill puts what the door says into next. What SCIM takes away is cleared, but what it never sent stays as the person,
// an admin or another door has given it; a sign-in does not overwrite what an admin keeps by hand. The default country
// fills in where nobody sends one (SPEC O7).
func (h *hall) fill(a Arrival, m, next *Member, p person) {
	if m.ID == "" {
		next.Source = a.Source
	}
	before := person{}
	if a.User != nil {
		before = h.read(a.User.Profile)
	}
	if a.Source == SourceSCIM {
		next.Source, next.DirectoryID = SourceSCIM, &a.Directory.ID
	}
	a.set(next, &next.FirstName, before.FirstName, p.FirstName)
	a.set(next, &next.LastName, before.LastName, p.LastName)
	a.set(next, &next.Email, before.Email, p.Email)
	a.set(next, &next.Country, before.Country, p.Country)
	a.set(next, &next.CurrentCity, before.CurrentCity, p.CurrentCity)
	a.set(next, &next.CurrentState, before.CurrentState, p.CurrentState)
	if p.BirthYear != 0 || before.BirthYear != 0 {
		next.BirthYear = p.BirthYear
	}
	if next.Country == "" && strings.TrimSpace(a.Profile.Country) == "" {
		next.Country = h.org.DefaultCountry
	}
	if next.Email != m.Email {
		next.EmailKey = nil // judged anew
	}
}

func (a Arrival) set(next *Member, to *string, before, now string) {
	switch {
	case a.Source == SourceSCIM && (now != "" || before != ""),
		a.Source == SourceJIT && now != "" && (*to == "" || next.Source == SourceJIT),
		a.invites() && now != "":
		*to = now
	}
}
