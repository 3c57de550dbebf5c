package handlers

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"rollcall/models"
)

// brokenWorld is a world with a directory in which things are broken over HTTP, as identity providers do.
type brokenWorld struct {
	*world
	dir   *models.Directory
	token string
}

func newBrokenWorld(t *testing.T) *brokenWorld {
	t.Helper()
	w := &brokenWorld{world: newWorld(t)}
	w.in(w.org, func(tx *models.Tx) (err error) {
		w.dir, w.token, err = models.CreateDirectory(tx, models.NewDirectory{IDP: "okta"})
		return err
	})
	return w
}

// idp sends a request with the token and checks the status.
func (w *brokenWorld) idp(want int, method, path, body string, headers ...string) string {
	w.t.Helper()
	w.clock.Forward(time.Minute)
	headers = append([]string{"Authorization", "Bearer " + w.token, "Content-Type", scimType}, headers...)
	r := send(w.h, method, "/scim/v2/"+w.dir.ID+path, body, headers...)
	if r.Code != want {
		w.t.Fatalf("%s %s: %d, want %d: %s", method, path, r.Code, want, r.Body)
	}
	return r.Body.String()
}

var newestRequest = regexp.MustCompile(`href="(/organization/sso/requests/\d+)"`)

// says finds on the page of the newest line of the directory log, which the log leads to, all the texts.
func (w *brokenWorld) says(texts ...string) {
	w.t.Helper()
	w.admin.get("/organization/sso/requests")
	w.admin.want(200, texts[0]) // the cause stands in the list too
	w.admin.get(newestRequest.FindStringSubmatch(w.admin.last.Body.String())[1])
	w.admin.want(200, texts...)
}

// TestBrokenSync breaks a sync in every way that an identity provider can, and finds on the admin's pages the sentence
// that names the cause and the one that mends it (issue 3; SPEC A2, P4, T1).
func TestBrokenSync(t *testing.T) {
	user := func(name string, more ...string) string { return scimUser(name, "acme.com", more...) }
	w := newBrokenWorld(t)
	_, rest, _ := strings.Cut(w.idp(201, "POST", "/Users", user("first")), `"id":"`)
	id, _, _ := strings.Cut(rest, `"`)
	fill := strings.NewReplacer("{id}", id)
	for name, c := range map[string]struct {
		status             int
		method, path, body string
		headers            []string
		texts              []string
	}{
		"no country": {201, "POST", "/Users", strings.Replace(user("nat"), `"DE"`, `""`, 1), nil,
			[]string{"Taken in, but on hold: Country missing.", "choose a default country under Settings", "In Okta, Attribute Mappings : Under Provisioning, To App, map Country code"}},
		"no last name": {201, "POST", "/Users", strings.Replace(user("al"), `"Doe"`, `""`, 1), nil,
			[]string{"on hold: Last name missing.", "Map the last name in your identity provider"}},
		"foreign domain": {201, "POST", "/Users", scimUser("x", "elsewhere.example"), nil,
			[]string{"on hold: Outside your domains.", "Add the domain under Single Sign-On / Provision", "In Okta, Primary email"}},
		"wrong plan": {400, "POST", "/Users", user("p", `"plan":"Enterprise"`), nil,
			[]string{"Core, Extended, Ultimate", "Send one of the plans that your organization has bought", "On the Assignments tab edit the group"}},
		"reserved group": {409, "POST", "/Groups", `{"displayName":"administrators"}`, nil,
			[]string{"is reserved", "Rename the group in your identity provider", "In Okta, Push Groups : Unlink the group"}},
		"unknown attribute in a PATCH path": {400, "PATCH", "/Users/{id}", `{"Operations":[{"op":"replace","path":"shoeSize","value":"44"}]}`, nil,
			[]string{"shoeSize", "changes an attribute that is not known here. Remove it from the attribute mapping"}},
		"unknown attribute in a filter": {400, "GET", "/Users?filter=" + url.QueryEscape(`shoeSize eq "44"`), "", nil,
			[]string{"shoeSize", "Match people by userName or externalId"}},
		"too big a body": {413, "POST", "/Users", strings.Repeat(" ", maxSCIM+1), nil,
			[]string{"This is larger than what is taken here.", "larger than 5 MB. Let your identity provider send smaller batches"}},
		"duplicate userName": {409, "POST", "/Users", user("first"), nil,
			[]string{"The userName is taken in this directory.", "Two people have the same user name", "In Okta, Application username format"}},
		"wrong URL": {404, "GET", "/User", "", nil, []string{"404", "the address is wrong", "In Okta, SCIM connector base URL"}},
		"gone":      {404, "GET", "/Users/usr-gone", "", nil, []string{"There is no such user", "not here any more"}},
		"broken JSON": {400, "POST", "/Users", `{"userName":`, nil,
			[]string{"JSON", "not readable as SCIM"}},
		"wrong content type": {415, "POST", "/Users", user("t"), []string{"Content-Type", "text/plain"},
			[]string{"Send the body as application/scim+json.", "Let your identity provider send JSON"}},
		"a group of strangers": {400, "POST", "/Groups", `{"displayName":"Crew","members":[{"value":"usr-ghost"}]}`, nil,
			[]string{"None of these members is a user of this directory", "Assign them to the app first, then push the group again"}},
		"a group with a stranger": {201, "POST", "/Groups", `{"displayName":"Mixed","members":[{"value":"usr-ghost"},{"value":"{id}"}]}`, nil,
			[]string{"Taken in without 1 member that is no user of this directory.", "Some people of this group are not here yet"}},
		"id changed": {400, "PATCH", "/Users/{id}", `{"Operations":[{"op":"replace","path":"id","value":"mine"}]}`, nil,
			[]string{"id is read-only", "changes an attribute that cannot be changed"}},
		"stale version": {412, "PATCH", "/Users/{id}", `{"Operations":[{"op":"replace","path":"title","value":"x"}]}`, []string{"If-Match", `W/"99"`},
			[]string{"412", "repeats it by itself"}},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			w.idp(c.status, c.method, fill.Replace(c.path), fill.Replace(c.body), c.headers...)
			w.says(c.texts...)
			w.other.get("/organization/sso/requests")
			if w.other.want(200); strings.Contains(text(w.other.last), c.texts[0]) {
				t.Error("the twin sees it")
			}
		})
	}
}

// TestBrokenDoor: what never gets past the door cannot be in the log; the directory's page and the log say it, and
// the page stops as soon as a request is let in again.
func TestBrokenDoor(t *testing.T) {
	w := newBrokenWorld(t)
	good := w.token
	w.in(w.org, func(tx *models.Tx) (err error) {
		w.token, _, err = models.CreateDirectoryToken(tx, w.dir, 90)
		return err
	})
	aged := w.token
	var twin string
	w.in(w.twin, func(tx *models.Tx) (err error) {
		var d *models.Directory
		d, twin, err = models.CreateDirectory(tx, models.NewDirectory{})
		w.dir, _ = d, twin
		return err
	})
	mine := w.dir.ID
	w.token = good
	w.idp(401, "GET", "/Users", "") // our token at the twin's address
	w.in(w.org, func(tx *models.Tx) (err error) { w.dir, err = models.OrganizationDirectory(tx); return err })
	for _, token := range []string{"", "aSecretThatIsNoToken1234", "aSecretThatIsNoToken5678"} {
		w.token = token
		w.idp(401, "GET", "/Users", "")
	}
	texts := []string{
		"came with your token, but to an address that is not your directory’s (its last characters are " + good[18:] + " )", "Copy the base URL from the directory’s page", "In Okta, SCIM connector base URL",
		"1 request came without a token", "In Okta, Authorization : Under Provisioning, Integration, paste the current token",
		"2 requests came with a token that is not one of yours (its last characters are 5678 )", "Paste the whole token, without spaces",
	}
	for _, path := range []string{directoryPath, requestsPath} {
		w.admin.get(path)
		w.admin.want(200, texts...)
		if strings.Contains(w.admin.last.Body.String(), "aSecret") {
			t.Error("a token is shown")
		}
	}
	w.other.get(directoryPath)
	w.other.want(200, mine, "a token that is not one of yours")
	if strings.Contains(text(w.other.last), "address that is not your") {
		t.Error("the twin is told that the token is somebody's")
	}
	w.token = good
	w.idp(200, "GET", "/Users", "")
	w.admin.get(directoryPath)
	w.admin.want(200)
	if strings.Contains(text(w.admin.last), "came without a token") {
		t.Error("the page goes on after a request was let in")
	}
	w.admin.get(requestsPath)
	w.admin.want(200, "came without a token")

	w.clock.Forward(89 * 24 * time.Hour)
	w.admin = signedIn(t, w.h, w.org.ID, "jo@acme.com")
	w.admin.get(directoryPath)
	w.admin.want(200, "It ends in 23 h", "Make a second token")
	w.clock.Forward(24 * time.Hour)
	w.token = aged
	w.idp(401, "GET", "/Users", "")
	w.admin = signedIn(t, w.h, w.org.ID, "jo@acme.com")
	w.admin.get(directoryPath)
	w.admin.want(200, "came with a token that has ended (its last characters are "+aged[18:]+" )", "Make a token under Tokens", "Requests with it are refused.")
}

// TestBrokenLimits: too many requests, a directory that refuses instead of holding, and one that is not bought any more.
func TestBrokenLimits(t *testing.T) {
	w := newBrokenWorld(t)
	base, _ := url.Parse("http://localhost:8080")
	w.h = New(Config{DB: w.db, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: base, Payment: "sandbox", RateLimits: true, Draining: func() bool { return true }})
	for range scimBurst {
		send(w.h, "GET", "/scim/v2/"+w.dir.ID+"/Nope", "", "Authorization", w.token)
	}
	if r := send(w.h, "GET", "/scim/v2/"+w.dir.ID+"/Users", "", "Authorization", w.token); r.Code != http.StatusTooManyRequests {
		t.Fatal(r.Code)
	}
	w.says("Too many tries.", "lower its rate")
	w.in(w.org, func(tx *models.Tx) error { return models.SetDirectoryRules(tx, w.dir, true, false) })
	w.idp(400, "POST", "/Users", strings.Replace(scimUser("nat", "acme.com"), `"DE"`, `""`, 1))
	w.says("country is required", "Map country in your identity provider")
	w.idp(400, "POST", "/Users", scimUser("jo", "else.example"))
	w.says("outside the organization's e-mail domains", "Add the domain under")
	w.exec(fmt.Sprintf("UPDATE organizations SET scim_bought = FALSE WHERE id = '%s'", w.org.ID))
	w.idp(403, "GET", "/Users", "")
	w.says("not included", "See Billing")
}

// TestHeldPage: each reason with whom it concerns and what to change, and nobody as soon as the reason is gone (P4).
func TestHeldPage(t *testing.T) {
	w := newBrokenWorld(t)
	w.admin.get(heldPath)
	w.admin.want(200, "Nobody is on hold")
	person(t, w.db, w.org.ID, "pat@side.example", "") // an account of nobody's organization
	w.in(w.org, func(tx *models.Tx) error {
		_, err := models.AddDomains(tx, []string{"side.example"}, false)
		return err
	})
	w.idp(201, "POST", "/Users", strings.Replace(scimUser("nat", "acme.com"), `"DE"`, `""`, 1))
	w.idp(201, "POST", "/Users", scimUser("ext", "else.example"))
	w.idp(201, "POST", "/Users", scimUser("pat", "side.example"))
	w.idp(201, "POST", "/Users", scimUser("one", "acme.com"))
	w.idp(201, "POST", "/Users", strings.Replace(strings.Replace(scimUser("one", "acme.com"), `"userName":"one@`, `"userName":"two@`, 1), "00uone", "00utwo", 1))
	w.idp(201, "POST", "/Users", `{"userName":"nobody","active":true}`)
	w.admin.get(heldPath)
	w.admin.want(200, "5 people wait", "Each hold ends by itself",
		"Country missing", "nat@acme.com", "Choose a default country", "In Okta, Attribute Mappings",
		"Outside your domains", "ext@else.example", "Add a domain",
		"Account belongs elsewhere", "pat@side.example", "Verify the domain",
		"E-mail of another member", "one@acme.com", "Two people have this e-mail",
		"First name missing", "Last name missing", "E-mail missing", "E-mail missing · First name missing · Last name missing")
	w.other.get(heldPath)
	w.other.want(200, "Nobody is on hold")

	w.admin.post(tab+"/settings", w.settings("domains", "acme.com, side.example, else.example")...)
	w.in(w.org, func(tx *models.Tx) error {
		rows, err := models.ListDomains(tx)
		for _, d := range rows {
			if err == nil && d.Name == "side.example" {
				err = models.VerifyDomain(tx, d.ID)
			}
		}
		return err
	})
	w.admin.get(heldPath)
	w.admin.want(200, "3 people wait")
	for _, gone := range []string{"ext@else.example", "pat@side.example"} {
		if strings.Contains(text(w.admin.last), gone) {
			t.Errorf("%s is still on hold", gone)
		}
	}
	w.admin.get(membersPath + "?state=held&hold=missing_country")
	w.admin.want(200, "2 members", "nat@acme.com")
}
