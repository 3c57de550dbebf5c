package practice

import (
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const rollcall = "http://127.0.0.1:9"

// newIdP serves one tenant; what it keeps is looked at through t.
func newIdP(t *testing.T) (*IdP, *tenant) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i, err := New(Options{
		BaseURL: "http://127.0.0.1:10", Rollcall: rollcall, Key: key, MailDir: t.TempDir(),
		Now: func() time.Time { return time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC) },
		Tenants: []Tenant{{Slug: "acme", Name: "Acme", People: []*Person{
			{ID: "1", First: "Ada", Last: "Byrne", Email: "ada@acme.example"},
			{ID: "2", First: "Bo", Last: "<Lind>", Email: "bo@acme.example", Gone: true},
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return i, i.tenants[0]
}

func ask(i *IdP, method, path string, form url.Values, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for n := 0; n+1 < len(header); n += 2 {
		r.Header.Set(header[n], header[n+1])
	}
	w := httptest.NewRecorder()
	i.ServeHTTP(w, r)
	return w
}

// TestAnswersStayAtRollcall: a signed answer goes nowhere but to Rollcall, for nobody who was deactivated, and at no
// other site's wish.
func TestAnswersStayAtRollcall(t *testing.T) {
	for _, tc := range []struct {
		name   string
		person string
		acs    string
		site   string
		want   int
	}{
		{"Rollcall", "1", rollcall + "/saml/con-1/acs", "same-origin", http.StatusOK},
		{"elsewhere", "1", "http://evil.example/acs", "same-origin", http.StatusForbidden},
		{"a host that begins alike", "1", rollcall + "0/acs", "same-origin", http.StatusForbidden},
		{"nobody", "3", rollcall + "/saml/con-1/acs", "same-origin", http.StatusNotFound},
		{"deactivated", "2", rollcall + "/saml/con-1/acs", "same-origin", http.StatusForbidden},
		{"from another site's page", "1", rollcall + "/saml/con-1/acs", "cross-site", http.StatusForbidden},
	} {
		t.Run(tc.name, func(t *testing.T) {
			i, _ := newIdP(t)
			form := url.Values{"person": {tc.person}, "acs": {tc.acs}, "entity": {"sp"}}
			w := ask(i, http.MethodPost, "/acme/sso/answer", form, "Sec-Fetch-Site", tc.site)
			if w.Code != tc.want || strings.Contains(w.Body.String(), "SAMLResponse") != (tc.want == http.StatusOK) {
				t.Errorf("%d, want %d\n%s", w.Code, tc.want, w.Body)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	i, tenant := newIdP(t)
	for _, tc := range []struct {
		name, method, path string
		form               url.Values
		want               int
		says               string
	}{
		{"no request", http.MethodGet, "/acme/sso", nil, http.StatusBadRequest, "none that could be read"},
		{"broken request", http.MethodGet, "/acme/sso?SAMLRequest=x", nil, http.StatusBadRequest, "none that could be read"},
		{"begins here, not connected", http.MethodPost, "/acme/start", url.Values{"person": {"1"}}, http.StatusConflict, "entity ID first"},
		{"unknown dialect", http.MethodPost, "/acme/push", url.Values{"dialect": {"telex"}}, http.StatusBadRequest, "Okta or Entra ID"},
		{"no such tenant", http.MethodGet, "/globex", nil, http.StatusNotFound, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := ask(i, tc.method, tc.path, tc.form)
			if w.Code != tc.want || !strings.Contains(w.Body.String(), tc.says) {
				t.Errorf("%d, want %d and %q\n%s", w.Code, tc.want, tc.says, w.Body)
			}
		})
	}
	for _, form := range []url.Values{
		{"kind": {"saml"}, "acs": {"http://evil.example/acs"}, "entity": {"x"}},
		{"kind": {"scim"}, "base": {"ftp://x"}, "token": {"x"}},
		{"kind": {"scim"}, "base": {"http://127.0.0.1:9/scim"}},
	} {
		ask(i, http.MethodPost, "/acme/settings", form)
		if tenant.notice.Kind != "bad" || tenant.SAML.ACSURL != "" || tenant.SCIM.BaseURL != "" {
			t.Errorf("%v was taken: %+v", form, tenant.notice)
		}
	}
	w := ask(i, http.MethodPost, "/acme/push", url.Values{"dialect": {"okta"}, "action": {"all"}})
	if w.Code != http.StatusSeeOther || !strings.Contains(tenant.notice.Text, "base URL and token first") {
		t.Errorf("a push to nowhere: %d, %+v", w.Code, tenant.notice)
	}
}

// TestPageEscapes: what people and answers hold is text, and the token is not shown.
func TestPageEscapes(t *testing.T) {
	i, tenant := newIdP(t)
	tenant.SCIM = SCIMSettings{BaseURL: "http://127.0.0.1:9/scim", Token: "the-secret-token"}
	tenant.log = []exchange{{Method: "GET", Path: "/Users", Status: 200, Reply: "<script>alert(1)</script>"}}
	w := ask(i, http.MethodGet, "/acme", nil)
	page := w.Body.String()
	for _, bad := range []string{"<Lind>", "<script>alert", "the-secret-token", "style=", "onclick"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "form-action 'self' "+rollcall) {
		t.Errorf("policy %q", csp)
	}
}

func TestMails(t *testing.T) {
	i, _ := newIdP(t)
	mail := "Subject: =?UTF-8?q?Hello_=E2=9C=93?=\r\nTo: <jo@acme.example>\r\nDate: Tue, 01 Dec 2026 09:00:00 +0000\r\n" +
		"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
		"Open <this>:\r\nhttp://127.0.0.1:9/s/abc?a=3D1.\r\n--b--\r\n"
	for name, text := range map[string]string{"1-x.eml": mail, "2-broken.eml": "no mail", "notes.txt": "mine"} {
		if err := os.WriteFile(filepath.Join(i.options.MailDir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	page := ask(i, http.MethodGet, "/mails", nil).Body.String()
	for _, want := range []string{"Hello ✓", "jo@acme.example", "Open &lt;this&gt;:<br>", `<a href="http://127.0.0.1:9/s/abc?a=1">http://127.0.0.1:9/s/abc?a=1</a>.`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q\n%s", want, page)
		}
	}
	if strings.Contains(page, "no mail<") || strings.Contains(page, "mine") {
		t.Error("the page shows what is no mail")
	}
}
