package handlers

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"rollcall/models"
)

// make creates a user and answers its SCIM id and the address of its member's page.
func (w *brokenWorld) make(body string) (id, page string) {
	w.t.Helper()
	_, rest, _ := strings.Cut(w.idp(201, "POST", "/Users", body), `"id":"`)
	id, _, _ = strings.Cut(rest, `"`)
	w.in(w.org, func(tx *models.Tx) error {
		u, err := models.FindUserSeen(tx, w.dir, id)
		page = membersPath + "/" + u.MemberID
		return err
	})
	return id, page
}

// shows finds all texts on a page of the admin's.
func (w *brokenWorld) shows(path string, texts ...string) {
	w.t.Helper()
	w.admin.get(path)
	w.admin.want(200, texts...)
}

const deactivated = `{"Operations":[{"op":"replace","value":{"active":false}}]}`

// TestBrokenPeople breaks what concerns one person or one group, and finds cause and mend on the page of that person or
// group, or where the log leads (issue 3; SPEC A2, P2, P4, P12, I4).
func TestBrokenPeople(t *testing.T) {
	w := newBrokenWorld(t)
	ann, annPage := w.make(scimUser("ann", "acme.com"))
	bob, bobPage := w.make(scimUser("bob", "acme.com"))
	t.Run("the plan comes under a name that nobody reads", func(t *testing.T) {
		_, page := w.make(scimUser("tim", "acme.com", `"tier":"Ultimate","urn:x:hr:1.0:User":{"team":"red"}`))
		w.shows(page, "It also sends what nothing here reads: tier, urn:x:hr:1.0:User:team. If", "have your IT team enter its name in the setup")
		w.in(w.org, func(tx *models.Tx) error {
			fields := map[string]string{"plan": "tier"}
			return models.SetDirectoryMapping(tx, w.dir, fields, ReadProfile(fields))
		})
		w.shows(page, "Ultimate It comes from an attribute that your directory sends.", "nothing here reads: urn:x:hr:1.0:User:team. If")
		w.shows(directoryPath, "plan", "tier")
		if strings.Contains(text(w.admin.last), "nobody has arrived") {
			t.Error("the mapping that works is called silent")
		}
	})
	t.Run("a mapping that points to nothing", func(t *testing.T) {
		w.in(w.org, func(tx *models.Tx) error {
			fields := map[string]string{"birthYear": "urn:x:hr:1.0:User:born"}
			return models.SetDirectoryMapping(tx, w.dir, fields, ReadProfile(fields))
		})
		w.shows(directoryPath, "urn:x:hr:1.0:User:born: nobody has arrived with a value there. Is it written as your identity provider sends it?")
	})
	t.Run("an e-mail changed to one that is taken", func(t *testing.T) {
		w.idp(200, "PATCH", "/Users/"+bob, `{"Operations":[{"op":"replace","path":"emails[type eq \"work\"].value","value":"ann@acme.com"}]}`)
		w.says("on hold: E-mail of another member.", "Two people have this e-mail. Change one of the two in your identity provider", "In Okta, Primary email")
		w.shows(bobPage, "On hold", "Another member of your organization has this e-mail. Change one of the two in your identity provider.")
		w.shows(heldPath, "E-mail of another member", "ann@acme.com")
	})
	t.Run("a userName changed to one that is taken", func(t *testing.T) {
		w.idp(409, "PATCH", "/Users/"+bob, `{"Operations":[{"op":"replace","path":"userName","value":"ANN@acme.com"}]}`)
		w.says("The userName is taken in this directory.", "Two people have the same user name", "In Okta, Application username format")
	})
	t.Run("two identity providers push one person", func(t *testing.T) {
		w.idp(409, "POST", "/Users", strings.Replace(scimUser("ann", "acme.com"), "00uann", "entra-17", 1))
		w.says("The userName is taken in this directory.", "or it sends one person twice", "match the person that is here already")
	})
	t.Run("reserved words in other letters", func(t *testing.T) {
		for _, name := range []string{" EVERYONE ", "Administrators"} {
			w.idp(409, "POST", "/Groups", `{"displayName":"`+name+`"}`)
			w.says("is reserved", "Rename the group in your identity provider")
		}
	})
	t.Run("a person who was suspended, which Okta does not say", func(t *testing.T) {
		w.shows(annPage, "Block sign-in now")
	})
	t.Run("somebody removed, and why there is no more access", func(t *testing.T) {
		w.idp(200, "PATCH", "/Users/"+ann, deactivated)
		w.shows(annPage, "Deactivated", "can be brought back until", "with plan and role")
		w.shows(checkPath+"?q=ann@acme.com", "No longer active here: deactivated.", "Your directory has taken the person out. Assign them to the app in your provider again.")
	})
}

// TestBrokenLastAdministrator: the directory removes the last administrator, who keeps the role on record; everybody who
// can mend it is told (SPEC P12).
func TestBrokenLastAdministrator(t *testing.T) {
	w := newBrokenWorld(t)
	w.operator()
	jo, page := w.make(strings.Replace(scimUser("jo", "acme.com"), "acme.example", "acme.com", -1))
	w.idp(200, "PATCH", "/Users/"+jo, deactivated)
	w.admin.get(page)
	if w.admin.last.Code == 200 {
		t.Error("the last administrator's session goes on")
	}
	person(t, w.db, w.org.ID, "new@acme.com", models.RoleAdmin) // as support lets one in
	boss := signedIn(t, w.h, w.org.ID, "new@acme.com")
	boss.get("/organization/activity")
	boss.want(200, "Last administrator left")
	w.mailed("last_admin")
}

// TestBrokenBigGroup: ten thousand people in one group, pushed whole, are one line that says what came.
func TestBrokenBigGroup(t *testing.T) {
	w := newBrokenWorld(t)
	known, _ := w.make(scimUser("one", "acme.com"))
	members := make([]string, 10_000)
	for i := range members {
		members[i] = fmt.Sprintf(`{"value":"usr-stranger%d"}`, i)
	}
	members[5000] = `{"value":"` + known + `"}`
	w.idp(201, "POST", "/Groups", `{"displayName":"All","members":[`+strings.Join(members, ",")+`]}`)
	w.says("Taken in without 9999 members that are no users of this directory.", "Some people of this group are not here yet. Assign them to the app, then push the group again; the others are in it.")
	w.shows(groupsPath, "All", "1 ")
}

// mailed finds a mail of that kind in the outbox.
func (w *brokenWorld) mailed(kind string) {
	w.t.Helper()
	var n int
	err := w.db.SQL().QueryRowContext(context.Background(), "SELECT COUNT(*) FROM outbox WHERE kind = 'mail."+kind+"'").Scan(&n)
	if err != nil || n == 0 {
		w.t.Errorf("%d mails %s, %v", n, kind, err)
	}
}
