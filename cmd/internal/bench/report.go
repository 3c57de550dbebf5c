package bench

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// line is a phase with what it took on both servers.
type line struct {
	phase
	rollcall, floor result
}

// table is what the phases took with one number of people.
type table struct {
	rows     []line
	resident float64 // MiB, after the creates
}

func (t *table) print(out io.Writer, title string) {
	fmt.Fprintf(out, "\n%s\n", title)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "phase\trequests/s\tp50 ms\tp99 ms\tfloor/s\tratio\tat least\t\tCPU ms\tat most\t\tfloor CPU ms\t")
	for _, l := range t.rows {
		ratio, cpu := l.rollcall.rate()/l.floor.rate(), l.rollcall.cpuEach()
		fmt.Fprintf(w, "%s\t%.0f\t%s\t%s\t%.0f\t%.2f\t%.1f\t%s\t%s\t%s\t%s\t%s\t\n",
			l.name, l.rollcall.rate(), ms(l.rollcall.quantile(0.5)), ms(l.rollcall.quantile(0.99)), l.floor.rate(),
			ratio, l.phase.floor, verdict(ratio >= l.phase.floor), ms(cpu), ms(l.cpu), verdict(cpu <= l.cpu), ms(l.floor.cpuEach()))
	}
	w.Flush()
}

// printGrowth compares the p50 of each phase at both sizes. The floor does the same work at both, so how much it moved
// is what the machine did.
func printGrowth(out io.Writer, small, large *table) {
	fmt.Fprintln(out, "\nGrowth of p50")
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "phase\tfew ms\tmany ms\ttimes\tat most\t\tfloor moved\t")
	for i, few := range small.rows {
		many := large.rows[i]
		times := ratioOf(many.rollcall, few.rollcall)
		fmt.Fprintf(w, "%s\t%s\t%s\t%.2f\t%.1f\t%s\t%.2f\t\n", few.name, ms(few.rollcall.quantile(0.5)), ms(many.rollcall.quantile(0.5)),
			times, few.growth, verdict(times <= few.growth), ratioOf(many.floor, few.floor))
	}
	w.Flush()
}

func ratioOf(a, b result) float64 { return float64(a.quantile(0.5)) / float64(b.quantile(0.5)) }

const memoryAim = 120 // MiB

func printMemory(out io.Writer, people int, resident float64) {
	fmt.Fprintf(out, "\nMemory after %d people: %.0f MiB resident, at most %d: %s\n", people, resident, memoryAim, verdict(resident <= memoryAim))
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f", d.Seconds()*1000) }

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "missed"
}
