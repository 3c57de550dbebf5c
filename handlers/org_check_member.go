package handlers

import (
	"strings"

	"rollcall/models"
	"rollcall/views"
)

// member says whether the person is here and may come in.
func (w *signInWalk) member() views.Check {
	m, c := w.Member, views.Check{Kind: "bad", Label: "Member"}
	if m == nil {
		return w.nobody()
	}
	c.FixPath, c.FixLabel = membersPath+"/"+m.ID, "Open the member"
	switch {
	case m.BlockedAt != nil:
		c.Detail, c.Fix = "Sign-in of this person is blocked since "+day(m.BlockedAt)+".", "An administrator can allow it again on the member’s page."
	case w.Suspended:
		c.Detail, c.Fix = "The person’s account is suspended.", "It opens when the person has proved a private e-mail address, or write to support."
	case m.MaySignIn():
		c.Kind, c.Detail, c.FixPath, c.FixLabel = "ok", "A member, "+strings.ToLower(views.StateWord(m.Status))+".", "", ""
		if m.OnlyPersonalHolds() {
			c.Kind, c.Detail = "warn", views.HoldLine(m.Holds())+": the person is asked for it at the next sign-in."
		}
	case m.Status == models.MemberHeld:
		c.Detail, c.Fix = "On hold: "+views.HoldLine(m.Holds())+".", "The member’s page says what ends each hold."
	case m.Status == models.MemberInvited:
		c.Kind, c.Detail, c.FixPath, c.FixLabel = "wait", "Invited, and has not accepted yet. A first sign-in through SSO accepts the invite as well.", invitesPath, "Open the invites"
		if w.guest() {
			c.Kind, c.Fix = "bad", "The person must open the link in the invitation. Send it again if it is lost."
		}
	default:
		c.Detail, c.Fix = "No longer active here: "+strings.ToLower(views.StateWord(m.Status))+".", "Restore the member, or invite the person again."
		if m.Managed() {
			c.Fix = "Your directory has taken the person out. Assign them to the app in your provider again."
		}
	}
	return c
}

// nobody is the step of an address that no member has.
func (w *signInWalk) nobody() views.Check {
	if w.Org.AddMembers == models.AddByDirectory {
		return views.Check{
			Kind: "bad", Label: "Member", Detail: "This person is not in your directory list. With Directory Sync on, people are added from the directory, not at first sign-in.",
			Fix: "Assign the person to the provisioning app in your provider and wait for its next run.", FixPath: "/organization/sso/requests", FixLabel: "Open the directory log",
		}
	}
	if w.Domain != nil && w.Domain.Proved() && w.SSO.State == models.Active {
		return views.Check{Kind: "ok", Label: "Member", Detail: "Not a member yet. The first sign-in makes the person one."}
	}
	return views.Check{Kind: "bad", Label: "Member", Detail: "Nobody here has this address.", Fix: "Check how it is written, or invite the person.", FixPath: invitesPath, FixLabel: "Open the invites"}
}

// directory is the last that the directory said of the person.
func (w *signInWalk) directory() views.Check {
	c := views.Check{Kind: "off", Label: "Directory", Detail: "Nothing that your directory said about this person is in the log."}
	switch e := w.Exchange; {
	case w.Directory.State != models.Active:
		c.Detail = "Directory Sync is not active."
	case e == nil:
	case e.Status >= 400:
		c.Kind, c.Detail, c.At = "warn", "The last request about this person was refused: "+e.Cause, instant(&e.At).Text
		c.FixPath, c.FixLabel = "/organization/sso/requests?person="+w.Email, "Open the directory log"
	default:
		c.Kind, c.Detail, c.At = "ok", "The last request about this person was carried out.", instant(&e.At).Text
	}
	return c
}
