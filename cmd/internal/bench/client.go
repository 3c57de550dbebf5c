package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"
)

const (
	coreUser       = "urn:ietf:params:scim:schemas:core:2.0:User"
	coreGroup      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	enterpriseUser = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	patchOp        = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
)

// person is what the load generator sent and must get back.
type person struct {
	id, userName, given, family, plan string
	active                            bool
}

var (
	givenNames  = []string{"Ada", "Grace", "Linus", "Barbara", "Edsger", "Radia", "Ken", "Margaret", "Donald", "Frances"}
	familyNames = []string{"Lovelace", "Hopper", "Okafor", "Liskov", "Nguyen", "Perlman", "Silva", "Hamilton", "Novak", "Allen"}
	plans       = []string{"Core", "Extended", "Ultimate"}
)

func newPerson(i int, domain string) *person {
	return &person{
		userName: fmt.Sprintf("person-%06d@%s", i, domain), given: givenNames[i%10], family: familyNames[i/10%10],
		plan: plans[i%3], active: true,
	}
}

// resource is a user as Okta sends it, with every attribute that Rollcall requires.
func (p *person) resource() []byte {
	m := map[string]any{
		"schemas":      []string{coreUser, enterpriseUser},
		"userName":     p.userName,
		"externalId":   "00u" + p.userName,
		"name":         map[string]any{"givenName": p.given, "familyName": p.family},
		"emails":       []any{map[string]any{"primary": true, "type": "work", "value": p.userName}},
		"addresses":    []any{map[string]any{"primary": true, "type": "work", "country": "DE", "region": "BE", "locality": "Berlin"}},
		"displayName":  p.given + " " + p.family,
		"locale":       "en-US",
		"active":       p.active,
		"plan":         p.plan,
		"groups":       []any{},
		enterpriseUser: map[string]any{"employeeNumber": "E-" + p.userName[:13], "department": "Sales", "organization": "Acme"},
	}
	if p.id != "" {
		m["id"] = p.id
	}
	return encode(m)
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of strings
	}
	return b
}

// answered is the part of an answer that is checked.
type answered struct {
	ID, UserName, Plan string
	Active             bool
	Name               struct{ GivenName, FamilyName string }
	Members            []struct{ Value string }
	TotalResults       int
	Resources          []answered
}

// check compares what the server answered for a person with what was sent.
func (p *person) check(a *answered) error {
	if p.id == "" {
		p.id = a.ID
	}
	got := person{a.ID, a.UserName, a.Name.GivenName, a.Name.FamilyName, a.Plan, a.Active}
	if got != *p || p.id == "" {
		return fmt.Errorf("the answer has %+v, want %+v", got, *p)
	}
	return nil
}

// client sends the requests of one worker to one directory.
type client struct {
	http        *http.Client
	base, token string
	limited     *atomic.Int64 // answers 429 so far
}

// newClients are n clients that keep a connection each; client i speaks to at(i).
func newClients(n int, at func(i int) (base, token string)) []*client {
	transport := &http.Transport{MaxIdleConns: n, MaxIdleConnsPerHost: n, MaxConnsPerHost: n, DisableCompression: true}
	list, limited := make([]*client, n), &atomic.Int64{}
	for i := range list {
		base, token := at(i)
		list[i] = &client{&http.Client{Transport: transport, Timeout: time.Minute}, base, token, limited}
	}
	return list
}

// call sends one request and decodes the answer, which must have the status want. It answers the time until the answer
// was read. A 429 is obeyed as an identity provider does: the same request again after Retry-After.
func (c *client) call(want int, method, path string, body []byte) (a answered, took time.Duration, err error) {
	for {
		start := time.Now()
		status, wait, text, err := c.send(method, path, body)
		took = time.Since(start)
		if err != nil {
			return a, took, err
		}
		if status == http.StatusTooManyRequests && wait > 0 {
			c.limited.Add(1)
			<-time.After(wait)
			continue
		}
		if status != want {
			return a, took, fmt.Errorf("%s %s: %d, want %d: %s", method, path, status, want, text)
		}
		if len(text) > 0 {
			err = json.Unmarshal(text, &a)
		}
		return a, took, err
	}
}

func (c *client) send(method, path string, body []byte) (status int, wait time.Duration, text []byte, err error) {
	r, err := http.NewRequest(method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return 0, 0, nil, err
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Accept", "application/scim+json")
	if body != nil {
		r.Header.Set("Content-Type", "application/scim+json")
	}
	res, err := c.http.Do(r)
	if err != nil {
		return 0, 0, nil, err
	}
	text, err = io.ReadAll(res.Body)
	seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
	return res.StatusCode, time.Duration(seconds) * time.Second, text, errors.Join(err, res.Body.Close())
}

func filterByName(name string) string {
	return "/Users?filter=" + url.QueryEscape(`userName eq "`+name+`"`)
}
