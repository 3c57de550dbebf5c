package views

import "github.com/a-h/templ"

type navEntry struct{ Icon, Label, Path string }

var adminNav = []navEntry{
	{"home", "Overview", "/organization"},
	{"people", "Members", "/organization/members"},
	{"layers", "Groups", "/organization/groups"},
	{"mail", "Invites", "/organization/invites"},
	{"key", "Single Sign-On / Provision", "/organization/sso"},
	{"pulse", "Activity", "/organization/activity"},
	{"card", "Billing", "/organization/billing"},
	{"gear", "Settings", "/organization/settings"},
}

// nav is the organization's navigation; who is not an administrator has one door only.
func (p Page) nav() []navEntry {
	if p.Viewer != nil && p.Viewer.Admin {
		return adminNav
	}
	return []navEntry{{"person", "Your account", "/account"}}
}

var themes = []Option{{Value: "system", Label: "System"}, {Value: "light", Label: "Light"}, {Value: "dark", Label: "Dark"}}

func (p Page) themeChosen() string {
	if p.Theme == "light" || p.Theme == "dark" {
		return p.Theme
	}
	return "system"
}

func theme(t string) templ.Attributes {
	if t == "light" || t == "dark" {
		return templ.Attributes{"data-theme": t}
	}
	return nil
}

func pressed(on bool) string {
	if on {
		return "true"
	}
	return "false"
}

func current(kind string, on bool) templ.Attributes {
	if on {
		return templ.Attributes{"aria-current": kind}
	}
	return nil
}

func currentPage(on bool) templ.Attributes { return current("page", on) }
func currentStep(on bool) templ.Attributes { return current("step", on) }
func currentItem(on bool) templ.Attributes { return current("true", on) }
