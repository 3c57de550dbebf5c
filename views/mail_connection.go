package views

// readAgain is how an administrator takes over what does not change by itself.
const readAgain = "Make a new setup link on the tab Single Sign-On / Provision, read the metadata again there, run a test sign-in and switch the new settings on. "

// Values: organization, days, ends, metadata (the address it is read from, or "").
func mailCertificateEnds(f MailFacts) Mail {
	days := f.value("days", "a few")
	when := "in " + days + " days"
	if days == "1" {
		when = "tomorrow"
	}
	mend := "Make a new certificate at your identity provider. Then make a setup link on the tab Single Sign-On / Provision and give us the new certificate or metadata file."
	if f.Values["metadata"] != "" {
		mend = "Make a new certificate at your identity provider. We read its metadata every day, so the new certificate arrives by itself; wait a day before you switch your provider to it."
	}
	return Mail{
		Subject: "The single sign-on certificate of " + f.organization() + " ends " + when,
		Paragraphs: []string{
			"The last signing certificate that we have of your identity provider ends on " + f.moment("ends", "the date on the connection’s page") + ".",
			mend,
		},
		After: []string{"The page of the connection shows every certificate with its date."},
	}
}

// Values: organization, address, since, why.
func mailMetadataUnreadable(f MailFacts) Mail {
	list := []string{
		"We read your identity provider’s metadata every day, so that new certificates arrive by themselves. Since " + f.moment("since", "some days ago") + " that has failed:",
		f.value("address", "the metadata address"),
	}
	if why := f.Values["why"]; why != "" {
		list = append(list, why)
	}
	return Mail{
		Subject:    "We cannot read the single sign-on metadata of " + f.organization(),
		Paragraphs: append(list, "Sign-ins go on with the certificates that we have."),
		After:      []string{"Has the address changed? " + readAgain + "You are told once; we go on trying every day."},
	}
}

// Values: organization, address, expected.
func mailMetadataIssuer(f MailFacts) Mail {
	return Mail{
		Subject: "The single sign-on metadata of " + f.organization() + " now describes another provider",
		Paragraphs: []string{
			"The metadata at " + f.value("address", "your provider’s address") + " no longer describes the issuer " + f.value("expected", "that we know") + ". We changed nothing: sign-ins go on with what we have.",
		},
		After: []string{"Did your organization move to another provider or tenant? " + readAgain + "If not, ask your provider."},
	}
}

// Values: organization, address, expected, received.
func mailMetadataHost(f MailFacts) Mail {
	return Mail{
		Subject: "The sign-in address of " + f.organization() + " has moved: please decide",
		Paragraphs: []string{
			"The metadata at " + f.value("address", "your provider’s address") + " now sends people to " + f.value("received", "another host") + " to sign in. Until now it was " + f.value("expected", "the host that we know") + ".",
			"We changed nothing, because such a move is for an administrator to confirm. Sign-ins go on at the address that we have.",
		},
		After: []string{"Is the move right? " + readAgain + "If not, ask your provider."},
	}
}

// Values: organization, switch.
func mailServiceKeyRenewed(f MailFacts) Mail {
	return Mail{
		Subject: "Our key for the single sign-on of " + f.organization() + " is being renewed",
		Paragraphs: []string{
			"There is a new key on our side of your single sign-on. It signs our requests and opens encrypted responses. Our metadata holds its certificate from now on, beside the one in use.",
			"On " + f.moment("switch", "the day on the connection’s page") + " the new key is put into use, or earlier if an administrator does so.",
			"Does your identity provider read our metadata by itself? Then you need to do nothing. If not, give it our metadata again before that day; until it has it, it may refuse our requests.",
		},
		After: []string{"The page of the connection shows our metadata and both keys."},
	}
}

// Values: organization, until.
func mailServiceKeySwitched(f MailFacts) Mail {
	return Mail{
		Subject: "Our new key for the single sign-on of " + f.organization() + " is in use",
		Paragraphs: []string{
			"Our requests to your identity provider are signed with the new key from now on. Responses that are encrypted for the old key can be read until " + f.moment("until", "30 days from now") + ".",
			"Does your identity provider refuse sign-ins since today? Then it does not know the new certificate yet: give it our metadata again.",
		},
		After: []string{"The page of the connection shows our metadata and the key in use."},
	}
}

// Values: organization, domain, host, value.
func mailDomainLost(f MailFacts) Mail {
	domain := f.value("domain", "your domain")
	return Mail{
		Subject: "The proof that " + domain + " belongs to " + f.organization() + " is gone",
		Paragraphs: []string{
			"We look every day for the DNS record that proves your domain. Today the TXT record at " + f.value("host", "its address") + " was not there. It must say:",
			f.value("value", "the value on the tab Single Sign-On / Provision"),
			"Single sign-on goes on as before. Put the record back, so that nobody else can claim the domain.",
		},
		After: []string{"You need to do nothing else: we look again every day, and the domain turns to Verified by itself."},
	}
}

// Values: organization.
func mailSSOSettingsSwapped(f MailFacts) Mail {
	return Mail{
		Subject:    "Single Sign-On of " + f.organization() + " uses new settings",
		Paragraphs: []string{"Changed settings of Single Sign-On were tested and switched on. Sign-ins go by them from now on; those that were under way ended as they began."},
		After:      []string{"You did not expect this? Look at Activity: it says who changed what. The page of the connection shows what is in use."},
	}
}
