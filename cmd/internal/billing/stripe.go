// Package billing takes money through Stripe's hosted Checkout: people pay on Stripe's own page, so that no card data ever
// comes here (SPEC B2).
package billing

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/stripe/stripe-go/v85"

	"rollcall/models"
)

const (
	callLimit = 10 * time.Second
	retries   = 2
	orderKey  = "order" // of Stripe's metadata: the id of our order
)

// Options of Stripe.
type Options struct {
	SecretKey     string
	WebhookSecret string
	APIURL        string           // "" for Stripe itself; tests and stand-ins have another
	Now           func() time.Time // for the age of events
}

// Stripe is the payment provider. Safe for concurrent use.
type Stripe struct {
	options Options
	client  *stripe.Client
}

// NewStripe makes the client. It logs nothing and sends no telemetry.
func NewStripe(o Options) *Stripe {
	config := &stripe.BackendConfig{
		HTTPClient: &http.Client{Timeout: callLimit}, MaxNetworkRetries: stripe.Int64(retries), EnableTelemetry: stripe.Bool(false),
		LeveledLogger: &stripe.LeveledLogger{Level: stripe.LevelNull},
	}
	if o.APIURL != "" {
		config.URL = stripe.String(o.APIURL)
	}
	return &Stripe{options: o, client: stripe.NewClient(o.SecretKey, stripe.WithBackends(stripe.NewBackendsWithConfig(config)))}
}

// Start makes the page on which an order is paid. The order's id makes it one page however often it is asked for.
func (s *Stripe) Start(ctx context.Context, p models.Purchase) (*models.Payment, error) {
	o := p.Order
	meta := map[string]string{orderKey: o.ID, "organization": o.OrganizationID}
	params := &stripe.CheckoutSessionCreateParams{
		ClientReferenceID: &o.ID, Metadata: meta, CustomerEmail: &o.BillingEmail, SuccessURL: &p.Done, CancelURL: &p.Back,
		ExpiresAt: stripe.Int64(o.ExpiresAt.Unix()), LineItems: []*stripe.CheckoutSessionCreateLineItemParams{lineItem(o)},
	}
	if o.Period == models.Once {
		params.Mode = stripe.String(string(stripe.CheckoutSessionModePayment))
		params.PaymentIntentData = &stripe.CheckoutSessionCreatePaymentIntentDataParams{Metadata: meta}
		params.InvoiceCreation = &stripe.CheckoutSessionCreateInvoiceCreationParams{
			Enabled: stripe.Bool(true), InvoiceData: &stripe.CheckoutSessionCreateInvoiceCreationInvoiceDataParams{Metadata: meta},
		}
	} else {
		params.Mode = stripe.String(string(stripe.CheckoutSessionModeSubscription))
		params.SubscriptionData = &stripe.CheckoutSessionCreateSubscriptionDataParams{Metadata: meta}
	}
	params.SetIdempotencyKey(o.ID)
	return said(s.client.V1CheckoutSessions.Create(ctx, params))
}

func lineItem(o *models.Order) *stripe.CheckoutSessionCreateLineItemParams {
	name := o.What()
	if o.Product == models.ProductSeats {
		name = "Seat"
	}
	price := &stripe.CheckoutSessionCreateLineItemPriceDataParams{
		Currency: &o.Currency, UnitAmount: stripe.Int64(o.Amount / o.Quantity),
		ProductData: &stripe.CheckoutSessionCreateLineItemPriceDataProductDataParams{Name: &name},
	}
	if o.Period != models.Once {
		price.Recurring = &stripe.CheckoutSessionCreateLineItemPriceDataRecurringParams{Interval: &o.Period}
	}
	return &stripe.CheckoutSessionCreateLineItemParams{PriceData: price, Quantity: &o.Quantity}
}

// Find asks how a payment stands.
func (s *Stripe) Find(ctx context.Context, ref string) (*models.Payment, error) {
	params := &stripe.CheckoutSessionRetrieveParams{}
	params.AddExpand("invoice")
	return said(s.client.V1CheckoutSessions.Retrieve(ctx, ref, params))
}

// Close ends a payment that nobody has made, so that nobody can any more, and answers how it stands: one that was made
// meanwhile is paid.
func (s *Stripe) Close(ctx context.Context, ref string) (*models.Payment, error) {
	session, err := s.client.V1CheckoutSessions.Expire(ctx, ref, &stripe.CheckoutSessionExpireParams{})
	var refused *stripe.Error
	if errors.As(err, &refused) && refused.HTTPStatusCode < http.StatusInternalServerError {
		return s.Find(ctx, ref) // it is not open any more
	}
	return said(session, err)
}

// said is what Stripe answered. Of a refusal only its codes are kept: its text may repeat what a person typed.
func said(session *stripe.CheckoutSession, err error) (*models.Payment, error) {
	var refused *stripe.Error
	if errors.As(err, &refused) {
		return nil, fmt.Errorf("stripe refused: status %d, type %s, code %s, request %s", refused.HTTPStatusCode, refused.Type, refused.Code, refused.RequestID)
	}
	if err != nil {
		return nil, err
	}
	return payment(session), nil
}

// payment is what a session says of its order.
func payment(s *stripe.CheckoutSession) *models.Payment {
	p := &models.Payment{OrderID: s.ClientReferenceID, Ref: s.ID, Amount: s.AmountTotal, Currency: string(s.Currency)}
	if s.Subscription != nil {
		p.Subscription = s.Subscription.ID
	}
	if s.Customer != nil {
		p.Customer = s.Customer.ID
	}
	switch s.Status {
	case stripe.CheckoutSessionStatusOpen:
		p.State, p.URL = models.PayOpen, s.URL
	case stripe.CheckoutSessionStatusExpired:
		p.State = models.PayExpired
	case stripe.CheckoutSessionStatusComplete:
		p.State = models.PayPaid
		if s.PaymentStatus == stripe.CheckoutSessionPaymentStatusUnpaid {
			p.State = models.PayPending
		}
	}
	if s.Invoice != nil && s.Invoice.HostedInvoiceURL != "" {
		p.Receipt = receipt(s.Invoice)
	}
	return p
}

func receipt(i *stripe.Invoice) *models.Receipt {
	return &models.Receipt{
		Ref: i.ID, Number: i.Number, Currency: string(i.Currency), Amount: i.AmountPaid, URL: i.HostedInvoiceURL, At: time.Unix(i.Created, 0).UTC(),
	}
}
