package models

import (
	"strconv"
	"time"
)

// The mail about people on hold: at most one in holdDigestEvery, about those held since the last one, or in the last
// holdDigestBack when it is long ago.
const (
	holdDigestEvery = 24 * time.Hour
	holdDigestBack  = 7 * 24 * time.Hour
	heldPath        = "/organization/sso/held" // the page of those on hold
)

// AnnounceHolds tells the administrators of organizations in which somebody was put on hold (SPEC P4) and is still held.
// It looks at some organizations after the one with the id after, and answers the id to go on after, "" at the end.
func AnnounceHolds(tx *Tx, after string) (last string, err error) {
	var page []Organization
	held := tx.allOrgs().Model(&Member{}).Select("organization_id").Where("status = ?", MemberHeld)
	err = tx.g.Where("(holds_told_at IS NULL OR holds_told_at <= ?) AND id > ? AND id IN (?)", tx.Now.Add(-holdDigestEvery), after, held).
		Order("id").Limit(announceStep).Find(&page).Error
	if err != nil {
		return "", err
	}
	for i := range page {
		if err := announceHolds(tx.In(page[i].ID), &page[i]); err != nil {
			return "", err
		}
	}
	if len(page) == announceStep {
		last = page[len(page)-1].ID
	}
	return last, nil
}

func announceHolds(tx *Tx, o *Organization) error {
	since := tx.Now.Add(-holdDigestBack)
	if o.HoldsToldAt != nil && o.HoldsToldAt.After(since) {
		since = *o.HoldsToldAt
	}
	var fresh, all int64
	events := tx.org().Model(&AuditEvent{}).Select("target").Where("action = ? AND at > ?", "member.held", since)
	if err := tx.org().Model(&Member{}).Where("status = ? AND id IN (?)", MemberHeld, events).Count(&fresh).Error; err != nil || fresh == 0 {
		return err
	}
	if err := tx.org().Model(&Member{}).Where("status = ?", MemberHeld).Count(&all).Error; err != nil {
		return err
	}
	// No setting: the version that administrators' forms carry stays.
	res := tx.g.Model(&Organization{}).Where("id = ? AND (holds_told_at IS NULL OR holds_told_at <= ?)", o.ID, tx.Now.Add(-holdDigestEvery)).Update("holds_told_at", tx.Now)
	if res.Error != nil || res.RowsAffected == 0 { // somebody else tells it
		return res.Error
	}
	out, err := mailAdmins(tx, o, "held", map[string]string{"new": strconv.FormatInt(fresh, 10), "all": strconv.FormatInt(all, 10)})
	if err != nil {
		return err
	}
	for _, mail := range out {
		mail.Secret = heldPath
	}
	return tx.Record("organization.holds_announced", o.ID, Changes{"new": fresh, "all": all}, out...)
}
