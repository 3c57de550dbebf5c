package handlers

import (
	"encoding/json"
	"strings"
	"testing"

	"rollcall/models"
)

// TestActivitySearch: a name or an address finds what was done by and to the person and the invites, also of one who has
// left; an id finds itself, and a stranger nothing (SPEC A1).
func TestActivitySearch(t *testing.T) {
	w := newWorld(t)
	w.policy(models.DeprovisionDisconnect)
	w.admin.post("/organization/invites", "email", "sam@acme.com", "role", "member")
	sam := newBrowser(t, w.h)
	sam.post(mailed(t, w.db, "invite"), "name", "Sam Lee", "password", "a few words of mine")
	sam.leads("/account")
	person(t, w.db, w.org.ID, "pat@acme.com", models.RoleMember)
	m := w.member("sam@acme.com")
	w.admin.post(membersPath + "/" + m.ID + "/remove")
	w.admin.leads(membersPath + "/" + m.ID)
	for _, search := range []string{"sam@acme.com", "SAM+lee", "lee"} {
		w.admin.get("/organization/activity?q=" + search)
		w.admin.want(200, "Invite sent", "Invite accepted", "Removed", "192.0.2.1")
		if strings.Contains(text(w.admin.last), "pat@acme.com") {
			t.Errorf("%q finds somebody else", search)
		}
	}
	w.admin.get("/organization/activity?q=" + m.ID)
	w.admin.want(200, "Removed")
	w.admin.get("/organization/activity?q=nobody")
	w.admin.want(200, "Nothing matches")
	w.other.get("/organization/activity?q=" + m.ID)
	w.other.want(200, "Nothing matches")
}

// TestActivityExport: every event is there, however many, with who, what, from where; no cell is a formula (SPEC A1).
func TestActivityExport(t *testing.T) {
	w := newWorld(t)
	w.admin.post("/organization/groups", "name", "=Team")
	w.in(w.org, func(tx *models.Tx) error {
		for range exportPage + 5 {
			if err := tx.Record("member.updated", w.adminMember, models.Changes{"country": true}); err != nil {
				return err
			}
		}
		return nil
	})
	n := countOf(t, w.db, "audit_events WHERE organization_id = '"+w.org.ID+"'")
	w.admin.get("/organization/activity/export?format=csv")
	w.admin.want(200, "member,jo@acme.com,group.created,'=Team,", ",192.0.2.1")
	if got := strings.Count(w.admin.last.Body.String(), "\n"); got != n+1 {
		t.Errorf("%d lines of %d events", got, n)
	}
	w.admin.get("/organization/activity/export?format=jsonl&action=group.")
	var line struct{ Actor, Action, Target, IP string }
	if err := json.Unmarshal(w.admin.last.Body.Bytes(), &line); err != nil || line.Actor != "jo@acme.com" || line.Target != "=Team" || line.IP != "192.0.2.1" {
		t.Errorf("%+v %v", line, err)
	}
	for query, want := range map[string]bool{"from=2026-12-01&to=2026-12-01": true, "to=2026-11-30": false, "from=2026-12-02": false} {
		w.admin.get("/organization/activity/export?format=csv&action=group.&" + query)
		if got := strings.Contains(w.admin.last.Body.String(), "group.created"); got != want {
			t.Errorf("%s: %v", query, got)
		}
	}
}

// TestActivityFilters: the filter leads to every action that an organization can have.
func TestActivityFilters(t *testing.T) {
	for action := range actionTexts {
		found := strings.HasPrefix(action, "operator.") || strings.HasPrefix(action, "plan.") || strings.HasPrefix(action, "price.") || strings.HasPrefix(action, "outbox.")
		for _, g := range actionGroups {
			found = found || strings.HasPrefix(action, g.Value)
		}
		if !found {
			t.Errorf("no filter shows %s", action)
		}
	}
}
