package bench

import (
	"errors"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// result is what a phase took on one target.
type result struct {
	latencies []time.Duration // sorted at the end
	busy      time.Duration   // wall time in which this target had the machine
	cpu       time.Duration   // of the server's process, what it did in the background too
}

// rate is requests/s.
func (r *result) rate() float64 { return float64(len(r.latencies)) / r.busy.Seconds() }

func (r *result) cpuEach() time.Duration { return r.cpu / time.Duration(max(1, len(r.latencies))) }

// quantile is the latency that the part q of the requests does not exceed.
func (r *result) quantile(q float64) time.Duration {
	if len(r.latencies) == 0 {
		return 0
	}
	return r.latencies[max(0, int(math.Ceil(q*float64(len(r.latencies))))-1)]
}

// rounds is how often a phase changes between the two servers, so that what else the machine does strikes both.
const rounds = 4

// beside runs a phase with n requests on Rollcall and on the floor by turns.
func beside(p phase, n int, rollcall, floor *target) (r, f result, err error) {
	both := []struct {
		t *target
		r *result
	}{{rollcall, &r}, {floor, &f}}
	for _, x := range both {
		p.prepare(x.t, n)
		x.r.cpu = -x.t.process.CPU()
	}
	for k := range rounds {
		for _, x := range both {
			if err := x.r.load(p, x.t, n*k/rounds, n*(k+1)/rounds); err != nil {
				return r, f, err
			}
		}
	}
	for _, x := range both {
		x.r.cpu += x.t.process.CPU()
		slices.Sort(x.r.latencies)
	}
	return r, f, nil
}

// load sends the requests from to until of a phase: a closed loop, each client sends its next when the last is answered.
func (r *result) load(p phase, t *target, from, until int) error {
	var (
		next   atomic.Int64
		mu     sync.Mutex
		group  sync.WaitGroup
		faults []error
	)
	next.Store(int64(from))
	start := time.Now()
	for _, c := range t.clients {
		group.Go(func() {
			var took []time.Duration
			var failed []error
			for i := int(next.Add(1)) - 1; i < until && len(failed) == 0; i = int(next.Add(1)) - 1 {
				d, err := p.send(c, t, i)
				took = append(took, d)
				if err != nil {
					failed = append(failed, err)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			r.latencies, faults = append(r.latencies, took...), append(faults, failed...)
		})
	}
	group.Wait()
	r.busy += time.Since(start)
	return errors.Join(faults...)
}
