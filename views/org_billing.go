package views

import "strings"

// Product is one of the things on sale: sso, scim, both or seats.
type Product struct {
	Kind, Name, Text string
	Price            string // "99.00 USD per month"; empty: on request
	Seen             string // stands for the price in the checkout's form
	Bought           bool
	Since            Time
	Granted          bool // by staff, without a purchase
}

// OrderRow is one purchase. Path leads on with one that is not finished.
type OrderRow struct {
	At               Time
	What, By, Amount string
	State            string // of an order: open, pending, paid, failed, expired, cancelled, refunded, ended
	Surplus          bool
	Path             string
}

// ReceiptRow is a receipt: ours, or the payment provider's.
type ReceiptRow struct {
	At                         Time
	Number, What, Amount, Path string
}

// SeatLine are the seats; empty when they are not counted.
type SeatLine struct {
	Used, Bought, Waiting string
	Anybody, Full         bool // waits; none is free
}

// OrgBillingPage is what was bought.
type OrgBillingPage struct {
	Page
	Products []Product // Single Sign-On and Directory Sync
	Plans    []PlanRef // purchased plans
	Default  PlanRef
	Seats    SeatLine
	Orders   []OrderRow
	Receipts []ReceiptRow
	Buyable  bool // something is left to buy, and this service takes payments
	Ask      bool // it takes none
}

// OrgReceiptPage is a receipt of our own. Link is the provider's, if it has one.
type OrgReceiptPage struct {
	Page
	Number, What, Amount, Link          string
	At                                  Time
	Email, Address, TaxNumber, PONumber string
}

func orderState(state string) (kind, word string) {
	switch state {
	case "paid":
		return "active", "Paid"
	case "failed":
		return "error", "Failed"
	case "cancelled":
		return "off", "Cancelled"
	case "expired":
		return "off", "Expired"
	case "pending":
		return "awaiting", "Payment on its way"
	case "refunded":
		return "off", "Paid back"
	case "ended":
		return "warn", "Subscription ended"
	}
	return "awaiting", "Not finished"
}

func (o OrderRow) kind() string {
	kind, _ := orderState(o.State)
	if o.Surplus && o.State == "paid" {
		return "warn"
	}
	return kind
}

func (o OrderRow) word() string {
	_, word := orderState(o.State)
	if o.Surplus && o.State == "paid" {
		return "To be paid back"
	}
	return word
}

func (b Product) boughtLine() string {
	switch {
	case b.Granted && b.Since.Text == "":
		return "Switched on for you by our staff."
	case b.Granted:
		return "Switched on for you by our staff "
	}
	return "Bought "
}

func (p OrgBillingPage) planFacts() []Fact {
	return []Fact{{"Default for new members", first(p.Default.Name, "Free"), ""}}
}

func (s SeatLine) facts() []Fact {
	list := []Fact{{"Bought", s.Bought, ""}, {"In use", s.Used, ""}, {"Waiting for a seat", s.Waiting, ""}}
	if s.Anybody {
		list[2].Kind = "warn"
	}
	return list
}

// ask says whom to ask where nothing is sold (SPEC B3).
func (p OrgBillingPage) ask() string {
	if p.SupportEmail != "" {
		return "Write to " + p.SupportEmail + ". Say what you would like; it is switched on for you here."
	}
	return "Ask the person at " + p.ProductName() + " whom you are in touch with. It is switched on for you here."
}

func (p OrgReceiptPage) facts() []Fact {
	list := []Fact{{"Number", p.Number, ""}, {"For", p.OrgName(), ""}, {"What", p.What, ""}, {"Amount", p.Amount, ""}, {"Sent to", p.Email, ""}}
	for _, f := range []Fact{{"Address", strings.ReplaceAll(p.Address, "\r\n", ", "), ""}, {"Tax number", p.TaxNumber, ""}, {"Your order number", p.PONumber, ""}} {
		if f.Value != "" {
			list = append(list, f)
		}
	}
	return list
}
