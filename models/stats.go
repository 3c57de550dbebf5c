package models

import (
	"strconv"
	"strings"
	"time"
)

// DayCount is what succeeded and what failed on one day (UTC).
type DayCount struct {
	Day        time.Time
	OK, Failed int64
}

// ExchangesPerDay counts the directory log over the last days, oldest first, today last (SPEC A3).
func ExchangesPerDay(tx *Tx, days int) ([]DayCount, error) {
	return countDays(tx, &SCIMExchange{}, "at", "CASE WHEN status < 400 THEN 1 ELSE 0 END", days)
}

// SignInsPerDay counts the sign-in log, tests and sign-ins under way apart, in the same way.
func SignInsPerDay(tx *Tx, days int) ([]DayCount, error) {
	sorts := "CASE outcome WHEN '" + SignInSucceeded + "' THEN 1 WHEN '" + SignInFailed + "' THEN 0 ELSE 2 END"
	return countDays(tx, &SignIn{}, "started_at", sorts, days)
}

// countDays groups by day in one query. The engines have no date function in common, so each day's beginning is a
// value; sort is an expression that is 1 for good and 0 for bad.
func countDays(tx *Tx, row any, column, sort string, days int) ([]DayCount, error) {
	today := tx.Now.Truncate(24 * time.Hour)
	out := make([]DayCount, days)
	var b strings.Builder
	var ends []any
	b.WriteString("CASE")
	for i := range out {
		out[i].Day = today.AddDate(0, 0, i-days+1)
		b.WriteString(" WHEN " + column + " < ? THEN " + strconv.Itoa(i))
		ends = append(ends, out[i].Day.AddDate(0, 0, 1))
	}
	b.WriteString(" ELSE -1 END AS day, " + sort + " AS good, COUNT(*) AS n")
	var counts []struct{ Day, Good, N int64 }
	err := tx.org().Model(row).Select(b.String(), ends...).Where(column+" >= ?", out[0].Day).Group("day, good").Scan(&counts).Error
	for _, c := range counts {
		switch {
		case c.Day < 0 || c.Day >= int64(days):
		case c.Good == 1:
			out[c.Day].OK = c.N
		case c.Good == 0:
			out[c.Day].Failed = c.N
		}
	}
	return out, err
}

// People are the counts of members that pages show.
type People struct {
	ByStatus  map[string]int64
	Managed   int64 // by a directory, of any status
	Passwords int64 // active members whose account has a password
}

// CountPeople counts the organization's members in two queries.
func CountPeople(tx *Tx) (*People, error) {
	var rows []struct {
		Status  string
		Managed bool
		N       int64
	}
	err := tx.org().Model(&Member{}).Select("status, directory_id IS NOT NULL AS managed, COUNT(*) AS n").
		Group("status, directory_id IS NOT NULL").Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	p := &People{ByStatus: map[string]int64{}}
	for _, r := range rows {
		p.ByStatus[r.Status] += r.N
		if r.Managed {
			p.Managed += r.N
		}
	}
	withPassword := tx.g.Model(&Account{}).Select("id").Where("password_hash <> ''")
	return p, tx.org().Model(&Member{}).Where("status = ? AND account_id IN (?)", MemberActive, withPassword).Count(&p.Passwords).Error
}

// ListDirectoryChanges are the newest audit events that the directory has caused to members.
func ListDirectoryChanges(tx *Tx, limit int) ([]AuditEvent, error) {
	var rows []AuditEvent
	return rows, tx.org().Where("actor_kind = ? AND action LIKE ?", ActorSCIM, "member.%").Order("id DESC").Limit(limit).Find(&rows).Error
}
