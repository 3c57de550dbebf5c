package handlers

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"rollcall/models"
)

var codeShape = regexp.MustCompile(`<code>([a-z2-7]{5}(?:-[a-z2-7]{5}){3}-[a-z2-7]{6})</code>`)

// policyWorld is an organization with an administrator in two browsers, one signed in with the password and one through
// single sign-on, and a twin organization.
type policyWorld struct {
	*ssoWorld
	twin          *ssoWorld
	password, sso *browser
}

func newPolicyWorld(t *testing.T) *policyWorld {
	w := &policyWorld{ssoWorld: newSSOWorld(t)}
	w.twin = addSSOWorld(t, w.ssoWorld, "Globex", "globex.com")
	person(t, w.db, w.org.ID, "jo@acme.com", models.RoleAdmin)
	w.password, w.sso = signedIn(t, w.e, w.org.ID, "jo@acme.com"), newBrowser(t, w.e)
	w.signIn(w.sso, "jo@acme.com", "")
	w.sso.leads("/account")
	w.sso.org = w.org.ID
	return w
}

// codes makes recovery codes in the password's browser.
func (w *policyWorld) codes() (list []string) {
	w.t.Helper()
	w.password.post(policyPath + "/codes")
	w.password.want(200, "Shown once", samlBase+"/login/recovery")
	for _, m := range codeShape.FindAllStringSubmatch(w.password.last.Body.String(), -1) {
		list = append(list, m[1])
	}
	if len(list) != 10 {
		w.t.Fatalf("%d codes: %s", len(list), text(w.password.last))
	}
	return list
}

// require goes the whole way to Require SSO and answers the codes, of which the first is spent.
func (w *policyWorld) require() []string {
	w.t.Helper()
	codes := w.codes()
	w.password.post(policyPath+"/prove", "code", codes[0])
	w.password.leads(policyPath)
	w.sso.post(policyPath+"/require", "require", "on")
	w.sso.leads(policyPath)
	return codes
}

// mails counts the queued mails of a name.
func (w *ssoWorld) mails(name string) int {
	return countOf(w.t, w.db, "outbox WHERE kind = 'mail."+name+"'")
}

// TestRequireSSONeedsItsSteps: it is refused until codes are made, one is proved and the acting session came by SSO.
func TestRequireSSONeedsItsSteps(t *testing.T) {
	w := newPolicyWorld(t)
	refused := func(b *browser, sentence string) {
		t.Helper()
		b.post(policyPath+"/require", "require", "on")
		b.want(http.StatusUnprocessableEntity, sentence)
		if n := countOf(t, w.db, "organizations WHERE require_sso"); n != 0 {
			t.Fatal("it was switched on")
		}
	}
	refused(w.sso, "Make recovery codes and prove one of them")
	refused(w.password, "Sign in through SSO once yourself")
	w.sso.post(policyPath + "/codes")
	w.sso.want(http.StatusForbidden, "makes no recovery codes")
	codes := w.codes()
	refused(w.sso, "prove one of them")
	w.password.post(policyPath+"/prove", "code", "aaaaa-bbbbb-ccccc-ddddd-eeeeee")
	w.password.want(http.StatusUnprocessableEntity, "none of the unused codes")
	w.password.post(policyPath+"/prove", "code", strings.ToUpper(strings.ReplaceAll(codes[3], "-", " ")))
	w.password.leads(policyPath)
	refused(w.password, "Sign in through SSO once yourself")
	w.password.get(policyPath)
	w.password.want(200, "9 left", "by Jo Miller")
	if strings.Contains(w.password.last.Body.String(), codes[4]) {
		t.Error("a code is shown a second time")
	}
	if n := countOf(t, w.db, "recovery_codes WHERE digest IN ('"+strings.Join(codes, "', '")+"')"); n != 0 {
		t.Error("codes are stored as they are")
	}
	w.sso.post(policyPath+"/require", "require", "on")
	w.sso.leads(policyPath)
	w.sso.get(policyPath)
	w.sso.want(200, "Required", "Single sign-on is required now")
	if w.mails("sso_required") != 1 || w.mails("recovery_codes_made") != 1 {
		t.Error("the administrators were not told")
	}
	if n := countOf(t, w.db, "audit_events WHERE action = 'organization.sso_required' AND organization_id = '"+w.org.ID+"'"); n != 1 {
		t.Errorf("%d audit events", n)
	}
}

// TestRequireSSORefusesPasswords: with it on, every other way in is refused for people of the domains, in the same
// sentence for known and unknown ones; guests, and the twin organization, go on as before.
func TestRequireSSORefusesPasswords(t *testing.T) {
	w := newPolicyWorld(t)
	person(t, w.db, w.org.ID, "sam@acme.com", models.RoleMember)
	person(t, w.db, w.org.ID, "guest@elsewhere.example", models.RoleMember)
	person(t, w.db, w.twin.org.ID, "kim@globex.com", models.RoleAdmin)
	sam, guest, kim := signedIn(t, w.e, w.org.ID, "sam@acme.com"), signedIn(t, w.e, w.org.ID, "guest@elsewhere.example"), signedIn(t, w.e, w.twin.org.ID, "kim@globex.com")
	stranger := newBrowser(t, w.e)
	stranger.post("/login/link", "email", "sam@acme.com")
	link := mailed(t, w.db, "sign_in_link")
	stranger.post("/reset", "email", "sam@acme.com")
	reset := mailed(t, w.db, "reset")
	w.require()

	for _, b := range []*browser{sam, w.password} { // their sessions ended with the switch
		b.get("/account")
		b.leads("/login?next=%2Faccount")
	}
	for _, b := range []*browser{guest, kim, w.sso} {
		b.get("/account")
		b.want(200)
	}
	const sentence = "Passwords and e-mailed links are switched off for your address. Continue with Acme."
	steps := []struct{ path, password string }{{"/login/password", testPassword}, {"/login/link", ""}, {"/reset", ""}, {"/signup", testPassword}, {"/signup/organization", testPassword}}
	for _, step := range steps {
		var seen []string
		for _, email := range []string{"sam@acme.com", "zzz@ACME.com"} {
			b := newBrowser(t, w.e)
			b.post(step.path, "email", email, "password", step.password, "name", "Sam Lee", "organization", "New One")
			b.want(http.StatusForbidden, sentence, "/saml/"+w.con.ID+"/start")
			seen = append(seen, b.last.Body.String())
		}
		if seen[0] != seen[1] {
			t.Errorf("%s tells whether the person is known", step.path)
		}
	}
	stranger.get("/login/password?email=sam%40acme.com")
	stranger.want(http.StatusForbidden, sentence)
	for _, path := range []string{link, reset} {
		stranger.get(path)
		stranger.want(http.StatusForbidden, sentence)
		stranger.post(path, "password", "another horse battery")
		stranger.want(http.StatusForbidden, sentence)
	}
	if _, in := stranger.jar[cookieSession]; in {
		t.Error("a refused way in gave a session")
	}
	stranger.post("/login", "email", "sam@acme.com")
	stranger.want(200, "/saml/"+w.con.ID+"/start")
	if strings.Contains(text(stranger.last), "password") {
		t.Errorf("a password is offered: %s", text(stranger.last))
	}
	signedIn(t, w.e, w.org.ID, "guest@elsewhere.example")
	signedIn(t, w.e, w.twin.org.ID, "kim@globex.com")
}

// TestRequireSSOInvite: a person of the domains accepts an invite through single sign-on, a guest with a password.
func TestRequireSSOInvite(t *testing.T) {
	w := newPolicyWorld(t)
	w.require()
	invited := func(email string) string {
		w.do(func(tx *models.Tx) error { _, _, err := models.CreateInvite(tx, email, models.RoleMember); return err })
		return mailed(t, w.db, "invite")
	}
	b := newBrowser(t, w.e)
	b.post(invited("guest@elsewhere.example"), "name", "Gus Guest", "password", testPassword)
	b.leads("/account")
	b = newBrowser(t, w.e)
	b.post(invited("new@acme.com"), "name", "Nia New", "password", testPassword)
	b.want(http.StatusForbidden, "Continue with Acme")
	w.signIn(b, "new@acme.com", "")
	b.leads("/account")
	if m := w.member("new@acme.com"); m.Status != models.MemberActive {
		t.Errorf("%+v", m)
	}
}

// TestRequireSSOEnds: with the switch, with the deactivation of Single Sign-On (Undo brings it back), and with a
// connection that is not Active for whatever reason, passwords work again.
func TestRequireSSOEnds(t *testing.T) {
	w := newPolicyWorld(t)
	w.require()
	out := func(why string) {
		t.Helper()
		b := newBrowser(t, w.e)
		b.post("/login/password", "email", "jo@acme.com", "password", testPassword)
		b.want(http.StatusForbidden, "Continue with Acme")
		_ = why
	}
	out("required")
	var r *models.Revocation
	w.do(func(tx *models.Tx) (err error) {
		r, err = models.Deactivate(tx, models.KindSSO, models.MembersKeep)
		return err
	})
	in := signedIn(t, w.e, w.org.ID, "jo@acme.com")
	in.get(policyPath)
	in.want(200, "Not required")
	w.do(func(tx *models.Tx) error { return models.UndoRevocation(tx, r.ID) })
	out("undone")
	w.sso.get("/account")
	w.sso.want(200)
	w.sso.post(policyPath + "/require")
	w.sso.leads(policyPath)
	signedIn(t, w.e, w.org.ID, "jo@acme.com")
	w.sso.post(policyPath+"/require", "require", "on")
	w.sso.leads(policyPath)
	out("required again")
	w.exec("UPDATE connections SET state = 'awaiting' WHERE id = '" + w.con.ID + "'")
	signedIn(t, w.e, w.org.ID, "jo@acme.com")
}

func (w *ssoWorld) exec(q string) {
	w.t.Helper()
	if _, err := w.db.SQL().Exec(q); err != nil {
		w.t.Fatal(err)
	}
}

// TestRecovery: a code and an administrator's e-mail open a session of one hour in this organization alone; it is
// audited, and all administrators are told.
func TestRecovery(t *testing.T) {
	w := newPolicyWorld(t)
	person(t, w.db, w.org.ID, "ann@acme.com", models.RoleAdmin)
	person(t, w.db, w.twin.org.ID, "jo@acme.com", models.RoleAdmin) // the same person administers the twin
	codes := w.require()
	b := newBrowser(t, w.e)
	b.get("/login/recovery")
	b.want(200, "Emergency access")
	b.post("/login/recovery", "email", " Jo@ACME.com ", "code", strings.ToUpper(codes[1]))
	b.leads(policyPath)
	b.org = w.org.ID
	b.get(policyPath)
	b.want(200, "8 left", "Acme")
	if strings.Contains(text(b.last), "Globex") {
		t.Error("the session names the other organization")
	}
	b.org = w.twin.org.ID
	b.post("/organization/switch", "to", w.twin.org.ID)
	b.want(http.StatusNotFound)
	b.org = w.org.ID
	b.post("/account/password", "current", testPassword, "password", "another horse battery")
	b.want(http.StatusForbidden, "changes no password")
	if n := w.mails("recovery_used"); n != 2 {
		t.Errorf("%d mails for two administrators", n)
	}
	m := w.member("jo@acme.com")
	if n := countOf(t, w.db, "audit_events WHERE action = 'recovery_codes.used' AND target = '"+m.ID+"'"); n != 1 {
		t.Errorf("%d audit events", n)
	}
	w.clock.Forward(59 * time.Minute)
	b.get("/account")
	b.want(200)
	w.clock.Forward(time.Minute + time.Second)
	b.get("/account")
	b.leads("/login?next=%2Faccount")
	b.post("/login/recovery", "email", "jo@acme.com", "code", codes[1])
	b.want(http.StatusUnprocessableEntity, "do not fit together")
	b.post("/login/recovery", "email", "jo@acme.com", "code", codes[2])
	b.leads(policyPath)
	b.post(policyPath + "/codes") // a session by a code may make new ones, which end the old
	b.want(200, "Shown once")
	other := newBrowser(t, w.e)
	other.post("/login/recovery", "email", "jo@acme.com", "code", codes[3])
	other.want(http.StatusUnprocessableEntity)
}

// TestRecoveryOracle: whatever does not fit gets the same answer, and nothing is spent.
func TestRecoveryOracle(t *testing.T) {
	w := newPolicyWorld(t)
	person(t, w.db, w.org.ID, "sam@acme.com", models.RoleMember)
	person(t, w.db, w.twin.org.ID, "kim@globex.com", models.RoleAdmin)
	codes := w.require()
	var first string
	for i, try := range [][2]string{
		{"jo@acme.com", "aaaaa-bbbbb-ccccc-ddddd-eeeeee"}, {"jo@acme.com", codes[0]}, {"sam@acme.com", codes[1]}, {"kim@globex.com", codes[1]},
		{"nobody@acme.com", codes[1]}, {"nobody@acme.com", "x"}, {"jo@acme.com", ""}, {"no address", codes[1]},
	} {
		b := newBrowser(t, w.e)
		b.post("/login/recovery", "email", try[0], "code", try[1])
		b.want(http.StatusUnprocessableEntity, "This e-mail and code do not fit together, or the code was used before.")
		if len(b.jar) != 0 {
			t.Errorf("%v: a cookie", try)
		}
		body := strings.ReplaceAll(html.UnescapeString(b.last.Body.String()), try[0], "X")
		if first == "" {
			first = body
		}
		if body != first {
			t.Errorf("answer %d differs:\n%s\n%s", i, first, body)
		}
	}
	if n := countOf(t, w.db, "recovery_codes WHERE used_at IS NOT NULL"); n != 1 {
		t.Errorf("%d codes spent", n)
	}
	b := newBrowser(t, w.e)
	for range triesPair {
		b.post("/login/recovery", "email", "ann@acme.com", "code", "x")
	}
	b.post("/login/recovery", "email", "ann@acme.com", "code", "x")
	b.want(http.StatusTooManyRequests)
}

// TestRecoveryOfTheLastAdministrator: whom the directory has taken out gets in with a code while nobody else can (P12).
func TestRecoveryOfTheLastAdministrator(t *testing.T) {
	w := newPolicyWorld(t)
	person(t, w.db, w.org.ID, "ann@acme.com", models.RoleAdmin)
	codes := w.require()
	leave := func(email string) {
		m := w.member(email)
		w.do(func(tx *models.Tx) error { return models.Deprovision(tx, m) })
	}
	try := func(email, code string, status int) *browser {
		t.Helper()
		b := newBrowser(t, w.e)
		b.post("/login/recovery", "email", email, "code", code)
		b.want(status)
		b.org = w.org.ID
		return b
	}
	leave("ann@acme.com")
	try("ann@acme.com", codes[1], http.StatusUnprocessableEntity) // jo is there
	leave("jo@acme.com")
	w.sso.get("/account")
	w.sso.leads("/login?next=%2Faccount")
	failed := newBrowser(t, w.e)
	w.signIn(failed, "jo@acme.com", "")
	failed.want(http.StatusForbidden, "switched off", "/login/recovery")
	b := try("jo@acme.com", codes[1], http.StatusSeeOther)
	b.get("/organization/members")
	b.want(200, "jo@acme.com")
	if n := w.mails("recovery_used"); n != 1 {
		t.Errorf("%d mails", n)
	}
	m := w.member("jo@acme.com")
	w.do(func(tx *models.Tx) error { return models.RestoreMember(tx, m.ID) })
	b.get("/organization/members")
	b.want(200)
}

// TestSessionLifetime: the organization's lengths hold from the next sign-in on, and everybody can be signed out.
func TestSessionLifetime(t *testing.T) {
	w := newPolicyWorld(t)
	for _, bad := range [][2]string{{"0", "1"}, {"721", "1"}, {"5", "6"}, {"24", "0"}, {"x", "y"}, {"", ""}, {"99999999999999999999", "1"}} {
		w.password.post(policyPath+"/lifetime", "session_hours", bad[0], "idle_hours", bad[1])
		w.password.want(http.StatusUnprocessableEntity, "Choose from 1")
		if bad[0] != "" {
			w.password.want(http.StatusUnprocessableEntity, fmt.Sprintf(`value="%s"`, bad[0]))
		}
	}
	w.password.post(policyPath+"/lifetime", "session_hours", "3", "idle_hours", "2")
	w.password.leads(policyPath)
	b, kim := newBrowser(t, w.e), newBrowser(t, w.e)
	w.signIn(b, "alice@acme.com", "")
	w.twin.signIn(kim, "kim@globex.com", "")
	w.clock.Forward(119 * time.Minute)
	b.get("/account")
	b.want(200)
	w.clock.Forward(62 * time.Minute)
	b.get("/account")
	b.want(http.StatusSeeOther)
	w.signIn(b, "alice@acme.com", "")
	b.leads("/account")
	w.sso.get("/account")
	w.sso.want(200) // from before: its own length
	w.password.post(policyPath + "/signout")
	w.password.leads(policyPath)
	w.password.get(policyPath)
	w.password.want(200, "2 sessions were ended", "1 session is open")
	for _, gone := range []*browser{b, w.sso} {
		gone.get("/account")
		gone.want(http.StatusSeeOther)
	}
	kim.get("/account")
	kim.want(200)
}

// TestLogLength: the length of the logs is saved, shown on both logs, and bounded.
func TestLogLength(t *testing.T) {
	w := newPolicyWorld(t)
	for _, bad := range []string{"6", "366", "soon"} {
		w.password.post(policyPath+"/logs", "log_days", bad)
		w.password.want(http.StatusUnprocessableEntity, "Choose from 7 to 365 days.", fmt.Sprintf(`value="%s"`, bad))
	}
	w.password.post(policyPath+"/logs", "log_days", "90")
	w.password.leads(policyPath)
	for path, want := range map[string]string{policyPath: `value="90"`, signInsPath: "kept for 90 days", requestsPath: "kept for 90 days"} {
		w.password.get(path)
		w.password.want(200, want)
	}
}

// TestPolicyOfTheTwin: no form of the policy does anything for another organization (SPEC O1, I5).
func TestPolicyOfTheTwin(t *testing.T) {
	w := newPolicyWorld(t)
	codes := w.require()
	person(t, w.db, w.twin.org.ID, "kim@globex.com", models.RoleAdmin)
	kim := signedIn(t, w.e, w.org.ID, "kim@globex.com") // with Acme's id in each form
	for _, path := range []string{"/require", "/codes", "/prove", "/lifetime", "/logs", "/signout"} {
		kim.post(policyPath+path, "code", codes[1], "session_hours", "1", "idle_hours", "1", "log_days", "9")
		kim.want(http.StatusConflict)
	}
	kim.org = w.twin.org.ID
	kim.post(policyPath+"/prove", "code", codes[1])
	kim.want(http.StatusUnprocessableEntity)
	kim.post(policyPath + "/codes")
	kim.want(200)
	kim.post(policyPath + "/signout")
	kim.leads(policyPath)
	w.sso.get("/account")
	w.sso.want(200)
	b := newBrowser(t, w.e)
	b.post("/login/recovery", "email", "jo@acme.com", "code", codes[1])
	b.leads(policyPath)
}
