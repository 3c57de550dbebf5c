package models

import (
	"slices"
	"time"
)

// LogDays is how many days the directory log and the sign-in log are kept.
const LogDays = 30

// How long rows are kept after they have ended or expired. Logs that people read stay longest (SPEC A2).
const (
	keepEnded     = 24 * time.Hour // sessions, tokens, attempts: long enough to see what happened today
	keepExchanges = LogDays * 24 * time.Hour
	keepImports   = 30 * 24 * time.Hour // uploaded people, until an administrator has had time for the failed rows
	keepSent      = 30 * 24 * time.Hour // outbox rows that are done
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
	{"scim_exchanges", "id", "at < ?", keepExchanges},
	{"scim_refusals", "id", "last_at < ?", keepExchanges},
	{"sign_ins", "seq", "started_at < ?", keepExchanges},
	{"import_rows", "id", "created_at < ?", keepImports},
	{"imports", "id", "created_at < ?", keepImports + 24*time.Hour}, // after its rows
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
	before := tx.Now.Add(-r.keep)
	args := []any{before}
	if r.table == "sessions" {
		args = append(args, before)
	}
	// Table and column names are the constants above.
	res := tx.g.Exec("DELETE FROM "+r.table+" WHERE "+r.key+" IN (SELECT "+r.key+" FROM "+r.table+" WHERE "+r.where+" LIMIT ?)", append(args, ForgetStep)...)
	return res.RowsAffected, res.Error
}
