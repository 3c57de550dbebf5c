package handlers

import (
	"rollcall/models"
	"rollcall/saml"
)

// sentences are what an administrator reads about the reasons that models finds; the saml room has those of its own.
var sentences = map[string]string{
	models.ReasonLate:      "The answer came more than 10 minutes after the sign-in began. Start it again.",
	models.ReasonOff:       "Single Sign-On was switched off while this sign-in was under way.",
	models.ReasonBrowser:   "The sign-in was finished in another browser than the one that started it, twice, or too late.",
	models.ReasonConflict:  "The Name ID belongs to one member and the e-mail address to another, so nobody was signed in. Check which of them changed in your provider.",
	models.ReasonAccount:   "The member may not sign in: the account is blocked or was switched off.",
	models.ReasonHeld:      "The member is on hold. Open the member to see each reason.",
	models.ReasonRefused:   "The member could not be added. Look at the member list and at what your provider sends.",
	models.ReasonNotMember: "This person is not in your directory list. With Directory Sync on, people are added from the directory, not at first sign-in.",
	models.ReasonChanged:   "The settings changed since the test began. Start the test sign-in again.",
	models.ReasonTimeout:   "No answer came back within 5 minutes. If your provider showed “not assigned”, assign yourself to the app and test again.",
	models.ReasonCancelled: "Somebody stopped waiting for this test.",
}

// sentenceOf says why a sign-in failed, for an administrator. e is the verifier's error where there is one.
func sentenceOf(reason string, e *saml.Error, labels saml.Labels) string {
	if text := sentences[reason]; text != "" {
		return text
	}
	if e == nil || string(e.Reason) != reason {
		e = &saml.Error{Reason: saml.Reason(reason)}
	}
	if e.Reason == saml.ReasonDomain && e.Received == "" { // the log of a sign-in keeps no address (SPEC A2)
		e = &saml.Error{Reason: e.Reason, Expected: e.Expected, Received: "The e-mail address that arrived"}
	}
	return e.Sentence(labels)
}

// fieldWords name what an attribute is used as. Groups and display names are recognised but make no member.
var fieldWords = map[saml.Field]string{
	saml.FieldEmail: "E-mail", saml.FieldFirstName: "First name", saml.FieldLastName: "Last name", saml.FieldCountry: "Country",
	saml.FieldCity: "City", saml.FieldState: "State", saml.FieldBirthYear: "Birth year", saml.FieldRole: "Role", saml.FieldPlan: "Plan",
}

// checkWords name the verifier's checks.
var checkWords = map[string]string{
	"encoding": "Arrived in one piece", "xml": "Clean XML", "structure": "Built as SAML 2.0 asks", "status": "The provider says success",
	"signature": "Signed with a known certificate", "decryption": "Decrypted", "version": "SAML 2.0", "destination": "Sent to the right address",
	"issuer": "Right issuer", "issue_instant": "Made just now", "conditions": "Within its time window", "audience": "Meant for us",
	"confirmation": "Confirmed as bearer", "recipient": "Right recipient", "in_response_to": "Answers our request", "session": "Session not over",
	"subject": "One Name ID", "email": "E-mail in one of your domains",
}
