package views

// deskStories are the pages of the desk beside the organizations themselves, and what stands above an organization's own
// pages while an operator acts for it.
func deskStories() []Story {
	at := storyTime("20 Nov 2026, 16:40 UTC", "2026-11-20T16:40:00Z")
	acting := storyPage("Activity", "/organization/activity")
	acting.Acting, acting.Orgs = &Acting{OrgName: "Acme Corp", Reason: "Ticket 4711: the certificate ends and nobody there can sign in", Until: at}, nil
	return []Story{
		{"operator/acting/activity", OrgActivity(OrgActivityPage{Page: acting, Rows: storyHistory()})},
		{"operator/acting/refused", Error(ErrorPage{Page: acting, Status: 403, Heading: "You cannot do this", Text: "You act for this organization, so you cannot make recovery codes. One of its administrators can."})},
	}
}
