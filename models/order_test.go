package models

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"
)

// shop is an organization that has bought nothing, with an administrator and prices.
type shop struct {
	t     *testing.T
	db    *DB
	org   *Organization
	actor Actor
}

func newShop(t *testing.T, db *DB) *shop {
	t.Helper()
	s := &shop{t: t, db: db}
	s.run(Actor{Kind: ActorPublic}, func(tx *Tx) error {
		a, err := CreateAccount(tx, "jo@acme.example", "Jo Miller")
		if err != nil {
			return err
		}
		s.org, err = FoundOrganization(tx, a, "Acme")
		s.actor = Actor{Kind: ActorMember, ID: a.ID}
		return err
	})
	s.actor.OrgID = s.org.ID
	return s
}

func (s *shop) run(by Actor, fn func(*Tx) error) {
	s.t.Helper()
	if err := s.db.Update(context.Background(), by, fn); err != nil {
		s.t.Fatal(err)
	}
}

// want is what the checkout would send for a product at today's example price.
func (s *shop) want(tx *Tx, product string, quantity int64) NewOrder {
	s.t.Helper()
	o, err := FindOrganization(tx)
	if err != nil {
		s.t.Fatal(err)
	}
	prices, err := PricesFor(tx, o, true)
	if err != nil {
		s.t.Fatal(err)
	}
	return NewOrder{Product: product, Quantity: quantity, Price: prices[product], Provider: "sandbox", Billing: Billing{Email: "bills@acme.example"}}
}

func (s *shop) start(product string, quantity int64) (o *Order, err error) {
	s.t.Helper()
	err = s.db.Update(context.Background(), s.actor, func(tx *Tx) (err error) {
		o, err = StartOrder(tx, s.want(tx, product, quantity))
		return err
	})
	return o, err
}

func (s *shop) mustStart(product string) *Order {
	s.t.Helper()
	o, err := s.start(product, 1)
	if err != nil {
		s.t.Fatal(err)
	}
	return o
}

// hears settles what a provider says, as its event does.
func (s *shop) hears(p Payment) (o *Order, err error) {
	s.t.Helper()
	err = s.db.Update(context.Background(), Actor{Kind: ActorSystem, ID: "stripe"}, func(tx *Tx) (err error) {
		o, err = SettleOrder(tx, &p)
		return err
	})
	return o, err
}

func (s *shop) mustHear(p Payment) *Order {
	s.t.Helper()
	o, err := s.hears(p)
	if err != nil {
		s.t.Fatal(err)
	}
	return o
}

func paidFor(o *Order) Payment {
	return Payment{OrderID: o.ID, Ref: "cs_1", State: PayPaid, Amount: o.Amount, Currency: o.Currency, Subscription: "sub_1", Customer: "cus_1",
		Receipt: &Receipt{Ref: "in_1", Number: "A-1", Amount: o.Amount, Currency: o.Currency, URL: "https://pay.example/in_1", At: testNow}}
}

// has are the features, the audit's actions about orders and the mails of the organization.
func (s *shop) has() (features, actions, mails []string) {
	s.t.Helper()
	s.run(s.actor, func(tx *Tx) error {
		features, actions, mails = nil, nil, nil
		o, err := FindOrganization(tx)
		if err != nil {
			return err
		}
		for _, kind := range []string{KindSSO, KindSCIM} {
			if o.Bought(kind) {
				features = append(features, kind)
			}
		}
		events, err := ListAuditEvents(tx, AuditQuery{Limit: 100})
		if err != nil {
			return err
		}
		for _, e := range events {
			if strings.HasPrefix(e.Action, "order.") {
				actions = append(actions, strings.TrimPrefix(e.Action, "order."))
			}
		}
		slices.Reverse(actions)
		var rows []Outbox
		err = tx.org().Order("id").Find(&rows, "kind LIKE ?", "mail.%").Error
		for _, r := range rows {
			mails = append(mails, strings.TrimPrefix(r.Kind, "mail."))
		}
		return err
	})
	return features, actions, mails
}

func (s *shop) wantHas(features, actions, mails string) {
	s.t.Helper()
	f, a, m := s.has()
	for _, c := range []struct {
		got  []string
		want string
	}{{f, features}, {a, actions}, {m, mails}} {
		if got := strings.Join(c.got, " "); got != c.want {
			s.t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// TestOrderPaid: what was paid is granted once, with audit and receipt, however often the provider says so (SPEC B2, B4).
func TestOrderPaid(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		s := newShop(t, db)
		o := s.mustStart(ProductBoth)
		if o.Amount != 14900 || o.Currency != "usd" || o.State != PayOpen {
			t.Fatalf("%+v", o)
		}
		s.wantHas("", "started", "")
		for range 3 {
			if o = s.mustHear(paidFor(o)); o.State != PayPaid || o.PaidAt == nil || o.Surplus {
				t.Fatalf("%+v", o)
			}
		}
		s.mustHear(Payment{OrderID: o.ID, State: PayExpired}) // late
		s.mustHear(Payment{Ref: "cs_1", State: PayCancelled})
		s.wantHas("sso scim", "started paid", "receipt")
		s.run(s.actor, func(tx *Tx) error {
			receipts, err := ListReceipts(tx, 10)
			if len(receipts) != 1 || receipts[0].URL != "https://pay.example/in_1" || receipts[0].OrderID != o.ID {
				t.Errorf("%+v", receipts)
			}
			for range 2 {
				if _, err := ConfirmOrder(tx, o.ID); err != nil {
					return err
				}
			}
			return err
		})
		s.wantHas("sso scim", "started paid confirmed", "receipt")
	})
}

// TestOrderNotPaid: whatever ends without money leaves the organization as it was; money that comes later counts.
func TestOrderNotPaid(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		s := newShop(t, db)
		for i, state := range []string{PayFailed, PayExpired, PayCancelled} {
			o := s.mustStart(ProductSSO)
			if i == 0 {
				s.mustHear(Payment{OrderID: o.ID, State: PayPending})
			}
			if o = s.mustHear(Payment{OrderID: o.ID, State: state, Message: "Your card was declined."}); o.State != state || o.Message == "" {
				t.Errorf("%+v", o)
			}
		}
		s.wantHas("", "started pending failed started expired started cancelled", "")
		s.run(s.actor, func(tx *Tx) error {
			orders, err := ListOrders(tx, 10)
			if len(orders) != 3 {
				t.Errorf("%d orders", len(orders))
			}
			if _, err := ConfirmOrder(tx, orders[0].ID); CodeOf(err) != Conflict {
				t.Errorf("confirmed: %v", err)
			}
			return err
		})
		var last *Order
		s.run(s.actor, func(tx *Tx) error {
			orders, err := ListOrders(tx, 1)
			last = &orders[0]
			return err
		})
		p := paidFor(last)
		p.Amount = 1
		if _, err := s.hears(p); CodeOf(err) != Conflict || !strings.Contains(err.Error(), "0.01 USD") {
			t.Errorf("another sum: %v", err)
		}
		s.wantHas("", "started pending failed started expired started cancelled", "")
		s.mustHear(paidFor(last)) // the person paid while it was being cancelled
		s.wantHas("sso", "started pending failed started expired started cancelled paid", "receipt")
		if _, err := s.hears(Payment{OrderID: "ord-unknown", State: PayPaid}); CodeOf(err) != NotFound {
			t.Errorf("unknown order: %v", err)
		}
	})
}

// TestOrderTwice: one purchase at a time; the same one again is the same order, another one waits, and what is there is
// refused before money.
func TestOrderTwice(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		s := newShop(t, db)
		a, b := s.mustStart(ProductSSO), s.mustStart(ProductSSO)
		if a.ID != b.ID {
			t.Error("a second order for the same thing")
		}
		if _, err := s.start(ProductBoth, 1); err != ErrOrderOpen {
			t.Errorf("another one beside it: %v", err)
		}
		if _, err := db.SQL().Exec(`INSERT INTO orders (id, organization_id, product, quantity, currency, amount, period, state, provider, created_by, created_at, expires_at)
			SELECT 'ord-x', organization_id, product, 1, 'usd', 1, 'once', 'pending', provider, created_by, created_at, expires_at FROM orders`); err == nil {
			t.Error("the database takes a second open order")
		}
		db.Now = func() time.Time { return testNow.Add(2 * time.Hour) }
		if _, err := s.start(ProductSSO, 1); err != ErrOrderOpen {
			t.Errorf("a stale one is gone on with: %v", err)
		}
		s.mustHear(Payment{OrderID: a.ID, State: PayExpired})
		s.run(s.actor, func(tx *Tx) error { return changeOrganization(tx, map[string]any{"sso_bought": true}) })
		for _, product := range []string{ProductSSO, ProductBoth} {
			if _, err := s.start(product, 1); CodeOf(err) != Conflict || !strings.Contains(err.Error(), "Single Sign-On is included already") {
				t.Errorf("%s: %v", product, err)
			}
		}
		for _, product := range []string{"", "free", ProductSeats} {
			if _, err := s.start(product, 5); err == nil {
				t.Errorf("%q was sold", product)
			}
		}
		if o := s.mustStart(ProductSCIM); o.Product != ProductSCIM {
			t.Errorf("%+v", o)
		}
	})
}

// TestOrderSurplus: what staff granted while the person paid is paid for in vain, and everybody is told.
func TestOrderSurplus(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		s := newShop(t, db)
		s.run(Actor{Kind: ActorOperator}, func(tx *Tx) error {
			_, _, err := CreateOperator(tx, "desk@rollcall.example", "x")
			return err
		})
		o := s.mustStart(ProductSSO)
		s.run(s.actor, func(tx *Tx) error { return changeOrganization(tx, map[string]any{"sso_bought": true}) })
		if o = s.mustHear(paidFor(o)); !o.Surplus {
			t.Error("not surplus")
		}
		s.wantHas("sso", "started surplus paid", "order_surplus order_surplus order_surplus receipt")
		s.mustHear(Payment{Customer: "cus_1", State: PayRefunded})
		s.mustHear(Payment{Subscription: "sub_1", State: PayEnded}) // nothing after a refund
		s.wantHas("sso", "started surplus paid refunded", "order_surplus order_surplus order_surplus receipt order_refunded order_refunded order_refunded")
	})
}

// TestPrices: a price of a plan goes before one for all; examples are for the sandbox only.
func TestPrices(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		s := newShop(t, db)
		s.run(s.actor, func(tx *Tx) error {
			o, err := FindOrganization(tx)
			if err != nil {
				return err
			}
			amounts := func(examples bool) (out [2]int64) {
				prices, err := PricesFor(tx, o, examples)
				if err != nil {
					t.Fatal(err)
				}
				return [2]int64{prices[ProductSSO].Amount, prices[ProductBoth].Amount}
			}
			if got := amounts(false); got != [2]int64{} {
				t.Errorf("examples are sold: %v", got)
			}
			for _, n := range []NewPrice{{ProductSSO, "", "EUR", PerYear, 50000}, {ProductSSO, "core", "eur", PerYear, 40000}, {ProductBoth, "Ultimate", "eur", Once, 1}} {
				if err := SetPrice(tx, n); err != nil {
					return err
				}
			}
			if got := amounts(true); got != [2]int64{40000, 14900} { // Core is the default plan
				t.Errorf("%v", got)
			}
			if got := amounts(false); got != [2]int64{40000, 0} {
				t.Errorf("%v", got)
			}
			if err := SetPrice(tx, NewPrice{ProductSSO, "core", "eur", PerYear, 0}); err != nil {
				return err
			}
			if got := amounts(false); got != [2]int64{50000, 0} {
				t.Errorf("%v", got)
			}
			for _, n := range []NewPrice{{"x", "", "eur", Once, 1}, {ProductSSO, "", "e1r", Once, 1}, {ProductSSO, "", "euro", Once, 1}, {ProductSSO, "", "eur", "week", 1}, {ProductSSO, "Free", "eur", Once, 1}, {ProductSSO, "", "eur", Once, -1}} {
				if err := SetPrice(tx, n); CodeOf(err) != Invalid {
					t.Errorf("%+v: %v", n, err)
				}
			}
			return nil
		})
	})
}

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		amount   int64
		currency string
		want     string
	}{{0, "usd", "0.00 USD"}, {5, "usd", "0.05 USD"}, {123600, "eur", "1,236.00 EUR"}, {99999999, "eur", "999,999.99 EUR"}, {1500000, "jpy", "1,500,000 JPY"}} {
		if got := Money(c.amount, c.currency); got != c.want {
			t.Errorf("%d %s: %q", c.amount, c.currency, got)
		}
	}
	for typed, want := range map[string]int64{"99": 9900, " 99.50 ": 9950, "0.05": 5} {
		if got, err := ParseMoney(typed, "USD"); err != nil || got != want {
			t.Errorf("%q: %d %v", typed, got, err)
		}
	}
	for _, typed := range []string{"", "-1", "1.5", "1.555", "1,50", "9 9", "1.-5", "1e3", "99999999999999999999", "100000000"} {
		if got, err := ParseMoney(typed, "usd"); err == nil {
			t.Errorf("%q: %d", typed, got)
		}
	}
	if got, err := ParseMoney("1500", "jpy"); err != nil || got != 1500 {
		t.Error(got, err)
	}
}
