package views

import "testing"

func TestChartTop(t *testing.T) {
	for _, c := range []struct{ most, want int }{{0, 3}, {1, 3}, {3, 3}, {29, 30}, {30, 30}, {31, 60}, {86, 90}, {290, 300}, {12345, 15000}} {
		chart := BarChart{Bars: []Bar{{OK: c.most}}}
		if got := chart.top(); got != c.want || got%3 != 0 || got < c.most {
			t.Errorf("top of %d is %d, want %d", c.most, got, c.want)
		}
	}
}

func TestPlanChart(t *testing.T) {
	c := PlanChart{Counts: []PlanCount{{PlanRef{"Core", 1}, 3}, {PlanRef{"Ultimate", 3}, 1}}}
	if c.offset(1) != 300 || c.width(0) != 298 {
		t.Errorf("offset %v, width %v", c.offset(1), c.width(0))
	}
	if got := c.summary(); got != "Members by plan: 3 Core, 1 Ultimate." {
		t.Error(got)
	}
	if empty := (PlanChart{}); empty.total() != 0 || empty.seatLine() != "0 members" {
		t.Error(empty.seatLine())
	}
}

func TestBarSummary(t *testing.T) {
	if got := (BarChart{Noun: "requests", Bars: make([]Bar, 14)}).summary(); got != "No requests in these 14 days." {
		t.Error(got)
	}
}
