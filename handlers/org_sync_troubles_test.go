package handlers

import (
	"strings"
	"testing"
	"time"

	"rollcall/models"
)

// troubled checks that the card and the overview both say these texts, or that neither says any when there is none.
func (w *brokenWorld) troubled(first string, also ...string) {
	w.t.Helper()
	w.admin = signedIn(w.t, w.h, w.org.ID, "jo@acme.com")
	w.admin.get(tab)
	w.admin.want(200, first)
	w.admin.get("/organization")
	w.admin.want(200, append(also, first)...)
}

// TestSyncTroubles: what needs somebody at a directory is said on its card, the most urgent first, and all of it on the
// overview, until it is mended (UX 4, 8; SPEC P12, P13, T1, A2).
func TestSyncTroubles(t *testing.T) {
	w := newBrokenWorld(t)
	quiet := func(texts ...string) {
		t.Helper()
		for _, path := range []string{tab, "/organization"} {
			w.admin.get(path)
			w.admin.want(200)
			for _, said := range texts {
				if strings.Contains(text(w.admin.last), said) {
					t.Errorf("%s says %q", path, said)
				}
			}
		}
	}
	_, rest, _ := strings.Cut(w.idp(201, "POST", "/Users", scimUser("first", "acme.com")), `"id":"`)
	first, _, _ := strings.Cut(rest, `"`)
	quiet("is on hold", "of your directory failed", "token ends in", "are refused", "person waits")

	w.idp(201, "POST", "/Users", strings.Replace(scimUser("nat", "acme.com"), `"DE"`, `""`, 1))
	w.troubled("1 person from your directory is on hold")
	for range 4 {
		w.idp(404, "GET", "/User", "")
	}
	quiet("requests of your directory failed")
	w.idp(404, "GET", "/User", "")
	w.troubled("5 of 7 requests of your directory failed", "1 person from your directory is on hold")

	good := w.token
	w.token = "aSecretThatIsNoToken1234"
	w.idp(401, "GET", "/Users", "")
	w.troubled("Requests of your directory are refused", "a token that is not one of yours (its last characters are 1234)", "5 of 7 requests")
	w.token = good
	w.idp(200, "GET", "/Users", "")
	quiet("are refused")

	w.in(w.org, func(tx *models.Tx) (err error) {
		w.token, _, err = models.CreateDirectoryToken(tx, w.dir, 90)
		return err
	})
	w.clock.Forward(75 * 24 * time.Hour)
	w.idp(200, "GET", "/Users", "")
	w.troubled("The directory token ends in 14 days", "enter it in your identity provider", "1 person from your directory")
	quiet("requests of your directory failed")
	w.clock.Forward(16 * 24 * time.Hour)
	w.troubled("The directory token ended on", "Make a new one")
	w.token = good // another one is in use by now
	w.idp(200, "GET", "/Users", "")
	quiet("The directory token ")

	w.in(w.org, func(tx *models.Tx) error { return models.SetLeaverGuard(tx, 0, 0) })
	w.idp(200, "PATCH", "/Users/"+first, `{"Operations":[{"op":"replace","path":"active","value":false}]}`)
	w.troubled("1 person waits to be removed", "Apply or restore")
	w.in(w.org, func(tx *models.Tx) error {
		d, err := models.OrganizationDirectory(tx)
		if err != nil {
			return err
		}
		return models.SetDirectoryReview(tx, d, true)
	})
	w.troubled("1 person waits to be removed", "1 person waits for your review of the first sync")
	w.other = signedIn(t, w.h, w.twin.ID, "kim@twin.example")
	w.other.get("/organization")
	w.other.want(200)
	if strings.Contains(text(w.other.last), "person waits") {
		t.Error("the twin sees it")
	}
	w.clock.Forward(8 * 24 * time.Hour)
	w.troubled("1 person waits to be removed", "Nothing has come from your directory for 8 days")
}
