package views

import "strconv"

// GroupRow is one line of the list of groups.
type GroupRow struct {
	Path, Name string
	Managed    bool   // pushed by the directory
	Provider   string // "Okta"; may be empty
	Members    int
	Admin      bool    // its members are administrators
	Plan       PlanRef // empty: mapped to no plan
}

// OrgGroupsPage is the list of groups, and the form that makes one (POST /organization/groups: name).
type OrgGroupsPage struct {
	Page
	Search    string
	Total     string
	Rows      []GroupRow
	Pager     Pager
	NewName   string // as typed
	NewErrors FieldErrors
}

// GroupMember is a person of a group.
type GroupMember struct {
	ID, Path, Name, Email string
	Plan                  PlanRef
	State                 string // code of SPEC C
}

// OrgGroupPage is one group. The forms post to /organization/groups/<ID>/edit (name), /members (add: e-mail addresses
// separated by commas; or remove: a member's id), /mapping (role, plan, do=preview or save,
// confirm_admin=on for a save that first maps the group to administrators), /delete and /detach.
type OrgGroupPage struct {
	Page
	ID, Name     string
	Managed      bool
	Provider     string
	TakenOver    Time   // when the directory took the group over from those who made it by hand; empty: it did not
	Quiet        string // how long the directory has not spoken of the group: "34 days"; empty: not for long
	Facts        []Fact // source, external id, last change
	Members      []GroupMember
	MembersTotal int
	Pager        Pager
	EditName     string      // as typed; the group's name when nothing was
	WasName      string      // what the form is drawn from
	Last         AuditRow    // what happened to the group last
	Conflict     *Conflict   // another administrator renamed it first
	AddEmails    string      // as typed
	Errors       FieldErrors // name, add
	Mapping      GroupMapping
	DeleteText   string // what its deletion takes away: "17 people lose the plan Extended."; the people stay
}

// GroupMapping maps a group to a role and a plan. Saving needs a preview first.
type GroupMapping struct {
	Role     string // "", "member" or "admin"
	Plan     string // id; "" for none
	Plans    []Option
	Was      Grant       // what the form is drawn from
	Conflict *Conflict   // another administrator mapped it first
	Errors   FieldErrors // role, plan
	Preview  *MappingPreview
}

// Against lists the group's name as saved and as typed; nil when they are the same.
func (p OrgGroupPage) Against(name string) *Conflict {
	return ConflictOf(p.Last, []ConflictField{{"Name", p.Name, name}})
}

// MappingPreview says who changes if the mapping is saved.
type MappingPreview struct {
	Headline string // "17 people change plan, 2 become administrators."
	Admins   bool   // somebody becomes an administrator
	Confirm  bool   // the group was none of administrators: to be confirmed by a tick (SPEC O6), in confirm_admin
	Changes  []MappingChange
	More     int // beyond those listed
}

// MappingChange is what happens to one person.
type MappingChange struct {
	Who, Path        string
	PlanFrom, PlanTo string // names; equal: unchanged
	RoleFrom, RoleTo string // "member" or "admin"; equal: unchanged
}

var groupRoles = []Choice{
	{Value: "", Label: "No role", Hint: "The group says nothing about the role."},
	{Value: "member", Label: "Member", Hint: "Its people are ordinary members, unless another group makes them administrators."},
	{Value: "admin", Label: "Administrator", Hint: "Its people administer the organization, as you do."},
}

func (p OrgGroupPage) post(action string) string {
	return "/organization/groups/" + p.ID + "/" + action
}

func (p OrgGroupPage) takenOverText() string {
	return first(p.Provider, "Your directory") + " took this group over on "
}

func (p OrgGroupPage) quietText() string {
	return first(p.Provider, "Your directory") + " has sent nothing about this group for " + p.Quiet + "."
}

func (p OrgGroupPage) managedText() string {
	return "This group is managed by your directory. Change its name and people in " + first(p.Provider, "your identity provider") + "."
}

func (m GroupMapping) planOptions() []Option {
	return append([]Option{{"", "No plan"}}, m.Plans...)
}

func (c MappingChange) lines() []string {
	var out []string
	if c.PlanFrom != c.PlanTo {
		out = append(out, "Plan: "+first(c.PlanFrom, "none")+" → "+first(c.PlanTo, "none"))
	}
	if c.RoleFrom != c.RoleTo {
		out = append(out, "Role: "+roleWord(c.RoleFrom == "admin")+" → "+roleWord(c.RoleTo == "admin"))
	}
	return out
}

func moreLine(n int) string { return "and " + strconv.Itoa(n) + " more" }

func (g GroupRow) source() string {
	if g.Managed {
		return first(g.Provider, "Directory")
	}
	return sourceWords["manual"]
}

func (g GroupRow) roleWord() string {
	if g.Admin {
		return roleWord(true)
	}
	return "–"
}

func (p OrgGroupsPage) emptyText() string {
	if p.Search != "" {
		return "No group has “" + p.Search + "” in its name."
	}
	return "No group yet. Groups that your directory pushes appear here."
}

func (p OrgGroupPage) memberHeads() []string {
	if p.Managed {
		return []string{"Name", "Plan", "State"}
	}
	return []string{"Name", "Plan", "State", ""}
}

func previewKind(m MappingPreview) string {
	if m.Admins {
		return "warn"
	}
	return "info"
}
