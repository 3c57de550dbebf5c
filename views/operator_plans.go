package views

// OperatorPlanRow is a plan of the catalogue. Use says who has it; Fault and Typed are of its own form.
type OperatorPlanRow struct {
	ID, Use       string
	Plan          PlanRef
	Free, Retired bool
	Above, Below  string // the plans past which it can be moved, by id; "" for none
	Fault, Typed  string
	Seen          Seen
}

// OperatorPlansPage is the catalogue, least first. Typed and Errors are of the form for a new plan.
type OperatorPlansPage struct {
	OperatorPage
	Rows   []OperatorPlanRow
	Pager  Pager
	Typed  string
	Errors FieldErrors
}

func (r OperatorPlanRow) path() string { return "/operator/plans/" + r.ID }
