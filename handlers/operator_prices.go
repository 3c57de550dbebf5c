package handlers

import (
	"net/http"
	"net/url"
	"strings"

	"rollcall/models"
	"rollcall/views"
)

const (
	operatorPricesPath = "/operator/prices"
	pricesPerPage      = 25 // each has its own form
)

// GET /operator/prices is the list of prices; product and plan in the address fill the form with one of them.
func (s *Server) operatorPrices(c Ctx) error {
	form := views.OperatorPriceForm{Product: field(c, "product"), Plan: field(c, "plan"), Currency: "USD", Period: models.PerMonth}
	return s.drawOperatorPrices(c, http.StatusOK, form, func(p *views.OperatorPricesPage, now models.Price) {
		if now.ID != "" {
			p.Form.Seen, p.Form.Amount, p.Form.Currency, p.Form.Period = now.ID, models.PlainMoney(now.Amount, now.Currency), strings.ToUpper(now.Currency), now.Period
		}
	})
}

// drawOperatorPrices draws the page with form; fill is told the price that product and plan of the form have now.
func (s *Server) drawOperatorPrices(c Ctx, status int, form views.OperatorPriceForm, fill func(*views.OperatorPricesPage, models.Price)) error {
	p := views.OperatorPricesPage{OperatorPage: s.operatorPage(c, "Prices"), Form: form, Plans: []views.Option{{Label: "Any"}}}
	for _, product := range models.Products {
		p.Products = append(p.Products, views.Option{Value: product, Label: productTexts[product][0]})
	}
	for _, period := range []string{models.PerMonth, models.PerYear, models.Once} {
		p.Periods = append(p.Periods, views.Option{Value: period, Label: strings.TrimSpace(periodWords[period])})
	}
	var now models.Price
	err := s.DB.View(c.Request().Context(), s.operatorActor(c, ""), func(tx *models.Tx) error {
		prices, err := models.ListPrices(tx)
		if err != nil {
			return err
		}
		plans, err := models.ListPlans(tx)
		if err != nil {
			return err
		}
		rows := priceRows(prices, plans)
		p.Rows, p.Pager = onPage(c, rows, pricesPerPage), pagesOf(c, operatorPricesPath, int64(len(rows)), pricesPerPage)
		for _, plan := range plans {
			if !plan.Free && (!plan.Retired || plan.Name == form.Plan) {
				p.Plans = append(p.Plans, views.Option{Value: plan.Name, Label: plan.Name})
			}
		}
		now, err = models.CurrentPrice(tx, form.Product, form.Plan)
		return err
	})
	if err != nil {
		return err
	}
	fill(&p, now)
	return render(c, status, views.OperatorPrices(p))
}

// priceRows are the prices in the order of the products, those for a plan below the one for any.
func priceRows(prices []models.Price, plans []models.Plan) (out []views.OperatorPriceRow) {
	for _, product := range models.Products {
		for _, plan := range append([]models.Plan{{}}, plans...) {
			for _, x := range prices {
				if x.Product != product || x.PlanID != plan.ID {
					continue
				}
				out = append(out, views.OperatorPriceRow{
					Product: productTexts[product][0], Plan: plan.Name, Price: price(x.Amount, x.Currency, x.Period), Example: x.Example,
					ChangePath: operatorPricesPath + "?" + url.Values{"product": {product}, "plan": {plan.Name}}.Encode() + "#set",
					Fields:     []views.Link{{Label: "product", Path: product}, {Label: "plan", Path: plan.Name}, {Label: "amount", Path: "0"}, {Label: "currency", Path: x.Currency}, {Label: "period", Path: x.Period}, {Label: "seen", Path: x.ID}},
				})
			}
		}
	}
	return out
}

// POST /operator/prices sets a price, or with the amount 0 takes it away. One that another operator has changed since
// it was shown is shown beside the typed one.
func (s *Server) operatorPriceSet(c Ctx) error {
	form := views.OperatorPriceForm{
		Product: field(c, "product"), Plan: field(c, "plan"), Amount: field(c, "amount"), Currency: field(c, "currency"), Period: field(c, "period"), Seen: field(c, "seen"),
	}
	n := models.NewPrice{Product: form.Product, Plan: form.Plan, Currency: form.Currency, Period: form.Period}
	amount, err := models.ParseMoney(form.Amount, form.Currency)
	if n.Amount = amount; err == nil {
		err = s.asOperator(c, "", func(tx *models.Tx) error { return models.ChangePrice(tx, n, form.Seen) })
	}
	if faults, ok := fieldErrors(err); ok {
		form.Errors = faults
		return s.drawOperatorPrices(c, http.StatusUnprocessableEntity, form, func(p *views.OperatorPricesPage, now models.Price) {
			if models.CodeOf(err) == models.Conflict {
				p.Form.Seen, p.Form.Conflict = now.ID, priceConflict(now, n)
			}
		})
	}
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: "Saved. It holds for new purchases."})
	return redirect(c, operatorPricesPath)
}

func priceConflict(now models.Price, n models.NewPrice) *views.Conflict {
	words := func(amount int64, currency, period string) string {
		if amount == 0 {
			return "not on sale"
		}
		return price(amount, models.Fold(currency), period)
	}
	return &views.Conflict{By: "Another operator", When: "meanwhile", Fields: []views.ConflictField{
		{Label: productTexts[n.Product][0], Theirs: words(now.Amount, now.Currency, now.Period), Yours: words(n.Amount, n.Currency, n.Period)},
	}}
}
