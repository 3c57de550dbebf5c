package handlers

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"rollcall/models"
	"rollcall/models/modelstest"
	"rollcall/scim"
)

// names are the userNames of a list's page without their domain, and its total.
func (w *scimWorld) names(s scimSide, query string) (string, int) {
	w.t.Helper()
	page := w.call(s, 200, "GET", "/Users?"+query, "")
	return namesIn(page), int(page["totalResults"].(float64))
}

func namesIn(page map[string]any) string {
	var out []string
	for _, r := range page["Resources"].([]any) {
		m := r.(map[string]any)
		name, _ := m["userName"].(string)
		if name == "" {
			name, _ = m["displayName"].(string)
		}
		name, _, _ = strings.Cut(name, "@")
		out = append(out, name)
	}
	return strings.Join(out, " ")
}

// TestSCIMLists: pages, totals and filters, by index and by matching (RFC 7644 §3.4.2).
func TestSCIMLists(t *testing.T) {
	w := newSCIMWorld(t, true)
	for i, name := range []string{"ann", "bob", "cyd", "dan", "eve"} {
		more := []string{fmt.Sprintf(`"title":"T%d"`, i)}
		if name == "cyd" {
			more = []string{`"active":false`}
		}
		w.call(w.a, 201, "POST", "/Users", strings.Replace(scimUser(name, w.a.domain, more...), `"emails":[`, `"emails":[{"type":"home","value":"`+name+`@home.example"},`, 1))
	}
	for _, c := range []struct {
		query, want string
		total       int
	}{
		{"", "ann bob cyd dan eve", 5},
		{"startIndex=2&count=2", "bob cyd", 5},
		{"startIndex=-4&count=2", "ann bob", 5},
		{"startIndex=6", "", 5},
		{"count=0", "", 5},
		{"count=-3", "", 5},
		{"sortBy=userName&sortOrder=descending&count=2", "eve dan", 5},
		{"filter=" + url.QueryEscape(`userName eq "BOB@acme.example"`), "bob", 1},
		{"filter=" + url.QueryEscape(`externalId eq "00ubob"`), "bob", 1},
		{"filter=" + url.QueryEscape(`externalId eq "00uBOB"`), "", 0},
		{"filter=" + url.QueryEscape(`email eq "Bob@ACME.example"`), "bob", 1},
		{"filter=" + url.QueryEscape(`emails.value eq "bob@home.example"`), "bob", 1},
		{"filter=" + url.QueryEscape(`emails[type eq "work"].value eq "bob@home.example"`), "", 0},
		{"filter=" + url.QueryEscape(`emails[type eq "work"].value eq "bob@acme.example"`), "bob", 1},
		{"filter=" + url.QueryEscape(`emails.value eq "b_b@home.example"`), "", 0},
		{"filter=" + url.QueryEscape(`active eq true`) + "&startIndex=3&count=1", "dan", 4},
		{"filter=" + url.QueryEscape(`active eq "False"`), "cyd", 1},
		{"filter=" + url.QueryEscape(`title sw "T" and not (userName co "ann")`) + "&count=2", "bob dan", 3},
		{"filter=" + url.QueryEscape(`userName eq "bob@acme.example" and active eq false`), "", 0},
		{"filter=" + url.QueryEscape(`userName eq "bob@acme.example" or externalId eq "00ueve"`), "bob eve", 2},
		{"filter=" + url.QueryEscape(`userName eq "' OR 1=1 --"`), "", 0},
		{"filter=" + url.QueryEscape(`meta.lastModified gt "2030-01-01T00:00:00Z"`), "", 0},
	} {
		if got, total := w.names(w.a, c.query); got != c.want || total != c.total {
			t.Errorf("%s: %q of %d, want %q of %d", c.query, got, total, c.want, c.total)
		}
	}
	for path, want := range map[string]string{"/Users/.search": "bob dan", "/.search": "bob dan", "/Groups/.search": "Staff"} {
		w.send(w.a, "POST", "/Groups", `{"displayName":"Staff"}`)
		body := `{"filter":"title pr and userName gt \"b\"","count":2}`
		if strings.HasPrefix(path, "/Groups") {
			body = `{"filter":"displayName eq \"staff\""}`
		}
		if got := namesIn(w.call(w.a, 200, "POST", path, body)); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	all := w.call(w.a, 200, "POST", "/.search", `{"startIndex":5,"count":9}`)
	if got := namesIn(all); got != "eve Staff" || all["totalResults"] != 6.0 {
		t.Errorf("both kinds: %q of %v", got, all["totalResults"])
	}
}

// TestSCIMShowsMembersOfOtherDoors: matched, counted and adopted under the id they were shown with (SPEC I3).
func TestSCIMShowsMembersOfOtherDoors(t *testing.T) {
	w := newSCIMWorld(t, true)
	modelstest.Update(t, w.db, w.a.org, func(tx *models.Tx) error {
		_, _, err := models.CreateInvite(tx, "Ivy@acme.example", models.RoleMember)
		return err
	})
	page := w.call(w.a, 200, "GET", "/Users?filter="+url.QueryEscape(`userName eq "ivy@acme.example"`), "")
	if page["totalResults"] != 1.0 {
		t.Fatalf("%v", page)
	}
	shown := page["Resources"].([]any)[0].(map[string]any)
	id := shown["id"].(string)
	name, _ := shown["name"].(map[string]any) // made from the e-mail: see TestSCIMStandInName
	if shown["active"] != true || shown["emails"] == nil || name["givenName"] != "Ivy" {
		t.Errorf("shown as %v", shown)
	}
	u := w.call(w.a, 200, "PATCH", "/Users/"+id, `{"Operations":[{"op":"add","path":"name.givenName","value":"Ivy"},{"op":"add","path":"name.familyName","value":"Roe"},
		{"op":"add","path":"addresses[type eq \"work\"].country","value":"fr"}]}`)
	if m := w.members(w.a)[0]; u["id"] != id || m.Source != models.SourceSCIM || m.Status != models.MemberActive || m.Country != "FR" || m.Email != "Ivy@acme.example" {
		t.Errorf("adopted: %v %+v", u, m)
	}
	modelstest.Update(t, w.db, w.a.org, func(tx *models.Tx) error {
		_, _, err := models.CreateInvite(tx, "max@acme.example", models.RoleMember)
		return err
	})
	if got := w.call(w.a, 201, "POST", "/Users", scimUser("max", w.a.domain))["id"].(string); got == "" || len(w.members(w.a)) != 2 {
		t.Errorf("POST of an invited one: %s", got)
	}
}

// TestSCIMGroups: PATCH answers 204, with attributes 200; users show their groups; DELETE leaves the members (SPEC P9).
func TestSCIMGroups(t *testing.T) {
	w := newSCIMWorld(t, true)
	id := w.call(w.a, 201, "POST", "/Users", scimUser("jo", w.a.domain))["id"].(string)
	g := w.call(w.a, 201, "POST", "/Groups", `{"displayName":"Staff"}`)["id"].(string)
	add := `{"Operations":[{"op":"Add","path":"members","value":[{"value":"` + id + `"},{"value":"usr-ghost"}]}]}`
	if r := w.send(w.a, "PATCH", "/Groups/"+g, add); r.Code != 204 || r.Body.Len() > 0 {
		t.Errorf("PATCH: %d %s", r.Code, r.Body)
	}
	if got := w.call(w.a, 200, "PATCH", "/Groups/"+g+"?attributes=members", add); fmt.Sprint(got["members"]) == "<nil>" || got["displayName"] != nil {
		t.Errorf("PATCH with attributes: %v", got)
	}
	if got := fmt.Sprint(w.call(w.a, 200, "GET", "/Users/"+id, "")["groups"]); !strings.Contains(got, g) || !strings.Contains(got, "Staff") {
		t.Errorf("groups of the user: %s", got)
	}
	if got := w.call(w.a, 200, "GET", "/Groups?excludedAttributes=members&filter="+url.QueryEscape(`members eq "`+id+`"`), ""); namesIn(got) != "Staff" || strings.Contains(fmt.Sprint(got), id) {
		t.Errorf("by member: %v", got)
	}
	for _, name := range []string{"Everyone", "STAFF"} {
		if e := w.call(w.a, 409, "POST", "/Groups", `{"displayName":"`+name+`"}`); e["scimType"] != "uniqueness" {
			t.Errorf("%s: %v", name, e)
		}
	}
	w.call(w.a, 204, "DELETE", "/Groups/"+g, "")
	w.call(w.a, 404, "DELETE", "/Groups/"+g, "")
	if u := w.call(w.a, 200, "GET", "/Users/"+id, ""); u["groups"] != nil || u["active"] != true {
		t.Errorf("%v", u)
	}
}

// TestSCIMBulk: references forward, failOnErrors, errors by operation (RFC 7644 §3.7).
func TestSCIMBulk(t *testing.T) {
	w := newSCIMWorld(t, true)
	res := w.call(w.a, 200, "POST", "/Bulk", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[
		{"method":"POST","path":"/Groups","bulkId":"g","data":{"displayName":"Staff","members":[{"value":"bulkId:u"}]}},
		{"method":"POST","path":"/Users","bulkId":"u","data":`+scimUser("jo", w.a.domain)+`},
		{"method":"PATCH","path":"/Users/bulkId:u","data":{"Operations":[{"op":"replace","path":"title","value":"Boss"}]}},
		{"method":"DELETE","path":"/Users/usr-unknown"},
		{"method":"POST","path":"/Groups","bulkId":"h","data":{"displayName":"x","members":[{"value":"bulkId:nobody"}]}}]}`)
	var got []string
	for _, op := range res["Operations"].([]any) {
		m := op.(map[string]any)
		got = append(got, fmt.Sprintf("%v%v", m["status"], m["bulkId"]))
	}
	if want := "201g 201u 200<nil> 404<nil> 409h"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
	if _, total := w.names(w.a, "filter="+url.QueryEscape(`groups.display eq "Staff" and title eq "Boss"`)); total != 1 {
		t.Errorf("%d found", total)
	}
	res = w.call(w.a, 200, "POST", "/Bulk", `{"failOnErrors":1,"Operations":[{"method":"DELETE","path":"/Users/x"},{"method":"DELETE","path":"/Users/y"}]}`)
	if n := len(res["Operations"].([]any)); n != 1 {
		t.Errorf("%d operations ran after the first error", n)
	}
	w.call(w.a, 200, "POST", "/Bulk", `{"Operations":[{"method":"any text","path":"/Users"}]}`)
	w.look(w.a, func(tx *models.Tx) error {
		rows, err := models.ListExchanges(tx, models.ExchangeQuery{Limit: 2}) // the request's own line is the last
		if x := rows[1]; x.Method != "POST" || x.Path != "/Bulk" || x.Status != 400 || x.SCIMType != scim.InvalidSyntax {
			t.Errorf("the log line of a malformed operation is %+v", x)
		}
		return err
	})
}

// TestSCIMLimitsAndLicence: 429 with whole seconds, 403 when the feature is no longer bought, 401 once deactivated or the
// token ended (SPEC T2, R2).
func TestSCIMLimitsAndLicence(t *testing.T) {
	w := newSCIMWorld(t, true)
	for range scimBurst {
		w.call(w.a, 200, "GET", "/Users?count=0", "")
	}
	if r := w.send(w.a, "GET", "/Users", ""); r.Code != 429 || r.Header().Get("Retry-After") != "1" {
		t.Errorf("over the limit: %d %v", r.Code, r.Header())
	}
	w.call(w.b, 200, "GET", "/Users?count=0", "") // a bucket of its own
	w.at.Forward(50 * time.Millisecond)
	w.call(w.a, 200, "GET", "/Users?count=0", "")

	if _, err := w.db.SQL().Exec("UPDATE organizations SET scim_bought = FALSE WHERE id = '" + w.b.org + "'"); err != nil {
		t.Fatal(err)
	}
	w.call(w.b, 403, "GET", "/Users", "")
	modelstest.Update(t, w.db, w.a.org, func(tx *models.Tx) error {
		d, err := models.FindDirectory(tx, w.a.dir)
		if err != nil {
			return err
		}
		live, err := models.ListDirectoryTokens(tx, d)
		if err != nil {
			return err
		}
		return models.EndDirectoryToken(tx, d, live[0].ID)
	})
	w.call(w.a, 401, "GET", "/Users", "")
}

// TestSCIMLog: each exchange leaves one line, a failed one with its cause, and nothing personal (SPEC A2).
func TestSCIMLog(t *testing.T) {
	w := newSCIMWorld(t, true)
	id := w.call(w.a, 201, "POST", "/Users", scimUser("jo", w.a.domain))["id"].(string)
	w.call(w.a, 200, "PATCH", "/Users/"+id, `{"Operations":[{"op":"replace","path":"title","value":"Boss"}]}`)
	w.call(w.a, 200, "GET", "/Users?filter="+url.QueryEscape(`userName eq "jo@acme.example"`), "")
	w.call(w.a, 404, "GET", "/Users/jo@acme.example", "")
	w.call(w.a, 400, "GET", "/Users?filter="+url.QueryEscape(`userName eq "x" jo@acme.example`), "")
	w.call(w.a, 409, "POST", "/Users", scimUser("jo", w.a.domain))
	var rows []models.SCIMExchange
	w.look(w.a, func(tx *models.Tx) (err error) {
		rows, err = models.ListExchanges(tx, models.ExchangeQuery{Limit: 50})
		return err
	})
	var got []string
	for i := range rows {
		x := rows[len(rows)-1-i]
		got = append(got, fmt.Sprintf("%s %s %d %s %s", x.Method, strings.Replace(x.Path, id, "ID", 1), x.Status, x.SCIMType, x.Changed))
		if text := fmt.Sprintf("%+v", x); strings.Contains(text, "Boss") || strings.Contains(text, "jo@") || strings.Contains(text, w.a.token) || x.DirectoryID != w.a.dir {
			t.Errorf("%s", text)
		}
	}
	want := []string{
		"POST /Users 201  active,addresses,emails,externalId,name,userName", "PATCH /Users/ID 200  title", "GET /Users 200  ", "GET /Users/… 404  ",
		"GET /Users 400 invalidFilter ",
		"POST /Users 409 uniqueness ",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	w.look(w.b, func(tx *models.Tx) (err error) {
		rows, err = models.ListExchanges(tx, models.ExchangeQuery{Limit: 50})
		return err
	})
	if len(rows) != 0 {
		t.Error("the twin sees the log")
	}
}
