package models

import "time"

// SCIMExchange is a row of the directory log (SPEC A2): method, path, status, changed attribute names and the cause
// of a failure. Never bodies, tokens or personal values.
type SCIMExchange struct {
	ID             int64 `gorm:"primaryKey;autoIncrement"`
	OrganizationID string
	DirectoryID    string
	At             time.Time
	Method         string
	Path           string
	Status         int64
	SCIMType       string `gorm:"column:scim_type"`
	Cause          string
	Changed        string // attribute names, comma-separated
	PersonID       string // member id
	DurationUS     int64  `gorm:"column:duration_us"`
}

// TableName is scim_exchanges; GORM would cut the initialism in two.
func (SCIMExchange) TableName() string { return "scim_exchanges" }
