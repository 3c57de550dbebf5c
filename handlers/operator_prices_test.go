package handlers

import (
	"strings"
	"testing"

	"rollcall/models"
)

// TestOperatorPrices: an operator sees the prices and sets one, which the checkout shows; two who change one at the same
// time are shown both values; audited (SPEC B1, A1).
func TestOperatorPrices(t *testing.T) {
	w := newWorld(t)
	ops := w.operator()
	ops.get(operatorPricesPath)
	ops.want(200, "149.00 USD per month", "Example", "More seats")
	ops.post(operatorPricesPath, "product", "both", "plan", "", "amount", "ninety", "currency", "EUR", "period", "year", "seen", "")
	ops.want(422, "Write the amount like 99 or 99.50", `value="ninety"`, `value="EUR"`)
	ops.post(operatorPricesPath, "product", "gold", "plan", "Nope", "amount", "9", "currency", "EUR", "period", "day", "seen", "")
	ops.want(422, "Choose the product")
	seen := func(product, plan string) (id string) {
		w.in(&models.Organization{}, func(tx *models.Tx) error {
			p, err := models.CurrentPrice(tx, product, plan)
			id = p.ID
			return err
		})
		return id
	}
	first := seen("both", "")
	ops.get(operatorPricesPath + "?product=both&plan=")
	ops.want(200, `value="149.00"`, `value="`+first+`"`)
	ops.post(operatorPricesPath, "product", "both", "plan", "", "amount", "1490", "currency", "eur", "period", "year", "seen", first)
	ops.leads(operatorPricesPath)
	ops.get(operatorPricesPath)
	ops.want(200, "1,490.00 EUR per year")
	// A colleague who still sees the example changes nothing, and then puts the own value in place of the new one.
	ops.post(operatorPricesPath, "product", "both", "plan", "", "amount", "150", "currency", "usd", "period", "month", "seen", first)
	now := seen("both", "")
	ops.want(422, "Another operator changed this", "1,490.00 EUR per year", "150.00 USD per month", `value="150"`, `value="`+now+`"`)
	ops.post(operatorPricesPath, "product", "both", "plan", "", "amount", "150", "currency", "usd", "period", "month", "seen", now)
	ops.leads(operatorPricesPath)
	// One for a plan stands beside it; taken away, it is gone.
	ops.post(operatorPricesPath, "product", "both", "plan", "Ultimate", "amount", "200", "currency", "usd", "period", "month", "seen", "")
	ops.leads(operatorPricesPath)
	ops.post(operatorPricesPath, "product", "both", "plan", "Ultimate", "amount", "0", "currency", "usd", "period", "month", "seen", seen("both", "Ultimate"))
	ops.leads(operatorPricesPath)
	ops.get(operatorPricesPath)
	ops.want(200, "150.00 USD per month")
	if strings.Contains(ops.last.Body.String(), "200.00 USD") || seen("both", "Ultimate") != "" {
		t.Error("a price that was taken away is still there")
	}
	ops.get(operatorAuditPath)
	ops.want(200, "Price set", "150.00 USD")
	w.admin.post(operatorPricesPath, "product", "both", "amount", "1", "currency", "usd", "period", "month", "seen", seen("both", ""))
	w.admin.leads("/operator/login")
}
