package models

import (
	"errors"
	"time"
)

// importLease is how long a worker keeps an import without a word; one that was killed is followed by another then.
const importLease = 15 * time.Second

// ClaimImport takes an import that nobody carries out at the moment, or answers nil.
func ClaimImport(tx *Tx, holder string) (*Import, error) {
	var rows []Import
	err := tx.g.Raw(`UPDATE imports SET holder = ?, leased_until = ? WHERE id IN (
		SELECT id FROM imports WHERE state = ? AND (leased_until IS NULL OR leased_until <= ?) ORDER BY started_at LIMIT 1) AND (leased_until IS NULL OR leased_until <= ?) RETURNING *`,
		holder, tx.Now.Add(importLease), ImportRunning, tx.Now, tx.Now).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// StepImport invites the people of the next rows below the line after, at most limit of them, all or none, and answers
// the last line that it did; 0 when there is no more to do. It goes on only while holder has the import.
func StepImport(tx *Tx, id, holder string, after int64, limit int) (last int64, err error) {
	i, err := keepImport(tx, id, holder)
	if err != nil || i == nil {
		return 0, err
	}
	rows, err := ListImportRows(tx, id, after, limit, RowReady)
	if err != nil {
		return 0, err
	}
	if len(rows) == 0 {
		return 0, finishImport(tx, i)
	}
	h, err := openHall(tx)
	if err != nil {
		return 0, err
	}
	at, err := places(i.Columns(), "-")
	if err != nil {
		return 0, err
	}
	by := inviterName(tx, i.CreatedBy)
	var done []int64
	moved := ImportCounts{RowReady: -int64(len(rows))}
	for r := range rows {
		state, err := h.importRow(&rows[r], profileAt(rows[r].Values(), at), by)
		if err != nil {
			return 0, err
		}
		moved[state]++
		if state == RowDone {
			done = append(done, rows[r].ID)
		}
	}
	if err := tx.org().Model(&ImportRow{}).Where("id IN ?", done).Update("state", RowDone).Error; err != nil {
		return 0, err
	}
	return rows[len(rows)-1].Number, countMoved(tx, id, moved)
}

// keepImport prolongs the lease; nil when the import is not running any more or another worker has it.
func keepImport(tx *Tx, id, holder string) (*Import, error) {
	rows, err := change[Import](tx, map[string]any{"leased_until": tx.Now.Add(importLease)}, "id = ? AND state = ? AND holder = ?", id, ImportRunning, holder)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// importRow invites one person through the hall that every door leads to, and answers what becomes of the row. Who has
// become a member or has been invited since the review is left alone, and the row says so: nobody is invited twice. by is
// who invites, in words.
func (h *hall) importRow(row *ImportRow, p Profile, by string) (state string, err error) {
	known, err := FindMemberByEmail(h.tx, row.EmailKey)
	if err != nil && CodeOf(err) != NotFound {
		return "", err
	}
	state, message := standing(known.Status)
	if state != RowReady {
		_, err = assign[ImportRow](h.tx, map[string]any{"state": state, "message": message}, "id = ?", row.ID)
		return state, err
	}
	m, err := h.provision(Arrival{Source: SourceCSV, Profile: p, Active: true})
	if err != nil {
		return "", err
	}
	if m.Status == MemberInvited {
		if known.ID != "" {
			err = endInvites(h.tx, m.ID)
		}
		if err == nil {
			_, _, err = inviteFirst(h.tx, m, m.Role, by)
		}
	}
	return RowDone, err
}

// FailImportRow notes that the next row cannot be carried out, so that the others can. What people may not read of cause
// stays in the log.
func FailImportRow(tx *Tx, id, holder string, cause error) error {
	i, err := keepImport(tx, id, holder)
	if err != nil || i == nil {
		return err
	}
	rows, err := ListImportRows(tx, id, 0, 1, RowReady)
	if err != nil || len(rows) == 0 {
		return err
	}
	field, message := "", "This person could not be invited. Import the row again, or invite the person by hand."
	var said *Error
	if errors.As(cause, &said) && said.Code != Internal {
		field, message = columnOf(said.Field), said.Message
	}
	if _, err = change[ImportRow](tx, map[string]any{"state": RowFailed, "field": field, "message": message}, "id = ?", rows[0].ID); err != nil {
		return err
	}
	return countMoved(tx, id, ImportCounts{RowReady: -1, RowFailed: 1})
}

func finishImport(tx *Tx, i *Import) error {
	_, err := change[Import](tx, map[string]any{"state": ImportFinished, "finished_at": tx.Now, "leased_until": nil}, "id = ?", i.ID)
	if err != nil {
		return err
	}
	counts, err := CountImportRows(tx, i.ID)
	if err != nil {
		return err
	}
	return tx.Record("import.finished", i.ID, counts.changes())
}
