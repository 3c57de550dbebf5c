package bench

import (
	"fmt"
	"net/http"
	"time"
)

// phase is one kind of request, and what is aimed for on two cores with eight connections.
type phase struct {
	name    string
	floor   float64                // at least this part of the floor's requests/s
	cpu     time.Duration          // of the server for a request, at most
	growth  float64                // p50 with all people to p50 with the first, at most
	part    int                    // this phase sends one request for so many of the other phases
	prepare func(t *target, n int) // before the clock runs
	send    func(c *client, t *target, i int) (time.Duration, error)
}

// target is a server under load and what is in its directory.
type target struct {
	clients []*client
	process *Process
	domain  string
	made    int // people ever made, for their names
	people  []*person
	chosen  []*person // of this phase, one for each request
	starts  []int     // of the list pages
	teams   []*team
	random  func(n int) int
}

type team struct{ id, name string }

const (
	teamSize = 10
	pageSize = 10

	cpuAim      = 300 * time.Microsecond
	cpuAimGroup = 600 * time.Microsecond
)

// phases in the order in which they run: the list must be there to be read before it is deleted.
var phases = []phase{
	{"create", 0.5, cpuAim, 1.3, 1, (*target).prepareCreate, create},
	{"get", 0.4, cpuAim, 1.3, 1, (*target).chooseAny, get},
	{"filter", 0.4, cpuAim, 1.3, 1, (*target).chooseAny, filter},
	{"list", 0.5, cpuAim, 3, 1, (*target).prepareList, list},
	{"patch", 0.5, cpuAim, 1.3, 1, (*target).chooseEach, patch},
	{"put", 0.5, cpuAim, 1.3, 1, (*target).chooseLast, put},
	{"group create", 0.4, cpuAimGroup, 1.3, 4, (*target).prepareTeams, createGroup},
	{"group add", 0.5, cpuAim, 1.3, 4, func(*target, int) {}, addMember},
	{"delete", 0.5, cpuAim, 1.3, 1, (*target).prepareDelete, remove},
}

func (t *target) prepareCreate(n int) {
	t.chosen = t.chosen[:0]
	for range n {
		t.chosen = append(t.chosen, newPerson(t.made, t.domain))
		t.made++
	}
	t.people = append(t.people, t.chosen...)
}

// chooseAny takes people at random, perhaps one twice.
func (t *target) chooseAny(n int) {
	t.chosen = t.chosen[:0]
	for range n {
		t.chosen = append(t.chosen, t.people[t.random(len(t.people))])
	}
}

// chooseEach takes n different people at random and moves them to the end of the list.
func (t *target) chooseEach(n int) {
	for i := range n {
		last := len(t.people) - 1 - i
		j := t.random(last + 1)
		t.people[j], t.people[last] = t.people[last], t.people[j]
	}
	t.chosen = append(t.chosen[:0], t.people[len(t.people)-n:]...)
}

// chooseLast takes the people of chooseEach again.
func (t *target) chooseLast(n int) { t.chosen = append(t.chosen[:0], t.people[len(t.people)-n:]...) }

func (t *target) prepareList(n int) {
	t.starts = t.starts[:0]
	for range n {
		t.starts = append(t.starts, 1+t.random(max(1, len(t.people)-pageSize)))
	}
}

// prepareTeams chooses people for each team: its members and one to add later.
func (t *target) prepareTeams(n int) {
	t.chosen, t.teams = t.chosen[:0], t.teams[:0]
	for i := range n {
		t.teams = append(t.teams, &team{name: fmt.Sprintf("Team %d of %d", i, t.made)})
		first := t.random(len(t.people))
		for k := range teamSize + 1 {
			t.chosen = append(t.chosen, t.people[(first+k)%len(t.people)])
		}
	}
}

// prepareDelete takes the people away who are deleted next.
func (t *target) prepareDelete(n int) {
	t.chooseEach(n)
	t.people = t.people[:len(t.people)-n]
}

func create(c *client, t *target, i int) (time.Duration, error) {
	a, took, err := c.call(http.StatusCreated, "POST", "/Users", t.chosen[i].resource())
	return took, orCheck(t.chosen[i], &a, err)
}

func orCheck(p *person, a *answered, err error) error {
	if err != nil {
		return err
	}
	return p.check(a)
}

func get(c *client, t *target, i int) (time.Duration, error) {
	a, took, err := c.call(http.StatusOK, "GET", "/Users/"+t.chosen[i].id, nil)
	return took, orCheck(t.chosen[i], &a, err)
}

func filter(c *client, t *target, i int) (time.Duration, error) {
	a, took, err := c.call(http.StatusOK, "GET", filterByName(t.chosen[i].userName), nil)
	if err == nil && len(a.Resources) != 1 {
		err = fmt.Errorf("the filter finds %d people", len(a.Resources))
	}
	if err != nil {
		return took, err
	}
	return took, t.chosen[i].check(&a.Resources[0])
}

func list(c *client, t *target, i int) (time.Duration, error) {
	a, took, err := c.call(http.StatusOK, "GET", fmt.Sprintf("/Users?startIndex=%d&count=%d", t.starts[i], pageSize), nil)
	if err == nil && (a.TotalResults != len(t.people) || len(a.Resources) != min(pageSize, len(t.people))) {
		err = fmt.Errorf("page at %d: %d people of %d, want %d of %d", t.starts[i], len(a.Resources), a.TotalResults, pageSize, len(t.people))
	}
	return took, err
}

// patch is Okta's deactivation: replace, no path.
func patch(c *client, t *target, i int) (time.Duration, error) {
	t.chosen[i].active = false
	a, took, err := c.call(http.StatusOK, "PATCH", "/Users/"+t.chosen[i].id,
		[]byte(`{"schemas":["`+patchOp+`"],"Operations":[{"op":"replace","value":{"active":false}}]}`))
	return took, orCheck(t.chosen[i], &a, err)
}

// put brings the person back, with the next plan.
func put(c *client, t *target, i int) (time.Duration, error) {
	p := t.chosen[i]
	p.active, p.plan = true, plans[(i+1)%len(plans)]
	a, took, err := c.call(http.StatusOK, "PUT", "/Users/"+p.id, p.resource())
	return took, orCheck(p, &a, err)
}

func createGroup(c *client, t *target, i int) (time.Duration, error) {
	g, members := t.teams[i], []any{}
	for _, p := range t.chosen[i*(teamSize+1):][:teamSize] {
		members = append(members, map[string]any{"value": p.id, "display": p.userName})
	}
	a, took, err := c.call(http.StatusCreated, "POST", "/Groups", encode(map[string]any{
		"schemas": []string{coreGroup}, "displayName": g.name, "members": members,
	}))
	g.id = a.ID
	if err == nil && len(a.Members) != teamSize {
		err = fmt.Errorf("%s was made with %d members, want %d", g.name, len(a.Members), teamSize)
	}
	return took, err
}

func addMember(c *client, t *target, i int) (time.Duration, error) {
	p := t.chosen[i*(teamSize+1)+teamSize]
	_, took, err := c.call(http.StatusNoContent, "PATCH", "/Groups/"+t.teams[i].id, encode(map[string]any{
		"schemas": []string{patchOp}, "Operations": []any{map[string]any{
			"op": "add", "path": "members", "value": []any{map[string]any{"value": p.id, "display": p.userName}},
		}},
	}))
	return took, err
}

func remove(c *client, t *target, i int) (time.Duration, error) {
	_, took, err := c.call(http.StatusNoContent, "DELETE", "/Users/"+t.chosen[i].id, nil)
	return took, err
}
