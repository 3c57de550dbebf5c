package views

// Billing is whom the receipt is for.
type Billing struct{ Email, Address, TaxNumber, PONumber string }

// OrgCheckoutPage is the choice of what to buy (POST /organization/checkout: product, one of sso, scim, both, seats;
// quantity; price_<product>, what was seen; billing_email, billing_address, tax_number, po_number).
type OrgCheckoutPage struct {
	Page
	Products []Product // what is left to buy
	Chosen   string
	Quantity string // of seats
	Domains  string // carried over from the tab
	Plan     string // the default plan's name
	Billing  Billing
	Errors   FieldErrors
}

// OrgOrderPage is how a purchase stands (POST /organization/checkout/<ID>/pay, …/cancel).
type OrgOrderPage struct {
	Page
	ID, State, Message string
	Facts              []Fact
	Down               bool // the payment service does not answer
	Surplus            bool
}

// OrgConfirmPage is the last step: Confirm Purchase (POST /organization/checkout/<ID>/confirm).
type OrgConfirmPage struct {
	Page
	ID      string
	Facts   []Fact // what, price, domains, default plan
	Surplus bool   // paid for what was there already
}

// SandboxPage is the page of the sandbox, which stands for a payment provider's (POST /sandbox/<Ref>: result).
type SandboxPage struct {
	Page
	Ref, For, What, Amount string
	Open                   bool
	Declined               string // what the sandbox's bank said last time
	Back                   string
}

func (p OrgCheckoutPage) productField() choiceField {
	f := choiceField{Name: "product", Label: "What would you like?", Value: p.Chosen, Error: p.Errors["product"]}
	for _, b := range p.Products {
		f.Choices = append(f.Choices, Choice{Value: b.Kind, Label: b.Name + " · " + first(b.Price, "price on request"), Hint: b.Text})
	}
	return f
}

// seats tells whether seats are on sale, so that their number is asked for.
func (p OrgCheckoutPage) seats() bool {
	for _, b := range p.Products {
		if b.Kind == "seats" {
			return true
		}
	}
	return false
}

// carriedOver are the values from the tab, which checkout keeps (SPEC B1).
func (p OrgCheckoutPage) carriedOver() []Fact {
	return []Fact{{"Email domains", first(p.Domains, "None yet"), ""}, {"Provision default plan", p.Plan, ""}}
}

// orderTexts say how a purchase stands, in a heading and what it means.
var orderTexts = map[string][2]string{
	"open":      {"Not paid yet", "You came back without paying. You were not charged, and nothing was changed. Go on to the payment page, or cancel the purchase."},
	"pending":   {"The payment is on its way", "Your bank has not sent the money yet; that can take a few days. You get an e-mail when it has arrived, and everything is switched on then."},
	"paid":      {"Bought", "This purchase is paid and confirmed."},
	"failed":    {"The payment failed", "You were not charged, and nothing was changed. You can try again."},
	"expired":   {"The purchase has expired", "It was not paid in time. You were not charged, and nothing was changed."},
	"cancelled": {"The purchase was cancelled", "You were not charged, and nothing was changed."},
	"refunded":  {"Paid back", "The amount was paid back."},
	"ended":     {"The subscription has ended", "Nothing more is charged. What was bought stays on until our staff has spoken with you."},
}

func (p OrgOrderPage) heading() string {
	if p.Down {
		return "The payment service does not answer"
	}
	return orderTexts[p.State][0]
}

func (p OrgOrderPage) text() string {
	if p.Down {
		return "So we cannot say yet whether this is paid. If you have paid, it is switched on by itself as soon as we hear of it; do not pay again. Look at this page in a minute."
	}
	return orderTexts[p.State][1]
}

func (p OrgOrderPage) open() bool { return p.State == "open" && !p.Down }

// ended tells whether the person may begin anew.
func (p OrgOrderPage) ended() bool {
	return p.State == "failed" || p.State == "expired" || p.State == "cancelled"
}

func (p OrgOrderPage) row() OrderRow { return OrderRow{State: p.State, Surplus: p.Surplus} }
