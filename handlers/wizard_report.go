package handlers

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"rollcall/models"
	"rollcall/saml"
	"rollcall/views"
)

// testReport is what the newest test showed (SPEC L4).
func (s *Server) testReport(w *wizard) *views.TestReport {
	labels := labelsOf(w.con.IDP)
	r := &views.TestReport{Outcome: "failed", When: instant(&w.test.StartedAt)}
	switch {
	case w.test.Outcome == models.SignInTestPassed:
		r.Outcome, r.Changed = "passed", !w.cs.Tested()
		r.Heading = "The test sign-in passed every check."
	case w.test.TimedOut(s.DB.Now()):
		r.Outcome, r.Heading = "timeout", sentences[models.ReasonTimeout]
		r.Text = w.fix(models.ReasonTimeout)
		return r
	default:
		r.Text = w.fix(w.test.Reason)
		r.Expected, r.Received = w.test.Expected, w.test.Received
	}
	var report saml.Report
	if json.Unmarshal([]byte(w.test.Report), &report) != nil {
		r.Heading = cmp.Or(r.Heading, sentenceOf(w.test.Reason, nil, labels))
		return r
	}
	r.Heading = cmp.Or(r.Heading, sentenceOf(w.test.Reason, report.Error, labels))
	if report.Error != nil && r.Outcome == "failed" {
		r.Expected, r.Received = report.Error.Expected, report.Error.Received
	}
	w.received(r, &report)
	return r
}

// fix says where in the provider a failure is mended.
func (w *wizard) fix(reason string) string {
	if w.guide == nil {
		return ""
	}
	h, ok := w.guide.Hint(models.KindSSO, reason)
	switch {
	case !ok:
		return ""
	case h.Field == "":
		return h.Fix
	}
	return "In " + w.guide.Short + ", `" + h.Field + "`: " + h.Fix
}

// received lists what arrived, what each thing is used as, and what is missing.
func (w *wizard) received(r *views.TestReport, report *saml.Report) {
	for _, a := range report.Attributes {
		r.Attributes = append(r.Attributes, views.ReceivedAttribute{Name: a.Name, Value: strings.Join(a.Values, ", "), UsedAs: fieldWords[a.UsedAs]})
	}
	for _, f := range w.missing(report) {
		e := &saml.Error{Reason: saml.ReasonMissing, Detail: fieldWords[f], Expected: string(f), Received: strings.Join(report.AttributeNames(), ", ")}
		r.Missing = append(r.Missing, e.Sentence(saml.Labels{}))
	}
	if len(r.Missing) > 0 {
		r.MissingFix = w.fix(string(saml.ReasonMissing))
	}
	for _, check := range report.Checks {
		v := views.Check{Kind: "ok", Label: checkWords[check.Name]}
		if v.Label == "" {
			v.Label = check.Name
		}
		if !check.OK {
			v.Kind, v.Expected, v.Got = "bad", check.Expected, check.Received
		}
		r.Checks = append(r.Checks, v)
	}
	r.Facts = reportFacts(report, w.certificateWords(report.Certificate))
}

// missing are the required fields that did not arrive and that the organization's default does not fill (SPEC O7).
func (w *wizard) missing(report *saml.Report) (out []saml.Field) {
	for _, f := range report.Missing {
		if f != saml.FieldCountry || w.org.DefaultCountry == "" {
			out = append(out, f)
		}
	}
	return out
}

// reportFacts are the technical facts of a response; certificate names the one that signed.
func reportFacts(report *saml.Report, certificate string) (facts []views.Fact) {
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, views.Fact{Label: label, Value: value})
		}
	}
	add("Name ID", report.NameID)
	add("Name ID format", report.NameIDFormat[strings.LastIndexByte(report.NameIDFormat, ':')+1:])
	add("Signed", strings.Replace(report.Signed, "both", "response and assertion", 1))
	add("Algorithm", strings.TrimSpace(report.SignatureAlgorithm+" "+report.DigestAlgorithm))
	if report.Encrypted {
		add("Encrypted", "yes, for our key")
	}
	add("Certificate that signed", certificate)
	if !report.IssueInstant.IsZero() {
		add("Clock difference", clockWords(report.ClockDifference))
	}
	return facts
}

// certificateWords name the certificate that signed: whose it is, how long it lasts, and how to tell it from another.
func (w *wizard) certificateWords(fingerprint string) string {
	all, err := saml.ParseCertificates(w.cs.Certificates)
	if err != nil || fingerprint == "" {
		return fingerprint
	}
	for _, k := range all {
		if k.Fingerprint == fingerprint {
			return fmt.Sprintf("%s, until %s, SHA-256 fingerprint ends in %s",
				cmp.Or(k.X509.Subject.CommonName, "without a name"), k.NotAfter.Format("2 Jan 2006"), fingerprint[max(0, len(fingerprint)-8):])
		}
	}
	return fingerprint // given up since the test
}

// clockWords say how far the two clocks are apart; the way of the response is in it.
func clockWords(d time.Duration) string {
	side := "behind"
	if d < 0 {
		d, side = -d, "ahead"
	}
	switch d = d.Round(time.Second); {
	case d < 3*time.Second:
		return "none to speak of"
	case d < 2*time.Minute:
		return fmt.Sprintf("%d seconds; the provider’s clock is %s", int(d.Seconds()), side)
	}
	return fmt.Sprintf("%d minutes; the provider’s clock is %s", int(d.Round(time.Minute).Minutes()), side)
}

// testEmail is the address that the newest test brought; "" for none that could be a member's.
func testEmail(report *saml.Report) string {
	for _, check := range report.Checks {
		if check.Name == "email" && !check.OK {
			return ""
		}
	}
	email := report.NameID
	for _, a := range report.Attributes {
		if a.UsedAs == saml.FieldEmail && len(a.Values) == 1 {
			email = a.Values[0]
		}
	}
	_, key, err := models.ParseEmail(email)
	if err != nil {
		return ""
	}
	return key
}

// becomes says what would become of the tester at a real sign-in (SPEC L4).
func (s *Server) becomes(c Ctx, by models.Actor, w *wizard) (words string, err error) {
	var report saml.Report
	if json.Unmarshal([]byte(w.test.Report), &report) != nil {
		return "", nil
	}
	email := testEmail(&report)
	if email == "" {
		return "", nil
	}
	err = s.DB.View(c.Request().Context(), by, func(tx *models.Tx) error {
		m, err := models.FindMemberByEmail(tx, email)
		if err == nil {
			words = memberFate(email, m)
			return nil
		}
		if !models.IsNotFound(err) {
			return err
		}
		words, err = w.newcomerFate(tx, email, &report)
		return err
	})
	return words, err
}

// memberFate is what a sign-in means for somebody who is a member already.
func memberFate(email string, m *models.Member) string {
	switch {
	case m.BlockedAt != nil:
		return email + " is a member whose sign-in is blocked, so a real sign-in would be refused."
	case m.Status == models.MemberInvited:
		return email + " is invited and would become a member by the first sign-in."
	case m.Status == models.MemberHeld:
		return email + " is on hold; an administrator sees the reasons on the member’s page."
	case !m.MaySignIn():
		return email + " was a member and is switched off, so a real sign-in would be refused."
	}
	return email + " is a member already and goes on with the same account."
}

// newcomerFate is what a first sign-in means. Whether an account exists elsewhere is said only for a verified domain.
func (w *wizard) newcomerFate(tx *models.Tx, email string, report *saml.Report) (string, error) {
	if w.org.AddMembers == models.AddByDirectory {
		return email + " is not in your directory list yet, so a real sign-in would be refused.", nil
	}
	domain := email[strings.LastIndexByte(email, '@')+1:]
	if len(w.domainNames(func(d models.Domain) bool { return d.Proved() && d.Name == domain })) == 0 {
		return "Real sign-ins of " + domain + " begin when the domain is verified.", nil
	}
	words := email + " would become a member with the plan " + w.planOf(report) + " at the first sign-in."
	_, err := models.FindAccountByEmail(tx, email)
	switch {
	case err == nil:
		words = email + " has an account already. It joins your organization at the first sign-in, with the plan " + w.planOf(report) + ", and its owner is told by e-mail."
	case !models.IsNotFound(err):
		return "", err
	}
	if missing := w.missing(report); len(missing) > 0 {
		var names []string
		for _, f := range missing {
			names = append(names, strings.ToLower(fieldWords[f]))
		}
		words += " What did not arrive (" + strings.Join(names, ", ") + ") is asked for then."
	}
	return words, nil
}

// planOf is the plan of a newcomer: the one that arrived, if the organization has bought it, else the default.
func (w *wizard) planOf(report *saml.Report) string {
	for _, a := range report.Attributes {
		for _, plan := range w.plans.Purchased {
			if a.UsedAs == saml.FieldPlan && len(a.Values) == 1 && models.Fold(a.Values[0]) == plan.NameKey {
				return plan.Name
			}
		}
	}
	return w.plans.Default.Name
}
