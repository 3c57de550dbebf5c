package modelstest

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"rollcall/models/enginetest"
)

// onPostgres makes NewDB open PostgreSQL. It changes between two runs, never within one.
var onPostgres bool

// Main is for TestMain: it runs the tests on SQLite and then, where there is a server, those whose names match (all that
// -run names, if it is given) again on PostgreSQL; with -short, and for benchmarks and fuzzing, on SQLite alone.
func Main(m *testing.M, match string) int {
	code := m.Run()
	if code != 0 || testing.Short() || set("test.bench") || set("test.fuzz") || set("test.list") {
		return code
	}
	if !enginetest.HasPostgres() {
		if enginetest.Required() {
			fmt.Println(enginetest.Missing)
			return 1
		}
		return code
	}
	if !set("test.run") {
		flag.Set("test.run", match)
	}
	fmt.Fprintln(os.Stderr, "the same on PostgreSQL")
	onPostgres = true
	return m.Run()
}

func set(name string) bool { return flag.Lookup(name).Value.String() != "" }
