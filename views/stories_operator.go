package views

// operatorStories are the pages of the operators' desk.
func operatorStories() []Story {
	at, desk := storyTime("20 Nov 2026, 16:40 UTC", "2026-11-20T16:40:00Z"), storyDesk
	door := OperatorPage{Page: storyOutside("Operator sign-in", "/operator/login")}
	wrong := OperatorLoginPage{OperatorPage: door, Typed: "ops@saas.example", Errors: FieldErrors{"password": "This e-mail and password do not fit together."}}
	terms := TermsForm{Version: "4", SSO: true, SCIM: true, Plans: []PlanBox{{"Core", true, false}, {"Classic", true, true}, {"Extended", false, false}, {"Ultimate", true, false}}, Default: "Core", Deprovision: "downgrade"}
	list := OperatorOrgsPage{OperatorPage: desk("Organizations", "/operator/organizations"), Total: "2 organizations", Rows: []OperatorOrgRow{
		{"/operator/organizations/org-a", "Acme Corp", "acme.com, acme.co.uk", "412", 9, true, true, at}, {"/operator/organizations/org-b", "Birch & Sons", "", "1", 0, false, false, at},
	}}
	none := list
	none.Search, none.Rows, none.Total = "nobody", nil, "0 organizations"
	org := storyOperatorOrg(at, terms)
	acting := org
	acting.Acting = &Acting{OrgID: org.ID, OrgName: org.Name, Reason: "Ticket 4711: people on hold", Until: at}
	made := org
	made.NewLink = &NewLink{Kind: "sso", URL: "https://app.rollcall.example/s/7Hq2mZx4kPw9sT3vB6nL1c", Lasts: "24 hours", Expires: at, MailTo: "it@acme.com"}
	faulty := org
	faulty.Fault, faulty.Terms.Errors = "This setup link has ended already.", FieldErrors{"default_plan": "Choose the default plan among the purchased ones (Core, Ultimate)."}
	faulty.DomainsTyped, faulty.DomainErrors = "gmail.com", FieldErrors{"domains": "gmail.com is a public mail service, so it cannot belong to one organization."}
	faulty.ActTyped, faulty.ActErrors = "why", FieldErrors{"reason": "Say in 5 to 300 characters why you act for this organization. Its administrators read it."}
	faulty.Seats, faulty.SeatsTyped, faulty.SeatErrors = SeatLine{}, "many", FieldErrors{"seats": "Write a number of seats between 1 and 100000, or leave it empty for no limit."}
	fresh := OperatorOrgNewPage{OperatorPage: desk("New organization", "/operator/organizations/new"), Terms: terms}
	refused := fresh
	refused.Name, refused.Errors = "Acme", FieldErrors{"domains": "“acme” is not a domain. Write it like acme.com."}
	outbox := OperatorOutboxPage{OperatorPage: desk("Outbox", "/operator/outbox"), Rows: []OutboxRow{
		{"7", "mail.invite", "10", "550 no such user here", "/operator/organizations/org-a", "Acme Corp", true, at, at},
		{"8", "mail.operator_welcome", "2", "the mail server cannot be reached", "", "", false, at, at},
	}, Pager: Pager{PrevPath: "/operator/outbox", NextPath: "/operator/outbox?before=7"}}
	return []Story{
		{"operator/login/empty", OperatorLogin(OperatorLoginPage{OperatorPage: door})}, {"operator/login/wrong", OperatorLogin(wrong)},
		{"operator/code/first", OperatorCode(OperatorCodePage{OperatorPage: door, Secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", Address: "otpauth://totp/Rollcall:ops@saas.example?secret=JBSWY3DPEHPK3PXP"})},
		{"operator/code/wrong", OperatorCode(OperatorCodePage{OperatorPage: door, Errors: FieldErrors{"code": "This code does not fit."}})},
		{"operator/welcome/new", OperatorWelcome(OperatorWelcomePage{OperatorPage: door, Action: "/operator/welcome/x", For: "ops@saas.example"})},
		{"operator/organizations/list", OperatorOrgs(list)}, {"operator/organizations/none", OperatorOrgs(none)},
		{"operator/organization/plain", OperatorOrg(org)}, {"operator/organization/acting", OperatorOrg(acting)}, {"operator/organization/link", OperatorOrg(made)}, {"operator/organization/faulty", OperatorOrg(faulty)}, {"operator/organization/conflict", OperatorOrg(crossedDesk(org))},
		{"operator/organization/new", OperatorOrgNew(fresh)}, {"operator/organization/refused", OperatorOrgNew(refused)},
		{"operator/outbox/some", OperatorOutbox(outbox)}, {"operator/outbox/none", OperatorOutbox(OperatorOutboxPage{OperatorPage: desk("Outbox", "/operator/outbox")})},
	}
}

// storyOperatorOrg is an organization as an operator sees it.
func storyOperatorOrg(at Time, terms TermsForm) OperatorOrgPage {
	org := OperatorOrgPage{
		OperatorPage: storyDesk("Acme Corp", "/operator/organizations/org-a"), ID: "org-k3m5q7s2u4w6y8a1c3e5g7j9m2", Name: "Acme Corp", Slug: "acme", Made: at, Admins: "jo@acme.com, ines@acme.com", Terms: terms,
		States:  []Fact{{"Single Sign-On", "Active", ""}, {"Directory Sync", "Awaiting", ""}, {"Members", "412", ""}, {"On hold", "9", ""}, {"Removal waiting", "0", ""}},
		Domains: []Domain{{ID: "dom-a", Name: "acme.com", State: "verified"}, {ID: "dom-b", Name: "a-rather-long-name.research.acme.co.uk", State: "checking"}},
		Links:   []OperatorLink{{"scim", "xQ2c", at}},
	}
	org.Directory, org.RequireSSO, org.Faults = &DirectoryRules{Guests: true}, true, []HealthFault{{"warn", HealthWords("members_held", 9), Time{}}}
	org.Seats, org.SeatsTyped = SeatLine{Bought: "450", Used: "450", Waiting: "1", Anybody: true, Full: true}, "450"
	org.People = []WaitingPeople{
		{"held", "/organization/members?status=held", []HeldRow{{"/organization/members/mem-d4", "Kim Lee", "kim@acme.com", []string{"missing_country"}}, {"/organization/members/mem-c3", "", "sarka.novakova-svobodova@research.acme.co.uk", []string{"missing_first_name", "outside_domain"}}}, true},
		{"waiting", "/organization/members?status=waiting", []HeldRow{{"/organization/members/mem-b2", "Tom Okafor", "tom@acme.com", nil}}, false},
	}
	return org
}

// storyDesk is a page of an operator who is signed in.
func storyDesk(title, path string) OperatorPage {
	return OperatorPage{Page: storyOutside(title, path), Email: "ops@saas.example"}
}

// crossedDesk is an organization that two operators changed at once.
func crossedDesk(p OperatorOrgPage) OperatorOrgPage {
	p.Terms.Conflict = storyConflict(ConflictField{"Purchased plans", "Core, Ultimate", "Core"}, ConflictField{"When someone is removed", "Downgrade only", "Downgrade and remove from organization"})
	p.SeatsTyped, p.SeenSeats.Conflict = "30", storyConflict(ConflictField{"How many members may be active", "20", "30"})
	p.Directory = &DirectoryRules{Strict: true, Seen: Seen{Conflict: storyConflict(ConflictField{"Refuse instead of holding", "off", "on"}, ConflictField{"Allow guests", "on", "off"})}}
	p.DomainPager = Pager{"1 to 10 of 30", "", "/operator/organizations/org-a?page=2"}
	return p
}
