package models

import (
	"strings"
	"time"

	"gorm.io/gorm"
)

// States of an Order, and of the Payment that a provider reports.
const (
	PayOpen      = "open"    // begun; nobody has paid
	PayPending   = "pending" // paid in a way that takes days to arrive
	PayPaid      = "paid"
	PayFailed    = "failed"
	PayExpired   = "expired"
	PayCancelled = "cancelled"
	PayRefunded  = "refunded"
	PayEnded     = "ended" // the subscription has ended
)

// orderLife is how long an attempt can be paid; Stripe takes 30 minutes at least.
const orderLife = time.Hour

// Order is one attempt to buy (SPEC B1). The price is frozen when it is made. Of one organization at most one is open or
// pending, which the database holds, so that two administrators cannot pay for the same thing.
type Order struct {
	ID              string `gorm:"primaryKey"`
	OrganizationID  string
	Product         string
	Quantity        int64 // of seats; else 1
	Currency        string
	Amount          int64 // for the whole quantity, in the smallest unit
	Period          string
	State           string
	Surplus         bool   // paid, but for nothing that was not there already: to be paid back
	Message         string // what the provider said, for people
	Provider        string // sandbox or stripe
	ProviderRef     string // the provider's session; "" until it has answered
	SubscriptionRef string
	CustomerRef     string
	BillingEmail    string
	BillingAddress  string
	TaxNumber       string
	PONumber        string `gorm:"column:po_number"`
	CreatedBy       string // account id
	CreatedAt       time.Time
	ExpiresAt       time.Time
	PaidAt          *time.Time
	ConfirmedAt     *time.Time
}

// Kinds are the integrations that the order brings.
func (o *Order) Kinds() []string {
	switch o.Product {
	case ProductBoth:
		return []string{KindSSO, KindSCIM}
	case ProductSeats:
		return nil
	}
	return []string{o.Product}
}

// Open tells whether nothing is decided yet.
func (o *Order) Open() bool { return o.State == PayOpen || o.State == PayPending }

// Stale tells whether the attempt is too old to be gone on with.
func (o *Order) Stale(now time.Time) bool { return !now.Before(o.ExpiresAt) }

// NewOrder is what the checkout says.
type NewOrder struct {
	Product  string
	Quantity int64
	Price    Price // that the person saw; another now is a Conflict
	Provider string
	Billing  Billing
}

// Billing is whom the receipt is for.
type Billing struct{ Email, Address, TaxNumber, PONumber string }

// maxBilling bounds what is typed for the receipt, in bytes.
const maxBilling = 1000

func (b *Billing) check() (err error) {
	if b.Email, _, err = ParseEmail(b.Email); err != nil {
		return invalid("billing_email", "Write the e-mail address that receipts go to, like billing@acme.com.")
	}
	for field, value := range map[string]*string{"billing_address": &b.Address, "tax_number": &b.TaxNumber, "po_number": &b.PONumber} {
		if *value = strings.TrimSpace(*value); len(*value) > maxBilling {
			return invalid(field, "Write at most 1000 characters here.")
		}
	}
	return nil
}

// MayBuy refuses the actor who may not pay in the organization's name: Forbidden for an operator who acts for it.
func MayBuy(tx *Tx) error { return tx.refuseActing("buy something in its name") }

// StartOrder begins an attempt of the actor's organization to buy, at the price that the person saw. An open one for the
// same thing at the same price is answered in place of a second one, whoever began it (SPEC B4). A Conflict with a field
// is for the form; ErrOrderOpen says that another purchase must be ended first.
func StartOrder(tx *Tx, n NewOrder) (*Order, error) {
	org, err := lockOrganization(tx)
	if err != nil {
		return nil, err
	}
	if err := MayBuy(tx); err != nil {
		return nil, err
	}
	if err := org.checkPurchase(&n); err != nil {
		return nil, err
	}
	if err := n.Billing.check(); err != nil {
		return nil, err
	}
	amount := n.Price.Amount * n.Quantity
	open, err := OpenOrder(tx)
	switch {
	case err == nil && open.State == PayOpen && !open.Stale(tx.Now) && open.Product == n.Product && open.Amount == amount && open.Currency == n.Price.Currency && open.Provider == n.Provider:
		return open, nil
	case err == nil:
		return nil, ErrOrderOpen
	case CodeOf(err) != NotFound:
		return nil, err
	}
	o := &Order{
		ID: tx.NewID("ord"), OrganizationID: org.ID, Product: n.Product, Quantity: n.Quantity, Currency: n.Price.Currency, Amount: amount, Period: n.Price.Period,
		State: PayOpen, Provider: n.Provider, BillingEmail: n.Billing.Email, BillingAddress: n.Billing.Address, TaxNumber: n.Billing.TaxNumber,
		PONumber: n.Billing.PONumber, CreatedBy: tx.Actor.ID, CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(orderLife),
	}
	if err := tx.g.Create(o).Error; err != nil {
		return nil, err
	}
	return o, tx.Record("order.started", o.ID, o.changes())
}

// ErrOrderOpen answers a purchase while another one of the organization is open.
var ErrOrderOpen = &Error{Code: Conflict, Message: "Another purchase of your organization is open."}

// checkPurchase refuses, before money, what is there already.
func (o *Organization) checkPurchase(n *NewOrder) error {
	switch n.Product {
	case ProductSSO, ProductSCIM, ProductBoth:
		n.Quantity = 1
		if err := o.RefuseIncluded(&Order{Product: n.Product}); err != nil {
			return err
		}
	case ProductSeats:
		if o.Seats == nil {
			return &Error{Code: Conflict, Field: "product", Message: "Your seats are not counted, so there is no need to buy any."}
		}
		if n.Quantity < 1 || n.Quantity > maxSeats {
			return invalid("quantity", "Write how many seats to add, between 1 and 100000.")
		}
	default:
		return invalid("product", "Choose what to buy.")
	}
	if n.Price.Product != n.Product || n.Price.Amount <= 0 {
		return invalid("product", "This has no price yet. Ask us for one.")
	}
	return nil
}

// RefuseIncluded answers a Conflict when something that the order would bring is there already.
func (o *Organization) RefuseIncluded(order *Order) error {
	for _, kind := range order.Kinds() {
		if o.Bought(kind) {
			return &Error{Code: Conflict, Field: "product", Message: integrationName(kind) + " is included already, so nothing was bought."}
		}
	}
	return nil
}

// CanBuy tells whether a product would add something.
func (o *Organization) CanBuy(product string) bool {
	if product == ProductSeats {
		return o.Seats != nil
	}
	return o.RefuseIncluded(&Order{Product: product}) == nil
}

func (o *Order) changes() Changes {
	c := Changes{"product": o.Product, "amount": Money(o.Amount, o.Currency), "period": o.Period}
	if o.Product == ProductSeats {
		c["seats"] = o.Quantity
	}
	return c
}

// OpenOrder is the organization's purchase that is under way; NotFound for none.
func OpenOrder(tx *Tx) (*Order, error) {
	var o Order
	err := tx.org().Where("state IN ?", []string{PayOpen, PayPending}).First(&o).Error
	return &o, translate(err)
}

// FindOrder is one of the organization's orders.
func FindOrder(tx *Tx, id string) (*Order, error) {
	var o Order
	err := translate(tx.org().First(&o, "id = ?", id).Error)
	if CodeOf(err) == NotFound {
		return nil, notFound("purchase")
	}
	return &o, err
}

// ListOrders are the organization's orders, newest first.
func ListOrders(tx *Tx, limit int) ([]Order, error) {
	var rows []Order
	return rows, tx.org().Order("created_at DESC, id").Limit(limit).Find(&rows).Error
}

// SetOrderRef notes the provider's session of an order. A Conflict answers an order that was ended meanwhile.
func SetOrderRef(tx *Tx, id, ref string) error {
	res := tx.org().Model(&Order{}).Where("id = ? AND state = ?", id, PayOpen).Updates(map[string]any{"provider_ref": ref})
	if res.Error == nil && res.RowsAffected == 0 {
		return &Error{Code: Conflict, Message: "This purchase was ended meanwhile. You were not charged."}
	}
	return res.Error
}

// ConfirmOrder notes that the person has confirmed the purchase. What was paid is there before, whether or not anybody
// confirms it. A second time changes nothing; a Conflict answers an order that is not paid.
func ConfirmOrder(tx *Tx, id string) (*Order, error) {
	o, err := FindOrder(tx, id)
	if err != nil {
		return nil, err
	}
	if o.State != PayPaid {
		return nil, &Error{Code: Conflict, Message: "This purchase is not paid, so there is nothing to confirm."}
	}
	res := tx.org().Model(&Order{}).Where("id = ? AND confirmed_at IS NULL", id).Updates(map[string]any{"confirmed_at": tx.Now})
	if res.Error != nil || res.RowsAffected == 0 {
		return o, res.Error
	}
	return o, tx.Record("order.confirmed", o.ID, nil)
}

// findAnyOrder finds the order that a provider speaks of, in whatever organization it is.
func findAnyOrder(tx *Tx, p *Payment) (*Order, error) {
	by := func(where string, value string) (*Order, error) {
		var o Order
		if value == "" {
			return nil, gorm.ErrRecordNotFound
		}
		return &o, tx.allOrgs().Order("created_at DESC").First(&o, where, value).Error
	}
	for _, k := range [][2]string{
		{"id = ?", p.OrderID}, {"provider_ref = ?", p.Ref}, {"subscription_ref = ?", p.Subscription}, {"customer_ref = ?", p.Customer},
	} {
		if o, err := by(k[0], k[1]); err == nil || CodeOf(err) != NotFound {
			return o, err
		}
	}
	return nil, notFound("purchase")
}
