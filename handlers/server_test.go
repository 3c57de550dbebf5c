package handlers

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"rollcall/models"
	"rollcall/models/modelstest"
)

// boot starts the doors on a database of their own. base may be http or https.
func boot(t testing.TB, base string) (*echo.Echo, *models.DB, *modelstest.Clock) {
	t.Helper()
	db, clock := modelstest.NewDB(t)
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	return New(testConfig(db, u)), db, clock
}

// testConfig is a server without network.
func testConfig(db *models.DB, base *url.URL) Config {
	return Config{
		DB: db, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: base, Payment: "sandbox", RateLimits: true, AllowPrivate: true,
		Fetch: func(context.Context, string) ([]byte, error) { return nil, errors.New("there is no network") },
	}
}

func send(e http.Handler, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

func TestErrorDialects(t *testing.T) {
	e, _, _ := boot(t, "http://localhost:8080")
	for path, want := range map[string]string{
		"/nope": "text/html", "/scim/v2/dir-none/Nope": "application/scim+json", "/scim": "application/scim+json", "/api/nope": "application/json",
	} {
		w := send(e, "GET", path, "")
		if w.Code < 400 || w.Code >= 500 || !strings.HasPrefix(w.Header().Get("Content-Type"), want) {
			t.Errorf("%s: %d %s", path, w.Code, w.Header().Get("Content-Type"))
		}
	}
}

func TestHealthAndHeaders(t *testing.T) {
	e, _, _ := boot(t, "https://rollcall.example")
	for _, path := range []string{"/healthz", "/readyz"} {
		w := send(e, "GET", path, "")
		if w.Code != 200 || w.Header().Get("Content-Security-Policy") == "" || w.Header().Get("Strict-Transport-Security") == "" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
}

func TestOwnPath(t *testing.T) {
	for path, own := range map[string]bool{
		"/account": true, "/organization/sso?x=1": true, "": false, "account": false, "//evil.example": false, `/\evil.example`: false,
		"https://evil.example": false, "/a\nb": false, "javascript:alert(1)": false, "/%2f%2fevil": true, `\\evil`: false, "/\t/evil.example": false,
	} {
		if got := ownPath(path, "no") == path; got != own {
			t.Errorf("ownPath(%q): own=%v, want %v", path, got, own)
		}
	}
}

func TestFaultsCarryNoGoText(t *testing.T) {
	f := faultOf(io.ErrUnexpectedEOF)
	if f.Status != 500 || strings.Contains(f.Text, "EOF") {
		t.Errorf("%+v", f)
	}
	f = faultOf(&models.Error{Code: models.Conflict, Message: "This exists already.", Err: io.ErrUnexpectedEOF})
	if f.Status != 409 || f.SCIMType != "uniqueness" || f.Text != "This exists already." {
		t.Errorf("%+v", f)
	}
}
