package views

import (
	"strconv"
	"strings"
	"time"
)

// adminSources say where the role came from when no administrator gave it.
var adminSources = map[string]string{
	"attribute": " The role came from your directory.",
	"group":     " The role came from a group that you have mapped to it.",
}

// Values: organization, who, address, source (of the role).
func mailNewAdmin(f MailFacts) Mail {
	who := f.value("who", "Somebody")
	return Mail{
		Subject: who + " is an administrator of " + f.organization() + " now",
		Paragraphs: []string{
			who + " (" + f.value("address", "address not known") + ") can now manage the members, the sign-in and the bills of " + f.organization() + "." + adminSources[f.Values["source"]],
		},
		Button: "See the member",
		After:  []string{"You did not expect this? Look at Activity: it says who did it. On the member’s page you can block the sign-in at once."},
	}
}

// Values: organization, name.
func mailAdminNow(f MailFacts) Mail {
	return Mail{
		Subject:    "You are an administrator of " + f.organization() + " now",
		Paragraphs: []string{"From now on you can manage the members, the sign-in and the bills of " + f.organization() + " on " + f.Product + "."},
		Button:     "Open the organization",
		After:      []string{"You did not expect this? Ask another administrator of " + f.organization() + f.orSupport() + "."},
	}
}

// Values: organization, new (people since the last mail), all (people on hold).
func mailHeld(f MailFacts) Mail {
	who, all := f.value("new", "Some")+" people were", f.value("all", "some")+" people are"
	if f.Values["new"] == "1" {
		who = "1 person was"
	}
	if f.Values["all"] == "1" {
		all = "1 person is"
	}
	return Mail{
		Subject: who + " put on hold at " + f.organization(),
		Paragraphs: []string{
			who + " put on hold since the last such mail; " + all + " on hold in all. Whoever is on hold has no plan yet, because something about the person is missing or does not fit.",
			"The page lists each person with the reason and with what ends the hold. When the reason goes, the person is let in by itself.",
		},
		Button: "See who is on hold",
		After:  []string{"You get this mail at most once a day, and only while somebody new is held."},
	}
}

// Values: organization, faults (a line each: code, count, moment; models' HealthFault).
func mailHealth(f MailFacts) Mail {
	m := Mail{
		Subject: "What needs attention at " + f.organization(),
		Button:  "Open the overview",
		After:   []string{"You get this mail once a week at most, and only while something needs somebody. It is switched off under Settings."},
	}
	var list []string
	for line := range strings.Lines(f.Values["faults"]) {
		part := strings.Split(strings.TrimSpace(line), " ")
		n, err := strconv.ParseInt(part[min(1, len(part)-1)], 10, 64)
		if err != nil {
			continue
		}
		text := HealthWords(part[0], n)
		if at, err := time.Parse(time.RFC3339, part[len(part)-1]); err == nil && dated[part[0]] {
			text += " on " + at.UTC().Format("2 January 2006")
		}
		list = append(list, text+".")
	}
	m.Paragraphs = append([]string{"This needs somebody at " + f.organization() + ":"}, list...)
	if len(list) == 1 {
		m.Subject = strings.TrimSuffix(list[0], ".") + " at " + f.organization()
	}
	return m
}

// dated are the faults whose moment is their day, and not when it was last seen.
var dated = map[string]bool{"certificate_ends": true, "certificate_ended": true, "token_ends": true, "token_ended": true}
