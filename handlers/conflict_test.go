package handlers

import (
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

// group is the group of a page.
func (w *world) group(path string) (g *models.Group) {
	w.t.Helper()
	w.in(w.org, func(tx *models.Tx) (err error) {
		g, err = models.FindGroup(tx, path[strings.LastIndex(path, "/")+1:])
		return err
	})
	return g
}
