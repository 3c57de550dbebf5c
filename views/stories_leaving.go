package views

// leavingStories are the pages about people who leave.
func leavingStories() []Story {
	return []Story{
		{"org/deprovision/disconnect", OrgDeprovision(OrgDeprovisionPage{
			Page: storyPage("When someone is removed", "/organization/sso"), From: "Downgrade only", To: "Downgrade and remove from organization",
			What:         "Whoever is removed is no longer a member. The person is told by e-mail and keeps the account as a personal one on the Free plan: it is suspended until a private e-mail address is proved, and the work address is free again. For 30 days you can bring the person back, with plan and role.",
			Consequences: []string{"Nobody is removed by this. It is for people who are removed from now on.", "412 active members can be removed by this rule.", "17 people who have left already stay as they are."},
			Fields:       []Link{{"version", "4"}, {"deprovision", "disconnect"}},
		})},
	}
}
