package views

// Product is one of the things on sale: sso, scim or both.
type Product struct {
	Kind, Name, Text string
	Price            string // "$ 4 per member and month"; empty: on request
	Bought           bool
	Since            Time
	Granted          bool // by staff, without a purchase
}

// OrderRow is one purchase. State is paid, started, failed or cancelled.
type OrderRow struct {
	At               Time
	What, By, Amount string
	State            string
}

// OrgBillingPage is what was bought.
type OrgBillingPage struct {
	Page
	Products []Product // Single Sign-On and Directory Sync
	Plans    []PlanRef // purchased plans
	Default  PlanRef
	Seats    string // "412 of 450"; empty when seats are not counted
	Orders   []OrderRow
	Buyable  bool // something is left to buy, and this service takes payments
}

// OrgCheckoutPage is the choice of what to buy (POST /organization/checkout: product, one of sso, scim, both).
type OrgCheckoutPage struct {
	Page
	Products []Product // what is left to buy: sso, scim, both
	Chosen   string
	Domains  string // carried over from the tab
	Plan     string // the default plan's name
	Errors   FieldErrors
}

// OrgPayPage is the sandbox provider's page (POST /organization/checkout/<ID>/pay: result, one of paid, declined, cancelled).
type OrgPayPage struct {
	Page
	ID, What, Amount string
	Declined         string // what the provider said last time
}

// OrgConfirmPage is the last step: Confirm Purchase (POST /organization/checkout/<ID>/confirm).
type OrgConfirmPage struct {
	Page
	ID    string
	Facts []Fact // what, price, domains, default plan
}

func orderState(state string) (kind, word string) {
	switch state {
	case "paid":
		return "active", "Paid"
	case "failed":
		return "error", "Failed"
	case "cancelled":
		return "off", "Cancelled"
	}
	return "awaiting", "Not finished"
}

func (o OrderRow) kind() string { kind, _ := orderState(o.State); return kind }
func (o OrderRow) word() string { _, word := orderState(o.State); return word }

func (b Product) boughtLine() string {
	if b.Granted {
		return "Switched on for you by our staff "
	}
	return "Bought "
}

func (p OrgBillingPage) planFacts() []Fact {
	list := []Fact{{"Default for new members", first(p.Default.Name, "Free"), ""}}
	if p.Seats != "" {
		list = append(list, Fact{"Seats in use", p.Seats, ""})
	}
	return list
}

func (p OrgCheckoutPage) productField() choiceField {
	f := choiceField{Name: "product", Label: "What would you like?", Value: p.Chosen, Error: p.Errors["product"]}
	for _, b := range p.Products {
		f.Choices = append(f.Choices, Choice{Value: b.Kind, Label: b.Name + " · " + first(b.Price, "price on request"), Hint: b.Text})
	}
	return f
}

// carriedOver are the values from the tab, which checkout keeps (SPEC B1).
func (p OrgCheckoutPage) carriedOver() []Fact {
	return []Fact{{"Email domains", first(p.Domains, "None yet"), ""}, {"Provision default plan", p.Plan, ""}}
}
