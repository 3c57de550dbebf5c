package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"rollcall/models"
	"rollcall/models/modelstest"
)

// scimWorld is a server with two organizations, each with a directory.
type scimWorld struct {
	t    *testing.T
	h    http.Handler
	db   *models.DB
	at   *modelstest.Clock
	a, b scimSide
}

// scimSide is one organization as its identity provider knows it.
type scimSide struct {
	org, dir, token, domain string
}

func newSCIMWorld(t *testing.T, limits bool) *scimWorld {
	t.Helper()
	db, clock := modelstest.NewDB(t)
	u, _ := url.Parse("http://localhost:8080")
	h := New(Config{DB: db, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: u, Payment: "sandbox", RateLimits: limits, Draining: func() bool { return true }})
	w := &scimWorld{t: t, h: h, db: db, at: clock}
	w.a, w.b = w.side("Acme", "acme.example"), w.side("Twin", "twin.example")
	return w
}

func (w *scimWorld) side(name, domain string) scimSide {
	o := modelstest.Org(w.t, w.db, name, domain)
	s := scimSide{org: o.ID, domain: domain}
	modelstest.Update(w.t, w.db, o.ID, func(tx *models.Tx) error {
		d, token, err := models.CreateDirectory(tx, models.NewDirectory{})
		s.dir, s.token = d.ID, token
		return err
	})
	return s
}

// call sends a request as an organization's identity provider and checks the status and the media type.
func (w *scimWorld) call(s scimSide, want int, method, path, body string, headers ...string) map[string]any {
	w.t.Helper()
	r := w.send(s, method, path, body, headers...)
	if r.Code != want {
		w.t.Fatalf("%s %s: %d, want %d: %s", method, path, r.Code, want, r.Body)
	}
	out := map[string]any{}
	if r.Body.Len() == 0 {
		return out
	}
	if got := r.Header().Get("Content-Type"); got != scimType {
		w.t.Fatalf("%s %s: answered in %s", method, path, got)
	}
	if err := json.Unmarshal(r.Body.Bytes(), &out); err != nil {
		w.t.Fatalf("%s %s: %v in %s", method, path, err, r.Body)
	}
	if want >= 400 && (out["status"] != fmt.Sprint(want) || out["detail"] == "" || !strings.Contains(fmt.Sprint(out["schemas"]), "messages:2.0:Error")) {
		w.t.Fatalf("%s %s: no SCIM error: %s", method, path, r.Body)
	}
	return out
}

func (w *scimWorld) send(s scimSide, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	headers = append([]string{"Authorization", "Bearer " + s.token, "Content-Type", scimType}, headers...)
	return send(w.h, method, "/scim/v2/"+s.dir+path, body, headers...)
}

func scimUser(name, domain string, more ...string) string {
	extra := ""
	for _, m := range more {
		extra += "," + m
	}
	return fmt.Sprintf(`{"userName":"%[1]s@%[2]s","externalId":"00u%[1]s","name":{"givenName":"Jo","familyName":"Doe"},
		"emails":[{"value":"%[1]s@%[2]s","type":"work","primary":true}],"addresses":[{"type":"work","country":"DE"}]%[3]s}`, name, domain, extra)
}

func (w *scimWorld) look(s scimSide, fn func(*models.Tx) error) {
	w.t.Helper()
	if err := w.db.View(context.Background(), models.Actor{Kind: models.ActorOperator, OrgID: s.org}, fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *scimWorld) members(s scimSide) (rows []models.Member) {
	w.t.Helper()
	w.look(s, func(tx *models.Tx) (err error) { rows, err = models.ListMembers(tx, models.MemberQuery{}); return err })
	return rows
}

// TestSCIMTokens: every form that fits is taken, everything else is 401 alike (SPEC T1, O1).
func TestSCIMTokens(t *testing.T) {
	w := newSCIMWorld(t, true)
	for header, ok := range map[string]bool{
		"Bearer " + w.a.token: true, "bearer " + w.a.token: true, "BEARER  " + w.a.token: true, w.a.token: true,
		"": false, "Bearer": false, "Bearer ": false, "Basic " + w.a.token: false, "Bearer x": false, "Bearer " + w.b.token: false, w.b.token: false,
	} {
		for _, path := range []string{"/Users", "/Groups/grp-x", "/Nope", "/", "/Me"} {
			r := send(w.h, "GET", "/scim/v2/"+w.a.dir+path, "", "Authorization", header)
			if (r.Code == 401) == ok {
				t.Errorf("%q at %s: %d", header, path, r.Code)
			}
			if !ok && (r.Header().Get("WWW-Authenticate") == "" || !strings.Contains(r.Body.String(), `"status":"401"`)) {
				t.Errorf("%q at %s: %v %s", header, path, r.Header(), r.Body)
			}
		}
	}
	if r := send(w.h, "GET", "/scim/v2/dir-unknown/Users", "", "Authorization", w.a.token); r.Code != 401 {
		t.Errorf("an unknown directory: %d", r.Code)
	}
}

// TestSCIMActivates: the first authenticated request that succeeds turns the directory Active (SPEC S1, S6).
func TestSCIMActivates(t *testing.T) {
	w := newSCIMWorld(t, true)
	state := func() (string, string) {
		var d *models.Directory
		var o *models.Organization
		w.look(w.a, func(tx *models.Tx) (err error) {
			if d, err = models.FindDirectory(tx, w.a.dir); err == nil {
				o, err = models.FindOrganization(tx)
			}
			return err
		})
		return d.State, o.AddMembers
	}
	w.call(w.a, 400, "GET", "/Users?filter=shoeSize%20eq%201", "")
	w.call(w.a, 400, "POST", "/Users", "{}")
	if s, add := state(); s != models.Awaiting || add != models.AddByJIT {
		t.Errorf("after failures: %s, %s", s, add)
	}
	w.call(w.a, 200, "GET", "/Users?filter=userName%20eq%20%22nobody%22", "")
	if s, add := state(); s != models.Active || add != models.AddByDirectory {
		t.Errorf("after the first success: %s, %s", s, add)
	}
	w.call(w.b, 201, "POST", "/Users", scimUser("jo", w.b.domain))
	w.a = w.b
	if s, _ := state(); s != models.Active {
		t.Errorf("after a first write: %s", s)
	}
}

// TestSCIMProtocol: statuses, headers and bodies of what is no plain success (SPEC I8, T2; RFC 7644 §3.12).
func TestSCIMProtocol(t *testing.T) {
	w := newSCIMWorld(t, true)
	u := w.call(w.a, 201, "POST", "/Users", scimUser("jo", w.a.domain))
	id := u["id"].(string)
	for _, c := range []struct {
		want               int
		method, path, body string
		headers            []string
	}{
		{200, "GET", "//Users//" + id + "/", "", nil},
		{200, "GET", "/Users/" + id + "?aadOptscim062020", "", nil},
		{200, "GET", "/users/", "", nil},
		{404, "GET", "/Users/" + id + "/x", "", nil},
		{404, "GET", "/Nope", "", nil},
		{404, "GET", "", "", nil},
		{404, "GET", "/Users/usr-unknown", "", nil},
		{501, "GET", "/Me", "", nil},
		{405, "PUT", "/Users", "{}", nil},
		{405, "POST", "/Users/" + id, "{}", nil},
		{405, "DELETE", "/Schemas", "", nil},
		{403, "GET", "/Schemas?filter=id%20eq%20%22x%22", "", nil},
		{200, "GET", "/Schemas/URN:ietf:params:scim:schemas:core:2.0:User", "", nil},
		{404, "GET", "/ResourceTypes/Device", "", nil},
		{400, "GET", "/Users?filter=%zz", "", nil},
		{400, "GET", "/Users?count=many", "", nil},
		{415, "POST", "/Users", "userName=x", []string{"Content-Type", "text/plain"}},
		{415, "POST", "/Users", "{}", []string{"Content-Type", ";;"}},
		{400, "POST", "/Users", "{", []string{"Content-Type", "application/json"}},
		{413, "POST", "/Users", strings.Repeat(" ", maxSCIM+1), nil},
		{304, "GET", "/Users/" + id, "", []string{"If-None-Match", `W/"1"`}},
		{412, "PATCH", "/Users/" + id, `{"Operations":[{"op":"replace","path":"title","value":"x"}]}`, []string{"If-Match", `W/"9"`}},
		{412, "DELETE", "/Users/" + id, "", []string{"If-Match", `"9"`}},
		{200, "PATCH", "/Users/" + id, `{"Operations":[{"op":"replace","path":"title","value":"x"}]}`, []string{"If-Match", `"1"`}},
		{412, "PUT", "/Users/" + id, scimUser("jo", w.a.domain), []string{"If-Match", `W/"1"`}},
		{409, "POST", "/Users", scimUser("JO", w.a.domain), nil},
	} {
		w.call(w.a, c.want, c.method, c.path, c.body, c.headers...)
	}
	if r := w.send(w.a, "PUT", "/Users", "{}"); r.Header().Get("Allow") != "GET, HEAD, POST" {
		t.Errorf("Allow: %q", r.Header().Get("Allow"))
	}
	if r := w.send(w.a, "HEAD", "/Users/"+id, ""); r.Code != 200 || r.Body.Len() > 0 || r.Header().Get("Content-Length") == "" || r.Header().Get("ETag") != `W/"2"` {
		t.Errorf("HEAD: %d %v %s", r.Code, r.Header(), r.Body)
	}
	if r := w.send(w.a, "POST", "/Users", scimUser("al", w.a.domain)); r.Header().Get("Location") != "http://localhost:8080/scim/v2/"+w.a.dir+"/Users/"+decoded(t, r.Body.Bytes())["id"].(string) {
		t.Errorf("Location: %v", r.Header())
	}
}

func decoded(t *testing.T, b []byte) map[string]any {
	t.Helper()
	out := map[string]any{}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSCIMTwinSeesNothing: another organization's ids are 404 for every method, and nothing changes (SPEC O1).
func TestSCIMTwinSeesNothing(t *testing.T) {
	w := newSCIMWorld(t, true)
	user := w.call(w.a, 201, "POST", "/Users", scimUser("jo", w.a.domain))["id"].(string)
	group := w.call(w.a, 201, "POST", "/Groups", `{"displayName":"Staff","members":[{"value":"`+user+`"}]}`)["id"].(string)
	own := w.call(w.b, 201, "POST", "/Groups", `{"displayName":"Staff"}`)["id"].(string)
	patch := `{"Operations":[{"op":"replace","value":{"active":false,"displayName":"Mine","externalId":"x"}}]}`
	for _, path := range []string{"/Users/" + user, "/Groups/" + group} {
		w.call(w.b, 404, "GET", path, "")
		w.call(w.b, 404, "PUT", path, strings.Replace(scimUser("jo", w.b.domain), `{`, `{"displayName":"Mine",`, 1))
		w.call(w.b, 404, "PATCH", path, patch)
		w.call(w.b, 404, "DELETE", path, "")
	}
	w.call(w.b, 400, "PATCH", "/Groups/"+own, `{"Operations":[{"op":"add","path":"members","value":[{"value":"`+user+`"}]}]}`)
	for _, filter := range []string{`id eq "` + user + `"`, `userName sw "jo"`, `groups.value eq "` + group + `"`} {
		if n := w.call(w.b, 200, "GET", "/Users?filter="+url.QueryEscape(filter), "")["totalResults"]; n != 0.0 {
			t.Errorf("%s: %v found", filter, n)
		}
	}
	if m := w.members(w.a); len(m) != 1 || m[0].Status != models.MemberActive {
		t.Errorf("%+v", m)
	}
	if len(w.members(w.b)) != 0 {
		t.Error("the twin got a member")
	}
	w.call(w.b, 201, "POST", "/Users", scimUser("jo", w.b.domain)) // the same name elsewhere is free
}

// TestSCIMPlanUnderAnySchema: the plan arrives wherever the identity provider puts it, by POST, PUT and PATCH (SPEC P2).
func TestSCIMPlanUnderAnySchema(t *testing.T) {
	w := newSCIMWorld(t, true)
	plan := func(name string) string {
		var out string
		w.look(w.a, func(tx *models.Tx) error {
			o, err := models.FindOrganization(tx)
			if err != nil {
				return err
			}
			p, err := models.OrganizationPlans(tx, o)
			if err != nil {
				return err
			}
			m, err := models.FindMemberByEmail(tx, name+"@"+w.a.domain)
			if err == nil {
				out = p.NameOf(m.PlanID)
			}
			return err
		})
		return out
	}
	for i, urn := range []string{
		"", "urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
		"urn:ietf:params:scim:schemas:extension:rollcall:2.0:User", "urn:acme:invented:1.0:Person",
	} {
		at := func(value string) string {
			if urn == "" {
				return `"PLAN":"` + value + `"`
			}
			return `"` + urn + `":{"Plan":"` + value + `"}`
		}
		path := urn + ":plan"
		if urn == "" {
			path = "plan"
		}
		name := fmt.Sprint("u", i)
		u := w.call(w.a, 201, "POST", "/Users", scimUser(name, w.a.domain, at("extended")))
		if got := plan(name); got != "Extended" {
			t.Errorf("POST under %q: %s", urn, got)
		}
		if ext, _ := u["urn:ietf:params:scim:schemas:extension:rollcall:2.0:User"].(map[string]any); ext["plan"] != "extended" {
			t.Errorf("POST under %q is answered %v", urn, u)
		}
		id := "/Users/" + u["id"].(string)
		w.call(w.a, 200, "PUT", id, scimUser(name, w.a.domain, at("ultimate")))
		if got := plan(name); got != "Ultimate" {
			t.Errorf("PUT under %q: %s", urn, got)
		}
		w.call(w.a, 200, "PATCH", id, `{"Operations":[{"op":"Replace","path":"`+path+`","value":"Core"}]}`)
		if got := plan(name); got != "Core" {
			t.Errorf("PATCH with path %q: %s", path, got)
		}
		w.call(w.a, 200, "PATCH", id, `{"Operations":[{"op":"add","value":{`+at("Ultimate")+`}}]}`)
		if got := plan(name); got != "Ultimate" {
			t.Errorf("PATCH without path under %q: %s", urn, got)
		}
		e := w.call(w.a, 400, "PATCH", id, `{"Operations":[{"op":"add","value":{`+at("Platinum")+`}}]}`)
		if e["scimType"] != "invalidValue" || !strings.Contains(e["detail"].(string), "Core, Extended, Ultimate") {
			t.Errorf("an unknown plan: %v", e)
		}
		w.call(w.a, 200, "PATCH", id, `{"Operations":[{"op":"replace","value":{"active":"False",`+at("Platinum")+`}}]}`)
		if got := plan(name); got != "Free" {
			t.Errorf("a leaver with an unknown plan is on %s", got)
		}
	}
}

// TestSCIMConcurrentCreates: of twenty creates of one userName exactly one makes it.
func TestSCIMConcurrentCreates(t *testing.T) {
	w := newSCIMWorld(t, false)
	codes := make([]int, 20)
	var wg sync.WaitGroup
	for i := range codes {
		wg.Add(1)
		go func() {
			defer wg.Done()
			codes[i] = w.send(w.a, "POST", "/Users", scimUser("jo", w.a.domain)).Code
		}()
	}
	wg.Wait()
	made := 0
	for _, c := range codes {
		if c == 201 {
			made++
		} else if c != 409 {
			t.Errorf("answered %d", c)
		}
	}
	if made != 1 || len(w.members(w.a)) != 1 {
		t.Errorf("%d made, %d members", made, len(w.members(w.a)))
	}
}

// TestSCIMTwoDirectoriesAtOnce provisions 400 users into each of two organizations at the same time: not one row may
// stand in the wrong place (SPEC O1).
func TestSCIMTwoDirectoriesAtOnce(t *testing.T) {
	const users = 400
	w := newSCIMWorld(t, false)
	var wg sync.WaitGroup
	failed := make(chan string, 2*users)
	for _, s := range []scimSide{w.a, w.b} {
		for part := range 4 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for i := part; i < users; i += 4 {
					if r := w.send(s, "POST", "/Users", scimUser(fmt.Sprint("u", i), s.domain)); r.Code != 201 {
						failed <- r.Body.String()
					}
				}
			}()
		}
	}
	wg.Wait()
	close(failed)
	for f := range failed {
		t.Fatal(f)
	}
	for _, s := range []scimSide{w.a, w.b} {
		rows := w.members(s)
		for _, m := range rows {
			if m.OrganizationID != s.org || *m.DirectoryID != s.dir || !strings.HasSuffix(m.Email, "@"+s.domain) || m.Status != models.MemberActive {
				t.Fatalf("in the wrong place: %+v", m)
			}
		}
		seen := map[string]bool{}
		for start := 1; start <= users; start += 150 {
			page := w.call(s, 200, "GET", fmt.Sprintf("/Users?startIndex=%d&count=150", start), "")
			if page["totalResults"] != float64(users) {
				t.Fatalf("totalResults %v", page["totalResults"])
			}
			for _, r := range page["Resources"].([]any) {
				u := r.(map[string]any)
				if seen[u["id"].(string)] || !strings.HasSuffix(u["userName"].(string), "@"+s.domain) {
					t.Fatalf("%v comes twice or is the other's", u["userName"])
				}
				seen[u["id"].(string)] = true
			}
		}
		if len(rows) != users || len(seen) != users {
			t.Errorf("%d members, %d users", len(rows), len(seen))
		}
	}
	for table, column := range map[string]string{"directory_users": "directory_id", "members": "directory_id"} {
		var wrong int
		q := "SELECT COUNT(*) FROM " + table + " r JOIN directories d ON d.id = r." + column + " WHERE d.organization_id <> r.organization_id"
		if err := w.db.SQL().QueryRow(q).Scan(&wrong); err != nil || wrong > 0 {
			t.Errorf("%s: %d rows in the wrong organization, %v", table, wrong, err)
		}
	}
}
