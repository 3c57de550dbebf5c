package models

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
)

var searchPath = regexp.MustCompile(`t_[0-9a-f]{16}\.`)

// testNow is where tests' clocks stand.
var testNow = time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)

// onEngines runs f on a migrated SQLite database and on a migrated PostgreSQL schema of its own.
func onEngines(t *testing.T, f func(t *testing.T, db *DB)) {
	t.Run(SQLite, func(t *testing.T) { f(t, openTest(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))) })
	t.Run(Postgres, func(t *testing.T) { f(t, openTest(t, postgresSchema(t))) })
}

func openTest(t *testing.T, url string) *DB {
	t.Helper()
	keys, err := ParseKeyring(NewSecretKey())
	if err != nil {
		t.Fatal(err)
	}
	db, err := Open(url, keys)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.Now = func() time.Time { return testNow }
	if _, err := db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return db
}

// postgresSchema makes a schema for one test in the server that ROLLCALL_TEST_POSTGRES names.
func postgresSchema(t *testing.T) string {
	t.Helper()
	url := os.Getenv("ROLLCALL_TEST_POSTGRES")
	if url == "" {
		if os.Getenv("ROLLCALL_TEST_REQUIRE") != "" {
			t.Fatal("ROLLCALL_TEST_POSTGRES is not set; `make test` starts a server")
		}
		t.Skip("skipped: ROLLCALL_TEST_POSTGRES is not set; `make test` starts a server")
	}
	admin, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	var b [8]byte
	rand.Read(b[:])
	name := "t_" + hex.EncodeToString(b[:])
	if _, err := admin.Exec("CREATE SCHEMA " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		admin.Exec("DROP SCHEMA " + name + " CASCADE")
		admin.Close()
	})
	return url + map[bool]string{true: "&", false: "?"}[regexp.MustCompile(`\?`).MatchString(url)] + "search_path=" + name
}
