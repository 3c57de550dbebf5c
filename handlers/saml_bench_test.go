package handlers

import (
	"fmt"
	"net/url"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// BenchmarkACS is eight people at a time who sign in by single sign-on with a response of 6 KB, on SQLite with
// synchronous=FULL: start, the identity provider's signing (the generator is part of it), the ACS, the finishing page. The
// members exist. The sign-ins a second are the inverse of the time; cpu-ms is of the whole process for one sign-in, and
// idp-cpu-ms what of it the identity provider takes, measured by itself just before.
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
	answer := newQuickIdP(w)
	idp := cpuOf(200, func() { answer.respond("_request", name(0)) })
	var next atomic.Int64
	began := cpuTime()
	b.SetParallelism(4) // times GOMAXPROCS: eight on two cores
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			browser := newBrowser(b, w.e)
			r, relay := w.request(browser, "/account")
			w.deliver(browser, answer.respond(r.ID, name(next.Add(1))), relay)
			browser.finish()
			browser.leads("/account")
		}
	})
	b.StopTimer()
	b.ReportMetric(idp, "idp-cpu-ms/op")
	b.ReportMetric(float64((cpuTime()-began).Microseconds())/1000/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sign-ins/s")
}

// BenchmarkACSAlone is the ACS by itself, one after another: the requests and the responses are made before.
func BenchmarkACSAlone(b *testing.B) {
	w := newSSOWorld(b)
	base, _ := url.Parse(samlBase)
	unlimited := testConfig(w.db, base)
	unlimited.RateLimits = false
	w.e = New(unlimited)
	answer, browser := newQuickIdP(w), newBrowser(b, w.e)
	type post struct{ raw, relay string }
	posts := make([]post, b.N)
	for i := range posts {
		r, relay := w.request(browser, "")
		posts[i] = post{answer.respond(r.ID, "p@acme.com"), relay}
	}
	began := cpuTime()
	b.ReportAllocs()
	b.ResetTimer()
	for _, p := range posts {
		w.deliver(browser, p.raw, p.relay)
		if browser.last.Code != 303 {
			b.Fatal(text(browser.last))
		}
	}
	b.StopTimer()
	b.ReportMetric(float64((cpuTime()-began).Microseconds())/1000/float64(b.N), "cpu-ms/op")
}

// cpuOf is the CPU time of one of n calls, in milliseconds.
func cpuOf(n int, fn func()) float64 {
	began := cpuTime()
	for range n {
		fn()
	}
	return float64((cpuTime() - began).Microseconds()) / 1000 / float64(n)
}

// cpuTime is what this process has used of the cores.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
