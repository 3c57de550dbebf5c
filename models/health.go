package models

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Urgency of a HealthFault: how soon somebody should look.
const (
	UrgentNow  = 2 // people cannot get in, or nothing moves
	UrgentSoon = 1
)

// HealthFault is one thing of an organization that needs attention.
type HealthFault struct {
	Urgency int
	Code    string // stable: sign_ins_fail, certificate_ended …
	Count   int64  // of what the code counts; 0 where it counts nothing
	At      *time.Time
}

// OrganizationHealth is how the integrations of an organization do.
type OrganizationHealth struct {
	ID, Name        string
	SSO, SCIM       string     // states; "" where there is none
	LastSignInAt    *time.Time // the newest one that began
	LastRequestAt   *time.Time
	Faults          []HealthFault // the most urgent first
	urgency, weight int64
}

const (
	healthEndsSoon   = 30 * 24 * time.Hour // certificates
	healthTokenSoon  = 20 * 24 * time.Hour
	healthRefused    = 24 * time.Hour
	healthImportLate = 10 * time.Minute // without progress
)

// healthOf gathers the organizations of one look.
type healthOf struct {
	tx   *Tx
	org  string // "" for all
	list []*OrganizationHealth
	byID map[string]*OrganizationHealth
}

// FindHealth is how all organizations do, what needs attention first, in a fixed number of queries that each look only at
// what is wrong or at one row of each integration.
func FindHealth(tx *Tx) ([]*OrganizationHealth, error) { return findHealth(tx, "") }

// HealthOf is how the actor's organization does.
func HealthOf(tx *Tx) (*OrganizationHealth, error) {
	list, err := findHealth(tx, tx.Actor.OrgID)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, notFound("organization")
	}
	return list[0], nil
}

func findHealth(tx *Tx, org string) ([]*OrganizationHealth, error) {
	h := &healthOf{tx: tx, org: org, byID: map[string]*OrganizationHealth{}}
	for _, look := range []func() error{h.organizations, h.connections, h.certificates, h.directories, h.tokens, h.refusals, h.members, h.domains, h.imports, h.outbox} {
		if err := look(); err != nil {
			return nil, err
		}
	}
	for _, o := range h.list {
		slices.SortStableFunc(o.Faults, func(a, b HealthFault) int { return b.Urgency - a.Urgency })
		for _, f := range o.Faults {
			o.urgency, o.weight = max(o.urgency, int64(f.Urgency)), o.weight+1
		}
	}
	slices.SortStableFunc(h.list, func(a, b *OrganizationHealth) int {
		return cmp.Or(cmp.Compare(b.urgency, a.urgency), cmp.Compare(b.weight, a.weight), strings.Compare(Fold(a.Name), Fold(b.Name)))
	})
	return h.list, nil
}

// read calls each with every row that query finds of the organizations looked at; column of query is the organization's id.
func (h *healthOf) read(query, column string, each func(get func(...any) error) error) error {
	if h.org == "" {
		return h.tx.read(query, nil, each)
	}
	return h.tx.read(query+" WHERE "+column+" = ?", []any{h.org}, each)
}

// rows is a query on a tenant table over the organizations looked at.
func (h *healthOf) rows(model any) *gorm.DB {
	g := h.tx.allOrgs().Model(model)
	if h.org != "" {
		g = g.Where("organization_id = ?", h.org)
	}
	return g
}

func (h *healthOf) add(org string, urgency int, code string, n int64, at *time.Time) {
	if o := h.byID[org]; o != nil {
		o.Faults = append(o.Faults, HealthFault{Urgency: urgency, Code: code, Count: n, At: at})
	}
}

func (h *healthOf) organizations() error {
	return h.read("SELECT id, name FROM organizations", "id", func(get func(...any) error) error {
		o := &OrganizationHealth{}
		if err := get(&o.ID, &o.Name); err != nil {
			return err
		}
		h.list, h.byID[o.ID] = append(h.list, o), o
		return nil
	})
}

// connections reads the newest sign-in of each connection that people use, by the index of the sign-in log, and those before
// it only where it did not succeed.
func (h *healthOf) connections() error {
	newest := func(kind string) string {
		return "(SELECT s.seq FROM sign_ins s WHERE s.connection_id = c.id AND s.kind = '" + kind + "' ORDER BY s.seq DESC LIMIT 1)"
	}
	failed := `(SELECT COUNT(*) FROM (SELECT s.outcome FROM sign_ins s WHERE s.connection_id = c.id AND s.kind = 'login' AND s.outcome IN ('succeeded', 'failed') ORDER BY s.seq DESC LIMIT ` +
		strconv.Itoa(failingAfter) + `) x WHERE x.outcome = 'failed')`
	return h.read(`SELECT c.organization_id, c.state, c.metadata_fault_since, n.started_at, CASE WHEN n.outcome = 'succeeded' THEN 0 ELSE `+failed+` END FROM connections c
		LEFT JOIN sign_ins n ON n.seq = COALESCE(`+newest(AttemptLogin)+`, `+newest(AttemptIDP)+`)`, "c.organization_id", func(get func(...any) error) error {
		var org, state string
		var since, last *time.Time
		var fails int64
		if err := get(&org, &state, &since, &last, &fails); err != nil {
			return err
		}
		o := h.byID[org]
		if o == nil || o.SSO == Active {
			return nil
		}
		o.SSO, o.LastSignInAt = state, last
		if state == Active && fails >= failingAfter {
			h.add(org, UrgentNow, "sign_ins_fail", fails, last)
		}
		if state == Active && since != nil {
			h.add(org, UrgentSoon, "metadata_unreadable", 0, since)
		}
		return nil
	})
}

// certificates looks only at connections whose certificate's end was announced (SPEC S5): that job reads all of them once
// a day.
func (h *healthOf) certificates() error {
	var ids []string
	if err := h.rows(&WatchedCertificate{}).Where("announced > 0").Distinct().Pluck("connection_id", &ids).Error; err != nil || len(ids) == 0 {
		return err
	}
	remembered, err := findWatches(h.tx, ids...)
	if err != nil {
		return err
	}
	var rows []ConnectionSettings
	active := h.tx.allOrgs().Model(&Connection{}).Select("active_settings_id").Where("state = ? AND id IN ?", Active, ids)
	err = h.tx.allOrgs().Where("id IN (?)", active).Find(&rows).Error
	for i := range rows {
		c := lastToEnd(&rows[i], remembered)
		if c == nil || c.NotAfter.Sub(h.tx.Now) > healthEndsSoon {
			continue
		}
		end := c.NotAfter.UTC()
		if end.After(h.tx.Now) {
			h.add(rows[i].OrganizationID, UrgentSoon, "certificate_ends", 0, &end)
		} else {
			h.add(rows[i].OrganizationID, UrgentNow, "certificate_ended", 0, &end)
		}
	}
	return err
}

func (h *healthOf) directories() error {
	return h.read("SELECT organization_id, state, last_request_at FROM directories", "organization_id", func(get func(...any) error) error {
		var d Directory
		err := get(&d.OrganizationID, &d.State, &d.LastRequestAt)
		if o := h.byID[d.OrganizationID]; o != nil && o.SCIM != Active {
			o.SCIM, o.LastRequestAt = d.State, d.LastRequestAt
		}
		return err
	})
}

// tokens looks at directories whose every live token has an end, or that have none left.
func (h *healthOf) tokens() error {
	last := map[string]time.Time{}
	err := h.read(`SELECT t.organization_id, t.expires_at FROM directories d
		JOIN directory_tokens t ON t.directory_id = d.id AND t.ended_at IS NULL AND d.state = '`+Active+"'", "d.organization_id", func(get func(...any) error) error {
		var t DirectoryToken
		if err := get(&t.OrganizationID, &t.ExpiresAt); err != nil {
			return err
		}
		switch {
		case t.ExpiresAt == nil:
			last[t.OrganizationID] = h.tx.Now.Add(2 * healthTokenSoon)
		case t.ExpiresAt.After(last[t.OrganizationID]):
			last[t.OrganizationID] = t.ExpiresAt.UTC()
		}
		return nil
	})
	for _, o := range h.list {
		if o.SCIM != Active {
			continue
		}
		end, some := last[o.ID]
		switch left := end.Sub(h.tx.Now); {
		case !some:
			h.add(o.ID, UrgentNow, "token_none", 0, nil)
		case left <= 0:
			h.add(o.ID, UrgentNow, "token_ended", 0, &end)
		case left <= healthTokenSoon:
			h.add(o.ID, UrgentSoon, "token_ends", 0, &end)
		}
	}
	return err
}

func (h *healthOf) refusals() error {
	var rows []SCIMRefusal
	err := h.rows(&SCIMRefusal{}).Where("last_at > ?", h.tx.Now.Add(-healthRefused)).Find(&rows).Error
	for i := range rows {
		h.add(rows[i].OrganizationID, UrgentSoon, "scim_refused", rows[i].Hits, &rows[i].LastAt)
	}
	return err
}

// members counts those who wait; the condition is written as the index has it.
func (h *healthOf) members() error {
	var rows []struct {
		OrganizationID, Status string
		N                      int64
	}
	err := h.rows(&Member{}).Select("organization_id, status, COUNT(*) AS n").Where("status IN ('held', 'leaving', 'waiting')").Group("organization_id, status").Scan(&rows).Error
	codes := map[string]string{MemberHeld: "members_held", MemberLeaving: "members_leaving", MemberWaiting: "members_waiting"}
	for _, r := range rows {
		h.add(r.OrganizationID, UrgentSoon, codes[r.Status], r.N, nil)
	}
	return err
}

func (h *healthOf) domains() error {
	return h.counted(h.rows(&Domain{}).Where("state = ?", DomainLost), UrgentSoon, "domain_lost")
}

func (h *healthOf) imports() error {
	late := h.tx.Now.Add(-healthImportLate)
	return h.counted(h.rows(&Import{}).Where("state IN ? AND created_at < ? AND (leased_until IS NULL OR leased_until < ?)",
		[]string{ImportReading, ImportRunning}, late, late), UrgentNow, "import_stuck")
}

func (h *healthOf) outbox() error {
	return h.counted(h.rows(&Outbox{}).Where("state = 'discarded'"), UrgentSoon, "mail_given_up") // in the words of the index
}

// counted adds the fault to each organization that has such rows.
func (h *healthOf) counted(g *gorm.DB, urgency int, code string) error {
	var rows []struct {
		OrganizationID string
		N              int64
	}
	err := g.Select("organization_id, COUNT(*) AS n").Group("organization_id").Scan(&rows).Error
	for _, r := range rows {
		h.add(r.OrganizationID, urgency, code, r.N, nil)
	}
	return err
}
