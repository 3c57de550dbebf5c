package models

import (
	"encoding/json"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Kinds of Actor.
const (
	ActorMember   = "member"   // ID is an account id
	ActorSetup    = "setup"    // ID is a setup link id
	ActorSCIM     = "scim"     // ID is a directory id
	ActorSAML     = "saml"     // ID is a connection id
	ActorOperator = "operator" // ID is an operator id, or "command"
	ActorActing   = "acting"   // ID is an operator id: one who acts as an administrator of the organization
	ActorSystem   = "system"   // ID names the job
	ActorPublic   = "public"   // nobody yet: sign-up, sign-in
)

// Actor says who is acting and for which organization.
type Actor struct {
	Kind, ID  string
	OrgID     string // empty only for operators, jobs and people who have not signed in
	IP        string
	RequestID string
}

// In is the same actor inside an organization.
func (a Actor) In(orgID string) Actor { a.OrgID = orgID; return a }

// Tx is one unit of work: a transaction, a clock reading, an actor.
//
// The GORM handle inside is unexported on purpose: outside this package a Tx is only a ticket to hand to functions
// of this package, so no query can be written elsewhere.
type Tx struct {
	g     *gorm.DB
	db    *DB
	Actor Actor
	Now   time.Time // UTC, microseconds
	unit  *unit     // nil in View
}

// In is the same unit of work inside an organization: for doors that learn the organization from what they look up
// (a token, a link, a connection in the path).
func (tx *Tx) In(orgID string) *Tx {
	c := *tx
	c.Actor.OrgID = orgID
	return &c
}

// As is the same unit of work done by another actor.
func (tx *Tx) As(by Actor) *Tx {
	c := *tx
	c.Actor = by
	return &c
}

// org narrows a query to the actor's organization.
func (tx *Tx) org() *gorm.DB { return tx.g.Where("organization_id = ?", tx.Actor.OrgID) }

// allOrgs lifts the tenant guard: only where the row itself tells the organization (a token's digest, a connection's
// id in a public path) and for operators and jobs.
func (tx *Tx) allOrgs() *gorm.DB { return tx.g.Set(allOrgsKey, true) }

// forUpdate asks for the row's lock where the engine has one; SQLite's writer is alone anyway and its dialect drops it.
func forUpdate(g *gorm.DB) *gorm.DB { return g.Clauses(clause.Locking{Strength: "UPDATE"}) }

// Changes says what a state change changed: attribute names to values that are no personal data (plans, roles,
// states, counts, domains). Personal values are named only: true.
type Changes map[string]any

// Record writes the audit event of a state change and everything that must be sent because of it, in the same commit
// (SPEC P11). action is a stable name such as `member.deactivated`; target is the id of what changed.
func (tx *Tx) Record(action, target string, changes Changes, out ...*Outbox) error {
	if err := tx.audit(action, target, changes); err != nil {
		return err
	}
	for _, o := range out {
		if err := tx.Queue(o); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) audit(action, target string, changes Changes) error {
	text := "{}"
	if len(changes) > 0 {
		b, err := json.Marshal(changes)
		if err != nil {
			return err
		}
		text = string(b)
	}
	a, l := tx.Actor, &tx.unit.late
	l.audit = append(l.audit, &AuditEvent{
		OrganizationID: a.OrgID, At: tx.Now, ActorKind: a.Kind, ActorID: a.ID, Action: action, Target: target,
		Changes: text, RequestID: a.RequestID, IP: a.IP,
	})
	return nil
}
