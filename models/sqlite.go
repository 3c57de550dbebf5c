package models

import (
	"context"
	"database/sql"
	"database/sql/driver"

	sqlite3 "github.com/mattn/go-sqlite3"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// pragmas are what each connection is told beside its DSN. What a statement may have to take back stays in memory:
// otherwise SQLite writes it to a file. The write-ahead log goes into the database file only every 16 MiB, because then
// a page that many commits touched is written once; each commit is flushed to the disk before that as ever.
var pragmas = []string{"PRAGMA temp_store = MEMORY", "PRAGMA wal_autocheckpoint = 4096"}

// connector opens SQLite connections with the pragmas.
type connector struct {
	driver *sqlite3.SQLiteDriver
	dsn    string
}

// Connect is driver.Connector.
func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }

// Driver is driver.Connector.
func (c connector) Driver() driver.Driver { return c.driver }

func sqliteDialector(dsn string) gorm.Dialector {
	tell := func(conn *sqlite3.SQLiteConn) error {
		for _, p := range pragmas {
			if _, err := conn.Exec(p, nil); err != nil {
				return err
			}
		}
		return nil
	}
	conn := sql.OpenDB(connector{&sqlite3.SQLiteDriver{ConnectHook: tell}, dsn})
	return steady{&sqlite.Dialector{DSN: dsn, Conn: conn}}
}

// steadyParameter is how a parameter is written for SQLite. Of a bare ? in a join, an ORDER BY, a LIKE or a LIMIT it wants
// to know the value when it plans, and so plans such a statement anew each time the driver binds it, which costs more
// than most statements do. The plus changes nothing else.
const steadyParameter = "+?"

// steady is GORM's dialect with steady parameters.
type steady struct{ *sqlite.Dialector }

// BindVarTo writes a parameter.
func (steady) BindVarTo(w clause.Writer, _ *gorm.Statement, _ any) {
	_, _ = w.WriteString(steadyParameter)
}
