package handlers

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/labstack/echo/v4"

	"rollcall/models"
)

// twice is a form that is sent twice. prepare makes what it is about and answers the browser, the path and the
// fields, as the page has them.
type twice struct {
	route   string
	prepare func(*twiceWorld) (b *browser, path string, form []string)
}

type twiceWorld struct {
	*world
	ops *browser
	n   int
}

func newTwiceWorld(t *testing.T) *twiceWorld {
	w := &twiceWorld{world: newWorld(t)}
	w.ops = w.operator()
	return w
}

// somebody is the path of a new member's page.
func (w *twiceWorld) somebody() string {
	w.n++
	email := fmt.Sprintf("s%d@acme.com", w.n)
	person(w.t, w.db, w.org.ID, email, models.RoleMember)
	return membersPath + "/" + w.member(email).ID
}

func (w *twiceWorld) invite() string {
	w.n++
	id := ""
	w.in(w.org, func(tx *models.Tx) error {
		i, _, err := models.CreateInvite(tx, fmt.Sprintf("i%d@acme.com", w.n), models.RoleMember)
		id = i.ID
		return err
	})
	return "/organization/invites/" + id
}

func (w *twiceWorld) someGroup() string {
	w.n++
	w.admin.post(groupsPath, "name", fmt.Sprint("Group ", w.n))
	return w.admin.last.Header().Get("Location")
}

func (w *twiceWorld) domain(verified bool) string {
	w.n++
	id := ""
	w.in(w.org, func(tx *models.Tx) error {
		added, err := models.AddDomains(tx, []string{fmt.Sprintf("n%d.example", w.n)}, verified)
		id = added[0].ID
		return err
	})
	return id
}

func (w *twiceWorld) leaver() string {
	path := w.somebody()
	w.exec("UPDATE members SET status = 'leaving', deactivated_at = updated_at, due_at = updated_at WHERE id = '" + strings.TrimPrefix(path, membersPath+"/") + "'")
	return strings.TrimPrefix(path, membersPath)
}

func (w *twiceWorld) detail() string { return operatorOrgs + "/" + w.org.ID }

func (w *twiceWorld) colleague() string {
	w.n++
	id := ""
	w.in(&models.Organization{}, func(tx *models.Tx) error {
		o, err := models.InviteOperator(tx, fmt.Sprintf("c%d@saas.example", w.n))
		id = o.ID
		return err
	})
	return operatorStaffPath + "/" + id
}

func asAdmin(path func(*twiceWorld) string, form ...string) func(*twiceWorld) (*browser, string, []string) {
	return func(w *twiceWorld) (*browser, string, []string) { return w.admin, path(w), form }
}

func asStaff(path func(*twiceWorld) string, form ...string) func(*twiceWorld) (*browser, string, []string) {
	return func(w *twiceWorld) (*browser, string, []string) { return w.ops, path(w), form }
}

func fixed(path string) func(*twiceWorld) string { return func(*twiceWorld) string { return path } }

func (w *twiceWorld) below(path func() string, end string) string { return path() + end }

// twiceForms are the forms of the pages; onceEach says why the others may be sent twice.
var twiceForms = []twice{
	{"/organization/settings", func(w *twiceWorld) (*browser, string, []string) {
		w.admin.get(settingsPath)
		return w.admin, settingsPath, []string{"version", w.admin.hidden(settingsPath, "version"), "name", "Acme Two", "default_country", "DE"}
	}},
	{"/organization/sso/settings", func(w *twiceWorld) (*browser, string, []string) {
		return w.admin, tab + "/settings", w.settings("domains", "acme.com, more.example", "default_plan", w.plan("Ultimate"))
	}},
	{"/organization/groups", asAdmin(fixed(groupsPath), "name", "Makers")},
	{"/organization/groups/:id/edit", func(w *twiceWorld) (*browser, string, []string) {
		g := w.someGroup()
		return w.admin, g + "/edit", []string{"name", "Drawers", "was", w.group(g).Name}
	}},
	{"/organization/groups/:id/members", asAdmin(func(w *twiceWorld) string { return w.below(w.someGroup, "/members") }, "add", "jo@acme.com")},
	{"/organization/groups/:id/mapping", func(w *twiceWorld) (*browser, string, []string) {
		return w.admin, w.someGroup() + "/mapping", []string{"role", "member", "plan", w.plan("Extended"), "do", "save"}
	}},
	{"/organization/groups/:id/delete", asAdmin(func(w *twiceWorld) string { return w.below(w.someGroup, "/delete") })},
	{"/organization/members/:id/edit", func(w *twiceWorld) (*browser, string, []string) {
		path := w.somebody()
		w.admin.get(path)
		return w.admin, path + "/edit", []string{"version", w.admin.hidden(path+"/edit", "version"), "first_name", "Ann", "last_name", "Lee", "country", "US"}
	}},
	{"/organization/members/:id/role", asAdmin(func(w *twiceWorld) string { return w.below(w.somebody, "/role") }, "role", "admin", "was_role", "member")},
	{"/organization/members/:id/block", asAdmin(func(w *twiceWorld) string { return w.below(w.somebody, "/block") })},
	{"/organization/members/:id/unblock", func(w *twiceWorld) (*browser, string, []string) {
		path := w.somebody()
		w.admin.post(path + "/block")
		return w.admin, path + "/unblock", nil
	}},
	{"/organization/members/:id/remove", asAdmin(func(w *twiceWorld) string { return w.below(w.somebody, "/remove") })},
	{"/organization/members/:id/restore", func(w *twiceWorld) (*browser, string, []string) {
		path := w.somebody()
		w.admin.post(path + "/remove")
		return w.admin, path + "/restore", nil
	}},
	{"/organization/invites", asAdmin(fixed("/organization/invites"), "email", "new@acme.com", "role", "member")},
	{"/organization/invites/:id/cancel", asAdmin(func(w *twiceWorld) string { return w.below(w.invite, "/cancel") })},
	{"/organization/invites/import/:id/start", func(w *twiceWorld) (*browser, string, []string) {
		return w.admin, "/organization/invites/import/" + w.importOf(w.org) + "/start", nil
	}},
	{"/organization/invites/import/:id/cancel", func(w *twiceWorld) (*browser, string, []string) {
		return w.admin, "/organization/invites/import/" + w.importOf(w.org) + "/cancel", nil
	}},
	{"/organization/sso/domains/:id/verify", func(w *twiceWorld) (*browser, string, []string) {
		id := w.domain(false)
		w.in(w.org, func(tx *models.Tx) error {
			d, err := models.FindDomain(tx, id)
			w.records[d.TXTHost()] = []string{d.TXTValue()}
			return err
		})
		return w.admin, tab + "/domains/" + id + "/verify", nil
	}},
	{"/organization/sso/domains/:id/remove", asAdmin(func(w *twiceWorld) string { return tab + "/domains/" + w.domain(true) + "/remove" })},
	{"/organization/sso/leavers/:id/release", asAdmin(func(w *twiceWorld) string { return leaversPath + w.leaver() + "/release" })},
	{"/organization/sso/leavers/:id/undo", asAdmin(func(w *twiceWorld) string { return leaversPath + w.leaver() + "/undo" })},
	{"/organization/sso/leavers/release", asAdmin(func(w *twiceWorld) string { w.leaver(); return leaversPath + "/release" })},
	{"/organization/sso/leavers/undo", asAdmin(func(w *twiceWorld) string { w.leaver(); return leaversPath + "/undo" })},
	{"/organization/sso/leavers/guard", asAdmin(fixed(leaversPath+"/guard"), "floor", "9", "percent", "9", "was_floor", "10", "was_percent", "20")},
	{"/account/leave", func(w *twiceWorld) (*browser, string, []string) {
		w.n++
		email := fmt.Sprintf("l%d@acme.com", w.n)
		person(w.t, w.db, w.org.ID, email, models.RoleMember)
		return signedIn(w.t, w.h, w.org.ID, email), "/account/leave", nil
	}},
	{"/operator/organizations", func(w *twiceWorld) (*browser, string, []string) {
		w.ops.get(operatorOrgs + "/new")
		return w.ops, operatorOrgs, []string{"id", w.ops.hidden(operatorOrgs, "id"), "name", "Birch", "plans", "Core", "default_plan", "Core", "deprovision", "delete", "admin", "lee@birch.example"}
	}},
	{"/operator/organizations/:org/terms", func(w *twiceWorld) (*browser, string, []string) {
		w.ops.get(w.detail())
		version := w.ops.hidden(w.detail()+"/terms", "version")
		return w.ops, w.detail() + "/terms", []string{"version", version, "sso", "on", "scim", "on", "plans", "Core", "plans", "Extended", "default_plan", "Core", "deprovision", "delete"}
	}},
	{"/operator/organizations/:org/seats", asStaff(func(w *twiceWorld) string { return w.detail() + "/seats" }, "seats", "50", "was_seats", "")},
	{"/operator/organizations/:org/domains", asStaff(func(w *twiceWorld) string { return w.detail() + "/domains" }, "domains", "ops.example")},
	{"/operator/organizations/:org/domains/:id/verify", asStaff(func(w *twiceWorld) string { return w.detail() + "/domains/" + w.domain(false) + "/verify" })},
	{"/operator/organizations/:org/domains/:id/remove", asStaff(func(w *twiceWorld) string { return w.detail() + "/domains/" + w.domain(true) + "/remove" })},
	{"/operator/organizations/:org/link/cancel", func(w *twiceWorld) (*browser, string, []string) {
		w.ops.post(w.detail()+"/link", "kind", "scim")
		return w.ops, w.detail() + "/link/cancel", []string{"kind", "scim"}
	}},
	{"/operator/organizations/:org/invite", asStaff(func(w *twiceWorld) string { return w.detail() + "/invite" }, "email", "boss@acme.com")},
	{"/operator/organizations/:org/directory", func(w *twiceWorld) (*browser, string, []string) {
		w.activeDirectory(w.org, 1)
		return w.ops, w.detail() + "/directory", []string{"guests", "on", "was_guests", "", "was_strict", ""}
	}},
	{"/operator/organizations/:org/passwords", func(w *twiceWorld) (*browser, string, []string) {
		w.exec("UPDATE organizations SET require_sso = TRUE WHERE id = '" + w.org.ID + "'")
		return w.ops, w.detail() + "/passwords", nil
	}},
	{"/operator/organizations/:org/act", asStaff(func(w *twiceWorld) string { return w.detail() + "/act" }, "reason", "Ticket 4711: on hold")},
	{"/operator/acting/end", asStaff(func(w *twiceWorld) string {
		w.ops.post(w.detail()+"/act", "reason", "Ticket 4711: on hold")
		return "/operator/acting/end"
	})},
	{"/operator/plans", asStaff(fixed(operatorPlansPath), "name", "Team")},
	{"/operator/plans/:id/move", func(w *twiceWorld) (*browser, string, []string) {
		return w.ops, operatorPlansPath + "/" + w.plan("Core") + "/move", []string{"to", "up", "past", w.plan("Extended")}
	}},
	{"/operator/plans/:id/retire", asStaff(func(w *twiceWorld) string { return operatorPlansPath + "/" + w.plan("Extended") + "/retire" }, "to", "off")},
	{"/operator/plans/:id/rename", asStaff(func(w *twiceWorld) string { return operatorPlansPath + "/" + w.plan("Core") + "/rename" }, "name", "Basic", "was_name", "Core")},
	{"/operator/prices", func(w *twiceWorld) (*browser, string, []string) {
		w.ops.get(operatorPricesPath + "?product=both&plan=")
		return w.ops, operatorPricesPath, []string{"product", "both", "plan", "", "amount", "150", "currency", "eur", "period", "month", "seen", w.ops.hidden(operatorPricesPath+`" aria-label="Set a price" id="set`, "seen")}
	}},
	{"/operator/staff", asStaff(fixed(operatorStaffPath), "email", "two@saas.example")},
	{"/operator/staff/:id/off", asStaff(func(w *twiceWorld) string { return w.below(w.colleague, "/off") })},
	{"/operator/staff/:id/on", func(w *twiceWorld) (*browser, string, []string) {
		path := w.colleague()
		w.ops.post(path + "/off")
		return w.ops, path + "/on", nil
	}},
	{"/operator/outbox/:id/again", func(w *twiceWorld) (*browser, string, []string) {
		w.exec("UPDATE outbox SET state = 'discarded' WHERE id = (SELECT MAX(id) FROM outbox)")
		id := ""
		if err := w.db.SQL().QueryRow("SELECT MAX(id) FROM outbox").Scan(&id); err != nil {
			w.t.Fatal(err)
		}
		return w.ops, "/operator/outbox/" + id + "/again", nil
	}},
}

// onceEach are the forms of the pages that do their thing each time, and why that is right.
var onceEach = map[string]string{
	"/organization/invites/:id/resend":            "each mail has a new link, and the one before ends",
	"/organization/invites/import":                "an upload is a draft of its own until it is started",
	"/organization/invites/import/:id/rows/:line": "puts right one row of a draft: TestImportReview",
	"/organization/members/export":                "reads",
	"/organization/groups/:id/detach":             "of a group that a directory left: TestGroupLeft",
	"/organization/checkout":                      "one open order: TestCheckoutTwoAdmins and TestOrderTwice",
	"/organization/checkout/:id/cancel":           "as above",
	"/organization/checkout/:id/confirm":          "as above",
	"/organization/checkout/:id/pay":              "as above",
	"/organization/switch":                        "moves the session",
	"/account":                                    "the person's own values: one owner",
	"/account/password":                           "ends the session that sends it",
	"/account/complete":                           "the person's own values",
	"/account/personal":                           "each mail has a new link",
	"/account/sessions/end":                       "ends a session: 404 when it has ended",
	"/operator/organizations/:org/link":           "generating again replaces the earlier link (L1)",
	"/operator/staff/:id/reset":                   "each link ends the one before",
	"/operator/login":                             "signs in", "/operator/code": "a code is taken once: TestOperatorCode",
	"/operator/welcome/:token": "a link is taken once: TestOperatorDoor", "/operator/logout": "ends the session",
}

// traces counts what is written with each thing that is done: its audit events and its mails.
func (w *world) traces() (n int) {
	w.t.Helper()
	if err := w.db.SQL().QueryRow("SELECT (SELECT COUNT(*) FROM audit_events) + (SELECT COUNT(*) FROM outbox)").Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// kind fails the test when the answer is no page that a person can go on from.
func (b *browser) kind(route string) {
	b.t.Helper()
	page := strings.HasPrefix(b.last.Header().Get("Content-Type"), "text/html")
	if b.last.Code >= 500 || b.last.Code != http.StatusSeeOther && !page {
		b.t.Errorf("%s: the second answer is %d %s", route, b.last.Code, text(b.last))
	}
}

// TestTwice sends each form of the pages twice, in a row and at the same moment: the thing is done once, and the
// second answer is a page.
func TestTwice(t *testing.T) {
	row, moment := newTwiceWorld(t), newTwiceWorld(t)
	known := map[string]bool{}
	for _, f := range twiceForms {
		known[f.route] = true
		b, path, form := f.prepare(row)
		before := row.traces()
		b.post(path, form...)
		if b.last.Code != http.StatusSeeOther {
			t.Errorf("%s: the first answer is %d %s", f.route, b.last.Code, text(b.last))
		}
		once := row.traces() - before
		b.post(path, form...)
		b.kind(f.route)
		if again := row.traces() - before - once; once == 0 || again != 0 {
			t.Errorf("%s: the first press writes %d traces and the second %d; the second answer: %d %s", f.route, once, again, b.last.Code, text(b.last))
		}

		b, path, form = f.prepare(moment)
		before = moment.traces()
		var both sync.WaitGroup
		for range 2 {
			hand := b.twin()
			hand.jar = maps.Clone(b.jar)
			both.Go(func() {
				hand.post(path, form...)
				hand.kind(f.route)
			})
		}
		both.Wait()
		if n := moment.traces() - before; n != once {
			t.Errorf("%s: at the same moment %d traces, %d alone", f.route, n, once)
		}
	}
	for _, r := range row.h.(*echo.Echo).Routes() {
		sso := strings.HasPrefix(r.Path, "/organization/sso/") && !strings.Contains(r.Path, "/domains/") && !strings.Contains(r.Path, "/leavers/") && r.Path != tab+"/settings"
		ours := strings.HasPrefix(r.Path, "/organization") || strings.HasPrefix(r.Path, "/operator") || strings.HasPrefix(r.Path, "/account")
		if r.Method == http.MethodPost && ours && !sso && !known[r.Path] && onceEach[r.Path] == "" {
			t.Errorf("%s has no case here", r.Path)
		}
	}
}
