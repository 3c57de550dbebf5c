package models

import "time"

// Group is a group of members: pushed by a directory (DirectoryID set) or made by hand. Its id is its SCIM id.
type Group struct {
	ID             string `gorm:"primaryKey"`
	OrganizationID string
	DirectoryID    *string
	Seq            int64
	Name           string
	NameKey        string // folded, unique in the organization
	ExternalID     *string
	Source         string // SourceSCIM or SourceManual
	MappedRole     string // role its members get, or ""
	MappedPlanID   *string
	Version        int64
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// GroupMember is one membership: a join row, changed by insert-or-ignore and delete, never by rewriting a list.
type GroupMember struct {
	OrganizationID string
	GroupID        string `gorm:"primaryKey"`
	MemberID       string `gorm:"primaryKey"`
}
