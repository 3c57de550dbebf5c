package views

// Values: organization, kind ("sso" or "scim"), sender, expires.
func mailSetupLink(f MailFacts) Mail {
	what, sender := integrationName(f.Values["kind"]), f.value("sender", "An administrator")
	return Mail{
		Subject: "Set up " + what + " for " + f.organization(),
		Paragraphs: []string{
			sender + " asks you to connect " + f.organization() + "’s identity provider to " + f.Product + ".",
			"The link opens a guide in your provider’s own words. You need administrator rights there and about 15 minutes, but no account with us. You can stop and go on later.",
		},
		Button: "Start the setup",
		After: []string{
			"The link works until " + f.moment("expires", "24 hours after it was made") + ". Anyone who has it can do the setup, so please do not pass it on outside your IT team.",
			"You did not expect this? Ask " + sender + " before you open it.",
		},
	}
}

// Values: organization, inviter, role, passwords_disabled ("yes" or "no"), expires.
func mailInvite(f MailFacts) Mail {
	how := "You choose a password when you accept."
	if yes := f.Values["passwords_disabled"]; yes == "yes" || yes == "true" {
		how = "You need no password: you sign in with your company account, or by a link that we e-mail you."
	}
	role := "a member"
	if f.Values["role"] == "admin" {
		role = "an administrator"
	}
	return Mail{
		Subject:    "Join " + f.organization() + " on " + f.Product,
		Paragraphs: []string{f.value("inviter", "An administrator") + " invites you to " + f.organization() + " as " + role + ".", how},
		Button:     "See the invite",
		After:      []string{"The invite works until " + f.moment("expires", "the date on its page") + ". If it is not for you, do nothing: no account is made until you accept."},
	}
}

// Values: organization, inviter, role, expires.
func mailInviteReminder(f MailFacts) Mail {
	role := ""
	if f.Values["role"] == "admin" {
		role = " as an administrator"
	}
	return Mail{
		Subject: "Your invite to " + f.organization() + " ends soon",
		Paragraphs: []string{
			f.value("inviter", "An administrator") + " invited you to " + f.organization() + " on " + f.Product + role + ". The invite ends on " + f.moment("expires", "the date on its page") + ".",
		},
		Button: "See the invite",
		After:  []string{"This is the only reminder. If the invite is not for you, do nothing: no account is made until you accept."},
	}
}

// Values: organization, email.
func mailInviteAsked(f MailFacts) Mail {
	who := f.value("email", "Somebody")
	return Mail{
		Subject:    who + " asks for a new invite to " + f.organization(),
		Paragraphs: []string{"The invite of " + who + " to " + f.organization() + " has expired, and the person asks for a new one."},
		After:      []string{"You can send it again on the page Invites. If the person should not join, do nothing."},
	}
}

func mailSignInLink(f MailFacts) Mail {
	return Mail{
		Subject:    "Your sign-in link for " + f.Product,
		Paragraphs: []string{"Here is the link to sign in that was asked for just now. It works once, for 15 minutes."},
		Button:     "Sign in",
		After:      []string{"You did not ask for it? Do nothing: nobody can sign in without opening this link."},
	}
}

func mailReset(f MailFacts) Mail {
	return Mail{
		Subject:    "Set a new password for " + f.Product,
		Paragraphs: []string{"Somebody, probably you, asked to set a new password. The link works once, for one hour."},
		Button:     "Set a new password",
		After:      []string{"You did not ask for it? Do nothing: your password stays as it is."},
	}
}

func mailVerify(f MailFacts) Mail {
	return Mail{
		Subject:    "Confirm your e-mail for " + f.Product,
		Paragraphs: []string{"Please confirm that this address is yours, to finish signing up."},
		Button:     "Confirm this address",
		After:      []string{"You did not sign up? Do nothing, and the address stays unconfirmed."},
	}
}

func mailPasswordChanged(f MailFacts) Mail {
	return Mail{
		Subject:    "Your password for " + f.Product + " was changed",
		Paragraphs: []string{"Your password was changed just now, and you were signed out everywhere else."},
		After:      []string{"This was not you? Set a new password on the sign-in page at once, and tell your administrator."},
	}
}

func mailAccountExists(f MailFacts) Mail {
	return Mail{
		Subject:    "You have an account with " + f.Product + " already",
		Paragraphs: []string{"Somebody, probably you, tried to sign up with this address. It has an account already, so nothing was made."},
		Button:     "Sign in",
		After:      []string{"Forgot the password? The sign-in page can e-mail you a link. If it was not you, do nothing."},
	}
}

// Values: organization.
func mailAccountAttached(f MailFacts) Mail {
	return Mail{
		Subject: "Your account now belongs to " + f.organization(),
		Paragraphs: []string{
			f.organization() + " has proved that it owns the domain of your e-mail address, and its directory added your account with " + f.Product + " to the organization.",
			"Its administrators can now see your name, e-mail and plan, and can take you out again. Your password and your other organizations stay as they are.",
		},
		After: []string{"You did not expect this? Ask your administrator" + f.orSupport() + "."},
	}
}

// Values: organization.
func mailDowngraded(f MailFacts) Mail {
	return Mail{
		Subject: "Your plan with " + f.organization() + " has ended",
		Paragraphs: []string{
			f.organization() + " has ended your access, so your plan on " + f.Product + " is Free from now on and you were signed out.",
			"Nothing of yours was deleted. If your organization brings you back, your plan comes back with it.",
		},
		After: []string{"You think this is a mistake? Ask your administrator" + f.orSupport() + "."},
	}
}

// Values: organization, organization_id, member.
func mailLastAdmin(f MailFacts) Mail {
	return Mail{
		Subject: f.organization() + " has no administrator left who can sign in",
		Paragraphs: []string{
			"The directory of " + f.organization() + " removed its last administrator. The role stays on record, but until the person is brought back, only a recovery code lets anybody in.",
			"Make somebody else an administrator, or ask the organization to bring the person back in its directory.",
		},
		After: []string{"Organization " + f.value("organization_id", "unknown") + ", member " + f.value("member", "unknown") + "."},
	}
}

// Values: organization.
func mailSSOActivated(f MailFacts) Mail {
	return Mail{
		Subject: "Single Sign-On is active for " + f.organization(),
		Paragraphs: []string{
			"From now on, people with an address in a verified domain of " + f.organization() + " are sent to your identity provider when they sign in.",
			"Passwords that exist go on working until single sign-on is required in the sign-in policy.",
		},
		After: []string{"You can switch it off at any time on the tab Single Sign-On / Provision."},
	}
}

// Values: organization, integration, also_directory ("yes" or "no").
func mailDeactivated(f MailFacts) Mail {
	what := f.value("integration", "Single Sign-On")
	list := []string{what + " was deactivated for " + f.organization() + "."}
	if f.Values["also_directory"] == "yes" {
		list = append(list, "Directory Sync was switched off with it.")
	}
	list = append(list, "What was bought stays bought. It can be undone for 10 minutes, and set up again at any time.")
	return Mail{
		Subject:    what + " was deactivated for " + f.organization(),
		Paragraphs: list,
		After:      []string{"The Activity page shows who did this and when."},
	}
}

func (f MailFacts) orSupport() string {
	if s := first(f.Values["support"], f.Support); s != "" {
		return ", or write to " + s
	}
	return ""
}
