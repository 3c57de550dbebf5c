package models

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// question is a query, in the engine's placeholders, and what becomes of each row. It looks past the rows of newcomers
// that wait (see late).
type question struct {
	query string
	args  []any
	row   func(get func(...any) error) error
}

// answer asks questions one after another. PostgreSQL gets those of a unit of work together, so that they cost one
// journey.
func (tx *Tx) answer(list ...question) error {
	if tx.unit == nil {
		return tx.askEach(list, func(q question) (*sql.Rows, error) {
			return tx.g.Statement.ConnPool.QueryContext(tx.g.Statement.Context, q.query, q.args...)
		})
	}
	together := false
	err := tx.unit.conn.Raw(func(driver any) (err error) {
		pg, ok := driver.(*stdlib.Conn)
		if together = ok; ok {
			err = tx.askTogether(pg.Conn(), list)
		}
		return err
	})
	if !together && err == nil {
		err = tx.askEach(list, func(q question) (*sql.Rows, error) {
			return tx.unit.conn.QueryContext(context.Background(), q.query, q.args...)
		})
	}
	return tx.sqlError(tx.unit.note(err))
}

func (tx *Tx) askEach(list []question, ask func(question) (*sql.Rows, error)) error {
	for _, q := range list {
		tx.counted()
		rows, err := ask(q)
		if err != nil {
			return err
		}
		for err == nil && rows.Next() {
			err = q.row(rows.Scan)
		}
		if end := rows.Close(); err == nil {
			err = end
		}
		if err == nil {
			err = rows.Err()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) askTogether(conn *pgx.Conn, list []question) error {
	b := &pgx.Batch{}
	for _, q := range list {
		tx.counted()
		b.Queue(q.query, q.args...).Query(func(rows pgx.Rows) error {
			for rows.Next() {
				if err := q.row(rows.Scan); err != nil {
					return err
				}
			}
			return rows.Err()
		})
	}
	return conn.SendBatch(context.Background(), b).Close()
}
