package views

// OrgOverviewPage is the organization's home: how things stand and what waits for somebody.
type OrgOverviewPage struct {
	Page
	SSO, SCIM Integration // shown by label, line and attention only
	Tiles     []Tile
	Todo      []Todo
	Plans     *PlanChart
	Activity  *BarChart // requests of the directory per day; nil when there is none to show
	SignIns   *BarChart // sign-ins per day; nil when there is none to show
	Recent    []AuditRow
}

// Tile is one number with its meaning. Path may be empty.
type Tile struct{ Label, Value, Detail, Path string }

// Todo is one thing that waits for an administrator. Kind is bad, warn or info.
type Todo struct{ Kind, Title, Detail, Path, Action string }

func todoHead(list []Todo) string {
	return count(len(list), "thing needs you", "things need you")
}

// detailPath is the page behind an integration's tile.
func (i Integration) detailPath() string {
	if i.Kind == "scim" {
		return "/organization/sso/directory"
	}
	return "/organization/sso/connection"
}

// plansAlone tells whether the plans have a row of their own: beside one chart they share it.
func (p OrgOverviewPage) plansAlone() bool { return (p.SignIns == nil) == (p.Activity == nil) }
