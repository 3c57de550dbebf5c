package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"rollcall/cmd/internal/bench"
)

// serveFloor is the program `floor FILE` of this test binary.
func serveFloor() {
	if err := bench.ServeFloor(os.Args[1]); err != nil {
		panic(err)
	}
}

// TestBench runs `make bench` in small. It looks at what was measured, never at how quick it was.
func TestBench(t *testing.T) {
	rollcall, err := exec.LookPath("rollcall")
	if err != nil {
		t.Fatal(err)
	}
	var report, log strings.Builder
	err = bench.Run(bench.Options{
		Rollcall: rollcall, Floor: []string{"floor"}, Dir: t.TempDir(), Out: &report, Log: &log,
		People: 16, Grow: 48, Clients: 4, Limits: true,
	})
	if err != nil {
		t.Fatal(err, "\n", log.String())
	}
	for text, count := range map[string]int{
		"filter": 3, "list": 3, "put": 3, "group add": 3, "delete": 3, "Growth of p50": 1,
		"Memory after 48 people": 1, "16 creates in": 1,
	} {
		if got := strings.Count(report.String(), text); got != count {
			t.Errorf("%q is %d times in the report, want %d\n%s", text, got, count, &report)
		}
	}
}
