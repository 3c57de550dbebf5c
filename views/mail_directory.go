package views

// Values: organization, days, ends, last_four.
func mailTokenEnds(f MailFacts) Mail {
	days := f.value("days", "a few")
	when := "in " + days + " days"
	if days == "1" {
		when = "tomorrow"
	}
	which := ""
	if four := f.Values["last_four"]; four != "" {
		which = " that ends in " + four
	}
	return Mail{
		Subject: "A directory token of " + f.organization() + " ends " + when,
		Paragraphs: []string{
			"The token" + which + " works until " + f.moment("ends", "the date on the directory’s page") + ". From then on the requests that your identity provider makes with it are refused, and changes of people and groups stop to arrive.",
			"Make a second token on the page Directory, below Single Sign-On / Provision, and enter it in your identity provider. When the page shows that it is in use, end the old one: nothing stops in between.",
		},
		After: []string{"Is the token not in use any more? Then end it there, and nothing else is needed."},
	}
}
