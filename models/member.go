package models

import (
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Member statuses (SPEC C).
const (
	MemberInvited      = "invited"
	MemberActive       = "active"
	MemberHeld         = "held"
	MemberWaiting      = "waiting" // for a seat
	MemberLeaving      = "leaving" // in the mass-leaver queue
	MemberDeactivated  = "deactivated"
	MemberDisconnected = "disconnected"
)

// Sources: the door a member came in by.
const (
	SourceSCIM   = "scim"
	SourceJIT    = "jit"
	SourceCSV    = "csv"
	SourceInvite = "invite"
	SourceManual = "manual"
)

// Roles.
const (
	RoleMember = "member"
	RoleAdmin  = "admin"
)

// Where a member's plan or role comes from, in order of precedence (SPEC O2).
const (
	FromAttribute = "attribute"
	FromGroup     = "group"
	FromAdmin     = "admin"
	FromDefault   = "default"
)

// Hold reasons (SPEC C, P4).
const (
	MissingFirstName = "missing_first_name"
	MissingLastName  = "missing_last_name"
	MissingEmail     = "missing_email"
	MissingCountry   = "missing_country"
	OutsideDomain    = "outside_domain"
	AccountElsewhere = "account_elsewhere"
	EmailInUse       = "email_in_use"
	InReview         = "review" // comes in during the review of a first sync (SPEC P13)
)

// Member is the organization's view of a person: plan, role, status, holds, source (SPEC I2). A held member has no
// account yet; one who was provisioned and has not signed in is active.
type Member struct {
	ID             string `gorm:"primaryKey"`
	OrganizationID string
	AccountID      *string
	Seq            int64 // list order within the organization
	Email          string
	EmailKey       *string // folded; NULL without an e-mail and for the second claimant of one (email_in_use)
	FirstName      string
	LastName       string
	Country        string // alpha-2
	CurrentCity    string
	CurrentState   string
	BirthYear      int64
	Role           string
	RoleSource     string
	PlanID         *string
	PlanSource     string
	KeptPlanID     *string // set by an admin or kept from before a take-over: where neither attribute nor group gives one
	KeptRole       string  // the same for the role
	ReturnPlanID   *string // while not entitled: the plan that comes back
	Status         string
	NameKey        string  // first and last name, folded, to be found by
	LastKey        string  // last and first name
	HoldReasons    string  // comma-separated, sorted
	Source         string  // the door the member first came in by; scim once a directory manages it
	DirectoryID    *string // the directory that manages it, if any (SPEC P8)
	BlockedAt      *time.Time
	DeactivatedAt  *time.Time // when the person left, also while the rest of it waits
	DueAt          *time.Time // when the worker goes on: the policy for one who is leaving, the erasure of one who has left (SPEC P7, P12)
	LastSignInAt   *time.Time
	Version        int64
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// Holds are the member's hold reasons, empty for none.
func (m *Member) Holds() []string {
	if m.HoldReasons == "" {
		return nil
	}
	return strings.Split(m.HoldReasons, ",")
}

// OnlyPersonalHolds tells whether all that is missing is what the person can say at sign-in (SPEC P4).
func (m *Member) OnlyPersonalHolds() bool {
	ask := []string{MissingFirstName, MissingLastName, MissingCountry}
	return m.Status == MemberHeld && !slices.ContainsFunc(m.Holds(), func(r string) bool { return !slices.Contains(ask, r) })
}

// Left tells whether the person has left the organization, or is about to (SPEC P7, P12).
func (m *Member) Left() bool {
	return m.Status == MemberLeaving || m.Status == MemberDeactivated || m.Status == MemberDisconnected
}

// Managed tells whether a directory owns the member's profile, so that pages and forms must leave it alone (SPEC P8).
func (m *Member) Managed() bool { return m.DirectoryID != nil }

// GivenName is what a door has said of the member's name; "" for nothing.
func (m *Member) GivenName() string { return strings.TrimSpace(m.FirstName + " " + m.LastName) }

// NameKnown is the name that a directory, a file or an administrator has given, so that whoever accepts an invite need not
// say it. What an invited person once said counts for nothing: the address may have gone to somebody else.
func (m *Member) NameKnown() string {
	if m.Source == SourceInvite {
		return ""
	}
	return m.GivenName()
}

// FullName is the member's name for people to read; the e-mail where there is none.
func (m *Member) FullName() string { return orElse(m.GivenName(), m.Email) }

// MaySignIn tells whether a session of this member may open or go on.
func (m *Member) MaySignIn() bool {
	return m.BlockedAt == nil && (m.Status == MemberActive || m.Status == MemberWaiting || m.OnlyPersonalHolds())
}

// FindMember finds a member of the actor's organization.
func FindMember(tx *Tx, id string) (*Member, error) {
	return first[Member](tx, "id = ?", id)
}

// FindMemberForUpdate is FindMember with the row's lock.
func FindMemberForUpdate(tx *Tx, id string) (*Member, error) {
	if tx.db.engine == SQLite {
		return FindMember(tx, id)
	}
	return only(find[Member](tx, "LIMIT 1 FOR UPDATE", "id = ?", id))
}

// FindMemberByEmail finds the member that has the e-mail in the actor's organization.
func FindMemberByEmail(tx *Tx, emailKey string) (*Member, error) {
	if tx.lacks(noMember(tx.Actor.OrgID, emailKey)) {
		return new(Member), gorm.ErrRecordNotFound
	}
	return first[Member](tx, "email_key = ?", emailKey)
}

// FindMemberOfAccount finds the actor's organization's member behind an account; one whose membership has ended is none.
func FindMemberOfAccount(tx *Tx, accountID string) (*Member, error) {
	return first[Member](tx, "account_id = ? AND status <> '"+MemberDisconnected+"'", accountID)
}

// MembershipsOf are an account's memberships in all organizations that it may enter.
func MembershipsOf(tx *Tx, accountID string) ([]Member, error) {
	var rows []Member
	err := tx.allOrgs().Where("account_id = ?", accountID).Order("created_at").Find(&rows).Error
	return slices.DeleteFunc(rows, func(m Member) bool { return m.Status == MemberDisconnected }), err
}

// ListAdmins are the active administrators of the actor's organization.
func ListAdmins(tx *Tx) ([]Member, error) {
	var rows []Member
	return rows, MemberQuery{Role: RoleAdmin, Status: MemberActive}.narrow(tx).Order("seq").Find(&rows).Error
}

// insertMember gives m its id and place in the list and writes it, with its label.
func insertMember(tx *Tx, m *Member) error {
	f, err := tx.facts()
	if err != nil {
		return err
	}
	seq := f.count(tx, &f.org.NextMemberSeq, 1)
	m.setKeys()
	m.ID, m.OrganizationID, m.Seq, m.Version, m.CreatedAt, m.UpdatedAt = tx.NewID("mem"), tx.Actor.OrgID, seq, 1, tx.Now, tx.Now
	if err := insertNew(tx, noMember(m.OrganizationID, orNone(m.EmailKey)), &tx.unit.late.members, m); err != nil {
		return err
	}
	tx.tally(nil, m)
	setLabel(tx, m.ID, m.FullName(), m.Email)
	if err := seatMoved(tx, "", m.Status); err != nil {
		return err
	}
	return showMember(tx, m)
}

// updateMember writes the named columns if m is still at its version, and moves m to the new one, and with it what
// directories see of it.
func updateMember(tx *Tx, m *Member, set map[string]any) error {
	set["version"], set["updated_at"] = m.Version+1, tx.Now
	keyNames(m, set)
	rows, err := change[Member](tx, set, "id = ? AND version = ?", m.ID, m.Version)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return stale()
	}
	tx.tally(m, &rows[0])
	before := m.Status
	*m = rows[0]
	if err := seatMoved(tx, before, m.Status); err != nil {
		return err
	}
	return refreshViews(tx, m)
}
