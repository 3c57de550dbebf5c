package handlers

import (
	"net/http"
	"testing"

	"rollcall/models"
)

// TestSCIMStandInName: an invited member of whom only the e-mail is known is listed with a name (Okta's tests ask for
// one), which is nobody's: it is not stored, and its echo in a PUT is not taken for the person's name.
func TestSCIMStandInName(t *testing.T) {
	for _, c := range []struct {
		local, given, family string
		echoes               bool // an echo of the stand-in is taken as sent
	}{
		{"jo.miller", "Jo", "Miller", true},
		{"ann_maria-van.dyk", "Ann", "Maria Van Dyk", true},
		{"info", "Info", "Acme", false},
	} {
		w := newSCIMWorld(t, false)
		email := c.local + "@" + w.a.domain
		err := w.db.Update(t.Context(), models.Actor{Kind: models.ActorOperator, ID: "command", OrgID: w.a.org}, func(tx *models.Tx) error {
			_, _, err := models.CreateInvite(tx, email, models.RoleMember)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		list := w.call(w.a, 200, "GET", "/Users", "")["Resources"].([]any)
		u := list[0].(map[string]any)
		name, _ := u["name"].(map[string]any)
		if name["givenName"] != c.given || name["familyName"] != c.family {
			t.Errorf("%s is listed as %v", email, name)
		}
		if m := w.members(w.a)[0]; m.FirstName+m.LastName != "" {
			t.Errorf("%s: the stand-in is stored: %q", email, m.FullName())
		}
		id := "/Users/" + u["id"].(string)
		w.call(w.a, 200, "PUT", id, `{"userName":"`+email+`","name":{"givenName":"`+c.given+`","familyName":"`+c.family+`"},"addresses":[{"type":"work","country":"DE"}]}`)
		if m := w.members(w.a)[0]; (m.FirstName != "") != c.echoes || (m.LastName != "") != c.echoes {
			t.Errorf("%s: after the echo the name is %q", email, m.FullName())
		}
		w.call(w.a, 200, "PUT", id, `{"userName":"`+email+`","name":{"givenName":"Info","familyName":"Acme"},"addresses":[{"type":"work","country":"DE"}]}`)
		if m := w.members(w.a)[0]; m.FirstName != "Info" || m.LastName != "Acme" {
			t.Errorf("%s: a managed user's own name is %q", email, m.FullName())
		}
	}
}

// TestSCIMStandInAndPatch: a PATCH that adopts the member does not bring the stand-in in.
func TestSCIMStandInAndPatch(t *testing.T) {
	w := newSCIMWorld(t, false)
	err := w.db.Update(t.Context(), models.Actor{Kind: models.ActorOperator, ID: "command", OrgID: w.a.org}, func(tx *models.Tx) error {
		_, _, err := models.CreateInvite(tx, "jo.miller@"+w.a.domain, models.RoleMember)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	u := w.call(w.a, 200, "GET", "/Users", "")["Resources"].([]any)[0].(map[string]any)
	w.call(w.a, http.StatusOK, "PATCH", "/Users/"+u["id"].(string), `{"Operations":[{"op":"replace","path":"title","value":"Boss"}]}`)
	if m := w.members(w.a)[0]; m.FirstName+m.LastName != "" {
		t.Errorf("the stand-in came in by PATCH: %q", m.FullName())
	}
}
