package saml_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"rollcall/saml"
	"rollcall/saml/samltest"

	"github.com/beevik/etree"
)

const (
	restriction  = "./Conditions/AudienceRestriction"
	confirmation = "./Subject/SubjectConfirmation"
	confirmData  = confirmation + "/SubjectConfirmationData"
)

// told edits the assertion before it is signed: what a trusted but mistaken or foreign
// identity provider says.
func told(edits ...func(*etree.Element)) func(*samltest.Options) {
	return func(o *samltest.Options) { o.EditAssertion = all(edits...) }
}

// toldAll edits the response before it is signed.
func toldAll(edits ...func(*etree.Element)) func(*samltest.Options) {
	return func(o *samltest.Options) { o.Signed, o.EditResponse = samltest.SignResponse, all(edits...) }
}

// badMeaning: signed, but not for us, not now, or not by whom it should be.
var badMeaning = []sample{
	{name: "assertion without an ID", want: saml.ReasonStructure, edit: toldAll(unset("./Assertion", "ID"))},
	{name: "assertion with an empty ID", want: saml.ReasonStructure, edit: toldAll(set("./Assertion", "ID", ""))},
	{name: "response without an ID", want: saml.ReasonStructure, edit: changed(unset(".", "ID"))},
	{name: "audience with ours as user name", want: saml.ReasonAudience, edit: func(o *samltest.Options) { o.Audience = "https://rollcall.test@evil.test/saml/con-1/metadata" }},
	{name: "audience with a query", want: saml.ReasonAudience, edit: func(o *samltest.Options) { o.Audience += "?x=1" }},
	{name: "audience with ours in front", want: saml.ReasonAudience, edit: func(o *samltest.Options) { o.Audience += ".evil.test" }},
	{name: "two audiences in one text", want: saml.ReasonAudience, edit: func(o *samltest.Options) { o.Audience = "https://other.test " + spEntity }},
	{name: "ACS address as audience", want: saml.ReasonAudience, edit: func(o *samltest.Options) { o.Audience = acsURL }},
	{name: "audience of a foreign namespace", want: saml.ReasonAudience, edit: told(func(a *etree.Element) {
		find(a, restriction+"/Audience").CreateAttr("xmlns:saml", spEntity)
		find(a, restriction).Space = "saml"
		r := find(a, restriction)
		r.Child = nil
		r.CreateElement("xs:Audience").SetText(spEntity)
	})},
	{name: "audience in an attribute only", want: saml.ReasonAudience, edit: told(func(a *etree.Element) {
		el := find(a, restriction+"/Audience")
		el.SetText("")
		el.CreateAttr("Value", spEntity)
	})},
	{name: "audience of another connection", want: saml.ReasonAudience, edit: func(o *samltest.Options) { o.Audience = "https://rollcall.test/saml/con-2/metadata" }},
	{name: "audience with a slash more", want: saml.ReasonAudience, edit: func(o *samltest.Options) { o.Audience += "/" }},
	{name: "audience in other letter case", want: saml.ReasonAudience, edit: func(o *samltest.Options) { o.Audience = "https://ROLLCALL.test/saml/con-1/metadata" }},
	{name: "audience is a prefix", want: saml.ReasonAudience, edit: func(o *samltest.Options) { o.Audience = "https://rollcall.test/saml/con-1" }},
	{name: "no audience restriction", want: saml.ReasonAudience, edit: told(remove(restriction))},
	{name: "empty audience restriction", want: saml.ReasonAudience, edit: told(remove(restriction + "/Audience"))},
	{name: "no Conditions", want: saml.ReasonAudience, edit: told(remove("./Conditions"))},
	{name: "right in one restriction, wrong in another", want: saml.ReasonAudience, edit: told(double(restriction, text("./Audience", "https://other.test")))},
	{name: "audience with an element", want: saml.ReasonAudience, edit: told(func(a *etree.Element) { find(a, restriction+"/Audience").CreateElement("saml:x") })},
	{name: "recipient of somebody else", want: saml.ReasonDestination, edit: told(set(confirmData, "Recipient", "https://other.test/acs"))},
	{name: "recipient of another connection", want: saml.ReasonDestination, edit: told(set(confirmData, "Recipient", "https://rollcall.test/saml/con-2/acs"))},
	{name: "no recipient", want: saml.ReasonDestination, edit: told(unset(confirmData, "Recipient"))},
	{name: "recipient with a query", want: saml.ReasonDestination, edit: told(set(confirmData, "Recipient", acsURL+"?x=1"))},
	{name: "recipient with a slash more", want: saml.ReasonDestination, edit: told(set(confirmData, "Recipient", acsURL+"/"))},
	{name: "recipient by http", want: saml.ReasonDestination, edit: told(set(confirmData, "Recipient", "http"+acsURL[5:]))},
	{name: "empty recipient", want: saml.ReasonDestination, edit: told(set(confirmData, "Recipient", ""))},
	{name: "empty destination on a signed response", want: saml.ReasonDestination, edit: toldAll(set(".", "Destination", ""))},
	{name: "destination in other letter case", want: saml.ReasonDestination, edit: toldAll(set(".", "Destination", "https://ROLLCALL.test/saml/con-1/acs"))},
	{name: "destination of somebody else", want: saml.ReasonDestination, edit: toldAll(set(".", "Destination", "https://other.test/acs"))},
	{name: "destination of somebody else, unsigned", want: saml.ReasonDestination, edit: changed(set(".", "Destination", "https://other.test/acs"))},
	{name: "no destination on a signed response", want: saml.ReasonDestination, edit: toldAll(unset(".", "Destination"))},
	{name: "issuer of the response is another", want: saml.ReasonIssuer, edit: toldAll(text("./Issuer", "https://idp.evil.test"))},
	{name: "issuer of the assertion is another", want: saml.ReasonIssuer, edit: told(text("./Issuer", "https://idp.evil.test"))},
	{name: "no issuer in the assertion", want: saml.ReasonIssuer, edit: told(remove("./Issuer"))},
	{name: "empty issuer", want: saml.ReasonIssuer, edit: told(text("./Issuer", "")), settings: func(s *saml.Settings) { s.IdPEntityID = "" }},
	{name: "connection without issuer", want: saml.ReasonIssuer, settings: func(s *saml.Settings) { s.IdPEntityID = "" }},
	{name: "issuer with a slash more", want: saml.ReasonIssuer, edit: told(text("./Issuer", idpEntity+"/"))},
	{name: "issuer in other letter case", want: saml.ReasonIssuer, edit: told(text("./Issuer", "https://IDP.acme.test/metadata"))},
	{name: "empty issuer of the response", want: saml.ReasonIssuer, edit: changed(text("./Issuer", ""))},
	{name: "issuer with an element", want: saml.ReasonIssuer, edit: told(func(a *etree.Element) { find(a, "./Issuer").CreateElement("saml:x") })},
	{name: "expired", want: saml.ReasonTime, at: 7 * time.Minute},
	{name: "expired exactly at the skew", want: saml.ReasonTime, at: 6 * time.Minute},
	{name: "not yet valid", want: saml.ReasonTime, at: -2 * time.Minute},
	{name: "skew of nothing more than asked", want: saml.ReasonTime, at: 5*time.Minute + 30*time.Second, settings: func(s *saml.Settings) { s.Skew = 10 * time.Second }},
	{name: "skew is capped", want: saml.ReasonTime, at: 20 * time.Minute, settings: func(s *saml.Settings) { s.Skew = time.Hour }},
	{name: "issued long ago", want: saml.ReasonTime, at: 12 * time.Minute, edit: func(o *samltest.Options) { o.Life = time.Hour }},
	{name: "issued in the future", want: saml.ReasonTime, edit: told(set(".", "IssueInstant", "2026-11-20T12:05:00Z"))},
	{name: "response issued long ago", want: saml.ReasonTime, edit: toldAll(set(".", "IssueInstant", "2026-11-20T11:00:00Z"))},
	{name: "no IssueInstant", want: saml.ReasonTime, edit: told(unset(".", "IssueInstant"))},
	{name: "unreadable IssueInstant", want: saml.ReasonTime, edit: told(set(".", "IssueInstant", "yesterday"))},
	{name: "time without zone", want: saml.ReasonTime, edit: told(set("./Conditions", "NotOnOrAfter", "2026-11-20T12:05:00"))},
	{name: "Conditions expired", want: saml.ReasonTime, edit: told(set("./Conditions", "NotOnOrAfter", "2026-11-20T11:00:00Z"))},
	{name: "Conditions not yet valid", want: saml.ReasonTime, edit: told(set("./Conditions", "NotBefore", "2026-11-20T12:05:00Z"))},
	{name: "confirmation expired", want: saml.ReasonTime, edit: told(set(confirmData, "NotOnOrAfter", "2026-11-20T11:00:00Z"))},
	{name: "confirmation not yet valid", want: saml.ReasonTime, edit: told(set(confirmData, "NotBefore", "2026-11-20T12:05:00Z"))},
	{name: "a window that ends before it begins", want: saml.ReasonTime, edit: told(set("./Conditions", "NotBefore", "2026-11-20T12:00:30Z"), set("./Conditions", "NotOnOrAfter", "2026-11-20T11:59:30Z"))},
	{name: "a window of no length", want: saml.ReasonTime, edit: told(set("./Conditions", "NotBefore", "2026-11-20T12:00:00Z"), set("./Conditions", "NotOnOrAfter", "2026-11-20T12:00:00Z"))},
	{name: "a confirmation that ends before it begins", want: saml.ReasonTime, edit: told(set(confirmData, "NotBefore", "2026-11-20T12:00:30Z"), set(confirmData, "NotOnOrAfter", "2026-11-20T11:59:45Z"))},
	{name: "time of the 31st of February", want: saml.ReasonTime, edit: told(set(confirmData, "NotOnOrAfter", "2027-02-31T12:00:00Z"))},
	{name: "time as a number", want: saml.ReasonTime, edit: told(set(confirmData, "NotOnOrAfter", "1795262400"))},
	{name: "time with blanks around", want: saml.ReasonTime, edit: told(set("./Conditions", "NotOnOrAfter", " 2026-11-20T12:05:00Z "))},
	{name: "only the skew is left, and more", want: saml.ReasonTime, edit: told(set("./Conditions", "NotOnOrAfter", "2026-11-20T12:00:10Z")), at: 75 * time.Second},
	{name: "one of two sessions over", want: saml.ReasonTime, edit: told(double("./AuthnStatement", set(".", "SessionNotOnOrAfter", "2026-11-20T11:00:00Z")))},
	{name: "confirmation without end", want: saml.ReasonConfirmation, edit: told(unset(confirmData, "NotOnOrAfter"))},
	{name: "unreadable confirmation end", want: saml.ReasonTime, edit: told(set(confirmData, "NotOnOrAfter", "soon"))},
	{name: "session over", want: saml.ReasonTime, edit: told(set("./AuthnStatement", "SessionNotOnOrAfter", "2026-11-20T11:00:00Z"))},
	{name: "unreadable session end", want: saml.ReasonTime, edit: told(set("./AuthnStatement", "SessionNotOnOrAfter", "x"))},
	{name: "no confirmation", want: saml.ReasonConfirmation, edit: told(remove(confirmation))},
	{name: "no confirmation data", want: saml.ReasonConfirmation, edit: told(remove(confirmData))},
	{name: "holder of key", want: saml.ReasonConfirmation, edit: told(set(confirmation, "Method", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"))},
	{name: "right by halves: two confirmations", want: saml.ReasonDestination, edit: told(
		double(confirmation, set("./SubjectConfirmationData", "NotOnOrAfter", "2026-11-20T11:00:00Z")), set(confirmData, "Recipient", "https://other.test/acs"))},
	{name: "unknown condition", want: saml.ReasonConditions, edit: told(func(a *etree.Element) { find(a, "./Conditions").CreateElement("saml:Condition") })},
	{name: "sender vouches", want: saml.ReasonConfirmation, edit: told(set(confirmation, "Method", "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"))},
	{name: "confirmation without a method", want: saml.ReasonConfirmation, edit: told(unset(confirmation, "Method"))},
	{name: "two sets of confirmation data", want: saml.ReasonConfirmation, edit: told(double(confirmData, nil))},
	{name: "right data in a holder-of-key confirmation, none in the bearer's", want: saml.ReasonConfirmation, edit: told(
		double(confirmation, set(".", "Method", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key")), remove(confirmData))},
	{name: "a foreign condition", want: saml.ReasonConditions, edit: told(func(a *etree.Element) {
		find(a, "./Conditions").AddChild(element(`<x:AudienceRestriction xmlns:x="urn:x"/>`))
	})},
	{name: "request of another letter case", want: saml.ReasonInResponseTo, edit: changed(set(".", "InResponseTo", "_REQ1"))},
	{name: "unsolicited", want: saml.ReasonInResponseTo, edit: func(o *samltest.Options) { o.InResponseTo = "" }},
	{name: "response answers another request", want: saml.ReasonInResponseTo, edit: changed(set(".", "InResponseTo", "_other"))},
	{name: "request only in the unsigned response", want: saml.ReasonInResponseTo, edit: told(unset(confirmData, "InResponseTo"))},
	{name: "request cut from the response", want: saml.ReasonInResponseTo, edit: changed(unset(".", "InResponseTo"))},
	{name: "unsolicited allowed, halves differ", want: saml.ReasonInResponseTo, edit: told(unset(confirmData, "InResponseTo")), settings: func(s *saml.Settings) { s.AllowUnsolicited = true }},
	{name: "status Requester", want: saml.ReasonStatus, edit: toldAll(set("./Status/StatusCode", "Value", "urn:oasis:names:tc:SAML:2.0:status:Requester"))},
	{name: "status AuthnFailed without assertion", want: saml.ReasonStatus, edit: func(o *samltest.Options) {
		o.Signed = samltest.SignNothing
		o.EditResponse = all(remove("./Assertion"), set("./Status/StatusCode", "Value", "urn:oasis:names:tc:SAML:2.0:status:Responder"), func(r *etree.Element) {
			find(r, "./Status/StatusCode").CreateElement("samlp:StatusCode").CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed")
		})
	}, check: func(t *testing.T, _ saml.Identity, r *saml.Report) {
		if r.Error.Received != "Responder / AuthnFailed" {
			t.Errorf("received %q", r.Error.Received)
		}
	}},
	{name: "success only below the top", want: saml.ReasonStatus, edit: toldAll(func(r *etree.Element) {
		c := find(r, "./Status/StatusCode")
		c.CreateElement("samlp:StatusCode").CreateAttr("Value", c.SelectAttrValue("Value", ""))
		c.CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
	})},
	{name: "no status", want: saml.ReasonStatus, edit: toldAll(remove("./Status"))},
	{name: "two status codes", want: saml.ReasonStatus, edit: toldAll(double("./Status/StatusCode", set(".", "Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")))},
	{name: "two statuses", want: saml.ReasonStatus, edit: toldAll(double("./Status", nil))},
	{name: "status without a value", want: saml.ReasonStatus, edit: toldAll(unset("./Status/StatusCode", "Value"))},
	{name: "success in short", want: saml.ReasonStatus, edit: toldAll(set("./Status/StatusCode", "Value", "Success"))},
	{name: "response without a version", want: saml.ReasonVersion, edit: changed(unset(".", "Version"))},
	{name: "response of SAML 1.1", want: saml.ReasonVersion, edit: toldAll(set(".", "Version", "1.1"))},
	{name: "assertion of SAML 3.0", want: saml.ReasonVersion, edit: told(set(".", "Version", "3.0"))},
}

// address sends one address as the e-mail attribute.
func address(values ...string) func(*samltest.Options) {
	return func(o *samltest.Options) { o.Attributes[0].Values = values }
}

// badIdentity: signed and for us, but not one person of a verified domain.
var badIdentity = []sample{
	{name: "no NameID", want: saml.ReasonNameID, edit: told(remove("./Subject/NameID"))},
	{name: "no Subject", want: saml.ReasonConfirmation, edit: told(remove("./Subject"))},
	{name: "NameID of a megabyte", want: saml.ReasonNameID, edit: func(o *samltest.Options) {
		o.NameID, o.NameIDFormat = strings.Repeat("n", 1<<20), samltest.FormatPersistent
	}},
	{name: "status message cut between two bytes", want: saml.ReasonStatus, edit: func(o *samltest.Options) {
		o.EditResponse = func(r *etree.Element) {
			find(r, "./Status/StatusCode").CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
			find(r, "./Status").CreateElement("samlp:StatusMessage").SetText("x" + strings.Repeat("é", 200))
		}
	}, check: func(t *testing.T, _ saml.Identity, r *saml.Report) {
		if !utf8.ValidString(r.Error.Received) {
			t.Errorf("%q", r.Error.Received)
		}
	}},
	{name: "empty NameID", want: saml.ReasonNameID, edit: func(o *samltest.Options) { o.NameID = "" }},
	{name: "blank NameID", want: saml.ReasonNameID, edit: func(o *samltest.Options) { o.NameID = " \n\t" }},
	{name: "two NameIDs", want: saml.ReasonNameID, edit: told(double("./Subject/NameID", text(".", attacker)))},
	{name: "element in NameID", want: saml.ReasonNameID, edit: told(func(a *etree.Element) { find(a, "./Subject/NameID").CreateElement("saml:x").SetText(".evil") })},
	{name: "element within the e-mail", want: saml.ReasonStructure, edit: told(func(a *etree.Element) {
		v := find(a, "./AttributeStatement/Attribute/AttributeValue")
		v.CreateElement("saml:x")
		v.CreateText(".evil.test")
	})},
	{name: "persistent NameID that is no address", want: saml.ReasonNoEmail, edit: func(o *samltest.Options) {
		o.Attributes, o.NameID, o.NameIDFormat = nil, "ada", samltest.FormatPersistent
	}},
	{name: "NameID of a foreign namespace", want: saml.ReasonNameID, edit: told(func(a *etree.Element) { find(a, "./Subject/NameID").Space = "xs" })},
	{name: "BaseID in the NameID's place", want: saml.ReasonNameID, edit: told(func(a *etree.Element) { find(a, "./Subject/NameID").Tag = "BaseID" })},
	{name: "NameID in the confirmation only", want: saml.ReasonNameID, edit: told(func(a *etree.Element) {
		n := find(a, "./Subject/NameID")
		n.Parent().RemoveChild(n)
		find(a, confirmation).InsertChildAt(0, n)
	})},
	{name: "e-mail is an element", want: saml.ReasonNoEmail, edit: told(func(a *etree.Element) {
		v := find(a, "./AttributeStatement/Attribute/AttributeValue")
		v.Child = nil
		v.CreateElement("saml:NameID").SetText(victim)
	})},
	{name: "e-mail without the AttributeValue", want: saml.ReasonNoEmail, edit: told(remove("./AttributeStatement/Attribute/AttributeValue"))},
	{name: "IP address for a domain", want: saml.ReasonEmail, edit: address("ada@[127.0.0.1]")},
	{name: "semicolon list", want: saml.ReasonEmail, edit: address("ada@acme.test;eve@acme.test")},
	{name: "mailto", want: saml.ReasonEmail, edit: address("mailto:ada@acme.test")},
	{name: "full-width at sign", want: saml.ReasonEmail, edit: address("ada＠acme.test")},
	{name: "long s", want: saml.ReasonEmail, edit: address("ada@acme.teſt")},
	{name: "Kelvin sign", want: saml.ReasonEmail, edit: address("\u212a@acme.test")},
	{name: "right-to-left override", want: saml.ReasonEmail, edit: address("\u202eada@acme.test")},
	{name: "slash", want: saml.ReasonEmail, edit: address("ada/eve@acme.test")},
	{name: "long local part", want: saml.ReasonEmail, edit: address(strings.Repeat("a", 65) + "@acme.test")},
	{name: "percent-encoded at sign", want: saml.ReasonEmail, edit: address("ada%40acme.test")},
	{name: "sub-domain", want: saml.ReasonDomain, edit: address("ada@mail.acme.test")},
	{name: "look-alike domain", want: saml.ReasonDomain, edit: address("ada@acme.test.evil.test")},
	{name: "domain with a prefix", want: saml.ReasonDomain, edit: address("ada@notacme.test")},
	{name: "foreign domain", want: saml.ReasonDomain, edit: address("ada@evil.test")},
	{name: "guest of an Entra tenant", want: saml.ReasonEmail, edit: address("ada_acme.test#EXT#@tenant.onmicrosoft.com")},
	{name: "no verified domain", want: saml.ReasonDomain, settings: func(s *saml.Settings) { s.Domains = nil }},
	{name: "domain not ASCII", want: saml.ReasonEmail, edit: address("ada@аcme.test")},
	{name: "trailing dot", want: saml.ReasonEmail, edit: address("ada@acme.test.")},
	{name: "two addresses in one value", want: saml.ReasonEmail, edit: address("ada@acme.test,eve@evil.test")},
	{name: "two at signs", want: saml.ReasonEmail, edit: address("ada@evil.test@acme.test")},
	{name: "quoted local part", want: saml.ReasonEmail, edit: address(`"ada@evil.test "@acme.test`)},
	{name: "name and address", want: saml.ReasonEmail, edit: address("Ada <ada@acme.test>")},
	{name: "percent routing", want: saml.ReasonEmail, edit: address("ada%evil.test@acme.test")},
	{name: "zero width space", want: saml.ReasonEmail, edit: address("ada\u200b@acme.test")},
	{name: "no-break space behind", want: saml.ReasonEmail, edit: address("ada@acme.test\u00a0")},
	{name: "line break inside", want: saml.ReasonEmail, edit: address("ada@acme.test\nbcc: x")},
	{name: "no local part", want: saml.ReasonEmail, edit: address("@acme.test")},
	{name: "two dots", want: saml.ReasonEmail, edit: address("a..da@acme.test")},
	{name: "two e-mail values", want: saml.ReasonEmail, edit: address(victim, attacker)},
	{name: "e-mail attribute twice", want: saml.ReasonEmail, edit: func(o *samltest.Options) {
		o.Attributes = append(o.Attributes, samltest.Attribute{Name: "email", Values: []string{attacker}})
	}},
	{name: "e-mail attribute in two spellings", want: saml.ReasonEmail, edit: func(o *samltest.Options) {
		o.Attributes = append(o.Attributes, samltest.Attribute{Name: "EMAIL", Values: []string{attacker}})
	}},
	{name: "empty e-mail attribute does not fall back to NameID", want: saml.ReasonNoEmail, edit: address("")},
	{name: "no e-mail at all", want: saml.ReasonNoEmail, edit: func(o *samltest.Options) { o.Attributes, o.NameID = o.Attributes[1:], "u-42" }},
	{name: "transient NameID is no e-mail", want: saml.ReasonNoEmail, edit: func(o *samltest.Options) {
		o.Attributes, o.NameIDFormat = o.Attributes[1:], samltest.FormatTransient
	}},
}

func TestVerifyRefusesMeaning(t *testing.T) { runAll(t, badMeaning) }

func TestVerifyRefusesIdentity(t *testing.T) { runAll(t, badIdentity) }

// TestReportNamesEveryFailure: the wizard shows all that is wrong at once.
func TestReportNamesEveryFailure(t *testing.T) {
	c := sample{edit: func(o *samltest.Options) {
		o.Audience, o.NameID, o.Attributes = "https://other.test", "u-42", nil
		o.EditAssertion = set(confirmData, "Recipient", "https://other.test/acs")
	}}
	_, report, _ := saml.Verify(settings(), c.make(t), now)
	failed := map[saml.Reason]bool{}
	for _, check := range report.Checks {
		if !check.OK {
			failed[check.Reason] = true
		}
	}
	for _, want := range []saml.Reason{saml.ReasonAudience, saml.ReasonDestination, saml.ReasonNoEmail} {
		if !failed[want] {
			t.Errorf("%s is not among the failed checks", want)
		}
	}
	if report.Reason != saml.ReasonAudience {
		t.Errorf("first reason %s", report.Reason)
	}
}
