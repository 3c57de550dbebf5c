package handlers

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"rollcall/models"
)

var shownSecret = regexp.MustCompile(`value="([A-Z2-7]{32})"`)

// operator is a browser of an operator who came in by the welcome link, password and code.
func (w *world) operator() *browser {
	w.t.Helper()
	token := ""
	w.in(&models.Organization{}, func(tx *models.Tx) (err error) {
		_, token, err = models.CreateOperator(tx, "ops@saas.example", "")
		return err
	})
	b := newBrowser(w.t, w.h)
	b.get("/operator/welcome/" + token)
	b.want(200, "ops@saas.example")
	b.post("/operator/welcome/"+token, "password", "short")
	b.want(422, "at least 10")
	b.post("/operator/welcome/"+token, "password", testPassword)
	b.leads("/operator/code")
	b.get("/operator/code")
	b.want(200)
	secret := shownSecret.FindStringSubmatch(b.last.Body.String())
	if secret == nil {
		w.t.Fatalf("no secret in:\n%s", b.last.Body)
	}
	b.post("/operator/code", "code", "000000")
	b.want(422, "does not fit")
	b.get("/operator/organizations")
	b.leads("/operator/login")
	code, err := totp.GenerateCode(secret[1], w.clock.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	half := b.jar[cookieOperator]
	b.post("/operator/code", "code", code)
	b.leads("/operator/organizations")
	if b.jar[cookieOperator] == half {
		w.t.Error("the half session became the whole one")
	}
	// Neither the link nor the code nor the half session is worth anything a second time.
	again := newBrowser(w.t, w.h)
	again.get("/operator/welcome/" + token)
	again.want(404)
	again.jar[cookieOperator] = half
	again.post("/operator/code", "code", code)
	again.leads("/operator/login")
	return b
}

// TestOperatorDoor: a member's session opens nothing at the desk, and the second sign-in shows no secret.
func TestOperatorDoor(t *testing.T) {
	w := newWorld(t)
	ops := w.operator()
	for _, path := range []string{"/operator", "/operator/organizations", "/operator/organizations/" + w.org.ID, "/operator/outbox"} {
		w.admin.get(path)
		w.admin.leads("/operator/login")
	}
	w.admin.post("/operator/organizations/"+w.org.ID+"/terms", "sso", "on")
	w.admin.leads("/operator/login")
	ops.get("/organization")
	ops.leads("/login?next=%2Forganization")

	b := newBrowser(t, w.h)
	for _, typed := range [][2]string{{"ops@saas.example", "wrong password"}, {"nobody@saas.example", testPassword}, {"", ""}} {
		b.post("/operator/login", "email", typed[0], "password", typed[1])
		b.want(422, "do not fit together")
	}
	b.post("/operator/login", "email", "OPS@saas.example", "password", testPassword)
	b.leads("/operator/code")
	b.get("/operator/code")
	b.want(200, "Six digits")
	if shownSecret.MatchString(b.last.Body.String()) {
		t.Error("the secret is shown again")
	}
	ops.post("/operator/logout")
	ops.leads("/operator/login")
	ops.get("/operator/organizations")
	ops.leads("/operator/login")
}

var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)

// TestOperatorDesk is SPEC B3: an organization set up by the sales people without a purchase.
func TestOperatorDesk(t *testing.T) {
	w := newWorld(t)
	ops := w.operator()
	ops.get("/operator/organizations")
	ops.want(200, "2 organizations", "Acme", "twin.example")
	ops.get("/operator/organizations?q=TWIN.ex")
	ops.want(200, "1 organization", "Twin")
	ops.get("/operator/organizations?q=%25")
	ops.want(200, "0 organizations")

	ops.post("/operator/organizations", "name", "Birch", "domains", "gmail.com", "plans", "Core", "default_plan", "Core", "deprovision", "delete")
	ops.want(422, "gmail.com", `value="Birch"`)
	ops.post("/operator/organizations", "name", "Birch", "domains", "birch.example", "plans", "Core", "plans", "Ultimate", "default_plan", "Ultimate", "deprovision", "delete",
		"sso", "on", "admin", "lee@birch.example")
	ops.want(303)
	path := ops.last.Header().Get("Location")
	birch := &models.Organization{ID: strings.TrimPrefix(path, "/operator/organizations/")}
	w.in(birch, func(tx *models.Tx) error {
		o, err := models.FindOrganization(tx)
		if err != nil || !o.SSOBought || o.SCIMBought || o.Deprovision != models.DeprovisionDelete {
			t.Errorf("%+v %v", o, err)
		}
		m, err := models.FindMemberByEmail(tx, "lee@birch.example")
		if err != nil || m.Role != models.RoleAdmin || m.Status != models.MemberInvited {
			t.Errorf("%+v %v", m, err)
		}
		domains, err := models.ListDomains(tx)
		if err != nil || len(domains) != 1 || domains[0].State != models.DomainVerified {
			t.Errorf("%+v %v", domains, err)
		}
		return nil
	})
	w.hasTerms(birch, "true false [Core Ultimate] Ultimate delete")
	ops.post("/operator/organizations", "name", "Cedar", "domains", "cedar.example", "plans", "Core", "default_plan", "Core", "deprovision", "downgrade", "scim", "on")
	ops.want(303)
	w.hasTerms(&models.Organization{ID: strings.TrimPrefix(ops.last.Header().Get("Location"), "/operator/organizations/")}, "false true [Core] Core downgrade")
	ops.get(path)
	ops.want(200, "Birch", "Awaiting", "Not included", "birch.example")
	version := versionField.FindStringSubmatch(ops.last.Body.String())[1]
	ops.post(path+"/terms", "version", version, "sso", "on", "scim", "on", "plans", "Core", "default_plan", "Ultimate", "deprovision", "downgrade")
	ops.want(422, "among the purchased ones (Core)")
	ops.post(path+"/terms", "version", version, "sso", "on", "scim", "on", "plans", "Core", "default_plan", "Core", "deprovision", "downgrade")
	ops.leads(path)
	w.hasTerms(birch, "true true [Core] Core downgrade")
	ops.post(path+"/terms", "version", version, "plans", "Core", "default_plan", "Core", "deprovision", "downgrade")
	ops.want(409, "ops@saas.example changed this", "Single Sign-On on off")
	ops.post(path+"/link", "kind", "scim", "email", "it@birch.example")
	ops.want(200, "Setup link for Directory Sync", "http://localhost:8080/s/", "on its way to it@birch.example")
	ops.post(path+"/link/cancel", "kind", "scim")
	ops.leads(path)
	ops.post(path+"/link/cancel", "kind", "scim")
	ops.want(410, "ended already")
	ops.post(path+"/domains", "domains", "birch.test.example, 10.0.0.1")
	ops.want(422, "10.0.0.1")
	ops.post(path+"/invite", "email", "lee@")
	ops.want(422, "not an e-mail address")
	ops.get("/operator/organizations/org-nobody")
	ops.want(404)
	w.markVerified(ops)
}

// hasTerms looks at what an organization has: both features, its plans, the default one and the policy.
func (w *world) hasTerms(org *models.Organization, want string) {
	w.t.Helper()
	w.in(org, func(tx *models.Tx) error {
		o, err := models.FindOrganization(tx)
		if err != nil {
			return err
		}
		plans, err := models.OrganizationPlans(tx, o)
		if got := fmt.Sprint(o.SSOBought, " ", o.SCIMBought, " ", plans.Names(), " ", plans.Default.Name, " ", o.Deprovision); got != want {
			w.t.Errorf("%s, want %s", got, want)
		}
		return err
	})
}

// markVerified is an operator's word for a domain that an administrator added.
func (w *world) markVerified(ops *browser) {
	w.t.Helper()
	id := ""
	w.in(w.org, func(tx *models.Tx) error {
		added, err := models.AddDomains(tx, []string{"new.example"}, false)
		id = added[0].ID
		return err
	})
	// A domain is found only inside its own organization.
	ops.post("/operator/organizations/" + w.twin.ID + "/domains/" + id + "/verify")
	ops.want(404)
	ops.post("/operator/organizations/" + w.org.ID + "/domains/" + id + "/verify")
	ops.leads("/operator/organizations/" + w.org.ID)
	if got := strings.Join(w.domains(w.org), " "); !strings.Contains(got, "new.example:verified") {
		w.t.Error(got)
	}
	w.admin.get("/organization/activity")
	w.admin.want(200, "service’s staff")
}

// TestOperatorOutbox: what was given up is seen with its cause and without its link, and is tried again.
func TestOperatorOutbox(t *testing.T) {
	w := newWorld(t)
	ops := w.operator()
	var id int64
	w.in(w.org, func(tx *models.Tx) error {
		if err := tx.Queue(models.NewMail("invite", "x@acme.com", "/invites/secret-token", nil)); err != nil {
			return err
		}
		rows, err := models.ClaimOutbox(tx, 1000)
		if err != nil {
			return err
		}
		id = rows[len(rows)-1].ID
		return models.RetryOutbox(tx, &rows[len(rows)-1], "550 no such user here", true)
	})
	w.clock.Forward(time.Minute)
	ops.get("/operator/outbox")
	ops.want(200, "550 no such user here", "Given up")
	if strings.Contains(ops.last.Body.String(), "secret-token") {
		t.Error("an operator sees the link")
	}
	again := fmt.Sprintf("/operator/outbox/%d/again", id)
	ops.post(again)
	ops.leads("/operator/outbox")
	ops.post(again)
	ops.want(409, "tried again already")
	w.in(w.org, func(tx *models.Tx) error {
		rows, err := models.ClaimOutbox(tx, 1000)
		for _, o := range rows {
			if o.ID == id {
				return err
			}
		}
		t.Errorf("not tried again: %v", err)
		return err
	})
}
