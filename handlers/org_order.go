package handlers

import (
	"net/http"

	"rollcall/models"
	"rollcall/views"
)

// GET /organization/checkout/<id> and …/done are where people come back to from the payment page: how the purchase
// stands, as the provider sees it now.
func (s *Server) orgOrder(c Ctx) error {
	o, err := s.findOrder(c)
	if err != nil {
		return err
	}
	down := false
	if c.Request().Method != http.MethodHead {
		if o, _, err = s.asked(c, o); err == errProvider {
			down, err = true, nil
		}
		if err != nil {
			return err
		}
	}
	if o.State == models.PayPaid && o.ConfirmedAt == nil {
		return s.drawConfirm(c, o)
	}
	p := views.OrgOrderPage{Page: s.page(c, "Your purchase"), ID: o.ID, State: o.State, Message: o.Message, Down: down, Surplus: o.Surplus}
	p.Facts = orderFacts(o)
	if o.Open() && o.Stale(s.DB.Now()) {
		p.State = models.PayExpired
	}
	return render(c, http.StatusOK, views.OrgOrder(p))
}

func (s *Server) findOrder(c Ctx) (o *models.Order, err error) {
	err = s.view(c, func(tx *models.Tx) (err error) {
		o, err = models.FindOrder(tx, c.Param("id"))
		return err
	})
	return o, err
}

func orderFacts(o *models.Order) []views.Fact {
	return []views.Fact{{Label: "Purchase", Value: o.What()}, {Label: "Price", Value: price(o.Amount, o.Currency, o.Period)}, {Label: "Receipt to", Value: o.BillingEmail}}
}

// drawConfirm draws the last step. What was paid is there already, whether or not anybody presses the button.
func (s *Server) drawConfirm(c Ctx, o *models.Order) error {
	f, err := s.readOffer(c)
	if err != nil {
		return err
	}
	p := views.OrgConfirmPage{Page: s.page(c, "Confirm your purchase"), ID: o.ID, Surplus: o.Surplus, Facts: append(orderFacts(o),
		views.Fact{Label: "Email domains", Value: f.domains}, views.Fact{Label: "Provision default plan", Value: f.plan})}
	return render(c, http.StatusOK, views.OrgConfirm(p))
}

// POST …/pay goes on to the payment page, if there is still something to pay.
func (s *Server) orgOrderPay(c Ctx) error {
	if err := s.view(c, models.MayBuy); err != nil {
		return err
	}
	o, err := s.findOrder(c)
	if err != nil {
		return err
	}
	if o.State != models.PayOpen || o.Stale(s.DB.Now()) || o.Provider != s.Payment {
		return redirect(c, orderPath(o))
	}
	if viewerOf(c).Org.RefuseIncluded(o) != nil { // granted by staff meanwhile
		if o, err = s.endOrder(c, o); err != nil || o.State == models.PayPaid {
			return s.backToOrder(c, o, err)
		}
		s.flash(c, views.Notice{Kind: "info", Title: "You were not charged.", Text: "What you were about to pay for has been switched on for you meanwhile."})
		return redirect(c, "/organization/billing")
	}
	if err = s.toPayment(c, o); err != nil {
		return s.backToOrder(c, o, err)
	}
	return nil
}

// backToOrder leads to the purchase's page, which says how it stands; a provider that is down is said there.
func (s *Server) backToOrder(c Ctx, o *models.Order, err error) error {
	if err != nil && err != errProvider {
		return err
	}
	if err != nil {
		s.flash(c, views.Notice{Kind: "bad", Text: errProvider.Message})
	}
	return redirect(c, orderPath(o))
}

// POST …/cancel ends a purchase that is not paid.
func (s *Server) orgOrderCancel(c Ctx) error {
	o, err := s.findOrder(c)
	if err != nil {
		return err
	}
	if o.Open() {
		o, err = s.endOrder(c, o)
	}
	if err != nil || o.State != models.PayCancelled { // paid, or on its way
		return s.backToOrder(c, o, err)
	}
	s.flash(c, views.Notice{Kind: "info", Title: "The purchase is cancelled.", Text: "You were not charged, and nothing was changed.", Focus: true})
	return redirect(c, "/organization/sso")
}

// POST …/confirm is Confirm Purchase: back to the tab, which has all that was entered before (SPEC B1).
func (s *Server) orgOrderConfirm(c Ctx) error {
	id := c.Param("id")
	var o *models.Order
	err := s.update(c, func(tx *models.Tx) (err error) {
		o, err = models.ConfirmOrder(tx, id)
		return err
	})
	if models.CodeOf(err) == models.Conflict {
		return redirect(c, checkoutPath+"/"+id)
	}
	if err != nil {
		return err
	}
	to, text := "/organization/sso", "Make a setup link below and send it to your IT person. Your domains and default plan are kept."
	switch {
	case o.Product == models.ProductSeats:
		to, text = "/organization/billing", "Those who waited for a seat have moved up."
	case o.Surplus:
		text = "It had been switched on for you meanwhile, so the amount is paid back. Our staff knows."
	}
	s.flash(c, views.Notice{Kind: "ok", Title: "Thank you: " + o.What() + " bought.", Text: text, Focus: true})
	return redirect(c, to)
}
