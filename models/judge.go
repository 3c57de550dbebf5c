package models

import (
	"slices"
	"strings"
)

// judge decides status, holds, role and plan of next, the member as the arrival would have it, and answers the account
// that is to be attached, if one exists already. m is the member as it is.
func (h *hall) judge(a Arrival, m, next *Member) (*Account, error) {
	groups, err := h.mappedGroups(m)
	if err != nil {
		return nil, err
	}
	if err := h.chooseRole(a, m, next, groups); err != nil {
		return nil, err
	}
	holds, acc, err := h.holds(a, m, next)
	if err != nil {
		return nil, err
	}
	if err := h.refuseStrict(a, holds); err != nil {
		return nil, err
	}
	if a.waitsForReview(m) {
		holds = append(holds, InReview) // sorts last
	}
	last, err := h.lastAdmin(m)
	if err != nil {
		return nil, err
	}
	next.HoldReasons = strings.Join(holds, ",")
	switch {
	case len(holds) > 0 && last && m.Status != MemberHeld: // never locked out by a hold; only the plan goes (SPEC P12)
		next.Status = MemberActive
	case len(holds) > 0:
		next.Status = MemberHeld
	case next.AccountID == nil && (a.awaits(next) || h.guest(a, next)):
		next.Status = MemberInvited
	default:
		if next.Status, err = seated(h.tx, m); err != nil {
			return nil, err
		}
	}
	next.DeactivatedAt, next.DueAt = nil, nil
	return acc, h.choosePlan(a, m, next, groups, len(holds) == 0 && next.Status != MemberWaiting)
}

// invites tells whether the door brings people in only by their own acceptance.
func (a Arrival) invites() bool { return a.Source != SourceSCIM && a.Source != SourceJIT }

// awaits tells whether nobody but the person can make the account, by accepting the invite: an admin may edit somebody
// whom a directory or a sign-in brought, and that changes nothing about the way in.
func (a Arrival) awaits(next *Member) bool {
	return a.invites() && next.Source != SourceSCIM && next.Source != SourceJIT
}

// guest tells whether next comes from outside the organization's domains and may (SPEC P6).
func (h *hall) guest(a Arrival, next *Member) bool {
	return a.Directory != nil && a.Directory.AllowGuests && !h.inDomains(next.Email)
}

func (h *hall) inDomains(email string) bool {
	_, key, err := ParseEmail(email)
	_, ok := h.domains[emailDomain(key)]
	return err == nil && ok
}

// proved tells whether the e-mail is in a domain that the organization has proved to own.
func (h *hall) proved(email string) bool {
	_, key, err := ParseEmail(email)
	return err == nil && h.domains[emailDomain(key)]
}

// holds are the reasons to hold next, sorted, and the account with its e-mail (SPEC P4). Only what an identity provider
// sends is held: whoever an admin invites or adds by hand is wanted as he is.
func (h *hall) holds(a Arrival, m, next *Member) ([]string, *Account, error) {
	var out []string
	judged := a.Source == SourceSCIM || a.Source == SourceJIT && next.Source == SourceJIT || m.Status == MemberHeld
	if judged {
		for reason, value := range map[string]string{
			MissingFirstName: next.FirstName, MissingLastName: next.LastName, MissingEmail: next.Email, MissingCountry: next.Country,
		} {
			if value == "" {
				out = append(out, reason)
			}
		}
		if next.Email != "" && !h.inDomains(next.Email) && !h.guest(a, next) {
			out = append(out, OutsideDomain)
		}
	}
	reason, acc, err := h.claimEmail(a, m, next)
	if reason != "" {
		out = append(out, reason)
	}
	slices.Sort(out)
	return out, acc, err
}

// claimEmail takes the e-mail for next inside the organization, and looks for the account behind it. reason is why
// either cannot be had.
func (h *hall) claimEmail(a Arrival, m, next *Member) (reason string, acc *Account, err error) {
	_, key, perr := ParseEmail(next.Email)
	if perr != nil {
		return "", nil, nil
	}
	owner, err := h.ownerOf(m, key)
	if err != nil {
		return "", nil, err
	}
	if owner != "" && owner != m.ID {
		if next.EmailKey = nil; a.Source != SourceSCIM && m.ID != "" { // another door leaves the old address as it was
			next.Email, next.EmailKey = m.Email, m.EmailKey
			return "", nil, nil
		}
		return EmailInUse, nil, nil
	}
	next.EmailKey = &key
	if next.AccountID != nil || a.awaits(next) {
		return "", nil, nil
	}
	return h.findAccount(a, m, next)
}

// ownerOf is the id of the member that has the e-mail, "" for none. m need not be looked up.
func (h *hall) ownerOf(m *Member, key string) (string, error) {
	if m.ID != "" && orNone(m.EmailKey) == key {
		return m.ID, nil
	}
	if key == h.free {
		return "", nil
	}
	other, err := FindMemberByEmail(h.tx, key)
	if CodeOf(translate(err)) == NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return other.ID, nil
}

// findAccount is the account that exists with next's e-mail, if it may be attached (SPEC P6, O4).
func (h *hall) findAccount(a Arrival, m, next *Member) (reason string, acc *Account, err error) {
	acc, err = FindAccountByEmail(h.tx, next.Email)
	if err = translate(err); CodeOf(err) == NotFound {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	owner, err := FindMemberOfAccount(h.tx, acc.ID)
	switch err = translate(err); {
	case err == nil && owner.ID != m.ID:
		return EmailInUse, nil, nil
	case err != nil && CodeOf(err) != NotFound:
		return "", nil, err
	case h.guest(a, next): // the invite that goes to the address attaches it, once accepted
		return "", nil, nil
	case !h.proved(next.Email):
		return AccountElsewhere, nil, nil
	}
	return "", acc, nil
}

// heldField is the attribute behind each hold reason, in the words of SPEC P1, and what to say of it.
var heldField = map[string]struct{ field, message string }{
	MissingFirstName: {"firstName", "firstName (name.givenName) is required. Send it, or map it in the identity provider."},
	MissingLastName:  {"lastName", "lastName (name.familyName) is required. Send it, or map it in the identity provider."},
	MissingEmail:     {"email", "email is required and must be an e-mail address. Send it as the primary e-mail, or as userName."},
	MissingCountry:   {"country", "country is required: send an ISO 3166-1 code or a country's name as addresses[type eq \"work\"].country."},
	OutsideDomain:    {"email", "email is outside the organization's e-mail domains. Add the domain in the dashboard, or send an address inside."},
	AccountElsewhere: {"email", "email belongs to an account outside the organization. Verify its domain in the dashboard first."},
	EmailInUse:       {"email", "email is in use by another member of the organization. Send another address."},
}

// refuseStrict answers a hold with an error where the directory is strict; a stored value that comes again unchanged is
// never refused (SPEC P3).
func (h *hall) refuseStrict(a Arrival, holds []string) error {
	if a.Directory == nil || !a.Directory.Strict || a.Source != SourceSCIM {
		return nil
	}
	for _, reason := range holds {
		f := heldField[reason]
		if a.User == nil || a.User.Profile.byName(f.field) != a.Profile.byName(f.field) {
			return &Error{Code: Invalid, Field: f.field, Reason: reason, Message: f.message}
		}
	}
	return nil
}

func (p Profile) byName(field string) string {
	switch field {
	case "firstName":
		return p.FirstName
	case "lastName":
		return p.LastName
	case "country":
		return p.Country
	}
	return p.Email
}

// lastAdmin tells whether nobody else would be left to administer the organization (SPEC P12).
func (h *hall) lastAdmin(m *Member) (bool, error) {
	if m.ID == "" || m.Role != RoleAdmin || m.Status == MemberInvited || m.Status == MemberDisconnected {
		return false, nil
	}
	return nobodyElseAdministers(h.tx, m)
}

// nobodyElseAdministers tells whether no other administrator of the organization can sign in.
func nobodyElseAdministers(tx *Tx, m *Member) (bool, error) {
	var n int64
	err := tx.org().Model(&Member{}).Where("role = ? AND status = ? AND blocked_at IS NULL AND id <> ?", RoleAdmin, MemberActive, m.ID).Count(&n).Error
	return n == 0, err
}
