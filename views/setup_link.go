package views

// SetupLandingPage is the first page behind a setup link: who asked, for what, until when (SPEC L2). Opening it uses
// nothing up; the button starts.
type SetupLandingPage struct {
	Page
	OrgName string
	Kind    string // "sso" or "scim"
	AskedBy string // name or e-mail of who made the link
	Until   Time
	Lasts   string // "23 h 12 min"
	Action  string // POST target
	Seen    string // "Someone is at step 4, last seen 12 min ago. You can go on together."; empty for nobody
}

// SetupEndedPage is what any link shows that does not work: State is expired, replaced, cancelled, finished, revoked or
// unknown. Of an unknown one nothing is known, so the rest is empty.
type SetupEndedPage struct {
	Page
	State   string
	Kind    string
	OrgName string
	AskedBy string
	When    Time
}

func (p SetupLandingPage) what() string { return integrationName(p.Kind) }

// takes lists what the person needs at hand.
func (p SetupLandingPage) takes() []string {
	list := []string{"Administrator rights in your identity provider (Okta, Entra ID …)", "About 15 minutes; you can stop and go on later, also with a colleague"}
	if p.Kind == "sso" {
		list = append(list, "An account of your own there, for a test sign-in")
	}
	return list
}

// gives says what the product gets and what it does not.
func (p SetupLandingPage) gives() string {
	if p.Kind == "sso" {
		return "We get the name, e-mail address and the attributes you choose of people who sign in. We never see their password."
	}
	return "We get the people and groups that you assign to the app, with the attributes you choose. We cannot change anything in your directory."
}

func (p SetupEndedPage) heading() string {
	switch p.State {
	case "expired":
		return "This setup link has expired"
	case "replaced":
		return "There is a newer setup link"
	case "cancelled":
		return "This setup link was cancelled"
	case "finished":
		return "This setup is finished"
	case "revoked":
		return integrationName(p.Kind) + " was switched off"
	}
	return "We do not know this setup link"
}

// text says what happened and whom to ask; the cause first, the way on second.
func (p SetupEndedPage) text() string {
	ask := "Ask the person who sent it for a new link."
	if p.AskedBy != "" {
		ask = "Ask " + p.AskedBy + " for a new link."
	}
	switch p.State {
	case "expired":
		return "It worked until " + p.When.Text + ". " + ask + " Nothing that was entered is lost."
	case "replaced":
		return "A newer link was made at " + p.When.Text + ". Use that one, or " + lowerFirst(ask)
	case "cancelled":
		return "It was cancelled on " + p.When.Text + ". " + ask + " What was entered is kept."
	case "finished":
		return "The setup for " + p.OrgName + " was finished on " + p.When.Text + ". To change something, " + lowerFirst(ask)
	case "revoked":
		return "It was deactivated on " + p.When.Text + ", and its links with it. " + ask
	}
	return "Check that the whole link was copied: the part behind the last slash has 22 letters and digits. If it was, " + lowerFirst(ask)
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return string(s[0]|0x20) + s[1:]
}
