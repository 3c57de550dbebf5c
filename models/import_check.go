package models

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

// importStep is how many rows of a file are stored in one transaction, so that nobody else waits long for the writer.
const importStep = 500

// ImportReader stores the rows of a file step by step.
type ImportReader struct {
	Import *Import
	file   *ImportFile
	seen   map[string]int64 // e-mails to the lines where they stand first
	rows   int
}

// NewImportReader reads the rows of f for an import that BeginImport made.
func NewImportReader(i *Import, f *ImportFile) *ImportReader {
	return &ImportReader{Import: i, file: f, seen: map[string]int64{}}
}

// Read reads the next rows; more tells whether there may be others. It answers TooLarge for too many.
func (r *ImportReader) Read() (rows []ImportRow, more bool, err error) {
	for len(rows) < importStep {
		cells, err := r.file.next()
		if errors.Is(err, io.EOF) {
			if r.rows == 0 {
				return nil, false, invalid("file", "There is nobody below the first row. Each row is one person.")
			}
			return rows, false, nil
		}
		if err != nil {
			return nil, false, invalid("file", "The file cannot be read further than row "+strconv.Itoa(r.rows)+".")
		}
		if r.rows++; r.rows > MaxImportRows {
			return nil, false, invalid("file", "This file has more than "+strconv.Itoa(MaxImportRows)+" rows. Split it and import the parts one after another.")
		}
		row := ImportRow{ImportID: r.Import.ID, OrganizationID: r.Import.OrganizationID, Number: cells.Number, Cells: listText(cells.Cells)}
		if cells.Fault != "" {
			row.State, row.Message = RowError, cells.Fault
		}
		rows = append(rows, row)
	}
	return rows, true, nil
}

// Keep judges rows and stores them.
func (r *ImportReader) Keep(tx *Tx, rows []ImportRow) error {
	c, err := newImportCheck(tx, r.Import)
	if err != nil {
		return err
	}
	out := make([]*ImportRow, len(rows))
	for i := range rows {
		row := rows[i] // a unit of work may run twice
		row.CreatedAt = tx.Now
		if row.State == "" {
			c.judge(&row)
		}
		out[i] = &row
	}
	if err := c.compare(out); err != nil {
		return err
	}
	counts := ImportCounts{}
	for _, row := range out {
		if at, ok := r.seen[row.EmailKey]; ok && at != row.Number && row.State == RowReady {
			row.State, row.Field, row.Message = RowDuplicate, "email", "The same e-mail address stands in line "+strconv.FormatInt(at, 10)+"."
		} else if row.EmailKey != "" && !ok {
			r.seen[strings.Clone(row.EmailKey)] = row.Number // not a part of the whole row, which would stay
		}
		counts[row.State]++
	}
	if err := insert(tx, out...); err != nil {
		return err
	}
	return countMoved(tx, r.Import.ID, counts)
}

// importCheck judges rows of one import within one unit of work.
type importCheck struct {
	tx    *Tx
	at    map[string]int
	width int
	plans *Plans
	org   *Organization
}

func newImportCheck(tx *Tx, i *Import) (*importCheck, error) {
	o, err := FindOrganization(tx)
	if err != nil {
		return nil, err
	}
	plans, err := OrganizationPlans(tx, o)
	if err != nil {
		return nil, err
	}
	header := i.Columns()
	at, err := places(header, "-") // a default country that is gone meanwhile shows in each row
	return &importCheck{tx: tx, at: at, width: len(header), plans: plans, org: o}, err
}

// judge sets state, field and message by what the row says itself.
func (c *importCheck) judge(row *ImportRow) {
	cells := row.Values()
	p := profileAt(cells, c.at)
	if p.Country == "" {
		p.Country = c.org.DefaultCountry
	}
	faults := c.faults(&p)
	if len(cells) > c.width {
		faults = append(faults, invalid("", "It has "+strconv.Itoa(len(cells))+" values, but there are "+strconv.Itoa(c.width)+" columns. Put a value that holds the separator in quote marks."))
	}
	row.State, row.Field, row.Message, row.EmailKey = RowReady, "", "", ""
	if _, key, err := ParseEmail(p.Email); err == nil {
		row.EmailKey = key
	}
	if len(faults) == 0 {
		return
	}
	var texts []string
	for _, f := range faults {
		texts = append(texts, f.Message)
	}
	row.State, row.Field, row.Message = RowError, columnOf(faults[0].Field), strings.Join(texts, " ")
}

func (c *importCheck) faults(p *Profile) (out []*Error) {
	var bad *Error
	if p.Email == "" {
		out = append(out, invalid("email", "Write the e-mail address."))
	} else if _, _, err := ParseEmail(p.Email); errors.As(err, &bad) {
		out = append(out, bad)
	}
	out = append(out, profileFaults(c.tx, p)...)
	if role := Fold(p.Role); role != "" && role != RoleMember && role != RoleAdmin {
		out = append(out, invalid("role", "“"+p.Role+"” is not a role. Write member or admin, or leave it empty."))
	}
	if Fold(p.Plan) != "" {
		if _, err := c.plans.Find(p.Plan); err != nil {
			out = append(out, invalid("plan", "“"+p.Plan+"” is not one of your plans ("+strings.Join(c.plans.Names(), ", ")+")."))
		}
	}
	return out
}

// columnOf is the name of a form's field as a column of the file.
func columnOf(field string) string {
	switch field {
	case "first_name":
		return "firstName"
	case "last_name":
		return "lastName"
	case "birth_year":
		return "birthYear"
	}
	return field
}

// compare marks the ready rows whose e-mail belongs to a member already.
func (c *importCheck) compare(rows []*ImportRow) error {
	var keys []string
	for _, r := range rows {
		if r.State == RowReady {
			keys = append(keys, r.EmailKey)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	var known []Member
	if err := c.tx.org().Select("id", "email_key", "status").Where("email_key IN ?", keys).Find(&known).Error; err != nil {
		return err
	}
	status := map[string]string{}
	for i := range known {
		status[orNone(known[i].EmailKey)] = known[i].Status
	}
	for _, r := range rows {
		if r.State == RowReady {
			r.State, r.Message = standing(status[r.EmailKey])
		}
	}
	return nil
}

// standing is the state of a row by what its person is in the organization already, "" for nobody.
func standing(status string) (state, message string) {
	switch status {
	case "", MemberDisconnected:
		return RowReady, ""
	case MemberInvited:
		return RowInvited, "This person has an invite already. It can be sent again from the list of invites."
	case MemberDeactivated:
		return RowMember, "This person was removed. Bring them back on their page."
	}
	return RowMember, "This person is a member already. Nothing changes for them."
}

// FixImportRow writes an administrator's values over a row with a fault, and judges it anew.
func FixImportRow(tx *Tx, id string, number int64, p Profile) error {
	i, err := FindImport(tx, id)
	if err != nil {
		return err
	}
	row, err := FindImportRow(tx, id, number)
	if err != nil {
		return err
	}
	if i.State != ImportReview || row.State != RowError {
		return &Error{Code: Conflict, Message: "This row cannot be changed any more. Look at the import again."}
	}
	c, err := newImportCheck(tx, i)
	if err != nil {
		return err
	}
	row.Cells = listText(c.cells(p))
	c.judge(row)
	if err := c.compare([]*ImportRow{row}); err != nil {
		return err
	}
	if row.State == RowError {
		return invalid(row.Field, row.Message)
	}
	if err := c.alone(row); err != nil {
		return err
	}
	set := map[string]any{"state": row.State, "field": "", "message": row.Message, "email_key": row.EmailKey, "cells": row.Cells}
	if _, err = change[ImportRow](tx, set, "id = ?", row.ID); err == nil {
		err = countMoved(tx, id, ImportCounts{RowError: -1, row.State: 1})
	}
	if err != nil {
		return err
	}
	return tx.Record("import.row_changed", id, Changes{"line": number})
}

// alone refuses a corrected row that would invite somebody whom another row invites.
func (c *importCheck) alone(row *ImportRow) error {
	if row.State != RowReady {
		return nil
	}
	same, err := find[ImportRow](c.tx, "LIMIT 1", "import_id = ? AND email_key = ? AND id <> ? AND state = ?", row.ImportID, row.EmailKey, row.ID, RowReady)
	if err == nil && len(same) > 0 {
		err = invalid("email", "Another row of this file has the same e-mail address.")
	}
	return err
}

// cells puts a profile's values into the places of the header; other columns of the row are left empty.
func (c *importCheck) cells(p Profile) []string {
	out := make([]string, c.width)
	for name, value := range map[string]string{
		"firstName": p.FirstName, "lastName": p.LastName, "email": p.Email, "country": p.Country, "currentCity": p.CurrentCity,
		"currentState": p.CurrentState, "birthYear": p.BirthYear, "role": p.Role, "plan": p.Plan,
	} {
		if i, ok := c.at[name]; ok {
			out[i] = kept(value)
		}
	}
	return out
}
