// Package enginetest gives tests an empty database on each engine. It knows nothing of models, whose own tests use it.
package enginetest

import (
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// Each runs f with the URL of an empty database on SQLite and on PostgreSQL.
func Each(t *testing.T, f func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
}

// SQLite is the URL of a file that is not there yet.
func SQLite(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "test.db") }

// Missing says why a test on PostgreSQL does not run.
const Missing = "ROLLCALL_TEST_POSTGRES is not set; `make test` starts a server"

// Required tells whether a test that lacks a part must fail and not be skipped.
func Required() bool { return os.Getenv("ROLLCALL_TEST_REQUIRE") != "" }

// HasPostgres tells whether there is a server for Postgres.
func HasPostgres() bool { return os.Getenv("ROLLCALL_TEST_POSTGRES") != "" }

// Postgres is the URL of a schema for one test in the server that ROLLCALL_TEST_POSTGRES names; without one the test is
// skipped, or fails where ROLLCALL_TEST_REQUIRE is set.
func Postgres(t testing.TB) string {
	t.Helper()
	url := os.Getenv("ROLLCALL_TEST_POSTGRES")
	if url == "" {
		if Required() {
			t.Fatal(Missing)
		}
		t.Skip("skipped: " + Missing)
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
	separator := "?"
	if strings.Contains(url, "?") {
		separator = "&"
	}
	return url + separator + "search_path=" + name
}
