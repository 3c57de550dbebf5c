package handlers

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"rollcall/models"
	"rollcall/models/modelstest"
)

func TestSignInWithPassword(t *testing.T) {
	e, db, _ := boot(t, "http://localhost:8080")
	o := modelstest.Org(t, db, "Acme", "acme.com")
	person(t, db, o.ID, "jo@acme.com", models.RoleAdmin)
	b := newBrowser(t, e)
	b.get("/login?next=/organization/sso")
	b.want(200, "Single sign-on (SSO)", "/organization/sso")
	b.post("/login", "email", "Jo@Acme.com", "next", "/organization/sso")
	b.leads("/login/password?email=Jo%40Acme.com&next=%2Forganization%2Fsso")
	b.get("/login/password?email=Jo%40Acme.com&next=%2Forganization%2Fsso")
	b.want(200, "Jo@Acme.com")
	b.post("/login/password", "email", "Jo@Acme.com", "password", "wrong", "next", "/organization/sso")
	b.want(422, "do not fit together", "Jo@Acme.com", "/organization/sso")
	if len(b.jar) != 0 {
		t.Fatal("a refused sign-in sets a cookie")
	}
	b.post("/login/password", "email", "Jo@Acme.com", "password", testPassword, "next", "/organization/sso")
	b.leads("/organization/sso")
	before := b.jar[cookieSession]
	b.post("/login/password", "email", "jo@acme.com", "password", testPassword)
	b.leads("/account")
	after := b.jar[cookieSession]
	b.jar[cookieSession] = before
	b.post("/logout")
	b.leads("/login")
	b.jar[cookieSession] = after
	b.get("/login")
	b.leads("/account")
	b.post("/logout")
	b.jar[cookieSession] = after
	b.get("/login")
	b.want(200)
}

// TestRotation shows that the session from before a sign-in is worth nothing after it.
func TestRotation(t *testing.T) {
	e, db, _ := boot(t, "http://localhost:8080")
	o := modelstest.Org(t, db, "Acme", "acme.com")
	person(t, db, o.ID, "jo@acme.com", models.RoleAdmin)
	b := signedIn(t, e, o.ID, "jo@acme.com")
	before := b.jar[cookieSession]
	b.post("/login/password", "email", "jo@acme.com", "password", testPassword)
	b.jar[cookieSession] = before
	b.get("/login")
	b.want(200, "Sign in")
}

// TestSignInOracle compares every answer for a known address, one without a password, a suspended one and an unknown
// one of the same length: same status, headers and bytes.
func TestSignInOracle(t *testing.T) {
	e, db, _ := boot(t, "http://localhost:8080")
	o := modelstest.Org(t, db, "Acme", "acme.com")
	person(t, db, o.ID, "aaaaa@acme.com", models.RoleMember)
	modelstest.Update(t, db, "", func(tx *models.Tx) error {
		_, err := models.CreateAccount(tx, "bbbbb@acme.com", "B")
		return err
	})
	people := []string{"aaaaa@acme.com", "bbbbb@acme.com", "zzzzz@acme.com"}
	for _, step := range []struct{ path, password string }{
		{"/login", ""}, {"/login/sso", ""}, {"/login/password", "not it, no"}, {"/login/link", ""}, {"/reset", ""},
	} {
		var seen []string
		for _, email := range people {
			b := newBrowser(t, e)
			w := b.post(step.path, "email", email, "password", step.password)
			h := w.Header().Clone()
			h.Del("X-Request-Id")
			all := fmt.Sprint(w.Code, h, w.Body.String())
			seen = append(seen, strings.ReplaceAll(strings.ReplaceAll(all, email, "X"), strings.ReplaceAll(email, "@", "%40"), "X"))
		}
		if seen[0] != seen[1] || seen[0] != seen[2] {
			t.Errorf("%s answers differently:\n%s\n%s\n%s", step.path, seen[0], seen[1], seen[2])
		}
	}
}

func TestSSODoorAtLogin(t *testing.T) {
	e, db, _ := boot(t, "http://localhost:8080")
	o := modelstest.Org(t, db, "Acme", "acme.com")
	b := newBrowser(t, e)
	b.post("/login/sso", "email", "jo@acme.com")
	b.want(422, "not set up for this address", "jo@acme.com")
	b.post("/login/sso")
	b.leads("/login/sso")
	id := activeConnection(t, db, o.ID)
	for _, email := range []string{"jo@acme.com", "nobody@ACME.com"} {
		for _, path := range []string{"/login", "/login/sso"} {
			b.post(path, "email", email, "next", "/organization")
			b.want(200, "/saml/"+id+"/start?email="+url.QueryEscape(email)+"&next=%2Forganization", "Use a password instead", "idp.example", "Acme")
		}
	}
	// A proof that is lost warns, and switches nothing off (SPEC O3).
	modelstest.Update(t, db, o.ID, func(tx *models.Tx) error {
		rows, err := models.ListDomains(tx)
		if err != nil {
			return err
		}
		for _, records := range [][]string{{rows[0].TXTValue()}, nil} {
			if _, err := models.CheckDomain(tx, rows[0].ID, records); err != nil {
				return err
			}
		}
		if rows, err = models.ListDomains(tx); err == nil && rows[0].State != models.DomainLost {
			t.Errorf("the domain is %s", rows[0].State)
		}
		return err
	})
	b.post("/login", "email", "jo@acme.com")
	b.want(200, "/saml/"+id+"/start?email=jo%40acme.com")
	if _, err := db.SQL().Exec("UPDATE domains SET state = 'unverified', verified_name = NULL"); err != nil {
		t.Fatal(err)
	}
	b.post("/login", "email", "jo@acme.com")
	b.leads("/login/password?email=jo%40acme.com")
}

// activeConnection writes an active connection as the wizard leaves it.
func activeConnection(t testing.TB, db *models.DB, orgID string) string {
	t.Helper()
	id, settings := "con-"+orgID[4:], "set-"+orgID[4:]
	for _, q := range []string{
		`INSERT INTO connections (id, organization_id, idp, state, active_settings_id, created_at) VALUES ('` + id + `', '` + orgID + `', 'okta', 'active', '` + settings + `', '2026-12-01 08:00:00')`,
		`INSERT INTO connection_settings (id, organization_id, connection_id, entity_id, sso_url, certificates, created_at, updated_at) VALUES ('` + settings + `', '` + orgID + `', '` + id + `', 'https://idp.example/e', 'https://idp.example/sso', 'none', '2026-12-01 08:00:00', '2026-12-01 08:00:00')`,
	} {
		if _, err := db.SQL().Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	return id
}

func TestSignInLink(t *testing.T) {
	e, db, clock := boot(t, "http://localhost:8080")
	o := modelstest.Org(t, db, "Acme", "acme.com")
	person(t, db, o.ID, "jo@acme.com", models.RoleMember)
	b := newBrowser(t, e)
	b.post("/login/link", "email", "jo@acme.com", "next", "/account?x=1")
	b.want(200, "Check your mail")
	link := mailed(t, db, "sign_in_link")
	path, _, _ := strings.Cut(link, "?")
	for range 2 {
		b.do("HEAD", path, nil)
		b.get(link)
		b.want(200, "jo@acme.com", "/account?x=1")
	}
	b.post(path, "next", "/account?x=1")
	b.leads("/account?x=1")
	b.get("/login")
	b.leads("/account")
	other := newBrowser(t, e)
	other.post(path)
	other.want(410, "used before or has expired")
	b.post("/login/link", "email", "jo@acme.com")
	path = mailed(t, db, "sign_in_link")
	clock.Forward(16 * time.Minute)
	other.get(path)
	other.want(410)
	other.get("/login/link/0000000000000000000000")
	other.want(410)
}

func TestReset(t *testing.T) {
	e, db, _ := boot(t, "http://localhost:8080")
	o := modelstest.Org(t, db, "Acme", "acme.com")
	person(t, db, o.ID, "jo@acme.com", models.RoleMember)
	old := signedIn(t, e, o.ID, "jo@acme.com")
	b := newBrowser(t, e)
	b.post("/reset", "email", "nonsense")
	b.want(422, "is not an e-mail address", "nonsense")
	b.post("/reset", "email", "jo@acme.com")
	b.want(200, "Check your mail")
	path := mailed(t, db, "reset")
	b.get(path)
	b.want(200, "jo@acme.com")
	b.post(path, "password", "short")
	b.want(422, "at least 10 characters")
	b.post(path, "password", "a better one than that")
	b.leads("/account")
	b.post(path, "password", "a better one than that")
	b.want(410)
	old.get("/login")
	old.want(200)
	b.post("/login/password", "email", "jo@acme.com", "password", testPassword)
	b.want(422)
	b.post("/login/password", "email", "jo@acme.com", "password", "a better one than that")
	b.leads("/account")
}

// TestResetWithoutPasswords: who was invited with passwords disabled gets a sign-in link instead (SPEC O5).
func TestResetWithoutPasswords(t *testing.T) {
	e, db, _ := boot(t, "http://localhost:8080")
	o := modelstest.Org(t, db, "Acme", "acme.com")
	if _, err := db.SQL().Exec("UPDATE organizations SET disable_passwords = TRUE"); err != nil {
		t.Fatal(err)
	}
	modelstest.Update(t, db, o.ID, func(tx *models.Tx) error {
		i, _, err := models.CreateInvite(tx, "sam@acme.com", models.RoleMember)
		if err != nil {
			return err
		}
		_, _, err = models.AcceptInvite(tx, i, models.Acceptance{FirstName: "Sam", LastName: "Lee", Country: "DE"})
		return err
	})
	b := newBrowser(t, e)
	b.post("/reset", "email", "sam@acme.com")
	b.want(200, "Check your mail")
	b.post(mailed(t, db, "sign_in_link"))
	b.leads("/account")
}

func TestSignInLimits(t *testing.T) {
	e, db, clock := boot(t, "http://localhost:8080")
	o := modelstest.Org(t, db, "Acme", "acme.com")
	person(t, db, o.ID, "jo@acme.com", models.RoleMember)
	b := newBrowser(t, e)
	for range triesPair {
		b.post("/login/password", "email", "jo@acme.com", "password", "wrong")
		b.want(422)
	}
	b.post("/login/password", "email", "JO@acme.com", "password", testPassword)
	b.want(429, "Too many tries")
	if b.last.Header().Get("Retry-After") != "900" {
		t.Errorf("Retry-After %q", b.last.Header().Get("Retry-After"))
	}
	clock.Forward(tryWindow + time.Second)
	b.post("/login/password", "email", "jo@acme.com", "password", testPassword)
	b.leads("/account")
}

// TestStrangerAndOpenRedirect: forms from elsewhere are refused, and no sign-in leads to another site.
func TestStrangerAndOpenRedirect(t *testing.T) {
	e, db, _ := boot(t, "http://localhost:8080")
	o := modelstest.Org(t, db, "Acme", "acme.com")
	person(t, db, o.ID, "jo@acme.com", models.RoleMember)
	b := newBrowser(t, e)
	body := "email=jo@acme.com&password=" + strings.ReplaceAll(testPassword, " ", "+")
	b.do("POST", "/login/password", strings.NewReader(body), "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "cross-site")
	b.want(403, "another site")
	for _, bad := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "javascript:alert(1)"} {
		b.post("/login/password", "email", "jo@acme.com", "password", testPassword, "next", bad)
		b.leads("/account")
		b.post("/theme", "theme", "dark", "next", bad)
		b.leads("/")
		b.post("/logout")
	}
	b.post("/theme", "theme", "dark", "next", "/login")
	b.leads("/login")
	b.get("/login")
	b.want(200, `data-theme="dark"`)
}

// TestSuspended: a suspended account opens no door, and the answer does not tell.
func TestSuspended(t *testing.T) {
	e, db, _ := boot(t, "http://localhost:8080")
	person(t, db, "", "jo@home.example", "")
	if _, err := db.SQL().ExecContext(context.Background(), "UPDATE accounts SET suspended_at = created_at"); err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, e)
	b.post("/login/password", "email", "jo@home.example", "password", testPassword)
	b.want(422, "do not fit together")
	b.post("/login/link", "email", "jo@home.example")
	b.want(200, "Check your mail")
}

// TestSSOButton: both doors show the way through the company's provider (SPEC S2).
func TestSSOButton(t *testing.T) {
	e, _, _ := boot(t, "http://localhost:8080")
	b := newBrowser(t, e)
	for _, path := range []string{"/login", "/signup"} {
		b.get(path)
		b.want(200, "Single sign-on (SSO)", "/login/sso")
	}
}
