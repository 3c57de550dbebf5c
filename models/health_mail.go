package models

import (
	"fmt"
	"strings"
	"time"
)

// healthMailEvery is how often an organization that wants it is told by mail what needs attention.
const healthMailEvery = 7 * 24 * time.Hour

// staffFaults are the faults that only the service's staff can mend.
var staffFaults = map[string]bool{"mail_given_up": true, "import_stuck": true}

// AnnounceHealth tells the administrators of organizations that want it what needs attention, once a week; nothing where
// all is well. It looks at some organizations after the one with the id after, and answers the id to go on after, "" at
// the end.
func AnnounceHealth(tx *Tx, after string) (last string, err error) {
	var page []Organization
	err = tx.g.Where("health_mails = ? AND (health_mail_at IS NULL OR health_mail_at <= ?) AND id > ?", true, tx.Now.Add(-healthMailEvery), after).
		Order("id").Limit(announceStep).Find(&page).Error
	if err != nil {
		return "", err
	}
	for i := range page {
		if err := announceHealth(tx.In(page[i].ID), &page[i]); err != nil {
			return "", err
		}
	}
	if len(page) == announceStep {
		last = page[len(page)-1].ID
	}
	return last, nil
}

func announceHealth(tx *Tx, o *Organization) error {
	// No setting: the version that administrators' forms carry stays.
	res := tx.g.Model(&Organization{}).Where("id = ? AND health_mails = ? AND (health_mail_at IS NULL OR health_mail_at <= ?)", o.ID, true, tx.Now.Add(-healthMailEvery)).
		Update("health_mail_at", tx.Now)
	if res.Error != nil || res.RowsAffected == 0 { // somebody else tells it
		return res.Error
	}
	h, err := HealthOf(tx)
	if err != nil {
		return err
	}
	var lines []string
	for _, f := range h.Faults {
		if staffFaults[f.Code] {
			continue
		}
		at := ""
		if f.At != nil {
			at = f.At.UTC().Format(time.RFC3339)
		}
		lines = append(lines, fmt.Sprint(f.Code, " ", f.Count, " ", at))
	}
	if len(lines) == 0 {
		return nil
	}
	out, err := mailAdmins(tx, o, "health", map[string]string{"faults": strings.Join(lines, "\n")})
	if err != nil {
		return err
	}
	for _, mail := range out {
		mail.Secret = "/organization"
	}
	return tx.Record("organization.health_announced", o.ID, Changes{"faults": len(lines)}, out...)
}
