// Command bench measures Directory Sync: see docs/PERFORMANCE.md and `go run ./cmd/bench -h`. Run it in the tree: it
// builds the server.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"rollcall/cmd/internal/bench"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "floor" {
		exit(bench.ServeFloor(os.Args[2]))
	}
	o := bench.Options{Out: os.Stdout, Log: os.Stderr}
	flag.IntVar(&o.People, "people", 1000, "people of the first size; each phase sends so many requests, those on groups a quarter")
	flag.IntVar(&o.Grow, "grow", 100_000, "people of the second size, at which each phase is measured again; 0: none")
	flag.IntVar(&o.Clients, "conns", 8, "connections")
	flag.BoolVar(&o.Limits, "limits", true, "measure creates with rate limits on as well")
	flag.StringVar(&o.Postgres, "postgres", os.Getenv("ROLLCALL_TEST_POSTGRES"), "URL of a PostgreSQL server, to measure creates there as well; empty: none")
	flag.StringVar(&o.Rollcall, "rollcall", "", "a built rollcall to measure (this tree's)")
	flag.StringVar(&o.Dir, "dir", "", "a folder for databases and logs, which stay (a temporary one)")
	phases := flag.String("phases", "", "measure only these, like \"get,group create\"; create always runs, put needs patch, group add needs group create")
	flag.Parse()
	if *phases != "" {
		o.Phases = strings.Split(*phases, ",")
	}
	exit(run(o))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// run makes what o lacks: the folder, the server and the way to the floor, which is this program.
func run(o bench.Options) (err error) {
	if o.Dir == "" {
		if o.Dir, err = os.MkdirTemp("", "rollcall-bench"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(o.Dir)) }()
	}
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return err
	}
	if o.Rollcall == "" {
		o.Rollcall = filepath.Join(o.Dir, "rollcall")
		build := exec.Command("go", "build", "-o", o.Rollcall, "rollcall/cmd/rollcall")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return err
		}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	o.Floor = []string{self, "floor"}
	if o.Rollcall, err = filepath.Abs(o.Rollcall); err != nil {
		return err
	}
	return bench.Run(o)
}
