package views

// importStories are the pages of a CSV of people in their states.
func importStories() []Story {
	at := storyTime("20 Nov 2026, 16:40 UTC", "2026-11-20T16:40:00Z")
	upload := OrgImportsPage{Page: storyPage("Invite people by CSV", "/organization/invites/import"), Plans: "Core, Extended, Ultimate", NoPassword: true}
	again := upload
	again.DefaultCountry = "Germany"
	again.Recent = []ImportLine{{"/organization/invites/import/imp-a", "people-2026-november-everybody-in-cologne.csv", "running", at, "Jo Miller", "180", "412"}, {"/organization/invites/import/imp-b", "sales.csv", "finished", at, "Ines Braun", "12", "14"}}
	again.Text, again.Errors = "name;mail\nJo;jo@acme.com", FieldErrors{"text": "A column is missing: firstName, lastName, country. Add it, or start from the template."}
	review := OrgImportPage{
		Page: storyPage("people.csv", "/organization/invites/import/imp-a"), ID: "imp-a", Name: "people.csv", State: "review", Read: "Read as Windows-1252, separated by semicolons",
		Odd:   "This file is not in UTF-8, so we read it as Windows-1252. Look at the names with accents. If they are wrong, save the file again as “CSV UTF-8”.",
		Ready: 180, Total: 180, HasBad: true, DownloadPath: "/organization/invites/import/imp-a/faults.csv", Showing: "Errors",
		Counts: []ImportCount{{"Errors", "3", "/organization/invites/import/imp-a?show=faults", true}, {"Twice in the file", "1", "?show=duplicates", false}, {"Already members", "4", "?show=members", false}, {"Ready", "180", "?show=ready", false}},
		Rows: []ImportRowLine{
			{"7", "Ben Roe", "ben@acme", "error", "email", "“ben@acme” is not an e-mail address. Write it like jo@acme.com.", "/organization/invites/import/imp-a/rows/7"},
			{"12", "Cid Poe", "cid.poe-with-a-long-name@research.acme.co.uk", "error", "country", "“Atlantis” is not a country. Send its two-letter code (US, DE, JP) or its English name. “Gold” is not one of your plans (Core, Extended).", "/organization/invites/import/imp-a/rows/12"},
			{"31", "", "", "error", "", "The quote marks of line 31 do not fit together. Write a quote mark inside a value twice.", ""},
		},
	}
	hopeless := review
	hopeless.Ready, hopeless.Odd = 0, ""
	running := review
	running.State, running.Done, running.HasBad, running.Showing = "running", 126, false, "Ready"
	running.Rows = []ImportRowLine{{"127", "Ann Lee", "ann@acme.com", "ready", "", "", ""}, {"128", "Bo Li", "bo@acme.com", "ready", "", "", ""}}
	finished := review
	finished.State, finished.Done = "finished", 179
	finished.Rows = []ImportRowLine{{"7", "Ben Roe", "ben@acme", "error", "email", "“ben@acme” is not an e-mail address. Write it like jo@acme.com.", ""}, {"9", "Di Fox", "di@acme.com", "failed", "", "This person could not be invited. Import the row again, or invite the person by hand.", ""}}
	cancelled := finished
	cancelled.State, cancelled.Rows = "cancelled", nil
	row := OrgImportRowPage{
		Page: storyPage("Line 12", "/organization/invites/import/imp-a/rows/12"), ImportPath: "/organization/invites/import/imp-a", Line: "12", Message: review.Rows[1].Message,
		Columns: []string{"firstName", "lastName", "email", "country", "birthYear", "role", "plan"}, Plans: append([]Option{{"", "The default plan"}}, storyPlans...), Countries: storyCountries(),
		Values: map[string]string{"firstName": "Cid", "lastName": "Poe", "email": "cid@acme.com"},
	}
	wrong := row
	wrong.Errors = FieldErrors{"country": "Choose the country."}
	return []Story{
		{"org/import/upload", OrgImports(upload)}, {"org/import/refused", OrgImports(again)}, {"org/import/review", OrgImport(review)}, {"org/import/hopeless", OrgImport(hopeless)},
		{"org/import/running", OrgImport(running)}, {"org/import/finished", OrgImport(finished)}, {"org/import/cancelled", OrgImport(cancelled)}, {"org/import/row", OrgImportRow(row)}, {"org/import/row-wrong", OrgImportRow(wrong)},
	}
}
