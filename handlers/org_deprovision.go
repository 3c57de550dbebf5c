package handlers

import (
	"net/http"

	"rollcall/models"
	"rollcall/views"
)

// errUnconfirmed rolls the settings back whose new rule for people who leave has not been confirmed.
var errUnconfirmed = &models.Error{Code: models.Invalid, Field: "deprovision", Message: "Confirm what happens when someone is removed."}

// deprovisionTexts say what each rule does to a person.
var deprovisionTexts = map[string]string{
	models.DeprovisionDowngrade:  "Whoever is removed stays in the organization, on the Free plan, and can no longer sign in through it. Plan and role come back with the person.",
	models.DeprovisionDelete:     "Whoever is removed is shut out at once, and erased with all data after 30 days. Until then you can bring the person back, with plan and role.",
	models.DeprovisionDisconnect: "Whoever is removed is no longer a member. The person is told by e-mail and keeps the account as a personal one on the Free plan: it is suspended until a private e-mail address is proved, and the work address is free again. For 30 days you can bring the person back, with plan and role.",
}

// removedWords say in a phrase what becomes of people who are removed.
var removedWords = map[string]string{
	models.DeprovisionDowngrade: "downgraded to Free", models.DeprovisionDisconnect: "downgraded to Free and taken out of the organization",
	models.DeprovisionDelete: "shut out, and erased after 30 days",
}

// removedTexts say what each rule has done to the person who was just removed.
var removedTexts = map[string]string{
	models.DeprovisionDowngrade:  "Removed. The person stays in the organization, on the Free plan, and can no longer sign in through it.",
	models.DeprovisionDisconnect: "Removed. The person is no longer a member, and is told by e-mail how to keep the account as a personal one on the Free plan. Until then it is suspended.",
	models.DeprovisionDelete:     "Removed. The person is shut out, and erased with all data after 30 days. Until then you can bring the person back.",
}

// deprovisionPage asks before the settings are saved with another rule, and counts whom it will touch (SPEC P7).
func (s *Server) deprovisionPage(c Ctx, to string) error {
	var people *models.People
	err := s.view(c, func(tx *models.Tx) (err error) {
		people, err = models.CountPeople(tx)
		return err
	})
	if err != nil {
		return err
	}
	p := views.OrgDeprovisionPage{
		Page: s.page(c, "When someone is removed"), From: deprovisionWords[viewerOf(c).Org.Deprovision], To: deprovisionWords[to], What: deprovisionTexts[to],
		Consequences: []string{"Nobody is removed by this. It is for people who are removed from now on."},
	}
	p.Path = "/organization/sso"
	touches := func(n int64, one, many string) {
		if n > 0 {
			p.Consequences = append(p.Consequences, count(n, one, many))
		}
	}
	touches(people.ByStatus[models.MemberActive], "active member can be removed by this rule.", "active members can be removed by this rule.")
	touches(people.ByStatus[models.MemberLeaving], "removal that waits in the queue will follow it.", "removals that wait in the queue will follow it.")
	touches(people.ByStatus[models.MemberDeactivated]+people.ByStatus[models.MemberDisconnected], "person who has left already stays as they are.", "people who have left already stay as they are.")
	if viewerOf(c).Org.Deprovision == models.DeprovisionDelete {
		p.Consequences = append(p.Consequences, "Only the service’s staff can choose “Delete” again.")
	}
	for _, name := range []string{"version", "domains", "default_plan", "disable_passwords", "add_members", "deprovision", "next"} {
		if v := c.FormValue(name); v != "" {
			p.Fields = append(p.Fields, views.Link{Label: name, Path: v})
		}
	}
	return render(c, http.StatusOK, views.OrgDeprovision(p))
}
