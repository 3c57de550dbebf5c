package views

// Values: organization, email, expires (with a link: the account waits for a private address).
func mailDisconnected(f MailFacts) Mail {
	m := Mail{
		Subject: f.organization() + " has ended your membership",
		Paragraphs: []string{
			f.organization() + " has taken you out of the organization on " + f.Product + ". You were signed out, and what " + f.organization() + " paid for is no longer yours to use.",
		},
		After: []string{"You think this is a mistake? Ask your administrator" + f.orSupport() + "."},
	}
	if f.Link == "" {
		m.Paragraphs = append(m.Paragraphs, "Your own account goes on as it is, on the Free plan where no other organization gives you more.")
		return m
	}
	m.Paragraphs = append(m.Paragraphs,
		"Your account is yours to keep, as a personal account on the Free plan. It is suspended until you give us a private e-mail address, because "+f.value("email", "your work address")+" belongs to the organization.")
	m.Button = "Keep your account"
	m.After = append([]string{"The link works until " + f.moment("expires", "30 days after this mail") + ". If you do nothing, the account stays suspended."}, m.After...)
	return m
}

// Values: organization, erased.
func mailDisabled(f MailFacts) Mail {
	return Mail{
		Subject: "Your membership of " + f.organization() + " will be deleted",
		Paragraphs: []string{
			f.organization() + " has taken you out of the organization on " + f.Product + ". You were signed out and can no longer sign in through it.",
			"What is known of you there is erased for good on " + f.moment("erased", "the thirtieth day from now") + ". An account with a password of its own, or with another organization, is yours and goes on.",
		},
		After: []string{"You think this is a mistake? Ask your administrator before that day" + f.orSupport() + "."},
	}
}

// Values: email, expires.
func mailPersonalEmail(f MailFacts) Mail {
	return Mail{
		Subject:    "Confirm your private e-mail for " + f.Product,
		Paragraphs: []string{"Somebody, probably you, gave this address as the private one of an account with " + f.Product + ". Please confirm that it is yours."},
		Button:     "Confirm this address",
		After:      []string{"The link works until " + f.moment("expires", "three days after this mail") + ". It was not you? Do nothing, and the address is not used."},
	}
}

// Values: organization, allowed, until.
func mailLeaversWait(f MailFacts) Mail {
	return Mail{
		Subject: "Many people are leaving " + f.organization() + ": removals wait for you",
		Paragraphs: []string{
			"The directory of " + f.organization() + " has removed more than " + f.value("allowed", "the allowed number of") + " people within an hour. From then on people are signed out at once, but nothing else is changed yet.",
			"If this is meant, release the removals. If it is a mistake, undo them, and set the directory right. What nobody touches is carried out from " + f.moment("until", "24 hours from now") + " on.",
		},
		Button: "Look at the removals",
		After:  []string{"You can change how many people may leave in an hour on the same page."},
	}
}
