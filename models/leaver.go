package models

import (
	"strconv"
	"time"
)

// The guard against mass leaving (SPEC P12): when more people leave within an hour than the organization allows, the
// others' removals wait in a queue. Their sessions have ended already.
const (
	leaverFloor   = 10 // the defaults of Organization.LeaverFloor and LeaverPercent
	leaverPercent = 20
	leaverHour    = time.Hour
	leaversPath   = "/organization/sso/leavers" // the page of the queue
)

// countLeaver counts one more person whom a directory removes and tells whether the removal must wait. The hour begins
// with its first leaver; only then are the active members counted.
func (h *hall) countLeaver() (waits bool, err error) {
	o, tx := h.org, h.tx
	if o.LeaversSince == nil || tx.Now.Sub(*o.LeaversSince) >= leaverHour {
		active, err := CountMembers(tx, MemberQuery{Status: MemberActive})
		if err != nil {
			return false, err
		}
		o.LeaversSince, o.Leavers, o.LeaversAllowed = &tx.Now, 0, max(o.LeaverFloor, active*o.LeaverPercent/100)
	}
	h.count(tx, &o.Leavers, 1)
	return o.Leavers > o.LeaversAllowed, nil
}

// uncountLeaver takes one off who left in the hour that is counted and is back.
func (h *hall) uncountLeaver(m *Member) {
	o := h.org
	if o.Leavers == 0 || m.DeactivatedAt == nil || o.LeaversSince == nil || m.DeactivatedAt.Before(*o.LeaversSince) {
		return
	}
	h.count(h.tx, &o.Leavers, -1)
}

// announceQueue tells the administrators when the first removal of an hour waits.
func (h *hall) announceQueue() error {
	o := h.org
	if o.Leavers != o.LeaversAllowed+1 {
		return nil
	}
	out, err := mailAdmins(h.tx, o, "leavers_wait", map[string]string{
		"allowed": strconv.FormatInt(o.LeaversAllowed, 10), "until": h.tx.Now.Add(leaverWait).Format(time.RFC3339),
	})
	if err != nil {
		return err
	}
	for _, mail := range out {
		mail.Secret = leaversPath
	}
	return h.tx.Record("organization.leavers_wait", o.ID, Changes{"allowed": o.LeaversAllowed}, out...)
}

// SetLeaverGuard sets how many people a directory may remove within an hour before the others wait: so many, or so
// many percent of the active members, whichever is more. It counts from the next hour on.
func SetLeaverGuard(tx *Tx, floor, percent int64) error {
	o, err := lockOrganization(tx)
	switch {
	case err != nil:
		return err
	case floor < 0 || floor > 1_000_000:
		return invalid("floor", "Write a number of people between 0 and 1000000.")
	case percent < 0 || percent > 100:
		return invalid("percent", "Write a share between 0 and 100 percent.")
	case floor == o.LeaverFloor && percent == o.LeaverPercent:
		return nil
	}
	if err := changeOrganization(tx, map[string]any{"leaver_floor": floor, "leaver_percent": percent}); err != nil {
		return err
	}
	return tx.Record("organization.leaver_guard_changed", o.ID, Changes{"people": floor, "percent": percent})
}

// ReleaseLeaver does what waits for a member in the queue, now.
func ReleaseLeaver(tx *Tx, id string) error {
	h, err := openHall(tx)
	if err != nil {
		return err
	}
	m, err := FindMemberForUpdate(tx, id)
	if err != nil {
		return err
	}
	if m.Status != MemberLeaving {
		return &Error{Code: Conflict, Message: m.FullName() + " is not waiting to be removed any more."}
	}
	next := *m
	if err := h.part(m, &next, h.org.Deprovision); err != nil {
		return err
	}
	_, err = h.write(Arrival{Source: SourceManual}, m, &next, nil)
	return err
}

// AllLeavers does act (ReleaseLeaver or RestoreMember) to everybody in the queue and answers how many.
func AllLeavers(tx *Tx, act func(*Tx, string) error) (int, error) {
	if _, err := lockOrganization(tx); err != nil {
		return 0, err
	}
	rows, err := ListMembers(tx, MemberQuery{Status: MemberLeaving})
	for i := range rows {
		if err == nil {
			err = act(tx, rows[i].ID)
		}
	}
	return len(rows), err
}

// CarryOnDeparture does what is due the longest, in any organization: the removal of one who waits in the queue, or the
// erasure of one who left under the policy `delete`. NotFound when nothing is due.
func CarryOnDeparture(tx *Tx) error {
	var m Member
	if err := tx.allOrgs().Where("due_at <= ?", tx.Now).Order("due_at, id").First(&m).Error; err != nil {
		return translate(err)
	}
	in := tx.In(m.OrganizationID)
	if m.Status == MemberLeaving {
		return ReleaseLeaver(in, m.ID)
	}
	return EraseMember(in, m.ID)
}
