package models

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm/schema"
)

// later moves the clock of the world's database.
func (w *world) later(d time.Duration) {
	now := w.db.Now().Add(d)
	w.db.Now = func() time.Time { return now }
}

// links are the secrets of the mails of that name, oldest first.
func (w *world) links(name string) (out []string) {
	w.t.Helper()
	w.look(func(tx *Tx) error {
		var rows []Outbox
		if err := tx.org().Where("kind = ?", "mail."+name).Order("id").Find(&rows).Error; err != nil {
			return err
		}
		for i := range rows {
			link, err := tx.OpenSecret(&rows[i])
			if err != nil {
				return err
			}
			out = append(out, strings.TrimPrefix(link, personalPath))
		}
		return nil
	})
	return out
}

// person is a pushed member who has signed in once, so the e-mail is proved.
func (w *world) person(name string) (*DirectoryUser, *Member) {
	w.t.Helper()
	email := name + "@" + w.dirDomain()
	u, m := w.pushed(email, true, jo("email="+email, "plan=Extended"))
	w.do(func(tx *Tx) error { return ProveEmail(tx, w.account(m), true) })
	return u, m
}

func (w *world) dirDomain() (name string) {
	w.look(func(tx *Tx) error {
		rows, err := ListDomains(tx)
		name = rows[0].Name
		return err
	})
	return name
}

func (w *world) leave(u *DirectoryUser, m *Member) *Member {
	w.t.Helper()
	_, m = w.pushed(u.UserName, false, jo("email="+m.Email, "plan=Extended"))
	return m
}

// TestDisconnect: the membership ends, the account waits for a private address, and the address is free (SPEC P7).
func TestDisconnect(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		w.admin("ada@acme.example")
		w.setPolicy(DeprovisionDisconnect)
		u, m := w.person("jo")
		w.do(func(tx *Tx) error {
			return tx.g.Model(&Account{}).Where("id = ?", m.AccountID).Update("personal_email", "jo@home.example").Error
		})
		token := w.session(m)
		before := m
		m = w.leave(u, m)
		a := w.account(m)
		if m.Status != MemberDisconnected || w.plan(m) != "Free" || m.DueAt != nil || a.SuspendedAt == nil || a.SuspendedFor != m.ID || w.lives(token) {
			t.Errorf("%+v %+v", m, a)
		}
		for _, to := range []string{"jo@acme.example", "jo@home.example"} {
			if !slices.Contains(w.mails(), "mail.disconnected to "+to) {
				t.Errorf("no mail to %s: %v", to, w.mails())
			}
		}
		if err := w.try(func(tx *Tx) error { _, err := FindAccountByEmail(tx, "jo@acme.example"); return err }); CodeOf(err) != NotFound {
			t.Errorf("the work address is not free: %v", err)
		}
		if err := w.try(func(tx *Tx) error { _, err := StartSession(tx, a, "", ""); return err }); CodeOf(err) != Forbidden {
			t.Errorf("signed in while suspended: %v", err)
		}
		if got := w.users()[1]; got.ID != u.ID || got.Active {
			t.Errorf("the SCIM user: %+v", got)
		}
		if got := w.actions(m.ID); got[len(got)-1] != "member.deactivated" || !slices.Contains(w.actions(a.ID), "account.suspended") {
			t.Errorf("audit: %v", got)
		}
		w.do(func(tx *Tx) error {
			labels, err := Labels(tx, []string{a.ID})
			if labels[a.ID].Email != "jo@acme.example" {
				t.Errorf("the log calls the account %+v", labels)
			}
			return err
		})
		link := w.links("disconnected")[0]
		u2, m2 := w.post(u.UserName, true, jo("plan=")) // reactivation by POST, without a plan
		if u2.ID != u.ID || m2.ID != m.ID || m2.Status != MemberActive || w.plan(m2) != w.plan(before) || *m2.AccountID != a.ID || m2.DeactivatedAt != nil {
			t.Errorf("back as %+v", m2)
		}
		if a := w.account(m2); a.SuspendedAt != nil || a.EmailKey != "jo@acme.example" || a.SuspendedFor != "" {
			t.Errorf("the account is back as %+v", a)
		}
		if err := w.try(func(tx *Tx) error { _, _, err := FindPersonalToken(tx, link); return err }); CodeOf(err) != Gone {
			t.Errorf("the link of the departure still works: %v", err)
		}
	})
}

// TestPrivateAddress: the off-boarding link leads to an account of one's own, and the organization cannot have it back.
func TestPrivateAddress(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		w.admin("ada@acme.example")
		w.setPolicy(DeprovisionDisconnect)
		u, m := w.person("jo")
		m = w.leave(u, m)
		link := w.links("disconnected")[0]
		ask := func(address string) error {
			return w.try(func(tx *Tx) error {
				a, proves, err := FindPersonalToken(tx, link)
				if err != nil || proves != "" {
					return fmt.Errorf("proves %q: %w", proves, err)
				}
				return AskPersonalEmail(tx, a, address)
			})
		}
		for _, bad := range []string{"", "nobody", "jo@acme.example", "other@acme.example"} {
			if err := ask(bad); CodeOf(err) != Invalid {
				t.Errorf("%q: %v", bad, err)
			}
		}
		if err := w.try(func(tx *Tx) error { _, err := ProvePersonalEmail(tx, link); return err }); CodeOf(err) != Invalid {
			t.Errorf("proved without an address: %v", err)
		}
		w.do(func(tx *Tx) error { _, err := CreateAccount(tx, "taken@home.example", "Somebody"); return err })
		for _, address := range []string{"taken@home.example", "jo@home.example", "Jo@Home.example"} {
			if err := ask(address); err != nil {
				t.Errorf("%s: %v", address, err)
			}
		}
		if !slices.Contains(w.mails(), "mail.account_exists to taken@home.example") {
			t.Errorf("mails: %v", w.mails())
		}
		proofs := w.links("personal_email")
		if err := w.try(func(tx *Tx) error { _, err := ProvePersonalEmail(tx, proofs[0]); return err }); CodeOf(err) != Gone {
			t.Errorf("the first of two proofs: %v", err)
		}
		w.do(func(tx *Tx) error { _, err := ProvePersonalEmail(tx, proofs[1]); return err })
		a := w.account(m)
		if got := w.actions(a.ID); got[len(got)-1] != "account.made_personal" {
			t.Errorf("audit: %v", got)
		}
		if a.Email != "Jo@Home.example" || a.EmailKey != "jo@home.example" || a.SuspendedAt != nil || a.SuspendedFor != "" || a.EmailProvedAt == nil {
			t.Errorf("%+v", a)
		}
		if err := ask("more@home.example"); CodeOf(err) != Gone {
			t.Errorf("the link goes on working: %v", err)
		}
		w.do(func(tx *Tx) error {
			labels, err := Labels(tx, []string{a.ID})
			if labels[a.ID].Email != "jo@acme.example" {
				t.Errorf("the organization reads the private address: %+v", labels)
			}
			return err
		})
		_, m = w.pushed(u.UserName, true, jo("plan=Extended"))
		if m.Status != MemberActive || *m.AccountID == a.ID || w.plan(m) != "Extended" {
			t.Errorf("back as %+v, with the personal account %v", m, *m.AccountID == a.ID)
		}
	})
}

// TestOnlyDetached: what is the person's own otherwise goes on (SPEC P7, O1).
func TestOnlyDetached(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w, other := newWorld(t, db, "Acme", "acme.example"), newWorld(t, db, "Globex", "globex.example")
		w.admin("ada@acme.example")
		for _, c := range []struct {
			policy, name string
			own          func(m *Member)
		}{
			{DeprovisionDisconnect, "second", func(m *Member) { other.joins(m) }},
			{DeprovisionDelete, "third", func(m *Member) { other.joins(m) }},
			{DeprovisionDelete, "password", func(m *Member) {
				w.do(func(tx *Tx) error { return SetPassword(tx, w.account(m), "hash", "") })
			}},
			{DeprovisionDisconnect, "private", func(m *Member) {
				w.do(func(tx *Tx) error {
					return tx.g.Model(&Account{}).Where("id = ?", m.AccountID).Updates(map[string]any{"email": "p@home.example", "email_key": "p@home.example"}).Error
				})
			}},
		} {
			w.setPolicy(c.policy)
			u, m := w.person(c.name)
			c.own(m)
			m = w.leave(u, m)
			if a := w.account(m); a.SuspendedAt != nil || a.EmailKey == a.ID || m.policy() != c.policy {
				t.Errorf("%s, %s: %+v %+v", c.policy, c.name, m, a)
			}
			id := *m.AccountID
			w.do(func(tx *Tx) error { return EraseMember(tx, m.ID) })
			w.do(func(tx *Tx) error { _, err := FindAccount(tx, id); return err }) // it outlives the member
		}
	})
}

// joins makes a member of another organization a member here as well.
func (w *world) joins(m *Member) {
	w.do(func(tx *Tx) error {
		return insertMember(tx, &Member{
			AccountID: m.AccountID, Email: m.Email, EmailKey: m.EmailKey, Role: RoleMember, RoleSource: FromDefault, PlanID: w.org.DefaultPlanID,
			PlanSource: FromDefault, Status: MemberActive, Source: SourceInvite,
		})
	})
}

// TestDelete: disabled at once, restored within 30 days, then erased without a trace but for opaque ids (SPEC P7, I6).
func TestDelete(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w, other := newWorld(t, db, "Acme", "acme.example"), newWorld(t, db, "Globex", "globex.example")
		w.admin("ada@acme.example")
		_, stays := other.person("erasable")
		w.setPolicy(DeprovisionDelete)
		u, m := w.person("erasable")
		w.do(func(tx *Tx) error {
			g, err := CreateGroup(tx, "Team")
			return errOr(err, func() error { return ChangeGroupMembers(tx, g, []string{m.ID}, nil) })
		})
		w.do(func(tx *Tx) error {
			i := &Import{ID: tx.NewID("imp"), OrganizationID: w.org.ID, State: "finished", CreatedAt: tx.Now}
			row := &ImportRow{OrganizationID: w.org.ID, ImportID: i.ID, Number: 2, EmailKey: *m.EmailKey, Cells: `["` + m.Email + `"]`, CreatedAt: tx.Now}
			return errOr(tx.g.Create(i).Error, func() error { return tx.g.Create(row).Error })
		})
		token := w.session(m)
		account := *m.AccountID
		m = w.leave(u, m)
		if m.Status != MemberDeactivated || m.DueAt == nil || !m.DueAt.Equal(w.db.Now().Add(restoreTime)) || w.lives(token) || w.account(m).SuspendedAt == nil {
			t.Errorf("%+v", m)
		}
		if !slices.Contains(w.mails(), "mail.disabled to erasable@acme.example") {
			t.Errorf("mails: %v", w.mails())
		}
		_, m = w.pushed(u.UserName, true, jo("email="+m.Email))
		if m.Status != MemberActive || m.DueAt != nil || *m.AccountID != account || w.account(m).SuspendedAt != nil || w.plan(m) != "Extended" {
			t.Errorf("back as %+v", m)
		}
		if err := w.try(func(tx *Tx) error { return EraseMember(tx, m.ID) }); CodeOf(err) != Conflict {
			t.Errorf("erased while active: %v", err)
		}
		m = w.leave(u, m)
		n := w.userCount()
		w.later(restoreTime - time.Second)
		if err := w.try(CarryOnDeparture); CodeOf(err) != NotFound {
			t.Errorf("carried on too early: %v", err)
		}
		w.later(time.Second)
		if err := other.try(func(tx *Tx) error { return EraseMember(tx, m.ID) }); CodeOf(translate(err)) != NotFound {
			t.Errorf("erased by another organization: %v", err)
		}
		w.do(CarryOnDeparture)
		if err := w.try(CarryOnDeparture); CodeOf(err) != NotFound {
			t.Errorf("carried on twice: %v", err)
		}
		if got := w.userCount(); got != n-1 {
			t.Errorf("%d users counted, before %d", got, n)
		}
		w.nowhere("erasable@acme.example")
		if got := w.actions(m.ID); got[len(got)-1] != "member.erased" || len(got) < 4 {
			t.Errorf("audit: %v", got)
		}
		if got := other.find(stays.ID); got.Status != MemberActive || other.account(got).Email != "erasable@globex.example" {
			t.Errorf("the other organization's: %+v", got)
		}
		if err := w.try(func(tx *Tx) error { _, err := FindAccount(tx, account); return err }); CodeOf(translate(err)) != NotFound {
			t.Errorf("the account is there: %v", err)
		}
	})
}

func errOr(err error, fn func() error) error {
	if err != nil {
		return err
	}
	return fn()
}

// nowhere looks for a text, in small letters, in every column of every table.
func (w *world) nowhere(text string) {
	w.t.Helper()
	for _, row := range rows {
		s, err := schema.Parse(row, &sync.Map{}, w.db.write.NamingStrategy)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, column := range s.DBNames {
			var n int
			query := fmt.Sprintf("SELECT COUNT(*) FROM %s WHERE LOWER(CAST(%s AS TEXT)) LIKE '%%%s%%'", s.Table, column, text)
			if err := w.db.SQL().QueryRow(query).Scan(&n); err != nil {
				w.t.Fatal(err)
			}
			if n > 0 {
				w.t.Errorf("%d rows of %s still say %s in %s", n, s.Table, text, column)
			}
		}
	}
}
