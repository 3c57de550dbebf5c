package views

import (
	"fmt"
	"strconv"
)

// Bar is one day of a chart: what succeeded and what failed.
type Bar struct {
	Label    string // "14 Nov"
	OK, Fail int
}

// BarChart is a stacked bar per day, with the same numbers as a table behind it.
type BarChart struct {
	ID    string // unique on the page
	Title string // "Directory requests per day, last 14 days"
	Noun  string // "requests"
	Bars  []Bar
}

// PlanCount is how many members hold a plan.
type PlanCount struct {
	Plan  PlanRef
	Count int
}

// PlanChart is the members of an organization by plan. Seats is 0 when seats are not counted.
type PlanChart struct {
	Counts []PlanCount
	Seats  int
}

// Sizes of the bar chart in its own units.
const (
	chartLeft, chartTop, chartHeight, chartWidth = 34.0, 10.0, 126.0, 526.0
	planWidth                                    = 400.0
)

func px(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// top is the number at the upper line: the busiest day rounded up to a multiple of three.
func (c BarChart) top() int {
	most := 1
	for _, b := range c.Bars {
		most = max(most, b.OK+b.Fail)
	}
	step := 3
	for step*10 < most {
		step *= 10
	}
	return (most + step - 1) / step * step
}

func (c BarChart) height(n int) float64 { return float64(n) * chartHeight / float64(c.top()) }

// slot is the width that one day has.
func (c BarChart) slot() float64 { return chartWidth / float64(max(len(c.Bars), 1)) }

func (c BarChart) x(i int) float64 { return chartLeft + c.slot()*(float64(i)+0.2) }

func (c BarChart) base() float64 { return chartTop + chartHeight }

// labelled thins the labels out so that they never touch.
func (c BarChart) labelled(i int) bool { return i%max(1, (len(c.Bars)+6)/7) == 0 }

// summary is the message of the chart in one sentence.
func (c BarChart) summary() string {
	ok, fail, busiest := 0, 0, Bar{}
	for _, b := range c.Bars {
		ok, fail = ok+b.OK, fail+b.Fail
		if b.OK+b.Fail > busiest.OK+busiest.Fail {
			busiest = b
		}
	}
	if ok+fail == 0 {
		return "No " + c.Noun + " in these " + strconv.Itoa(len(c.Bars)) + " days."
	}
	return fmt.Sprintf("%d %s in %d days, %d of them failed. The busiest day was %s with %d.",
		ok+fail, c.Noun, len(c.Bars), fail, busiest.Label, busiest.OK+busiest.Fail)
}

// total is the number of members over all plans.
func (c PlanChart) total() int {
	n := 0
	for _, p := range c.Counts {
		n += p.Count
	}
	return n
}

// offset is where the part of plan i begins, and width how far it goes.
func (c PlanChart) offset(i int) float64 {
	n := 0
	for _, p := range c.Counts[:i] {
		n += p.Count
	}
	return float64(n) * planWidth / float64(max(c.total(), 1))
}

func (c PlanChart) width(i int) float64 {
	full := float64(c.Counts[i].Count) * planWidth / float64(max(c.total(), 1))
	return max(full-2, 0)
}

func (c PlanChart) summary() string {
	text := "Members by plan:"
	for i, p := range c.Counts {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(" %d %s", p.Count, p.Plan.Name)
	}
	return text + "."
}

func (c PlanChart) seatLine() string {
	if c.Seats > 0 {
		return fmt.Sprintf("%d of %d seats in use", c.total(), c.Seats)
	}
	return count(c.total(), "member", "members")
}
