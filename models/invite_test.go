package models

import (
	"testing"
	"time"
)

func TestInvites(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		var org, twin string
		do(t, db, "", func(tx *Tx) error {
			for _, id := range []*string{&org, &twin} {
				o, err := CreateOrganization(tx, NewOrganization{Name: "Acme", Plans: []string{"Core"}})
				if err != nil {
					return err
				}
				*id = o.ID
			}
			return nil
		})
		var first *Invite
		var token string
		do(t, db, org, func(tx *Tx) (err error) {
			first, token, err = CreateInvite(tx, "Sam@Acme.com", RoleMember)
			return err
		})
		// The rule in force is frozen; what changes later is for later invites (SPEC O5).
		do(t, db, org, func(tx *Tx) error { return changeOrganization(tx, map[string]any{"disable_passwords": true}) })
		do(t, db, org, func(tx *Tx) error {
			second, other, err := CreateInvite(tx, "pat@acme.com", RoleAdmin)
			if err != nil || !second.PasswordsDisabled || first.PasswordsDisabled {
				t.Errorf("frozen rules: %v %v %v", first.PasswordsDisabled, second.PasswordsDisabled, err)
			}
			if _, _, err := AcceptInvite(tx, second, Acceptance{PasswordHash: "h"}); CodeOf(err) != Invalid {
				t.Errorf("a password where none is taken: %v", err)
			}
			if i, err := FindInviteByToken(tx, other); err != nil || i.ID != second.ID {
				t.Errorf("%v", err)
			}
			return CancelInvite(tx, second.ID)
		})
		if err := db.View(t.Context(), public(twin), func(tx *Tx) error { _, err := FindInvite(tx, first.ID); return err }); CodeOf(err) != NotFound {
			t.Errorf("the twin finds it: %v", err)
		}
		do(t, db, org, func(tx *Tx) error { return ResendInvite(tx, first.ID) })
		do(t, db, org, func(tx *Tx) error {
			if _, err := FindInviteByToken(tx, token); CodeOf(err) != NotFound {
				t.Errorf("the old token still works: %v", err)
			}
			i, err := FindInvite(tx, first.ID)
			if err != nil || i.PasswordsDisabled {
				t.Errorf("%+v %v", i, err)
			}
			a, m, err := AcceptInvite(tx, i, Acceptance{FirstName: "Sam", LastName: "Lee", Country: "Germany", PasswordHash: "h"})
			if err != nil || a.PasswordHash != "h" || a.EmailProvedAt == nil || m.Status != MemberActive || m.Country != "DE" || *m.AccountID != a.ID {
				t.Errorf("%+v %+v %v", a, m, err)
			}
			if i, err = FindInvite(tx, first.ID); err != nil || i.State(tx.Now) != "accepted" {
				t.Errorf("%v %v", i.State(tx.Now), err)
			}
			if _, _, err := AcceptInvite(tx, i, Acceptance{}); CodeOf(err) != Gone {
				t.Errorf("accepted twice: %v", err)
			}
			if _, _, err := CreateInvite(tx, "SAM@acme.com", RoleMember); CodeOf(err) != Conflict {
				t.Errorf("a member is invited: %v", err)
			}
			return nil
		})
		do(t, db, org, func(tx *Tx) error {
			m, err := FindMemberByEmail(tx, "pat@acme.com")
			if err != nil || m.Status != MemberDisconnected {
				t.Errorf("after cancelling: %+v %v", m, err)
			}
			i, _, err := CreateInvite(tx, "pat@acme.com", RoleMember)
			if err != nil || i.MemberID != m.ID {
				t.Errorf("invited again: %v", err)
			}
			if i.Open(tx.Now.Add(inviteLife)) || !i.Open(tx.Now.Add(inviteLife-time.Second)) {
				t.Error("the invite's time is wrong")
			}
			return nil
		})
	})
}

func TestEditMembers(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		var org, boss string
		do(t, db, "", func(tx *Tx) error {
			if err := CreateSignUp(tx, SignUp{Organization: "Acme", Name: "Jo Miller", Email: "jo@acme.com"}); err != nil {
				return err
			}
			a, err := FindAccountByEmail(tx, "jo@acme.com")
			if err != nil {
				return err
			}
			rows, err := MembershipsOf(tx, a.ID)
			org, boss = rows[0].OrganizationID, rows[0].ID
			return err
		})
		edit := func(m *Member, change func(*Profile)) MemberEdit {
			e := MemberEdit{Version: m.Version, Profile: Profile{FirstName: m.FirstName, LastName: m.LastName, Email: m.Email, Country: "US", Role: m.Role, CurrentCity: "Bonn"}}
			change(&e.Profile)
			return e
		}
		do(t, db, org, func(tx *Tx) error {
			m, err := FindMember(tx, boss)
			if err != nil {
				return err
			}
			for field, change := range map[string]func(*Profile){
				"first_name": func(p *Profile) { p.FirstName = " " }, "last_name": func(p *Profile) { p.LastName = "" },
				"email": func(p *Profile) { p.Email = "nonsense" }, "country": func(p *Profile) { p.Country = "Atlantis" },
				"birth_year": func(p *Profile) { p.BirthYear = "84" }, "role": func(p *Profile) { p.Role = RoleMember },
				"plan": func(p *Profile) { p.Plan = "Gold" },
			} {
				err := EditMember(tx, boss, edit(m, change))
				var e *Error
				if !asError(err, &e) || e.Code != Invalid || e.Field != field {
					t.Errorf("%s: %v", field, err)
				}
			}
			if err := EditMember(tx, boss, edit(m, func(p *Profile) { p.FirstName, p.Plan = "Joanna", "ultimate" })); err != nil {
				return err
			}
			if err := EditMember(tx, boss, edit(m, func(*Profile) {})); CodeOf(err) != Conflict {
				t.Errorf("an old version: %v", err)
			}
			if m, err = FindMember(tx, boss); err != nil || m.FirstName != "Joanna" || m.CurrentCity != "Bonn" || m.PlanSource != FromAdmin {
				t.Errorf("%+v %v", m, err)
			}
			if err := EditMember(tx, boss, edit(m, func(p *Profile) { p.CurrentCity = "" })); err != nil {
				return err
			}
			if m, err = FindMember(tx, boss); err != nil || m.CurrentCity != "" {
				t.Errorf("%+v %v", m, err)
			}
			for what, err := range map[string]error{
				"remove": RemoveMember(tx, boss), "block": BlockMember(tx, boss, true), "role": SetMemberAccess(tx, boss, RoleMember, ""),
			} {
				if CodeOf(err) != Invalid {
					t.Errorf("%s the last administrator: %v", what, err)
				}
			}
			return nil
		})
		do(t, db, org, func(tx *Tx) error {
			i, _, err := CreateInvite(tx, "pat@acme.com", RoleAdmin)
			if err != nil {
				return err
			}
			if _, _, err = AcceptInvite(tx, i, Acceptance{FirstName: "Pat", LastName: "Lee", Country: "US"}); err != nil {
				return err
			}
			if err := BlockMember(tx, boss, true); err != nil {
				return err
			}
			m, err := FindMember(tx, boss)
			if err != nil || m.MaySignIn() {
				t.Errorf("blocked: %v %v", m.MaySignIn(), err)
			}
			if err := BlockMember(tx, boss, false); err != nil {
				return err
			}
			if err := RemoveMember(tx, boss); err != nil {
				return err
			}
			if err := RestoreMember(tx, boss); err != nil {
				return err
			}
			m, err = FindMember(tx, boss)
			plans, perr := OrganizationPlans(tx, &Organization{ID: org, AllPlans: true})
			if err != nil || perr != nil || m.Status != MemberActive || m.Role != RoleAdmin || plans.NameOf(m.PlanID) != "Ultimate" {
				t.Errorf("restored: %+v %v", m, err)
			}
			return nil
		})
	})
}
