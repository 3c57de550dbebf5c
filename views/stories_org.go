package views

import "slices"

// orgStories are the pages of the organization beside the "Single Sign-On / Provision" tab.
func orgStories() []Story {
	return slices.Concat(overviewStories(), memberStories(), groupStories(), inviteStories(), importStories(), logStories(), directoryStories(), billingStories())
}

// storyAllPlans has Free as well, for filters.
var storyAllPlans = append([]Option{{"free", "Free"}}, storyPlans...)

func storyHistory() []AuditRow {
	return []AuditRow{
		{At: storyTime("21 Nov 2026, 14:31 UTC", "2026-11-21T14:31:08Z"), Who: "Okta (directory)", What: "Plan changed", Action: "member.plan_changed", Target: "Ines Braun", TargetPath: "/organization/members/mem-a1", Changes: []Fact{{"Plan", "Extended → Ultimate", ""}, {"From", "the group Designers", ""}}},
		{At: storyTime("21 Nov 2026, 14:02 UTC", "2026-11-21T14:02:11Z"), Who: "Jo Miller", WhoPath: "/organization/members/mem-j0", IP: "203.0.113.7", What: "Setup link made", Action: "setup_link.created", Target: "Directory Sync", Changes: []Fact{{"Ends in", "xQ2c", ""}}},
		{At: storyTime("21 Nov 2026, 13:58 UTC", "2026-11-21T13:58:40Z"), Who: "Šárka Nováková-Svobodová", WhoPath: "/organization/members/mem-s3", IP: "2001:db8:1f2e:33a1::7", What: "Signed in by single sign-on", Action: "member.signed_in"},
		{At: storyTime("20 Nov 2026, 09:12 UTC", "2026-11-20T09:12:02Z"), Who: "Rollcall staff", What: "Domain verified", Action: "domain.verified", Target: "acme.com"},
	}
}

func overviewStories() []Story {
	plans, sync := storyPlanChart(), BarChart{ID: "sync", Title: "Requests from your directory, last 14 days", Noun: "requests", Bars: storyBars()}
	signIns := BarChart{ID: "signins", Title: "Sign-ins per day, last 14 days", Noun: "sign-ins", Bars: storyBars()}
	sso := Integration{Kind: "sso", Stage: StageActive, Provider: "Okta", Attention: "The signing certificate expires in 21 days.", Foot: "Active since 3 Mar 2026"}
	scim := Integration{Kind: "scim", Stage: StageActive, Provider: "Okta", Qualifier: "Last request 4 minutes ago.", Foot: "Active since 12 Nov 2026"}
	busy := OrgOverviewPage{
		Page: storyPage("Overview", "/organization"), SSO: sso, SCIM: scim, Plans: &plans, Activity: &sync, SignIns: &signIns, Recent: storyHistory(),
		Tiles: []Tile{{"Members", "412", "Show all", "/organization/members"}, {"On hold", "9", "Look at them", "/organization/members?state=held"}, {"Open invites", "14", "Show", "/organization/invites"}, {"Sign-ins, 7 days", "1 208", "3 failed", ""}},
		Todo: []Todo{
			{"bad", "3 sign-ins failed in a row", "Okta signed with a certificate that we do not know.", "/organization/sso/signins", "See what happened"},
			{"warn", "The signing certificate expires in 21 days", "Sign-in stops working on 12 December if it is not replaced.", "/organization/sso/connection", "Add the new one"},
			{"bad", "Requests of your directory are refused", "14 requests came with a token that is not one of yours (its last characters are 9fKd), the last 2 min ago.", "/organization/sso/directory", "See how to mend it"},
			{"bad", "31 people wait to be removed", "More people left within an hour than you allow. They cannot sign in; nothing else has been changed yet.", "/organization/sso/leavers", "Apply or restore"},
			{"warn", "41 of 380 requests of your directory failed", "That is since yesterday. The log says why, and what mends it.", "/organization/sso/requests?outcome=failed", "See what failed"},
			{"warn", "9 people are on hold", "No country came for them. Map country in Okta, or choose a default country.", "/organization/members?state=held", "Look at them"},
			{"info", "acme.co.uk is not verified yet", "People of it are not sent to your identity provider.", "/organization/sso", "Verify"},
		},
	}
	fresh := OrgOverviewPage{
		Page: storyPage("Overview", "/organization"), SSO: Integration{Kind: "sso", Stage: StageNotIncluded}, SCIM: Integration{Kind: "scim", Stage: StageNotIncluded},
		Tiles: []Tile{{"Members", "1", "Show all", "/organization/members"}},
		Todo:  []Todo{{"info", "Bring your people in", "Buy Single Sign-On or Directory Sync, or invite people by e-mail.", "/organization/sso", "Begin"}},
	}
	calm := busy
	calm.Todo, calm.Activity = nil, nil
	return []Story{{"org/overview/busy", OrgOverview(busy)}, {"org/overview/new", OrgOverview(fresh)}, {"org/overview/calm", OrgOverview(calm)},
		{"org/not-admin/two", OrgNotAdmin(OrgNotAdminPage{storyMember("You are not an administrator", "/organization"), []Person{{"Jo Miller", "jo@acme.com"}, {"Ines Braun", "ines@acme.com"}}})},
		{"org/not-admin/none", OrgNotAdmin(OrgNotAdminPage{Page: storyMember("You are not an administrator", "/organization")})},
		{"org/settings/plain", OrgSettings(storySettings())}, {"org/settings/conflict", OrgSettings(storySettingsConflict())},
	}
}

func storySettings() OrgSettingsPage {
	return OrgSettingsPage{Page: storyPage("Settings", "/organization/settings"), Version: "4", Name: "Acme Corp", Slug: "acme", DefaultCountry: "US", Countries: storyCountries()[1:],
		SupportContact: "it@acme.com", HealthMails: true, HeldForCountry: 9, LastChange: "Last changed by Jo Miller, 2 days ago"}
}

func storySettingsConflict() OrgSettingsPage {
	p := storySettings()
	p.Name, p.SupportContact = "", "it at acme"
	p.Errors = FieldErrors{"name": "Give the organization a name.", "support_contact": "“it at acme” is not an e-mail address. Write it like it@acme.com."}
	p.Conflict = &Conflict{By: "Ines Braun", When: "2 minutes ago", Fields: []ConflictField{{"Organization name", "Acme Corporation", "Acme Corp"}}}
	return p
}

func storyMembers() []MemberRow {
	at := storyTime("21 Nov 2026, 14:27 UTC", "2026-11-21T14:27:00Z")
	return []MemberRow{
		{Path: "/organization/members/mem-j0", Name: "Jo Miller", Email: "jo@acme.com", Plan: planUltimate, Admin: true, Source: "manual", State: "active", LastSignIn: at},
		{Path: "/organization/members/mem-a1", Name: "Ines Braun", Email: "ines@acme.com", Plan: planUltimate, Source: "scim", State: "active", LastSignIn: at, Managed: true},
		{Path: "/organization/members/mem-b2", Name: "Tom Okafor", Email: "tom@acme.com", Plan: planFree, Source: "scim", State: "deactivated", LastSignIn: at, Managed: true},
		{Path: "/organization/members/mem-c3", Name: "Šárka Nováková-Svobodová", Email: "sarka.novakova-svobodova@research.acme.co.uk", Plan: planExtended, Source: "scim", State: "held", Holds: []string{"missing_country", "outside_domain"}, Managed: true},
		{Path: "/organization/members/mem-d4", Email: "contractor@gmail.com", Plan: planCore, Source: "invite", State: "invited"},
		{Path: "/organization/members/mem-e5", Name: "Łukasz Wójcik", Email: "lukasz@acme.com", Plan: planCore, Source: "jit", State: "active", Blocked: true, LastSignIn: at},
	}
}

func storyMemberPage() OrgMemberPage {
	return OrgMemberPage{
		Page: storyPage("Ines Braun", "/organization/members/mem-a1"), ID: "mem-a1", Name: "Ines Braun", Email: "ines@acme.com", State: "active", Source: "scim", Provider: "Okta", Managed: true,
		Profile:  MemberForm{Version: "3", FirstName: "Ines", LastName: "Braun", Country: "DE", CountryName: "Germany", CurrentCity: "Köln", BirthYear: "1991", Countries: storyCountries()[1:]},
		Standing: StandingForm{Plan: planUltimate, PlanFixed: "From the group Designers. Change the group’s plan, or its people in Okta.", Role: "member", RoleFrom: "the default", Plans: storyPlans},
		Since:    storyTime("12 Nov 2026, 09:03 UTC", "2026-11-12T09:03:00Z"), LastSignIn: storyTime("21 Nov 2026, 14:27 UTC", "2026-11-21T14:27:00Z"),
		Groups:    []Link{{"Designers", "/organization/groups/grp-a1"}, {"Berlin", "/organization/groups/grp-b2"}},
		Directory: []Fact{{"User name", "ines@acme.com", ""}, {"External id", "00u1a2b3c4d5e6f7g8h9", ""}, {"SCIM id", "usr-k3m5q7s2u4w6y8a1c3e5g7j9m2", ""}, {"Last change", "21 Nov 2026, 14:31 UTC", ""}},
		SignIns:   storySignIns()[:2], History: storyHistory()[:1], Unread: []string{"subscription", "urn:okta:acme:1.0:user:custom:team"},
	}
}

func storyConflict(fields ...ConflictField) *Conflict {
	return &Conflict{By: "Jo Miller", When: "on 21 Nov 2026, 14:31 UTC", Fields: fields}
}

func memberStories() []Story {
	list := OrgMembersPage{Page: storyPage("Members", "/organization/members"), Total: "412 members", Filter: MemberFilter{Plans: storyAllPlans}, Rows: storyMembers(),
		Columns: []Column{{"Name", "/organization/members?sort=name", ""}, {"Plan", "/organization/members?sort=plan", ""}, {"Role", "", ""}, {"Source", "", ""}, {"State", "", ""}, {"Last sign-in", "/organization/members?sort=-seen", "descending"}},
		Pager:   Pager{"1–6 of 412", "", "/organization/members?after=6"}}
	none := list
	none.Rows, none.Pager, none.Total, none.Filter.Search = nil, Pager{}, "0 members", "zebra"
	held := storyMemberPage()
	held.Name, held.State, held.Holds, held.Profile.Country, held.Profile.CountryName = "", "held", []string{"missing_country", "outside_domain", "account_elsewhere"}, "", ""
	held.Profile.FirstName, held.SignIns, held.History, held.Groups, held.LastSignIn = "", nil, nil, nil, Time{}
	hand := storyMemberPage()
	hand.Managed, hand.Source, hand.Blocked, hand.Directory = false, "manual", true, nil
	hand.Standing = StandingForm{PlanID: "core", Plans: storyAllPlans, PlanFrom: "the default plan", Role: "admin"}
	hand.Profile.Errors = FieldErrors{"birth_year": "“19x1” is not a year. Write it like 1991.", "country": "Choose the country."}
	hand.Profile.BirthYear, hand.Profile.Country = "19x1", ""
	raced := hand
	raced.Profile = storyMemberPage().Profile
	raced.Profile.FirstName, raced.Profile.Conflict = "Inez", storyConflict(ConflictField{"First name", "Ines", "Inez"})
	both := hand
	both.Profile = storyMemberPage().Profile
	both.Standing.Conflict, both.Standing.Role = storyConflict(ConflictField{"Role", "Member", "Administrator"}), "admin"
	gone := storyMemberPage()
	gone.State, gone.Restore, gone.You = "deactivated", "Okta removed Ines on 20 November. You can bring them back until 20 December 2026.", true
	gone.Standing.RoleFixed = "Okta sends the role. Change it there."
	return []Story{
		{"org/members/list", OrgMembers(list)}, {"org/members/none", OrgMembers(none)}, {"org/member/conflict", OrgMember(raced)}, {"org/member/standing-conflict", OrgMember(both)},
		{"org/member/managed", OrgMember(storyMemberPage())}, {"org/member/held", OrgMember(held)}, {"org/member/by-hand", OrgMember(hand)}, {"org/member/removed", OrgMember(gone)},
	}
}

func groupStories() []Story {
	rows := []GroupRow{
		{"/organization/groups/grp-a1", "Designers", true, "Okta", 52, false, planUltimate}, {"/organization/groups/grp-b2", "Platform administrators of the research subsidiary", true, "Okta", 3, true, PlanRef{}},
		{"/organization/groups/grp-c3", "Berlin", false, "", 17, false, PlanRef{}},
	}
	list := OrgGroupsPage{Page: storyPage("Groups", "/organization/groups"), Total: "3 groups", Rows: rows}
	wrong := OrgGroupsPage{Page: storyPage("Groups", "/organization/groups"), Total: "No groups", NewName: "Everyone", NewErrors: FieldErrors{"name": "The name “Everyone” is reserved. Choose another name."}}
	people := []GroupMember{{"mem-a1", "/organization/members/mem-a1", "Ines Braun", "ines@acme.com", planUltimate, "active"}, {"mem-c3", "/organization/members/mem-c3", "Šárka Nováková-Svobodová", "sarka.novakova-svobodova@research.acme.co.uk", planExtended, "held"}}
	pushed := OrgGroupPage{Page: storyPage("Designers", "/organization/groups/grp-a1"), ID: "grp-a1", Name: "Designers", Managed: true, Provider: "Okta", Members: people, MembersTotal: 52, Pager: Pager{"1–2 of 52", "", "/organization/groups/grp-a1?after=2"},
		Facts: []Fact{{"External id", "00g1a2b3c4", ""}, {"Last change", "21 Nov 2026, 14:31 UTC", ""}}, Mapping: GroupMapping{Plan: "ultimate", Plans: storyPlans}}
	pushed.TakenOver = storyTime("20 Nov 2026, 09:12 UTC", "2026-11-20T09:12:00Z")
	quiet := pushed
	quiet.Quiet, quiet.TakenOver = "34 days", Time{}
	preview := pushed
	preview.Mapping = GroupMapping{Role: "admin", Plan: "ultimate", Plans: storyPlans, Preview: &MappingPreview{Headline: "17 people change plan, 2 become administrators.", Admins: true, Confirm: true, More: 15,
		Changes: []MappingChange{{"Ines Braun", "/organization/members/mem-a1", "Extended", "Ultimate", "member", "admin"}, {"Tom Okafor", "/organization/members/mem-b2", "Core", "Ultimate", "member", "member"}}}}
	hand := pushed
	hand.Page, hand.ID, hand.Name, hand.Managed, hand.Facts = storyPage("Berlin", "/organization/groups/grp-c3"), "grp-c3", "Berlin", false, nil
	hand.Mapping, hand.AddEmails = GroupMapping{Plans: storyPlans}, "nobody@acme.com"
	hand.Errors, hand.DeleteText = FieldErrors{"add": "nobody@acme.com is not a member. Invite them first."}, "17 people lose the plan Extended that this group gives. They stay members."
	return []Story{
		{"org/groups/list", OrgGroups(list)}, {"org/groups/reserved", OrgGroups(wrong)}, {"org/group/pushed", OrgGroup(pushed)}, {"org/group/preview", OrgGroup(preview)}, {"org/group/quiet", OrgGroup(quiet)}, {"org/group/by-hand", OrgGroup(hand)},
	}
}

func inviteStories() []Story {
	at, until := storyTime("20 Nov 2026, 16:40 UTC", "2026-11-20T16:40:00Z"), storyTime("27 Nov 2026", "2026-11-27T16:40:00Z")
	rows := []InviteRow{
		{"inv-a1", "contractor@gmail.com", "/organization/members/mem-d4", false, "open", true, "Jo Miller", at, until}, {"inv-b2", "pat.long-name@research.acme.co.uk", "/organization/members/mem-f6", true, "expired", false, "Ines Braun", at, until},
		{"inv-c3", "lena@acme.com", "/organization/members/mem-g7", false, "accepted", false, "Jo Miller", at, until}, {"inv-d4", "old@acme.com", "", false, "cancelled", true, "Jo Miller", at, until},
	}
	list := OrgInvitesPage{Page: storyPage("Invites", "/organization/invites?show=all"), Filter: "all", Total: "4 invites", Rows: rows, NoPassword: true}
	none := OrgInvitesPage{Page: storyPage("Invites", "/organization/invites"), Total: "No open invites"}
	form := OrgInviteNewPage{Page: storyPage("Invite somebody", "/organization/invites/new"), Outside: "acme.com, acme.co.uk", NoPassword: true}
	wrong := form
	wrong.Email, wrong.Role, wrong.Errors = "pat@acme", "admin", FieldErrors{"email": "“pat@acme” is not an e-mail address. Write it like pat@acme.com."}
	return []Story{{"org/invites/list", OrgInvites(list)}, {"org/invites/none", OrgInvites(none)}, {"org/invites/new", OrgInviteNew(form)}, {"org/invites/wrong", OrgInviteNew(wrong)}}
}
