package handlers

import (
	"net/http"

	"rollcall/models"
	"rollcall/views"
)

// testPart is the test sign-in with its latest result.
func (s *Server) testPart(c Ctx, w *wizard, n int, p *views.WizardStepPage) error {
	t, err := s.testPanel(c, s.setupActor(c), w)
	if err != nil {
		return err
	}
	p.Test = t
	t.Start, t.Cancel, t.Events = w.base()+"/test", w.base()+"/test/cancel", w.base()+"/events"
	if !w.cs.Complete() {
		t.Blocked = "Give us your provider’s data first; the step for it comes before this one."
	}
	if w.cs.Tested() {
		p.Next, t.Next = w.path(n), w.path(n)
	}
	return nil
}

// testPanel is how the newest test stands. by is who looks, in the organization.
func (s *Server) testPanel(c Ctx, by models.Actor, w *wizard) (*views.TestPanel, error) {
	t := &views.TestPanel{}
	if w.test != nil && w.test.Reason != models.ReasonCancelled {
		t.Waiting = (w.test.Outcome == models.SignInStarted || w.test.Outcome == models.SignInResponded) && !w.test.TimedOut(s.DB.Now())
		if !t.Waiting {
			t.Report = s.testReport(w)
		}
	}
	if t.Report == nil {
		return t, nil
	}
	account, err := s.becomes(c, by, w)
	t.Report.Account = account
	return t, err
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
	request, err := s.testRequest(c, s.setupActor(c), w.con, w.cs, w.path(n))
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
