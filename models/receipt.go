package models

import (
	"fmt"
	"strings"

	"gorm.io/gorm/clause"
)

// What names what an order is for.
func (o *Order) What() string {
	if o.Product == ProductSeats {
		if o.Quantity == 1 {
			return "1 seat"
		}
		return fmt.Sprintf("%d seats", o.Quantity)
	}
	var names []string
	for _, kind := range o.Kinds() {
		names = append(names, integrationName(kind))
	}
	return strings.Join(names, " and ")
}

// addReceipt keeps a receipt once, however often the provider sends it.
func addReceipt(tx *Tx, o *Order, r Receipt) error {
	r.ID, r.OrganizationID, r.OrderID = tx.NewID("rcp"), o.OrganizationID, o.ID
	return tx.g.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "ref"}}, DoNothing: true}).Create(&r).Error
}

// ListReceipts are the organization's receipts, newest first.
func ListReceipts(tx *Tx, limit int) ([]Receipt, error) {
	var rows []Receipt
	return rows, tx.org().Order("at DESC, id").Limit(limit).Find(&rows).Error
}

// FindReceipt is one of the organization's receipts with its order.
func FindReceipt(tx *Tx, id string) (*Receipt, *Order, error) {
	var r Receipt
	err := translate(tx.org().First(&r, "id = ?", id).Error)
	if CodeOf(err) == NotFound {
		err = notFound("receipt")
	}
	if err != nil {
		return nil, nil, err
	}
	o, err := FindOrder(tx, r.OrderID)
	return &r, o, err
}
