package views

// Values: organization, what, amount, period, order, sandbox ("yes" or "no"), po_number.
func mailReceipt(f MailFacts) Mail {
	list := []string{f.value("what", "What you chose") + " for " + f.organization() + ": " + f.value("amount", "the agreed price") + periodWords[f.Values["period"]] + "."}
	if f.Values["sandbox"] == "yes" {
		list = append(list, "This was bought in the sandbox: no money has moved.")
	}
	if po := f.Values["po_number"]; po != "" {
		list = append(list, "Your order number: "+po+".")
	}
	return Mail{
		Subject:    "Receipt: " + f.value("what", "your purchase") + " for " + f.organization(),
		Paragraphs: append([]string{"Thank you. The payment has arrived, and what was bought can be set up at once."}, list...),
		Button:     "See your receipts",
		After:      []string{"Purchase " + f.value("order", "unknown") + ". You did not expect this? Ask an administrator of " + f.organization() + f.orSupport() + "."},
	}
}

// Values: as mailReceipt, organization_id.
func mailOrderSurplus(f MailFacts) Mail {
	return Mail{
		Subject: "Paid for what " + f.organization() + " had already: " + f.value("what", "a purchase"),
		Paragraphs: []string{
			f.value("what", "A purchase") + " was paid for (" + f.value("amount", "the agreed price") + "), but it had been switched on for " + f.organization() + " meanwhile. Nothing was added.",
			"The amount has to be paid back. Our staff has got this mail as well and takes care of it.",
		},
		After: []string{"Purchase " + f.value("order", "unknown") + " of organization " + f.value("organization_id", "unknown") + "."},
	}
}

// Values: as mailReceipt, organization_id.
func mailOrderRefunded(f MailFacts) Mail {
	return Mail{
		Subject: "Paid back: " + f.value("what", "a purchase") + " for " + f.organization(),
		Paragraphs: []string{
			f.value("amount", "The amount") + " for " + f.value("what", "a purchase") + " was paid back.",
			"Nothing was switched off by this. Our staff decides with you what stays.",
		},
		After: []string{"Purchase " + f.value("order", "unknown") + " of organization " + f.value("organization_id", "unknown") + "."},
	}
}

// Values: as mailReceipt, organization_id.
func mailOrderEnded(f MailFacts) Mail {
	return Mail{
		Subject: "The subscription has ended: " + f.value("what", "a purchase") + " for " + f.organization(),
		Paragraphs: []string{
			"The subscription for " + f.value("what", "a purchase") + " has ended, and nothing more is charged.",
			"Nobody’s sign-in stops by this: what was bought stays on until our staff has spoken with you.",
		},
		After: []string{"Purchase " + f.value("order", "unknown") + " of organization " + f.value("organization_id", "unknown") + "."},
	}
}

// Values: organization, seats.
func mailSeatsFull(f MailFacts) Mail {
	return Mail{
		Subject: "All seats of " + f.organization() + " are taken",
		Paragraphs: []string{
			"All " + f.value("seats", "the") + " seats are in use, and somebody new is waiting for one. Who waits is on the plan Free until then.",
			"Your directory goes on as usual; nothing is refused. Add seats, or free some by removing members who have left: those who wait move up by themselves, in the order in which they came.",
		},
		Button: "See the seats",
	}
}

// periodWords are how often a price is paid, after the amount.
var periodWords = map[string]string{"month": " per month", "year": " per year", "once": ", once"}
