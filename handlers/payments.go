package handlers

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"rollcall/models"
)

// Payments is a provider that takes money (SPEC B2): Stripe, or the sandbox. A Payment that it answers is what it knows
// at that moment; models.SettleOrder makes the most of it.
type Payments interface {
	// Start makes the page on which an order is paid, the same one however often it is asked for.
	Start(ctx context.Context, p models.Purchase) (*models.Payment, error)
	// Find asks how a payment stands.
	Find(ctx context.Context, ref string) (*models.Payment, error)
	// Close ends a payment that nobody has made and answers how it stands.
	Close(ctx context.Context, ref string) (*models.Payment, error)
	// Event reads what the provider says by itself; Invalid for anybody who cannot sign as the provider.
	Event(body []byte, signature string) (*models.Payment, error)
}

// Values of Config.Payment.
const (
	paymentSandbox = "sandbox"
	paymentStripe  = "stripe"
)

// maxHook bounds an event, in bytes.
const maxHook = 256 << 10

func (s *Server) hookRoutes(e *echo.Echo) {
	if s.Payment == paymentStripe {
		e.POST("/hooks/stripe", s.stripeHook, limitBody(maxHook))
	}
}

// POST /hooks/stripe takes Stripe's events: signed, twice, in any order, and of things that were not bought here. Only
// 2xx ends Stripe's tries.
func (s *Server) stripeHook(c Ctx) error {
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return err
	}
	p, err := s.Payments.Event(body, c.Request().Header.Get("Stripe-Signature"))
	if err != nil {
		return err
	}
	if p.State == "" && p.Receipt == nil {
		return c.JSON(http.StatusOK, hookAnswer{"nothing to do"})
	}
	err = s.heard(c, paymentStripe, p)
	if models.CodeOf(err) == models.NotFound {
		return c.JSON(http.StatusOK, hookAnswer{"not bought here"})
	}
	if err != nil {
		s.Log.Error("a payment does not fit its order", "req", requestID(c), "order", p.OrderID, "err", err)
		return err
	}
	return c.JSON(http.StatusOK, hookAnswer{"done"})
}

type hookAnswer struct {
	Result string `json:"result"`
}

// heard settles what a provider says by itself.
func (s *Server) heard(c Ctx, provider string, p *models.Payment) error {
	by := s.actor(c, models.ActorSystem, provider, "")
	return s.DB.Update(c.Request().Context(), by, func(tx *models.Tx) error {
		_, err := models.SettleOrder(tx, p)
		return err
	})
}

// errProvider answers when the payment service fails: nothing is lost and nothing was charged.
var errProvider = &models.Error{Code: models.Precondition, Message: "The payment service does not answer. You were not charged, and nothing was changed. Try again in a minute."}

// providerFailed logs why a provider did not answer and tells the person the calm sentence.
func (s *Server) providerFailed(c Ctx, o *models.Order, err error) error {
	var own *models.Error
	if errors.As(err, &own) {
		return err
	}
	s.Log.Warn("the payment service failed", "req", requestID(c), "order", o.ID, "err", err)
	return errProvider
}

// asked is an order as its provider sees it now: events may be late, or lost (SPEC B2).
func (s *Server) asked(c Ctx, o *models.Order) (*models.Order, *models.Payment, error) {
	if !o.Open() || o.ProviderRef == "" || o.Provider != s.Payment {
		return o, nil, nil
	}
	p, err := s.Payments.Find(c.Request().Context(), o.ProviderRef)
	if err != nil {
		return o, nil, s.providerFailed(c, o, err)
	}
	p.OrderID = o.ID
	o, err = s.settle(c, p)
	return o, p, err
}

func (s *Server) settle(c Ctx, p *models.Payment) (o *models.Order, err error) {
	err = s.update(c, func(tx *models.Tx) (err error) {
		o, err = models.SettleOrder(tx, p)
		return err
	})
	return o, err
}

// endOrder cancels an order that nobody has paid; one that was paid meanwhile is bought. It answers the order as it is
// then.
func (s *Server) endOrder(c Ctx, o *models.Order) (*models.Order, error) {
	p := &models.Payment{State: models.PayCancelled}
	if o.ProviderRef != "" && o.Provider == s.Payment {
		var err error
		if p, err = s.Payments.Close(c.Request().Context(), o.ProviderRef); err != nil {
			return o, s.providerFailed(c, o, err)
		}
		if p.State == models.PayExpired {
			p.State = models.PayCancelled
		}
	}
	p.OrderID = o.ID
	return s.settle(c, p)
}
