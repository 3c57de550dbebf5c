package models

import (
	"errors"
	"strconv"
	"strings"
)

// MaxInvitedAtOnce bounds one submission of the form; more people come by CSV.
const MaxInvitedAtOnce = 100

// CreateInvites invites the people whose addresses text holds, separated by commas, semicolons, blanks or newlines. One
// address is CreateInvite's. Of several, those that cannot be invited are all named at once and nobody is invited; who
// has an open invite is left alone, so that a form that is sent twice does nothing twice.
func CreateInvites(tx *Tx, text, role string) (made []Invite, already []string, err error) {
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",; \t\r\n", r) })
	if len(words) > MaxInvitedAtOnce {
		return nil, nil, invalid("email", "That are "+strconv.Itoa(len(words))+" addresses. Invite at most "+strconv.Itoa(MaxInvitedAtOnce)+" at once, or use a CSV file.")
	}
	if len(words) < 2 {
		i, _, err := CreateInvite(tx, strings.Join(words, ""), role)
		if err != nil {
			return nil, nil, err
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
		i, open, err := inviteUnlessOpen(tx, word, role)
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

func inviteUnlessOpen(tx *Tx, email, role string) (i *Invite, open bool, err error) {
	_, key, err := ParseEmail(email)
	if err != nil {
		return nil, false, err
	}
	m, err := FindMemberByEmail(tx, key)
	if err == nil && m.Status == MemberInvited {
		var n int64
		if n, err = countOpenInvites(tx, m.ID); err != nil || n > 0 {
			return nil, n > 0, err
		}
	}
	if err != nil && CodeOf(translate(err)) != NotFound {
		return nil, false, err
	}
	i, _, err = CreateInvite(tx, email, role)
	return i, false, err
}

func countOpenInvites(tx *Tx, memberID string) (n int64, err error) {
	return n, invites(tx, true).Where("member_id = ?", memberID).Count(&n).Error
}
