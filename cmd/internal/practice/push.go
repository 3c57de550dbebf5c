package practice

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// exchange is one SCIM request and its answer, as the page shows it.
type exchange struct {
	At             time.Time
	Dialect        string
	Method, Path   string
	Status         int // 0: no answer
	Took           time.Duration
	Request, Reply string // JSON, indented
}

// Good tells whether the request did what was asked.
func (e exchange) Good() bool { return e.Status >= 200 && e.Status < 300 }

// Text is the status for people.
func (e exchange) Text() string {
	if e.Status == 0 {
		return "no answer"
	}
	return fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))
}

const (
	maxLog   = 60
	maxReply = 64 << 10 // bytes
)

// pusher sends a tenant's directory in one dialect.
type pusher struct {
	*tenant
	dialect
	client *http.Client
	now    func() time.Time
}

// errRefused is an answer that was not 2xx; it is in the log.
var errRefused = errors.New("refused")

// send makes one request and reads the answer into result, if that is not nil. Every exchange goes to the log; the
// token does not.
func (p *pusher) send(method, path string, body, result any) error {
	e := exchange{At: p.now(), Dialect: p.Name, Method: method, Path: path}
	if body != nil {
		e.Request = indent(body)
	}
	began := time.Now()
	status, reply, err := p.do(method, path, e.Request)
	e.Status, e.Took, e.Reply = status, time.Since(began).Round(time.Millisecond/10), pretty(reply)
	if err != nil {
		e.Reply = "The base URL could not be reached. Is it right, and does Rollcall run?"
	}
	p.log = append([]exchange{e}, p.log[:min(len(p.log), maxLog-1)]...)
	switch {
	case err != nil:
		return err
	case !e.Good():
		return errRefused
	case result == nil:
		return nil
	}
	return json.Unmarshal(reply, result)
}

func (p *pusher) do(method, path, body string) (int, []byte, error) {
	req, err := http.NewRequest(method, strings.TrimRight(p.SCIM.BaseURL, "/")+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	for name, value := range p.headers {
		req.Header.Set(name, value)
	}
	req.Header.Set("Authorization", "Bearer "+p.SCIM.Token)
	if body != "" {
		req.Header.Set("Content-Type", "application/scim+json; charset=utf-8")
	}
	answer, err := p.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	reply, err := io.ReadAll(io.LimitReader(answer.Body, maxReply))
	return answer.StatusCode, reply, err
}

func indent(v any) string {
	b, _ := json.MarshalIndent(v, "", "  ") // maps and strings always marshal
	return string(b)
}

func pretty(b []byte) string {
	var out bytes.Buffer
	if json.Indent(&out, b, "", "  ") != nil {
		return string(b)
	}
	return out.String()
}

// find asks whether Rollcall knows a resource already, as both dialects do before anything else; "" if it does not.
func (p *pusher) find(resource, attribute, value string) (id string, err error) {
	var list struct {
		Resources []struct {
			ID string `json:"id"`
		}
	}
	filter := fmt.Sprintf("%s eq %q", attribute, value)
	if err := p.send(http.MethodGet, p.search(resource, filter), nil, &list); err != nil || len(list.Resources) == 0 {
		return "", err
	}
	return list.Resources[0].ID, nil
}

// know looks the person up; one whom Rollcall does not know is made, if create is set.
func (p *pusher) know(who *Person, create bool) (made bool, err error) {
	if who.scimID, err = p.find("Users", "userName", who.Email); err != nil || who.scimID != "" || !create {
		return false, err
	}
	var user struct {
		ID string `json:"id"`
	}
	if err := p.send(http.MethodPost, "/Users", p.user(who), &user); err != nil {
		return false, err
	}
	who.scimID = user.ID
	return true, nil
}

// createAll pushes everybody: who is not known is made, who is known is brought up to date.
func (p *pusher) createAll() (done int, err error) {
	for _, who := range p.People {
		if who.Gone {
			continue
		}
		if err := p.change(who); err != nil {
			return done, err
		}
		done++
	}
	return done, nil
}

// change sends what is known of a person now.
func (p *pusher) change(who *Person) error {
	if who.scimID == "" {
		if made, err := p.know(who, true); err != nil || made {
			return err
		}
	}
	method, body := p.update(who)
	return p.send(method, "/Users/"+url.PathEscape(who.scimID), body, nil)
}

// setActive deactivates a person or brings one back.
func (p *pusher) setActive(who *Person, on bool) error {
	who.Gone = !on
	if who.scimID == "" {
		if made, err := p.know(who, on); err != nil || made || who.scimID == "" {
			return err
		}
	}
	return p.send(http.MethodPatch, "/Users/"+url.PathEscape(who.scimID), patch(p.active(on)), nil)
}

// remove deletes a person at Rollcall, as when the app is unassigned for good.
func (p *pusher) remove(who *Person) error {
	who.Gone = true
	if _, err := p.know(who, false); err != nil || who.scimID == "" {
		return err
	}
	err := p.send(http.MethodDelete, "/Users/"+url.PathEscape(who.scimID), nil, nil)
	who.scimID = ""
	return err
}

// pushGroups pushes each group with those of its members whom Rollcall knows.
func (p *pusher) pushGroups() (done int, err error) {
	for _, g := range p.Groups {
		if err := p.pushGroup(g); err != nil {
			return done, err
		}
		done++
	}
	return done, nil
}

func (p *pusher) pushGroup(g *Group) (err error) {
	if g.scimID, err = p.find("Groups", "displayName", g.Name); err != nil {
		return err
	}
	if g.scimID == "" {
		var made struct {
			ID string `json:"id"`
		}
		if err := p.send(http.MethodPost, "/Groups", p.group(g), &made); err != nil {
			return err
		}
		g.scimID = made.ID
	}
	var members []map[string]any
	for _, id := range g.Members {
		if who := p.person(id); who != nil && who.scimID != "" && !who.Gone {
			members = append(members, p.member(who))
		}
	}
	if len(members) == 0 {
		return nil
	}
	return p.send(http.MethodPatch, "/Groups/"+url.PathEscape(g.scimID), patch(p.addMembers(members)), nil)
}
