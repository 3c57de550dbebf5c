package handlers

import (
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"rollcall/saml/samltest"
)

// BenchmarkACS is eight people at a time who sign in by single sign-on with a response of 6 KB, on SQLite with
// synchronous=FULL: start, the identity provider's signing (the generator is part of it), the ACS, the finishing page. The
// members exist. The sign-ins a second are the inverse of the time; cpu-ms is of the whole process for one sign-in.
func BenchmarkACS(b *testing.B) {
	w := newSSOWorld(b)
	base, _ := url.Parse(samlBase)
	unlimited := testConfig(w.db, base)
	unlimited.RateLimits = false // all of it comes from one address
	w.e = New(unlimited)
	const people = 64
	name := func(i int64) string { return fmt.Sprintf("p%d@acme.com", i%people) }
	for i := range int64(people) {
		w.signIn(newBrowser(b, w.e), name(i), "/account")
	}
	groups := strings.Split(strings.TrimSpace(strings.Repeat("a-group-of-the-identity-provider ", 60)), " ")
	var next atomic.Int64
	began := cpuTime()
	b.SetParallelism(4) // times GOMAXPROCS: eight on two cores
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			browser := newBrowser(b, w.e)
			r, relay := w.request(browser, "/account")
			o := w.options(r.ID, name(next.Add(1)))
			o.Attributes = append(o.Attributes, samltest.Attribute{Name: "groups", Values: groups})
			w.deliver(browser, w.respond(o), relay)
			browser.finish()
			browser.leads("/account")
		}
	})
	b.StopTimer()
	b.ReportMetric(float64((cpuTime()-began).Microseconds())/1000/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sign-ins/s")
}

// cpuTime is what this process has used of the cores.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
