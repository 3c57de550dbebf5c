package handlers

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rollcall/models"
)

// activeDirectory makes a directory that has answered its first request, with managed members.
func (w *world) activeDirectory(org *models.Organization, people int) *models.Directory {
	w.t.Helper()
	var d *models.Directory
	w.in(org, func(tx *models.Tx) error {
		_, token, err := models.CreateDirectory(tx, models.NewDirectory{IDP: "okta"})
		if err != nil {
			return err
		}
		client, err := models.FindDirectoryByToken(tx, token)
		if err != nil {
			return err
		}
		if err := models.NoteSCIMRequest(tx, client); err != nil {
			return err
		}
		if d, err = models.OrganizationDirectory(tx); err != nil {
			return err
		}
		for i := range people {
			email := fmt.Sprintf("p%d@acme.com", i)
			p := models.Profile{FirstName: "P", LastName: "Q", Email: email, Country: "US"}
			if _, err := models.CreateDirectoryUser(tx, d, models.Push{UserName: email, Active: true, Profile: p, Document: "{}", Extra: "{}"}); err != nil {
				return err
			}
		}
		return nil
	})
	return d
}

func (w *world) states(org *models.Organization) string {
	w.t.Helper()
	out := ""
	w.in(org, func(tx *models.Tx) error {
		o, err := models.FindOrganization(tx)
		if err != nil {
			return err
		}
		sso, err := models.FindConnectionStatus(tx, o)
		if err != nil {
			return err
		}
		scim, err := models.FindDirectoryStatus(tx, o)
		if err != nil {
			return err
		}
		out = sso.State + " " + scim.State
		return nil
	})
	return out
}

func TestDeactivate(t *testing.T) {
	w := newWorld(t)
	activeConnection(t, w.db, w.org.ID)
	activeConnection(t, w.db, w.twin.ID)
	w.activeDirectory(w.org, 3)
	w.admin.get(tab + "/revoke")
	w.admin.want(200, "Deactivate Single Sign-On?", "also turns off Directory Sync", "3 members get no more changes", "1 directory token", "Keep it active")
	w.admin.post(tab+"/revoke", "members", "explode")
	w.admin.want(422, "keep them, or remove them")
	w.admin.post(tab+"/revoke", "members", "keep")
	w.admin.leads(tab)
	if got := w.states(w.org); got != "deactivated deactivated" {
		t.Fatal(got)
	}
	if got := w.states(w.twin); got != "active awaiting" {
		t.Fatalf("the twin's: %s", got)
	}
	w.admin.get(tab)
	w.admin.want(200, "Single Sign-On is off.", "Directory Sync was switched off with it", "Undo", "Deactivated by Jo Miller")
	event := between(w.admin.last.Body.String(), `name="event" value="`, `"`)
	w.other.post(tab+"/undo", "event", event)
	w.other.want(404)
	w.admin.post(tab+"/undo", "event", event)
	w.admin.leads(tab)
	if got := w.states(w.org); got != "active active" {
		t.Fatal(got)
	}
	w.admin.post(tab+"/directory/revoke", "members", "keep")
	w.admin.leads(tab)
	if got := w.states(w.org); got != "active deactivated" {
		t.Fatal(got)
	}
	w.clock.Forward(11 * time.Minute)
	w.admin.get(tab)
	w.admin.want(200)
	if strings.Contains(w.admin.last.Body.String(), `name="event"`) {
		t.Error("Undo is offered after ten minutes")
	}
	w.admin.get(tab + "/directory/revoke")
	w.admin.leads(tab)
}

func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}

// TestDeactivateMany: above 25 people the slug must be typed.
func TestDeactivateMany(t *testing.T) {
	w := newWorld(t)
	w.activeDirectory(w.org, 26)
	w.admin.get(tab + "/directory/revoke")
	w.admin.want(200, "Type acme to confirm", "26 members")
	w.admin.post(tab+"/directory/revoke", "members", "deprovision", "confirm", "twin")
	w.admin.want(422, "Type acme to confirm", `value="twin"`)
	if got := w.states(w.org); got != "awaiting active" {
		t.Fatal(got)
	}
	w.admin.post(tab+"/directory/revoke", "members", "deprovision", "confirm", "acme")
	w.admin.leads(tab)
	w.in(w.org, func(tx *models.Tx) error {
		n, err := models.CountMembers(tx, models.MemberQuery{Status: models.MemberDeactivated})
		if n != 26 {
			t.Errorf("%d deactivated", n)
		}
		return err
	})
}

// TestDeactivateTells: the tick box mails the members who signed in that way, and only it does.
func TestDeactivateTells(t *testing.T) {
	for notify, want := range map[string]int{"": 0, "on": 1} {
		w := newWorld(t)
		con := activeConnection(t, w.db, w.org.ID)
		_, member := person(t, w.db, w.org.ID, "sam@acme.com", models.RoleMember)
		w.exec("INSERT INTO identities (organization_id, connection_id, subject, member_id, created_at) VALUES ('" + w.org.ID + "', '" + con + "', 'sam', '" + member + "', '2026-12-01 08:00:00')")
		w.admin.post(tab+"/revoke", "members", "keep", "notify", notify)
		w.admin.leads(tab)
		var n int
		if err := w.db.SQL().QueryRow("SELECT COUNT(*) FROM outbox WHERE kind = 'mail.deactivated' AND payload LIKE '%sam@acme.com%'").Scan(&n); err != nil || n != want {
			t.Errorf("notify %q: %d mails, want %d, %v", notify, n, want, err)
		}
	}
}
