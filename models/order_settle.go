package models

import (
	"slices"
	"time"
)

// Payment is what a provider says of an attempt to pay, whether it was asked or says so by itself.
type Payment struct {
	OrderID      string // "" where the provider does not name it
	Ref          string // its session
	URL          string // while PayOpen: where the person pays
	State        string // PayOpen …; "" says nothing about the order
	Amount       int64  // with PayPaid: what was taken, in the smallest unit
	Currency     string
	Subscription string
	Customer     string
	Message      string // for people: why it failed
	Receipt      *Receipt
}

// Receipt is an invoice or receipt of an order: ours for the sandbox, the provider's page for one that takes money.
type Receipt struct {
	ID             string `gorm:"primaryKey"`
	OrganizationID string
	OrderID        string
	Ref            string // the provider's id; unique
	Number         string
	Currency       string
	Amount         int64
	URL            string // the provider's page; "" for our own
	At             time.Time
}

// nextStates are the states that may follow; all else that a provider says comes too late or a second time. Money that
// was taken counts whatever was believed before (SPEC B4).
var nextStates = map[string][]string{
	PayOpen:      {PayPending, PayPaid, PayFailed, PayExpired, PayCancelled},
	PayPending:   {PayPaid, PayFailed, PayExpired, PayCancelled},
	PayFailed:    {PayPaid},
	PayExpired:   {PayPaid},
	PayCancelled: {PayPaid},
	PayPaid:      {PayRefunded, PayEnded},
	PayEnded:     {PayRefunded},
}

// SettleOrder brings an order to what the provider says, in whatever organization it is, exactly once: events come twice
// and in any order, and the return page asks as well (SPEC B2). It answers the order as it is then. NotFound: the
// provider speaks of something that was not bought here. Conflict: another sum was paid than the order's; nothing is
// changed.
func SettleOrder(tx *Tx, p *Payment) (*Order, error) {
	o, err := findAnyOrder(tx, p)
	if err != nil {
		return nil, err
	}
	in := tx.In(o.OrganizationID)
	org, err := lockOrganization(in)
	if err != nil {
		return nil, err
	}
	if o, err = FindOrder(in, o.ID); err != nil { // again, under the lock
		return nil, err
	}
	if p.Receipt != nil {
		if err := addReceipt(in, o, *p.Receipt); err != nil {
			return nil, err
		}
	}
	if !slices.Contains(nextStates[o.State], p.State) {
		return o, nil
	}
	if p.State == PayPaid && (p.Amount != o.Amount || p.Currency != o.Currency) {
		return nil, &Error{Code: Conflict, Message: "Paid was " + Money(p.Amount, p.Currency) + ", but the purchase costs " + Money(o.Amount, o.Currency) + "."}
	}
	if err := in.moveOrder(o, p); err != nil {
		return nil, err
	}
	switch o.State {
	case PayPaid:
		return o, grant(in, org, o)
	case PayRefunded, PayEnded:
		return o, in.announceEnd(org, o)
	}
	return o, in.Record("order."+o.State, o.ID, o.changes())
}

// moveOrder writes the new state.
func (tx *Tx) moveOrder(o *Order, p *Payment) error {
	o.State, o.Message = p.State, p.Message
	set := map[string]any{"state": o.State, "message": o.Message}
	if o.State == PayPaid {
		o.PaidAt = &tx.Now
		set["paid_at"] = tx.Now
	}
	for column, v := range map[string][2]*string{
		"provider_ref": {&o.ProviderRef, &p.Ref}, "subscription_ref": {&o.SubscriptionRef, &p.Subscription}, "customer_ref": {&o.CustomerRef, &p.Customer},
	} {
		if *v[1] != "" {
			*v[0] = *v[1]
			set[column] = *v[1]
		}
	}
	return tx.org().Model(&Order{}).Where("id = ?", o.ID).Updates(set).Error
}

// grant gives what was paid for, with the receipt's mail. What is there already, because staff granted it meanwhile, is
// paid for in vain: then everybody is told, and the order says so.
func grant(tx *Tx, org *Organization, o *Order) error {
	set := map[string]any{}
	for _, kind := range o.Kinds() {
		if !org.Bought(kind) {
			set[kind+"_bought"] = true
		}
	}
	changes := o.changes()
	switch {
	case o.Product == ProductSeats && org.Seats != nil:
		if err := setSeats(tx, org, *org.Seats+o.Quantity); err != nil {
			return err
		}
	case len(set) > 0:
		if err := changeOrganization(tx, set); err != nil {
			return err
		}
	default:
		o.Surplus = true
		if err := tx.org().Model(&Order{}).Where("id = ?", o.ID).Update("surplus", true).Error; err != nil {
			return err
		}
		if err := tx.tellAbout("order_surplus", org, o, "order.surplus"); err != nil {
			return err
		}
	}
	receipt := NewMail("receipt", o.BillingEmail, "/organization/billing", o.mailValues(org))
	return tx.Record("order.paid", o.ID, changes, receipt)
}

// announceEnd tells about money paid back and subscriptions that ended. The features stay until staff take them away:
// nobody's sign-in stops because a card has run out.
func (tx *Tx) announceEnd(org *Organization, o *Order) error {
	return tx.tellAbout("order_"+o.State, org, o, "order."+o.State)
}

// tellAbout records an action on an order and mails it to the operators, the administrators and the billing contact.
func (tx *Tx) tellAbout(mail string, org *Organization, o *Order, action string) error {
	var to []string
	if err := tx.g.Model(&Operator{}).Order("created_at").Pluck("email", &to).Error; err != nil {
		return err
	}
	admins, err := ListAdmins(tx)
	if err != nil {
		return err
	}
	for _, a := range admins {
		to = append(to, a.Email)
	}
	if !slices.Contains(to, o.BillingEmail) {
		to = append(to, o.BillingEmail)
	}
	var out []*Outbox
	for _, address := range to {
		out = append(out, NewMail(mail, address, "", o.mailValues(org)))
	}
	return tx.Record(action, o.ID, o.changes(), out...)
}

func (o *Order) mailValues(org *Organization) map[string]string {
	return map[string]string{
		"organization": org.Name, "organization_id": org.ID, "what": o.What(), "amount": Money(o.Amount, o.Currency), "period": o.Period,
		"order": o.ID, "sandbox": word(o.Provider == "sandbox"), "po_number": o.PONumber,
	}
}

// Purchase is what a payment provider needs to know.
type Purchase struct {
	Order *Order
	Done  string // absolute address to come back to after paying
	Back  string // and after giving up
}
