package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rollcall/models"
)

// TestCheckWalksTheWay: the first fault is shown with its mend, whatever comes after it (SPEC A2).
func TestCheckWalksTheWay(t *testing.T) {
	w, _, admin := newEditor(t)
	person(t, w.db, w.org.ID, "sam@acme.com", models.RoleMember)
	person(t, w.db, w.org.ID, "guest@elsewhere.example", models.RoleMember)
	b := newBrowser(t, w.e)
	w.signIn(b, "sam@acme.com", "")
	look := func(email string, texts ...string) {
		t.Helper()
		admin.get(checkPath + "?q=" + url.QueryEscape(email))
		admin.want(200, texts...)
	}
	fault := func(text string) {
		t.Helper()
		if body := admin.last.Body.String(); !strings.Contains(body, `notice bad`) || !strings.Contains(strings.SplitN(body, `id="steps"`, 2)[0], text) {
			t.Errorf("the fault is not %q: %s", text, body)
		}
	}
	look("Sam@ACME.com", "Nothing stands in the way of sam@acme.com", "Signed in on", "Valid until", "Single Sign-On is active")
	look("new@acme.com", "Nothing stands in the way", "first sign-in makes the person one")
	look("guest@elsewhere.example", "Nothing stands in the way", "As a guest")
	look("x@other.example")
	fault("other.example is not one of your domains")
	for _, step := range []struct{ change, email, text string }{
		{"UPDATE organizations SET add_members = 'directory' WHERE id = '" + w.org.ID + "'", "new@acme.com", "not in your directory list"},
		{"UPDATE members SET status = 'held', hold_reasons = 'email_in_use' WHERE email = 'sam@acme.com'", "sam@acme.com", "On hold: E-mail of another member"},
		{"UPDATE members SET status = 'deactivated', hold_reasons = '' WHERE email = 'sam@acme.com'", "sam@acme.com", "No longer active here"},
		{"UPDATE members SET status = 'active', blocked_at = '2026-12-01 08:00:00' WHERE email = 'sam@acme.com'", "sam@acme.com", "blocked since 1 Dec 2026"},
		{"UPDATE connection_settings SET hard_certificate_dates = TRUE", "sam@acme.com", "blocked since"},
		{"UPDATE connections SET state = 'deactivated' WHERE id = '" + w.con.ID + "'", "sam@acme.com", "Single Sign-On is deactivated"},
		{"UPDATE connections SET state = 'awaiting' WHERE id = '" + w.con.ID + "'", "sam@acme.com", "not active yet"},
		{"UPDATE domains SET state = 'unverified', verified_name = NULL WHERE name = 'acme.com'", "sam@acme.com", "acme.com is not verified"},
	} {
		w.exec(step.change)
		look(step.email)
		fault(step.text)
	}
}

// TestCheckExpiredCertificate: it is a fault only where expired ones are refused.
func TestCheckExpiredCertificate(t *testing.T) {
	w, _, _ := newEditor(t)
	w.clock.Forward(11 * 366 * 24 * 60 * 60 * 1e9)
	admin := signedIn(t, w.e, w.org.ID, "jo@acme.com")
	admin.get(checkPath + "?q=new%40acme.com")
	admin.want(200, "Sign-ins go on; replace it", "Nothing stands in the way")
	w.exec("UPDATE connection_settings SET hard_certificate_dates = TRUE")
	admin.get(checkPath + "?q=new%40acme.com")
	admin.want(200, "expired ones are refused", "Make a new certificate at your provider", editPath)
}

// TestCheckLastAttempt: the last failed sign-in is the fault when nothing before it is, with both values; its reference
// code leads to it in any spelling.
func TestCheckLastAttempt(t *testing.T) {
	w, twin, admin := newEditor(t)
	person(t, w.db, w.org.ID, "sam@acme.com", models.RoleMember)
	m := w.member("sam@acme.com")
	var s *models.SignIn
	w.do(func(tx *models.Tx) (err error) {
		why := &models.Refusal{Reason: "saml_audience", Expected: "https://right.example", Received: "https://wrong.example", PersonID: m.ID}
		s, err = models.FailSignIn(tx, w.con, nil, why, "")
		return err
	})
	admin.get(checkPath + "?q=sam%40acme.com")
	admin.want(200, "https://right.example", "https://wrong.example", "audience", signInsPath+"/"+s.ID)
	for _, code := range []string{s.Reference, strings.ToLower(s.Reference), s.Reference[:4] + "-" + s.Reference[4:], " " + s.Reference + " "} {
		admin.get(checkPath + "?q=" + url.QueryEscape(code))
		admin.leads(signInsPath + "/" + s.ID)
	}
	for _, bad := range []string{"AAAAAAAA", "x", "' OR 1=1 --", "@", "jo@", strings.Repeat("a", 5000)} {
		admin.get(checkPath + "?q=" + url.QueryEscape(bad))
		admin.want(http.StatusUnprocessableEntity)
	}
	person(t, w.db, twin.org.ID, "kim@globex.com", models.RoleAdmin)
	kim := signedIn(t, w.e, twin.org.ID, "kim@globex.com")
	kim.get(checkPath + "?q=" + s.Reference)
	kim.want(http.StatusUnprocessableEntity, "no sign-in in the log")
	kim.get(checkPath + "?q=sam%40acme.com")
	kim.want(200, "acme.com is not one of your domains", "Nobody here has this address")
	if strings.Contains(text(kim.last), "right.example") {
		t.Error("the twin sees the attempt")
	}
}
