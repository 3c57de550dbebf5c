package views

// MemberFilter is the search form of the list, as it stands in the URL:
// q, plan, role, source and state; hold comes from a link. Empty values do not narrow.
type MemberFilter struct {
	Search, Plan, Role, Source, State, Hold string
	Plans                                   []Option // of all plans, Free included
}

// export is the button that downloads the list as it is narrowed.
func (f MemberFilter) export() button {
	b := button{Path: "/organization/members/export", Label: "CSV", About: "of these members", Icon: "download"}
	for _, x := range []Link{{"q", f.Search}, {"plan", f.Plan}, {"role", f.Role}, {"source", f.Source}, {"state", f.State}, {"hold", f.Hold}} {
		if x.Path != "" {
			b.Fields = append(b.Fields, x)
		}
	}
	return b
}

// MemberRow is one line of the list. Source and State are the codes of SPEC C
// (scim, jit, csv, invite, manual; invited, active, held …), Holds its hold_reasons.
type MemberRow struct {
	Path, Name, Email string
	Plan              PlanRef
	Admin             bool
	Source, State     string
	Holds             []string
	Blocked           bool
	LastSignIn        Time // empty: never
	Managed           bool // by the directory (SPEC P8)

}

// OrgMembersPage is the list of members.
type OrgMembersPage struct {
	Page
	Filter  MemberFilter
	Total   string   // "412 members", of the filter
	Columns []Column // Name, Plan, Role, Source, State, Last sign-in; nil: not sortable
	Rows    []MemberRow
	Pager   Pager
}

// OrgMemberPage is one member. The forms post to
// /organization/members/<ID>/edit (version, first_name, last_name, country, current_city, current_state, birth_year),
// /role (version, role, plan), /block, /unblock, /remove and /restore.
type OrgMemberPage struct {
	Page
	ID         string
	Name       string
	Email      string
	State      string // code of SPEC C
	Holds      []string
	Blocked    bool
	Source     string // code of SPEC C
	Provider   string // "Okta": who manages the member; empty for one that no directory manages
	Managed    bool
	You        bool // the viewer: no blocking oneself
	Profile    MemberForm
	Standing   StandingForm
	Since      Time
	LastSignIn Time   // empty: never
	Restore    string // "Ines can be brought back until 12 Dec 2026."; empty when there is nothing to restore
	Groups     []Link
	Directory  []Fact   // user name, external id, SCIM id, last change; nil without a directory
	Unread     []string // what the directory sends of the person and nothing reads
	SignIns    []SignInRow
	History    []AuditRow
}

// MemberForm is the profile with the values as typed; for a managed member it is shown as text.
type MemberForm struct {
	Version                              string
	FirstName, LastName, Country         string // Country is alpha-2
	CountryName                          string // as text
	CurrentCity, CurrentState, BirthYear string
	Countries                            []Option
	Errors                               FieldErrors
	Conflict                             *Conflict // another administrator saved first
}

// Against lists in what the form as saved and the form as typed differ; nil when in nothing.
func (f MemberForm) Against(typed MemberForm, last AuditRow) *Conflict {
	return ConflictOf(last, []ConflictField{
		{"First name", f.FirstName, typed.FirstName}, {"Last name", f.LastName, typed.LastName}, {"Country", first(f.CountryName, f.Country), first(typed.CountryName, typed.Country)},
		{"City", f.CurrentCity, typed.CurrentCity}, {"State or region", f.CurrentState, typed.CurrentState}, {"Year of birth", f.BirthYear, typed.BirthYear},
	})
}

// Grant is a role (code) and a plan (id), as saved or as typed.
type Grant struct{ Role, Plan string }

// Against lists in what the saved and the typed grant differ; nil when in nothing.
func (g Grant) Against(typed Grant, plans []Option, last AuditRow) *Conflict {
	return ConflictOf(last, []ConflictField{
		{"Role", grantRole(g.Role), grantRole(typed.Role)}, {"Plan", planLabel(plans, g.Plan), planLabel(plans, typed.Plan)},
	})
}

func grantRole(role string) string {
	if role == "" {
		return "No role"
	}
	return roleWord(role == "admin")
}

func planLabel(plans []Option, id string) string {
	for _, p := range plans {
		if p.Value == id {
			return p.Label
		}
	}
	return "No plan"
}

// StandingForm is plan and role. A reason in PlanFixed or RoleFixed says why it is not to be chosen here.
type StandingForm struct {
	Was                 Grant     // what the form is drawn from
	Conflict            *Conflict // another administrator saved first
	Plan                PlanRef
	PlanID              string
	Plans               []Option
	PlanFrom            string // where it comes from: "the default plan", "the group Designers" …
	PlanFixed           string
	Role                string // "member" or "admin"
	RoleFrom, RoleFixed string
	Errors              FieldErrors
}

// managedText is the reason why a profile is read-only.
func (p OrgMemberPage) managedText() string {
	return "This profile is managed by your directory. Change it in " + first(p.Provider, "your identity provider") + "."
}

// removable: who is managed is removed in the directory (SPEC P8).
func (p OrgMemberPage) removable() bool {
	return !p.Managed && !p.You && p.State != "leaving" && p.State != "deactivated" && p.State != "disconnected"
}

func (p OrgMemberPage) post(action string) string {
	return "/organization/members/" + p.ID + "/" + action
}

func (f MemberForm) facts() []Fact {
	list := []Fact{
		{"First name", orMissing(f.FirstName), missingKind(f.FirstName)},
		{"Last name", orMissing(f.LastName), missingKind(f.LastName)},
		{"Country", orMissing(first(f.CountryName, f.Country)), missingKind(f.Country)},
	}
	for _, more := range []Fact{{"City", f.CurrentCity, ""}, {"State or region", f.CurrentState, ""}, {"Year of birth", f.BirthYear, ""}} {
		if more.Value != "" {
			list = append(list, more)
		}
	}
	return list
}

func orMissing(value string) string { return first(value, "Missing") }

func missingKind(value string) string {
	if value == "" {
		return "warn"
	}
	return ""
}

func (f MemberFilter) narrows() bool {
	return f.Search+f.Plan+f.Role+f.Source+f.State+f.Hold != ""
}

func (p OrgMembersPage) emptyText() string {
	if p.Filter.narrows() {
		return "Nobody matches. Change the search or clear it."
	}
	return "Nobody is here yet. Invite people, or connect your directory."
}

func (p OrgMembersPage) columns() []Column {
	if p.Columns != nil {
		return p.Columns
	}
	return []Column{{Label: "Name"}, {Label: "Plan"}, {Label: "Role"}, {Label: "Source"}, {Label: "State"}, {Label: "Last sign-in"}}
}

// subtitle is the e-mail, unless it is the heading already.
func (p OrgMemberPage) subtitle() string {
	if p.Name == "" {
		return ""
	}
	return p.Email
}

func (f StandingForm) fixed() bool { return f.PlanFixed != "" && f.RoleFixed != "" }

// fromLine says where a plan or role comes from now.
func fromLine(from string) string {
	if from == "" {
		return ""
	}
	return "Now from " + from + "."
}
