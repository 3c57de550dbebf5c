package models

import (
	"slices"
	"testing"
)

// TestInviteTraces: an invite gives the default plan and country, is mailed to the invited, makes an administrator of whom
// it says so, ends with a removal, and each thing that happens to it is in the audit (SPEC O2, O6, O7, P7, P11).
func TestInviteTraces(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		w.admin("ada@acme.example")
		ultimate, _ := w.plans().Find("Ultimate")
		w.do(func(tx *Tx) error {
			return changeOrganization(tx, map[string]any{"default_plan_id": ultimate.ID, "default_country": "FR"})
		})
		invite := func(email, role string) (i *Invite) {
			w.do(func(tx *Tx) (err error) { i, _, err = CreateInvite(tx, email, role); return err })
			return i
		}
		sam, pat, late := invite("sam@acme.example", RoleAdmin), invite("pat@acme.example", RoleMember), invite("late@acme.example", RoleMember)
		if m := w.find(sam.MemberID); m.Status != MemberInvited || m.Country != "FR" || w.plan(m) != "Ultimate" {
			t.Errorf("%+v", m)
		}
		w.do(func(tx *Tx) error {
			_, _, err := AcceptInvite(tx, sam, Acceptance{FirstName: "Sam", LastName: "Lee", PasswordHash: "h"})
			return err
		})
		if m := w.find(sam.MemberID); m.Status != MemberActive || m.Role != RoleAdmin || m.Country != "FR" || m.AccountID == nil {
			t.Errorf("%+v", m)
		}
		w.wants(w.find(sam.MemberID), "Ultimate", FromDefault)
		w.do(func(tx *Tx) error { return ResendInvite(tx, pat.ID) })
		w.do(func(tx *Tx) error { return CancelInvite(tx, pat.ID) })
		w.do(func(tx *Tx) error { return RemoveMember(tx, late.MemberID) })
		w.look(func(tx *Tx) error {
			i, err := FindInvite(tx, late.ID)
			if err == nil && i.Open(tx.Now) {
				t.Errorf("the invite of a removed member: %+v", i)
			}
			return err
		})
		if got := w.told("invite"); got != "sam@acme.example pat@acme.example late@acme.example pat@acme.example" {
			t.Errorf("mails to %s", got)
		}
		for id, want := range map[string][]string{
			sam.ID: {"invite.created", "invite.accepted"}, pat.ID: {"invite.created", "invite.resent", "invite.cancelled"}, late.ID: {"invite.created"},
		} {
			if got := w.actions(id); !slices.Equal(got, want) {
				t.Errorf("audit: %v, want %v", got, want)
			}
		}
	})
}
