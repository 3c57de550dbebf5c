package handlers

import (
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"rollcall/models"
)

// victim is everything of one organization that another's administrator could name: ids by the parameter or form field
// that would carry them.
type victim struct{ domain, member, group, invite, token, signIn, request, revocation, imported, order, receipt string }

// populate fills an organization with one row of each thing that has an address or is named in a form.
func (w *world) populate(org *models.Organization) victim {
	w.t.Helper()
	var v victim
	activeConnection(w.t, w.db, org.ID)
	d := w.activeDirectory(org, 1)
	w.in(org, func(tx *models.Tx) error {
		domains, err := models.ListDomains(tx)
		if err != nil {
			return err
		}
		v.domain = domains[0].ID
		i, _, err := models.CreateInvite(tx, "guest@acme.com", models.RoleMember)
		if err != nil {
			return err
		}
		v.invite, v.member = i.ID, i.MemberID
		g, err := models.CreateGroup(tx, "Designers of Acme")
		if err != nil {
			return err
		}
		v.group = g.ID
		if err := models.ChangeGroupMembers(tx, g, []string{v.member}, nil); err != nil {
			return err
		}
		tokens, err := models.ListDirectoryTokens(tx, d)
		if err != nil {
			return err
		}
		v.token = tokens[0].ID
		row := &models.SCIMExchange{OrganizationID: org.ID, DirectoryID: d.ID, At: tx.Now, Method: "GET", Path: "/Users", Status: 200}
		if err := models.LogExchanges(tx, row); err != nil {
			return err
		}
		log, err := models.ListExchanges(tx, models.ExchangeQuery{Limit: 1})
		if err != nil {
			return err
		}
		v.request = fmt.Sprint(log[0].ID)
		for _, kind := range []string{models.KindSSO, models.KindSCIM} {
			if _, _, err := models.CreateSetupLink(tx, kind); err != nil {
				return err
			}
		}
		r, err := models.Deactivate(tx, models.KindSCIM, models.MembersKeep)
		v.revocation = r.ID
		return err
	})
	v.imported = w.importOf(org)
	v.order, v.receipt = w.orderOf(org)
	v.signIn = "sig-victim"
	w.exec(`INSERT INTO sign_ins (seq, id, organization_id, connection_id, kind, outcome, reference, started_at) VALUES (1, 'sig-victim', '` + org.ID + `', 'con-` + org.ID[4:] + `', 'login', 'failed', 'ABCDEFGH', '2026-12-01 08:00:00')`)
	return v
}

func (w *world) exec(q string) {
	w.t.Helper()
	if _, err := w.db.SQL().Exec(q); err != nil {
		w.t.Fatal(err)
	}
}

// ids are the parameters in paths: by the part of the path before them.
func (v victim) path(route string) string {
	for part, id := range map[string]string{
		"/domains/": v.domain, "/members/": v.member, "/leavers/": v.member, "/groups/": v.group, "/invites/": v.invite, "/tokens/": v.token, "/signins/": v.signIn, "/requests/": v.request, "/import/": v.imported, "/checkout/": v.order, "/receipts/": v.receipt,
	} {
		route = strings.ReplaceAll(route, part+":id", part+id)
	}
	return strings.ReplaceAll(route, ":line", "2")
}

// named are the routes whose form names a row: with the victim's ids they must answer 404. All other forms of the
// organization carry no id but the organization's own, which must answer 409.
func (v victim) named() map[string][]string {
	return map[string][]string{
		"/organization/sso/undo":                        {"event", v.revocation},
		"/organization/sso/link/mail":                   {"kind", "sso", "link", "http://localhost:8080/s/0000000000000000000000", "email", "a@b.example"},
		"/organization/sso/link/cancel":                 {"kind", "sso"},
		"/account/sessions/end":                         {"session", "000000000000000000000000"},
		"/organization/switch":                          nil, // below
		"/organization/sso/settings":                    nil,
		"/organization/sso/activate":                    nil,
		"/organization/sso/link":                        nil,
		"/organization/sso/revoke":                      nil,
		"/organization/settings":                        nil,
		"/organization/groups":                          nil,
		"/organization/members/export":                  nil,
		"/organization/invites":                         nil,
		"/organization/invites/import":                  nil,
		"/account":                                      nil,
		"/account/password":                             nil,
		"/account/complete":                             nil,
		"/organization/sso/directory/revoke":            nil,
		"/organization/sso/directory/tokens":            nil,
		"/organization/sso/directory/switches":          nil,
		"/organization/sso/connection/idp-initiated":    nil,
		"/organization/sso/connection/key":              nil,
		"/organization/sso/connection/edit/metadata":    nil,
		"/organization/sso/connection/edit/mapping":     nil,
		"/organization/sso/connection/edit/switches":    nil,
		"/organization/sso/connection/edit/test":        nil,
		"/organization/sso/connection/edit/test/cancel": nil,
		"/organization/sso/connection/edit/activate":    nil,
		"/organization/sso/connection/edit/discard":     nil,
		"/organization/sso/connection/test":             nil,
		"/organization/sso/connection/test/cancel":      nil,
		"/organization/sso/policy/require":              nil,
		"/organization/sso/policy/codes":                nil,
		"/organization/sso/policy/prove":                nil,
		"/organization/sso/policy/lifetime":             nil,
		"/organization/sso/policy/logs":                 nil,
		"/organization/sso/policy/signout":              nil,
		"/account/personal":                             nil,
		"/account/leave":                                nil,
		"/organization/sso/leavers/release":             nil,
		"/organization/sso/leavers/undo":                nil,
		"/organization/sso/leavers/guard":               nil,
		"/organization/sso/review":                      nil,
		"/organization/checkout":                        nil,
	}
}

// dump is every row of every table but the ones that any visit writes.
func (w *world) dump() string {
	w.t.Helper()
	var b strings.Builder
	list := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'goose%'"
	if w.db.Engine() == models.Postgres {
		list = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT LIKE 'goose%'"
	}
	tables, err := w.db.SQL().Query(list)
	if err != nil {
		w.t.Fatal(err)
	}
	var names []string
	for tables.Next() {
		var name string
		if err := tables.Scan(&name); err != nil {
			w.t.Fatal(err)
		}
		if name != "sessions" && name != "rate_buckets" {
			names = append(names, name)
		}
	}
	tables.Close()
	sort.Strings(names)
	for _, name := range names {
		rows, err := w.db.SQL().Query("SELECT * FROM " + name)
		if err != nil {
			w.t.Fatal(err)
		}
		columns, _ := rows.Columns()
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			if err := rows.Scan(values...); err != nil {
				w.t.Fatal(err)
			}
			fmt.Fprint(&b, name)
			for i, v := range values {
				fmt.Fprintf(&b, " %s=%v", columns[i], *v.(*any))
			}
			b.WriteByte('\n')
		}
		rows.Close()
	}
	return b.String()
}

// TestIsolation walks every page and form of the dashboard as another organization's administrator, with the ids of the
// first (SPEC O1): 404 or 409, nothing of it in the answer, and no row changed. A route that this test does not know
// fails it.
func TestIsolation(t *testing.T) {
	w := newWorld(t)
	v := w.populate(w.org)
	before := w.dump()
	named := v.named()
	seen := map[string]bool{}
	for _, r := range w.h.(*echo.Echo).Routes() {
		own := strings.HasPrefix(r.Path, "/organization") || strings.HasPrefix(r.Path, "/setup") || strings.HasPrefix(r.Path, "/account")
		if !own || r.Method != "GET" && r.Method != "POST" || strings.HasSuffix(r.Path, "*") || strings.HasSuffix(r.Path, "/events") {
			continue
		}
		name := r.Method + " " + r.Path
		path := v.path(r.Path)
		w.other.org = w.twin.ID
		switch form, known := named[r.Path]; {
		case strings.HasPrefix(r.Path, "/setup"):
			w.probeSetup(name, r.Method, path)
		case strings.Contains(path, ":"):
			t.Errorf("%s has a parameter without a case here", name)
		case path != r.Path && r.Method == "GET":
			w.probe(name, w.other.get(path).Code, 404)
		case path != r.Path:
			w.probe(name, w.other.post(path, "version", "1", "name", "x", "add", "guest@acme.com", "role", "admin").Code, 404)
		case r.Method == "GET":
			w.probe(name, w.other.get(path).Code, 200, 303, 403)
		case !known:
			t.Errorf("%s has no case here", name)
		case form != nil:
			w.probe(name, w.other.post(path, form...).Code, 404)
		case r.Path == "/organization/switch":
			w.probe(name, w.other.post(path, "to", w.org.ID).Code, 404)
		case r.Path == "/account/password" || r.Path == "/account/personal" || r.Path == "/account/complete": // one's own account, in any organization
		default:
			w.other.org = w.org.ID
			w.probe(name, w.other.post(path, "kind", "sso", "name", "x").Code, 409)
		}
		seen[r.Path] = true
		if now := w.dump(); now != before {
			t.Fatalf("%s changed a row:\n%s", name, firstDifference(before, now))
		}
	}
	for path := range named {
		if !seen[path] {
			t.Errorf("there is no route %s any more", path)
		}
	}
	if len(seen) < 50 {
		t.Errorf("only %d routes were walked", len(seen))
	}
}

// probe checks a status, and that the answer holds nothing of the first organization.
func (w *world) probe(name string, got int, want ...int) {
	w.t.Helper()
	ok := false
	for _, s := range want {
		ok = ok || s == got
	}
	if !ok {
		w.t.Errorf("%s: %d, want %v", name, got, want)
	}
	if body := w.other.last.Body.String(); strings.Contains(body, "acme.com") && !strings.Contains(body, "as in acme.com") || strings.Contains(body, "Designers of Acme") || strings.Contains(body, w.org.ID) {
		w.t.Errorf("%s shows something of the other organization: %s", name, text(w.other.last))
	}
}

// probeSetup: the wizard opens to nobody without its link's cookie, whoever is signed in.
func (w *world) probeSetup(name, method, path string) {
	w.t.Helper()
	path = strings.NewReplacer(":step", "1", ":kind", "sso", ":n", "1").Replace(path)
	if method == "GET" {
		w.other.get(path)
	} else {
		w.other.post(path, "provider", "okta")
	}
	if code := w.other.last.Code; code == 200 || code >= 500 {
		w.t.Errorf("%s: %d without a setup cookie", name, code)
	}
}

func firstDifference(a, b string) string {
	had := map[string]bool{}
	for line := range strings.Lines(a) {
		had[line] = true
	}
	var out []string
	for line := range strings.Lines(b) {
		if !had[line] {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}
