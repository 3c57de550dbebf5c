package handlers

import (
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rollcall/models"
	"rollcall/models/modelstest"
)

// rows are all rows of an organization that its identity provider can change, for a comparison before and after.
func (w *scimWorld) rows(s scimSide) string {
	w.t.Helper()
	var out strings.Builder
	for _, table := range []string{"directory_users", "members", "groups", "group_members", "hidden_users", "hidden_groups", "outbox", "audit_events"} {
		rows, err := w.db.SQL().Query("SELECT * FROM " + table + " WHERE organization_id = '" + s.org + "'")
		if err != nil {
			w.t.Fatal(err)
		}
		lines, err := linesOf(rows)
		if err != nil {
			w.t.Fatal(err)
		}
		slices.Sort(lines)
		fmt.Fprintln(&out, table, lines)
	}
	return out.String()
}

func linesOf(rows *sql.Rows) (lines []string, err error) {
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		values, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			return nil, err
		}
		lines = append(lines, fmt.Sprint(values...))
	}
	return lines, rows.Err()
}

// badInput is a request that nobody should send. {user} and {group} are ids that are there.
type badInput struct {
	want               int
	method, path, body string
	headers            []string
}

func badBodies() map[string]badInput {
	const op = `{"Operations":[{"op":"replace","path":"title","value":%s}]}`
	patch := func(value string) string { return fmt.Sprintf(op, value) }
	user := func(more string) string { return scimUser("new", "acme.example", more) }
	deep := func(open, end string) string {
		return strings.Repeat(open, 100_000) + "1" + strings.Repeat(end, 100_000)
	}
	return map[string]badInput{
		"a list in lists":               {400, "POST", "/Users", user(`"x":` + deep("[", "]")), nil},
		"an object in objects":          {400, "POST", "/Users", user(`"x":` + deep(`{"x":`, "}")), nil},
		"a value in objects in a PATCH": {400, "PATCH", "/Users/{user}", patch(deep(`{"x":[`, "]}")), nil},
		"a group of lists":              {400, "PUT", "/Groups/{group}", `{"displayName":"x","members":` + deep("[", "]") + `}`, nil},
		"objects without an end":        {400, "POST", "/Bulk", strings.Repeat(`{"Operations":[`, 100_000), nil},
		"a number out of range":         {400, "POST", "/Users", user(`"x":1e999999`), nil},
		"a number of a million digits":  {400, "POST", "/Users", user(`"x":` + strings.Repeat("9", 1_000_000)), nil},
		"a year that is none":           {400, "POST", "/Users", user(`"` + pushExtension + `":{"birthYear":99999999999999999999}`), nil},
		"a number where truth belongs":  {400, "PATCH", "/Users/{user}", `{"Operations":[{"op":"replace","path":"active","value":1e300}]}`, nil},
		"a name twice":                  {400, "POST", "/Users", user(`"active":true,"active":false`), nil},
		"a name twice in two cases":     {400, "POST", "/Users", user(`"UserName":"other@acme.example"`), nil},
		"a name twice in a PATCH":       {400, "PATCH", "/Users/{user}", `{"Operations":[{"op":"replace","op":"remove","path":"title","value":"x"}]}`, nil},
		"Operations twice":              {400, "PATCH", "/Groups/{group}", `{"Operations":[{"op":"remove","path":"members"}],"Operations":[]}`, nil},
		"bytes that are no UTF-8":       {400, "POST", "/Users", user(`"title":"` + "\xff\xfe" + `"`), nil},
		"a surrogate in UTF-8":          {400, "POST", "/Users", user(`"title":"` + "\xed\xa0\x80" + `"`), nil},
		"NUL in the body":               {400, "POST", "/Users", user(`"title":"` + "\x00" + `"`), nil},
		"NUL as an escape":              {400, "POST", "/Users", user(`"title":"\u0000"`), nil},
		"NUL in a name":                 {400, "POST", "/Users", user(`"ti\u0000tle":"x"`), nil},
		"NUL in a group":                {400, "POST", "/Groups", `{"displayName":"a\u0000b"}`, nil},
		"NUL in a member":               {400, "PATCH", "/Groups/{group}", `{"Operations":[{"op":"add","path":"members","value":[{"value":"usr-\u0000"}]}]}`, nil},
		"NUL in a path":                 {400, "PATCH", "/Users/{user}", `{"Operations":[{"op":"replace","path":"ti\u0000tle","value":"x"}]}`, nil},
		"NUL in a search":               {400, "POST", "/Users/.search", `{"filter":"userName eq \"\u0000\""}`, nil},
		"half a surrogate pair":         {400, "POST", "/Users", user(`"title":"\ud800"`), nil},
		"the wrong half":                {400, "PATCH", "/Users/{user}", patch(`"\udc00\ud800"`), nil},
		"an escape that is none":        {400, "POST", "/Users", user(`"title":"\x41"`), nil},
		"nothing":                       {400, "POST", "/Users", "", nil},
		"a list":                        {400, "POST", "/Users", "[]", nil},
		"a word":                        {400, "PUT", "/Users/{user}", "null", nil},
		"two objects":                   {400, "POST", "/Users", user(`"x":1`) + user(`"x":1`), nil},
		"UTF-16":                        {400, "POST", "/Users", "\xff\xfe{\x00}\x00", nil},
		"a long userName":               {400, "POST", "/Users", strings.Replace(user(`"x":1`), "new@", strings.Repeat("n", 4000)+"@", 1), nil},
		"a long group":                  {400, "POST", "/Groups", `{"displayName":"` + strings.Repeat("ж", 4000) + `"}`, nil},
		"10 MB":                         {413, "POST", "/Users", strings.Repeat(" ", 10<<20), nil},
		"too many names":                {400, "POST", "/Users", `{"userName":"x"` + numbered(5000, `,"a%d":1`) + `}`, nil},
		"too many e-mails":              {400, "POST", "/Users", user(`"photos":[` + strings.Repeat(`{"value":"https://x"},`, 500) + `{"value":"https://y"}]`), nil},
		"too many steps":                {400, "PATCH", "/Users/{user}", `{"Operations":[` + strings.Repeat(`{"op":"replace","path":"title","value":"x"},`, 1000) + `{"op":"add","path":"title","value":"y"}]}`, nil},
		"half a PATCH":                  {400, "PATCH", "/Users/{user}", `{"Operations":[{"op":"replace","path":"title","value":"x"},{"op":"replace","path":"active","value":false},{"op":"add","path":"shoeSize","value":1}]}`, nil},
		"half a PATCH of a group":       {400, "PATCH", "/Groups/{group}", `{"Operations":[{"op":"remove","path":"members"},{"op":"replace","path":"displayName","value":"x"},{"op":"add","path":"shoeSize","value":1}]}`, nil},
		"half a group of strangers":     {400, "PATCH", "/Groups/{group}", `{"Operations":[{"op":"remove","path":"members"},{"op":"add","path":"members","value":["usr-a","usr-b"]}]}`, nil},
		"a rename to a name taken":      {409, "PATCH", "/Users/{user}", `{"Operations":[{"op":"replace","path":"title","value":"x"},{"op":"replace","path":"userName","value":"OTHER@acme.example"}]}`, nil},
		"a bulk of too many":            {413, "POST", "/Bulk", `{"Operations":[` + strings.Repeat(`{"method":"DELETE","path":"/Users/{user}"},`, 1000) + `{"method":"DELETE","path":"/Users/{user}"}]}`, nil},
		"a bulk of 6 MB":                {413, "POST", "/Bulk", `{"Operations":[{"method":"DELETE","path":"/Users/{user}"}],"x":"` + strings.Repeat("x", 6<<20) + `"}`, nil},
		"a bulk of odd methods":         {200, "POST", "/Bulk", `{"Operations":[{"method":"TRACE","path":"/Users/{user}"},{"method":"DELETE /","path":"/Users/{user}"}]}`, nil},
		"a bulk of odd paths":           {200, "POST", "/Bulk", `{"Operations":[{"method":"DELETE","path":"/Users/../Users/{user}"},{"method":"POST","path":"/../../operator","bulkId":"a","data":{}}]}`, nil},
	}
}

// numbered is format for the numbers from 0 to n-1.
func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

func badAddresses() map[string]badInput {
	filter := func(s string) string { return "/Users?filter=" + url.QueryEscape(s) }
	typed := func(kind string) []string { return []string{"Content-Type", kind} }
	body := scimUser("new", "acme.example")
	return map[string]badInput{
		"thousands of parentheses":        {400, "GET", filter(strings.Repeat("(", 3000) + "active pr"), "", nil},
		"parentheses deeper than allowed": {400, "GET", filter(strings.Repeat("(", 40) + "active pr" + strings.Repeat(")", 40)), "", nil},
		"nots in nots":                    {400, "GET", filter(strings.Repeat("not (", 200) + "active pr" + strings.Repeat(")", 200)), "", nil},
		"parentheses in a search":         {400, "POST", "/Users/.search", `{"filter":"` + strings.Repeat("(", 1_000_000) + `"}`, nil},
		"a filter that is too long":       {400, "GET", filter(`userName eq "` + strings.Repeat("x", 5000) + `"`), "", nil},
		"a filter in a path":              {400, "PATCH", "/Users/{user}", `{"Operations":[{"op":"add","path":"emails[` + strings.Repeat("(", 2000) + `","value":1}]}`, nil},
		"brackets in brackets":            {400, "PATCH", "/Users/{user}", `{"Operations":[{"op":"add","path":"emails[type eq \"x\"][type eq \"y\"]","value":"x"}]}`, nil},
		"a filter that is no UTF-8":       {400, "GET", "/Users?filter=userName%20eq%20%22%ff%22", "", nil},
		"a filter with NUL":               {400, "GET", "/Users?filter=userName%20eq%20%22%00%22", "", nil},
		"two filters":                     {400, "GET", filter("active pr") + "&filter=active%20pr", "", nil},
		"a filter on the password":        {400, "GET", filter(`password sw "a"`), "", nil},
		"a sort by nothing we know":       {400, "GET", "/Users?sortBy=shoeSize", "", nil},
		"a sort that is no order":         {400, "GET", "/Users?sortBy=userName&sortOrder=up", "", nil},
		"a count of letters":              {400, "GET", "/Users?count=ten", "", nil},
		"a start of half":                 {400, "GET", "/Users?startIndex=1.5", "", nil},
		"a query that is none":            {400, "GET", "/Users?%zz", "", nil},
		"a long id":                       {404, "GET", "/Users/" + strings.Repeat("u", 100_000), "", nil},
		"an id with NUL":                  {404, "PATCH", "/Users/usr-%00", `{"Operations":[{"op":"replace","path":"active","value":false}]}`, nil},
		"an id that is no UTF-8":          {404, "DELETE", "/Groups/%ff", "", nil},
		"an id that is a path":            {404, "DELETE", "/Users/..%2F..%2F{user}", "", nil},
		"dots":                            {404, "DELETE", "/Groups/../Users/{user}", "", nil},
		"another's directory":             {404, "DELETE", "/../{twin}/Users/{user}", "", nil},
		"SQL for an id":                   {404, "DELETE", "/Users/%27%20OR%201=1%20--", "", nil},
		"a list deleted":                  {405, "DELETE", "/Users", "", nil},
		"groups deleted":                  {405, "DELETE", "/Groups/", "", nil},
		"a list patched":                  {405, "PATCH", "/Users", `{"Operations":[]}`, nil},
		"TRACE":                           {405, "TRACE", "/Users/{user}", "", nil},
		"a method of its own":             {405, "PURGE", "/Users/{user}", "", nil},
		"OPTIONS":                         {405, "OPTIONS", "/Users", "", nil},
		"GET of a search":                 {405, "GET", "/Users/.search", "", nil},
		"GET of Bulk":                     {405, "GET", "/Bulk", "", nil},
		"XML":                             {415, "POST", "/Users", "<user/>", typed("application/xml")},
		"a form":                          {415, "POST", "/Users", "userName=x", typed("application/x-www-form-urlencoded")},
		"a file":                          {415, "POST", "/Users", body, typed("multipart/form-data; boundary=x")},
		"a type that is none":             {415, "POST", "/Users", body, typed("json")},
		"two types":                       {415, "POST", "/Users", body, typed("application/json, text/plain")},
		"a parameter without a value":     {415, "POST", "/Users", body, typed("application/json; charset")},
		"compressed":                      {400, "POST", "/Users", "\x1f\x8b\x08\x00", []string{"Content-Encoding", "gzip"}},
	}
}

// TestSCIMBadInput: whatever nobody should send is refused in SCIM's words, and not one row is another one afterwards,
// here or in the other organization (SPEC O1, I8; RFC 7644 §3.12).
func TestSCIMBadInput(t *testing.T) {
	w := newSCIMWorld(t, false)
	user := w.call(w.a, 201, "POST", "/Users", scimUser("jo", w.a.domain, `"title":"T"`))["id"].(string)
	w.call(w.a, 201, "POST", "/Users", scimUser("other", w.a.domain))
	w.call(w.b, 201, "POST", "/Users", scimUser("jo", w.b.domain))
	group := w.call(w.a, 201, "POST", "/Groups", `{"displayName":"Staff","members":[{"value":"`+user+`"}]}`)["id"].(string)
	fill := strings.NewReplacer("{user}", user, "{group}", group, "{twin}", w.b.dir)
	for _, cases := range []map[string]badInput{badBodies(), badAddresses()} {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				w.t = t
				mine, twins := w.rows(w.a), w.rows(w.b)
				w.call(w.a, c.want, c.method, fill.Replace(c.path), fill.Replace(c.body), c.headers...)
				if now := w.rows(w.a); now != mine {
					t.Errorf("the rows were\n%s\nand are\n%s", mine, now)
				}
				if w.rows(w.b) != twins {
					t.Error("the other organization has changed")
				}
			})
		}
	}
}

// TestSCIMOddInput: odd and yet allowed; each is taken in whole.
func TestSCIMOddInput(t *testing.T) {
	w := newSCIMWorld(t, false)
	user := w.call(w.a, 201, "POST", "/Users", scimUser("jo", w.a.domain))["id"].(string)
	long := strings.Repeat("Ж💥 ", 20_000)
	for name, c := range map[string]badInput{
		"a byte order mark":      {201, "POST", "/Users", "\ufeff" + scimUser("bom", w.a.domain), nil},
		"no type":                {201, "POST", "/Users", scimUser("untyped", w.a.domain), []string{"Content-Type", ""}},
		"a type in capitals":     {201, "POST", "/Users", scimUser("loud", w.a.domain), []string{"Content-Type", "Application/SCIM+JSON; Charset=UTF-8"}},
		"names that only look":   {201, "POST", "/Users", scimUser("looks", w.a.domain, `"__proto__":{"admin":true},"constructor":1,"":2,"$where":"1"`), nil},
		"a number beyond 64 bit": {201, "POST", "/Users", scimUser("number", w.a.domain, `"x":123456789012345678901234567890,"y":-0.0,"z":1e-400`), nil},
		"a count beyond 64 bit":  {200, "GET", "/Users?count=99999999999999999999&startIndex=-99999999999999999999", "", nil},
		"a start beyond the end": {200, "GET", "/Users?startIndex=9223372036854775807&count=5", "", nil},
		"SQL in a filter":        {200, "GET", "/Users?filter=" + url.QueryEscape(`userName eq "'; DROP TABLE members; --"`), "", nil},
		"wildcards in a filter":  {200, "GET", "/Users?filter=" + url.QueryEscape(`userName sw "%_\\"`), "", nil},
		"a thousand terms":       {200, "GET", "/Users?filter=" + url.QueryEscape("active pr"+strings.Repeat(" or id pr", 400)), "", nil},
		"long texts everywhere": {200, "PUT", "/Users/" + user, strings.NewReplacer("§", long).Replace(`{"userName":"jo@acme.example","name":{"givenName":"§","familyName":"§","formatted":"§"},
			"displayName":"§","nickName":"§","profileUrl":"§","title":"§","userType":"§","preferredLanguage":"§","locale":"§","timezone":"§","emails":[{"value":"§@acme.example","display":"§","type":"§"}],
			"phoneNumbers":[{"value":"§","type":"§"}],"addresses":[{"type":"work","country":"DE","locality":"§","region":"§","streetAddress":"§"}],"roles":[{"value":"§"}],
			"` + pushEnterprise + `":{"department":"§","manager":{"value":"§"}}}`), nil},
		"a long unknown attribute": {201, "POST", "/Users", scimUser("extra", w.a.domain, `"x":"`+strings.Repeat("x", 100_000)+`"`), nil},
		"a long externalId in use": {201, "POST", "/Users", strings.Replace(scimUser("ext", w.a.domain), "00uext", strings.Repeat("e", 1000), 1), nil},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			w.call(w.a, c.want, c.method, c.path, c.body, c.headers...)
			w.call(w.a, 200, "GET", "/Users?count=200", "") // what was taken in can be read
		})
	}
	if len(w.members(w.b)) != 0 {
		t.Error("the other organization has members")
	}
}

// TestSCIMUnmeasuredBody: a body without a length that is too large is refused while it is read.
func TestSCIMUnmeasuredBody(t *testing.T) {
	w := newSCIMWorld(t, false)
	r := httptest.NewRequest("POST", "/scim/v2/"+w.a.dir+"/Users", io.LimitReader(spaces{}, 10<<20))
	r.Header.Set("Authorization", w.a.token)
	answer := httptest.NewRecorder()
	w.h.ServeHTTP(answer, r)
	if r.ContentLength != -1 || answer.Code != 413 || !strings.Contains(answer.Body.String(), `"status":"413"`) {
		t.Errorf("%d bytes: %d %s", r.ContentLength, answer.Code, answer.Body)
	}
}

// spaces is a reader without an end.
type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// TestSCIMSlowBody: a body that stops coming is given up on with a SCIM error. That dial's server can close shows that
// nobody keeps waiting for it.
func TestSCIMSlowBody(t *testing.T) {
	w := newSCIMWorld(t, false)
	body := scimUser("slow", w.a.domain)
	impatient := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.h.ServeHTTP(hasty{rw}, r) })
	answer := dial(t, impatient, fmt.Sprintf("POST /scim/v2/%s/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
		w.a.dir, w.a.token, scimType, len(body), body[:len(body)-1]))
	if !strings.HasPrefix(answer, "HTTP/1.1 400 ") || !strings.Contains(answer, "Send it again") || len(w.members(w.a)) != 0 {
		t.Errorf("answered %q", answer)
	}
}

// hasty is a connection on which a minute is over at once.
type hasty struct{ http.ResponseWriter }

func (h hasty) SetReadDeadline(at time.Time) error {
	return http.NewResponseController(h.ResponseWriter).SetReadDeadline(at.Add(50*time.Millisecond - bodyTime))
}

// pushed provisions n people in few transactions and answers their SCIM ids.
func (w *scimWorld) pushed(s scimSide, n int) (ids []string) {
	w.t.Helper()
	for done := 0; done < n; done += 1000 {
		modelstest.Update(w.t, w.db, s.org, func(tx *models.Tx) error {
			ids = ids[:done] // may be a second try
			d, err := models.FindDirectoryForUpdate(tx, s.dir)
			for range 1000 {
				if err != nil {
					return err
				}
				name := fmt.Sprintf("p%d@%s", len(ids), s.domain)
				var u *models.DirectoryUser
				u, err = models.CreateDirectoryUser(tx, d, models.Push{
					UserName: name, Active: true, Document: "{}", Extra: "{}", Emails: []string{name},
					Profile: models.Profile{FirstName: "Jo", LastName: "Doe", Email: name, Country: "DE"},
				})
				if err == nil {
					ids = append(ids, u.ID)
				}
			}
			return err
		})
	}
	return ids
}

// TestSCIMLargeGroups: 10,000 members by POST and PUT, 500 in one PATCH, and all of them in one; nothing is lost or cut
// off (issue 3; SCIM failures 6 and 8).
func TestSCIMLargeGroups(t *testing.T) {
	const people = 10_000
	w := newSCIMWorld(t, false)
	ids := w.pushed(w.a, people)
	list := func(ids []string) string { return `[{"value":"` + strings.Join(ids, `"},{"value":"`) + `"}]` }
	group := func(name string, ids []string) string {
		return `{"displayName":"` + name + `","members":` + list(ids) + `}`
	}
	count := func(id string) int {
		members, _ := w.call(w.a, 200, "GET", "/Groups/"+id, "")["members"].([]any)
		return len(members)
	}
	posted := w.call(w.a, 201, "POST", "/Groups", group("All", ids))
	id := posted["id"].(string)
	if n := len(posted["members"].([]any)); n != people || count(id) != people {
		t.Errorf("POST: %d, %d", n, count(id))
	}
	w.call(w.a, 200, "PUT", "/Groups/"+id, group("All", ids[500:]))
	if n := count(id); n != people-500 {
		t.Errorf("PUT with 500 fewer: %d", n)
	}
	patch := func(op, path, value string) string {
		return `{"Operations":[{"op":"` + op + `","path":"` + path + `","value":` + value + `}]}`
	}
	w.call(w.a, 204, "PATCH", "/Groups/"+id, patch("add", "members", list(ids[:500])))
	if n := count(id); n != people {
		t.Errorf("PATCH that adds 500: %d", n)
	}
	w.call(w.a, 204, "PATCH", "/Groups/"+id, patch("Remove", "members", list(ids[500:])))
	if n := count(id); n != 500 {
		t.Errorf("PATCH that removes 9,500: %d", n)
	}
	w.call(w.a, 204, "PATCH", "/Groups/"+id, patch("replace", "members", list(ids)))
	if n := count(id); n != people {
		t.Errorf("PATCH that replaces: %d", n)
	}
	var each strings.Builder // as authentik sends it: one operation for each member
	for _, id := range ids {
		each.WriteString(`,{"op":"remove","path":"members[value eq \"` + id + `\"]"}`)
	}
	w.call(w.a, 204, "PATCH", "/Groups/"+id, `{"Operations":[`+each.String()[1:]+`]}`)
	if n := count(id); n != 0 {
		t.Errorf("10,000 operations that remove one each: %d", n)
	}
	e := w.call(w.a, 400, "PATCH", "/Groups/"+id, `{"Operations":[`+each.String()[1:]+each.String()+`]}`)
	if e["scimType"] != "tooMany" {
		t.Errorf("20,000 operations: %v", e)
	}
}

// TestSCIMConcurrentRenames: of twenty who want one name by PUT and PATCH one gets it, beside one who is made with it.
func TestSCIMConcurrentRenames(t *testing.T) {
	w := newSCIMWorld(t, false)
	var ids []string
	for i := range 20 {
		ids = append(ids, w.call(w.a, 201, "POST", "/Users", scimUser(fmt.Sprint("u", i), w.a.domain))["id"].(string))
	}
	codes := make([]int, len(ids)+1)
	var wg sync.WaitGroup
	for i := range codes {
		wg.Go(func() {
			method, path, body := "POST", "/Users", scimUser("one", w.a.domain)
			switch {
			case i < len(ids) && i%2 == 0:
				method, path = "PUT", "/Users/"+ids[i]
			case i < len(ids):
				method, path, body = "PATCH", "/Users/"+ids[i], `{"Operations":[{"op":"replace","path":"userName","value":"ONE@acme.example"}]}`
			}
			codes[i] = w.send(w.a, method, path, body).Code
		})
	}
	wg.Wait()
	slices.Sort(codes)
	if codes[0] >= 300 || codes[1] != 409 || codes[len(codes)-1] != 409 {
		t.Errorf("answered %v", codes)
	}
	if _, total := w.names(w.a, "filter="+url.QueryEscape(`userName eq "one@acme.example"`)); total != 1 {
		t.Errorf("%d have the name", total)
	}
}
