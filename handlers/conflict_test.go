package handlers

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"rollcall/models"
)

// hidden is the value of a hidden field of the form that posts to action, on the page that b sees.
func (b *browser) hidden(action, name string) string {
	b.t.Helper()
	_, form, _ := strings.Cut(b.last.Body.String(), `action="`+action+`"`)
	form, _, _ = strings.Cut(form, "</form>")
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(form)
	if found == nil {
		b.t.Fatalf("no hidden %s in the form for %s", name, action)
	}
	return html.UnescapeString(found[1])
}

// second signs another administrator of the organization in.
func (w *world) second() *browser {
	w.t.Helper()
	person(w.t, w.db, w.org.ID, "ines@acme.com", models.RoleAdmin)
	return signedIn(w.t, w.h, w.org.ID, "ines@acme.com")
}

// plan is the id of a plan of the organization.
func (w *world) plan(name string) (id string) {
	w.t.Helper()
	w.in(w.org, func(tx *models.Tx) error {
		plans, err := models.OrganizationPlans(tx, w.org)
		if err != nil {
			return err
		}
		p, err := plans.Find(name)
		if err == nil {
			id = p.ID
		}
		return err
	})
	return id
}

// TestTwoAdministrators: of two who change the same thing at once, the second is shown both values, keeps what was typed,
// and puts it in place by a second press; nobody of another organization can even try.
func TestTwoAdministrators(t *testing.T) {
	w := newWorld(t)
	ines := w.second()
	person(t, w.db, w.org.ID, "sam@acme.com", models.RoleMember)
	w.admin.post("/organization/groups", "name", "Designers")
	group := w.admin.last.Header().Get("Location")
	sam := "/organization/members/" + w.member("sam@acme.com").ID
	extended, ultimate := w.plan("Extended"), w.plan("Ultimate")
	for _, x := range []struct {
		name, page, action string
		was                []string // hidden fields
		first, second      []string // what the two type
		shown              []string // to the second
		kept               string   // of what the second typed
		now                func() string
		want               [2]string // after the first and after the second press of the second
	}{
		{
			"role and plan", sam, "/role", []string{"was_role", "was_plan"},
			[]string{"role", "admin", "plan", extended}, []string{"role", "member", "plan", ultimate},
			[]string{"Role Administrator Member", "Plan Extended Ultimate"}, `value="` + ultimate + `" selected`,
			func() string { m := w.member("sam@acme.com"); return m.Role + " " + *m.PlanID },
			[2]string{"admin " + extended, "member " + ultimate},
		},
		{
			"group name", group, "/edit", []string{"was"}, []string{"name", "Makers"}, []string{"name", "Drawers"},
			[]string{"Name Makers Drawers"}, `value="Drawers"`,
			func() string { return w.group(group).Name }, [2]string{"Makers", "Drawers"},
		},
		{
			"mapping", group, "/mapping", []string{"was_role", "was_plan"},
			[]string{"role", "member", "plan", extended, "do", "save"}, []string{"role", "", "plan", ultimate, "do", "save"},
			[]string{"Role Member No role", "Plan Extended Ultimate"}, `value="` + ultimate + `" selected`,
			func() string { g := w.group(group); return g.MappedRole + " " + *g.MappedPlanID },
			[2]string{"member " + extended, " " + ultimate},
		},
	} {
		t.Run(x.name, func(t *testing.T) {
			action := x.page + x.action
			form := func(b *browser, typed []string) []string {
				for _, name := range x.was {
					typed = append(typed, name, b.hidden(action, name))
				}
				return typed
			}
			w.admin.get(x.page)
			ines.get(x.page)
			late := form(ines, x.second)
			w.admin.post(action, form(w.admin, x.first)...)
			w.admin.leads(x.page)
			ines.post(action, late...)
			ines.want(409, append([]string{"Jo Miller changed this on", "Saved by Jo Miller", x.kept}, x.shown...)...)
			if got := x.now(); got != x.want[0] {
				t.Fatalf("the conflict changed %s", got)
			}
			w.other.post(action, late...)
			w.other.want(404)
			ines.post(action, form(ines, x.second)...)
			ines.leads(x.page)
			if got := x.now(); got != x.want[1] {
				t.Errorf("a second press leaves %s", got)
			}
			ines.post(action, late...) // what is so already is no conflict
			ines.leads(x.page)
		})
	}
}

// crossing is a form that two people change at once: what the first and the second type, what the second is shown, and what
// is stored after the first and after a second press of the second.
type crossing struct {
	name, page, action string
	was                []string
	first, second      []string
	shown              []string
	now                func() string
	want               [2]string
}

// crossed plays it: the second loses nothing of what was typed, undoes nothing unseen, and puts the own value in place by
// a second press, which may come twice. stranger is told that there is nothing.
func (x crossing) crossed(t *testing.T, first, second, stranger *browser, refused int) {
	t.Helper()
	form := func(b *browser, typed []string) []string {
		for _, name := range x.was {
			typed = append(typed, name, b.hidden(x.action, name))
		}
		return typed
	}
	first.get(x.page)
	second.get(x.page)
	late := form(second, x.second)
	first.post(x.action, form(first, x.first)...)
	first.leads(x.page)
	second.post(x.action, late...)
	second.want(409, append([]string{"changed this on 1 Dec 2026, 09:00 UTC"}, x.shown...)...)
	if got := x.now(); got != x.want[0] {
		t.Fatalf("the conflict changed %s", got)
	}
	stranger.post(x.action, late...)
	stranger.want(refused)
	second.post(x.action, form(second, x.second)...)
	second.leads(x.page)
	if got := x.now(); got != x.want[1] {
		t.Errorf("a second press leaves %s", got)
	}
	second.post(x.action, late...) // what is so already is no conflict
	second.leads(x.page)
}

// TestTwoAdministratorsSettings is TestTwoAdministrators for what an organization has one of.
func TestTwoAdministratorsSettings(t *testing.T) {
	w := newWorld(t)
	ines := w.second()
	activeConnection(t, w.db, w.org.ID)
	w.activeDirectory(w.org, 1)
	org := func() (o *models.Organization) {
		w.in(w.org, func(tx *models.Tx) (err error) { o, err = models.FindOrganization(tx); return err })
		return o
	}
	draft := func() (cs *models.ConnectionSettings, con *models.Connection) {
		w.in(w.org, func(tx *models.Tx) (err error) {
			if con, err = models.OrganizationConnection(tx); err != nil {
				return err
			}
			cs, err = models.SettingsInWork(tx, con)
			return err
		})
		return cs, con
	}
	for _, x := range []crossing{
		{
			"session lifetime", policyPath, policyPath + "/lifetime", []string{"was_session_hours", "was_idle_hours"},
			[]string{"session_hours", "48", "idle_hours", "12"}, []string{"session_hours", "36", "idle_hours", "6"},
			[]string{"Saved by Jo Miller", "At most (hours) 48 36", "Unused for (hours) 12 6", `value="36"`},
			func() string { return fmt.Sprint(org().SessionHours, org().IdleHours) }, [2]string{"48 12", "36 6"},
		},
		{
			"logs", policyPath, policyPath + "/logs", []string{"was_log_days"}, []string{"log_days", "60"}, []string{"log_days", "90"},
			[]string{"Keep for (days) 60 90", `value="90"`}, func() string { return fmt.Sprint(org().LogDays) }, [2]string{"60", "90"},
		},
		{
			"guard", leaversPath, leaversPath + "/guard", []string{"was_floor", "was_percent"}, []string{"floor", "5", "percent", "20"}, []string{"floor", "7", "percent", "30"},
			[]string{"People 5 7", "Percent of the active members 20 30"}, func() string { return fmt.Sprint(org().LeaverFloor, org().LeaverPercent) }, [2]string{"5 20", "7 30"},
		},
		{
			"directory", directoryPath, directoryPath + "/switches", []string{"was_strict"}, []string{"strict", "on"}, nil,
			[]string{"Refuse instead of holding on off"}, func() (strict string) {
				w.in(w.org, func(tx *models.Tx) error {
					d, err := models.OrganizationDirectory(tx)
					strict = fmt.Sprint(d.Strict)
					return err
				})
				return strict
			}, [2]string{"true", "false"},
		},
		{
			"provider's side", connectionPath, connectionPath + "/idp-initiated", []string{"was_idp_initiated"}, []string{"idp_initiated", "on"}, nil,
			[]string{"on off"}, func() string { _, con := draft(); return fmt.Sprint(con.IDPInitiated) }, [2]string{"true", "false"},
		},
		{
			"draft's switches", editPath, editPath + "/switches", []string{"was_sign_requests", "was_encrypt", "was_hard_dates"}, []string{"hard_dates", "on"}, []string{"encrypt", "on"},
			[]string{"Offer encryption of assertions off on", "Refuse expired certificates on off"},
			func() string { cs, _ := draft(); return fmt.Sprint(cs.Encrypt, cs.HardCertificateDates) }, [2]string{"false true", "true false"},
		},
		{
			"draft's names", editPath, editPath + "/mapping", []string{"was_map_country", "was_map_email"}, []string{"map_country", "c"}, []string{"map_country", "co"},
			[]string{"Country c co", `value="co"`}, func() string { cs, _ := draft(); return cs.MappedNames()["country"] }, [2]string{"c", "co"},
		},
	} {
		t.Run(x.name, func(t *testing.T) { x.crossed(t, w.admin, ines, w.strangerIn(w.org.ID), 409) })
	}
}

// strangerIn is the other organization's administrator, whose form names this one.
func (w *world) strangerIn(org string) *browser {
	b := *w.other
	b.org = org
	return &b
}

// TestTwoOperators: the same at the desk, where a stranger is sent to the sign-in.
func TestTwoOperators(t *testing.T) {
	w := newWorld(t)
	ops := w.operator()
	w.activeDirectory(w.org, 1)
	detail := operatorOrgs + "/" + w.org.ID
	core := w.plan("Core")
	see := func(fn func(*models.Tx) (string, error)) func() string {
		return func() (s string) {
			w.in(w.org, func(tx *models.Tx) (err error) { s, err = fn(tx); return err })
			return s
		}
	}
	for _, x := range []crossing{
		{
			"seats", detail, detail + "/seats", []string{"was_seats"}, []string{"seats", "20"}, []string{"seats", "30"},
			[]string{"Saved by ops@saas.example", "How many members may be active 20 30", `value="30"`},
			see(func(tx *models.Tx) (string, error) {
				o, err := models.FindOrganization(tx)
				return fmt.Sprint(*o.Seats), err
			}), [2]string{"20", "30"},
		},
		{
			"rules", detail, detail + "/directory", []string{"was_strict", "was_guests"}, []string{"guests", "on"}, []string{"strict", "on"},
			[]string{"Refuse instead of holding off on", "Allow guests on off"},
			see(func(tx *models.Tx) (string, error) {
				d, err := models.OrganizationDirectory(tx)
				return fmt.Sprint(d.Strict, d.AllowGuests), err
			}), [2]string{"false true", "true false"},
		},
		{
			"terms", detail, detail + "/terms", []string{"version"},
			[]string{"sso", "on", "scim", "on", "plans", "Core", "plans", "Ultimate", "default_plan", "Core", "deprovision", "downgrade"},
			[]string{"sso", "on", "plans", "Core", "default_plan", "Core", "deprovision", "disconnect"},
			[]string{"Directory Sync on off", "Purchased plans Core, Ultimate Core", "When someone is removed Downgrade only Downgrade and remove from organization"},
			see(func(tx *models.Tx) (string, error) {
				o, err := models.FindOrganization(tx)
				if err != nil {
					return "", err
				}
				plans, err := models.OrganizationPlans(tx, o)
				return fmt.Sprintf("%v %v %v", o.SCIMBought, plans.Names(), o.Deprovision), err
			}), [2]string{"true [Core Ultimate] downgrade", "false [Core] disconnect"},
		},
		{
			"plan", operatorPlansPath, operatorPlansPath + "/" + core + "/rename", []string{"was_name"}, []string{"name", "Basic"}, []string{"name", "Kern"},
			[]string{"Name Basic Kern", `value="Kern"`},
			see(func(tx *models.Tx) (string, error) {
				plans, err := models.ListPlans(tx)
				return plans[1].Name, err
			}), [2]string{"Basic", "Kern"},
		},
	} {
		t.Run(x.name, func(t *testing.T) { x.crossed(t, ops, ops.twin(), w.other, 303) })
	}
}

// twin is another window of the same person.
func (b *browser) twin() *browser {
	c := *b
	return &c
}

// group is the group of a page.
func (w *world) group(path string) (g *models.Group) {
	w.t.Helper()
	w.in(w.org, func(tx *models.Tx) (err error) {
		g, err = models.FindGroup(tx, path[strings.LastIndex(path, "/")+1:])
		return err
	})
	return g
}
