package models

import (
	"slices"
	"strings"

	"gorm.io/gorm"
)

// The review of a first sync (SPEC P13): while Directory.Review is on, people who come in are held (InReview), and
// members who are here already are left as they are, until an administrator applies. The identity provider gets its
// usual answers.

// waitsForReview tells whether m comes in during a review.
func (a Arrival) waitsForReview(m *Member) bool {
	return a.Directory != nil && a.Directory.Review && (m.ID == "" || m.Left() || slices.Contains(m.Holds(), InReview))
}

// waitsToTakeOver tells whether m is an ordinary member whom the directory would take over.
func (a Arrival) waitsToTakeOver(m *Member) bool {
	return a.Source == SourceSCIM && a.Directory.Review && m.ID != "" && !m.Managed() && !m.Left()
}

// neverTakenOver tells whether the member of a managed user waits to be taken over.
func neverTakenOver(tx *Tx, d *Directory, u *DirectoryUser) (bool, error) {
	if !d.Review || !u.Managed {
		return false, nil
	}
	m, err := FindMember(tx, u.MemberID)
	return err == nil && !m.Managed() && !m.Left(), err
}

// forgetPending deletes a user whose member was not taken over yet: the member stays, and is shown as it is (SPEC I3).
func forgetPending(tx *Tx, d *Directory, u *DirectoryUser) error {
	m, err := FindMember(tx, u.MemberID)
	if err != nil {
		return err
	}
	if err := leaveGroups(tx, d, m.ID); err != nil {
		return err
	}
	if err := dropUsers(tx, d, "id = ?", u.ID); err != nil {
		return err
	}
	return showAgain(tx, m)
}

// SetDirectoryReview switches the review of a first sync. Switching it off applies what has waited.
func SetDirectoryReview(tx *Tx, d *Directory, on bool) error {
	if _, err := lockOrganization(tx); err != nil || on == d.Review {
		return err
	}
	if err := oneRow(tx.org().Model(&Directory{}).Where("id = ?", d.ID).Update("review", on)); err != nil {
		return err
	}
	d.Review = on
	if err := tx.Record("directory.review_changed", d.ID, Changes{"on": on}); err != nil || on {
		return err
	}
	h, err := openHall(tx)
	if err != nil {
		return err
	}
	users, err := pendingUsers(tx, d, 0)
	if err != nil {
		return err
	}
	for i := range users {
		u := &users[i]
		if _, err := h.provision(Arrival{Source: SourceSCIM, Profile: u.Profile, Active: u.Active, Directory: d, User: u}); err != nil {
			return err
		}
	}
	return ReleaseHolds(tx)
}

// pendingUsers are the users whose members wait to be taken over. Limit 0 is no limit.
func pendingUsers(tx *Tx, d *Directory, limit int) ([]DirectoryUser, error) {
	ordinary := tx.org().Model(&Member{}).Select("id").Where("directory_id IS NULL AND status NOT IN ?", []string{MemberLeaving, MemberDeactivated, MemberDisconnected})
	g := tx.org().Where("directory_id = ? AND managed = ? AND member_id IN (?)", d.ID, true, ordinary).Order("seq")
	if limit > 0 {
		g = g.Limit(limit)
	}
	var rows []DirectoryUser
	return rows, g.Find(&rows).Error
}

// Review is what applying would do.
type Review struct {
	New       int64            // come in, with a plan
	Held      map[string]int64 // come in on hold, by reason
	TakenOver int64            // members of the organization whom the directory would manage; their plans are kept
	Removed   int64            // members of the organization whom the directory calls inactive
	Unsent    int64            // active members whom the directory did not send
	People    []Member         // the first of those who come in
	Known     []DirectoryUser  // the first of those who are here already
}

// FindReview counts what applying would do, and lists the first of the people, limit of each sort.
func FindReview(tx *Tx, d *Directory, limit int) (*Review, error) {
	r := &Review{Held: map[string]int64{}}
	var sorts []struct {
		HoldReasons string
		N           int64
	}
	in := tx.org().Model(&Member{}).Where("directory_id = ? AND status = ? AND ',' || hold_reasons LIKE ?", d.ID, MemberHeld, "%,"+InReview)
	if err := in.Session(&gorm.Session{}).Select("hold_reasons, COUNT(*) AS n").Group("hold_reasons").Scan(&sorts).Error; err != nil {
		return nil, err
	}
	for _, s := range sorts {
		reasons := strings.Split(s.HoldReasons, ",")
		if len(reasons) == 1 {
			r.New += s.N
		}
		for _, reason := range reasons[:len(reasons)-1] {
			r.Held[reason] += s.N
		}
	}
	if err := in.Session(&gorm.Session{}).Order("seq").Limit(limit).Find(&r.People).Error; err != nil {
		return nil, err
	}
	pending, err := pendingUsers(tx, d, 0)
	if err != nil {
		return nil, err
	}
	for _, u := range pending {
		if u.Active {
			r.TakenOver++
		} else {
			r.Removed++
		}
	}
	r.Known = pending[:min(limit, len(pending))]
	sent := tx.org().Model(&DirectoryUser{}).Select("member_id").Where("directory_id = ? AND managed = ?", d.ID, true)
	return r, tx.org().Model(&Member{}).Where("status = ? AND id NOT IN (?)", MemberActive, sent).Count(&r.Unsent).Error
}
