package models

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// world is one organization with a directory, inside which a test's steps run.
type world struct {
	t   *testing.T
	db  *DB
	org *Organization
	dir *Directory
}

// newWorld makes an organization that has bought all plans, with the proved domain acme.example and the entered one
// unproved.example. mend changes it before the directory is made.
func newWorld(t *testing.T, db *DB, name, domain string) *world {
	t.Helper()
	w := &world{t: t, db: db}
	operator := Actor{Kind: ActorOperator, ID: "command"}
	err := db.Update(context.Background(), operator, func(tx *Tx) (err error) {
		w.org, err = CreateOrganization(tx, NewOrganization{
			Name: name, Plans: []string{"Core", "Extended", "Ultimate"}, SSO: true, SCIM: true, Domains: []string{domain}, VerifiedDomains: true,
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.do(func(tx *Tx) (err error) { w.dir, err = ensureDirectory(tx); return err })
	return w
}

// do runs fn inside the organization and fails the test on an error.
func (w *world) do(fn func(*Tx) error) {
	w.t.Helper()
	if err := w.try(fn); err != nil {
		w.t.Fatal(err)
	}
}

// look runs fn on the reading side, so also while a step is under way.
func (w *world) look(fn func(*Tx) error) {
	w.t.Helper()
	if err := w.db.View(context.Background(), Actor{Kind: ActorOperator, ID: "command", OrgID: w.org.ID}, fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) try(fn func(*Tx) error) error {
	return w.db.Update(context.Background(), Actor{Kind: ActorOperator, ID: "command", OrgID: w.org.ID}, fn)
}

// admin adds an active administrator with an account.
func (w *world) admin(email string) *Member {
	w.t.Helper()
	var m *Member
	w.do(func(tx *Tx) error {
		a, err := CreateAccount(tx, email, "Ada Admin")
		if err != nil {
			return err
		}
		m = &Member{
			AccountID: &a.ID, Email: a.Email, EmailKey: &a.EmailKey, FirstName: "Ada", LastName: "Admin", Country: "US", Role: RoleAdmin,
			RoleSource: FromAdmin, PlanID: w.org.DefaultPlanID, PlanSource: FromDefault, Status: MemberActive, Source: SourceManual,
		}
		return insertMember(tx, m)
	})
	return m
}

// jo is a complete profile; with changes it by name=value.
func jo(with ...string) Profile {
	p := Profile{FirstName: "Jo", LastName: "Doe", Email: "jo@acme.example", Country: "DE"}
	fields := map[string]*string{
		"firstName": &p.FirstName, "lastName": &p.LastName, "email": &p.Email, "country": &p.Country, "city": &p.CurrentCity,
		"birthYear": &p.BirthYear, "role": &p.Role, "plan": &p.Plan,
	}
	for _, w := range with {
		name, value, _ := strings.Cut(w, "=")
		*fields[name] = value
	}
	return p
}

// push is what the SCIM door does with a user of that name: it makes it or changes it.
func (w *world) push(userName string, active bool, p Profile) (*DirectoryUser, *Member, error) {
	var (
		u *DirectoryUser
		m *Member
	)
	err := w.try(func(tx *Tx) error {
		in := Push{UserName: userName, Active: active, Profile: p}
		rows, err := ListDirectoryUsers(tx, w.dir, DirectoryUserQuery{UserName: &userName})
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			u, err = CreateDirectoryUser(tx, w.dir, in)
		} else {
			u = &rows[0]
			err = SaveDirectoryUser(tx, w.dir, u, in)
		}
		if err != nil {
			return err
		}
		m, err = FindMember(tx, u.MemberID)
		return err
	})
	return u, m, err
}

func (w *world) pushed(userName string, active bool, p Profile) (*DirectoryUser, *Member) {
	w.t.Helper()
	u, m, err := w.push(userName, active, p)
	if err != nil {
		w.t.Fatal(err)
	}
	return u, m
}

func (w *world) find(id string) *Member {
	w.t.Helper()
	var m *Member
	w.look(func(tx *Tx) (err error) { m, err = FindMember(tx, id); return err })
	return m
}

func (w *world) plan(m *Member) string {
	w.t.Helper()
	var name string
	w.look(func(tx *Tx) error {
		plans, err := OrganizationPlans(tx, w.org)
		name = plans.NameOf(m.PlanID)
		return err
	})
	return name
}

// actions are the audit actions on a target, oldest first.
func (w *world) actions(target string) []string {
	w.t.Helper()
	var out []string
	w.look(func(tx *Tx) error {
		rows, err := ListAuditEvents(tx, AuditQuery{Target: target, Limit: 1000})
		for _, r := range rows {
			out = append(out, r.Action)
		}
		slices.Reverse(out)
		return err
	})
	return out
}

// mails are the kinds and receivers of what waits in the outbox.
func (w *world) mails() []string {
	w.t.Helper()
	var rows []Outbox
	w.look(func(tx *Tx) error { return tx.org().Order("id").Find(&rows).Error })
	var out []string
	for _, r := range rows {
		var m Mail
		if err := json.Unmarshal([]byte(r.Payload), &m); err != nil {
			w.t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s to %s", r.Kind, m.To))
	}
	return out
}

// entered adds a domain that is not proved.
func (w *world) entered(domain string) {
	w.do(func(tx *Tx) error { _, err := AddDomains(tx, []string{domain}, false); return err })
}

// TestHolds: every reason, by itself and in strict directories, and that it goes by itself (SPEC P4, D9).
func TestHolds(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		w.entered("unproved.example")
		other := newWorld(t, db, "Other", "other.example")
		other.admin("elsewhere@unproved.example")
		w.pushed("first", true, jo("email=taken@acme.example"))
		for i, c := range []struct {
			with  string
			holds string
			field string // what a strict directory's refusal names
			mend  string
		}{
			{"firstName=", MissingFirstName, "firstName", "firstName=Jo"},
			{"lastName= ", MissingLastName, "lastName", "lastName=Doe"},
			{"country=", MissingCountry, "country", "country=Japan"},
			{"country=Atlantis", MissingCountry, "country", "country=fr"},
			{"email=", MissingEmail, "email", ""},
			{"email=not an address", MissingEmail, "email", ""},
			{"email=jo@elsewhere.example", OutsideDomain, "email", ""},
			{"email=elsewhere@unproved.example", AccountElsewhere, "email", ""},
			{"email=TAKEN@acme.example", EmailInUse, "email", ""},
		} {
			name := fmt.Sprintf("user%d", i)
			mine := fmt.Sprintf("email=%s@acme.example", name)
			strict := jo(mine, c.with)
			w.do(func(tx *Tx) error { return SetDirectoryRules(tx, w.dir, true, false) })
			_, _, err := w.push(name, true, strict)
			if e, ok := err.(*Error); !ok || e.Code != Invalid || e.Field != c.field || !strings.Contains(e.Message, c.field) {
				t.Errorf("%s in a strict directory: %v", c.with, err)
			}
			w.do(func(tx *Tx) error { return SetDirectoryRules(tx, w.dir, false, false) })
			_, m := w.pushed(name, true, jo(fmt.Sprintf("email=%s@acme.example", name+"b"), c.with))
			if m.Status != MemberHeld || m.HoldReasons != c.holds || w.plan(m) != "Free" || m.AccountID != nil {
				t.Errorf("%s: %s %q on %s", c.with, m.Status, m.HoldReasons, w.plan(m))
			}
			with := []string{fmt.Sprintf("email=%s@acme.example", name+"b")}
			if c.mend != "" {
				with = append(with, c.mend)
			}
			_, m = w.pushed(name, true, jo(with...))
			if m.Status != MemberActive || m.HoldReasons != "" || w.plan(m) != "Core" || m.AccountID == nil {
				t.Errorf("%s, mended: %s %q on %s", c.with, m.Status, m.HoldReasons, w.plan(m))
			}
			if a := w.actions(m.ID); !slices.Contains(a, "member.held") || !slices.Contains(a, "member.released") {
				t.Errorf("%s: audit %v", c.with, a)
			}
			w.do(func(tx *Tx) error { return SetDirectoryRules(tx, w.dir, true, false) })
			if _, m, err := w.push(name+"gone", false, strict); err != nil || m.Status != MemberDeactivated {
				t.Errorf("%s, inactive, in a strict directory: %v", c.with, err)
			}
		}
	})
}
