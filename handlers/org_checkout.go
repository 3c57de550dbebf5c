package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"rollcall/models"
	"rollcall/views"
)

const checkoutPath = "/organization/checkout"

func (s *Server) checkoutRoutes(p page) {
	p.Get("/billing", s.orgBilling)
	p.Get("/billing/receipts/:id", s.orgReceipt)
	p.Get("/checkout", s.orgCheckout)
	p.Post("/checkout", s.orgCheckoutStart)
	p.Get("/checkout/:id", s.orgOrder)
	p.Get("/checkout/:id/done", s.orgOrder)
	p.Post("/checkout/:id/pay", s.orgOrderPay)
	p.Post("/checkout/:id/cancel", s.orgOrderCancel)
	p.Post("/checkout/:id/confirm", s.orgOrderConfirm)
}

// offer is what an organization can buy, and what it has entered before (SPEC B1).
type offer struct {
	org     *models.Organization
	plan    string
	domains string
	prices  map[string]models.Price // of what is left to buy
	priced  bool                    // anything has a price at all
}

func (s *Server) readOffer(c Ctx) (f offer, err error) {
	err = s.view(c, func(tx *models.Tx) error {
		f = offer{prices: map[string]models.Price{}}
		if f.org, err = models.FindOrganization(tx); err != nil {
			return err
		}
		plans, err := models.OrganizationPlans(tx, f.org)
		if err != nil {
			return err
		}
		domains, err := models.ListDomains(tx)
		if err != nil {
			return err
		}
		var names []string
		for _, d := range domains {
			names = append(names, d.Name)
		}
		f.plan, f.domains = plans.Default.Name, strings.Join(names, ", ")
		prices, err := models.PricesFor(tx, f.org, s.Payment == paymentSandbox)
		for product, p := range prices {
			f.priced = true
			if f.org.CanBuy(product) {
				f.prices[product] = p
			}
		}
		return err
	})
	return f, err
}

// GET /organization/checkout offers what is left to buy.
func (s *Server) orgCheckout(c Ctx) error {
	f, err := s.readOffer(c)
	if err != nil {
		return err
	}
	if s.Payments == nil || !f.priced {
		return s.askForIt(c)
	}
	if len(f.prices) == 0 {
		s.flash(c, views.Notice{Kind: "info", Text: "Everything that can be bought is included already."})
		return redirect(c, "/organization/billing")
	}
	p := s.checkoutPage(c, &f)
	p.Chosen = c.QueryParam("product")
	if _, offered := f.prices[p.Chosen]; !offered {
		p.Chosen = p.Products[len(p.Products)-1].Kind
		if _, both := f.prices[models.ProductBoth]; both {
			p.Chosen = models.ProductBoth
		}
	}
	p.Billing.Email, p.Quantity = viewerOf(c).Account.Email, "10"
	return render(c, http.StatusOK, views.OrgCheckout(p))
}

// askForIt leads to the page that says whom to ask, where nothing is sold (SPEC B3).
func (s *Server) askForIt(c Ctx) error {
	s.flash(c, views.Notice{Kind: "info", Title: "Nothing is sold on this page.", Text: "What you have entered is kept."})
	return redirect(c, "/organization/billing")
}

var productTexts = map[string][2]string{
	models.ProductSSO:   {"Single Sign-On", "People sign in with your identity provider, over SAML 2.0."},
	models.ProductSCIM:  {"Directory Sync", "Your directory adds, changes and removes members, over SCIM 2.0. It works without Single Sign-On too: those who are added then get an invitation by e-mail."},
	models.ProductBoth:  {"Both", "Single Sign-On and Directory Sync together."},
	models.ProductSeats: {"More seats", "The price is for one seat. Those who wait for a seat move up at once."},
}

func (s *Server) checkoutPage(c Ctx, f *offer) views.OrgCheckoutPage {
	p := views.OrgCheckoutPage{Page: s.page(c, "Checkout"), Domains: f.domains, Plan: f.plan}
	p.Path = checkoutPath
	for _, product := range models.Products {
		x, offered := f.prices[product]
		if !offered {
			continue
		}
		p.Products = append(p.Products, views.Product{
			Kind: product, Name: productTexts[product][0], Text: productTexts[product][1], Price: price(x.Amount, x.Currency, x.Period), Seen: priceSeen(x),
		})
	}
	return p
}

var periodWords = map[string]string{models.PerMonth: " per month", models.PerYear: " per year", models.Once: " once"}

func price(amount int64, currency, period string) string {
	return models.Money(amount, currency) + periodWords[period]
}

// priceSeen stands for a price in the form, so that nobody buys at another than the one that was shown.
func priceSeen(p models.Price) string { return fmt.Sprint(p.Amount, p.Currency, p.Period) }

// POST /organization/checkout begins a purchase and leads to the payment page.
func (s *Server) orgCheckoutStart(c Ctx) error {
	f, err := s.readOffer(c)
	if err != nil {
		return err
	}
	if s.Payments == nil || !f.priced {
		return s.askForIt(c)
	}
	product := field(c, "product")
	n := models.NewOrder{Product: product, Price: f.prices[product], Provider: s.Payment, Billing: models.Billing{
		Email: field(c, "billing_email"), Address: c.FormValue("billing_address"), TaxNumber: field(c, "tax_number"), PONumber: field(c, "po_number"),
	}}
	n.Quantity, _ = strconv.ParseInt(field(c, "quantity"), 10, 64)
	var o *models.Order
	if x, offered := f.prices[product]; offered && priceSeen(x) != field(c, "price_"+product) {
		err = &models.Error{Code: models.Conflict, Field: "product", Message: "The price has changed since you opened this page: it is " + price(x.Amount, x.Currency, x.Period) + " now. Nothing was bought."}
	} else if o, err = s.startOrder(c, n); err == nil {
		err = s.toPayment(c, o)
	}
	if faults, ok := checkoutFaults(err); ok {
		return s.checkoutAgain(c, &f, n, faults, err)
	}
	return err
}

// checkoutFaults are the faults that the form shows.
func checkoutFaults(err error) (views.FieldErrors, bool) {
	if err == errProvider {
		return views.FieldErrors{"": errProvider.Message}, true
	}
	return fieldErrors(err)
}

// checkoutAgain draws the form with what was typed.
func (s *Server) checkoutAgain(c Ctx, f *offer, n models.NewOrder, faults views.FieldErrors, err error) error {
	if len(f.prices) == 0 { // all of it was granted meanwhile
		s.flash(c, views.Notice{Kind: "info", Text: faults["product"]})
		return redirect(c, "/organization/billing")
	}
	p := s.checkoutPage(c, f)
	p.Chosen, p.Errors, p.Quantity = n.Product, faults, field(c, "quantity")
	p.Billing = views.Billing{Email: n.Billing.Email, Address: n.Billing.Address, TaxNumber: n.Billing.TaxNumber, PONumber: n.Billing.PONumber}
	status := http.StatusUnprocessableEntity
	switch {
	case err == errProvider:
		status = http.StatusServiceUnavailable
	case models.CodeOf(err) == models.Conflict:
		status = http.StatusConflict
	}
	return render(c, status, views.OrgCheckout(p))
}

// startOrder begins an order. One of the organization's that is open and another is ended first; when that was paid
// meanwhile, it is the one that goes on.
func (s *Server) startOrder(c Ctx, n models.NewOrder) (o *models.Order, err error) {
	start := func(tx *models.Tx) (err error) { o, err = models.StartOrder(tx, n); return err }
	if err = s.update(c, start); !errors.Is(err, models.ErrOrderOpen) {
		return o, err
	}
	var open *models.Order
	if err = s.view(c, func(tx *models.Tx) (err error) { open, err = models.OpenOrder(tx); return err }); err != nil {
		return nil, err
	}
	if open, err = s.endOrder(c, open); err != nil || open.State == models.PayPaid {
		return open, err
	}
	if open.State == models.PayPending {
		return nil, &models.Error{Code: models.Conflict, Field: "product", Message: "A payment of your organization for " + open.What() + " is on its way to us. Wait until it has arrived; nothing more was bought."}
	}
	err = s.update(c, start)
	return o, err
}

// toPayment leads to the page on which the order is paid: a page of ours in between, because a form must not lead to
// another origin (SPEC S9).
func (s *Server) toPayment(c Ctx, o *models.Order) error {
	p, err := s.paymentPage(c, o)
	if err != nil {
		return err
	}
	u, err := url.Parse(p.URL)
	if err != nil || p.URL == "" {
		return redirect(c, orderPath(o))
	}
	return render(c, http.StatusOK, views.Hop(views.HopPage{
		Page: s.page(c, "Payment"), To: "the payment page", Host: u.Host, URL: p.URL, Escape: views.Link{Label: "Do not pay now", Path: orderPath(o)},
	}))
}

func (s *Server) paymentPage(c Ctx, o *models.Order) (*models.Payment, error) {
	if o.ProviderRef != "" || !o.Open() {
		_, p, err := s.asked(c, o)
		if p == nil {
			p = &models.Payment{}
		}
		return p, err
	}
	ctx := c.Request().Context()
	p, err := s.Payments.Start(ctx, models.Purchase{Order: o, Done: s.url(orderPath(o) + "/done"), Back: s.url(orderPath(o))})
	if err != nil {
		return nil, s.providerFailed(c, o, err)
	}
	err = s.update(c, func(tx *models.Tx) error { return models.SetOrderRef(tx, o.ID, p.Ref) })
	if models.CodeOf(err) == models.Conflict { // ended by somebody else while the page was made
		if _, err := s.Payments.Close(ctx, p.Ref); err != nil {
			return nil, s.providerFailed(c, o, err)
		}
		return &models.Payment{}, nil
	}
	return p, err
}

func orderPath(o *models.Order) string { return checkoutPath + "/" + o.ID }
