package handlers

import (
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
)

// TestOperatorRoutes: nothing at the desk answers whoever is not an operator, be it nobody or an administrator of an
// organization, and no row changes. The doors are those of the sign-in.
func TestOperatorRoutes(t *testing.T) {
	w := newWorld(t)
	ops := w.operator()
	ops.get("/operator/organizations/" + w.org.ID) // the words of a page that nobody else may see
	ops.want(200, w.org.Name)
	before, walked := w.dump(), 0
	for _, r := range w.h.(*echo.Echo).Routes() {
		door := strings.HasPrefix(r.Path, "/operator/login") || strings.HasPrefix(r.Path, "/operator/code") || strings.HasPrefix(r.Path, "/operator/welcome/")
		if !strings.HasPrefix(r.Path, "/operator") || door || r.Method != "GET" && r.Method != "POST" || strings.HasSuffix(r.Path, "*") {
			continue
		}
		walked++
		path := strings.ReplaceAll(r.Path, ":org", w.org.ID)
		for name, b := range map[string]*browser{"nobody": newBrowser(t, w.h), "an administrator": w.admin} {
			if r.Method == "GET" {
				b.get(path)
			} else {
				b.post(path, "name", "x", "reason", "Ticket 4711", "sso", "on", "product", "both", "amount", "1", "currency", "eur", "period", "month")
			}
			if to := b.last.Header().Get("Location"); b.last.Code != 303 || to != "/operator/login" || b.last.Body.Len() > 0 {
				t.Errorf("%s %s answers %s: %d to %q, %d bytes", r.Method, r.Path, name, b.last.Code, to, b.last.Body.Len())
			}
		}
	}
	if now := w.dump(); now != before {
		t.Errorf("a row changed:\n%s", firstDifference(before, now))
	}
	if walked < 30 {
		t.Errorf("only %d routes of the desk were walked", walked)
	}
}

// TestOperatorSessionEnds: a session at the desk ends after an hour without use, and after twelve however much it is used.
func TestOperatorSessionEnds(t *testing.T) {
	w := newWorld(t)
	ops := w.operator()
	for worked := time.Duration(0); worked+50*time.Minute < 12*time.Hour; worked += 50 * time.Minute {
		ops.get("/operator/organizations")
		ops.want(200)
		w.clock.Forward(50 * time.Minute)
	}
	ops.get("/operator/organizations")
	ops.want(200)
	w.clock.Forward(50 * time.Minute)
	ops.get("/operator/organizations")
	ops.leads("/operator/login")

	w = newWorld(t)
	ops = w.operator()
	ops.get("/operator/organizations")
	ops.want(200)
	w.clock.Forward(time.Hour + time.Minute)
	ops.get("/operator/organizations")
	ops.leads("/operator/login")
	ops.post("/operator/plans", "name", "Sneaky")
	ops.leads("/operator/login")
}
