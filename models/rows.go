package models

import (
	"maps"
	"math/bits"
	"reflect"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// Plain SQL for the rows that every request of a directory touches, where GORM's building and reflecting cost ten times
// what the database does. The structs stay the only list of columns. The guard cannot see these statements, so each of
// these functions adds the organization itself, for every table that has one.

// table is what a struct says of its table.
type table struct {
	name    string
	columns []string
	fields  [][]int // where each column is in the struct
	tenant  bool    // has organization_id
	given   int     // columns that an INSERT names: an id that the database gives comes last and is left out
	waits   bool    // its rows or counters may wait in the transaction
}

var (
	tables     sync.Map // reflect.Type to *table
	statements sync.Map // statement to its text
	schemas    sync.Map
)

// statement is a text with constant parts, which is put together once.
type statement struct {
	engine, table, verb, rest string
	rows                      int
}

func (tx *Tx) table(t reflect.Type) *table {
	if v, ok := tables.Load(t); ok {
		return v.(*table)
	}
	s, err := schema.Parse(reflect.New(t).Interface(), &schemas, tx.g.NamingStrategy)
	if err != nil {
		panic(err) // a struct that is no row
	}
	out := &table{name: s.Table, tenant: s.LookUpField("organization_id") != nil}
	var serial *schema.Field
	for _, name := range s.DBNames {
		f := s.FieldsByDBName[name]
		if f.AutoIncrement {
			serial = f
			continue
		}
		out.columns, out.fields = append(out.columns, name), append(out.fields, f.StructField.Index)
	}
	out.given = len(out.columns)
	out.waits = slices.Contains(factTables, out.name) || slices.Contains(lateTables, out.name)
	if serial != nil {
		out.columns, out.fields = append(out.columns, serial.DBName), append(out.fields, serial.StructField.Index)
	}
	tables.Store(t, out)
	return out
}

// text is the statement's text in the engine's way of writing placeholders.
func (tx *Tx) text(k statement, build func() string) string {
	k.engine = tx.db.engine
	if v, ok := statements.Load(k); ok {
		return v.(string)
	}
	s := tx.placeholders(build())
	statements.Store(k, s)
	return s
}

// placeholders writes each ? as the engine wants it: PostgreSQL $1, $2 …; SQLite +?. No statement here has a ? in a
// literal.
func (tx *Tx) placeholders(s string) string {
	if tx.db.engine == SQLite {
		return strings.ReplaceAll(s, "?", steadyParameter)
	}
	return numbered(s)
}

// scope is the WHERE clause of a query on t: the organization first, then what was asked for.
func (t *table) scope(where string) string {
	if t.tenant {
		return " WHERE organization_id = ? AND (" + where + ")"
	}
	return " WHERE " + where
}

func (tx *Tx) scoped(t *table, args []any) []any {
	if t.tenant {
		return append([]any{tx.Actor.OrgID}, args...)
	}
	return args
}

// insert writes rows of one struct. What the database gives (an id that counts) is not read back.
func insert[T any](tx *Tx, rows ...*T) error { return insertOr(tx, "", rows...) }

// insertOr is insert with what to do about rows that are there already.
func insertOr[T any](tx *Tx, conflict string, rows ...*T) error {
	t := tx.table(reflect.TypeFor[T]())
	for len(rows) > 0 {
		n := together(len(rows))
		query := tx.text(statement{table: t.name, verb: "insert", rows: n, rest: conflict}, func() string {
			one := "(" + strings.TrimSuffix(strings.Repeat("?, ", t.given), ", ") + ")"
			return "INSERT INTO " + t.name + " (" + strings.Join(t.columns[:t.given], ", ") + ") VALUES " +
				strings.TrimSuffix(strings.Repeat(one+", ", n), ", ") + conflict
		})
		args := make([]any, 0, n*t.given)
		for _, row := range rows[:n] {
			v := reflect.ValueOf(row).Elem()
			for _, index := range t.fields[:t.given] {
				args = append(args, v.FieldByIndex(index).Interface())
			}
		}
		if _, err := tx.exec(query, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

const maxTogether = 32

// together is how many of n rows one INSERT takes: a power of two, so that few texts are prepared.
func together(n int) int {
	return min(1<<(bits.Len(uint(n))-1), maxTogether)
}

// find finds rows of the actor's organization. order is the ORDER BY clause with what follows it, or "".
func find[T any](tx *Tx, order, where string, args ...any) ([]T, error) {
	t := tx.table(reflect.TypeFor[T]())
	return scan[T](tx, t, tx.finding(t, order, where), tx.scoped(t, args)...)
}

func (tx *Tx) finding(t *table, order, where string) string {
	return tx.text(statement{table: t.name, verb: "select" + order, rest: where}, func() string {
		return "SELECT " + strings.Join(t.columns, ", ") + " FROM " + t.name + t.scope(where) + " " + order
	})
}

// into is find as a question, which adds what it finds to out.
func into[T any](tx *Tx, out *[]T, order, where string, args ...any) question {
	t := tx.table(reflect.TypeFor[T]())
	return question{tx.finding(t, order, where), tx.scoped(t, args), func(get func(...any) error) error {
		*out = append(*out, *new(T))
		return get(t.addresses(reflect.ValueOf(&(*out)[len(*out)-1]).Elem())...)
	}}
}

// addresses are where the columns of row go.
func (t *table) addresses(row reflect.Value) []any {
	to := make([]any, len(t.fields), len(t.fields)+1)
	for i, index := range t.fields {
		to[i] = row.FieldByIndex(index).Addr().Interface()
	}
	return to
}

// first is the only row that find would find, or the first; gorm.ErrRecordNotFound for none.
func first[T any](tx *Tx, where string, args ...any) (*T, error) {
	return only(find[T](tx, "LIMIT 1", where, args...))
}

// firstAnywhere is first in all organizations: only where the row itself tells which it is of (see allOrgs).
func firstAnywhere[T any](tx *Tx, where string, args ...any) (*T, error) {
	t := tx.table(reflect.TypeFor[T]())
	query := tx.text(statement{table: t.name, verb: "select anywhere", rest: where}, func() string {
		return "SELECT " + strings.Join(t.columns, ", ") + " FROM " + t.name + " WHERE " + where + " LIMIT 1"
	})
	return only(scan[T](tx, t, query, args...))
}

// only is the first of rows. Like GORM it answers an empty row beside an error, never nil.
func only[T any](rows []T, err error) (*T, error) {
	if err == nil && len(rows) == 0 {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		return new(T), err
	}
	return &rows[0], nil
}

// change updates columns of rows of the actor's organization and answers them as they are then.
func change[T any](tx *Tx, set map[string]any, where string, args ...any) ([]T, error) {
	t := tx.table(reflect.TypeFor[T]())
	query, all := tx.updating(t, set, where, args)
	return scan[T](tx, t, tx.placeholders(query+" RETURNING "+strings.Join(t.columns, ", ")), all...)
}

// assign is change that answers how many.
func assign[T any](tx *Tx, set map[string]any, where string, args ...any) (int64, error) {
	query, all := tx.updating(tx.table(reflect.TypeFor[T]()), set, where, args)
	return tx.exec(tx.placeholders(query), all...)
}

func (tx *Tx) updating(t *table, set map[string]any, where string, args []any) (string, []any) {
	var b strings.Builder
	values := make([]any, 0, len(set)+len(args)+1)
	for _, column := range slices.Sorted(maps.Keys(set)) {
		if len(values) > 0 {
			b.WriteString(", ")
		}
		b.WriteString(column + " = ?")
		values = append(values, set[column])
	}
	return "UPDATE " + t.name + " SET " + b.String() + t.scope(where), append(values, tx.scoped(t, args)...)
}

// drop deletes rows of the actor's organization and answers how many.
func drop[T any](tx *Tx, where string, args ...any) (int64, error) {
	t := tx.table(reflect.TypeFor[T]())
	query := tx.text(statement{table: t.name, verb: "delete", rest: where}, func() string { return "DELETE FROM " + t.name + t.scope(where) })
	return tx.exec(query, tx.scoped(t, args)...)
}

func scan[T any](tx *Tx, t *table, query string, args ...any) ([]T, error) {
	return scanWith[T](tx, t, nil, query, args...)
}

// scanWith is scan with one more column, which is read into what extra answers.
func scanWith[T any](tx *Tx, t *table, extra func(*T) any, query string, args ...any) (out []T, err error) {
	if t.waits && tx.unit != nil {
		if err := tx.unit.flush(); err != nil {
			return nil, err
		}
	}
	rows, err := tx.query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var row T
		to := t.addresses(reflect.ValueOf(&row).Elem())
		if extra != nil {
			to = append(to, extra(&row))
		}
		if err := rows.Scan(to...); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, tx.sqlError(rows.Err())
}
