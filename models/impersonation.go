package models

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Impersonation lets an operator's session act as an administrator of one organization for a while. What the operator
// does meanwhile is audited under ActorActing with the operator's id; the organization reads when and why.
type Impersonation struct {
	ID             string `gorm:"primaryKey"`
	OrganizationID string
	OperatorID     string
	SessionDigest  string // the operator's session; with it the impersonation ends
	Reason         string
	CreatedAt      time.Time
	ExpiresAt      time.Time
	EndedAt        *time.Time
}

const (
	impersonationLife = time.Hour
	minReason         = 5   // characters
	maxReason         = 300 // characters
)

// BeginImpersonation lets the session of an operator act in the actor's organization for one hour; it ends an earlier one
// of that session. The reason is shown to the organization.
func BeginImpersonation(tx *Tx, s *Session, reason string) (*Impersonation, error) {
	if s.Kind != SessionOperator || s.OperatorID == nil {
		return nil, &Error{Code: Forbidden, Message: "Only an operator can act for an organization."}
	}
	reason = strings.Join(strings.Fields(reason), " ")
	if n := utf8.RuneCountInString(reason); n < minReason || n > maxReason {
		return nil, invalid("reason", "Say in 5 to 300 characters why you act for this organization. Its administrators read it.")
	}
	if _, err := FindOrganization(tx); err != nil {
		return nil, err
	}
	if now, err := FindImpersonation(tx, s); err == nil && now.OrganizationID == tx.Actor.OrgID && now.Reason == reason {
		return now, nil // pressed twice
	}
	if err := EndImpersonation(tx, s); err != nil && !IsNotFound(err) {
		return nil, err
	}
	i := &Impersonation{
		ID: tx.NewID("imp"), OrganizationID: tx.Actor.OrgID, OperatorID: *s.OperatorID, SessionDigest: s.Digest, Reason: reason,
		CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(impersonationLife),
	}
	if err := tx.g.Create(i).Error; err != nil {
		return nil, err
	}
	return i, tx.Record("impersonation.began", i.ID, Changes{"reason": reason, "minutes": int64(impersonationLife / time.Minute)})
}

// FindImpersonation is the one that the session acts under now; NotFound for none. The session tells the organization.
func FindImpersonation(tx *Tx, s *Session) (*Impersonation, error) {
	var i Impersonation
	err := tx.allOrgs().First(&i, "session_digest = ? AND ended_at IS NULL AND expires_at > ?", s.Digest, tx.Now).Error
	return &i, translate(err)
}

// EndImpersonation ends what the session acts under at once; NotFound for nothing.
func EndImpersonation(tx *Tx, s *Session) error {
	i, err := FindImpersonation(tx, s)
	if err != nil {
		return err
	}
	in := tx.In(i.OrganizationID)
	res := in.org().Model(&Impersonation{}).Where("id = ? AND ended_at IS NULL", i.ID).Update("ended_at", tx.Now)
	if res.Error != nil || res.RowsAffected == 0 { // somebody else has ended it at the same moment
		return res.Error
	}
	return in.Record("impersonation.ended", i.ID, nil)
}

// ListImpersonations are the newest of the actor's organization.
func ListImpersonations(tx *Tx, limit int) ([]Impersonation, error) {
	var rows []Impersonation
	return rows, tx.org().Order("created_at DESC, id").Limit(limit).Find(&rows).Error
}

// refuseActing refuses to an operator who acts for an organization what must stay its administrators' own: secrets that
// are shown once, the ways in, and what costs money.
func (tx *Tx) refuseActing(what string) error {
	if tx.Actor.Kind != ActorActing {
		return nil
	}
	return &Error{Code: Forbidden, Message: "You act for this organization, so you cannot " + what + ". One of its administrators can."}
}

// operatorAddress is the e-mail of an operator's label, who has no name, so that a mail says who sends it; "" for others.
func operatorAddress(l PersonLabel) string {
	if strings.HasPrefix(l.PersonID, "opr-") {
		return l.Email
	}
	return ""
}
