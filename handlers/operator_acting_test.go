package handlers

import (
	"strings"
	"testing"
	"time"

	"rollcall/models"
)

// TestOperatorActs: an operator acts as an administrator, with a banner on every page, under the operator's own name in the
// organization's activity, beside a member's session of the same browser.
func TestOperatorActs(t *testing.T) {
	w := newWorld(t)
	ops := w.operator()
	detail := operatorOrgs + "/" + w.org.ID
	ops.post(detail+"/act", "reason", "why")
	ops.want(422, "5 to 300 characters", `value="why"`)
	ops.get("/organization")
	ops.leads("/login?next=%2Forganization")
	ops.post(detail+"/act", "reason", "Ticket 4711: domains")
	ops.leads("/organization")
	for _, path := range []string{"/organization", "/organization/sso", "/organization/members", "/organization/sso/policy", "/organization/activity", "/organization/nothing", "/operator/organizations"} {
		ops.get(path)
		if ops.last.Code == 303 || !strings.Contains(text(ops.last), "You act as an administrator of Acme") {
			t.Errorf("%s: %d without the banner", path, ops.last.Code)
		}
	}
	ops.org = w.org.ID
	ops.post("/organization/settings", "name", "Acme Two", "version", "x")
	ops.post("/organization/invites", "email", "new@acme.com", "role", "member")
	ops.want(303)
	ops.post("/organization/sso/policy/codes")
	ops.want(403, "You act for this organization", "Stop acting")
	ops.post("/organization/sso/directory/tokens", "days", "0")
	if ops.last.Code == 200 {
		t.Error("an operator sees a token")
	}
	ops.org = w.twin.ID
	ops.post("/organization/invites", "email", "new@acme.com", "role", "member")
	ops.want(409)
	for _, path := range []string{"/account", "/account/leave"} { // a person's own pages
		ops.get(path)
		ops.want(303)
	}
	w.admin.get("/organization/activity")
	w.admin.want(200, "ops@saas.example (the service’s staff, acting as administrator)", "Ticket 4711: domains", "Invite sent")

	// Beside it the browser is signed in as a member of the other organization; that stays as it was.
	ops.jar[cookieSession] = w.other.jar[cookieSession]
	ops.get("/organization")
	ops.want(200, "Acme", "Stop acting")
	ops.get("/account")
	ops.want(200, "Twin")
	ops.post("/operator/acting/end")
	ops.leads(detail)
	ops.get("/organization")
	ops.want(200, "Twin")
	delete(ops.jar, cookieSession)
	ops.get("/organization")
	ops.want(303)
	ops.post("/operator/acting/end")
	ops.leads("/operator/organizations")
}

// TestOperatorActsForAnHour: the hour, the end of the operator's session and its absence all end it.
func TestOperatorActsForAnHour(t *testing.T) {
	w := newWorld(t)
	ops := w.operator()
	act := func() {
		t.Helper()
		ops.post(operatorOrgs+"/"+w.org.ID+"/act", "reason", "Ticket 4711")
		ops.leads("/organization")
		ops.get("/organization")
		ops.want(200)
	}
	act()
	w.clock.Forward(50 * time.Minute)
	ops.get("/organization")
	ops.want(200)
	w.clock.Forward(11 * time.Minute)
	ops.get("/organization")
	ops.leads("/login?next=%2Forganization")
	act()
	ops.post("/operator/logout")
	ops.leads("/operator/login")
	ops.get("/organization")
	ops.leads("/login?next=%2Forganization")
	w.in(w.org, func(tx *models.Tx) error {
		rows, err := models.ListImpersonations(tx, 10)
		if len(rows) != 2 || rows[0].EndedAt == nil && rows[1].EndedAt == nil {
			t.Errorf("%+v", rows)
		}
		return err
	})
}

// TestOperatorActsAndBuysNothing: neither a purchase of its own nor the payment of one that an administrator has begun.
func TestOperatorActsAndBuysNothing(t *testing.T) {
	w := newWorld(t).nothingBought()
	ops := w.operator()
	ops.post(operatorOrgs+"/"+w.org.ID+"/act", "reason", "Ticket 4711: wants to buy")
	ops.leads("/organization")
	ops.org = w.org.ID
	refused := "you cannot buy something in its name. One of its administrators can."
	ops.checkout("both")
	ops.want(403, refused)
	orders := func() (list []models.Order) {
		w.in(w.org, func(tx *models.Tx) (err error) { list, err = models.ListOrders(tx, 10); return err })
		return list
	}
	if list := orders(); len(list) != 0 {
		t.Errorf("an operator began %d purchases", len(list))
	}
	w.admin.checkout("both")
	w.admin.toSandbox()
	begun := checkoutPath + "/" + orders()[0].ID
	ops.post(begun + "/pay")
	ops.want(403, refused)
	w.admin.post(begun + "/pay")
	w.admin.toSandbox()
}
