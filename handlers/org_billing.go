package handlers

import (
	"fmt"
	"net/http"

	"rollcall/models"
	"rollcall/views"
)

// so many purchases and receipts are listed.
const billingRows = 100

// billing is all that the page about money shows.
type billing struct {
	org      *models.Organization
	plans    *models.Plans
	orders   []models.Order
	receipts []models.Receipt
	seats    views.SeatLine
	labels   map[string]models.PersonLabel
}

func (b *billing) read(tx *models.Tx) (err error) {
	if b.org, err = models.FindOrganization(tx); err != nil {
		return err
	}
	if b.plans, err = models.OrganizationPlans(tx, b.org); err != nil {
		return err
	}
	if b.orders, err = models.ListOrders(tx, billingRows); err != nil {
		return err
	}
	if b.receipts, err = models.ListReceipts(tx, billingRows); err != nil {
		return err
	}
	if b.seats, err = seatLine(tx, b.org); err != nil {
		return err
	}
	var people []string
	for i := range b.orders {
		people = append(people, b.orders[i].CreatedBy)
	}
	b.labels, err = models.Labels(tx, people)
	return err
}

// GET /organization/billing says what was bought, by whom, and what is left to buy.
func (s *Server) orgBilling(c Ctx) error {
	var b billing
	if err := s.view(c, b.read); err != nil {
		return err
	}
	f, err := s.readOffer(c)
	if err != nil {
		return err
	}
	p := views.OrgBillingPage{Page: s.page(c, "Billing"), Default: planRef(b.plans.Default), Seats: b.seats}
	sold := s.Payments != nil && f.priced
	p.Ask, p.Buyable = !sold, sold && len(f.prices) > 0
	for _, kind := range []string{models.KindSSO, models.KindSCIM} {
		p.Products = append(p.Products, b.product(kind, &f))
	}
	for _, x := range b.plans.Purchased {
		p.Plans = append(p.Plans, planRef(x))
	}
	what := map[string]string{}
	for i := range b.orders {
		o := &b.orders[i]
		what[o.ID] = o.What()
		p.Orders = append(p.Orders, b.orderRow(o))
	}
	for i := range b.receipts {
		r := &b.receipts[i]
		row := views.ReceiptRow{At: instant(&r.At), Number: r.Number, What: what[r.OrderID], Amount: models.Money(r.Amount, r.Currency), Path: r.URL}
		if row.Path == "" {
			row.Path = "/organization/billing/receipts/" + r.ID
		}
		p.Receipts = append(p.Receipts, row)
	}
	return render(c, http.StatusOK, views.OrgBilling(p))
}

// product is one of the integrations: since when it is there, or what it costs.
func (b *billing) product(kind string, f *offer) views.Product {
	p := views.Product{Kind: kind, Name: productTexts[kind][0], Text: productTexts[kind][1], Bought: b.org.Bought(kind)}
	if x, offered := f.prices[kind]; offered {
		p.Price = price(x.Amount, x.Currency, x.Period)
	}
	if !p.Bought {
		return p
	}
	p.Granted = true
	for i := range b.orders { // newest first
		o := &b.orders[i]
		for _, k := range o.Kinds() {
			if k == kind && o.PaidAt != nil && !o.Surplus {
				p.Granted, p.Since = false, instant(o.PaidAt)
			}
		}
	}
	return p
}

func (b *billing) orderRow(o *models.Order) views.OrderRow {
	row := views.OrderRow{
		At: instant(&o.CreatedAt), What: o.What(), By: nameOf(b.labels, o.CreatedBy), Amount: price(o.Amount, o.Currency, o.Period), State: o.State, Surplus: o.Surplus,
	}
	if o.Open() {
		row.Path = orderPath(o)
	}
	return row
}

// seatLine is how many seats are bought, used and waited for; "" where they are not counted.
func seatLine(tx *models.Tx, o *models.Organization) (views.SeatLine, error) {
	if o.Seats == nil {
		return views.SeatLine{}, nil
	}
	waiting, err := models.CountMembers(tx, models.MemberQuery{Status: models.MemberWaiting})
	return views.SeatLine{
		Used: fmt.Sprint(o.SeatsUsed), Bought: fmt.Sprint(*o.Seats), Waiting: fmt.Sprint(waiting), Anybody: waiting > 0, Full: !o.SeatFree(),
	}, err
}

// GET /organization/billing/receipts/<id> is a receipt of our own, for purchases in the sandbox; a provider that takes
// money has its own.
func (s *Server) orgReceipt(c Ctx) error {
	var r *models.Receipt
	var o *models.Order
	err := s.view(c, func(tx *models.Tx) (err error) {
		r, o, err = models.FindReceipt(tx, c.Param("id"))
		return err
	})
	if err != nil {
		return err
	}
	p := views.OrgReceiptPage{
		Page: s.page(c, "Receipt "+r.Number), Number: r.Number, At: instant(&r.At), What: o.What(), Amount: models.Money(r.Amount, r.Currency),
		Email: o.BillingEmail, Address: o.BillingAddress, TaxNumber: o.TaxNumber, PONumber: o.PONumber, Link: r.URL,
	}
	return render(c, http.StatusOK, views.OrgReceipt(p))
}
