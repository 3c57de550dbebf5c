package models

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"gorm.io/gorm"
)

// exec runs a statement that rows.go or its caller has scoped, and answers how many rows it touched.
func (tx *Tx) exec(query string, args ...any) (int64, error) {
	if err := tx.unit.plain(query); err != nil {
		return 0, err
	}
	tx.counted()
	if tx.unit.script != nil {
		tx.unit.script.add(query, args...)
		return 0, nil
	}
	res, err := tx.unit.conn.ExecContext(context.Background(), query, args...)
	if tx.unit.note(err) != nil {
		return 0, tx.sqlError(err)
	}
	return res.RowsAffected()
}

// send is run, in a script, for what keeps the facts true.
func (tx *Tx) send(query string, args ...any) {
	tx.counted()
	tx.unit.script.add(tx.text(statement{verb: query}, func() string { return query }), args...)
}

// query runs what answers rows.
func (tx *Tx) query(query string, args ...any) (*sql.Rows, error) {
	tx.counted()
	if tx.unit == nil {
		rows, err := tx.g.Statement.ConnPool.QueryContext(tx.g.Statement.Context, query, args...)
		return rows, tx.sqlError(err)
	}
	if err := tx.unit.plain(query); err != nil {
		return nil, err
	}
	rows, err := tx.unit.conn.QueryContext(context.Background(), query, args...)
	return rows, tx.sqlError(tx.unit.note(err))
}

// run is exec for a text with ?, whichever way the engine writes them.
func (tx *Tx) run(query string, args ...any) (int64, error) {
	return tx.exec(tx.text(statement{verb: query}, func() string { return query }), args...)
}

// read calls each with every row that query finds; each reads it with get.
func (tx *Tx) read(query string, args []any, each func(get func(...any) error) error) error {
	rows, err := tx.query(tx.text(statement{verb: query}, func() string { return query }), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return tx.sqlError(rows.Err())
}

func (tx *Tx) counted() {
	if tx.db.onQuery != nil {
		tx.db.onQuery()
	}
}

// sqlError says it in GORM's words (a taken name, a refused foreign key).
func (tx *Tx) sqlError(err error) error {
	if t, ok := tx.g.Dialector.(gorm.ErrorTranslator); ok && err != nil {
		return t.Translate(err)
	}
	return err
}

// numbered writes placeholders as PostgreSQL wants them.
func numbered(s string) string {
	var b strings.Builder
	n := 0
	for part := range strings.SplitSeq(s, "?") {
		if n > 0 {
			b.WriteString("$" + strconv.Itoa(n))
		}
		b.WriteString(part)
		n++
	}
	return b.String()
}
