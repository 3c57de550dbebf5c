package views

// billingStories are the pages about money. The sandbox is marked on all of them.
func billingStories() []Story {
	at := storyTime("3 Mar 2026", "2026-03-03T10:00:00Z")
	page := func(title, path string) Page {
		p := storyPage(title, path)
		p.Sandbox = true
		return p
	}
	sso := Product{Kind: "sso", Name: "Single Sign-On", Text: "People sign in with your identity provider, over SAML 2.0.", Price: "99.00 EUR per month", Bought: true, Since: at}
	scim := Product{Kind: "scim", Name: "Directory Sync", Text: "Your directory adds, changes and removes members, over SCIM 2.0. It works without Single Sign-On too: those who are added then get an invitation by e-mail.", Price: "99.00 EUR per month"}
	bill := OrgBillingPage{
		Page: page("Billing", "/organization/billing"), Products: []Product{sso, scim}, Plans: []PlanRef{planCore, planExtended, planUltimate}, Default: planExtended, Buyable: true,
		Orders: []OrderRow{
			{At: at, What: "Directory Sync", By: "Jo Miller", Amount: "99.00 EUR per month", State: "open", Path: "/organization/checkout/ord-a1"},
			{At: at, What: "Single Sign-On", By: "Jo Miller", Amount: "99.00 EUR per month", State: "paid"},
			{At: at, What: "Single Sign-On", By: "Jo Miller", Amount: "99.00 EUR per month", State: "failed"},
			{At: at, What: "Single Sign-On", By: "Ada Byrne", Amount: "99.00 EUR per month", State: "paid", Surplus: true},
		},
		Receipts: []ReceiptRow{{At: at, Number: "SANDBOX-K2Q7XMPA", What: "Single Sign-On", Amount: "99.00 EUR", Path: "/organization/billing/receipts/rcp-a1"}},
	}
	seats, ask := bill, bill
	seats.Seats = SeatLine{Bought: "450", Used: "450", Waiting: "12", Anybody: true, Full: true}
	granted := sso
	granted.Granted, granted.Since = true, Time{}
	unpriced := scim
	unpriced.Price = ""
	ask.Products, ask.Orders, ask.Receipts, ask.Buyable, ask.Ask, ask.Sandbox = []Product{granted, unpriced}, nil, nil, false, true, false
	receipt := OrgReceiptPage{
		Page: page("Receipt SANDBOX-K2Q7XMPA", "/organization/billing/receipts/rcp-a1"), Number: "SANDBOX-K2Q7XMPA", At: at, What: "Single Sign-On", Amount: "99.00 EUR",
		Email: "billing@acme.com", Address: "Acme GmbH\r\nHauptstr. 1, Berlin", TaxNumber: "DE123456789", PONumber: "4711",
	}
	return append([]Story{
		{"org/billing/one", OrgBilling(bill)}, {"org/billing/seats", OrgBilling(seats)}, {"org/billing/ask", OrgBilling(ask)}, {"org/billing/receipt", OrgReceipt(receipt)},
	}, checkoutStories(page)...)
}

func checkoutStories(page func(title, path string) Page) []Story {
	sso := Product{Kind: "sso", Name: "Single Sign-On", Text: "People sign in with your identity provider, over SAML 2.0.", Price: "99.00 EUR per month"}
	scim := Product{Kind: "scim", Name: "Directory Sync", Text: "Your directory adds, changes and removes members, over SCIM 2.0.", Price: "99.00 EUR per month"}
	both := Product{Kind: "both", Name: "Both", Text: "Single Sign-On and Directory Sync together.", Price: "149.00 EUR per month"}
	seats := Product{Kind: "seats", Name: "More seats", Text: "The price is for one seat. Those who wait for a seat move up at once.", Price: "2.00 EUR per month"}
	choose := OrgCheckoutPage{
		Page: page("Checkout", "/organization/checkout"), Products: []Product{sso, scim, both}, Chosen: "both", Domains: "acme.com, acme.co.uk", Plan: "Extended", Billing: Billing{Email: "jo@acme.com"},
	}
	faults := choose
	faults.Products, faults.Quantity, faults.Chosen, faults.Billing.Email = []Product{scim, seats}, "many", "seats", "jo"
	faults.Errors = FieldErrors{"quantity": "Write how many seats to add, between 1 and 100000.", "billing_email": "Write the e-mail address that receipts go to, like billing@acme.com."}
	facts := []Fact{{"Purchase", "Single Sign-On and Directory Sync", ""}, {"Price", "149.00 EUR per month", ""}, {"Receipt to", "billing@acme.com", ""}}
	order := func(state string) OrgOrderPage {
		return OrgOrderPage{Page: page("Your purchase", "/organization/checkout/ord-a1"), ID: "ord-a1", State: state, Facts: facts}
	}
	down, failed := order("open"), order("failed")
	down.Down, failed.Message = true, "The bank refused the payment."
	carried := append(facts[:3:3], Fact{"Email domains", "acme.com, acme.co.uk", ""}, Fact{"Provision default plan", "Extended", ""})
	confirm := OrgConfirmPage{Page: page("Confirm your purchase", "/organization/checkout/ord-a1"), ID: "ord-a1", Facts: carried}
	surplus := confirm
	surplus.Surplus = true
	pay := SandboxPage{Page: page("Sandbox payment", "/sandbox/a1"), Ref: "a1", For: "Acme Corp", What: "Single Sign-On and Directory Sync", Amount: "149.00 EUR per month", Open: true}
	declined, over := pay, pay
	declined.Declined, over.Open, over.Back = "Your card was declined.", false, "/organization/checkout/ord-a1"
	return []Story{
		{"org/checkout/choose", OrgCheckout(choose)}, {"org/checkout/faults", OrgCheckout(faults)}, {"org/checkout/open", OrgOrder(order("open"))}, {"org/checkout/down", OrgOrder(down)},
		{"org/checkout/failed", OrgOrder(failed)}, {"org/checkout/pending", OrgOrder(order("pending"))}, {"org/checkout/confirm", OrgConfirm(confirm)},
		{"org/checkout/surplus", OrgConfirm(surplus)}, {"sandbox/pay", Sandbox(pay)}, {"sandbox/declined", Sandbox(declined)}, {"sandbox/over", Sandbox(over)},
		{"org/checkout/hop", Hop(HopPage{Page: page("Payment", "/organization/checkout"), To: "the payment page", Host: "checkout.stripe.com", URL: "#main", Escape: Link{"Do not pay now", "/organization/checkout/ord-a1"}})},
	}
}
