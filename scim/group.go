package scim

import (
	"slices"
	"strings"
)

// Group is what an identity provider said about one group.
type Group struct {
	DisplayName string // as sent; required, compared without case
	ExternalID  string // as sent; compared exactly
	// Members holds each user id once, in the order sent. Whether they exist is for the
	// caller to find out.
	Members []string
}

// ParseGroup reads the body of a POST or PUT of a group. What no schema knows is dropped.
func ParseGroup(body []byte) (Group, error) {
	o, err := decodeObject(body)
	if err != nil {
		return Group{}, err
	}
	var c GroupChange
	if err := c.object(opReplace, o); err != nil {
		return Group{}, err
	}
	g := Group{}
	if c.DisplayName != nil {
		g.DisplayName = *c.DisplayName
	}
	if c.ExternalID != nil {
		g.ExternalID = *c.ExternalID
	}
	for _, m := range c.Members {
		g.Members = once(m.IDs)
	}
	if strings.TrimSpace(g.DisplayName) == "" {
		return Group{}, refuse(InvalidValue, "displayName is required and must not be blank.")
	}
	return g, nil
}

// MemberOp is the verb of a MemberChange.
type MemberOp int

// What a MemberChange does.
const (
	AddMembers     MemberOp = iota // those not yet in the group are added
	RemoveMembers                  // those in the group are removed, the others ignored
	ReplaceMembers                 // the group has exactly these afterwards; none empties it
)

// MemberChange is one edit of a group's membership.
type MemberChange struct {
	Op  MemberOp
	IDs []string // each once
}

// GroupChange is what a PATCH asks of a group. It is a list of edits and needs no old
// member list, so that two requests at a time cannot lose each other's members.
type GroupChange struct {
	DisplayName *string // nil: unchanged
	ExternalID  *string // nil: unchanged; empty: taken away
	Members     []MemberChange
	Changed     []string // names of the attributes that the request touches, sorted
}

// PatchGroup reads operations as edits of a group, in order.
func PatchGroup(ops []Op) (GroupChange, error) {
	var c GroupChange
	for _, op := range ops {
		if op.Path == "" {
			if err := c.object(op.kind, loneValue(op.value).(object)); err != nil {
				return GroupChange{}, err
			}
			continue
		}
		t, err := parsePath(GroupKind, op.Path)
		switch {
		case err != nil:
		case t.attr == nil || !t.known():
			err = refuse(InvalidPath, "The path %s names an attribute that groups do not have.", quote(op.Path))
		case t.attr.readOnly():
			err = refuse(Mutability, "%s is read-only; the service provider sets it.", t.attr.name)
		default:
			err = c.apply(op, t)
		}
		if err != nil {
			return GroupChange{}, err
		}
	}
	for i := range c.Members {
		c.Members[i].IDs = once(c.Members[i].IDs)
	}
	slices.Sort(c.Changed)
	c.Changed = slices.Compact(c.Changed)
	return c, nil
}

// object applies the keys of a group, or of a PATCH value without path. Okta sends the
// id with each rename, authentik the whole group; what is not known is passed over.
func (c *GroupChange) object(op opKind, o object) error {
	if len(o) > maxNames {
		return tooManyNames()
	}
	for _, m := range o {
		t, err := parsePath(GroupKind, m.name)
		if err != nil || passedOver(t) {
			continue
		}
		if t.whole() {
			if inner, ok := loneValue(m.value).(object); ok && t.urn == GroupSchema {
				if err := c.object(op, inner); err != nil {
					return err
				}
			}
			continue
		}
		if !t.known() {
			continue
		}
		if err := c.apply(Op{kind: op, value: m.value}, t); err != nil {
			return err
		}
	}
	return nil
}

func (c *GroupChange) apply(op Op, t target) error {
	c.Changed = append(c.Changed, t.attr.name)
	if t.attr.name == "members" {
		return c.members(op, t)
	}
	var value any
	if op.kind != opRemove {
		var err error
		if value, err = normalize(t.attr, op.value); err != nil {
			return err
		}
	}
	text, _ := value.(string)
	if t.attr.name == "externalId" {
		c.ExternalID = &text
		return nil
	}
	if op.kind == opRemove {
		return refuse(Mutability, "displayName is required and cannot be taken away.")
	}
	if strings.TrimSpace(text) == "" {
		return refuse(InvalidValue, "displayName is required and must not be blank.")
	}
	c.DisplayName = &text
	return nil
}

// members reads one edit of the membership.
func (c *GroupChange) members(op Op, t target) error {
	if t.filter != nil {
		return c.picked(op, t)
	}
	if t.sub != nil && t.sub.name != "value" {
		return refuse(Mutability, "members.%s is read-only.", t.sub.name)
	}
	ids, err := memberIDs(op.value)
	if err != nil {
		return err
	}
	verb := AddMembers
	switch {
	case op.kind == opReplace, op.kind == opRemove && emptiesList(op):
		verb = ReplaceMembers
	case op.kind == opRemove:
		verb = RemoveMembers
	}
	c.edit(verb, ids)
	return nil
}

// picked reads `members[value eq "id"]`, also with several ids joined by `or`.
func (c *GroupChange) picked(op Op, t target) error {
	ids, ok := t.filter.ids(nil)
	if !ok {
		return refuse(NoTarget, "The path %s must pick members by value, for example members[value eq \"id\"].", quote(t.path))
	}
	switch {
	case op.kind == opRemove:
		if t.sub == nil || t.sub.name == "value" {
			c.edit(RemoveMembers, ids)
		}
	case t.sub == nil && op.clears():
		c.edit(RemoveMembers, ids)
	case t.sub == nil:
		return c.exchange(op, ids)
	case t.sub.name == "value":
		return refuse(Mutability, "members.value cannot be changed; remove the member and add another.")
	}
	return nil // a member's display, type and $ref are ours to give
}

// exchange is an add or replace at `members[value eq "id"]`: those members are there afterwards, or another one in their
// place where a replace names one.
func (c *GroupChange) exchange(op Op, ids []string) error {
	if o, ok := loneValue(op.value).(object); ok && op.kind == opReplace && memberID(o) != "" {
		c.edit(RemoveMembers, ids)
		ids = []string{memberID(o)}
	}
	c.edit(AddMembers, ids)
	return nil
}

// ids collects the values of `value eq "…"` terms joined by `or`.
func (x *expr) ids(list []string) ([]string, bool) {
	if x.op == opOr {
		list, ok := x.left.ids(list)
		if !ok {
			return nil, false
		}
		return x.right.ids(list)
	}
	id, ok := x.value.(string)
	if x.op != opEqual || !ok || x.ref.attr.name != "value" {
		return nil, false
	}
	return append(list, id), true
}

// edit appends an edit; several adds in a row become one, for authentik sends one
// operation for each member.
func (c *GroupChange) edit(op MemberOp, ids []string) {
	if n := len(c.Members); n > 0 && op != ReplaceMembers && c.Members[n-1].Op == op {
		c.Members[n-1].IDs = append(c.Members[n-1].IDs, ids...)
		return
	}
	c.Members = append(c.Members, MemberChange{op, ids})
}

// memberIDs reads a list of members: objects, or bare ids.
func memberIDs(v any) ([]string, error) {
	given := asList(v)
	ids := make([]string, 0, len(given))
	for _, e := range given {
		if e == nil || e == any("") {
			continue
		}
		if o, ok := e.(object); ok {
			e = memberID(o)
		}
		id, ok := e.(string)
		if !ok || strings.TrimSpace(id) == "" {
			return nil, refuse(InvalidValue, "Each of members must have the id of a user in value.")
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// memberID is the id in a member's value, or, where there is none, at the end of its $ref.
func memberID(o object) string {
	v, _ := o.get("value")
	id, _ := v.(string)
	if id == "" {
		ref, _ := o.get("$ref")
		id, _ = ref.(string)
		id = id[strings.LastIndexByte(id, '/')+1:]
	}
	return id
}

// once drops repeated ids and keeps the order.
func once(ids []string) []string {
	seen := make(map[string]struct{}, len(ids))
	return slices.DeleteFunc(ids, func(id string) bool {
		_, dup := seen[id]
		seen[id] = struct{}{}
		return dup
	})
}
