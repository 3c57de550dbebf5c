package handlers

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"rollcall/models"
)

// largestPage is how many bytes of HTML a page may be (UX §16).
const largestPage = 60 << 10

// TestPagesStaySmall: no page is over 60 KB in an organization with long lists of long names: every list has pages, or
// stops and says how many more there are.
func TestPagesStaySmall(t *testing.T) {
	w := newWorld(t)
	v := w.populate(w.org)
	w.lengthen()
	seen := 0
	for _, r := range w.h.(*echo.Echo).Routes() {
		path := v.path(r.Path)
		if r.Method != "GET" || strings.ContainsAny(path, ":*") || strings.HasSuffix(path, "/events") {
			continue
		}
		for _, path := range []string{path, path + "?page=2"} {
			w.admin.get(path)
			size := w.admin.last.Body.Len()
			if !strings.HasPrefix(w.admin.last.Header().Get("Content-Type"), "text/html") || w.admin.last.Code != http.StatusOK {
				continue
			}
			seen++
			if size > largestPage {
				t.Errorf("%s is %d KB", path, size>>10)
			}
		}
	}
	if seen < 60 {
		t.Errorf("only %d pages were looked at", seen)
	}
}

// lengthen fills every list of the organization.
func (w *world) lengthen() {
	w.t.Helper()
	const rows = 120
	long := strings.Repeat("a-rather-long-name.", 3)
	w.in(w.org, func(tx *models.Tx) error {
		var names []string
		for i := range rows {
			names = append(names, fmt.Sprintf("%03d.%s.example.org", i, strings.TrimSuffix(long, ".")))
		}
		if _, err := models.AddDomains(tx, names, true); err != nil {
			return err
		}
		for i := range rows {
			if _, _, err := models.CreateInvite(tx, fmt.Sprintf("%03d.%s@acme.com", i, strings.TrimSuffix(long, ".")), models.RoleMember); err != nil {
				return err
			}
			if _, err := models.CreateGroup(tx, fmt.Sprintf("%03d %s", i, long)); err != nil {
				return err
			}
			row := &models.SCIMExchange{OrganizationID: w.org.ID, DirectoryID: "dir-none", At: tx.Now, Method: "PATCH", Path: "/Users/" + long, Status: 400, Cause: long + long}
			if err := models.LogExchanges(tx, row); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range rows {
		w.exec(fmt.Sprintf(`INSERT INTO sign_ins (seq, id, organization_id, connection_id, kind, outcome, reason, expected, received, reference, started_at)
			VALUES (%d, 'sig-%d', '%s', 'con-%s', 'login', 'failed', 'saml_audience', '%s', '%s', 'ABCD%04d', '2026-12-01 08:00:00')`,
			1000+i, i, w.org.ID, w.org.ID[4:], long+long, long+long, i))
	}
}

// BenchmarkLoginPage is GET /login by somebody who is not signed in: at most 5 ms (issue 4).
func BenchmarkLoginPage(b *testing.B) {
	e, _, _ := boot(b, "http://localhost:8080")
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest("GET", "/login", nil)
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, r)
		if rec.Code != http.StatusOK {
			b.Fatal(rec.Code)
		}
		_, _ = io.Copy(io.Discard, rec.Body)
	}
}
