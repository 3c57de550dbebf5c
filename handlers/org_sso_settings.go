package handlers

import (
	"net/http"
	"strconv"
	"strings"

	"rollcall/models"
	"rollcall/views"
)

// POST /organization/sso/settings saves the tab's form. What is typed survives every fault; if somebody else saved
// first, both values are shown and a second press puts one's own in place.
func (s *Server) orgSSOSettings(c Ctx) error {
	set, err := settingsTyped(c)
	var kept []string
	if err == nil {
		err = s.update(c, func(tx *models.Tx) (err error) {
			kept, err = models.SaveSettings(tx, set)
			if err == nil && set.Deprovision != viewerOf(c).Org.Deprovision && field(c, "confirm") != "yes" {
				err = errUnconfirmed
			}
			return err
		})
	}
	if err == errUnconfirmed {
		return s.deprovisionPage(c, set.Deprovision)
	}
	if err != nil {
		return s.settingsAgain(c, set, err)
	}
	if after := ownPath(c.FormValue("next"), ""); after != "" {
		return redirect(c, after)
	}
	n := views.Notice{Kind: "ok", Text: "Settings saved."}
	if len(kept) > 0 {
		n = views.Notice{Kind: "info", Title: "Settings saved.", Text: strings.Join(kept, ", ") + " stays, because it is verified and people may sign in through it. Remove it in the list of domains if you mean it."}
	}
	s.flash(c, n)
	return redirect(c, "/organization/sso")
}

// settingsTyped reads the form. Before a purchase it has fewer fields; what it lacks stays as it is.
func settingsTyped(c Ctx) (models.Settings, error) {
	org := viewerOf(c).Org
	v, _ := strconv.ParseInt(field(c, "version"), 10, 64)
	set := models.Settings{
		Version: v, DefaultPlanID: field(c, "default_plan"), DisablePasswords: org.DisablePasswords, AddMembers: org.AddMembers, Deprovision: org.Deprovision,
	}
	if c.Request().PostForm.Has("add_members") {
		set.DisablePasswords, set.AddMembers, set.Deprovision = ticked(c, "disable_passwords"), field(c, "add_members"), field(c, "deprovision")
	}
	var err error
	set.Domains, err = models.ParseDomains(c.FormValue("domains"))
	return set, err
}

// settingsAgain draws the tab with the typed values: 422 with a fault at its field, 409 with both values.
func (s *Server) settingsAgain(c Ctx, typed models.Settings, err error) error {
	faults, ok := fieldErrors(err)
	if !ok {
		return err
	}
	status := http.StatusUnprocessableEntity
	if models.CodeOf(err) == models.Conflict {
		status = http.StatusConflict
	}
	return s.drawSSO(c, status, func(d *ssoData, p *views.OrgSSOPage) {
		f := &p.Settings
		if status == http.StatusConflict {
			f.Conflict = conflict(d, *f, typed, c.FormValue("domains"))
		} else {
			f.Errors = faults
			f.Version = field(c, "version")
		}
		f.Domains, f.DefaultPlan, f.DisablePasswords = c.FormValue("domains"), typed.DefaultPlanID, typed.DisablePasswords
		f.AddMembers, f.Deprovision = typed.AddMembers, typed.Deprovision
	})
}

var addWords = map[string]string{models.AddByJIT: "At first sign-in", models.AddByDirectory: "From the directory"}

var deprovisionWords = map[string]string{
	models.DeprovisionDowngrade: "Downgrade only", models.DeprovisionDisconnect: "Downgrade and remove from organization", models.DeprovisionDelete: "Delete",
}

// conflict lists the settings in which what is stored and what was typed differ.
func conflict(d *ssoData, theirs views.SSOSettings, yours models.Settings, domains string) *views.Conflict {
	x := &views.Conflict{By: d.who(d.org.SettingsChangedBy), When: ago(d.org.SettingsChangedAt, d.now)}
	add := func(label, theirs, yours string) {
		if theirs != yours {
			x.Fields = append(x.Fields, views.ConflictField{Label: label, Theirs: theirs, Yours: yours})
		}
	}
	plan, _ := d.plans.ByID(yours.DefaultPlanID)
	add("Email domains", theirs.Domains, strings.Join(yours.Domains, ", "))
	add("Provision default plan", d.plans.Default.Name, plan.Name)
	add("Disable passwords on invites", onOff(theirs.DisablePasswords), onOff(yours.DisablePasswords))
	add("How members are added", addWords[theirs.AddMembers], addWords[yours.AddMembers])
	add("When someone is removed", deprovisionWords[theirs.Deprovision], deprovisionWords[yours.Deprovision])
	return x
}

func onOff(b bool) string {
	if b {
		return "on"
	}
	return "off"
}
