package views

// OperatorStaffRow is an operator. You is the one who looks, who changes nothing about oneself here.
type OperatorStaffRow struct {
	ID, Email   string
	Kind, State string
	Seen        Time
	You, Off    bool
}

// OperatorStaffPage lists the operators. Typed and Errors are of the form to invite one; a fault of a button has no field.
type OperatorStaffPage struct {
	OperatorPage
	Rows   []OperatorStaffRow
	Pager  Pager
	Typed  string
	Errors FieldErrors
}

// OperatorAuditPage is what operators did; with OrgName all that was done in that organization.
type OperatorAuditPage struct {
	OperatorPage
	OrgID, OrgName     string
	Operator, From, To string
	Operators          []Option
	Rows               []AuditRow
	Pager              Pager
}
