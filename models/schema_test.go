package models

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm/schema"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// rows are all structs that stand for a table.
var rows = []any{
	&Plan{}, &Organization{}, &OrganizationPlan{}, &Domain{}, &Account{}, &AccountToken{}, &Member{}, &MemberCount{}, &Connection{},
	&ConnectionSettings{}, &WatchedCertificate{}, &Identity{}, &LoginAttempt{}, &SpentAssertion{}, &FinishTicket{}, &SignIn{}, &Session{},
	&SetupLink{}, &Directory{}, &DirectoryToken{}, &DirectoryUser{}, &DirectoryGap{}, &HiddenUser{}, &HiddenGroup{}, &Group{}, &GroupMember{}, &Invite{},
	&Revocation{}, &AuditEvent{}, &PersonLabel{}, &Outbox{}, &SCIMExchange{}, &SCIMRefusal{}, &Operator{}, &RateBucket{}, &Lease{}, &Import{}, &ImportRow{}, &ImportCount{}, &RecoveryCode{}, &Impersonation{},
	&Price{}, &Order{}, &Receipt{}, &SandboxPayment{},
}

// TestStructsMatchColumns compares each struct with its migrated table, both ways, on both engines.
func TestStructsMatchColumns(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		seen := []string{"goose_db_version", "goose_lock", "sqlite_sequence"}
		for _, row := range rows {
			s, err := schema.Parse(row, &sync.Map{}, db.write.NamingStrategy)
			if err != nil {
				t.Fatal(err)
			}
			seen = append(seen, s.Table)
			have := columnsOf(t, db, s.Table)
			for _, f := range s.DBNames {
				if !slices.Contains(have, f) {
					t.Errorf("%s has no column for the field %s.%s", s.Table, s.Name, f)
				}
			}
			for _, c := range have {
				if s.LookUpField(c) == nil {
					t.Errorf("%s has no field for the column %s.%s", s.Name, s.Table, c)
				}
			}
		}
		tables, err := db.write.Migrator().GetTables()
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range tables {
			if !slices.Contains(seen, table) {
				t.Errorf("no struct stands for the table %s", table)
			}
		}
	})
}

func columnsOf(t *testing.T, db *DB, table string) (names []string) {
	t.Helper()
	r, err := db.SQL().Query("SELECT * FROM " + table + " LIMIT 0")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	names, err = r.Columns()
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestGoldenSchema holds what the schema is after all migrations, so that a change of it shows in a review.
func TestGoldenSchema(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		query := `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%' ORDER BY tbl_name, type DESC, name`
		if db.Engine() == Postgres {
			query = `SELECT table_name || '.' || column_name || ' ' || data_type || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END || COALESCE(' DEFAULT ' || column_default, '')
				FROM information_schema.columns WHERE table_schema = current_schema() AND table_name NOT LIKE 'goose%'
				UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename NOT LIKE 'goose%' ORDER BY 1`
		}
		r, err := db.SQL().Query(query)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		var b strings.Builder
		for r.Next() {
			var line string
			if err := r.Scan(&line); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&b, line)
		}
		golden := "schema." + db.Engine() + ".sql"
		got := searchPath.ReplaceAllString(b.String(), "")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("the schema is not %s; look at the difference and run go test ./models -run TestGoldenSchema -update", golden)
		}
	})
}

func TestMigrateTwiceAndCheck(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		if _, err := db.Migrate(context.Background()); err != nil {
			t.Fatal(err)
		}
		if err := db.CheckSchema(context.Background()); err != nil {
			t.Fatal(err)
		}
		if _, err := db.SQL().Exec("DELETE FROM goose_db_version WHERE version_id > 0"); err != nil {
			t.Fatal(err)
		}
		if err := db.CheckSchema(context.Background()); CodeOf(err) != Precondition {
			t.Fatalf("a schema that is behind: %v", err)
		}
	})
}
