package handlers

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"rollcall/models"
)

// deskSize is how much there is to look after, beside the two organizations of a world.
type deskSize struct {
	orgs    int // each with two domains, five members, both integrations and a sign-in log
	members int // in w.org, one in ten of them on hold
	domains int // of w.org
	mails   int // that did not go out, beside four times as many that did
	events  int // in the audit, half of them by operators
	staff   int
	plans   int // each with two prices
}

// busyDesk is the size that the desk's pages are measured with (docs/PERFORMANCE.md).
var busyDesk = deskSize{orgs: 1000, members: 10_000, domains: 100, mails: 5000, events: 20_000, staff: 200, plans: 40}

// rowsOf are INSERTs of n rows each, in which i counts from 1.
func rowsOf(n int, table, columns, values string) string {
	return fmt.Sprintf("INSERT INTO %s (%s) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT %s FROM n", table, columns, n, values)
}

// busy fills the world. It writes rows and not their history, so it takes a second for the whole desk.
func (w *world) busy(n deskSize) {
	w.t.Helper()
	const at = "'2026-12-01 08:00:00'"
	core := "(SELECT id FROM plans WHERE name = 'Core')"
	status := "CASE WHEN i % 10 = 0 THEN 'held' ELSE 'active' END, CASE WHEN i % 10 = 0 THEN 'missing_country' ELSE '' END"
	for _, q := range []string{
		rowsOf(n.orgs, "organizations", "id, slug, name, sso_bought, scim_bought, default_plan_id, created_at",
			"'org-z' || (100000 + i), 'customer-' || i, 'Customer ' || i, i % 2 = 0, i % 3 = 0, "+core+", "+at),
		rowsOf(n.orgs, "organization_plans", "organization_id, plan_id", "'org-z' || (100000 + i), "+core),
		rowsOf(2*n.orgs, "domains", "id, organization_id, name, state, txt_token, created_at",
			"'dom-z' || i, 'org-z' || (100000 + (i + 1) / 2), 'd' || i || '.example', CASE WHEN i % 50 = 0 THEN 'lost' ELSE 'verified' END, 't' || i, "+at),
		rowsOf(5*n.orgs, "members", "id, organization_id, seq, email, email_key, first_name, plan_id, status, hold_reasons, source, created_at, updated_at",
			"'mem-z' || i, 'org-z' || (100000 + (i + 4) / 5), 100 + i, 'p' || i || '@d.example', 'p' || i || '@d.example', 'Pat ' || i, "+core+", "+status+", 'scim', "+at+", "+at),
		rowsOf(n.members, "members", "id, organization_id, seq, email, email_key, first_name, plan_id, status, hold_reasons, source, created_at, updated_at",
			"'mem-y' || i, '"+w.org.ID+"', 100 + i, 'q' || i || '@acme.com', 'q' || i || '@acme.com', 'Quin ' || i, "+core+", "+status+", 'scim', "+at+", "+at),
		rowsOf(n.domains, "domains", "id, organization_id, name, state, txt_token, created_at", "'dom-y' || i, '"+w.org.ID+"', 'y' || (1000 + i) || '.example', 'verified', 't' || i, "+at),
		rowsOf(n.orgs, "connections", "id, organization_id, idp, state, created_at", "'con-z' || i, 'org-z' || (100000 + i), 'okta', 'active', "+at),
		rowsOf(20*n.orgs, "sign_ins", "seq, id, organization_id, connection_id, kind, outcome, reference, started_at",
			"100 + i, 'sig-z' || i, 'org-z' || (100000 + (i + 19) / 20), 'con-z' || ((i + 19) / 20), 'login', CASE WHEN i % 200 < 6 THEN 'failed' ELSE 'succeeded' END, 'R' || i, "+at),
		rowsOf(n.orgs, "directories", "id, organization_id, idp, state, created_at", "'dir-z' || i, 'org-z' || (100000 + i), 'okta', 'active', "+at),
		rowsOf(n.orgs, "directory_tokens", "id, organization_id, directory_id, digest, last_four, created_by, created_at",
			"'tok-z' || i, 'org-z' || (100000 + i), 'dir-z' || i, 'digest-' || i, 'abcd', '', "+at),
		rowsOf(n.orgs, "scim_refusals", "id, organization_id, directory_id, kind, hits, first_at, last_at",
			"'ref-z' || i, 'org-z' || (100000 + i), 'dir-z' || i, 'unknown', i, "+at+", CASE WHEN i % 20 = 0 THEN "+at+" ELSE '2026-11-01 08:00:00' END"),
		rowsOf(5*n.mails, "outbox", "organization_id, kind, state, attempts, last_error, next_at, created_at",
			"'org-z' || (100001 + i % 1000), 'mail.invite', CASE WHEN i % 5 > 0 THEN 'completed' WHEN i % 10 = 0 THEN 'discarded' ELSE 'available' END, 3, '550 no such user here', '2026-12-02 08:00:00', "+at),
		rowsOf(n.events, "audit_events", "organization_id, at, actor_kind, actor_id, action, target",
			"'org-z' || (100001 + i % 1000), "+at+", CASE WHEN i % 2 = 0 THEN 'operator' ELSE 'member' END, CASE WHEN i % 4 = 0 THEN 'command' ELSE 'opr-z' || (i % 7) END, 'member.updated', 'mem-z' || i"),
		rowsOf(n.staff, "operators", "id, email, email_key, created_at", "'opr-z' || i, 's' || i || '@saas.example', 's' || i || '@saas.example', "+at),
		rowsOf(n.plans, "plans", "id, name, name_key, rank", "'pln-z' || i, 'Plan ' || i, 'plan ' || i, 100 + i"),
		rowsOf(2*n.plans, "prices", "id, product, plan_id, currency, amount, period, example", "'pri-z' || i, CASE WHEN i % 2 = 0 THEN 'sso' ELSE 'both' END, 'pln-z' || ((i + 1) / 2), 'eur', 100 * i, 'month', 1 = 0"),
		"DELETE FROM member_counts",
		"INSERT INTO member_counts SELECT organization_id, status, COALESCE(plan_id, ''), role, source, COUNT(*) FROM members GROUP BY 1, 2, 3, 4, 5",
	} {
		if strings.Contains(q, "i < 0)") { // none of these
			continue
		}
		if w.db.Engine() == models.Postgres {
			q = timestamps.ReplaceAllString(q, "CAST($0 AS TIMESTAMPTZ)")
		}
		w.exec(q)
	}
}

var timestamps = regexp.MustCompile(`'2026-1\d-\d\d 08:00:00'`)

// deskPages are the pages of the desk, by what is measured of each.
func (w *world) deskPages() [][2]string {
	detail := operatorOrgs + "/" + w.org.ID
	return [][2]string{
		{"organizations", operatorOrgs}, {"organizations, last page", operatorOrgs + "?page=20"}, {"search by name", operatorOrgs + "?q=customer+77"},
		{"search by domain", operatorOrgs + "?q=d777.ex"}, {"search for nothing", operatorOrgs + "?q=zebra"}, {"one with 10,000 members", detail}, {"its second page of domains", detail + "?page=2"},
		{"a new organization", operatorOrgs + "/new"}, {"health", operatorHealthPath}, {"health of all", operatorHealthPath + "?show=all"}, {"plans", operatorPlansPath}, {"plans, last page", operatorPlansPath + "?page=3"}, {"prices", operatorPricesPath + "?page=2"},
		{"outbox", "/operator/outbox"}, {"outbox, older", "/operator/outbox?before=12000"}, {"audit", operatorAuditPath}, {"audit, older", operatorAuditPath + "?before=2000"},
		{"audit of one operator", operatorAuditPath + "?operator=opr-z1"}, {"audit of the command", operatorAuditPath + "?operator=command"}, {"audit of nobody", operatorAuditPath + "?operator=opr-z10"},
		{"audit of one day", operatorAuditPath + "?from=2026-11-01&to=2026-11-02"}, {"audit of an organization", operatorAuditPath + "?org=org-z100001"}, {"staff", operatorStaffPath},
	}
}

// BenchmarkDesk draws each page of a desk with much to look after: at most 50 ms.
func BenchmarkDesk(b *testing.B) {
	w := newWorld(b)
	w.busy(busyDesk)
	ops := w.operator()
	for _, page := range w.deskPages() {
		b.Run(page[0], func(b *testing.B) {
			began := cpuTime()
			for b.Loop() {
				ops.get(page[1])
				ops.want(200)
			}
			b.ReportMetric(float64((cpuTime()-began).Microseconds())/1000/float64(b.N), "cpu-ms/op")
			b.ReportMetric(float64(ops.last.Body.Len())/1024, "KiB")
		})
	}
}

// TestDeskBudget: what a page of the desk asks of the database does not grow with what there is, and no page is large.
func TestDeskBudget(t *testing.T) {
	few := map[string]int64{}
	for _, rows := range []int{60, 240} {
		w := newWorld(t)
		w.busy(deskSize{orgs: rows, members: rows, domains: rows, mails: rows, events: rows, staff: rows, plans: min(rows/3, 45)})
		ops := w.operator()
		var n atomic.Int64
		if err := w.db.OnQuery(func() { n.Add(1) }); err != nil {
			t.Fatal(err)
		}
		for _, page := range w.deskPages() {
			n.Store(0)
			ops.get(page[1])
			ops.want(200)
			if rows == 60 {
				few[page[0]] = n.Load()
			} else if n.Load() > few[page[0]] || n.Load() > 40 {
				t.Errorf("%s: %d queries with much to show, %d with little, at most 40", page[0], n.Load(), few[page[0]])
			}
			if size := ops.last.Body.Len(); size > largestPage {
				t.Errorf("%s is %d KB", page[0], size>>10)
			}
		}
	}
}

// TestDeskPages: each list of the desk is walked by its links, shows everything once, and a button on a later page leads
// back to it.
func TestDeskPages(t *testing.T) {
	w := newWorld(t)
	w.busy(deskSize{orgs: 118, domains: 29, mails: 120, events: 2000, staff: 119, plans: 46})
	ops := w.operator()
	for _, list := range []struct {
		path, row string // what a row has and nothing else does
		want      int
	}{
		{operatorOrgs, `href="(/operator/organizations/org-[^"]*)"`, 120}, {operatorOrgs + "?q=customer", `href="(/operator/organizations/org-[^"]*)"`, 118},
		{operatorOrgs + "/" + w.org.ID, `/domains/(dom-[^/]*)/remove`, 30}, {operatorHealthPath + "?show=all", `href="(/operator/organizations/org-[^"]*)"`, 120},
		{operatorOutboxPath, `<code>(mail.invite)`, 120}, {operatorStaffPath, `<td class="any">([^<]*@saas.example)`, 120},
		{operatorPlansPath, `id="name-(pln-[^"]*)"`, 50}, {operatorPricesPath, `(Take off sale)`, 96}, {operatorAuditPath + "?operator=opr-z2", `<code [^>]*>(member.updated)`, 72},
	} {
		seen, pages := 0, 0
		for path := list.path; path != ""; pages++ {
			ops.get(path)
			ops.want(200)
			seen += len(regexp.MustCompile(list.row).FindAllString(ops.last.Body.String(), -1))
			path = ops.next()
		}
		if seen != list.want || pages < list.want/50 {
			t.Errorf("%s: %d rows on %d pages, want %d", list.path, seen, pages, list.want)
		}
	}
	for _, list := range []string{operatorStaffPath + "?page=2", operatorPlansPath + "?page=2", operatorOutboxPath + "?before=400", operatorOrgs + "/" + w.org.ID + "?page=2"} {
		ops.get(list)
		action := regexp.MustCompile(`<form method="post" action="([^"]*/(reset|retire|again|remove)\?[^"]*)"`).FindStringSubmatch(ops.last.Body.String())
		if action == nil {
			t.Errorf("%s has no button", list)
			continue
		}
		ops.post(action[1], "to", "off")
		ops.leads(list)
	}
}

var nextLink = regexp.MustCompile(`href="([^"]*)" rel="next"`)

// next is where the list goes on; "" at its end.
func (b *browser) next() string {
	if link := nextLink.FindStringSubmatch(b.last.Body.String()); link != nil {
		return html.UnescapeString(link[1])
	}
	return ""
}
