package models

import (
	"slices"
	"time"
)

// How many days an organization keeps its directory log and its sign-in log, until it says otherwise, and the bounds of that.
const (
	logDays    = 30
	minLogDays = 7
	maxLogDays = 365
)

// How long rows are kept after they have ended or expired. Logs that people read stay longest (SPEC A2).
const (
	keepEnded   = 24 * time.Hour      // sessions, tokens, attempts: long enough to see what happened today
	keepAsSaid  = -1                  // as the row's organization says
	keepImports = 30 * 24 * time.Hour // uploaded people, until an administrator has had time for the failed rows
	keepSent    = 30 * 24 * time.Hour // outbox rows that are done
)

// ForgetStep is how many rows Forget deletes at most at once.
const ForgetStep = 1000

// retention is which rows of a table go: key finds them, where tells them by one time argument, which lies keep back.
type retention struct {
	table, key, where string
	keep              time.Duration
}

// retentions: spent assertions, rate buckets and leases go as soon as they have expired, for an expired one is never
// asked again. Audit events stay.
var retentions = []retention{
	{"sessions", "digest", "expires_at < ? OR ended_at < ?", keepEnded},
	{"account_tokens", "digest", "expires_at < ?", keepEnded},
	{"login_attempts", "id", "expires_at < ?", keepEnded},
	{"finish_tickets", "digest", "expires_at < ?", keepEnded},
	{"rate_buckets", "name", "resets_at < ?", 0},
	{"leases", "name", "until < ?", keepEnded},
	{"scim_exchanges", "id", "at < ?", keepAsSaid},
	{"scim_refusals", "id", "last_at < ?", keepAsSaid},
	{"sign_ins", "seq", "started_at < ?", keepAsSaid},
	{"import_rows", "id", "import_id IN (SELECT id FROM imports WHERE created_at < ?)", keepImports},
	// Right after its rows, so that no page shows an import without them.
	{"imports", "id", "created_at < ? AND NOT EXISTS (SELECT 1 FROM import_rows WHERE import_id = imports.id)", keepImports},
	{"outbox", "id", "state <> 'available' AND done_at < ?", keepSent},
}

// Forgettable names the kinds of rows that Forget knows.
func Forgettable() []string {
	names := []string{"spent_assertions"}
	for _, r := range retentions {
		names = append(names, r.table)
	}
	return names
}

// Forget deletes up to ForgetStep rows of a kind that have had their day, in all organizations, and answers how many.
func Forget(tx *Tx, kind string) (int64, error) {
	if kind == "spent_assertions" { // its key has two columns
		res := tx.g.Exec(`DELETE FROM spent_assertions WHERE (connection_id, assertion_digest) IN (
			SELECT connection_id, assertion_digest FROM spent_assertions WHERE expires_at < ? LIMIT ?)`, tx.Now, ForgetStep)
		return res.RowsAffected, res.Error
	}
	i := slices.IndexFunc(retentions, func(r retention) bool { return r.table == kind })
	if i < 0 {
		return 0, notFound("kind of rows as " + kind)
	}
	r := retentions[i]
	if r.keep == keepAsSaid {
		return forgetLog(tx, r)
	}
	before := tx.Now.Add(-r.keep)
	args := []any{before}
	if r.table == "sessions" {
		args = append(args, before)
	}
	// Table and column names are the constants above.
	res := tx.g.Exec("DELETE FROM "+r.table+" WHERE "+r.key+" IN (SELECT "+r.key+" FROM "+r.table+" WHERE "+r.where+" LIMIT ?)", append(args, ForgetStep)...)
	return res.RowsAffected, res.Error
}

// forgetLog is Forget for a log, up to ForgetStep rows for each length that organizations have chosen.
func forgetLog(tx *Tx, r retention) (n int64, err error) {
	var lengths []int64
	if err := tx.allOrgs().Model(&Organization{}).Distinct().Pluck("log_days", &lengths).Error; err != nil {
		return 0, err
	}
	for _, days := range lengths {
		res := tx.g.Exec("DELETE FROM "+r.table+" WHERE "+r.key+" IN (SELECT "+r.key+" FROM "+r.table+" WHERE "+r.where+
			" AND organization_id IN (SELECT id FROM organizations WHERE log_days = ?) LIMIT ?)", tx.Now.AddDate(0, 0, -int(days)), days, ForgetStep)
		if n += res.RowsAffected; res.Error != nil {
			return n, res.Error
		}
	}
	return n, nil
}

// SetLogDays sets how many days the organization keeps its sign-in log and its directory log (SPEC A2).
func SetLogDays(tx *Tx, days int64) error {
	if days < minLogDays || days > maxLogDays {
		return invalid("log_days", "Choose from 7 to 365 days.")
	}
	o, err := lockOrganization(tx)
	if err != nil || o.LogDays == days {
		return err
	}
	if err := changeOrganization(tx, map[string]any{"log_days": days}); err != nil {
		return err
	}
	return tx.Record("organization.log_days_changed", o.ID, Changes{"days": days})
}
