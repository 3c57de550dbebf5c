package handlers

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"rollcall/models"
	"rollcall/models/modelstest"
)

var pathParameter = regexp.MustCompile(`:[a-z]+|\*`)

// TestGarbageAtEveryDoor asks for each address with ids that are none and posts each form empty, with unknown fields and
// in a wrong encoding, as nobody and as an administrator: the answer is never a fault of ours.
func TestGarbageAtEveryDoor(t *testing.T) {
	e, db, _ := boot(t, "http://localhost:8080")
	o := modelstest.Org(t, db, "Acme", "acme.com")
	person(t, db, o.ID, "boss@acme.com", models.RoleAdmin)
	admin := signedIn(t, e, o.ID, "boss@acme.com")
	jar := admin.jar
	for _, route := range e.Routes() {
		if route.Method != http.MethodGet && route.Method != http.MethodPost || strings.HasSuffix(route.Path, "/events") || route.Path == "/logout" {
			continue
		}
		path := pathParameter.ReplaceAllString(route.Path, "x")
		for kind, body := range map[string]string{
			"application/x-www-form-urlencoded": "organization=" + o.ID + "&n=-1&page=x&before=y&email=@&colour=red", "multipart/form-data; boundary=x": "--x",
			"application/json": `{"email":1}`, "": "",
		} {
			for _, cookies := range []map[string]string{{}, jar} {
				b := newBrowser(t, e)
				for name, value := range cookies {
					b.jar[name] = value
				}
				w := b.do(route.Method, path, strings.NewReader(body), "Content-Type", kind, "Sec-Fetch-Site", "same-origin")
				if w.Code >= 500 && w.Code != http.StatusNotImplemented && path != "/readyz" {
					t.Errorf("%s %s with %q, signed in %v: %d", route.Method, path, kind, len(cookies) > 0, w.Code)
				}
			}
		}
	}
	admin.get("/account")
	admin.want(http.StatusOK) // the administrator was signed in all the time
}
