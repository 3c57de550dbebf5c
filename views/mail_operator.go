package views

// Values: again ("yes" or "no"), expires.
func mailOperatorWelcome(f MailFacts) Mail {
	m := Mail{
		Subject:    "Become an operator of " + f.Product,
		Paragraphs: []string{"You are asked to look after the organizations of " + f.Product + ". Choose a password first; then your authenticator app is connected."},
		Button:     "Choose a password",
		After:      []string{"The link works once, until " + f.moment("expires", "24 hours after this mail") + ". You did not expect it? Ask a colleague before you open it."},
	}
	if f.Values["again"] == "yes" {
		m.Subject = "Your access to the operators’ desk of " + f.Product + " begins anew"
		m.Paragraphs = []string{"A colleague has reset your access: your password and your authenticator app work no longer, and you are signed out. Choose a new password; then your app is connected again."}
	}
	return m
}
