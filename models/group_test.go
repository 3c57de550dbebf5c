package models

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestPushedGroups: membership by insert and delete, good members kept, reserved and taken names refused (SPEC P9, D3,
// D18).
func TestPushedGroups(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		other := newWorld(t, db, "Other", "other.example")
		var ids []string
		for i := range 5 {
			u, _ := w.pushed(fmt.Sprint("user", i), true, jo(fmt.Sprintf("email=u%d@acme.example", i)))
			ids = append(ids, u.ID)
		}
		foreign, _ := other.pushed("x", true, jo("email=x@other.example"))
		var g *Group
		edit := func(e ...MembersEdit) (unknown []string, err error) {
			err = w.try(func(tx *Tx) error {
				if g, err = FindGroupSeen(tx, w.dir, g.ID); err != nil {
					return err
				}
				unknown, err = EditGroup(tx, w.dir, g, GroupEdit{Members: e})
				return err
			})
			return unknown, err
		}
		w.do(func(tx *Tx) (err error) {
			var unknown []string
			g, unknown, err = PushGroup(tx, w.dir, "Engineers", "ext", []string{ids[0], "usr-ghost", ids[0], foreign.ID})
			if len(unknown) != 2 {
				t.Errorf("unknown: %v", unknown)
			}
			return err
		})
		version := g.Version
		for i, c := range []struct {
			edits []MembersEdit
			want  []string
		}{
			{[]MembersEdit{{Add: []string{ids[1], ids[2]}}}, ids[:3]},
			{[]MembersEdit{{Add: []string{ids[1]}}}, ids[:3]},
			{[]MembersEdit{{Remove: []string{ids[0]}}, {Add: []string{ids[3]}}}, ids[1:4]},
			{[]MembersEdit{{Remove: []string{"usr-ghost", ids[4]}}}, ids[1:4]},
			{[]MembersEdit{{Remove: []string{ids[1]}, Add: []string{ids[1]}}}, ids[1:4]},
			{[]MembersEdit{{Replace: true, Add: []string{ids[4], ids[1]}}}, []string{ids[1], ids[4]}},
			{[]MembersEdit{{Replace: true}}, nil},
		} {
			if _, err := edit(c.edits...); err != nil {
				t.Fatal(err)
			}
			if got := w.groupUsers(g); !slices.Equal(got, c.want) {
				t.Errorf("step %d: %v, want %v", i, got, c.want)
			}
		}
		if g.Version <= version {
			t.Error("the version stood still")
		}
		if _, err := edit(MembersEdit{Add: []string{"usr-ghost"}}); CodeOf(err) != Invalid || !strings.Contains(err.Error(), "usr-ghost") {
			t.Errorf("only unknown members: %v", err)
		}
		for _, name := range []string{"everyone", " Administrators ", "ENGINEERS"} {
			if err := w.try(func(tx *Tx) error { _, _, err := PushGroup(tx, w.dir, name, "", nil); return err }); CodeOf(err) != Conflict {
				t.Errorf("%q: %v", name, err)
			}
		}
		if err := other.try(func(tx *Tx) error { _, err := FindGroupSeen(tx, other.dir, g.ID); return err }); CodeOf(err) != NotFound {
			t.Errorf("seen by another organization: %v", err)
		}
	})
}

func (w *world) groupUsers(g *Group) (ids []string) {
	w.t.Helper()
	w.look(func(tx *Tx) error {
		of, err := ListGroupUsers(tx, w.dir, []string{g.ID})
		for _, u := range of[g.ID] {
			ids = append(ids, u.UserID)
		}
		return err
	})
	return ids
}

// TestManualGroups are visible to the directory, taken over by folded name, hidden by DELETE, and a pushed one can be
// detached: nothing is ever stuck (SPEC I3, P9).
func TestManualGroups(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		_, m := w.pushed("jo", true, jo())
		var sales, hidden *Group
		w.do(func(tx *Tx) (err error) {
			if sales, err = CreateGroup(tx, "Sales"); err != nil {
				return err
			}
			if err = ChangeGroupMembers(tx, sales, []string{m.ID}, nil); err != nil {
				return err
			}
			if hidden, err = CreateGroup(tx, "Hidden"); err != nil {
				return err
			}
			return ChangeGroupMembers(tx, hidden, []string{m.ID}, nil)
		})
		seenIDs := func() (ids []string) {
			w.look(func(tx *Tx) error {
				rows, n, err := ListGroupsSeen(tx, w.dir, GroupQuery{})
				for _, g := range rows {
					ids = append(ids, g.ID)
				}
				if int(n) != len(rows) {
					t.Errorf("%d counted, %d listed", n, len(rows))
				}
				return err
			})
			return ids
		}
		if got := seenIDs(); len(got) != 2 {
			t.Fatalf("seen: %v", got)
		}
		w.do(func(tx *Tx) error { return DropGroup(tx, w.dir, hidden) })
		if got := seenIDs(); !slices.Equal(got, []string{sales.ID}) {
			t.Errorf("after hiding: %v", got)
		}
		w.look(func(tx *Tx) error {
			of, err := ListUserGroups(tx, w.dir, []string{m.ID})
			if groups := of[m.ID]; len(groups) != 1 || groups[0].ID != sales.ID {
				t.Errorf("groups of the user after hiding: %v", groups)
			}
			return err
		})
		w.do(func(tx *Tx) error { _, err := FindGroup(tx, hidden.ID); return err })
		w.do(func(tx *Tx) error {
			g, _, err := PushGroup(tx, w.dir, "SALES", "", nil)
			if err == nil && (g.ID != sales.ID || !g.Managed() || g.Name != "SALES") {
				t.Errorf("taken over: %+v", g)
			}
			sales = g
			return err
		})
		if !slices.Contains(w.actions(sales.ID), "group.taken_over") || len(w.groupUsers(sales)) != 1 {
			t.Errorf("audit %v, members %v", w.actions(sales.ID), w.groupUsers(sales))
		}
		for _, err := range []error{
			w.try(func(tx *Tx) error { return RenameGroup(tx, sales, "Mine") }),
			w.try(func(tx *Tx) error { return ChangeGroupMembers(tx, sales, nil, []string{m.ID}) }),
			w.try(func(tx *Tx) error { return DeleteGroup(tx, sales) }),
		} {
			if CodeOf(err) != Forbidden {
				t.Errorf("by hand: %v", err)
			}
		}
		w.do(func(tx *Tx) error { return DetachGroup(tx, sales) })
		w.do(func(tx *Tx) error { return RenameGroup(tx, sales, "Mine") })
		w.do(func(tx *Tx) error { return DeleteGroup(tx, sales) })
		if w.find(m.ID).Status != MemberActive {
			t.Error("the members went with the group")
		}
	})
}

// TestDirectoryLife: tokens, first request, switching off and taking that back (SPEC T1, S1, S6, R1, R2).
func TestDirectoryLife(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		var tokens []string
		for range 2 {
			w.do(func(tx *Tx) error {
				token, _, err := CreateDirectoryToken(tx, w.dir, 0)
				tokens = append(tokens, token)
				return err
			})
		}
		if err := w.try(func(tx *Tx) error { _, _, err := CreateDirectoryToken(tx, w.dir, 0); return err }); CodeOf(err) != Conflict {
			t.Errorf("a third token: %v", err)
		}
		client := func(token string) (c *SCIMClient, err error) {
			err = db.View(context.Background(), Actor{Kind: ActorPublic}, func(tx *Tx) error { c, err = FindDirectoryByToken(tx, token); return err })
			return c, err
		}
		stored := func() (d *Directory, o *Organization) {
			w.look(func(tx *Tx) (err error) {
				if d, err = FindDirectory(tx, w.dir.ID); err == nil {
					o, err = FindOrganization(tx)
				}
				return err
			})
			return d, o
		}
		for _, token := range append(tokens, "wrong", "") {
			_, err := client(token)
			if known := slices.Contains(tokens, token); known != (err == nil) {
				t.Errorf("token %q: %v", token, err)
			}
		}
		c, err := client(tokens[0])
		if err != nil || c.OrgID != w.org.ID || !c.Due(testNow) {
			t.Fatalf("%v %+v", err, c)
		}
		w.do(func(tx *Tx) error { return NoteSCIMRequest(tx, c) })
		c, _ = client(tokens[0])
		if d, o := stored(); c.Directory.State != Active || o.AddMembers != AddByDirectory || d.FirstRequestAt == nil || c.Due(testNow) {
			t.Errorf("after the first request: %+v %+v", d, o)
		}
		_, jo1 := w.pushed("jo", true, jo("plan=Extended"))
		_, gone := w.pushed("al", false, jo("email=al@acme.example"))
		r := &Revocation{Kind: KindSCIM, CreatedBy: "x", CreatedAt: testNow, AddMembersBefore: AddByDirectory, DirectoryBefore: Active, Members: MembersDeprovision}
		w.do(func(tx *Tx) error {
			r.ID, r.OrganizationID = tx.NewID("rev"), w.org.ID
			if err := tx.g.Create(r).Error; err != nil {
				return err
			}
			return deactivateDirectory(tx, r.ID, r.Members)
		})
		for _, token := range tokens {
			if _, err := client(token); CodeOf(err) != NotFound {
				t.Errorf("a token outlived the revocation: %v", err)
			}
		}
		if m := w.find(jo1.ID); m.Status != MemberDeactivated || m.DirectoryID != nil {
			t.Errorf("%+v", m)
		}
		w.do(func(tx *Tx) error { return reviveDirectory(tx, r) })
		c, err = client(tokens[1])
		if _, o := stored(); err != nil || c.Directory.State != Active || o.AddMembers != AddByDirectory {
			t.Errorf("undone: %v", err)
		}
		if m := w.find(jo1.ID); m.Status != MemberActive || w.plan(m) != "Extended" || m.DirectoryID == nil {
			t.Errorf("undone: %+v on %s", m, w.plan(m))
		}
		if m := w.find(gone.ID); m.Status != MemberDeactivated {
			t.Errorf("undo brought back one who had left: %+v", m)
		}
	})
}

// TestDirectoryKeptAcrossSettingUpAgain: the members stay as ordinary ones, and the ids are there when the directory
// comes back (SPEC R1, R2).
func TestDirectoryKeptAcrossSettingUpAgain(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		u, m := w.pushed("jo", true, jo("plan=Ultimate"))
		w.do(func(tx *Tx) error { return deactivateDirectory(tx, "rev-1", MembersKeep) })
		if m = w.find(m.ID); m.Status != MemberActive || m.Managed() || w.plan(m) != "Ultimate" {
			t.Fatalf("%+v on %s", m, w.plan(m))
		}
		var d *Directory
		w.do(func(tx *Tx) (err error) { d, _, err = CreateDirectory(tx, NewDirectory{}); return err })
		if d.ID != w.dir.ID || d.State != Awaiting {
			t.Fatalf("%+v", d)
		}
		again, m := w.pushed("jo", true, jo("plan=Ultimate"))
		if again.ID != u.ID || !m.Managed() || w.plan(m) != "Ultimate" {
			t.Errorf("%+v %+v", again, m)
		}
	})
}

// TestMapping: a new mapping re-runs provisioning over what was kept (SPEC I4).
func TestMapping(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		w := newWorld(t, db, "Acme", "acme.example")
		_, m := w.pushed("jo", true, jo("country="))
		read := func(u *DirectoryUser) (Profile, error) {
			p := u.Profile
			p.Country = w.dir.Fields()["country"]
			return p, nil
		}
		if err := w.try(func(tx *Tx) error { return SetDirectoryMapping(tx, w.dir, map[string]string{"shoeSize": "x"}, read) }); CodeOf(err) != Invalid {
			t.Errorf("%v", err)
		}
		w.do(func(tx *Tx) error { return SetDirectoryMapping(tx, w.dir, map[string]string{"country": "PT"}, read) })
		if m = w.find(m.ID); m.Status != MemberActive || m.Country != "PT" {
			t.Errorf("%+v", m)
		}
	})
}
