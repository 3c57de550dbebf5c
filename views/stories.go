package views

import (
	"slices"

	"github.com/a-h/templ"
)

// Story is one page in one state, drawn from literals. Name is "area/page/state".
type Story struct {
	Name      string
	Component templ.Component
}

// Stories are every page in every state worth looking at. Goldens, screenshots
// and the accessibility run are made from them.
func Stories() []Story {
	return slices.Concat(ssoStories(), ssoStageStories(), loginStories(), errorStories(), accountStories(), publicStories(), wizardStories(), orgStories(), policyStories(), checkStories(), leavingStories(), connectionEditStories(), operatorStories(), deskStories())
}

var storyOrg = OrgRef{ID: "org-k3m5q7s2u4w6y8a1c3e5g7j9m2", Name: "Acme Corp", Slug: "acme"}

// storyPage is a page as an administrator of Acme sees it.
func storyPage(title, path string) Page {
	return Page{
		Title: title, Product: "Rollcall", Path: path, Org: &storyOrg,
		Viewer:       &Viewer{Name: "Jo Miller", Email: "jo@acme.com", Initials: "JM", RoleWord: "Administrator", Admin: true},
		Orgs:         []OrgRef{storyOrg, {ID: "org-b2d4f6h8k1n3p5r7t9v2x4z6a8", Name: "Birch & Sons", Slug: "birch"}},
		SupportEmail: "help@rollcall.example",
	}
}

// storyOutside is a page of somebody who is not signed in.
func storyOutside(title, path string) Page {
	return Page{Title: title, Product: "Rollcall", Path: path, SupportEmail: "help@rollcall.example"}
}

// storyMember is a page of a member who administers nothing.
func storyMember(title, path string) Page {
	p := storyPage(title, path)
	p.Viewer = &Viewer{Name: "Šárka Nováková", Email: "sarka@acme.com", Initials: "ŠN", RoleWord: "Member"}
	p.Orgs = []OrgRef{storyOrg}
	return p
}

var (
	planFree     = PlanRef{Name: "Free", Rank: 0}
	planCore     = PlanRef{Name: "Core", Rank: 1}
	planExtended = PlanRef{Name: "Extended", Rank: 2}
	planUltimate = PlanRef{Name: "Ultimate", Rank: 3}

	storyPlans = []Option{{"core", "Core"}, {"extended", "Extended"}, {"ultimate", "Ultimate"}}
)

func storyTime(text, at string) Time { return Time{Text: text, At: at} }
