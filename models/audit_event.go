package models

import (
	"time"

	"gorm.io/gorm"
)

// AuditEvent is one line of Activity (SPEC A1). Append-only: no function of this room updates one. It carries opaque
// ids; names live in PersonLabel (SPEC I6).
type AuditEvent struct {
	ID             int64 `gorm:"primaryKey;autoIncrement"`
	OrganizationID string
	At             time.Time
	ActorKind      string
	ActorID        string
	Action         string
	Target         string
	Changes        string // JSON of Changes
	RequestID      string
	IP             string
}

// PersonLabel is the erasable name and address behind a person's id (an account's or a member's) in logs.
type PersonLabel struct {
	PersonID       string `gorm:"primaryKey"`
	OrganizationID string
	Name           string
	Email          string
}

// setLabel writes the label of a person of the actor's organization; an account's is in none.
func setLabel(tx *Tx, id, name, email string) {
	l := &tx.unit.late
	l.labels = append(l.labels, &PersonLabel{PersonID: id, OrganizationID: tx.Actor.OrgID, Name: name, Email: email})
}

// Labels are the labels of the given people, as far as the actor's organization may see them: its own members, the
// accounts behind them, and operators, who act for nobody unseen. An account whose membership has ended is called as the member was.
func Labels(tx *Tx, ids []string) (map[string]PersonLabel, error) {
	out := map[string]PersonLabel{}
	if len(ids) == 0 {
		return out, nil
	}
	var members []Member
	if err := tx.org().Where("account_id IN ?", ids).Find(&members).Error; err != nil {
		return nil, err
	}
	accounts := []string{}
	for i := range members {
		if m := &members[i]; m.Status == MemberDisconnected {
			out[*m.AccountID] = PersonLabel{PersonID: *m.AccountID, Name: m.FullName(), Email: m.Email}
		} else {
			accounts = append(accounts, *m.AccountID)
		}
	}
	var rows []PersonLabel
	err := tx.allOrgs().Where("person_id IN ? AND (organization_id = ? OR person_id IN ? OR person_id IN (?))", ids, tx.Actor.OrgID, accounts,
		tx.g.Model(&Operator{}).Select("id").Where("id IN ?", ids)).Find(&rows).Error
	for _, r := range rows {
		out[r.PersonID] = r
	}
	return out, err
}

// AuditQuery narrows Activity. Before is the id of the last row of the page above; 0 begins at the newest.
type AuditQuery struct {
	Before int64
	Limit  int
	Action string // a prefix such as `member.`
	Target string
	Actor  string     // id; "" for anybody
	About  []string   // ids of one person: who acted, or who was touched
	From   *time.Time // first instant
	To     *time.Time // first instant that is too late
}

// ListAuditEvents lists Activity of the actor's organization, newest first.
func ListAuditEvents(tx *Tx, q AuditQuery) ([]AuditEvent, error) {
	return q.list(tx.org(), tx.g)
}

// list narrows g by the query; bare is a handle without conditions, for groups of them.
func (q AuditQuery) list(g, bare *gorm.DB) ([]AuditEvent, error) {
	g = g.Order("id DESC").Limit(q.Limit)
	if q.Before > 0 {
		g = g.Where("id < ?", q.Before)
	}
	if q.Action != "" {
		g = g.Where("action >= ? AND action < ?", q.Action, q.Action+"\uffff")
	}
	if q.Target != "" {
		g = g.Where("target = ?", q.Target)
	}
	if q.Actor != "" {
		g = g.Where("actor_id = ?", q.Actor)
	}
	if len(q.About) > 0 {
		g = g.Where(bare.Where("target IN ?", q.About).Or("actor_id IN ?", q.About))
	}
	if q.From != nil {
		g = g.Where("at >= ?", *q.From)
	}
	if q.To != nil {
		g = g.Where("at < ?", *q.To)
	}
	var rows []AuditEvent
	return rows, g.Find(&rows).Error
}
