package models

import "gorm.io/gorm/clause"

// SandboxPayment is the memory of the sandbox, the payment provider that moves no money (SPEC B2).
type SandboxPayment struct {
	Ref            string `gorm:"primaryKey"` // unguessable: whoever has it can pay
	OrganizationID string
	OrderID        string
	State          string // PayOpen, PayPaid, PayFailed or PayCancelled
	Message        string // what the sandbox's bank said last
}

// OpenSandboxPayment makes the payment of an order, or answers the one that is there.
func OpenSandboxPayment(tx *Tx, o *Order) (*SandboxPayment, error) {
	in := tx.In(o.OrganizationID)
	p := &SandboxPayment{Ref: tx.NewToken(), OrganizationID: o.OrganizationID, OrderID: o.ID, State: PayOpen}
	if err := tx.g.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "order_id"}}, DoNothing: true}).Create(p).Error; err != nil {
		return nil, err
	}
	err := in.org().First(p, "order_id = ?", o.ID).Error
	return p, err
}

// FindSandboxPayment finds a payment and its order by the payment's reference, which tells the organization.
func FindSandboxPayment(tx *Tx, ref string) (*SandboxPayment, *Order, error) {
	var p SandboxPayment
	if err := translate(tx.allOrgs().First(&p, "ref = ?", ref).Error); err != nil {
		if CodeOf(err) == NotFound {
			err = notFound("payment")
		}
		return nil, nil, err
	}
	o, err := FindOrder(tx.In(p.OrganizationID), p.OrderID)
	return &p, o, err
}

// MoveSandboxPayment sets what becomes of a payment that is open; of any other nothing changes.
func MoveSandboxPayment(tx *Tx, ref, state, message string) error {
	return tx.allOrgs().Model(&SandboxPayment{}).Where("ref = ? AND state = ?", ref, PayOpen).Updates(map[string]any{"state": state, "message": message}).Error
}
