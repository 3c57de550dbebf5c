package main

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stripe/stripe-go/v85/webhook"
)

const (
	paidOrders = "SELECT COUNT(*) FROM orders WHERE organization_id = ? AND state = 'paid'"
	paidEvents = "SELECT COUNT(*) FROM audit_events WHERE organization_id = ? AND action = 'order.paid'"
	receipts   = "SELECT COUNT(*) FROM outbox WHERE organization_id = ? AND kind = 'mail.receipt'"
	features   = "SELECT COUNT(*) FROM organizations WHERE id = ? AND sso_bought AND scim_bought"
)

// TestStoryBuyBoth: from the tab through checkout and sandbox back to the tab, which has all that was entered (SPEC B1).
func TestStoryBuyBoth(t *testing.T) {
	s := newPeopleStory(t)
	a := s.admin
	tab := s.base + "/organization/sso"
	a.AccessibleInAllLooks("tab before the purchase", tab)
	a.Open(tab)
	a.Fill("Email domains", "acme.test, acme-labs.test")
	a.Choose("Provision default plan", "Extended")
	a.Go("Continue to Checkout")
	a.AccessibleInAllLooks("checkout", a.Address())
	a.Fill("Receipts go to", "bills@acme.test")
	a.Press("Continue to payment")
	a.Wait("the sandbox's page", `location.pathname.startsWith("/sandbox/") && document.readyState === "complete"`)
	a.AccessibleInAllLooks("sandbox", a.Address())
	a.Go("Pay with a card that is declined")
	a.See("Your card was declined. You were not charged.")
	s.rows(map[string]int{paidOrders: 0, features: 0, receipts: 0})
	a.Go("Pay")
	a.AccessibleInAllLooks("confirm", a.Address())
	a.See("149.00 USD per month")
	a.Go("Confirm Purchase")
	a.See("Thank you: Single Sign-On and Directory Sync bought.")
	a.Wait("the notice has the focus", `document.activeElement.matches(".flash")`)
	if got := a.Value("Email domains"); !strings.Contains(got, "acme-labs.test") {
		t.Errorf("the domains are lost: %q", got)
	}
	a.Wait("the plan is kept", `document.querySelector("[name=default_plan]").selectedOptions[0].text === "Extended"`)
	a.See("Generate SSO setup link")
	if text := s.letter("receipt", "bills@acme.test"); !strings.Contains(text, "no money has moved") {
		t.Error(text)
	}
	s.rows(map[string]int{
		paidOrders: 1, paidEvents: 1, receipts: 1, features: 1, "SELECT COUNT(*) FROM orders WHERE organization_id = ?": 1,
		"SELECT COUNT(*) FROM domains WHERE organization_id = ? AND (name = 'acme.test' AND state = 'verified' OR name = 'acme-labs.test' AND state = 'unverified')": 2,
		"SELECT COUNT(*) FROM organizations JOIN plans ON plans.id = default_plan_id WHERE organizations.id = ? AND plans.name = 'Extended'":                         1,
	})
	s.audited(map[string]int{"organization.settings_changed": 1, "order.started": 1, "order.confirmed": 1})
	a.Open(s.base + "/organization/activity")
	a.See("Purchase confirmed")
	a.AccessibleInAllLooks("billing", s.base+"/organization/billing")
	s.silent(a)
}

// TestStoryBuyThroughStripe: at a server that stands for Stripe, with its event before, after and twice (SPEC B2).
func TestStoryBuyThroughStripe(t *testing.T) {
	s := newPeopleStory(t)
	stripe := newStandIn(t, s.base)
	for product, amount := range map[string]string{"sso": "99", "scim": "99", "seats": "2"} {
		s.command(t, new([]any), "price", "set", "--product", product, "--amount", amount, "--currency", "eur")
	}
	if err := s.process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.program.Env = append(s.program.Env, "ROLLCALL_PAYMENT=stripe", "ROLLCALL_STRIPE_SECRET_KEY=sk_test_1", "ROLLCALL_STRIPE_WEBHOOK_SECRET="+standInSecret, "ROLLCALL_STRIPE_API_URL="+stripe.URL)
	s.serve()

	stripe.before = func(id string) { // the event comes first, and is enough
		stripe.send(id)
		s.rows(map[string]int{paidOrders: 1, paidEvents: 1})
	}
	s.buyAtStripe("Single Sign-On ·", "Single Sign-On bought")
	stripe.before = func(string) {} // now the return page is first
	s.buyAtStripe("Directory Sync ·", "Directory Sync bought")
	s.rows(map[string]int{paidOrders: 2, paidEvents: 2, features: 1})
	stripe.send("cs_test_2")
	s.command(t, new(map[string]any), "org", "set", s.org, "--seats", "5")
	stripe.before = func(id string) { stripe.send(id); stripe.send(id) }
	s.buyAtStripe("More seats", "10 seats bought")
	stripe.send("cs_test_1")
	s.rows(map[string]int{
		paidOrders: 3, paidEvents: 3, receipts: 3, features: 1,
		"SELECT COUNT(*) FROM organizations WHERE id = ? AND seats = 15":                          1,
		"SELECT COUNT(*) FROM orders WHERE organization_id = ?":                                   3,
		"SELECT COUNT(*) FROM orders WHERE organization_id = ? AND subscription_ref LIKE 'sub_%'": 3,
	})
	s.audited(map[string]int{"order.started": 3, "order.confirmed": 3})
	for _, what := range []string{"Single Sign-On", "Directory Sync", "10 seats"} {
		s.mailSays("Receipt: " + what + " for Acme Corp")
	}
	s.silent(s.admin)
}

// buyAtStripe buys one product and confirms it.
func (p *peopleStory) buyAtStripe(product, thanks string) {
	p.t.Helper()
	p.admin.Open(p.base + "/organization/checkout")
	p.admin.Tick(product)
	p.admin.Press("Continue to payment")
	p.admin.Wait("Stripe's page", `document.title === "Stand-in" && document.readyState === "complete"`)
	p.admin.Go("Subscribe")
	p.admin.Go("Confirm Purchase")
	p.admin.See(thanks)
}

// TestStoryDirectoryAlone: Directory Sync without Single Sign-On, switched on without a purchase: whoever the directory
// brings gets an invitation and comes in with a password (SPEC B3, B5).
func TestStoryDirectoryAlone(t *testing.T) {
	s := newPeopleStory(t, "--feature", "scim")
	var dir struct {
		BaseURL string `json:"base_url"`
		Token   string
	}
	s.command(t, &dir, "directory", "create", "--org", s.org, "--idp", "okta")
	o := &okta{t: t, base: dir.BaseURL, token: dir.Token, ids: map[string]string{}}
	o.person("eve@acme.test", "Eve", "Stone", "Extended")
	eve := s.browser.NewPage(t)
	eve.AccessibleInAllLooks("invite from the directory", s.link(s.letter("invite", "eve@acme.test"), "/invites/"))
	eve.See("Eve Stone") // the directory has said the name
	eve.Fill("Password", storyPassword)
	eve.Go("Join Acme Corp")
	eve.Open(s.base + "/account")
	eve.See("Acme Corp’s directory")
	eve.See("Extended")
	s.admin.AccessibleInAllLooks("tab with Directory Sync alone", s.base+"/organization/sso")
	s.admin.Wait("Active", `document.querySelector("#scim-status").innerText.includes("Active") && document.querySelector("#sso-status").innerText.includes("Not included")`)
	s.rows(map[string]int{
		"SELECT COUNT(*) FROM orders WHERE organization_id = ?":                                                             0,
		"SELECT COUNT(*) FROM outbox WHERE organization_id = ? AND kind = 'mail.invite' AND payload LIKE '%eve@acme.test%'": 1,
		"SELECT COUNT(*) FROM audit_events WHERE organization_id = ? AND action = 'invite.created' AND actor_kind = 'scim'": 1,
		"SELECT COUNT(*) FROM members WHERE organization_id = ? AND email = 'eve@acme.test' AND status = 'active'":          1,
	})
	o.deactivate("eve@acme.test")
	s.out(eve)
	s.letter("downgraded", "eve@acme.test")
	s.audited(map[string]int{"order.started": 0, "directory.activated": 1, "invite.accepted": 2, "member.deactivated": 1})
	s.silent(eve, s.admin)
}

const standInSecret = "whsec_story"

// standIn stands for Stripe: the three calls that are made of it, its payment page, and its events.
type standIn struct {
	*httptest.Server
	t      *testing.T
	hooks  string
	before func(id string) // when somebody has paid, before the way back

	mu       sync.Mutex
	sessions map[string]map[string]any
	keys     map[string]string // idempotency key to session
}

func newStandIn(t *testing.T, base string) *standIn {
	s := &standIn{t: t, hooks: base + "/hooks/stripe", sessions: map[string]map[string]any{}, keys: map[string]string{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/checkout/sessions", s.create)
	mux.HandleFunc("GET /v1/checkout/sessions/{id}", func(w http.ResponseWriter, r *http.Request) { s.answer(w, r.PathValue("id")) })
	mux.HandleFunc("GET /pay/{id}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `<!DOCTYPE html><html lang="en"><title>Stand-in</title><link rel="icon" href="data:,"><form method="post"><button>Subscribe</button></form>`)
	})
	mux.HandleFunc("POST /pay/{id}", s.pay)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *standIn) create(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	id := s.keys[r.Header.Get("Idempotency-Key")]
	if id == "" {
		id = fmt.Sprintf("cs_test_%d", len(s.sessions)+1)
		s.keys[r.Header.Get("Idempotency-Key")] = id
		unit, _ := strconv.Atoi(r.FormValue("line_items[0][price_data][unit_amount]"))
		n, _ := strconv.Atoi(r.FormValue("line_items[0][quantity]"))
		s.sessions[id] = map[string]any{
			"id": id, "object": "checkout.session", "status": "open", "payment_status": "unpaid", "amount_total": unit * n,
			"currency": r.FormValue("line_items[0][price_data][currency]"), "client_reference_id": r.FormValue("client_reference_id"),
			"url": s.URL + "/pay/" + id, "success_url": r.FormValue("success_url"), "mode": r.FormValue("mode"),
		}
	}
	s.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer sk_test_1" {
		s.t.Error("the secret key does not come along")
	}
	s.answer(w, id)
}

func (s *standIn) answer(w http.ResponseWriter, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(s.sessions[id])
}

func (s *standIn) pay(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	s.mu.Lock()
	session := s.sessions[id]
	session["status"], session["payment_status"], session["customer"], session["subscription"] = "complete", "paid", "cus_1", "sub_"+id
	back := session["success_url"].(string)
	s.mu.Unlock()
	s.before(id)
	http.Redirect(w, r, html.UnescapeString(back), http.StatusSeeOther)
}

// send sends the event of a session that is complete, signed, and wants it taken.
func (s *standIn) send(id string) {
	s.mu.Lock()
	body, _ := json.Marshal(map[string]any{
		"id": "evt_" + id, "object": "event", "type": "checkout.session.completed", "data": map[string]any{"object": s.sessions[id]},
	})
	s.mu.Unlock()
	signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: body, Secret: standInSecret})
	r, _ := http.NewRequest("POST", s.hooks, strings.NewReader(string(body)))
	r.Header.Set("Stripe-Signature", signed.Header)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Error(err)
		return
	}
	defer answer.Body.Close()
	if text, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusOK {
		s.t.Errorf("the event was answered %d: %s", answer.StatusCode, text)
	}
}
