package handlers

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"rollcall/models"
)

func (b *browser) exported(filter ...string) [][]string {
	b.t.Helper()
	b.post(membersPath+"/export", filter...)
	b.want(200)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.last.Body.String(), "\ufeff"))).ReadAll()
	if err != nil {
		b.t.Fatal(err)
	}
	return rows[1:]
}

// TestMembersExport: the list leaves as CSV, as it is narrowed, once each and in several pages; it is noted, the twin
// gets its own people only, and an import reads the file again.
func TestMembersExport(t *testing.T) {
	w := newWorld(t)
	const people = 5000
	for from := 0; from < people; from += 500 {
		w.in(w.org, func(tx *models.Tx) error {
			for i := range 500 {
				a := models.Arrival{Source: models.SourceManual, Active: true, Profile: models.Profile{
					Email: fmt.Sprintf("p%04d@acme.com", from+i), FirstName: "=Ann", LastName: "Lee", Country: "DE", BirthYear: "1990", Plan: "Core",
				}}
				if _, err := models.Provision(tx, a); err != nil {
					return err
				}
			}
			return nil
		})
	}
	rows := w.admin.exported()
	seen := map[string]bool{}
	for _, r := range rows {
		seen[r[2]] = true
	}
	if len(rows) != people+1 || len(seen) != people+1 {
		t.Fatalf("%d rows, %d people", len(rows), len(seen))
	}
	if got := strings.Join(rows[people], "|"); got != "'=Ann|Lee|p4999@acme.com|DE|||1990|member|Core|invited|manual|" {
		t.Error(got)
	}
	whole := w.admin.last.Body.String()
	for want, filter := range map[int][]string{1: {"role", "admin"}, 10: {"q", "p010"}, 0: {"state", "held"}, people: {"source", "manual", "role", "member"}} {
		if got := w.admin.exported(filter...); len(got) != want {
			t.Errorf("%v: %d rows, want %d", filter, len(got), want)
		}
	}
	w.admin.get(membersPath + "?role=admin")
	if page := w.admin.last.Body.String(); !strings.Contains(page, `action="`+membersPath+`/export"`) || !strings.Contains(page, `type="hidden" name="role" value="admin"`) {
		t.Error("the page's button does not keep the filter")
	}
	w.admin.get("/organization/activity?action=members.exported")
	w.admin.want(200, "List of members downloaded", "5001")
	for _, r := range w.other.exported() {
		if strings.Contains(r[2], "acme.com") {
			t.Errorf("the twin exports %v", r)
		}
	}
	w.admin.upload(importPath, nil, whole)
	w.admin.want(303)
	w.admin.get(w.admin.last.Header().Get("Location"))
	w.admin.want(200, "Already invited 5000", "No row can be invited")
}
