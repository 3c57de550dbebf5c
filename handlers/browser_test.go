package handlers

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/alexedwards/argon2id"

	"rollcall/models"
)

// browser is a client with a cookie jar, on a server without a network.
type browser struct {
	t    testing.TB
	h    http.Handler
	jar  map[string]string
	org  string // sent with every organization form, as the pages do
	last *httptest.ResponseRecorder
}

func newBrowser(t testing.TB, h http.Handler) *browser {
	return &browser{t: t, h: h, jar: map[string]string{}}
}

func (b *browser) do(method, path string, body io.Reader, header ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequest(method, path, body)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	for name, value := range b.jar {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	b.last = httptest.NewRecorder()
	b.h.ServeHTTP(b.last, r)
	for _, k := range b.last.Result().Cookies() {
		if k.MaxAge < 0 {
			delete(b.jar, k.Name)
		} else {
			b.jar[k.Name] = k.Value
		}
	}
	return b.last
}

func (b *browser) get(path string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.do("GET", path, nil)
}

// post sends a form of pairs as a browser does from our own page.
func (b *browser) post(path string, pairs ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	form := url.Values{}
	if b.org != "" {
		form.Set("organization", b.org)
	}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.do("POST", path, strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin")
}

// want fails the test unless the last answer has the status and holds every text.
func (b *browser) want(status int, texts ...string) {
	b.t.Helper()
	if b.last.Code != status {
		b.t.Fatalf("status %d, want %d; location %q; body:\n%s", b.last.Code, status, b.last.Header().Get("Location"), text(b.last))
	}
	for _, s := range texts {
		if !strings.Contains(html.UnescapeString(b.last.Body.String()), s) && !strings.Contains(text(b.last), s) {
			b.t.Fatalf("no %q in:\n%s", s, text(b.last))
		}
	}
}

// leads fails the test unless the last answer is a 303 to path.
func (b *browser) leads(path string) {
	b.t.Helper()
	b.want(http.StatusSeeOther)
	if got := b.last.Header().Get("Location"); got != path {
		b.t.Fatalf("leads to %q, want %q", got, path)
	}
}

var tags = regexp.MustCompile(`(?s)<(script|style|svg)\b.*?</(script|style|svg)>|<[^>]*>`)

// text is the body without its tags, for messages.
func text(w *httptest.ResponseRecorder) string {
	words := strings.Fields(html.UnescapeString(tags.ReplaceAllString(w.Body.String(), " ")))
	return strings.Join(words, " ")
}

// person makes a proved account with a password and a membership; role "" makes none.
func person(t testing.TB, db *models.DB, orgID, email, role string) (accountID, memberID string) {
	t.Helper()
	hash := testHash()
	by := models.Actor{Kind: models.ActorOperator, ID: "command", OrgID: orgID}
	err := db.Update(context.Background(), by, func(tx *models.Tx) error {
		if role == "" {
			a, err := models.CreateAccount(tx, email, "Pat Solo")
			if err != nil {
				return err
			}
			accountID = a.ID
			if err := models.ProveEmail(tx, a, false); err != nil {
				return err
			}
			return models.SetPassword(tx, a, hash, "")
		}
		i, _, err := models.CreateInvite(tx, email, role)
		if err != nil {
			return err
		}
		in := models.Acceptance{FirstName: "Jo", LastName: "Miller", Country: "US", PasswordHash: hash}
		a, m, err := models.AcceptInvite(tx, i, in)
		if err == nil {
			accountID, memberID = a.ID, m.ID
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return accountID, memberID
}

const testPassword = "correct horse battery"

// testHash is testPassword's hash at the least cost there is: a hash names its own cost, and a real one at each sign-in
// would be two thirds of what these tests do.
var testHash = sync.OnceValue(func() string {
	hash, err := argon2id.CreateHash(testPassword, &argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err != nil {
		panic(err)
	}
	return hash
})

// signedIn is a browser in which that person has signed in with the password.
func signedIn(t testing.TB, h http.Handler, orgID, email string) *browser {
	t.Helper()
	b := newBrowser(t, h)
	b.post("/login/password", "email", email, "password", testPassword)
	b.leads("/account")
	b.org = orgID
	return b
}

var linkPath = regexp.MustCompile(`/[a-z/]+/[0-9A-Za-z]{22}[^"\s]*`)

// mailed answers the link of the newest mail of that name.
func mailed(t testing.TB, db *models.DB, name string) string {
	t.Helper()
	link := ""
	err := db.Update(context.Background(), models.Actor{Kind: models.ActorSystem, ID: "test"}, func(tx *models.Tx) error {
		rows, err := models.ClaimOutbox(tx, 1000)
		if err != nil {
			return err
		}
		for i := range rows {
			if rows[i].Kind != "mail."+name {
				continue
			}
			if link, err = tx.OpenSecret(&rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !linkPath.MatchString(link) {
		t.Fatalf("no mail %q with a link: %q", name, link)
	}
	return link
}
