package handlers

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"rollcall/models"
	"rollcall/models/modelstest"
)

var (
	pushPeople = flag.Int("push-people", 60, "people whom TestPushSCIM pushes in each dialect")
	pushSeed   = flag.Uint64("push-seed", 0, "seed of TestPushSCIM; 0: a new one")
)

// pusher is an identity provider with a list of its own, which it pushes in one dialect.
type pusher struct {
	*scimWorld
	dialect pushDialect
	random  *rand.Rand
	people  []*pushed
	groups  []*pushedGroup
	renamed int
	left    int

	timedOut int
}

// pushed is a person as the identity provider has it. An empty value is not sent.
type pushed struct {
	id, email, external, given, family, city, state, country, year, role, plan string

	active bool
}

type pushedGroup struct {
	id, name, role, plan string
	members              map[*pushed]bool
}

// TestPushSCIM pushes people in the dialect of each identity provider in random order, with updates, leavers, returns
// and group changes. Some requests are sent twice, because the answer of the first is lost, and some time out. At the end
// the members equal the identity provider's list (SPEC P1, P2, P7, P9, O2).
func TestPushSCIM(t *testing.T) {
	seed := *pushSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	for _, d := range pushDialects {
		t.Run(d.name, func(t *testing.T) {
			t.Logf("again with -push-seed %d -push-people %d", seed, *pushPeople)
			w := newSCIMWorld(t, false)
			person(t, w.db, w.a.org, "boss@acme.example", models.RoleAdmin) // so that nobody who leaves is the last
			p := &pusher{scimWorld: w, dialect: d, random: rand.New(rand.NewPCG(seed, 1))}
			p.makeGroups()
			p.run(*pushPeople)
			p.compare()
			t.Logf("%d requests timed out", p.timedOut)
		})
	}
}

// makeGroups pushes groups and maps them, as an admin does on the page.
func (p *pusher) makeGroups() {
	for _, g := range []*pushedGroup{
		{name: "Chiefs", role: "admin"}, {name: "Ultimates", plan: "Ultimate"}, {name: "Extendeds", plan: "Extended"}, {name: "Cores", plan: "Core"},
		{name: "Choir"},
	} {
		g.members = map[*pushed]bool{}
		g.id = p.create("/Groups", "displayName", g.name, map[string]any{"displayName": g.name})
		p.groups = append(p.groups, g)
		modelstest.Update(p.t, p.db, p.a.org, func(tx *models.Tx) error {
			o, err := models.FindOrganization(tx)
			if err != nil {
				return err
			}
			plans, err := models.OrganizationPlans(tx, o)
			if err != nil {
				return err
			}
			row, err := models.FindGroup(tx, g.id)
			if err != nil || g.role+g.plan == "" {
				return err
			}
			var plan *string
			if found, err := plans.Find(g.plan); err == nil {
				plan = &found.ID
			}
			return models.MapGroup(tx, row, models.GroupMapping{Role: g.role, PlanID: plan, AdminConfirmed: true})
		})
	}
}

// run pushes n people, each with three more steps, in random order.
func (p *pusher) run(n int) {
	steps := make([]int, 0, 4*n)
	for i := range n {
		p.people = append(p.people, nil)
		steps = append(steps, i, i, i, i)
	}
	p.random.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
	for _, i := range steps {
		p.at.Forward(time.Second)
		if p.people[i] == nil {
			x := &pushed{email: fmt.Sprintf("p%d@acme.example", i), external: fmt.Sprint("00u", i), active: true}
			p.people[i] = x
			p.change(x)
			p.make(x)
			continue
		}
		p.step(p.people[i])
	}
}

func (p *pusher) step(x *pushed) {
	switch dice := p.random.IntN(10); {
	case x.id == "": // deleted: comes back
		x.active = true
		p.make(x)
	case dice < 2 && x.active:
		p.leave(x)
	case dice < 6 && !x.active:
		p.back(x)
	case dice < 6:
		old := *x
		p.change(x)
		p.update(&old, x)
	default:
		p.regroup(x)
	}
}

// one is one of these, at random.
func (p *pusher) one(values ...string) string { return values[p.random.IntN(len(values))] }

// change gives a person other values, at times another address.
func (p *pusher) change(x *pushed) {
	x.given, x.family = p.one("Ada", "José", "Zoë", "李"), p.one("O'Neil", "van der Berg", "Nguyễn", "Müller")
	x.city, x.state = p.one("", "Berlin", "São Paulo"), p.one("", "BE", "SP")
	x.country, x.year = p.one("DE", "BR", "US", "FR", "JP", ""), p.one("", "1980", "2001")
	x.role, x.plan = p.one("", "", "member", "admin"), p.one("", "", "Core", "Extended", "Ultimate")
	if x.id != "" && p.random.IntN(4) == 0 {
		p.renamed++
		x.email = fmt.Sprintf("renamed%d@acme.example", p.renamed)
	}
}

// push sends a request, now and then twice, as when the answer of the first is lost, or first one that times out: it is
// given up on before, while or after it is carried out, and only the rows know.
func (p *pusher) push(method, path string, body any, want ...int) (int, map[string]any) {
	p.t.Helper()
	text := ""
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			p.t.Fatal(err)
		}
		text = string(b)
	}
	if p.random.IntN(8) == 0 {
		p.timeOut(method, path, text, time.Duration(p.random.IntN(1500))*time.Microsecond)
	}
	r := p.send(p.a, method, path, text)
	if p.random.IntN(6) == 0 && r.Code < 300 {
		r = p.send(p.a, method, path, text)
	}
	if !slices.Contains(want, r.Code) {
		p.t.Fatalf("%s %s %s: %d %s", method, path, text, r.Code, r.Body)
	}
	out := map[string]any{}
	if r.Body.Len() > 0 {
		if err := json.Unmarshal(r.Body.Bytes(), &out); err != nil {
			p.t.Fatal(err)
		}
	}
	return r.Code, out
}

// timeOut sends a request whose client hangs up after that time.
func (p *pusher) timeOut(method, path, body string, after time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), after)
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, method, "/scim/v2/"+p.a.dir+path, strings.NewReader(body))
	r.Header.Set("Authorization", p.a.token)
	answer := httptest.NewRecorder()
	p.h.ServeHTTP(answer, r)
	if answer.Code >= 300 {
		p.timedOut++
	}
}

// create sends a POST and answers the id: of an earlier one whose answer was lost, found by name.
func (p *pusher) create(path, attribute, name string, body any) string {
	p.t.Helper()
	status, made := p.push("POST", path, body, 201, 409)
	if status == 201 {
		return made["id"].(string)
	}
	_, list := p.push("GET", path+"?filter="+url.QueryEscape(attribute+` eq "`+name+`"`), nil, 200)
	found, _ := list["Resources"].([]any)
	if len(found) != 1 {
		p.t.Fatalf("%s is there %d times", name, len(found))
	}
	return found[0].(map[string]any)["id"].(string)
}

func (p *pusher) make(x *pushed) { x.id = p.create("/Users", "userName", x.email, p.dialect.user(x)) }

func (p *pusher) put(x *pushed) {
	body := p.dialect.user(x)
	body["id"] = x.id
	p.push("PUT", "/Users/"+x.id, body, 200)
}

func (p *pusher) update(old, x *pushed) {
	if p.dialect.patch == nil {
		p.put(x)
		return
	}
	p.push("PATCH", "/Users/"+x.id, operations(p.dialect.patch(old, x)...), 200)
}

// leave lets few leave in an hour: mass leaving has a queue of its own (SPEC P12).
func (p *pusher) leave(x *pushed) {
	if p.left++; p.left%5 == 0 {
		p.at.Forward(2 * time.Hour)
	}
	x.active = false
	switch {
	case p.dialect.deletes:
		p.push("DELETE", "/Users/"+x.id, nil, 204, 404)
		x.id = ""
		for _, g := range p.groups {
			delete(g.members, x)
		}
	case p.dialect.active != nil:
		p.push("PATCH", "/Users/"+x.id, operations(p.dialect.active(false)), 200)
	default:
		p.put(x)
	}
}

func (p *pusher) back(x *pushed) {
	x.active = true
	switch {
	case p.dialect.again:
		id := x.id
		if p.make(x); x.id != id {
			p.t.Errorf("%s came back as %s, was %s", x.email, x.id, id)
		}
	case p.dialect.active != nil:
		p.push("PATCH", "/Users/"+x.id, operations(p.dialect.active(true)), 200)
	default:
		p.put(x)
	}
}

// regroup changes in which group the person is.
func (p *pusher) regroup(x *pushed) {
	g := p.groups[p.random.IntN(len(p.groups))]
	join := !g.members[x]
	if g.members[x] = join; !join {
		delete(g.members, x)
	}
	if p.dialect.group == nil { // PUT with the full list
		members := []any{}
		for m := range g.members {
			members = append(members, map[string]any{"value": m.id, "display": m.email})
		}
		p.push("PUT", "/Groups/"+g.id, map[string]any{"id": g.id, "displayName": g.name, "members": members}, 200)
		return
	}
	p.push("PATCH", "/Groups/"+g.id, operations(p.dialect.group(g, x, join)...), 200, 204)
}

func operations(ops ...any) map[string]any {
	return map[string]any{"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:PatchOp"}, "Operations": ops}
}

// want is what a person's member must be.
func (p *pusher) want(x *pushed, defaultPlan string) string {
	status, role, plan := "active", x.role, x.plan
	ranks := []string{"", "Core", "Extended", "Ultimate"}
	groupPlan := ""
	for _, g := range p.groups {
		if !g.members[x] {
			continue
		}
		if role == "" {
			role = g.role
		}
		if slices.Index(ranks, g.plan) > slices.Index(ranks, groupPlan) {
			groupPlan = g.plan
		}
	}
	for _, next := range []string{groupPlan, defaultPlan} {
		if plan == "" {
			plan = next
		}
	}
	if role == "" {
		role = "member"
	}
	switch {
	case !x.active:
		status, role, plan = "deactivated", "", "Free"
	case x.country == "":
		status, role, plan = "held missing_country", "", "Free"
	}
	return strings.Join([]string{x.given, x.family, x.country, x.city, x.state, "0" + x.year, status, role, plan}, "|")
}

// compare compares the members with the identity provider's list.
func (p *pusher) compare() {
	p.t.Helper()
	got, groups := map[string]string{}, map[string][]string{}
	var plans *models.Plans
	p.look(p.a, func(tx *models.Tx) error {
		o, err := models.FindOrganization(tx)
		if err != nil {
			return err
		}
		if plans, err = models.OrganizationPlans(tx, o); err != nil {
			return err
		}
		for _, g := range p.groups {
			rows, err := models.ListGroupMembers(tx, g.id)
			if err != nil {
				return err
			}
			for _, m := range rows {
				groups[g.name] = append(groups[g.name], m.Email)
			}
		}
		return nil
	})
	for _, m := range p.members(p.a) {
		status, role := strings.TrimSpace(m.Status+" "+m.HoldReasons), m.Role
		if m.Status != models.MemberActive {
			role = "" // kept for a return, shown nowhere
		}
		year := "0"
		if m.BirthYear != 0 {
			year = fmt.Sprint("0", m.BirthYear)
		}
		if _, twice := got[m.Email]; twice {
			p.t.Errorf("%s is there twice", m.Email)
		}
		got[m.Email] = strings.Join([]string{m.FirstName, m.LastName, m.Country, m.CurrentCity, m.CurrentState, year, status, role, plans.NameOf(m.PlanID)}, "|")
	}
	delete(got, "boss@acme.example")
	want := map[string]string{}
	for _, x := range p.people {
		want[x.email] = p.want(x, plans.Default.Name)
	}
	for email, row := range want {
		if got[email] != row {
			p.t.Errorf("%s: member\n  %q, identity provider\n  %q", email, got[email], row)
		}
	}
	if len(got) != len(want) {
		p.t.Errorf("%d members, want %d", len(got), len(want))
	}
	for _, g := range p.groups {
		var emails []string
		for x := range maps.Keys(g.members) {
			emails = append(emails, x.email)
		}
		slices.Sort(emails)
		slices.Sort(groups[g.name])
		if !slices.Equal(emails, groups[g.name]) {
			p.t.Errorf("group %s: %v, want %v", g.name, groups[g.name], emails)
		}
	}
}
