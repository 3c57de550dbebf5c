package views

// leavingStories are the pages about people who leave.
func leavingStories() []Story {
	leavers := OrgLeaversPage{
		Page: storyPage("Removals that wait", "/organization/sso/directory"), Total: 130, Floor: "10", Percent: "20",
		Policy: "Whoever is removed stays in the organization, on the Free plan, and can no longer sign in through it. Plan and role come back with the person.",
		Rows: []LeaverRow{
			{"mem-a1", "/organization/members/mem-a1", "Ines Braun", "ines@acme.com", planUltimate, storyTime("21 Nov 2026, 14:31 UTC", "2026-11-21T14:31:08Z"), storyTime("22 Nov 2026, 14:31 UTC", "2026-11-22T14:31:08Z")},
			{"mem-c3", "/organization/members/mem-c3", "Šárka Nováková-Svobodová", "sarka.novakova-svobodova@research.acme.co.uk", planExtended, storyTime("21 Nov 2026, 14:31 UTC", "2026-11-21T14:31:09Z"), storyTime("22 Nov 2026, 14:31 UTC", "2026-11-22T14:31:09Z")},
		},
		Pager: Pager{"1 to 50 of 130", "", "/organization/sso/leavers?page=2"},
	}
	calm := leavers
	calm.Rows, calm.Total, calm.Pager, calm.Floor = nil, 0, Pager{}, "many"
	calm.Errors = FieldErrors{"floor": "Write a number of people between 0 and 1000000."}
	review := OrgReviewPage{
		Page: storyPage("Review of the first sync", "/organization/sso/directory"), On: true,
		Counts: []Fact{{"New", "212", ""}, {"Taken over, plan kept", "140", ""}, {"On hold: Outside your domains", "3", ""}, {"On hold: Country missing", "9", ""}, {"Members whom the directory did not send; they stay", "17", ""}},
		People: []HeldRow{{"/organization/members/mem-a1", "Ines Braun", "ines@acme.com", []string{"Becomes a member"}}, {"/organization/members/mem-c3", "Šárka Nováková", "sarka@acme.com", []string{"missing_country"}}},
		Known:  []HeldRow{{"/organization/members/mem-j0", "Jo Miller", "jo@acme.com", []string{"Taken over by the directory, plan kept"}}},
	}
	ask := PersonalPage{Page: storyOutside("Your private e-mail", "/personal/x"), Action: "/personal/6ttGBraWiNPN0a0q9JxQ2c", Suspended: true, Former: "ines@acme.com"}
	fault, sent, prove := ask, ask, ask
	fault.Email, fault.Errors = "ines@acme.co.uk", FieldErrors{"email": "This address belongs to an organization. Give a private one, which stays yours when you leave."}
	sent.Email, sent.Sent = "ines.braun@home.example", true
	prove.Proves = "ines.braun@home.example"
	stays := LeavePage{Page: storyMember("Leave Acme Corp", "/account"), Organization: "Acme Corp", Admins: []Person{{"Jo Miller", "jo@acme.com"}},
		Fixed: "Your membership is managed by Acme Corp’s directory, which would bring you back. An administrator can take you out there."}
	return []Story{
		{"org/leavers/many", OrgLeavers(leavers)}, {"org/leavers/none", OrgLeavers(calm)}, {"org/leavers/conflict", OrgLeavers(crossedGuard(leavers))},
		{"org/review/on", OrgReview(review)}, {"org/review/off", OrgReview(OrgReviewPage{Page: storyPage("Review of the first sync", "/organization/sso/directory")})},
		{"account/left", Left(storyOutside("You have left", "/account/left"))}, {"personal/ask", Personal(ask)}, {"personal/fault", Personal(fault)}, {"personal/sent", Personal(sent)}, {"personal/prove", Personal(prove)},
		{"account/leave", Leave(LeavePage{Page: storyMember("Leave Acme Corp", "/account"), Organization: "Acme Corp"})}, {"account/leave-managed", Leave(stays)},
		{"org/deprovision/disconnect", OrgDeprovision(OrgDeprovisionPage{
			Page: storyPage("When someone is removed", "/organization/sso"), From: "Downgrade only", To: "Downgrade and remove from organization",
			What:         "Whoever is removed is no longer a member. The person is told by e-mail and keeps the account as a personal one on the Free plan: it is suspended until a private e-mail address is proved, and the work address is free again. For 30 days you can bring the person back, with plan and role.",
			Consequences: []string{"Nobody is removed by this. It is for people who are removed from now on.", "412 active members can be removed by this rule.", "17 people who have left already stay as they are."},
			Fields:       []Link{{"version", "4"}, {"deprovision", "disconnect"}},
		})},
	}
}

// crossedGuard is the queue after two administrators set the guard at once.
func crossedGuard(p OrgLeaversPage) OrgLeaversPage {
	p.Floor, p.Seen.Conflict = "7", storyConflict(ConflictField{"People", "5", "7"}, ConflictField{"Percent of the active members", "20", "30"})
	return p
}
