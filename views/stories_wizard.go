package views

import (
	"fmt"
	"strings"
)

var storyUntil = storyTime("Sunday, 22 November, 14:02 UTC", "2026-11-22T14:02:00Z")

var storyValues = map[string]string{
	"acs_url": "https://rollcall.example/saml/con-01jd8w3k/acs", "entity_id": "https://rollcall.example/saml/con-01jd8w3k/metadata",
	"metadata_url": "https://rollcall.example/saml/con-01jd8w3k/metadata", "base_url": "https://rollcall.example/scim/v2/dir-01jd8w3k",
	"domains": "acme.com", "plans": "Core, Extended", "default_plan": "Core", "product": "Rollcall",
}

// storyStep is the first step of a kind in Okta's guide, framed.
func storyStep(part, kind string) WizardStepPage { return storyStepOf("okta", part, kind) }

func storyStepOf(slug, part, kind string) WizardStepPage {
	g := GuideBySlug(slug)
	steps := g.Steps(part, storyValues)
	f := WizardFrame{Page: storyOutside("Connect "+g.Name, "/setup/"+part), OrgName: "Acme Corp", Kind: part, Provider: g.Name, Until: storyUntil, Lasts: "23 h 12 min",
		Steps: []WizardNav{{"Choose provider", "/setup/" + part + "/provider", true, false}}, BackPath: "/setup/" + part + "/provider", Change: "/setup/" + part + "/provider", Help: "/help/" + slug}
	p := WizardStepPage{}
	found := false
	for i, s := range steps {
		nav, path := WizardNav{Title: s.Title}, fmt.Sprintf("/setup/%s/step/%d", part, i+2)
		if !found {
			nav.Path, nav.Done = path, s.Kind != kind
		}
		if s.Kind == kind && !found {
			found, nav.Current = true, true
			p.Title, p.Intro, p.Instructions, p.Attributes = s.Title, s.Intro, s.Instructions, rowsOf(s.Attributes)
			p.Next = path
		}
		f.Steps = append(f.Steps, nav)
	}
	p.WizardFrame = f
	p.Path = strings.TrimSuffix(p.Next, "/")
	return p
}

func wizardStories() []Story {
	choose := WizardProviderPage{WizardFrame: storyStep("sso", "create").WizardFrame, Action: "/setup/sso/provider"}
	choose.Provider, choose.Change, choose.BackPath = "", "", ""
	choose.Steps = []WizardNav{{"Choose provider", "", false, true}, {"Create the app", "", false, false}, {"Test sign-in", "", false, false}}
	for _, g := range Guides() {
		if g.SSO == nil {
			continue
		}
		choose.Providers = append(choose.Providers, ProviderChoice{Slug: g.Slug, Name: g.Name, Chosen: g.Slug == "okta"})
	}
	none := choose
	none.Search, none.Providers = "Gluu", choose.Providers[len(choose.Providers)-1:]
	mapping := storyStep("sso", "mapping")
	mapping.Mapping = &MappingForm{Action: "/setup/sso/mapping", Fields: []MappingField{{"firstName", "First name", "", "firstName"}, {"country", "Country", "c", "country"}}}
	return append([]Story{
		{"wizard/provider", WizardProvider(choose)},
		{"wizard/provider-not-found", WizardProvider(none)},
		{"wizard/create", WizardStep(storyStep("sso", "create"))},
		{"wizard/configure", WizardStep(storyStep("sso", "configure"))},
		{"wizard/mapping", WizardStep(mapping)},
		{"wizard/adfs-rules", WizardStep(storyStepOf("adfs", "sso", "mapping"))},
		{"wizard/simplesamlphp-lines", WizardStep(storyStepOf("simplesamlphp", "sso", "configure"))},
		{"wizard/done", WizardDone(WizardDonePage{Page: storyOutside("Done", "/setup/sso/done"), OrgName: "Acme Corp", Kind: "sso", Provider: "Okta", Active: true})},
	}, append(append(metadataStories(), testStories()...), scimWizardStories()...)...)
}

func metadataStories() []Story {
	first, wrong, read := storyStep("sso", "metadata"), storyStep("sso", "metadata"), storyStep("sso", "metadata")
	for _, p := range []*WizardStepPage{&first, &wrong, &read} {
		p.Metadata, p.Next = &MetadataForm{Action: "/setup/sso/metadata"}, ""
	}
	wrong.Metadata.URL = "https://acme.okta.com/app/exk1"
	wrong.Errors = FieldErrors{"url": "That is a web page, not SAML metadata. In Okta it is the link named “Metadata URL” on the Sign On tab."}
	read.Metadata.KeepAction = "/setup/sso/metadata/keep"
	read.Metadata.Understood = &Understood{EntityID: "http://www.okta.com/exk1a2b3c4", SSOURL: "https://acme.okta.com/app/acme/exk1a2b3c4/sso/saml", Binding: "redirect", Signed: "Asked for: our requests are signed, and our metadata holds the certificate.", Source: "https://acme.okta.com/app/exk1a2b3c4/sso/saml/metadata",
		Certificates: []CertificateFact{{Fingerprint: "5F:0A:9C:77:13:E2", Subject: "acme.okta.com", Until: storyTime("12 December 2026", "2026-12-12T00:00:00Z"), Warning: "This certificate expires in 21 days."}}}
	return []Story{{"wizard/metadata", WizardStep(first)}, {"wizard/metadata-error", WizardStep(wrong)}, {"wizard/metadata-understood", WizardStep(read)}}
}

func testStories() []Story {
	pages := map[string]*TestPanel{
		"none":    {},
		"waiting": {Waiting: true, Cancel: "/setup/sso/test/cancel"},
		"failed": {Report: &TestReport{Outcome: "failed", When: storyTime("today at 14:12 UTC", "2026-11-21T14:12:00Z"), Heading: "The audience in the SAML response is wrong.",
			Text: "Okta sent another audience than Rollcall expects. Paste the expected value into `Audience URI (SP Entity ID)` and test again.", Expected: storyValues["entity_id"], Received: "https://rollcall.example/saml",
			Checks: []Check{{Kind: "ok", Label: "Response received", At: "0.0 s"}, {Kind: "ok", Label: "Signature", Detail: "Certificate 5F:0A:9C…"}, {Kind: "bad", Label: "Audience", Expected: storyValues["entity_id"], Got: "https://rollcall.example/saml"}, {Kind: "off", Label: "Attributes"}}}},
		"passed": {Next: "/setup/sso/step/8", Report: &TestReport{Outcome: "passed", When: storyTime("today at 14:20 UTC", "2026-11-21T14:20:00Z"), Heading: "The test passed.",
			Attributes: []ReceivedAttribute{{"firstName", "Ines", "First name"}, {"lastName", "Braun", "Last name"}, {"department", "Sales", ""}},
			Missing:    []string{"Country did not arrive. Add an attribute named country. Received: firstName, lastName, department"}, MissingFix: "In Okta, `Attribute Statements`: Add a line with the missing name.",
			Facts: []Fact{{"Name ID", "ines@acme.com", ""}, {"Name ID format", "emailAddress", ""}, {"Signed", "response and assertion", ""}, {"Algorithm", "rsa-sha256 sha256", ""},
				{"Certificate that signed", "acme.okta.com, until 12 Dec 2036, SHA-256 fingerprint ends in 7ce25f0a", ""}, {"Clock difference", "none to speak of", ""}},
			Account: "ines@acme.com would become a member with the plan Core at the first sign-in."}},
		"timeout": {Report: &TestReport{Outcome: "timeout", When: storyTime("today at 14:05 UTC", "2026-11-21T14:05:00Z"), Heading: "No answer came back within 5 minutes.", Text: "If Okta showed “not assigned”, assign yourself to the app and test again. You may also have closed Okta’s page."}},
	}
	var list []Story
	for _, name := range []string{"none", "waiting", "failed", "passed", "timeout"} {
		p := storyStep("sso", "test")
		p.Test, p.Next = pages[name], ""
		p.Test.Start, p.Test.Events = "/setup/sso/test", "/setup/sso/events"
		list = append(list, Story{"wizard/test-" + name, WizardStep(p)})
	}
	activate := storyStep("sso", "activate")
	activate.Next, activate.Activate = "", &ActivatePanel{Action: "/setup/sso/activate", Domains: []string{"acme.com"}, Unverified: []string{"acme.co.uk"}}
	return append(list, Story{"wizard/activate", WizardStep(activate)})
}

func scimWizardStories() []Story {
	connect, token, watch := storyStep("scim", "connect"), storyStep("scim", "connect"), storyStep("scim", "watch")
	connect.Next, token.Next, watch.Next = "", "", ""
	connect.Connect = &ConnectPanel{Make: "/setup/scim/token"}
	token.Connect = &ConnectPanel{Make: "/setup/scim/token", Token: "rct_7h2k9m4q6s8u3w5y7a1c3e5g", Next: "/setup/scim/step/4",
		Tokens: []TokenFact{{Last4: "3e5g", Made: storyTime("just now", "2026-11-21T14:30:00Z")}}}
	watch.Watch = &WatchPanel{Events: "/setup/scim/events", Active: true, Done: "/setup/scim/done", More: 315,
		Checks: []Check{{Kind: "ok", Label: "Token accepted", At: "14:29:58"}, {Kind: "ok", Label: "First member", Detail: "Ines Braun", At: "14:30:02"}, {Kind: "bad", Label: "Country received", Detail: "Missing for 1 of 3 people", Fix: "Map `countryCode` to country in the app’s profile."}, {Kind: "warn", Label: "Plan received", Detail: "Not sent: the default plan Core is used"}, {Kind: "wait", Label: "First group"}},
		Users:  []ArrivedUser{{Name: "Ines Braun", Email: "ines@acme.com", Plan: planCore, Kind: "active", State: "Active"}, {Name: "Łukasz Nowak", Email: "lukasz@acme.com", Plan: planCore, Kind: "awaiting", State: "On hold", Missing: []string{"country"}}},
		Groups: []ArrivedGroup{{"Engineering", 2}}}
	lost := storyStep("scim", "watch")
	lost.Next, lost.Watch = "", &WatchPanel{Events: "/setup/scim/events", Done: "/setup/scim/done", Checks: []Check{
		{Kind: "bad", Label: "Refused (401)", Detail: "14 requests came with a token that is not one of yours (its last characters are 9fKd), the last 2 min ago.", Fix: RefusalFix("unknown_token", "okta")},
		{Kind: "bad", Label: "Failed (404): GET /…", Detail: "There is no SCIM endpoint at this address. The base URL ends with the directory's id; below it are Users and Groups.", At: "just now", Fix: RequestFix("not_found", "okta")},
		{Kind: "wait", Label: "Token accepted"}, {Kind: "wait", Label: "First member"}, {Kind: "wait", Label: "Country received"},
	}}
	landing := SetupLandingPage{Page: storyOutside("Set up Single Sign-On", "/s/x"), OrgName: "Acme Corp", Kind: "sso", AskedBy: "Jo Miller", Until: storyUntil, Lasts: "23 h 12 min", Action: "/s/6ttGBraWiNPN0a0q9JxQ2c", Seen: "Someone is at step 4 since 14:20 UTC. You can go on together."}
	app, chosen := storyStep("scim", "app"), storyStep("scim", "app")
	app.Ways, app.Instructions, app.Next = &WayForm{Action: "/setup/scim/way", Ways: GuideBySlug("okta").SCIM.Ways}, nil, ""
	chosen.Ways = &WayForm{Action: "/setup/scim/way", Chosen: "separate", Ways: app.Ways.Ways}
	chosen.Instructions = GuideBySlug("okta").Steps("scim", map[string]string{"way": "separate"})[0].Instructions
	list := []Story{
		{"wizard/scim-ways", WizardStep(app)}, {"wizard/scim-way-chosen", WizardStep(chosen)},
		{"wizard/scim-connect", WizardStep(connect)}, {"wizard/scim-token", WizardStep(token)}, {"wizard/scim-watch", WizardStep(watch)},
		{"wizard/scim-refused", WizardStep(lost)},
		{"setup/landing", SetupLanding(landing)},
	}
	for _, state := range []string{"expired", "replaced", "cancelled", "finished", "revoked", "unknown"} {
		p := SetupEndedPage{Page: storyOutside("Setup link", "/s/x"), State: state}
		if state != "unknown" {
			p.Kind, p.OrgName, p.AskedBy, p.When = "sso", "Acme Corp", "Jo Miller", storyTime("3 May, 14:02 UTC", "2026-05-03T14:02:00Z")
		}
		list = append(list, Story{"setup/" + state, SetupEnded(p)})
	}
	return list
}
