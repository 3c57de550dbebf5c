package handlers

import (
	"strings"
	"testing"

	"rollcall/models"
	"rollcall/saml"
	"rollcall/views"
)

// TestChangeFacts: what people read of an event has words, and neither ids nor JSON.
func TestChangeFacts(t *testing.T) {
	for stored, want := range map[string]string{
		`{"plan":"Core","role":"admin","source":"scim","status":"held"}`: "plan: Core; role: Administrator; source: Directory; status: On hold",
		`{"reasons":"missing_country,outside_domain"}`:                   "reasons: Country missing · Outside your domains",
		`{"token":"tok-mpdg6berqi3guqyzmeiejfdu6e","last_four":"Qz4i"}`:  "ends in: Qz4i",
		`{"domains":["acme.com","acme.co.uk"],"sso":true,"scim":false}`:  "domains: acme.com, acme.co.uk; scim: no; sso: yes",
		`{"entity_id":"https://idp.test","mapping":{}}`:                  "entity ID: https://idp.test",
		`{"mapping":{"lastName":"sn","country":"c"}}`:                    "attribute names: country as c, lastName as sn",
		`{"country":true,"plan_source":true,"plan_id":false}`:            "changed: country, where the plan comes from",
		`{"name":false,"members":2}`:                                     "members: 2",
		`{"kind":"scim"}`:                                                "for: Directory Sync",
		`{"provider":"custom-saml"}`:                                     "provider: Another provider (SAML 2.0)",
		`{"from":"member","to":"admin","source":"group"}`:                "from: Member; source: a group mapping; to: Administrator",
		`{"from":"manual"}`:                                              "from: By hand",
		`{"add_members":"directory","deprovision":"downgrade"}`:          "how members are added: from the directory; when someone is removed: downgrade only",
		`{"odd":null}`: "", `null`: "", ``: "",
	} {
		var got []string
		for _, f := range changeFacts(stored) {
			got = append(got, f.Label+": "+f.Value)
		}
		if line := strings.Join(got, "; "); line != want {
			t.Errorf("%s\n got %s\nwant %s", stored, line, want)
		}
	}
}

// TestPlanOfEvent: a change shows the plan it gave, whatever the member has by now.
func TestPlanOfEvent(t *testing.T) {
	plans := &models.Plans{All: []models.Plan{{Name: "Free"}, {Name: "Core", Rank: 1}}}
	for _, c := range []struct{ action, changes, from, to string }{
		{"member.created", `{"plan":"Core","role":"member"}`, "", "Core"},
		{"member.plan_changed", `{"from":"Core","to":"Free"}`, "Core", "Free"},
		{"member.role_changed", `{"from":"member","to":"admin"}`, "", ""},
		{"member.updated", `{"plan":true}`, "", ""},
		{"member.created", `{"plan":"Gone"}`, "", ""},
	} {
		from, to := planOfEvent(plans, &models.AuditEvent{Action: c.action, Changes: c.changes})
		if from != c.from || to.Name != c.to || (to == views.PlanRef{}) != (c.to == "") {
			t.Errorf("%s %s: %q %+v", c.action, c.changes, from, to)
		}
	}
}

// TestRoleAlone: saving the form with another role and the same plan leaves the plan's source as it was (SPEC O2).
func TestRoleAlone(t *testing.T) {
	w := newWorld(t)
	person(t, w.db, w.org.ID, "sam@acme.com", models.RoleMember)
	m := w.member("sam@acme.com")
	w.admin.post("/organization/members/"+m.ID+"/role", "was_role", m.Role, "was_plan", *m.PlanID, "role", models.RoleAdmin, "plan", *m.PlanID)
	w.admin.leads("/organization/members/" + m.ID)
	if now := w.member("sam@acme.com"); now.Role != models.RoleAdmin || now.PlanSource != m.PlanSource || *now.PlanID != *m.PlanID {
		t.Errorf("%+v, was %+v", now, m)
	}
	w.admin.get("/organization/members/" + m.ID)
	w.admin.want(200, "Remove from Acme", "Role changed")
}

func TestTodoOrder(t *testing.T) {
	w := newWorld(t)
	for range 4 {
		w.admin.get("/organization")
		w.admin.want(200)
		page := text(w.admin.last)
		sso, scim := strings.Index(page, "Make an SSO setup link"), strings.Index(page, "Make a SCIM setup link")
		if sso < 0 || scim < sso {
			t.Fatalf("the to-dos stand at %d and %d:\n%s", sso, scim, page)
		}
	}
}

// TestDomainSentence: the log of a sign-in has no address to name, and says so in a sentence.
func TestDomainSentence(t *testing.T) {
	for received, want := range map[string]string{
		"":           "The e-mail address that arrived is outside your domains (acme.com).",
		"x@other.io": "x@other.io is outside your domains (acme.com).",
	} {
		got := sentenceOf(string(saml.ReasonDomain), &saml.Error{Reason: saml.ReasonDomain, Expected: "acme.com", Received: received}, saml.Labels{})
		if !strings.HasPrefix(got, want) {
			t.Errorf("%q: %s", received, got)
		}
	}
}
