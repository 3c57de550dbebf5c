package models

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// MaxInvitedAtOnce bounds one submission of the form; more people come by CSV.
const MaxInvitedAtOnce = 100

// justInvited is how long after an invite the same one is taken for the same press of the button.
const justInvited = time.Minute

// CreateInvites invites the people whose addresses text holds, separated by commas, semicolons, blanks or newlines. One
// address is CreateInvite's, if it has not been invited just now. Of several, those that cannot be invited are all named
// at once and nobody is invited; who has an open invite is left alone. So a form that is sent twice does nothing twice.
func CreateInvites(tx *Tx, text, role string) (made []Invite, already []string, err error) {
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",; \t\r\n", r) })
	if len(words) > MaxInvitedAtOnce {
		return nil, nil, invalid("email", "That are "+strconv.Itoa(len(words))+" addresses. Invite at most "+strconv.Itoa(MaxInvitedAtOnce)+" at once, or use a CSV file.")
	}
	if len(words) < 2 {
		word := strings.Join(words, "")
		i, open, err := inviteUnlessOpen(tx, word, role, tx.Now.Add(-justInvited))
		if err != nil || open {
			return nil, []string{word}, err
		}
		return []Invite{*i}, nil, nil
	}
	var faults []string
	seen := map[string]bool{}
	for _, word := range words {
		if seen[Fold(word)] {
			continue
		}
		seen[Fold(word)] = true
		i, open, err := inviteUnlessOpen(tx, word, role, time.Time{})
		var bad *Error
		switch {
		case errors.As(err, &bad) && bad.Field == "email":
			faults = append(faults, bad.Message)
		case err != nil:
			return nil, nil, err
		case open:
			already = append(already, word)
		default:
			made = append(made, *i)
		}
	}
	if len(faults) > 0 {
		return nil, nil, invalid("email", strings.Join(faults, " "))
	}
	return made, already, nil
}

// inviteUnlessOpen leaves alone who has an open invite; with since only who has one made after it that is as this one would
// be.
func inviteUnlessOpen(tx *Tx, email, role string, since time.Time) (i *Invite, open bool, err error) {
	_, key, err := ParseEmail(email)
	if err != nil {
		return nil, false, err
	}
	m, err := FindMemberByEmail(tx, key)
	if err == nil && m.Status == MemberInvited {
		if open, err = hasInvite(tx, m.ID, role, since); err != nil || open {
			return nil, open, err
		}
	}
	if err != nil && CodeOf(translate(err)) != NotFound {
		return nil, false, err
	}
	i, _, err = CreateInvite(tx, email, role)
	return i, false, err
}

func hasInvite(tx *Tx, memberID, role string, since time.Time) (bool, error) {
	g := invites(tx, true).Where("member_id = ?", memberID)
	if !since.IsZero() {
		o, err := FindOrganization(tx)
		if err != nil {
			return false, err
		}
		g = g.Where("role = ? AND passwords_disabled = ? AND created_at > ?", role, o.DisablePasswords, since)
	}
	var n int64
	err := g.Count(&n).Error
	return n > 0, err
}
