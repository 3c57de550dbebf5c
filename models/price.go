package models

import (
	"slices"
	"strings"
)

// What can be bought.
const (
	ProductSSO   = KindSSO
	ProductSCIM  = KindSCIM
	ProductBoth  = "both"
	ProductSeats = "seats" // more of them; the price is for one
)

// Products are all that can be bought, in the order of pages.
var Products = []string{ProductSSO, ProductSCIM, ProductBoth, ProductSeats}

// How often a price is paid.
const (
	PerMonth = "month"
	PerYear  = "year"
	Once     = "once"
)

// Price is what a product costs. Operators set prices; those that come with the program are examples, which only the
// sandbox sells at.
type Price struct {
	ID       string `gorm:"primaryKey"`
	Product  string
	PlanID   string // the default plan that it is for; "" for any
	Currency string // ISO 4217, lower case
	Amount   int64  // in the currency's smallest unit
	Period   string // PerMonth, PerYear or Once
	Example  bool
}

// seedPrices puts examples into an empty list of prices, so that the sandbox has something to sell.
func seedPrices(tx *Tx) error {
	var n int64
	if err := tx.g.Model(&Price{}).Count(&n).Error; err != nil || n > 0 {
		return err
	}
	for product, amount := range map[string]int64{ProductSSO: 9900, ProductSCIM: 9900, ProductBoth: 14900, ProductSeats: 200} {
		p := &Price{ID: tx.NewID("pri"), Product: product, Currency: "usd", Amount: amount, Period: PerMonth, Example: true}
		if err := tx.g.Create(p).Error; err != nil {
			return err
		}
	}
	return nil
}

// ListPrices is the whole list, also of plans that are retired.
func ListPrices(tx *Tx) ([]Price, error) {
	var rows []Price
	return rows, tx.g.Order("product, plan_id").Find(&rows).Error
}

// PricesFor are the prices of o by product: the one for its default plan, or else the one for any. examples tells
// whether those that no operator has set count.
func PricesFor(tx *Tx, o *Organization, examples bool) (map[string]Price, error) {
	all, err := ListPrices(tx)
	if err != nil {
		return nil, err
	}
	out := map[string]Price{}
	for _, p := range all {
		own := o.DefaultPlanID != nil && p.PlanID == *o.DefaultPlanID
		if (!p.Example || examples) && (p.PlanID == "" || own) { // sorted: the plan's own comes last
			out[p.Product] = p
		}
	}
	return out, nil
}

// NewPrice is what an operator says of a price. Plan is a plan's name, "" for any; Amount 0 takes the price away.
type NewPrice struct {
	Product, Plan, Currency, Period string
	Amount                          int64
}

// maxAmount bounds a price, in the smallest unit.
const maxAmount = 99_999_999

// ChangePrice is SetPrice for one who has seen the price with that id, "" for none; a Conflict when it is another now.
func ChangePrice(tx *Tx, n NewPrice, seen string) error {
	if _, err := LockPlans(tx); err != nil { // one at a time
		return err
	}
	now, err := CurrentPrice(tx, n.Product, n.Plan)
	if err == nil && now.Amount == n.Amount && (n.Amount == 0 || now.Currency == Fold(n.Currency) && now.Period == n.Period && !now.Example) {
		return nil // it is so already
	}
	if err == nil && now.ID != seen {
		err = &Error{Code: Conflict, Field: "price", Message: "This price has been changed meanwhile. Look at it again."}
	}
	if err != nil {
		return err
	}
	return SetPrice(tx, n)
}

// CurrentPrice is the price of a product for a plan by name, "" for any; an empty one where there is none.
func CurrentPrice(tx *Tx, product, plan string) (Price, error) {
	prices, err := ListPrices(tx)
	if err != nil {
		return Price{}, err
	}
	plans, err := ListPlans(tx)
	for _, p := range prices {
		name := ""
		if i := slices.IndexFunc(plans, func(x Plan) bool { return x.ID == p.PlanID }); i >= 0 {
			name = plans[i].Name
		}
		if p.Product == product && Fold(name) == Fold(plan) {
			return p, err
		}
	}
	return Price{}, err
}

// SetPrice sets or takes away one price. Orders that were begun keep theirs.
func SetPrice(tx *Tx, n NewPrice) error {
	p := &Price{ID: tx.NewID("pri"), Product: n.Product, Currency: Fold(n.Currency), Amount: n.Amount, Period: n.Period}
	switch {
	case !slices.Contains(Products, n.Product):
		return invalid("product", "Choose the product: "+strings.Join(Products, ", ")+".")
	case len(p.Currency) != 3 || strings.Trim(p.Currency, "abcdefghijklmnopqrstuvwxyz") != "":
		return invalid("currency", "Write the currency as its three letters, like USD or EUR.")
	case n.Period != PerMonth && n.Period != PerYear && n.Period != Once:
		return invalid("period", "Choose how often it is paid: month, year or once.")
	case n.Amount < 0 || n.Amount > maxAmount:
		return invalid("amount", "Write an amount between 0 and 999999.99.")
	}
	if n.Plan != "" {
		all, err := ListPlans(tx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(x Plan) bool { return x.NameKey == Fold(n.Plan) && !x.Free })
		if i < 0 {
			return invalid("plan", "There is no plan “"+n.Plan+"” on sale. Leave it out for the price of every plan.")
		}
		p.PlanID = all[i].ID
	}
	if err := tx.g.Delete(&Price{}, "product = ? AND plan_id = ?", p.Product, p.PlanID).Error; err != nil {
		return err
	}
	if n.Amount > 0 {
		if err := tx.g.Create(p).Error; err != nil {
			return err
		}
	}
	return tx.Record("price.set", p.Product, Changes{"plan": n.Plan, "price": Money(p.Amount, p.Currency), "period": p.Period})
}
