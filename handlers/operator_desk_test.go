package handlers

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"rollcall/models"
	"rollcall/models/modelstest"
)

// TestOperatorPlans is SPEC O2 at the desk: the next SCIM request is told the new names.
func TestOperatorPlans(t *testing.T) {
	w := newWorld(t)
	ops := w.operator()
	ops.get(operatorPlansPath)
	ops.want(200, "Ultimate", "2 organizations")
	core := ""
	w.in(w.org, func(tx *models.Tx) error {
		p, err := models.FindPlanByName(tx, "core")
		core = operatorPlansPath + "/" + p.ID
		return err
	})
	ops.post(core+"/rename", "name", "ULTIMATE")
	ops.want(422, "There is a plan “Ultimate” already.", `value="ULTIMATE"`)
	ops.post(operatorPlansPath, "name", "a, b")
	ops.want(422, "without commas", `value="a, b"`)
	scim := scimSide{org: w.org.ID, domain: "acme.com"}
	w.in(w.org, func(tx *models.Tx) error {
		d, token, err := models.CreateDirectory(tx, models.NewDirectory{})
		scim.dir, scim.token = d.ID, token
		return err
	})
	idp := &scimWorld{t: t, h: w.h, db: w.db, at: w.clock}
	person := func(plan string) string {
		return strings.Replace(scimUser("nat", "acme.com"), "{", `{"plan":"`+plan+`",`, 1)
	}
	if text := fmt.Sprint(idp.call(scim, 400, "POST", "/Users", person("Basic"))["detail"]); !strings.Contains(text, "Core, Extended, Ultimate") {
		t.Error(text)
	}
	ops.post(core+"/rename", "name", "Basic")
	ops.leads(operatorPlansPath)
	if text := fmt.Sprint(idp.call(scim, 400, "POST", "/Users", person("core"))["detail"]); !strings.Contains(text, "Basic, Extended, Ultimate") {
		t.Error(text)
	}
	idp.call(scim, 201, "POST", "/Users", person("BASIC"))
	ops.post(core+"/retire", "to", "off")
	ops.leads(operatorPlansPath)
	ops.get(operatorPlansPath)
	ops.want(200, "Retired", "2 organizations, 3 members")
	ops.get(operatorOrgs + "/new")
	if strings.Contains(ops.last.Body.String(), `value="Basic"`) {
		t.Error("a retired plan is offered")
	}
	ops.get(operatorOrgs + "/" + w.org.ID)
	ops.want(200, "(retired)")
	ops.post(core+"/move", "to", "up")
	ops.leads(operatorPlansPath)
	ops.post(core+"/retire", "to", "sale")
	ops.leads(operatorPlansPath)
	ops.post(operatorPlansPath+"/pln-nobody/rename", "name", "X")
	ops.want(404)
}

// TestOperatorStaff: a colleague is invited by mail, signs in, and is switched off at once; audited.
func TestOperatorStaff(t *testing.T) {
	w := newWorld(t)
	ops := w.operator()
	ops.post(operatorStaffPath, "email", "two@")
	ops.want(422, "not an e-mail address", `value="two@"`)
	ops.post(operatorStaffPath, "email", "two@saas.example")
	ops.leads(operatorStaffPath)
	two := newBrowser(t, w.h)
	link := mailed(t, w.db, "operator_welcome")
	two.get(link)
	two.want(200, "two@saas.example")
	ops.get(operatorStaffPath)
	ops.want(200, "two@saas.example", "Invited", "(you)")
	id := w.operatorID("two@saas.example")
	ops.post(operatorStaffPath + "/" + w.operatorID("ops@saas.example") + "/off")
	ops.want(422, "Ask a colleague")
	ops.post(operatorStaffPath + "/" + id + "/reset")
	ops.leads(operatorStaffPath)
	two.get(link)
	two.want(404)
	link = mailed(t, w.db, "operator_welcome")
	two.get(link)
	two.want(200)
	ops.post(operatorStaffPath + "/" + id + "/off")
	ops.leads(operatorStaffPath)
	two.get(link)
	two.want(404)
	two.post("/operator/login", "email", "two@saas.example", "password", "")
	two.want(422, "do not fit together")
	ops.post(operatorStaffPath + "/" + id + "/on")
	ops.leads(operatorStaffPath)
	ops.get(operatorAuditPath)
	ops.want(200, "Operator switched off", "Operator's access reset", "two@saas.example", "The rollcall command")
	ops.get(operatorAuditPath + "?operator=command")
	if strings.Contains(text(ops.last), "Operator switched off") {
		t.Error("the filter lets others through")
	}
	ops.get(operatorAuditPath + "?org=" + w.org.ID)
	ops.want(200, "Audit of Acme", "Organization made", "jo@acme.com")
	ops.get(operatorAuditPath + "?org=org-nobody")
	ops.want(404)
}

func (w *world) operatorID(email string) (id string) {
	w.t.Helper()
	w.in(&models.Organization{}, func(tx *models.Tx) error {
		o, err := models.FindOperatorByEmail(tx, email)
		id = o.ID
		return err
	})
	return id
}

// TestOperatorCodeGuessing: after five wrong codes the password is asked for again, and after twenty in an hour no code is
// taken, from wherever.
func TestOperatorCodeGuessing(t *testing.T) {
	w := newWorld(t)
	w.operator()
	base, _ := url.Parse("http://localhost:8080")
	w.h = New(Config{DB: w.db, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: base, Payment: "sandbox", RateLimits: true})
	b := newBrowser(t, w.h)
	wrong := 0
	for b.last == nil || b.last.Code != 429 {
		b.post("/operator/login", "email", "ops@saas.example", "password", testPassword)
		b.leads("/operator/code")
		for range 5 {
			if b.post("/operator/code", "code", "000000"); b.last.Code == 429 {
				break
			}
			wrong++
		}
		if b.last.Code != 429 {
			b.leads("/operator/login")
		}
	}
	if wrong != codeTries {
		t.Errorf("%d codes were looked at", wrong)
	}
	b.want(429, "Wait")
}

// TestOperatorHealth: what needs attention stands first, and what the page asks of the database does not grow with the
// organizations.
func TestOperatorHealth(t *testing.T) {
	w := newWorld(t)
	ops := w.operator()
	ops.get(operatorHealthPath)
	ops.want(200, "0 of 2 organizations need attention.", "Nothing needs attention.")
	activeConnection(t, w.db, w.org.ID)
	w.activeDirectory(w.twin, 1)
	for i := range 5 {
		w.exec(fmt.Sprintf(`INSERT INTO sign_ins (seq, id, organization_id, connection_id, kind, outcome, reference, started_at) VALUES (%d, 'sig-%d', '%s', 'con-%s', 'login', 'failed', 'R%d', '2026-12-01 08:00:00')`, i+1, i, w.org.ID, w.org.ID[4:], i))
	}
	w.exec("UPDATE members SET status = 'held', hold_reasons = 'missing_country' WHERE organization_id = '" + w.twin.ID + "' AND role = 'member'")
	ops.get(operatorHealthPath)
	ops.want(200, "2 of 2 organizations need attention.", "The last sign-ins all failed", "1 member on hold")
	if body := text(ops.last); strings.Index(body, "Acme") > strings.Index(body, "Twin") {
		t.Error("the urgent one is not first")
	}
	ops.get(operatorOrgs + "/" + w.twin.ID)
	ops.want(200, "Needs attention", "1 member on hold", "Rules of the directory")
	var n atomic.Int64
	if err := w.db.OnQuery(func() { n.Add(1) }); err != nil {
		t.Fatal(err)
	}
	queries := func() int64 {
		n.Store(0)
		ops.get(operatorHealthPath + "?show=all")
		ops.want(200)
		return n.Load()
	}
	few := queries()
	for i := range 60 {
		modelstest.Org(t, w.db, fmt.Sprintf("Org %d", i))
	}
	if got := queries(); got != few || got > 25 {
		t.Errorf("%d queries with many organizations, %d with few, at most 25", got, few)
	}
	ops.want(200, "of 62 organizations", "1 to 25 of 62")
	t.Logf("%d queries", few)
}

// TestOperatorCare: the rules that operators change for an organization, and the way out for one that has locked itself
// out, of which its administrators hear.
func TestOperatorCare(t *testing.T) {
	w := newWorld(t)
	ops := w.operator()
	detail := operatorOrgs + "/" + w.org.ID
	ops.post(detail+"/directory", "guests", "on")
	ops.want(404)
	d := w.activeDirectory(w.org, 1)
	ops.post(detail+"/directory", "guests", "on")
	ops.leads(detail)
	w.exec("UPDATE organizations SET require_sso = TRUE WHERE id = '" + w.org.ID + "'")
	ops.get(detail)
	ops.want(200, "Locked out?")
	ops.post(detail + "/passwords")
	ops.leads(detail)
	w.in(w.org, func(tx *models.Tx) error {
		o, err := models.FindOrganization(tx)
		if err != nil || o.RequireSSO {
			t.Errorf("%v %v", o.RequireSSO, err)
		}
		fresh, err := models.FindDirectory(tx, d.ID)
		if err != nil || !fresh.AllowGuests || fresh.Strict {
			t.Errorf("%+v %v", fresh, err)
		}
		rows, err := models.ClaimOutbox(tx, 1000)
		for _, o := range rows {
			if o.Kind == "mail.sso_required" && strings.Contains(o.Payload, "jo@acme.com") && strings.Contains(o.Payload, "staff") {
				return err
			}
		}
		t.Error("no administrator is told")
		return err
	})
	for _, path := range []string{operatorPlansPath, operatorStaffPath, operatorAuditPath, operatorHealthPath} {
		w.admin.get(path)
		w.admin.leads("/operator/login")
	}
}

// TestOperatorSeats: an operator sets the seats, sees who waits by name, and opens their pages while acting.
func TestOperatorSeats(t *testing.T) {
	w := newWorld(t)
	ops := w.operator()
	detail := operatorOrgs + "/" + w.org.ID
	for _, typed := range []string{"many", "0", "-3", "100001", "1.5"} {
		ops.post(detail+"/seats", "seats", typed)
		ops.want(422, "Write a number of seats between 1 and 100000", `value="`+typed+`"`)
	}
	person(t, w.db, w.org.ID, "mia@acme.com", models.RoleMember)
	ops.post(detail+"/seats", "seats", "2")
	ops.leads(detail)
	person(t, w.db, w.org.ID, "ivy@acme.com", models.RoleMember)
	w.exec("UPDATE members SET status = 'leaving' WHERE organization_id = '" + w.org.ID + "' AND email = 'mia@acme.com'")
	link := regexp.MustCompile(`href="/organization/members/mem-`)
	ops.get(detail)
	ops.want(200, "Waiting for a seat", "ivy@acme.com", "Removal waiting", "mia@acme.com", "to open their pages")
	if link.MatchString(ops.last.Body.String()) {
		t.Error("a link that leads an operator who does not act to the sign-in")
	}
	ops.post(detail+"/act", "reason", "Ticket 4711: seats")
	ops.get(detail)
	if len(link.FindAllString(ops.last.Body.String(), -1)) != 2 || strings.Contains(text(ops.last), "to open their pages") {
		t.Error("the names lead nowhere")
	}
	ops.get(operatorOrgs + "/" + w.twin.ID)
	ops.want(200, "How many members may be active")
	ops.post(detail+"/seats", "seats", "")
	ops.leads(detail)
	ops.get(detail)
	ops.want(200, "Seats are no longer counted.")
	w.in(w.org, func(tx *models.Tx) error {
		o, err := models.FindOrganization(tx)
		if err != nil || o.Seats != nil {
			t.Errorf("%v %v", o.Seats, err)
		}
		waiting, err := models.CountMembers(tx, models.MemberQuery{Status: models.MemberWaiting})
		if waiting != 0 {
			t.Errorf("%d still wait", waiting)
		}
		return err
	})
}
