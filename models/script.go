package models

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// script is a list of statements of which nobody reads an answer. PostgreSQL gets them together, so that they cost one
// journey.
type script struct {
	queries []string
	args    [][]any
}

func (s *script) add(query string, args ...any) {
	s.queries, s.args = append(s.queries, query), append(s.args, args)
}

// run runs the statements until one fails, and answers how many went well.
func (s *script) run(conn *sql.Conn) (well int, err error) {
	ctx, together := context.Background(), false
	err = conn.Raw(func(driver any) error {
		pg, ok := driver.(*stdlib.Conn)
		if together = ok; ok {
			well, err = s.send(ctx, pg.Conn())
		}
		return err
	})
	for i := 0; i < len(s.queries) && err == nil && !together; i++ {
		if _, err = conn.ExecContext(ctx, s.queries[i], s.args[i]...); err == nil {
			well++
		}
	}
	return well, err
}

func (s *script) send(ctx context.Context, conn *pgx.Conn) (well int, err error) {
	b := &pgx.Batch{}
	for i, query := range s.queries {
		b.Queue(query, s.args[i]...)
	}
	answers := conn.SendBatch(ctx, b)
	for ; well < len(s.queries); well++ {
		if _, err = answers.Exec(); err != nil {
			break
		}
	}
	if end := answers.Close(); err == nil {
		err = end
	}
	return well, err
}
