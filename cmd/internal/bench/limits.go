package bench

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// burst is what a directory may send at once with rate limits on (SPEC T2).
const burst = 500

// limits measures creates on a server with rate limits on, its default: first a directory for each client, so that no
// limit is reached and what the limiter costs is seen; then one directory beyond its burst, where the clients obey 429.
func (r *run) limits() error {
	limited := NewProgram(r.Rollcall, r.Dir, "sqlite:"+filepath.Join(r.Dir, "limits.db"))
	limited.Env = slices.DeleteFunc(limited.Env, func(s string) bool { return strings.HasPrefix(s, "ROLLCALL_RATE_LIMITS") })
	server, err := limited.Serve()
	if err != nil {
		return err
	}
	defer server.Stop()
	var tenants []Tenant
	for i := range r.Clients + 1 {
		t, err := limited.NewTenant(fmt.Sprint("limits", i))
		if err != nil {
			return err
		}
		tenants = append(tenants, t)
	}
	fmt.Fprintln(r.Log, "create with rate limits on")
	each := r.target(server, tenants[1:]...)
	mine, floor, err := beside(phases[0], min(r.People, r.Clients*burst*4/5), each, r.floor)
	if err != nil {
		return err
	}
	(&table{rows: []line{{phases[0], mine, floor}}}).print(r.Out, fmt.Sprintf("SQLite, rate limits on, a directory for each connection (%d answers 429)", each.clients[0].limited.Load()))

	one, paced := r.target(server, tenants[0]), result{}
	n := min(r.People, burst*6/5)
	phases[0].prepare(one, n)
	if err := paced.load(phases[0], one, 0, n); err != nil {
		return err
	}
	fmt.Fprintf(r.Out, "\nRate limits on, one directory: %d creates in %.1f s; %d answers 429 were obeyed (Retry-After), nothing was lost.\n",
		n, paced.busy.Seconds(), one.clients[0].limited.Load())
	return limited.sample(tenants[0].Org, one)
}
