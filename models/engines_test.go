package models

import (
	"context"
	"regexp"
	"testing"
	"time"

	"rollcall/models/enginetest"
)

var searchPath = regexp.MustCompile(`t_[0-9a-f]{16}\.`)

// testNow is where tests' clocks stand.
var testNow = time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)

// onEngines runs f on a migrated SQLite database and on a migrated PostgreSQL schema of its own.
func onEngines(t *testing.T, f func(t *testing.T, db *DB)) {
	enginetest.Each(t, func(t *testing.T, url string) { f(t, openTest(t, url)) })
}

func openTest(t testing.TB, url string) *DB {
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
