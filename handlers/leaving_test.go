package handlers

import (
	"strings"
	"testing"

	"rollcall/models"
)

// leaveByDirectory lets the directory take people away.
func (w *world) leaveByDirectory(d *models.Directory, emails ...string) {
	w.t.Helper()
	w.in(w.org, func(tx *models.Tx) error {
		for _, email := range emails {
			rows, err := models.ListDirectoryUsers(tx, d, models.DirectoryUserQuery{Email: &email})
			if err != nil {
				return err
			}
			u := &rows[0]
			in := models.Push{UserName: u.UserName, Profile: u.Profile, Document: u.Document, Extra: u.Extra}
			if err := models.SaveDirectoryUser(tx, d, u, in); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *world) policy(policy string) {
	w.t.Helper()
	w.in(w.org, func(tx *models.Tx) error { return models.SetDeprovision(tx, policy) })
}

// TestRemovedNotice: after Remove the page says what the organization's rule has done (SPEC P7).
func TestRemovedNotice(t *testing.T) {
	for policy, say := range map[string]string{
		models.DeprovisionDowngrade: "stays in the organization", models.DeprovisionDisconnect: "is no longer a member, and is told by e-mail", models.DeprovisionDelete: "erased with all data after 30 days",
	} {
		w := newWorld(t)
		w.in(w.org, func(tx *models.Tx) error {
			return models.SetDeprovision(tx.As(models.Actor{Kind: models.ActorOperator, ID: "opr-x", OrgID: w.org.ID}), policy)
		})
		person(t, w.db, w.org.ID, "sam@acme.com", models.RoleMember)
		path := membersPath + "/" + w.member("sam@acme.com").ID
		w.admin.post(path + "/remove")
		w.admin.leads(path)
		w.admin.get(path)
		w.admin.want(200, "Removed. The person", say)
	}
}

// TestPersonalAddress walks a disconnected person's way from the mail to an account of one's own (SPEC P7).
func TestPersonalAddress(t *testing.T) {
	w := newWorld(t)
	w.policy(models.DeprovisionDisconnect)
	d := w.activeDirectory(w.org, 1)
	w.leaveByDirectory(d, "p0@acme.com")
	link := mailed(t, w.db, "disconnected")
	b := newBrowser(t, w.h)
	b.get(link)
	b.want(200, "Keep your account", "p0@acme.com belongs to the organization")
	b.post(link, "email", "p0@acme.com")
	b.want(422, "belongs to an organization", `value="p0@acme.com"`)
	b.post(link, "email", "nobody")
	b.want(422, "is not an e-mail address")
	b.post(link, "email", "p0@home.example")
	b.want(200, "Check your mail", "p0@home.example")
	proof := mailed(t, w.db, "personal_email")
	b.get(proof)
	b.want(200, "Is this your private address?", "p0@home.example", "Free plan")
	b.get(proof) // a look uses nothing up
	b.want(200)
	b.post(proof)
	b.leads("/account")
	b.get("/account")
	b.want(200, "p0@home.example", "You belong to no organization. Your account is personal.", "Free")
	b.get(link)
	b.want(410, "used before")
	b.get("/organization")
	b.leads("/account")
	w.admin.get("/organization/members?state=disconnected")
	w.admin.want(200, "1 member", "p0@acme.com")
	w.admin.get("/organization/activity")
	if strings.Contains(w.admin.last.Body.String(), "home.example") {
		t.Error("the organization reads the private address")
	}
}

// TestAccountPersonal: a private address given beforehand gets the off-boarding mail too.
func TestAccountPersonal(t *testing.T) {
	w := newWorld(t)
	person(t, w.db, w.org.ID, "sam@acme.com", models.RoleMember)
	sam := signedIn(t, w.h, w.org.ID, "sam@acme.com")
	sam.get("/account")
	sam.want(200, "Private e-mail")
	sam.post("/account/personal", "email", "sam@acme.com")
	sam.want(422, "belongs to an organization")
	sam.post("/account/personal", "email", "sam@home.example")
	sam.leads("/account")
	sam.post(mailed(t, w.db, "personal_email"))
	sam.leads("/account")
	sam.get("/account")
	sam.want(200, "Confirmed", "sam@home.example")
}

// TestLeave: a member leaves by oneself; a managed one sees whom to ask.
func TestLeave(t *testing.T) {
	w := newWorld(t)
	person(t, w.db, w.org.ID, "sam@acme.com", models.RoleMember)
	sam := signedIn(t, w.h, w.org.ID, "sam@acme.com")
	sam.get("/account")
	sam.want(200, "Leave…")
	sam.get("/account/leave")
	sam.want(200, "Leave Acme?")
	sam.org = w.twin.ID
	sam.post("/account/leave")
	sam.want(409, "belongs to another organization")
	sam.org = w.org.ID
	sam.post("/account/leave")
	sam.leads("/account/left")
	sam.get("/account/left")
	sam.want(200, "You have left", "mailed you what becomes of your account")
	mailed(t, w.db, "disconnected")
	if m := w.member("sam@acme.com"); m.Status != models.MemberDisconnected {
		t.Errorf("%s", m.Status)
	}
	sam.get("/account")
	sam.leads("/login?next=%2Faccount")
	w.admin.post("/account/leave")
	w.admin.leads("/account")
	w.admin.get("/account")
	w.admin.want(200, "last administrator")
}

// TestLeavers: the queue, by row and whole, its limit, and the other organization's hands off it (SPEC P12).
func TestLeavers(t *testing.T) {
	w := newWorld(t)
	d := w.activeDirectory(w.org, 6)
	w.admin.get(leaversPath)
	w.admin.want(200, "No removal waits")
	w.admin.post(leaversPath+"/guard", "floor", "many", "percent", "20")
	w.admin.want(422, "Write a number of people", `value="many"`)
	w.admin.post(leaversPath+"/guard", "floor", "0", "percent", "0")
	w.admin.leads(leaversPath)
	w.leaveByDirectory(d, "p0@acme.com", "p1@acme.com", "p2@acme.com", "p3@acme.com")
	w.admin.get(leaversPath)
	w.admin.want(200, "Remove 4 people now", "p3@acme.com", "Core")
	var told int
	if err := w.db.SQL().QueryRow("SELECT COUNT(*) FROM outbox WHERE kind = 'mail.leavers_wait' AND payload LIKE '%jo@acme.com%' AND secret <> ''").Scan(&told); err != nil || told != 1 {
		t.Errorf("%d mails to the administrator, %v", told, err)
	}
	w.other.get(leaversPath)
	w.other.want(200, "No removal waits")
	for _, act := range []string{"release", "undo"} {
		w.other.post(leaversPath + "/" + w.member("p0@acme.com").ID + "/" + act)
		w.other.want(404)
		w.other.post(leaversPath + "/" + act)
		w.other.leads(leaversPath)
	}
	w.admin.post(leaversPath + "/" + w.member("p0@acme.com").ID + "/release")
	w.admin.leads(leaversPath)
	w.admin.post(leaversPath + "/" + w.member("p1@acme.com").ID + "/undo")
	w.admin.leads(leaversPath)
	w.admin.post(leaversPath + "/" + w.member("p1@acme.com").ID + "/release")
	w.admin.leads(leaversPath)
	w.admin.get(leaversPath)
	w.admin.want(200, "is not waiting to be removed any more", "Remove 2 people now")
	w.admin.get("/organization/members/" + w.member("p2@acme.com").ID)
	w.admin.want(200, "Removal waiting", "can be brought back until", "The rest of the removal waits until")
	w.admin.post(leaversPath + "/undo")
	w.admin.leads(leaversPath)
	w.admin.get(leaversPath)
	w.admin.want(200, "2 removals are undone")
	for email, want := range map[string]string{"p0@acme.com": models.MemberDeactivated, "p1@acme.com": models.MemberActive, "p3@acme.com": models.MemberActive} {
		if got := w.member(email).Status; got != want {
			t.Errorf("%s is %s", email, got)
		}
	}
	w.leaveByDirectory(d, "p4@acme.com", "p5@acme.com")
	w.admin.post(leaversPath + "/release")
	w.admin.leads(leaversPath)
	if got := w.member("p5@acme.com").Status; got != models.MemberDeactivated {
		t.Errorf("released: %s", got)
	}
}

// TestRestorePage: a member whom the directory removed is brought back on the member's page.
func TestRestorePage(t *testing.T) {
	w := newWorld(t)
	w.policy(models.DeprovisionDelete)
	d := w.activeDirectory(w.org, 1)
	w.leaveByDirectory(d, "p0@acme.com")
	path := "/organization/members/" + w.member("p0@acme.com").ID
	w.admin.get(path)
	w.admin.want(200, "can be brought back until", "everything known of the person is erased", "Bring back")
	w.other.post(path + "/restore")
	w.other.want(404)
	w.admin.post(path + "/restore")
	w.admin.leads(path)
	if m := w.member("p0@acme.com"); m.Status != models.MemberActive || !m.Managed() || m.DueAt != nil {
		t.Errorf("%+v", m)
	}
}

// TestReviewPage: switch on, look, apply (SPEC P13).
func TestReviewPage(t *testing.T) {
	w := newWorld(t)
	w.admin.get(reviewPath)
	w.admin.leads(directoryPath)
	d := w.activeDirectory(w.org, 0)
	w.admin.get(reviewPath)
	w.admin.want(200, "The review is off")
	w.admin.post(reviewPath, "on", "on")
	w.admin.leads(reviewPath)
	w.in(w.org, func(tx *models.Tx) error {
		d, err := models.FindDirectory(tx, d.ID)
		if err != nil {
			return err
		}
		for _, p := range []models.Profile{{FirstName: "New", LastName: "One", Email: "new@acme.com", Country: "DE"}, {FirstName: "No", LastName: "Country", Email: "no@acme.com"}} {
			if _, err := models.CreateDirectoryUser(tx, d, models.Push{UserName: p.Email, Active: true, Profile: p, Document: "{}", Extra: "{}"}); err != nil {
				return err
			}
		}
		return nil
	})
	w.admin.get(reviewPath)
	w.admin.want(200, "What taking them in does", "New 1", "On hold: Country missing 1", "the directory did not send; they stay 1", "new@acme.com", "Becomes a member")
	w.other.get(reviewPath)
	w.other.leads(directoryPath)
	w.admin.post(reviewPath)
	w.admin.leads(reviewPath)
	if m := w.member("new@acme.com"); m.Status != models.MemberActive {
		t.Errorf("%s %s", m.Status, m.HoldReasons)
	}
	if m := w.member("no@acme.com"); m.HoldReasons != models.MissingCountry {
		t.Errorf("%s %s", m.Status, m.HoldReasons)
	}
}

// TestLeaversWithTheLastAdministrator: when the directory takes everybody out, the last administrator gets in with a
// recovery code although the own removal waits and a colleague whose sign-in is blocked is left, and undoes it (SPEC P12).
func TestLeaversWithTheLastAdministrator(t *testing.T) {
	w := newWorld(t)
	w.admin.post(policyPath + "/codes")
	code := codeShape.FindStringSubmatch(w.admin.last.Body.String())
	if code == nil {
		t.Fatal("no recovery code")
	}
	_, pat := person(t, w.db, w.org.ID, "pat@acme.com", models.RoleAdmin)
	d := w.activeDirectory(w.org, 2)
	w.in(w.org, func(tx *models.Tx) error {
		p := models.Profile{FirstName: "Jo", LastName: "Miller", Email: "jo@acme.com", Country: "US", Role: models.RoleAdmin}
		if _, err := models.CreateDirectoryUser(tx, d, models.Push{UserName: p.Email, Active: true, Profile: p, Document: "{}", Extra: "{}"}); err != nil {
			return err
		}
		if err := models.SetLeaverGuard(tx, 0, 0); err != nil {
			return err
		}
		return models.BlockMember(tx, pat, true)
	})
	w.leaveByDirectory(d, "p0@acme.com", "p1@acme.com", "jo@acme.com")
	if m := w.member("jo@acme.com"); m.Status != models.MemberLeaving || m.Role != models.RoleAdmin {
		t.Fatalf("%+v", m)
	}
	w.admin.get(leaversPath)
	w.admin.leads("/login?next=%2Forganization%2Fsso%2Fleavers")
	b := newBrowser(t, w.h)
	b.post("/login/recovery", "email", "jo@acme.com", "code", code[1])
	b.leads(policyPath)
	b.org = w.org.ID
	b.get(leaversPath)
	b.want(200, "Remove 3 people now", "jo@acme.com")
	b.post(leaversPath + "/undo")
	b.leads(leaversPath)
	for _, email := range []string{"p0@acme.com", "p1@acme.com", "jo@acme.com"} {
		if m := w.member(email); m.Status != models.MemberActive {
			t.Errorf("%s is %s", email, m.Status)
		}
	}
}
