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

// postgres measures creates on PostgreSQL and, by turns, what pgbench commits: its own transaction (three UPDATEs, a SELECT
// and an INSERT, "TPC-B-like"), to which the aim belongs, and for comparison single INSERTs.
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
	yard, err := r.newPgbench(address)
	if err != nil {
		return err
	}
	p.prepare(t, n)
	mine.cpu = -t.process.CPU()
	each := map[string]float64{} // seconds of a commit, summed over the rounds
	for k := range rounds {
		fmt.Fprintln(r.Log, "create on PostgreSQL, then pgbench")
		if err := mine.load(p, t, n*k/rounds, n*(k+1)/rounds); err != nil {
			return err
		}
		for _, name := range []string{ownTransaction, singleInsert} {
			rate, err := yard.run(max(1, n/rounds/r.Clients), name)
			if err != nil {
				return err
			}
			each[name] += 1 / rate
		}
	}
	mine.cpu += t.process.CPU()
	slices.Sort(mine.latencies)
	fmt.Fprintf(r.Out, "\nPostgreSQL (fsync/synchronous_commit %s): %.0f creates/s (p50 %s ms, p99 %s ms, CPU %s ms)\n",
		durable, mine.rate(), ms(mine.quantile(0.5)), ms(mine.quantile(0.99)), ms(mine.cpuEach()))
	own, single := rounds/each[ownTransaction], rounds/each[singleInsert]
	fmt.Fprintf(r.Out, "pgbench: %.0f of its own transactions/s; ratio %.2f, at least %.1f: %s\n", own, mine.rate()/own, postgresAim, verdict(mine.rate()/own >= postgresAim))
	fmt.Fprintf(r.Out, "pgbench: %.0f single INSERTs/s; ratio %.2f\n", single, mine.rate()/single)
	return program.sample(tenant.Org, t)
}

var tps = regexp.MustCompile(`tps = ([0-9.]+) \(without initial`)

// What pgbench runs.
const (
	ownTransaction = "tpcb-like"
	singleInsert   = "one INSERT of a person's size"
)

// yardstick is pgbench beside Rollcall in one database.
type yardstick struct {
	clients         int
	address, insert string // insert is the file with the single INSERT
}

func (r *run) newPgbench(address string) (*yardstick, error) {
	y := &yardstick{clients: r.Clients, address: address, insert: filepath.Join(r.Dir, "pgbench.sql")}
	if out, err := exec.Command("pgbench", "-i", "-q", "-s", strconv.Itoa(r.Clients), address).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("pgbench -i: %w: %s", err, out)
	}
	db, err := sql.Open("pgx", address)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE pgbench_floor (id bigserial PRIMARY KEY, body text NOT NULL)"); err != nil {
		return nil, err
	}
	size := len(newPerson(0, "postgres.example").resource())
	insert := "INSERT INTO pgbench_floor (body) VALUES ('" + strings.Repeat("x", size) + "');\n" // pgbench would read a colon as a variable
	return y, os.WriteFile(y.insert, []byte(insert), 0o600)
}

// run answers commits/s: each connection sends so many.
func (y *yardstick) run(each int, name string) (float64, error) {
	script := []string{"-b", ownTransaction}
	if name == singleInsert {
		script = []string{"-f", y.insert}
	}
	args := append(script, "-n", "-M", "prepared", "-j", "2", "-c", strconv.Itoa(y.clients), "-t", strconv.Itoa(each), y.address)
	out, err := exec.Command("pgbench", args...).CombinedOutput()
	found := tps.FindSubmatch(out)
	if err != nil || found == nil {
		return 0, fmt.Errorf("pgbench: %w: %s", err, out)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}
