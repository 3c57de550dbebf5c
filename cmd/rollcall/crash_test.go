package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"rollcall/cmd/internal/bench"
	"rollcall/models"
	"rollcall/models/enginetest"
)

const (
	crashWorkers = 8
	crashKills   = 20
)

// crash is a server that is killed again and again while workers push people to it.
type crash struct {
	t       *testing.T
	program *bench.Program
	tenant  bench.Tenant
	people  int

	mu      sync.RWMutex // held for writing while the server is down
	process *bench.Process
	unsure  atomic.Int64  // requests that were not answered
	pushed  chan struct{} // one for each person who was answered
}

// TestCrash kills the server with SIGKILL 20 times while 8 workers push 5,000 people: every write that was answered is
// there after the restart with its audit event, and none is there twice. The workers do as an identity provider does:
// what was not answered they send again, and what exists already they accept.
func TestCrash(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, database string) {
		path, err := exec.LookPath("rollcall")
		if err != nil {
			t.Fatal(err)
		}
		c := &crash{t: t, program: bench.NewProgram(path, t.TempDir(), database), people: 5000}
		if testing.Short() || raced() { // the server is this binary, which the race detector makes slow
			c.people = 1000
		}
		c.pushed = make(chan struct{}, c.people)
		if c.process, err = c.program.Serve(); err != nil {
			t.Fatal(err)
		}
		defer func() { c.process.Kill() }()
		if c.tenant, err = c.program.NewTenant("crash"); err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for w := range crashWorkers {
			group.Go(func() {
				for i := w; i < c.people && !t.Failed(); i += crashWorkers {
					c.push(i)
					c.pushed <- struct{}{}
				}
			})
		}
		go func() { group.Wait(); close(c.pushed) }()
		c.kill(crashKills)
		group.Wait()
		t.Logf("%d requests were not answered", c.unsure.Load())
		c.look(database)
	})
}

// raced tells whether this binary was built with -race.
func raced() bool {
	info, _ := debug.ReadBuildInfo()
	return slices.ContainsFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == "-race" && s.Value == "true" })
}

// kill kills and restarts the server, spread over the push, with requests on their way.
func (c *crash) kill(times int) {
	c.t.Helper()
	for range times {
		for range c.people / (times + 1) {
			if _, more := <-c.pushed; !more {
				return // the workers gave up
			}
		}
		c.mu.Lock()
		err := c.process.Kill()
		if err == nil {
			c.process, err = c.program.Serve()
		}
		c.mu.Unlock()
		if err != nil {
			c.t.Fatal(err)
		}
	}
}

// push makes a person, changes every second one, and makes a group of every fiftieth.
func (c *crash) push(i int) {
	name := fmt.Sprintf("p%d@%s", i, c.tenant.Domain)
	id := c.create("/Users", "userName", name, fmt.Sprintf(`{"userName":%q,"externalId":"00u%d","active":true,"name":{"givenName":"Jo","familyName":"Old"},
		"emails":[{"value":%q,"primary":true}],"addresses":[{"type":"work","country":"DE"}],"plan":"Core"}`, name, i, name))
	if i%2 == 0 {
		c.send("PATCH", "/Users/"+id, `{"Operations":[{"op":"replace","path":"name.familyName","value":"New"}]}`, http.StatusOK)
	}
	if i%50 == 0 {
		team := fmt.Sprint("Team ", i)
		c.create("/Groups", "displayName", team, fmt.Sprintf(`{"displayName":%q,"members":[{"value":%q}]}`, team, id))
	}
}

// create sends a POST until it is answered; what an unanswered one has made is found by its name.
func (c *crash) create(path, attribute, name, body string) (id string) {
	status, made := c.send("POST", path, body, http.StatusCreated, http.StatusConflict)
	if status == http.StatusCreated {
		return made.ID
	}
	_, found := c.send("GET", path+"?filter="+url.QueryEscape(attribute+` eq "`+name+`"`), "", http.StatusOK)
	if len(found.Resources) != 1 {
		c.t.Errorf("%s is there %d times", name, len(found.Resources))
		return ""
	}
	return found.Resources[0].ID
}

// crashAnswer is what the workers read of an answer.
type crashAnswer struct {
	ID        string
	Resources []struct{ ID string }
}

// send sends a request until it is answered, which must be with one of these statuses.
func (c *crash) send(method, path, body string, want ...int) (status int, a crashAnswer) {
	for range 100 {
		status, text, err := c.try(method, path, body)
		if err != nil {
			c.unsure.Add(1)
			continue
		}
		if !slices.Contains(want, status) {
			c.t.Errorf("%s %s: %d, want %v: %s", method, path, status, want, text)
		} else if err := json.Unmarshal(text, &a); err != nil {
			c.t.Errorf("%s %s: %v: %s", method, path, err, text)
		}
		return status, a
	}
	c.t.Errorf("%s %s is never answered", method, path)
	return 0, a
}

// try sends a request once, when the server is up.
func (c *crash) try(method, path, body string) (status int, text []byte, err error) {
	c.mu.RLock()
	base := c.process.URL
	c.mu.RUnlock()
	r, err := http.NewRequest(method, base+"/scim/v2/"+c.tenant.Directory+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Authorization", "Bearer "+c.tenant.Token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	text, err = io.ReadAll(answer.Body)
	return answer.StatusCode, text, err
}

// look looks at the rows after the last restart.
func (c *crash) look(database string) {
	db, err := models.Open(database, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	defer db.Close()
	changed, teams := (c.people+1)/2, (c.people+49)/50
	countRows(c.t, db.SQL(), map[string]int{
		"SELECT COUNT(*) FROM directory_users":                                            c.people,
		"SELECT COUNT(*) FROM members":                                                    c.people,
		"SELECT COUNT(*) FROM accounts":                                                   c.people,
		"SELECT COUNT(DISTINCT email) FROM members WHERE status = 'active'":               c.people,
		"SELECT COUNT(*) FROM members WHERE last_name = 'New'":                            changed,
		"SELECT COUNT(*) FROM groups":                                                     teams,
		"SELECT COUNT(*) FROM group_members":                                              teams,
		"SELECT COUNT(*) FROM audit_events WHERE action = 'member.created'":               c.people,
		"SELECT COUNT(DISTINCT target) FROM audit_events WHERE action = 'member.created'": c.people,
		"SELECT COUNT(*) FROM audit_events WHERE action = 'member.updated'":               changed,
		"SELECT COUNT(DISTINCT target) FROM audit_events WHERE action = 'member.updated'": changed,
		"SELECT COUNT(*) FROM audit_events WHERE action = 'group.created'":                teams,
		"SELECT COUNT(*) FROM scim_exchanges WHERE method = 'POST' AND status = 201":      c.people + teams,
	})
}
