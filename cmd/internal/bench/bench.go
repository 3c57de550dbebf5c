// Package bench measures Directory Sync through its front door: a real server, a load generator that checks every
// answer, and beside it, in the same run and by turns, a floor: what net/http and SQLite can do at best.
package bench

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
)

// Options of a run.
type Options struct {
	Rollcall string    // path of the built program
	Floor    []string  // command that serves a floor on the SQLite file that is its last argument
	Dir      string    // an empty folder for databases and logs
	Out      io.Writer // the report
	Log      io.Writer // what is being done

	People   int      // of the first size; so many requests each phase has, too
	Grow     int      // people of the second size; 0: no second size
	Clients  int      // connections
	Phases   []string // all if empty; create always runs
	Limits   bool     // measure creates with rate limits on as well
	Postgres string   // URL of a server to measure creates on as well; its role may make databases
}

// run is one measurement on one database.
type run struct {
	Options
	program         *Program
	tenant          Tenant
	rollcall, floor *target
}

// Run measures and reports. A missed target is no error; a wrong answer is.
func Run(o Options) error {
	r, stop, err := o.start()
	if err != nil {
		return err
	}
	defer stop()
	err = r.sizes()
	if err == nil && o.Limits {
		err = r.limits()
	}
	if err == nil && o.Postgres != "" {
		err = r.postgres()
	}
	return err
}

// start starts Rollcall on SQLite, and the floor.
func (o Options) start() (*run, func(), error) {
	r := &run{Options: o, program: NewProgram(o.Rollcall, o.Dir, "sqlite:"+filepath.Join(o.Dir, "bench.db"))}
	server, err := r.program.Serve()
	if err != nil {
		return nil, nil, err
	}
	command := append(o.Floor, filepath.Join(o.Dir, "floor.db"))
	floor, err := startProcess(exec.Command(command[0], command[1:]...), filepath.Join(o.Dir, "floor.log"))
	if err != nil {
		_ = server.Kill()
		return nil, nil, err
	}
	stop := func() { _, _ = server.Stop(), floor.Stop() }
	if r.tenant, err = r.program.NewTenant("bench"); err != nil {
		stop()
		return nil, nil, err
	}
	r.rollcall = r.target(server, r.tenant)
	r.floor = newTarget(floor, r.tenant.Domain, newClients(o.Clients, func(int) (string, string) { return floor.URL, "" }))
	return r, stop, nil
}

// target is a server whose clients speak to these tenants by turns.
func (o Options) target(p *Process, tenants ...Tenant) *target {
	return newTarget(p, tenants[0].Domain, newClients(o.Clients, func(i int) (string, string) {
		t := tenants[i%len(tenants)]
		return p.URL + "/scim/v2/" + t.Directory, t.Token
	}))
}

func newTarget(p *Process, domain string, clients []*client) *target {
	random := rand.New(rand.NewPCG(1, 2)) // the same order in each run
	return &target{clients: clients, process: p, domain: domain, random: random.IntN}
}

// sizes measures every phase with few people and again with many.
func (r *run) sizes() error {
	small, err := r.size(r.People)
	if err != nil {
		return err
	}
	small.print(r.Out, fmt.Sprintf("SQLite, %d people, %d connections", r.People, r.Clients))
	if r.Grow == 0 {
		return nil
	}
	large, err := r.size(r.Grow)
	if err != nil {
		return err
	}
	large.print(r.Out, fmt.Sprintf("SQLite, %d people, %d connections", r.Grow, r.Clients))
	printGrowth(r.Out, small, large)
	printMemory(r.Out, r.Grow, large.resident)
	return nil
}

// size brings the directory to so many people, the last of them measured, and measures the phases.
func (r *run) size(people int) (*table, error) {
	if err := r.fill(people - r.People); err != nil {
		return nil, err
	}
	t := &table{}
	for _, p := range phases {
		if len(r.Phases) > 0 && p.name != "create" && !slices.Contains(r.Phases, p.name) {
			continue
		}
		fmt.Fprintf(r.Log, "%s with %d people\n", p.name, people)
		mine, floor, err := beside(p, max(rounds, r.People/p.part), r.rollcall, r.floor)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		t.rows = append(t.rows, line{p, mine, floor})
		if p.name == "create" {
			t.resident = r.rollcall.process.Resident()
			if err := r.program.sample(r.tenant.Org, r.rollcall); err != nil {
				return nil, err
			}
		}
	}
	return t, nil
}

// fill makes people without measuring, until there are so many.
func (r *run) fill(people int) error {
	n := people - len(r.rollcall.people)
	if n <= 0 {
		return nil
	}
	fmt.Fprintf(r.Log, "making %d people\n", n)
	p, took := phases[0], result{}
	p.prepare(r.rollcall, n)
	if err := took.load(p, r.rollcall, 0, n); err != nil {
		return err
	}
	fmt.Fprintf(r.Log, "made %.0f people a second\n", took.rate())
	return nil
}

// sample looks at 100 members: the load is real only if those who were pushed are active, with what was sent.
func (p *Program) sample(org string, t *target) error {
	type member struct{ Email, Status, Source, Country, Plan string }
	var members []member
	if err := p.Command(&members, "member", "list", "--org", org); err != nil {
		return err
	}
	byEmail := map[string]member{}
	for _, m := range members {
		byEmail[m.Email] = m
	}
	for range 100 {
		sent := t.people[t.random(len(t.people))]
		want := member{sent.userName, "active", "scim", "DE", sent.plan}
		if got := byEmail[sent.userName]; got != want {
			return fmt.Errorf("the member is %+v, want %+v", got, want)
		}
	}
	return nil
}
