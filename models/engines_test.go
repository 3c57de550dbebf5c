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
	enginetest.Each(t, func(t *testing.T, url string) {
		db := openTest(t, url)
		f(t, db)
		checkCounts(t, db)
	})
}

// checkCounts holds the stored counts of members and of imports' rows against the rows, whatever a test did to them.
func checkCounts(t *testing.T, db *DB) {
	t.Helper()
	var wrong int
	err := db.SQL().QueryRow(`SELECT COUNT(*) FROM (SELECT organization_id, status, plan_id, role, source, SUM(n) AS n FROM (
		SELECT organization_id, status, COALESCE(plan_id, '') AS plan_id, role, source, 1 AS n FROM members
		UNION ALL SELECT organization_id, status, plan_id, role, source, -n FROM member_counts) AS a
		GROUP BY organization_id, status, plan_id, role, source) AS b WHERE n <> 0`).Scan(&wrong)
	if err != nil || wrong != 0 {
		t.Errorf("%d stored counts of members are wrong (%v)", wrong, err)
	}
	err = db.SQL().QueryRow(`SELECT COUNT(*) FROM (SELECT import_id, state, SUM(n) AS n FROM (
		SELECT import_id, state, 1 AS n FROM import_rows UNION ALL SELECT import_id, state, -n FROM import_counts) AS a
		WHERE import_id IN (SELECT import_id FROM import_rows) GROUP BY import_id, state) AS b WHERE n <> 0`).Scan(&wrong) // old rows are forgotten, their counts not
	if err != nil || wrong != 0 {
		t.Errorf("%d stored counts of imports are wrong (%v)", wrong, err)
	}
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
