package models

import "time"

// Operator is one of the SaaS's own staff, who looks after all organizations. It is no Account: an operator's sign-in
// opens no organization.
type Operator struct {
	ID           string `gorm:"primaryKey"`
	Email        string
	EmailKey     string
	PasswordHash string // argon2id in PHC form, or "" for none yet
	CreatedAt    time.Time
}

// CreateOperator makes an operator. passwordHash comes from HashPassword, or is "" for one who sets it later; a taken
// address is a Conflict.
func CreateOperator(tx *Tx, email, passwordHash string) (*Operator, error) {
	email, key, err := ParseEmail(email)
	if err != nil {
		return nil, err
	}
	o := &Operator{ID: tx.NewID("opr"), Email: email, EmailKey: key, PasswordHash: passwordHash, CreatedAt: tx.Now}
	if err := translate(tx.g.Create(o).Error); err != nil {
		if CodeOf(err) == Conflict {
			return nil, &Error{Code: Conflict, Field: "email", Message: "There is an operator with the address " + email + " already.", Err: err}
		}
		return nil, err
	}
	if err := tx.g.Create(&PersonLabel{PersonID: o.ID, Email: o.Email}).Error; err != nil {
		return nil, err
	}
	return o, tx.Record("operator.created", o.ID, nil)
}
