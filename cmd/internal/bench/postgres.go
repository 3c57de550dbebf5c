package bench

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
)

const postgresAim = 0.6 // of what pgbench commits

// postgres measures creates on PostgreSQL and, by turns, what pgbench commits: one INSERT each.
func (r *run) postgres() error {
	admin, err := sql.Open("pgx", r.Postgres)
	if err != nil {
		return err
	}
	defer admin.Close()
	name := "bench_" + strconv.FormatInt(time.Now().UnixNano(), 36)
	if _, err := admin.Exec("CREATE DATABASE " + name); err != nil {
		return err
	}
	defer admin.ExecContext(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)")
	address, err := url.Parse(r.Postgres)
	if err != nil {
		return err
	}
	address.Path = "/" + name
	var durable string
	if err := admin.QueryRow("SELECT current_setting('fsync') || '/' || current_setting('synchronous_commit')").Scan(&durable); err != nil {
		return err
	}
	program := NewProgram(r.Rollcall, r.Dir, address.String())
	server, err := program.Serve()
	if err != nil {
		return err
	}
	defer server.Stop()
	tenant, err := program.NewTenant("postgres")
	if err != nil {
		return err
	}
	return r.besidePgbench(program, r.target(server, tenant), tenant, address.String(), durable)
}

// besidePgbench changes between the two, so that what else the machine does strikes both.
func (r *run) besidePgbench(program *Program, t *target, tenant Tenant, address, durable string) error {
	p, mine, n := phases[0], result{}, r.People
	bench, err := r.newPgbench(address)
	if err != nil {
		return err
	}
	p.prepare(t, n)
	mine.cpu = -t.process.CPU()
	var each float64 // seconds of a commit of pgbench, summed over the rounds
	for k := range rounds {
		fmt.Fprintln(r.Log, "create on PostgreSQL, then pgbench")
		if err := mine.load(p, t, n*k/rounds, n*(k+1)/rounds); err != nil {
			return err
		}
		rate, err := bench(max(1, n/rounds/r.Clients))
		if err != nil {
			return err
		}
		each += 1 / rate
	}
	mine.cpu += t.process.CPU()
	slices.Sort(mine.latencies)
	commits := rounds / each
	fmt.Fprintf(r.Out, "\nPostgreSQL (fsync/synchronous_commit %s): %.0f creates/s (p50 %s ms, p99 %s ms, CPU %s ms), pgbench %.0f commits/s; ratio %.2f, at least %.1f: %s\n",
		durable, mine.rate(), ms(mine.quantile(0.5)), ms(mine.quantile(0.99)), ms(mine.cpuEach()), commits, mine.rate()/commits, postgresAim,
		verdict(mine.rate()/commits >= postgresAim))
	return program.sample(tenant.Org, t)
}

var tps = regexp.MustCompile(`tps = ([0-9.]+) \(without initial`)

// newPgbench answers how to measure commits/s: each connection sends so many INSERTs of a person's size.
func (r *run) newPgbench(address string) (func(each int) (float64, error), error) {
	db, err := sql.Open("pgx", address)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE pgbench_floor (id bigserial PRIMARY KEY, body text NOT NULL)"); err != nil {
		return nil, err
	}
	script := filepath.Join(r.Dir, "pgbench.sql")
	size := len(newPerson(0, "postgres.example").resource())
	insert := "INSERT INTO pgbench_floor (body) VALUES ('" + strings.Repeat("x", size) + "');\n" // pgbench would read a colon as a variable
	if err := os.WriteFile(script, []byte(insert), 0o600); err != nil {
		return nil, err
	}
	return func(each int) (float64, error) {
		out, err := exec.Command("pgbench", "-n", "-M", "prepared", "-j", "2", "-c", strconv.Itoa(r.Clients), "-t", strconv.Itoa(each),
			"-f", script, address).CombinedOutput()
		found := tps.FindSubmatch(out)
		if err != nil || found == nil {
			return 0, fmt.Errorf("pgbench: %w: %s", err, out)
		}
		return strconv.ParseFloat(string(found[1]), 64)
	}, nil
}
