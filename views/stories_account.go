package views

func storyCountries() []Option {
	return []Option{{"", "Choose…"}, {"AT", "Austria"}, {"CZ", "Czechia"}, {"DE", "Germany"}, {"GB", "United Kingdom"}, {"US", "United States"}}
}

func storyProfile() []ProfileField {
	return []ProfileField{
		{Name: "first_name", Label: "First name", Value: "Šárka", Managed: true},
		{Name: "last_name", Label: "Last name", Value: "Nováková", Managed: true},
		{Name: "email", Label: "E-mail", Value: "sarka@acme.com", Managed: true},
		{Name: "country", Label: "Country", Required: true, Autocomplete: "country", Options: storyCountries()},
		{Name: "current_city", Label: "City", Autocomplete: "address-level2", Hint: "Optional"},
		{Name: "birth_year", Label: "Birth year", Autocomplete: "bday-year", Hint: "Optional"},
	}
}

func accountStories() []Story {
	sessions := []SessionRow{
		{ID: "ses-a", Where: "Chrome on macOS", How: "Through Acme’s sign-in page", Began: storyTime("today at 09:12 UTC", "2026-11-21T09:12:00Z"), This: true},
		{ID: "ses-b", Where: "Safari on iPhone", How: "With your password", Began: storyTime("12 November", "2026-11-12T08:00:00Z"), Seen: storyTime("yesterday", "2026-11-20T20:00:00Z")},
	}
	managed := AccountPage{Page: storyMember("Your account", "/account"), Plan: planExtended, Profile: storyProfile(), ManagedReason: "Your name, e-mail and plan are managed by Acme’s directory.",
		Memberships:  []Membership{{ID: storyOrg.ID, Name: "Acme Corp", Role: "Member", Plan: planExtended, Kind: "active", State: "Active", Current: true}},
		PasswordNote: "You sign in with your company account.", Sessions: sessions}
	own := AccountPage{Page: storyPage("Your account", "/account"), Plan: planFree, HasPassword: true, PersonalAsked: true, PersonalEmail: "jo@home.example", Sessions: sessions,
		Profile:     []ProfileField{{Name: "first_name", Label: "First name", Value: "Jo", Required: true, Autocomplete: "given-name"}, {Name: "last_name", Label: "Last name", Value: "Miller", Required: true, Autocomplete: "family-name"}},
		Memberships: []Membership{{ID: storyOrg.ID, Name: "Acme Corp", Role: "Administrator", Plan: planCore, Kind: "active", State: "Active", Current: true}, {ID: "org-b2", Name: "Birch & Sons", Role: "Member", Plan: planFree, Kind: "awaiting", State: "On hold"}},
		Errors:      FieldErrors{"current": "This is not your current password."}}
	waiting := managed
	waiting.Plan, waiting.Waits, waiting.Memberships = planFree, "Acme Corp", []Membership{{ID: storyOrg.ID, Name: "Acme Corp", Role: "Member", Plan: planFree, Kind: "awaiting", State: "Waiting for a seat", Current: true}}
	return []Story{
		{"account/managed", Account(managed)},
		{"account/waiting", Account(waiting)},
		{"account/own", Account(own)},
		{"account/complete", Complete(CompletePage{Page: storyMember("Before you go on", "/account/complete"), Fields: storyProfile(), Next: "/account", Errors: FieldErrors{"country": "Choose your country."}})},
		{"account/chooser", Chooser(ChooserPage{Page: storyOutside("Choose an organization", "/"), Memberships: own.Memberships})},
	}
}

func publicStories() []Story {
	open := InvitePage{Page: storyOutside("Join Acme Corp", "/invites/x"), State: "open", Action: "/invites/6ttGBraWiNPN0a0q9JxQ2c", Organization: "Acme Corp", Inviter: "Jo Miller", Email: "lena@acme.com", Role: "Member", Plan: planCore}
	company, other, expired := open, open, open
	company.NoPassword = true
	other.OtherAccount = "lena.private@example.net"
	sso, onlySSO := open, company
	sso.SSO, sso.Named = "/saml/con-a1/start?email=lena%40acme.com", "Lena Hofmann"
	onlySSO.SSO, onlySSO.OnlySSO = sso.SSO, true
	expired.State, expired.AskAction = "expired", "/invites/6ttGBraWiNPN0a0q9JxQ2c/ask"
	return []Story{
		{"home/doors", Home(HomePage{storyOutside("Welcome", "/")})},
		{"signup/personal", SignUp(SignUpPage{Page: storyOutside("Create your account", "/signup")})},
		{"signup/organization", SignUpOrganization(SignUpOrganizationPage{Page: storyOutside("Sign up your organization", "/signup/organization"), Organization: "Acme Corp", Errors: FieldErrors{"name": "Enter your name.", "password": "This password is on every list of leaked ones. Choose another."}})},
		{"signup/check-mail", CheckMail(CheckMailPage{Page: storyOutside("Check your mail", "/signup"), Email: "jo@acme.com", What: "confirm your address"})},
		{"invite/password", Invite(open)},
		{"invite/company-account", Invite(company)},
		{"invite/other-account", Invite(other)},
		{"invite/sso", Invite(sso)},
		{"invite/sso-only", Invite(onlySSO)},
		{"invite/expired", Invite(expired)},
		{"help/index", Help(HelpPage{Page: storyOutside("Setup guides", "/help"), Guides: storyGuides()})},
		{"help/okta", HelpGuide(storyGuide("okta"))},
		{"help/google", HelpGuide(storyGuide("google"))},
	}
}

func storyGuides() []HelpEntry {
	var list []HelpEntry
	for _, g := range Guides() {
		list = append(list, HelpEntry{Slug: g.Slug, Name: g.Name, CheckedOn: g.CheckedOn, SSO: g.SSO != nil, SCIM: g.SCIM != nil})
	}
	return list
}

func storyGuide(slug string) HelpGuidePage {
	g := GuideBySlug(slug)
	p := HelpGuidePage{Page: storyOutside(g.Name, "/help/"+slug), Name: g.Name, CheckedOn: g.CheckedOn, Sources: g.Sources}
	sso, scim := HelpPart{Kind: "sso", Without: g.NoSSO, Steps: g.Steps("sso", nil)}, HelpPart{Kind: "scim", Without: g.NoSCIM, Steps: g.Steps("scim", nil)}
	if g.SSO != nil {
		sso.Needs = g.SSO.Needs
	}
	if g.SCIM != nil {
		scim.Needs = g.SCIM.Needs
	}
	p.Parts = []HelpPart{sso, scim}
	return p
}
