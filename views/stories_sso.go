package views

func storyBars() []Bar {
	ok := []int{34, 12, 4, 41, 38, 55, 29, 3, 2, 47, 62, 40, 71, 83}
	fail := []int{0, 0, 0, 2, 0, 0, 1, 0, 0, 0, 10, 0, 0, 3}
	days := []string{"8 Nov", "9 Nov", "10 Nov", "11 Nov", "12 Nov", "13 Nov", "14 Nov", "15 Nov", "16 Nov", "17 Nov", "18 Nov", "19 Nov", "20 Nov", "21 Nov"}
	bars := make([]Bar, len(days))
	for i := range days {
		bars[i] = Bar{Label: days[i], OK: ok[i], Fail: fail[i]}
	}
	return bars
}

func storyPlanChart() PlanChart {
	return PlanChart{Seats: 450, Counts: []PlanCount{{planFree, 9}, {planCore, 203}, {planExtended, 148}, {planUltimate, 52}}}
}

func storyDomains() []Domain {
	return []Domain{
		{ID: "dom-a2", Name: "acme.com", State: "verified"},
		{ID: "dom-b4", Name: "acme.co.uk", State: "checking", TXTHost: "_rollcall.acme.co.uk", TXTValue: "rollcall-verify=7h2k9m4q6s8u3w5y",
			Detail:  "We found no TXT record at _rollcall.acme.co.uk yet. DNS changes can take up to an hour; we look again every few minutes.",
			Checked: storyTime("today at 14:31 UTC", "2026-11-21T14:31:00Z")},
	}
}

func storyChanges() []Change {
	return []Change{
		{At: storyTime("14:31:08", "2026-11-21T14:31:08Z"), Who: "ines@acme.com", Path: "/organization/members/mem-a1", What: "Added to group “Ultimate”", Plan: planUltimate, Kind: "active", Result: "Applied"},
		{At: storyTime("14:30:51", "2026-11-21T14:30:51Z"), Who: "tom@acme.com", Path: "/organization/members/mem-b2", What: "Deactivated: plan set to Free", Plan: planFree, From: "Core", Kind: "active", Result: "Applied"},
		{At: storyTime("14:30:12", "2026-11-21T14:30:12Z"), Who: "contractor@gmail.com", What: "Created", Kind: "awaiting", Result: "On hold: outside your domains"},
		{At: storyTime("14:29:47", "2026-11-21T14:29:47Z"), Who: "lena@acme.com", What: "Plan “Enterprise” sent", Kind: "error", Result: "Refused: no such plan"},
	}
}

// storySSO is the tab of an organization whose SSO works and whose directory is being connected.
func storySSO() OrgSSOPage {
	chart := BarChart{ID: "sync", Title: "Requests from your directory, last 14 days", Noun: "requests", Bars: storyBars()}
	plans := storyPlanChart()
	return OrgSSOPage{
		Page: storyPage("Single Sign-On / Provision", "/organization/sso"), Bought: true,
		SSO: Integration{Kind: "sso", Stage: StageActive, Provider: "Okta", Foot: "Active since 3 Mar 2026",
			Attention: "The signing certificate expires in 21 days.", FixPath: "/organization/sso/connection", FixLabel: "Add the new certificate",
			Facts: []Fact{{"Last sign-in", "ines@acme.com, 4 minutes ago", ""}, {"Sign-ins, 7 days", "412 · 3 failed", ""}, {"Certificate", "Expires 12 Dec 2026", "warn"}}},
		SCIM: Integration{Kind: "scim", Stage: StageLinkLive, Provider: "Okta", Qualifier: "Waiting for IT. Step 3 of 9, last seen 12 minutes ago.",
			Link: &LinkFacts{Last4: "xQ2c", Maker: "you, today at 14:02 UTC", Seen: "Opened, step 3 of 9", Expires: storyTime("tomorrow at 14:02 UTC", "2026-11-22T14:02:00Z")}},
		Warnings: []Warning{{Kind: "warn", Strong: "Your identity provider’s signing certificate expires in 21 days.", Text: "Sign-in stops working on 12 December if it is not replaced.",
			LinkPath: "/organization/sso/connection", LinkLabel: "Add the new certificate"}},
		Settings: SSOSettings{Version: "7", Domains: "acme.com, acme.co.uk", DefaultPlan: "extended", Plans: storyPlans, DisablePasswords: true,
			AddMembers: "jit", Deprovision: "downgrade", LastChange: "Last changed by Jo Miller, 2 days ago"},
		Domains: storyDomains(), Activity: &chart, Plans: &plans, SyncDone: 318, SyncTotal: 412, Changes: storyChanges(),
		RevokeSSO: storyRevoke("sso"),
	}
}

func storyRevoke(kind string) *RevokeForm {
	if kind == "scim" {
		return &RevokeForm{Kind: "scim", AskMembers: true, MembersCount: 412, Slug: "acme",
			Consequences: []string{"Requests from Okta are refused, and its token stops working.", "412 members are no longer kept in step.", "People are added again when they first sign in."}}
	}
	return &RevokeForm{Kind: "sso", AlsoSCIM: true, Slug: "acme",
		Consequences: []string{"412 members can no longer sign in through Okta.", "148 of them have no password and will need a sign-in link by e-mail.", "Requests from your directory are refused.", "37 people who are signed in through Okta now are signed out."}}
}

func ssoStories() []Story {
	fresh := OrgSSOPage{Page: storyPage("Single Sign-On / Provision", "/organization/sso"),
		SSO: Integration{Kind: "sso", Stage: StageNotIncluded}, SCIM: Integration{Kind: "scim", Stage: StageNotIncluded},
		Settings: SSOSettings{Plans: storyPlans, DefaultPlan: "core"}}
	wrong := storySSO()
	wrong.Settings.Domains = "acme.com, acme.co.uk, acme"
	wrong.Settings.Errors = FieldErrors{"domains": "“acme” is not a domain. Write it like acme.com."}
	conflict := storySSO()
	conflict.Settings.Conflict = &Conflict{By: "Ines Braun", When: "2 minutes ago", Fields: []ConflictField{{"Email domains", "acme.com", "acme.com, acme.co.uk"}, {"Provision default plan", "Core", "Extended"}}}
	link := storySSO()
	link.NewLink = &NewLink{Kind: "scim", URL: "https://rollcall.example/s/6ttGBraWiNPN0a0q9JxQ2c", Lasts: "23 h 59 min", Expires: storyTime("Sunday, 22 November, 14:02 UTC", "2026-11-22T14:02:00Z")}
	undo := storySSO()
	undo.Flash = &Notice{Kind: "ok", Title: "Single Sign-On is off.", Text: "Directory Sync was switched off with it.", UndoPath: "/organization/sso/undo", UndoEvent: "evt-a1", UndoUntil: storyTime("14:41 UTC", "2026-11-21T14:41:00Z")}
	undo.SSO = Integration{Kind: "sso", Stage: StageDeactivated, Provider: "Okta", Qualifier: "Deactivated by Jo Miller today at 14:31 UTC."}
	undo.SCIM = Integration{Kind: "scim", Stage: StageDeactivated, Provider: "Okta", Qualifier: "Deactivated with Single Sign-On by Jo Miller today at 14:31 UTC."}
	undo.RevokeSSO = nil
	revoke := *storyRevoke("sso")
	revoke.Typed, revoke.Errors = "acmee", FieldErrors{"confirm": "Type acme, the short name of your organization, to confirm."}
	return []Story{
		{"org/sso/before-purchase", OrgSSO(fresh)},
		{"org/sso/working", OrgSSO(storySSO())},
		{"org/sso/field-error", OrgSSO(wrong)},
		{"org/sso/conflict", OrgSSO(conflict)},
		{"org/sso/new-link", OrgSSO(link)},
		{"org/sso/undo", OrgSSO(undo)},
		{"org/revoke/sso", OrgRevoke(OrgRevokePage{storyPage("Deactivate Single Sign-On?", "/organization/sso/revoke"), revoke})},
		{"org/revoke/scim", OrgRevoke(OrgRevokePage{storyPage("Deactivate Directory Sync?", "/organization/sso/directory/revoke"), *storyRevoke("scim")})},
	}
}

// ssoStageStories shows both cards in each stage.
func ssoStageStories() []Story {
	stages := []struct {
		name      string
		sso, scim Integration
	}{
		{"no-link", Integration{Stage: StageNoLink}, Integration{Stage: StageNoLink, Blocked: "Enter an e-mail domain first: a setup link needs one."}},
		{"link-ended", Integration{Stage: StageLinkEnded, Qualifier: "The setup link expired on 3 May at 14:02 UTC. Progress is kept."}, Integration{Stage: StageNotIncluded}},
		{"test-failed", Integration{Stage: StageTestFailed, Provider: "Okta", Qualifier: "The last test sign-in failed: wrong audience.", ReportPath: "/organization/sso/signins/evt-9"}, Integration{Stage: StageLinkLive}},
		{"test-passed", Integration{Stage: StageTestPassed, Provider: "Microsoft Entra ID"}, Integration{Stage: StageActive, Provider: "Microsoft Entra ID", Foot: "Active since 12 Nov 2026", Attention: "9 people have no country, so they are on hold.", FixPath: "/organization/members?state=held", FixLabel: "Look at them", Facts: []Fact{{"Last request", "today at 14:31 UTC", ""}, {"Members", "412 · 9 on hold", "warn"}}}},
	}
	var list []Story
	for _, s := range stages {
		p := storySSO()
		s.sso.Kind, s.scim.Kind = "sso", "scim"
		p.SSO, p.SCIM, p.Warnings, p.Changes, p.Activity, p.Plans, p.RevokeSSO = s.sso, s.scim, nil, nil, nil, nil, nil
		if s.scim.Stage == StageActive {
			p.RevokeSCIM = storyRevoke("scim")
		}
		p.Domains = nil
		list = append(list, Story{"org/sso/" + s.name, OrgSSO(p)})
	}
	return list
}
