package billing

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"

	"rollcall/models"
)

// tolerance is how old an event's signature may be, and how far its clock may be ahead.
const tolerance = 5 * time.Minute

// errSignature answers whoever is not Stripe, or comes too late.
var errSignature = &models.Error{Code: models.Invalid, Reason: "signature", Message: "This event is not signed with the secret of ROLLCALL_STRIPE_WEBHOOK_SECRET, or its signature is older than five minutes."}

// errEvent answers a signed event that cannot be read.
var errEvent = &models.Error{Code: models.Invalid, Reason: "event", Message: "This event cannot be read."}

// Event is what an event of Stripe says of an order; its State is "" for one that says nothing of any. Whoever cannot
// sign gets an Invalid error. The API's version is not compared: only fields that all versions have are read.
func (s *Stripe) Event(body []byte, signature string) (*models.Payment, error) {
	if webhook.ValidatePayloadIgnoringTolerance(body, signature, s.options.WebhookSecret) != nil || !s.fresh(signature) {
		return nil, errSignature
	}
	var e stripe.Event
	if json.Unmarshal(body, &e) != nil || e.Data == nil {
		return nil, errEvent
	}
	read, known := readers[string(e.Type)]
	if !known {
		return &models.Payment{}, nil
	}
	p, err := read(e.Data.Raw)
	if err != nil {
		return nil, errEvent
	}
	return p, nil
}

// fresh looks at the time that is signed along. A second one is refused: it might not be the one that was signed.
func (s *Stripe) fresh(signature string) bool {
	text, found := "", 0
	for part := range strings.SplitSeq(signature, ",") {
		if value, ok := strings.CutPrefix(strings.TrimSpace(part), "t="); ok {
			text, found = value, found+1
		}
	}
	at, err := strconv.ParseInt(text, 10, 64)
	age := s.options.Now().Sub(time.Unix(at, 0))
	return err == nil && found == 1 && age <= tolerance && age >= -tolerance
}

// readers are the kinds of events that say something of an order.
var readers = map[string]func(json.RawMessage) (*models.Payment, error){
	"checkout.session.completed":               session(""),
	"checkout.session.async_payment_succeeded": session(models.PayPaid),
	"checkout.session.async_payment_failed":    session(models.PayFailed),
	"checkout.session.expired":                 session(models.PayExpired),
	"invoice.paid":                             invoicePaid,
	"customer.subscription.deleted":            subscriptionEnded,
	"charge.refunded":                          chargeRefunded,
}

// session reads a session; state is what the kind of the event says, "" for what the session itself says.
func session(state string) func(json.RawMessage) (*models.Payment, error) {
	return func(raw json.RawMessage) (*models.Payment, error) {
		var s stripe.CheckoutSession
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil, err
		}
		p := payment(&s)
		if state != "" {
			p.State = state
		}
		if p.State == models.PayFailed {
			p.Message = "The bank refused the payment."
		}
		return p, nil
	}
}

// invoicePaid brings the receipt, of the first payment and of each later one.
func invoicePaid(raw json.RawMessage) (*models.Payment, error) {
	var i stripe.Invoice
	if err := json.Unmarshal(raw, &i); err != nil {
		return nil, err
	}
	p := &models.Payment{OrderID: i.Metadata[orderKey]}
	if i.Customer != nil {
		p.Customer = i.Customer.ID
	}
	if i.Parent != nil && i.Parent.SubscriptionDetails != nil {
		d := i.Parent.SubscriptionDetails
		if p.OrderID == "" {
			p.OrderID = d.Metadata[orderKey]
		}
		if d.Subscription != nil {
			p.Subscription = d.Subscription.ID
		}
	}
	if i.HostedInvoiceURL != "" {
		p.Receipt = receipt(&i)
	}
	return p, nil
}

func subscriptionEnded(raw json.RawMessage) (*models.Payment, error) {
	var s stripe.Subscription
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, err
	}
	return &models.Payment{State: models.PayEnded, OrderID: s.Metadata[orderKey], Subscription: s.ID}, nil
}

// chargeRefunded counts only when all of it was paid back.
func chargeRefunded(raw json.RawMessage) (*models.Payment, error) {
	var c stripe.Charge
	if err := json.Unmarshal(raw, &c); err != nil {
		return nil, err
	}
	p := &models.Payment{OrderID: c.Metadata[orderKey]}
	if c.Customer != nil {
		p.Customer = c.Customer.ID
	}
	if c.Refunded {
		p.State = models.PayRefunded
	}
	return p, nil
}
