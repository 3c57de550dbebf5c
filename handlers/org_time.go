package handlers

import (
	"fmt"
	"time"

	"rollcall/views"
)

// instant is a time for people and machines: "2 Dec 2026, 14:02 UTC". A nil time is "never".
func instant(t *time.Time) views.Time {
	if t == nil || t.IsZero() {
		return views.Time{Text: "never"}
	}
	return views.Time{Text: t.UTC().Format("2 Jan 2006, 15:04 UTC"), At: t.UTC().Format(time.RFC3339)}
}

// day is a date: "2 Dec 2026".
func day(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.UTC().Format("2 Jan 2006")
}

// lasts is a stretch of time in its two largest units: "23 h 59 min".
func lasts(d time.Duration) string {
	d = d.Truncate(time.Minute)
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%d days", d/(24*time.Hour))
}

// took is how long a request or a sign-in lasted.
func took(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "under 1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Round(time.Millisecond)/time.Millisecond)
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return lasts(d)
}

// ago says how long since t: "12 min ago", "just now".
func ago(t *time.Time, now time.Time) string {
	if t == nil {
		return "never"
	}
	if d := now.Sub(*t); d >= time.Minute {
		return lasts(d) + " ago"
	}
	return "just now"
}

// count writes a number with its noun: count(1, "member", "members").
func count(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
