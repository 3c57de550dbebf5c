package views

func storySignIns() []SignInRow {
	at := storyTime("21 Nov 2026, 14:27 UTC", "2026-11-21T14:27:00Z")
	return []SignInRow{
		{"/organization/sso/signins/sgn-a1", at, "ines@acme.com", "/organization/members/mem-a1", "Sign-in page", "succeeded", "", "", "7HK2M9QX", "1.2 s"},
		{"/organization/sso/signins/sgn-b2", at, "ines@acme.com", "/organization/members/mem-a1", "At Okta", "failed", "The sign-in began at Okta, which is switched off here.", "saml_inresponseto", "P4T6V8Z2", "0.3 s"},
		{"/organization/sso/signins/sgn-c3", at, "", "", "Sign-in page", "failed", "The audience is wrong.", "saml_audience", "B2D4F6H8", "4.1 s"},
		{"/organization/sso/signins/sgn-d4", at, "", "", "Test", "timed_out", "No answer came back within 5 minutes.", "test_timeout", "", ""},
		{"/organization/sso/signins/sgn-e5", at, "jo@acme.com", "/organization/members/mem-j0", "Test", "test_passed", "", "", "", "3.0 s"},
		{"/organization/sso/signins/sgn-f6", at, "", "", "Sign-in page", "started", "", "", "", ""},
	}
}

func storyRequests() []RequestRow {
	at := storyTime("21 Nov 2026, 14:31 UTC", "2026-11-21T14:31:08Z")
	return []RequestRow{
		{"/organization/sso/requests/9", at, "Change of a person", "ines@acme.com", "/organization/members/mem-a1", "PATCH", "/Users/usr-k3m5q7s2u4w6y8a1c3e5g7j9m2", 200, "", "12 ms"},
		{"/organization/sso/requests/8", at, "New person", "", "", "POST", "/Users", 400, "“Enterprise” is not one of your plans (Core, Extended).", "4 ms"},
		{"/organization/sso/requests/7", at, "Look at people", "", "", "GET", "/Users", 200, "", "3 ms"},
		{"/organization/sso/requests/6", at, "New person", "Šárka Nováková-Svobodová", "/organization/members/mem-c3", "POST", "/Users", 201, "Taken in, but on hold: Country missing · Outside your domains.", "5 ms"},
	}
}

func storyRefusals() []Refusal {
	return []Refusal{{"12 requests came with a token that has ended (its last characters are `xQ2c`), the last 4 minutes ago.", RefusalFix("ended_token", "okta")}}
}

func storyHeld() OrgHeldPage {
	country, domain := NewHeldReason("missing_country", "okta"), NewHeldReason("outside_domain", "okta")
	both := HeldRow{"/organization/members/mem-c3", "Šárka Nováková-Svobodová", "sarka.novakova-svobodova@research.acme.co.uk", []string{"missing_country", "outside_domain"}}
	country.Count, country.More = 9, "/organization/members?hold=missing_country"
	country.Rows = []HeldRow{both, {"/organization/members/mem-d4", "Tom Okafor", "tom@acme.com", []string{"missing_country"}}}
	domain.Count, domain.Rows = 1, []HeldRow{both}
	return OrgHeldPage{Page: storyPage("On hold", "/organization/sso/held"), Total: 9, Reasons: []HeldReason{country, domain}}
}

func logStories() []Story {
	chart := BarChart{ID: "days", Title: "Last 14 days", Noun: "requests", Bars: storyBars()}
	activity := OrgActivityPage{Page: storyPage("Activity", "/organization/activity"), Rows: storyHistory(), Pager: Pager{"", "", "/organization/activity?before=40"}, ExportCSV: "/organization/activity/export?format=csv", ExportJSON: "/organization/activity/export?format=jsonl",
		Filter: ActivityFilter{Search: "ines", Action: "member.", From: "2026-11-01", To: "2026-11-21", Actions: []Option{{"member.", "Members"}, {"setup_link.", "Setup links"}}}}
	signIns := OrgSignInsPage{Page: storyPage("Sign-in log", "/organization/sso/signins"), Days: 30, Chart: &chart, Rows: storySignIns(), Pager: Pager{"", "/organization/sso/signins", "/organization/sso/signins?before=40"}}
	requests := OrgRequestsPage{Page: storyPage("Directory log", "/organization/sso/requests"), Directory: "Okta", Days: 30, Refusals: storyRefusals(), Chart: &chart, Rows: storyRequests()}
	request := OrgRequestPage{Page: storyPage("New person", "/organization/sso/requests/8"), Row: storyRequests()[1], Changed: []string{"userName", "name.givenName", "emails", "plan"}, Facts: []Fact{{"Answer", "400 invalidValue", "bad"}},
		Fix: RequestFix("plan_unknown", "okta")}
	partly := OrgRequestPage{Page: storyPage("New person", "/organization/sso/requests/6"), Row: storyRequests()[3], Changed: []string{"userName", "name", "emails"}, Fix: RequestFix("missing_country", "okta")}
	return []Story{
		{"org/activity/list", OrgActivity(activity)}, {"org/activity/none", OrgActivity(OrgActivityPage{Page: storyPage("Activity", "/organization/activity")})},
		{"org/signins/list", OrgSignIns(signIns)}, {"org/signins/none", OrgSignIns(OrgSignInsPage{Page: storyPage("Sign-in log", "/organization/sso/signins"), Days: 30})},
		{"org/signin/failed", OrgSignIn(storySignInFailed())}, {"org/signin/passed", OrgSignIn(OrgSignInPage{Page: storyPage("Sign-in", "/organization/sso/signins/sgn-a1"), Row: storySignIns()[0], Checks: []Check{{Kind: "ok", Label: "Request made", At: "14:27:00"}, {Kind: "ok", Label: "Response accepted", At: "14:27:01"}, {Kind: "ok", Label: "Signed in", Detail: "An existing member.", At: "14:27:01"}}, Attributes: []string{"email", "firstName", "lastName"}, Missing: []string{"country"}})},
		{"org/requests/list", OrgRequests(requests)}, {"org/requests/none", OrgRequests(OrgRequestsPage{Page: storyPage("Directory log", "/organization/sso/requests"), Days: 30, Filter: RequestFilter{Outcome: "failed"}})}, {"org/request/failed", OrgRequest(request)}, {"org/request/held", OrgRequest(partly)},
		{"org/held/reasons", OrgHeld(storyHeld())}, {"org/held/none", OrgHeld(OrgHeldPage{Page: storyPage("On hold", "/organization/sso/held")})},
	}
}

func storySignInFailed() OrgSignInPage {
	return OrgSignInPage{
		Page: storyPage("Sign-in", "/organization/sso/signins/sgn-c3"), Row: storySignIns()[2], Headline: "The audience is wrong.", Fix: "Paste the Entity ID into `Audience URI (SP Entity ID)` in Okta: **General** tab, SAML settings, Edit.",
		Checks: []Check{
			{Kind: "ok", Label: "Request made", At: "14:26:56"}, {Kind: "ok", Label: "Response received", Detail: "By POST, 6 KB.", At: "14:27:00"}, {Kind: "ok", Label: "Signature", Detail: "RSA-SHA256, certificate …9f3c.", At: ""},
			{Kind: "bad", Label: "Audience", Expected: "https://rollcall.example/saml/con-a1b2c3d4e5f6g7h8i9j0k1l2m3/metadata", Got: "https://rollcall.example/saml/metadata"}, {Kind: "off", Label: "Time window"}, {Kind: "off", Label: "E-mail domain"}},
		Request:  []Fact{{"Id", "_5f2c9d7a81b34e0f", ""}, {"Sent by", "Redirect, not signed", ""}},
		Response: []Fact{{"Issuer", "http://www.okta.com/exk1a2b3c4d5e6f7g8h9", ""}, {"Signed", "assertion", ""}, {"Clock difference", "1 s", ""}}, Attributes: []string{"email", "firstName", "lastName", "country"},
		Support: "Sign-in sgn-c3, reference B2D4F6H8, 2026-11-21T14:27:00Z\nOutcome: failed, saml_audience\nExpected: https://rollcall.example/saml/con-a1b2c3d4e5f6g7h8i9j0k1l2m3/metadata\nReceived: https://rollcall.example/saml/metadata\n",
	}
}

func directoryStories() []Story {
	used := storyTime("21 Nov 2026, 14:31 UTC", "2026-11-21T14:31:08Z")
	made, ends := storyTime("12 Nov 2026", "2026-11-12T09:00:00Z"), storyTime("28 Nov 2026, 09:00 UTC", "2026-11-28T09:00:00Z")
	active := OrgDirectoryPage{
		Page: storyPage("Directory", "/organization/sso/directory"), BaseURL: "https://rollcall.example/scim/v2/dir-k3m5q7s2u4w6y8a1c3e5g7j9m2", GuestsOff: "Our staff switch this. Write to help@rollcall.example.",
		Directory: Integration{Kind: "scim", Stage: StageActive, Provider: "Okta", Foot: "Active since 12 Nov 2026"}, Refusals: storyRefusals(), Chart: &BarChart{ID: "days", Title: "Directory requests per day, last 14 days", Noun: "requests", Bars: storyBars()}, Plans: &PlanChart{Counts: []PlanCount{{planCore, 210}, {planExtended, 120}, {planUltimate, 73}}},
		Facts:  []Fact{{"Last request", "4 minutes ago", ""}, {"People", "412 · 9 on hold", "warn"}, {"Groups", "14", ""}},
		Tokens: []TokenRow{{"tok-a1", "xQ2c", "Jo Miller", made, used, ends, false, "It ends in 7 days. Make a second token, enter it in your identity provider, then end this one."}, {"tok-b2", "9fKd", "the setup link", used, Time{}, ends, false, ""}}, TokenFull: true, Strict: true,
		Mapping: []Fact{{"country", "addresses[type eq \"work\"].country", ""}, {"plan", "urn:okta:acme:1.0:user:custom:plan: nobody has arrived with a value there. Is it written as your identity provider sends it?", "warn"}}, Held: []HeldRow{{"/organization/members/mem-c3", "Šárka Nováková-Svobodová", "sarka.novakova-svobodova@research.acme.co.uk", []string{"missing_country", "outside_domain"}}},
		HeldTotal: 9, HeldPath: "/organization/members?state=held", GroupsLeft: []GroupRow{{"/organization/groups/grp-c3", "Berlin", false, "", 17, false, PlanRef{}}},
	}
	token := active
	token.NewToken, token.GuestsOff, token.TokenFull, token.Tokens, token.Held, token.HeldTotal = "6ttGBraWiNPN0a0q9JxQ2c", "", false, nil, nil, 0
	token.Refusals = nil
	ended := active
	ended.Refusals, ended.TokenFull, ended.Tokens = nil, false, []TokenRow{{"tok-a1", "xQ2c", "Jo Miller", made, used, made, true, ""}}
	crossed := ended
	crossed.Strict, crossed.Seen.Conflict = false, storyConflict(ConflictField{"Refuse instead of holding", "on", "off"})
	none := OrgDirectoryPage{Page: storyPage("Directory", "/organization/sso/directory"), Directory: Integration{Kind: "scim", Stage: StageNoLink}}
	connection := OrgConnectionPage{
		Page: storyPage("Connection", "/organization/sso/connection"), Ready: true, Connection: Integration{Kind: "sso", Stage: StageActive, Provider: "Okta", Attention: "The signing certificate expires in 21 days.", Foot: "Active since 3 Mar 2026"},
		EntityID: "https://rollcall.example/saml/con-a1b2c3d4e5f6g7h8i9j0k1l2m3/metadata", ACSURL: "https://rollcall.example/saml/con-a1b2c3d4e5f6g7h8i9j0k1l2m3/acs",
		MetadataURL: "https://rollcall.example/saml/con-a1b2c3d4e5f6g7h8i9j0k1l2m3/metadata", StartURL: "https://rollcall.example/saml/con-a1b2c3d4e5f6g7h8i9j0k1l2m3/start",
		Provider:     []Fact{{"Entity ID", "http://www.okta.com/exk1a2b3c4d5e6f7g8h9", ""}, {"Sign-in address", "https://acme.okta.com/app/acme_rollcall_1/exk1a2b3c4d5e6f7g8h9/sso/saml", ""}, {"Metadata", "Read every day from acme.okta.com", ""}},
		Certificates: []CertificateRow{{"9F:3C:51:7A:0B:44:E2:18:6D:93:CC:01:5E:F7:A8:2B:30:C4:D9:66", "CN=acme", made, storyTime("12 Dec 2026", "2026-12-12T00:00:00Z"), "soon"}, {"11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44", "", made, storyTime("12 Nov 2026", "2026-11-12T00:00:00Z"), "expired"}},
		Mapping:      []Fact{{"E-mail", "email", ""}, {"Country", "country", ""}}, Facts: []Fact{{"Requests", "Not signed", ""}, {"Assertions", "Not encrypted", ""}}, DraftText: "IT has changed the settings. Sign-in goes on with those in use until the new ones were tested and switched on.",
	}
	keyed, renewed := connection, connection
	keyed.Key, renewed.Key = &ServiceKeyState{}, &ServiceKeyState{Next: true, NextSince: made}
	raced := connection
	raced.Seen.Conflict = storyConflict(ConflictField{"Sign-in that begins at your identity provider", "on", "off"})
	empty := OrgConnectionPage{Page: storyPage("Connection", "/organization/sso/connection"), Connection: Integration{Kind: "sso", Stage: StageNoLink}}
	return []Story{
		{"org/directory/active", OrgDirectory(active)}, {"org/directory/new-token", OrgDirectory(token)}, {"org/directory/ended-token", OrgDirectory(ended)}, {"org/directory/none", OrgDirectory(none)}, {"org/directory/conflict", OrgDirectory(crossed)},
		{"org/connection/active", OrgConnection(connection)}, {"org/connection/none", OrgConnection(empty)}, {"org/connection/conflict", OrgConnection(raced)},
		{"org/connection/key", OrgConnection(keyed)}, {"org/connection/new-key", OrgConnection(renewed)},
	}
}

func connectionEditStories() []Story {
	page := func(title, path string) Page { return storyPage(title, "/organization/sso/connection"+path) }
	fields := []MappingField{{"email", "E-mail", "", "email"}, {"firstName", "First name", "", "firstName"}, {"lastName", "Last name", "", "lastName"}, {"country", "Country", "c", "country"}}
	fresh := OrgConnectionEditPage{Page: page("Change the connection", "/edit"), Provider: "Okta", ReadAgain: "https://acme.okta.com/app/exk1/sso/saml/metadata",
		Metadata: MetadataForm{Action: "/organization/sso/connection/edit/metadata", URL: "https://acme.okta.com/app/exk1/sso/saml/metadata"},
		Mapping:  MappingForm{Action: "/organization/sso/connection/edit/mapping", Fields: fields}, Switches: SwitchState{MetadataURL: "/saml/con-a1/metadata"}}
	draft, passed, wrong := fresh, fresh, fresh
	crossed := fresh
	crossed.Mapping.Seen.Conflict = storyConflict(ConflictField{"Country", "c", "co"})
	crossed.Switches.Seen.Conflict = storyConflict(ConflictField{"Offer encryption of assertions", "off", "on"}, ConflictField{"Refuse expired certificates", "on", "off"})
	draft.Draft, draft.Changes = true, []DraftChange{{"Certificates", "9f3c517a0b44… until 12 Dec 2026", "9f3c517a0b44… until 12 Dec 2026, 2b30c4d96601… until 3 Dec 2036"}, {"Signed requests", "off", "on"}, {"Attribute name of country", "", "c"}}
	draft.Switches = SwitchState{SignRequests: true, MetadataURL: "/saml/con-a1/metadata", Key: []Fact{{"Our certificate", "2b30c4d966019f3c517a0b44e2186d93cc015ef7a82b30c4d9669f3c517a0b44", ""}, {"Valid until", "19 Nov 2036", ""}}}
	draft.Test = &TestPanel{Start: "/organization/sso/connection/edit/test", Cancel: "/organization/sso/connection/edit/test/cancel", Events: "/organization/sso/connection/events"}
	passed = draft
	passed.Tested, passed.Test = true, &TestPanel{Start: draft.Test.Start, Events: draft.Test.Events, Report: &TestReport{Outcome: "passed", When: storyTime("today at 14:31 UTC", "2026-11-21T14:31:00Z"), Heading: "The test sign-in passed every check.",
		Attributes: []ReceivedAttribute{{"email", "jo@acme.com", "E-mail"}, {"c", "US", "Country"}}, Account: "jo@acme.com is a member already and goes on with the same account."}}
	wrong.Metadata.URL, wrong.Errors = "https://acme.okta.com/app", FieldErrors{"url": "That is a web page, not SAML metadata. In Okta it is the link named “Metadata URL” on the Sign On tab."}
	test := OrgConnectionTestPage{Page: page("Test sign-in", "/test"), Provider: "Okta", Test: TestPanel{Start: "/organization/sso/connection/test", Cancel: "/organization/sso/connection/test/cancel", Events: "/organization/sso/connection/events", Waiting: true}}
	return []Story{
		{"org/connection/edit", OrgConnectionEdit(fresh)}, {"org/connection/edit-draft", OrgConnectionEdit(draft)},
		{"org/connection/edit-tested", OrgConnectionEdit(passed)}, {"org/connection/edit-error", OrgConnectionEdit(wrong)}, {"org/connection/edit-conflict", OrgConnectionEdit(crossed)},
		{"org/connection/test", OrgConnectionTest(test)},
	}
}
