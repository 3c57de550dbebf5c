package views

// Values: organization, kind ("sso" or "scim"), made.
func mailSetupLinkOpened(f MailFacts) Mail {
	what := integrationName(f.Values["kind"])
	return Mail{
		Subject: "The setup of " + what + " for " + f.organization() + " has begun",
		Paragraphs: []string{
			"Somebody has opened the setup link that was made on " + f.moment("made", "the day on its card") + " and begun. You need to do nothing: we write to you when the setup is finished.",
		},
		Button: "See how far it is",
		After:  []string{"Does nobody in your IT team know of this? Cancel the link on the tab Single Sign-On / Provision: it stops working at once."},
	}
}

// Values: organization, kind, made.
func mailSetupLinkFinished(f MailFacts) Mail {
	what := integrationName(f.Values["kind"])
	return Mail{
		Subject: "The setup of " + what + " for " + f.organization() + " is finished",
		Paragraphs: []string{
			"Whoever you gave the setup link to has come to the end of the guide and pressed Done. The link has stopped working.",
			"The tab Single Sign-On / Provision shows whether " + what + " is active, and what is left to do if it is not.",
		},
		Button: "See the result",
		After:  []string{"Is something to be changed? Make a new setup link on the same tab; nothing that was entered is lost."},
	}
}

// Values: organization, kind, made.
func mailSetupLinkExpired(f MailFacts) Mail {
	what := integrationName(f.Values["kind"])
	return Mail{
		Subject: "The setup link of " + what + " for " + f.organization() + " has expired unused",
		Paragraphs: []string{
			"Nobody has started the setup with the link that was made on " + f.moment("made", "the day on its card") + ". Setup links work for 24 hours, so this one has ended.",
			"Ask your IT team when they have 15 minutes. Then make a new link on the tab Single Sign-On / Provision and send it to them.",
		},
		Button: "Make a new link",
	}
}
