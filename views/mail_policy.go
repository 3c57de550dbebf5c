package views

// Values: organization, on ("yes" or ""), by (an administrator when missing).
func mailSSORequired(f MailFacts) Mail {
	if f.Values["on"] == "" {
		return Mail{
			Subject:    "Single sign-on is no longer required at " + f.organization(),
			Paragraphs: []string{f.value("by", "An administrator") + " has switched the rule off. People of the organization’s domains can sign in with a password or an e-mailed link again."},
			After:      []string{"You did not expect this? Look at Activity, and at the sign-in policy."},
		}
	}
	return Mail{
		Subject: "Single sign-on is required now at " + f.organization(),
		Paragraphs: []string{
			"An administrator has switched the rule on. People of the organization’s domains sign in through its identity provider only; passwords, e-mailed links and resets are refused.",
			"If single sign-on fails, an administrator gets in with one of the recovery codes. Make sure that you know where they are kept.",
		},
		After: []string{"You did not expect this? Look at Activity, and at the sign-in policy."},
	}
}

// Values: organization.
func mailRecoveryCodesMade(f MailFacts) Mail {
	return Mail{
		Subject:    "New recovery codes of " + f.organization(),
		Paragraphs: []string{"An administrator has made ten recovery codes. Each of them lets an administrator in once, for one hour, without single sign-on. Codes made earlier have stopped working."},
		After:      []string{"You did not expect this? Make new ones on the page of the sign-in policy; that ends these."},
	}
}

// Values: organization, who, address, ip, at, left.
func mailRecoveryUsed(f MailFacts) Mail {
	where := "."
	if ip := f.Values["ip"]; ip != "" {
		where = " from the network address " + ip + "."
	}
	return Mail{
		Subject: "A recovery code was used at " + f.organization(),
		Paragraphs: []string{
			f.value("who", "An administrator") + " (" + f.value("address", "address not known") + ") signed in with a recovery code on " + f.moment("at", "a moment ago") + where,
			"The session ends after one hour. Unused codes left: " + f.value("left", "some") + ".",
		},
		After: []string{"Was this not one of you? Sign everyone out and make new codes on the page of the sign-in policy, and change who is an administrator."},
	}
}
