package views

// OperatorPriceRow is one price of the list. Fields are what takes it away.
type OperatorPriceRow struct {
	Product, Plan, Price string // Plan is "" for every plan
	Example              bool
	ChangePath           string
	Fields               []Link
}

// OperatorPriceForm is what an operator typed, or the price that is to be changed. Seen stands for the price that was
// shown, "" for none.
type OperatorPriceForm struct {
	Product, Plan, Amount, Currency, Period, Seen string
	Conflict                                      *Conflict
	Errors                                        FieldErrors
}

// OperatorPricesPage is the list of prices with the form for one of them.
type OperatorPricesPage struct {
	OperatorPage
	Rows                     []OperatorPriceRow
	Pager                    Pager
	Form                     OperatorPriceForm
	Products, Plans, Periods []Option
}

func (r OperatorPriceRow) about() string {
	if r.Plan == "" {
		return r.Product
	}
	return r.Product + " with " + r.Plan
}
