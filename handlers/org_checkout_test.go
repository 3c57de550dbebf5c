package handlers

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"rollcall/models"
)

// nothingBought takes both features away.
func (w *world) nothingBought() *world {
	w.t.Helper()
	w.exec("UPDATE organizations SET sso_bought = FALSE, scim_bought = FALSE WHERE id = '" + w.org.ID + "'")
	return w
}

// orderOf is an open purchase of seats and a receipt of an organization.
func (w *world) orderOf(org *models.Organization) (order, receipt string) {
	w.t.Helper()
	w.in(org, func(tx *models.Tx) error {
		five := int64(5)
		if err := models.SetSeats(tx, &five); err != nil {
			return err
		}
		prices, err := models.PricesFor(tx, org, true)
		if err != nil {
			return err
		}
		o, err := models.StartOrder(tx, models.NewOrder{Product: models.ProductSeats, Quantity: 3, Price: prices[models.ProductSeats], Provider: "sandbox", Billing: models.Billing{Email: "bills@acme.com"}})
		if err != nil {
			return err
		}
		order = o.ID
		_, err = models.SettleOrder(tx, &models.Payment{OrderID: o.ID, Receipt: &models.Receipt{Ref: "r", Number: "R-1", Currency: "usd", Amount: 1, At: tx.Now}})
		if err != nil {
			return err
		}
		list, err := models.ListReceipts(tx, 1)
		receipt = list[0].ID
		return err
	})
	return order, receipt
}

var (
	priceFields = regexp.MustCompile(`name="(price_[a-z]+)" value="([^"]*)"`)
	payPage     = regexp.MustCompile(`http://localhost:8080(/sandbox/[0-9A-Za-z]{22})`)
)

// checkout sends the checkout's form as it is drawn now, with changes put in.
func (b *browser) checkout(product string, changes ...string) {
	b.t.Helper()
	b.get(checkoutPath)
	b.want(200)
	pairs := []string{"product", product, "billing_email", "bills@acme.com", "quantity", "10"}
	for _, m := range priceFields.FindAllStringSubmatch(b.last.Body.String(), -1) {
		pairs = append(pairs, m[1], m[2])
	}
	for i := 0; i < len(changes); i += 2 {
		for k := 0; k < len(pairs); k += 2 {
			if pairs[k] == changes[i] {
				pairs[k+1] = changes[i+1]
			}
		}
	}
	b.post(checkoutPath, pairs...)
}

// toSandbox is the address of the sandbox's page that the last answer leads to (SPEC S9).
func (b *browser) toSandbox() string {
	b.t.Helper()
	b.want(200, "Taking you to the payment page")
	m := payPage.FindStringSubmatch(b.last.Body.String())
	if m == nil || !strings.Contains(b.last.Body.String(), `http-equiv="refresh"`) {
		b.t.Fatal("the page leads to no sandbox: ", text(b.last))
	}
	return m[1]
}

// pays does something on the sandbox's page, as a browser without any session, and answers where it leads.
func (b *browser) pays(page, result string) string {
	b.t.Helper()
	stranger := newBrowser(b.t, b.h)
	stranger.get(page)
	stranger.want(200, "This is the sandbox", "no money moves")
	stranger.post(page, "result", result)
	stranger.want(http.StatusSeeOther)
	return stranger.last.Header().Get("Location")
}

// bought are the organization's features and the states of its orders, newest first.
func (w *world) bought() string {
	w.t.Helper()
	var out []string
	w.in(w.org, func(tx *models.Tx) error {
		out = nil
		o, err := models.FindOrganization(tx)
		if err != nil {
			return err
		}
		for _, kind := range []string{models.KindSSO, models.KindSCIM} {
			if o.Bought(kind) {
				out = append(out, kind)
			}
		}
		orders, err := models.ListOrders(tx, 10)
		for i := range orders {
			out = append(out, orders[i].State)
		}
		return err
	})
	return strings.Join(out, " ")
}

func (w *world) hasBought(want string) {
	w.t.Helper()
	if got := w.bought(); got != want {
		w.t.Errorf("bought %q, want %q", got, want)
	}
}

// TestBuyBoth: from the tab through the sandbox back to the tab, which has the domains and the plan (SPEC B1).
func TestBuyBoth(t *testing.T) {
	const marked = "Sandbox: purchases here move no money." // on every page of a purchase (SPEC B2)
	w := newWorld(t).nothingBought()
	w.admin.get(tab)
	w.admin.want(200, "Not included", "Continue to Checkout", marked)
	var extended *models.Plan
	w.in(w.org, func(tx *models.Tx) (err error) { extended, err = models.FindPlanByName(tx, "Extended"); return err })
	w.admin.post(tab+"/settings", w.settings("domains", "acme.com, more.example", "default_plan", extended.ID, "next", checkoutPath)...)
	w.admin.leads(checkoutPath)
	w.admin.get(checkoutPath)
	w.admin.want(200, marked, "Extended", "Single Sign-On · 99.00 USD per month", "Directory Sync · 99.00", "Both · 149.00", "acme.com, more.example", "jo@acme.com")
	w.admin.checkout("both")
	page := w.admin.toSandbox()
	w.hasBought("open")
	done := w.admin.pays(page, "paid")
	w.hasBought("sso scim paid")
	w.admin.get(done)
	w.admin.want(200, marked, "Confirm your purchase", "Payment accepted", "Single Sign-On and Directory Sync", "149.00 USD per month", "acme.com, more.example")
	w.admin.post(strings.TrimSuffix(done, "/done") + "/confirm")
	w.admin.leads(tab)
	w.admin.get(tab)
	w.admin.want(200, "Thank you: Single Sign-On and Directory Sync bought.", `data-summary`, "No link made yet", "more.example", "Generate SSO setup link", `value="`+extended.ID+`" selected`)
	if strings.Contains(text(w.admin.last), "Not included") {
		t.Error("something is not included")
	}
	w.admin.get("/organization/billing")
	w.admin.want(200, marked, "Bought", "Jo Miller", "149.00 USD", "SANDBOX-", "/organization/billing/receipts/rcp-")
	receipt := regexp.MustCompile(`/organization/billing/receipts/[a-z0-9-]+`).FindString(w.admin.last.Body.String())
	w.admin.get(receipt)
	w.admin.want(200, marked, "No money has moved", "bills@acme.com", "149.00 USD")
	var to string
	if err := w.db.SQL().QueryRow("SELECT payload FROM outbox WHERE kind = 'mail.receipt'").Scan(&to); err != nil || !strings.Contains(to, "bills@acme.com") {
		t.Error(to, err)
	}
	w.admin.get(checkoutPath)
	w.admin.leads("/organization/billing")
	w.admin.get("/organization/billing")
	w.admin.want(200, "Everything that can be bought is included already.")
}

// TestSandboxOutcomes: what else can happen on a payment page (SPEC B4).
func TestSandboxOutcomes(t *testing.T) {
	for _, c := range []struct {
		result, bought string
		says           []string
	}{
		{"declined", "open", []string{"Your card was declined. You were not charged.", "Pay with a card that is declined"}},
		{"cancelled", "open", []string{"Not paid yet", "You were not charged", "Continue to payment", "Cancel the purchase"}},
		{"left", "open", []string{"You came back without paying"}},
		{"twice", "sso paid", []string{"Confirm your purchase"}},
		{"late", "sso paid", []string{"Confirm your purchase"}},
	} {
		t.Run(c.result, func(t *testing.T) {
			w := newWorld(t).nothingBought()
			w.admin.checkout("sso")
			page := w.admin.toSandbox()
			to := w.admin.pays(page, c.result)
			if c.result == "late" {
				w.hasBought("open") // only the return page tells
			}
			w.admin.get(to)
			w.admin.want(200, c.says...)
			w.hasBought(c.bought)
			if c.bought != "open" {
				w.admin.get(page)
				w.admin.want(200, "This payment is over")
				return
			}
			w.admin.checkout("sso") // again: the same purchase
			if again := w.admin.toSandbox(); again != page {
				t.Error("a second page to pay the same on")
			}
			w.admin.get(w.admin.pays(page, "paid"))
			w.admin.want(200, "Confirm your purchase")
			w.hasBought("sso paid")
		})
	}
}

// TestCheckoutTwoAdmins: another purchase ends the one that is open, which then cannot be paid any more.
func TestCheckoutTwoAdmins(t *testing.T) {
	w := newWorld(t).nothingBought()
	person(t, w.db, w.org.ID, "sam@acme.com", models.RoleAdmin)
	sam := signedIn(t, w.h, w.org.ID, "sam@acme.com")
	w.admin.checkout("sso")
	first := w.admin.toSandbox()
	sam.checkout("sso")
	if same := sam.toSandbox(); same != first {
		t.Error("two administrators can pay for the same thing")
	}
	w.clock.Forward(time.Minute)
	sam.checkout("both")
	second := sam.toSandbox()
	w.hasBought("open cancelled")
	w.admin.get(first)
	w.admin.want(200, "This payment is over")
	w.admin.post(first, "result", "paid") // the stale page's button
	w.hasBought("open cancelled")
	sam.get(sam.pays(second, "paid"))
	sam.want(200, "Confirm your purchase")
	w.hasBought("sso scim paid cancelled")
	w.admin.checkoutIsOver()
}

func (b *browser) checkoutIsOver() {
	b.t.Helper()
	b.get(checkoutPath)
	b.leads("/organization/billing")
}

// TestCheckoutPaidMeanwhile: whoever begins another purchase while the open one is being paid is led to what was paid.
func TestCheckoutPaidMeanwhile(t *testing.T) {
	w := newWorld(t).nothingBought()
	w.admin.checkout("sso")
	w.admin.pays(w.admin.toSandbox(), "late")
	w.admin.checkout("both")
	w.hasBought("sso paid")
	w.admin.want(http.StatusSeeOther)
	w.admin.get(w.admin.last.Header().Get("Location"))
	w.admin.want(200, "Confirm your purchase", "99.00 USD")
}

// TestCheckoutCancel: cancelling leaves everything as it was, says so and cannot be undone by a late click.
func TestCheckoutCancel(t *testing.T) {
	w := newWorld(t).nothingBought()
	w.admin.checkout("scim")
	page := w.admin.toSandbox()
	order := w.admin.pays(page, "cancelled")
	w.admin.post(order + "/confirm")
	w.admin.leads(order)
	w.admin.post(order + "/pay")
	if again := w.admin.toSandbox(); again != page {
		t.Error("another page")
	}
	for range 2 {
		w.admin.post(order + "/cancel")
	}
	w.admin.leads(tab)
	w.admin.get(tab)
	w.admin.want(200, "The purchase is cancelled.", "You were not charged", "Continue to Checkout")
	w.admin.post(order + "/pay")
	w.admin.leads(order)
	w.admin.get(order)
	w.admin.want(200, "The purchase was cancelled", "Back to checkout")
	w.hasBought("cancelled")
}

// TestCheckoutGranted: what staff grant while somebody buys is refused before money, and paid back after it.
func TestCheckoutGranted(t *testing.T) {
	w := newWorld(t).nothingBought()
	grant := "UPDATE organizations SET sso_bought = TRUE WHERE id = '" + w.org.ID + "'"
	w.admin.checkout("sso")
	page := w.admin.toSandbox()
	order := w.admin.pays(page, "left")
	w.exec(grant)
	w.admin.post(strings.TrimSuffix(order, "/done") + "/pay")
	w.admin.leads("/organization/billing")
	w.admin.get("/organization/billing")
	w.admin.want(200, "You were not charged.", "switched on for you", "Cancelled")
	w.hasBought("sso cancelled")

	w.nothingBought()
	w.admin.checkout("sso")
	page = w.admin.toSandbox()
	w.exec(grant)
	w.admin.get(w.admin.pays(page, "paid"))
	w.admin.want(200, "You had this already.", "paid back")
	w.admin.get("/organization/billing")
	w.admin.want(200, "To be paid back")

	w.nothingBought()
	w.admin.get(checkoutPath)
	form := w.admin.last.Body.String()
	w.exec(grant)
	pairs := []string{"product", "both", "billing_email", "bills@acme.com"}
	for _, m := range priceFields.FindAllStringSubmatch(form, -1) {
		pairs = append(pairs, m[1], m[2])
	}
	w.admin.post(checkoutPath, pairs...)
	w.admin.want(409, "Single Sign-On is included already, so nothing was bought.", "Directory Sync · 99.00")
}

// TestCheckoutFaults: what is wrong is said at its field, and what was typed is kept.
func TestCheckoutFaults(t *testing.T) {
	w := newWorld(t).nothingBought()
	for _, c := range []struct {
		field, value, says string
		status             int
	}{
		{"product", "everything", "Choose what to buy.", 422},
		{"product", "seats", "Your seats are not counted", 409},
		{"billing_email", "jo", "Write the e-mail address that receipts go to", 422},
		{"price_sso", "1usdmonth", "The price has changed since you opened this page: it is 99.00 USD per month now.", 409},
		{"price_sso", "", "The price has changed", 409},
	} {
		w.admin.checkout("sso", c.field, c.value)
		w.admin.want(c.status, c.says)
		if c.field == "billing_email" && !strings.Contains(w.admin.last.Body.String(), `value="jo"`) {
			t.Error("what was typed is lost")
		}
	}
	w.hasBought("")
	for _, path := range []string{"/organization/checkout/ord-x", "/organization/checkout/ord-x/done", "/organization/billing/receipts/rcp-x", "/sandbox/xyz"} {
		w.admin.get(path)
		w.admin.want(404)
	}
	for _, path := range []string{"/organization/checkout/ord-x/pay", "/organization/checkout/ord-x/confirm", "/organization/checkout/ord-x/cancel", "/sandbox/xyz"} {
		w.admin.post(path, "result", "paid")
		w.admin.want(404)
	}
	w.admin.do("POST", "/hooks/stripe", strings.NewReader("{}"))
	w.admin.want(404)
}

// TestSeatsOnBilling: bought, in use and waiting; more can be added.
func TestSeatsOnBilling(t *testing.T) {
	w := newWorld(t)
	one := int64(1)
	w.in(w.org, func(tx *models.Tx) error { return models.SetSeats(tx, &one) })
	person(t, w.db, w.org.ID, "ivy@acme.com", models.RoleMember)
	w.admin.get("/organization/billing")
	w.admin.want(200, "Waiting for a seat", "See who waits", "Add seats")
	w.admin.get("/organization/members?status=waiting")
	w.admin.want(200, "ivy@acme.com", "Waiting for a seat")
	ivy := signedIn(t, w.h, w.org.ID, "ivy@acme.com")
	ivy.get("/account")
	ivy.want(200, "waiting for a seat")
	w.admin.checkout("seats", "quantity", "0")
	w.admin.want(422, "Write how many seats to add")
	w.admin.checkout("seats", "quantity", "2")
	done := w.admin.pays(w.admin.toSandbox(), "paid")
	w.admin.get(done)
	w.admin.want(200, "2 seats", "4.00 USD per month")
	w.admin.post(strings.TrimSuffix(done, "/done") + "/confirm")
	w.admin.leads("/organization/billing")
	w.admin.get("/organization/billing")
	w.admin.want(200, "Those who waited for a seat have moved up.")
	w.admin.get("/organization/members?status=waiting")
	if strings.Contains(text(w.admin.last), "ivy@acme.com") {
		t.Error("Ivy still waits")
	}
}
