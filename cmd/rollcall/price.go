package main

import (
	"fmt"

	"rollcall/models"
)

type priceSetCmd struct {
	Product  string `required:"" help:"What it is for: sso, scim, both or seats (for one)."`
	Amount   string `required:"" help:"How much, like 99 or 99.50; 0 takes the price away."`
	Currency string `required:"" help:"Three letters, like EUR."`
	Period   string `default:"month" help:"How often it is paid: month, year or once."`
	Plan     string `help:"Only for organizations with this default plan; without it for all others."`
}

func (p *priceSetCmd) Run(a *app) error {
	amount, err := models.ParseMoney(p.Amount, p.Currency)
	if err != nil {
		return err
	}
	err = a.update(func(_ *Config, tx *models.Tx) error {
		return models.SetPrice(tx, models.NewPrice{Product: p.Product, Plan: p.Plan, Currency: p.Currency, Period: p.Period, Amount: amount})
	})
	if err != nil {
		return err
	}
	return listPrices(a)
}

type priceListCmd struct{}

func (*priceListCmd) Run(a *app) error { return listPrices(a) }

// priceView is a price as scripts read it: the amount in the currency's smallest unit.
type priceView struct {
	Product  string  `json:"product"`
	Plan     *string `json:"plan"`
	Currency string  `json:"currency"`
	Amount   int64   `json:"amount"`
	Period   string  `json:"period"`
	Example  bool    `json:"example"`
}

func listPrices(a *app) error {
	list, text := []priceView{}, ""
	err := a.view(func(_ *Config, tx *models.Tx) error {
		prices, err := models.ListPrices(tx)
		if err != nil {
			return err
		}
		plans, err := models.ListPlans(tx)
		if err != nil {
			return err
		}
		for _, p := range prices {
			v := priceView{Product: p.Product, Currency: p.Currency, Amount: p.Amount, Period: p.Period, Example: p.Example}
			for i := range plans {
				if plans[i].ID == p.PlanID {
					v.Plan = &plans[i].Name
				}
			}
			list = append(list, v)
			text += priceLine(v)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.print(list, text)
}

func priceLine(v priceView) string {
	line := fmt.Sprintf("%-6s %s, %s", v.Product, models.Money(v.Amount, v.Currency), v.Period)
	if v.Plan != nil {
		line += ", with the default plan " + *v.Plan
	}
	if v.Example {
		line += " (an example, sold by the sandbox only)"
	}
	return line + "\n"
}
