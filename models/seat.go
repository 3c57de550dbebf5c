package models

import "strconv"

// Seats: how many members may be active. An organization without a number has as many as it likes, and nothing is
// counted. With one, whoever comes when all are taken waits (MemberWaiting) and moves up when one is free: the identity
// provider hears nothing of it.

// maxSeats bounds the number of seats.
const maxSeats = 100_000

// SetSeats sets how many members of the actor's organization may be active; nil for no limit. Nobody loses a seat: with
// fewer than are taken, those who come wait. With more, those who wait move up.
func SetSeats(tx *Tx, seats *int64) error {
	o, err := lockOrganization(tx)
	switch {
	case err != nil:
		return err
	case seats != nil && (*seats < 1 || *seats > maxSeats):
		return invalid("seats", "Write a number of seats between 1 and 100000, or leave it empty for no limit.")
	case seats == nil && o.Seats == nil, seats != nil && o.Seats != nil && *seats == *o.Seats:
		return nil
	}
	if seats != nil {
		return setSeats(tx, o, *seats)
	}
	if err := changeOrganization(tx, map[string]any{"seats": nil}); err != nil {
		return err
	}
	if err := fillSeats(tx); err != nil {
		return err
	}
	return tx.Record("organization.seats_changed", o.ID, Changes{"seats": "no limit"})
}

// setSeats sets the number. What is counted from now on is counted once here.
func setSeats(tx *Tx, o *Organization, seats int64) error {
	set := map[string]any{"seats": seats}
	if o.Seats == nil {
		used, err := CountMembers(tx, MemberQuery{Status: MemberActive})
		if err != nil {
			return err
		}
		set["seats_used"] = used
	}
	if err := changeOrganization(tx, set); err != nil {
		return err
	}
	if err := fillSeats(tx); err != nil {
		return err
	}
	return tx.Record("organization.seats_changed", o.ID, Changes{"seats": seats})
}

// SeatFree tells whether one more member may be active.
func (o *Organization) SeatFree() bool { return o.Seats == nil || o.SeatsUsed < *o.Seats }

// seatMoved keeps the count when a member's status changes; "" is no member.
func seatMoved(tx *Tx, before, after string) error {
	if (before == MemberActive) == (after == MemberActive) {
		return nil
	}
	f, err := tx.facts()
	if err != nil || f.org.Seats == nil {
		return err
	}
	by := int64(1)
	if before == MemberActive {
		by = -1
	}
	f.count(tx, &f.org.SeatsUsed, by)
	return nil
}

// seated is MemberActive for whoever has a seat or finds one, else MemberWaiting.
func seated(tx *Tx, m *Member) (string, error) {
	if m.Status == MemberActive {
		return MemberActive, nil
	}
	f, err := tx.facts() // not the hall's: they may have been read again since
	if err != nil || f.org.SeatFree() {
		return MemberActive, err
	}
	return MemberWaiting, nil
}

// fillSeats gives free seats to those who wait, in the order in which they came in.
func fillSeats(tx *Tx) error {
	for {
		h, err := openHall(tx)
		if err != nil {
			return err
		}
		m, err := only(find[Member](tx, "ORDER BY seq LIMIT 1", "status = ?", MemberWaiting))
		if IsNotFound(err) {
			return h.seatsSuffice()
		}
		if err != nil || !h.org.SeatFree() {
			return err
		}
		if m, err = h.rejudge(m); err != nil || m.Status == MemberWaiting {
			return err
		}
	}
}

// seatsSuffice notes that nobody waits any more, so that the next one who does is announced.
func (h *hall) seatsSuffice() error {
	if h.org.SeatsFullAt == nil {
		return nil
	}
	return h.tx.g.Model(&Organization{}).Where("id = ?", h.org.ID).Updates(map[string]any{"seats_full_at": nil}).Error
}

// announceFull tells the administrators when the first member has to wait.
func announceFull(tx *Tx) error {
	f, err := tx.facts()
	if err != nil || f.org.SeatsFullAt != nil || f.org.Seats == nil {
		return err
	}
	o := *f.org
	if err := tx.g.Model(&Organization{}).Where("id = ?", o.ID).Updates(map[string]any{"seats_full_at": tx.Now}).Error; err != nil {
		return err
	}
	out, err := mailAdmins(tx, &o, "seats_full", map[string]string{"seats": strconv.FormatInt(*o.Seats, 10)})
	if err != nil {
		return err
	}
	for _, mail := range out {
		mail.Secret = "/organization/billing"
	}
	return tx.Record("organization.seats_full", o.ID, Changes{"seats": *o.Seats}, out...)
}

// moveUp does what a change of a member's status means for those who wait for a seat.
func (h *hall) moveUp(m, after *Member) error {
	had := m.Status == MemberActive || m.Status == MemberWaiting
	has := after.Status == MemberActive || after.Status == MemberWaiting
	switch {
	case after.Status == MemberWaiting && m.Status != MemberWaiting:
		return announceFull(h.tx)
	case had && !has && h.org.Seats != nil:
		return fillSeats(h.tx)
	}
	return nil
}
