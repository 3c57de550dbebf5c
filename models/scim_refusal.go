package models

import (
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Kinds of requests that a directory's door refuses before it knows who asks.
const (
	RefusedNoToken = "no_token"
	RefusedUnknown = "unknown_token"
	RefusedEnded   = "ended_token"
	RefusedAddress = "wrong_address" // a live token of the directory, at an address that is not the directory's
)

// SCIMRefusal counts such requests of one kind (SPEC A2): they carry nothing that could be trusted, so they are no rows
// of the directory log. LastFour are the last characters of the newest token, never more.
type SCIMRefusal struct {
	ID              string `gorm:"primaryKey"`
	OrganizationID  string
	DirectoryID     string
	Kind            string
	LastFour        string
	Hits            int64
	FirstAt, LastAt time.Time
}

// TableName is scim_refusals; GORM would cut the initialism in two.
func (SCIMRefusal) TableName() string { return "scim_refusals" }

// refusalPause is how long a kind must not have come for its count to begin anew.
const refusalPause = 24 * time.Hour

// ExplainRefusal says why a request at the address of a directory was refused: to whom the address belongs, and to whom
// the token does, who learn nothing of each other. Nobody is told where neither is known.
func ExplainRefusal(tx *Tx, directoryID, token string) (out []*SCIMRefusal, err error) {
	add := func(kind, orgID, directoryID string) {
		r := &SCIMRefusal{OrganizationID: orgID, DirectoryID: directoryID, Kind: kind, LastFour: plainFour(token), Hits: 1, FirstAt: tx.Now, LastAt: tx.Now}
		out = append(out, r)
	}
	var tokens []DirectoryToken
	if err := tx.allOrgs().Limit(1).Find(&tokens, "digest = ?", Digest(token)).Error; err != nil {
		return nil, err
	}
	for _, t := range tokens {
		switch {
		case !t.Live(tx.Now):
			add(RefusedEnded, t.OrganizationID, t.DirectoryID)
		case t.DirectoryID != directoryID:
			add(RefusedAddress, t.OrganizationID, t.DirectoryID)
		}
		if t.DirectoryID == directoryID {
			return out, nil
		}
	}
	var at []Directory
	if err := tx.allOrgs().Limit(1).Find(&at, "id = ?", directoryID).Error; err != nil {
		return nil, err
	}
	for _, d := range at {
		kind := RefusedUnknown
		if token == "" {
			kind = RefusedNoToken
		}
		add(kind, d.OrganizationID, d.ID)
	}
	return out, nil
}

// plainFour are the last four characters of what is long enough to be a token and made of its characters.
func plainFour(token string) string {
	strange := strings.ContainsFunc(token, func(c rune) bool {
		return (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && !strings.ContainsRune("-._~+/=", c)
	})
	if strange || len(token) < 16 {
		return ""
	}
	return lastFour(token)
}

// LogRefusals adds to the counts. Each row names its organization.
func LogRefusals(tx *Tx, rows ...*SCIMRefusal) error {
	for _, r := range rows {
		r.ID = tx.NewID("ref")
		anew := func(column string) clause.Expr {
			return gorm.Expr("CASE WHEN scim_refusals.last_at < ? THEN excluded."+column+" ELSE scim_refusals."+column+" END", r.LastAt.Add(-refusalPause))
		}
		more := gorm.Expr("CASE WHEN scim_refusals.last_at < ? THEN excluded.hits ELSE scim_refusals.hits + excluded.hits END", r.LastAt.Add(-refusalPause))
		err := tx.g.Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "directory_id"}, {Name: "kind"}},
			DoUpdates: clause.Assignments(map[string]any{
				"hits": more, "first_at": anew("first_at"), "last_at": r.LastAt, "last_four": r.LastFour,
			}),
		}).Create(r).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// ListRefusals are the counts of the actor's organization whose newest request came after since, newest first.
func ListRefusals(tx *Tx, since time.Time) ([]SCIMRefusal, error) {
	var rows []SCIMRefusal
	return rows, tx.org().Where("last_at > ?", since).Order("last_at DESC, kind").Find(&rows).Error
}

// countRefusals counts all refused requests that are known.
func countRefusals(tx *Tx) (n int64, err error) {
	return n, tx.org().Model(&SCIMRefusal{}).Select("COALESCE(SUM(hits), 0)").Scan(&n).Error
}
