package handlers

import (
	"context"
	"net/http"
	"strings"

	"rollcall/models"
	"rollcall/views"
)

// sandbox is a payment provider that moves no money (SPEC B2). Like a real one it has a page of its own, which knows
// nothing of sessions, and a memory of its own.
type sandbox struct{ *Server }

const sandboxPath = "/sandbox/"

func (s *Server) sandboxRoutes(p page) {
	if s.Payment == paymentSandbox {
		p.Get(sandboxPath+":ref", s.sandboxPage)
		p.Post(sandboxPath+":ref", s.sandboxPay)
	}
}

func (b sandbox) run(ctx context.Context, fn func(*models.Tx) (*models.SandboxPayment, *models.Order, error)) (p *models.Payment, err error) {
	err = b.DB.Update(ctx, models.Actor{Kind: models.ActorSystem, ID: paymentSandbox}, func(tx *models.Tx) error {
		row, o, err := fn(tx)
		if err == nil {
			p = b.payment(row, o)
		}
		return err
	})
	return p, err
}

func (b sandbox) payment(row *models.SandboxPayment, o *models.Order) *models.Payment {
	p := &models.Payment{OrderID: o.ID, Ref: row.Ref, State: row.State, Amount: o.Amount, Currency: o.Currency}
	switch row.State {
	case models.PayOpen:
		p.URL = b.url(sandboxPath + row.Ref)
	case models.PayPaid:
		p.Receipt = &models.Receipt{
			Ref: "sandbox-" + o.ID, Number: "SANDBOX-" + strings.ToUpper(o.ID[len(o.ID)-8:]), Currency: o.Currency, Amount: o.Amount, At: b.DB.Now().UTC(),
		}
	}
	return p
}

// Start makes the sandbox's page for an order.
func (b sandbox) Start(ctx context.Context, p models.Purchase) (*models.Payment, error) {
	return b.run(ctx, func(tx *models.Tx) (*models.SandboxPayment, *models.Order, error) {
		row, err := models.OpenSandboxPayment(tx, p.Order)
		return row, p.Order, err
	})
}

// Find is how a payment stands.
func (b sandbox) Find(ctx context.Context, ref string) (*models.Payment, error) {
	return b.run(ctx, func(tx *models.Tx) (*models.SandboxPayment, *models.Order, error) {
		return models.FindSandboxPayment(tx, ref)
	})
}

// Close ends a payment that nobody has made.
func (b sandbox) Close(ctx context.Context, ref string) (*models.Payment, error) {
	return b.move(ctx, ref, models.PayCancelled, "")
}

func (b sandbox) move(ctx context.Context, ref, state, message string) (*models.Payment, error) {
	return b.run(ctx, func(tx *models.Tx) (*models.SandboxPayment, *models.Order, error) {
		if err := models.MoveSandboxPayment(tx, ref, state, message); err != nil {
			return nil, nil, err
		}
		return models.FindSandboxPayment(tx, ref)
	})
}

// Event: the sandbox says nothing by itself but through its own page.
func (b sandbox) Event([]byte, string) (*models.Payment, error) {
	return nil, &models.Error{Code: models.NotFound, Message: "The sandbox sends no events."}
}

// GET /sandbox/<reference> is the page that would be the payment provider's.
func (s *Server) sandboxPage(c Ctx) error {
	p := views.SandboxPage{Ref: c.Param("ref")}
	by := s.actor(c, models.ActorSystem, paymentSandbox, "")
	err := s.DB.View(c.Request().Context(), by, func(tx *models.Tx) error {
		row, o, err := models.FindSandboxPayment(tx, p.Ref)
		if err != nil {
			return err
		}
		org, err := models.FindOrganization(tx.In(o.OrganizationID))
		p.Open, p.Declined, p.Back = row.State == models.PayOpen, row.Message, orderPath(o)
		p.What, p.Amount, p.For = o.What(), price(o.Amount, o.Currency, o.Period), org.Name
		return err
	})
	if err != nil {
		return err
	}
	p.Page = s.page(c, "Sandbox payment")
	return render(c, http.StatusOK, views.Sandbox(p))
}

// POST /sandbox/<reference> does what the person wants to see: result, one of paid, twice, late, declined, cancelled,
// left.
func (s *Server) sandboxPay(c Ctx) error {
	b, ctx, ref := sandbox{s}, c.Request().Context(), c.Param("ref")
	p, err := b.Find(ctx, ref)
	if err != nil {
		return err
	}
	back := checkoutPath + "/" + p.OrderID
	times := map[string]int{"paid": 1, "twice": 2, "late": 0} // how often the event comes
	switch result := field(c, "result"); result {
	case "paid", "twice", "late":
		if p, err = b.move(ctx, ref, models.PayPaid, ""); err != nil {
			return err
		}
		for range times[result] {
			if err := s.heard(c, paymentSandbox, p); err != nil {
				return err
			}
		}
		return redirect(c, back+"/done")
	case "left":
		return redirect(c, back+"/done")
	case "cancelled":
		return redirect(c, back)
	}
	if _, err := b.move(ctx, ref, models.PayOpen, "Your card was declined."); err != nil {
		return err
	}
	return redirect(c, sandboxPath+ref)
}
