package handlers

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"rollcall/models"
	"rollcall/saml"
	"rollcall/views"
)

// testPart is the test sign-in with its latest result.
func (s *Server) testPart(c Ctx, w *wizard, n int, p *views.WizardStepPage) error {
	t := &views.TestPanel{Start: w.base() + "/test", Cancel: w.base() + "/test/cancel", Events: w.base() + "/events"}
	if !w.cs.Complete() {
		t.Blocked = "Give us your provider’s data first; the step for it comes before this one."
	}
	p.Test = t
	if w.test != nil && w.test.Reason != models.ReasonCancelled {
		t.Waiting = (w.test.Outcome == models.SignInStarted || w.test.Outcome == models.SignInResponded) && !w.test.TimedOut(s.DB.Now())
		if !t.Waiting {
			t.Report = s.testReport(w)
		}
	}
	if t.Report != nil {
		account, err := s.testAccount(c, w)
		if err != nil {
			return err
		}
		t.Report.Account = account
	}
	if w.cs.Tested() {
		p.Next, t.Next = w.path(n), w.path(n)
	}
	return nil
}

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
	for _, f := range report.Missing {
		if f == saml.FieldCountry && w.org.DefaultCountry != "" {
			continue // the organization's default fills in (SPEC O7)
		}
		e := &saml.Error{Reason: saml.ReasonMissing, Detail: fieldWords[f], Expected: string(f), Received: strings.Join(report.AttributeNames(), ", ")}
		r.Missing = append(r.Missing, e.Sentence(saml.Labels{}))
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
	r.Facts = reportFacts(report)
}

// reportFacts are the technical facts of a response.
func reportFacts(report *saml.Report) (facts []views.Fact) {
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, views.Fact{Label: label, Value: value})
		}
	}
	add("Name ID", report.NameID)
	add("Name ID format", report.NameIDFormat[strings.LastIndexByte(report.NameIDFormat, ':')+1:])
	add("Signed", strings.Replace(report.Signed, "both", "response and assertion", 1))
	add("Algorithm", strings.TrimSpace(report.SignatureAlgorithm+" "+report.DigestAlgorithm))
	add("Certificate", report.Certificate)
	if !report.IssueInstant.IsZero() {
		add("Clock difference", strconv.FormatInt(int64(report.ClockDifference.Round(time.Second).Seconds()), 10)+" s")
	}
	return facts
}

// testAccount says what would become of the tester's account at a real sign-in.
func (s *Server) testAccount(c Ctx, w *wizard) (string, error) {
	var report saml.Report
	if json.Unmarshal([]byte(w.test.Report), &report) != nil {
		return "", nil
	}
	email := strings.ToLower(report.NameID)
	for _, a := range report.Attributes {
		if a.UsedAs == saml.FieldEmail && len(a.Values) == 1 {
			email = strings.ToLower(a.Values[0])
		}
	}
	if !strings.Contains(email, "@") {
		return "", nil
	}
	err := s.DB.View(c.Request().Context(), s.setupActor(c), func(tx *models.Tx) error {
		_, err := models.FindMemberByEmail(tx, email)
		return err
	})
	switch {
	case err == nil:
		return email + " is a member already and goes on with the same account.", nil
	case !models.IsNotFound(err):
		return "", err
	case w.org.AddMembers == models.AddByDirectory:
		return email + " is not in your directory list yet, so a real sign-in would be refused.", nil
	}
	return email + " would become a member with the plan " + w.plans.Default.Name + " at the first sign-in.", nil
}

// POST /setup/sso/test begins a test sign-in in the tab that the button opens. It never signs anybody in.
func (s *Server) wizardTest(c Ctx) error {
	w, n, err := s.lookAt(c, "test")
	if err != nil {
		return err
	}
	if !w.cs.Complete() {
		return redirect(c, w.path(n))
	}
	browser := s.browserSecret(c)
	var request saml.AuthnRequest
	err = s.DB.Update(c.Request().Context(), s.setupActor(c), func(tx *models.Tx) (err error) {
		request, err = s.startAttempt(tx, w.con, w.cs, models.NewAttempt{Kind: models.AttemptTest, Browser: browser, ReturnPath: w.path(n)})
		return err
	})
	if err != nil {
		return err
	}
	return s.samlHop(c, request, "your provider’s sign-in page")
}

// POST /setup/sso/test/cancel stops waiting.
func (s *Server) wizardTestCancel(c Ctx) error {
	w, n, err := s.lookAt(c, "test")
	if err != nil {
		return err
	}
	err = s.DB.Update(c.Request().Context(), s.setupActor(c), func(tx *models.Tx) error { return models.CancelTest(tx, w.con) })
	if err != nil {
		return err
	}
	return redirect(c, w.path(n))
}

// activatePanel is the last step: who is sent to the provider from now on.
func (w *wizard) activatePanel() *views.ActivatePanel {
	a := &views.ActivatePanel{
		Action: w.base() + "/activate", Done: w.base() + "/done", Active: w.con.State == models.Active && w.con.DraftSettingsID == nil,
		Domains:    w.domainNames(func(d models.Domain) bool { return d.Proved() }),
		Unverified: w.domainNames(func(d models.Domain) bool { return !d.Proved() }),
	}
	if !a.Active && !w.cs.Tested() {
		a.Blocked = "Run a test sign-in first. It must pass with exactly the settings that are to be switched on."
	}
	return a
}

// POST /setup/sso/activate swaps the tested settings in.
func (s *Server) wizardActivate(c Ctx) error {
	w, n, err := s.lookAt(c, "activate")
	if err != nil {
		return err
	}
	err = s.DB.Update(c.Request().Context(), s.setupActor(c), func(tx *models.Tx) error {
		if err := models.ActivateConnection(tx, w.con, false); err != nil {
			return err
		}
		return models.ReachStep(tx, w.kind(), int64(n))
	})
	if models.CodeOf(err) == models.Conflict && err != nil {
		return s.stepPage(c, w, n, http.StatusConflict, nil)
	}
	if err != nil {
		return err
	}
	return redirect(c, w.path(n))
}
