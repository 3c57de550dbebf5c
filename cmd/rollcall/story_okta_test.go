package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rollcall/cmd/internal/browsertest"
)

// okta speaks to a directory as Okta's provisioning does: it looks for a person, makes or updates it with PUT, pushes
// groups with PATCH, and deactivates by PATCH.
type okta struct {
	t           *testing.T
	base, token string
	ids         map[string]string
}

// connectSCIM is the IT person's way through the SCIM wizard, up to the page that waits for the first request.
func (s *story) connectSCIM(p *browsertest.Page, link string) *okta {
	s.t.Helper()
	p.Open(link)
	p.Go("Start setup")
	p.Go("Okta")
	o := &okta{t: s.t, ids: map[string]string{}}
	for range 12 {
		text := p.Text()
		if strings.Contains(text, "“Done” appears") {
			p.AccessibleInAllLooks("scim watch", p.Address())
			return o
		}
		p.Accessible("scim step")
		if strings.Contains(text, "Make a token") {
			p.Go("Make a token")
			p.Accessible("scim token")
			o.base, o.token = p.Value("SCIM connector base URL"), p.Value("Bearer token")
			p.Tick("I have copied it")
			p.Go("Go on")
			continue
		}
		if strings.Contains(text, "Which app?") && !strings.Contains(text, "I have done this") {
			p.Tick("The app you have for sign-in")
			p.Go("Choose")
			continue
		}
		p.Go("I have done this")
	}
	s.t.Fatal("the SCIM wizard does not end in its check list")
	return nil
}

var oktaPeople = []struct{ user, first, last, plan string }{
	{"alice", "Alice", "Adams", "Ultimate"}, {"bob", "Bob", "Baker", "Core"}, {"carol", "Carol", "O'Neil", ""},
}

// push runs Okta's first sync: probe, people, one group.
func (o *okta) push() {
	o.t.Helper()
	o.call("GET", "/Users?startIndex=1&count=2", "", 200, nil)
	for _, who := range oktaPeople {
		o.person(who.user+"@acme.test", who.first, who.last, who.plan)
	}
	var group struct{ ID string }
	o.call("POST", "/Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Engineering","members":[]}`, 201, &group)
	o.call("PATCH", "/Groups/"+group.ID, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","path":"members","value":[{"value":"`+
		o.ids["alice@acme.test"]+`"},{"value":"`+o.ids["bob@acme.test"]+`"}]}]}`, 204, nil)
}

// person is found by its userName (Bob is there from his first sign-in) and updated, else created.
func (o *okta) person(email, first, last, plan string) {
	o.t.Helper()
	body := map[string]any{
		"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:User"}, "userName": email, "externalId": "00u" + first, "active": true,
		"name": map[string]string{"givenName": first, "familyName": last}, "password": "placeholder", "groups": []any{}, "locale": "en-US",
		"emails": []any{map[string]any{"value": email, "type": "work", "primary": true}}, "addresses": []any{map[string]any{"type": "work", "primary": true, "country": "DE"}},
	}
	if plan != "" {
		body["urn:okta:rollcall:1.0:user:custom"] = map[string]string{"plan": plan}
	}
	text, _ := json.Marshal(body)
	var list struct{ Resources []struct{ ID string } }
	o.call("GET", "/Users?filter="+url.QueryEscape(`userName eq "`+email+`"`)+"&startIndex=1&count=100", "", 200, &list)
	var made struct{ ID string }
	if len(list.Resources) > 0 {
		o.call("PUT", "/Users/"+list.Resources[0].ID, string(text), 200, &made)
	} else {
		o.call("POST", "/Users", string(text), 201, &made)
	}
	o.ids[email] = made.ID
}

func (o *okta) deactivate(email string) {
	o.t.Helper()
	o.call("PATCH", "/Users/"+o.ids[email], `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":false}}]}`, 200, nil)
}

// refused shows that the token is worth nothing any more.
func (o *okta) refused() {
	o.t.Helper()
	o.call("GET", "/Users?startIndex=1&count=2", "", 401, nil)
}

func (o *okta) call(method, path, body string, want int, result any) {
	o.t.Helper()
	r, err := http.NewRequest(method, o.base+path, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+o.token)
	r.Header.Set("Content-Type", "application/scim+json; charset=utf-8")
	r.Header.Set("User-Agent", "Okta SCIM Client 1.0.0")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		o.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	if answer.StatusCode != want {
		o.t.Fatalf("%s %s: %d, want %d: %s", method, path, answer.StatusCode, want, text)
	}
	if result != nil {
		if err := json.Unmarshal(text, result); err != nil {
			o.t.Fatal(err)
		}
	}
}
