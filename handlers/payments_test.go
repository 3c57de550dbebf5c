package handlers

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"rollcall/models"
)

// teller stands for Stripe: it says what the test wants, and its events are signed with one word.
type teller struct {
	down    bool
	started []models.Purchase
	closed  []string
	now     models.Payment // what Find says
	event   models.Payment
}

func (p *teller) Start(_ context.Context, b models.Purchase) (*models.Payment, error) {
	p.started = append(p.started, b)
	if p.down {
		return nil, errors.New("dial tcp: connection refused")
	}
	p.now = models.Payment{OrderID: b.Order.ID, Ref: "cs_1", State: models.PayOpen, URL: "https://pay.example/c/1", Amount: b.Order.Amount, Currency: b.Order.Currency}
	out := p.now
	return &out, nil
}

func (p *teller) Find(context.Context, string) (*models.Payment, error) {
	if p.down {
		return nil, errors.New("timeout")
	}
	out := p.now
	return &out, nil
}

func (p *teller) Close(_ context.Context, ref string) (*models.Payment, error) {
	p.closed = append(p.closed, ref)
	if p.now.State == models.PayOpen {
		p.now.State = models.PayExpired
	}
	return p.Find(context.Background(), ref)
}

func (p *teller) Event(_ []byte, signature string) (*models.Payment, error) {
	if signature != "signed" {
		return nil, &models.Error{Code: models.Invalid, Message: "not signed"}
	}
	out := p.event
	return &out, nil
}

// withStripe is a world that takes payments by a teller. Prices are set: examples are not sold.
func withStripe(t *testing.T) (*world, *teller) {
	t.Helper()
	w := newWorld(t).nothingBought()
	p := &teller{}
	base, _ := url.Parse(w.base())
	w.h = New(Config{DB: w.db, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: base, Payment: "stripe", Payments: p})
	w.admin.h = w.h
	w.admin.get(checkoutPath)
	w.admin.leads("/organization/billing")
	w.admin.get("/organization/billing")
	w.admin.want(200, "Nothing is sold on this page.", "Ask the person at Rollcall", "Price on request.")
	w.in(w.org, func(tx *models.Tx) error {
		return models.SetPrice(tx, models.NewPrice{Product: models.ProductBoth, Currency: "eur", Period: models.PerYear, Amount: 120000})
	})
	return w, p
}

func (w *world) base() string { return "http://localhost:8080" }

func (w *world) hook(body, signature string) *browser {
	w.t.Helper()
	b := newBrowser(w.t, w.h)
	b.do("POST", "/hooks/stripe", strings.NewReader(body), "Stripe-Signature", signature)
	return b
}

// TestStripeEvents: the event may come before, after and twice; the return page asks as well (SPEC B2).
func TestStripeEvents(t *testing.T) {
	for _, order := range []string{"event, return", "return, event", "event, event, return, event"} {
		t.Run(order, func(t *testing.T) {
			w, p := withStripe(t)
			w.admin.checkout("both")
			w.admin.want(200, "Taking you to the payment page", "pay.example", "https://pay.example/c/1")
			if got := w.admin.last.Header().Get("Content-Security-Policy"); got != csp {
				t.Error("the policy is changed: ", got)
			}
			b := p.started[0]
			if b.Done != w.base()+orderPath(b.Order)+"/done" || b.Back != w.base()+orderPath(b.Order) || b.Order.Amount != 120000 {
				t.Errorf("%+v", b)
			}
			p.now.State, p.now.Subscription = models.PayPaid, "sub_1"
			for step := range strings.SplitSeq(order, ", ") {
				if step == "return" {
					w.admin.get(orderPath(b.Order) + "/done")
					w.admin.want(200, "Confirm your purchase", "1,200.00 EUR per year")
					continue
				}
				p.event = p.now
				w.hook("{}", "signed").want(200, "done")
			}
			w.hasBought("sso scim paid")
			var paid, mails int
			for query, n := range map[string]*int{"SELECT COUNT(*) FROM audit_events WHERE action = 'order.paid'": &paid, "SELECT COUNT(*) FROM outbox WHERE kind = 'mail.receipt'": &mails} {
				if err := w.db.SQL().QueryRow(query).Scan(n); err != nil || *n != 1 {
					t.Errorf("%s: %d %v", query, *n, err)
				}
			}
		})
	}
}

// TestStripeHook: what a stranger, a replay or a slip sends changes nothing.
func TestStripeHook(t *testing.T) {
	w, p := withStripe(t)
	w.admin.checkout("both")
	o := p.started[0].Order
	before := w.dump()
	same := func() {
		t.Helper()
		if now := w.dump(); now != before {
			t.Errorf("a row changed:\n%s", firstDifference(before, now))
		}
	}
	p.event = models.Payment{OrderID: o.ID, State: models.PayPaid, Amount: o.Amount, Currency: o.Currency}
	w.hook("{}", "forged").want(400, "not signed")
	w.hook("{}", "").want(400)
	w.hook(strings.Repeat("x", maxHook+1), "signed").want(413)
	same()
	p.event = models.Payment{}
	w.hook("{}", "signed").want(200, "nothing to do")
	p.event = models.Payment{OrderID: "ord-unknown", Ref: "cs_unknown", State: models.PayPaid, Amount: 1, Currency: "eur"}
	w.hook("{}", "signed").want(200, "not bought here")
	p.event = models.Payment{OrderID: o.ID, State: models.PayPaid, Amount: 1, Currency: "eur"}
	w.hook("{}", "signed").want(409)
	p.event = models.Payment{OrderID: o.ID, State: models.PayPaid, Amount: o.Amount, Currency: "usd"}
	w.hook("{}", "signed").want(409)
	p.event = models.Payment{OrderID: o.ID, State: models.PayRefunded}
	w.hook("{}", "signed").want(200)
	same()
	w.hasBought("open")
	newBrowser(t, w.h).get("/hooks/stripe")
	p.event = models.Payment{OrderID: o.ID, State: models.PayPending}
	w.hook("{}", "signed").want(200, "done")
	p.now.State = models.PayPending
	w.admin.get(orderPath(o) + "/done")
	w.admin.want(200, "The payment is on its way")
	w.admin.checkout("both")
	w.admin.want(409, "is on its way to us")
	p.event = models.Payment{OrderID: o.ID, State: models.PayFailed, Message: "The bank refused the payment."}
	w.hook("{}", "signed").want(200, "done")
	w.admin.get(orderPath(o))
	w.admin.want(200, "The payment failed", "The bank refused the payment.", "You were not charged")
	w.hasBought("failed")
}

// TestStripeDown: when Stripe does not answer, nobody is charged, nothing is lost, and it goes on later.
func TestStripeDown(t *testing.T) {
	w, p := withStripe(t)
	p.down = true
	w.admin.checkout("both", "billing_email", "money@acme.com")
	w.admin.want(503, "The payment service does not answer. You were not charged", "money@acme.com")
	p.down = false
	w.admin.checkout("both")
	w.admin.want(200, "Taking you to the payment page")
	if len(p.started) != 2 || p.started[0].Order.ID != p.started[1].Order.ID {
		t.Error("another order")
	}
	o := p.started[0].Order
	p.down = true
	w.admin.get(orderPath(o))
	w.admin.want(200, "we cannot say yet whether this is paid", "Look again")
	for _, action := range []string{"/pay", "/cancel"} {
		w.admin.post(orderPath(o) + action)
		w.admin.leads(orderPath(o))
	}
	w.hasBought("open")
	p.down = false
	w.admin.post(orderPath(o) + "/cancel")
	w.admin.leads(tab)
	w.hasBought("cancelled")
	if strings.Join(p.closed, " ") != "cs_1 cs_1" {
		t.Error(p.closed)
	}
}

// TestNoPayment: where nothing is sold, the pages say whom to ask and keep what was entered (SPEC B3).
func TestNoPayment(t *testing.T) {
	w := newWorld(t).nothingBought()
	base, _ := url.Parse(w.base())
	w.h = New(Config{DB: w.db, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: base, Payment: "none", SupportEmail: "sales@rollcall.example"})
	w.admin.h = w.h
	w.admin.post(tab+"/settings", w.settings("domains", "acme.com, more.example", "next", checkoutPath)...)
	w.admin.leads(checkoutPath)
	for range 2 {
		w.admin.post(checkoutPath, "product", "sso", "billing_email", "jo@acme.com")
		w.admin.leads("/organization/billing")
	}
	w.admin.get("/organization/billing")
	w.admin.want(200, "Write to sales@rollcall.example", "What you have entered is kept.")
	if strings.Contains(w.admin.last.Body.String(), "Sandbox") || strings.Contains(w.admin.last.Body.String(), "/organization/checkout") {
		t.Error("something is sold")
	}
	w.hasBought("")
	w.admin.get(tab)
	w.admin.want(200, "more.example")
}
