package handlers

import (
	"errors"
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"

	"rollcall/models"
	"rollcall/saml"
	"rollcall/views"
)

// arrivedResponse is a SAMLResponse with everything it is judged by.
type arrivedResponse struct {
	raw, relay string
	attempt    *models.LoginAttempt // found by the RelayState; nil: none
	cs         *models.ConnectionSettings
	settings   saml.Settings
}

func (r *arrivedResponse) test() bool {
	return r.attempt != nil && r.attempt.Kind == models.AttemptTest
}

// POST /saml/:connection/acs judges a response (SPEC S4). It sets no session: a good response leads to the finishing
// page, which only the browser that started the sign-in can use.
func (s *Server) samlACS(c Ctx) error {
	r, err := responseForm(c)
	if err != nil {
		return err
	}
	if err := s.limitSAML(c, "acs"); err != nil {
		return err
	}
	if err := s.connection(c, false, func(tx *models.Tx, con *models.Connection) error { return s.prepare(tx, con, r) }); err != nil {
		return s.samlOff(c, err)
	}
	code, failed, err := s.judge(c, r)
	switch {
	case err != nil:
		return err
	case failed != nil:
		return s.signInRefused(c, failed, r.attempt)
	}
	return redirect(c, "/login/finish?ticket="+code)
}

// judge verifies the response and spends it or logs why not, in one commit.
func (s *Server) judge(c Ctx, r *arrivedResponse) (code string, failed *models.SignIn, err error) {
	identity, report, verr := s.verify(c, r)
	good := models.GoodResponse{
		Attempt: r.attempt, InResponseTo: identity.InResponseTo, AssertionID: identity.AssertionID, RememberUntil: identity.RememberUntil,
		Identity: jsonText(personOf(identity)), Report: reportText(report, r.test()),
	}
	if verr == nil && identity.InResponseTo == "" {
		good.Browser = s.newBrowserSecret(c)
	}
	err = s.connection(c, true, func(tx *models.Tx, con *models.Connection) (err error) {
		code, failed = "", nil
		why := refusalOf(verr, report)
		if why == nil {
			code, err = s.accept(tx, con, r, good)
			if refused, ok := models.AsRefusal(err); ok {
				why, err = refused, nil
			}
		}
		if why != nil {
			failed, err = models.FailSignIn(tx, con, r.attempt, why, good.Report)
		}
		return err
	})
	return code, failed, err
}

// accept spends the response. Some identity providers lose or change the RelayState; then the signed InResponseTo names
// the attempt, which must have used the same settings.
func (s *Server) accept(tx *models.Tx, con *models.Connection, r *arrivedResponse, good models.GoodResponse) (string, error) {
	if r.attempt == nil && good.InResponseTo != "" {
		a, err := models.FindAttempt(tx, con, "", good.InResponseTo)
		if err != nil && !models.IsNotFound(err) {
			return "", err
		}
		if err == nil && a.Kind == models.AttemptLogin {
			begun, err := models.FindSettings(tx, con, a.SettingsID)
			if err != nil {
				return "", err
			}
			if begun.ID == r.cs.ID || r.cs.RenewalOf(begun) {
				good.Attempt = a
			}
		}
	}
	return models.AcceptResponse(tx, con, good)
}

// responseForm reads the one field of the form; anything else is no SAML response.
func responseForm(c Ctx) (*arrivedResponse, error) {
	kind, _, err := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
	if err != nil || kind != echo.MIMEApplicationForm {
		return nil, echo.NewHTTPError(http.StatusUnsupportedMediaType, "A SAML response is sent as a form. Start the sign-in again.")
	}
	if err := parseForm(c); err != nil {
		return nil, err
	}
	values := c.Request().PostForm["SAMLResponse"]
	if len(values) != 1 || values[0] == "" {
		return nil, echo.NewHTTPError(http.StatusBadRequest, "The form carries no SAML response. Start the sign-in again.")
	}
	return &arrivedResponse{raw: values[0], relay: c.Request().PostForm.Get("RelayState")}, nil
}

// prepare finds what the response is judged by: the settings version of the request's row, else the active one. A
// connection that is not Active takes tests only.
func (s *Server) prepare(tx *models.Tx, con *models.Connection, r *arrivedResponse) (err error) {
	if r.relay != "" {
		r.attempt, err = models.FindAttempt(tx, con, r.relay, "")
		if models.IsNotFound(err) {
			r.attempt, err = nil, nil
		}
		if err != nil {
			return err
		}
	}
	if con.State != models.Active && !r.test() {
		return &models.Error{Code: models.NotFound}
	}
	if r.attempt != nil {
		r.cs, err = models.FindSettings(tx, con, r.attempt.SettingsID)
	} else {
		r.cs, err = models.ActiveSettings(tx, con)
	}
	if err == nil {
		r.settings, err = s.samlSettings(tx, con, r.cs, r.test())
	}
	return err
}

// personOf is what the finishing page needs of an identity.
func personOf(id saml.Identity) models.Person {
	p := models.Person{Until: id.SessionNotOnOrAfter, Profile: models.Profile{
		FirstName: id.FirstName, LastName: id.LastName, Email: id.Email, Country: id.Country, CurrentCity: id.City,
		CurrentState: id.State, BirthYear: id.BirthYear, Role: id.Role, Plan: id.Plan,
	}}
	if kind, value := id.Key(); kind == saml.KeyNameID {
		p.Subject = value
	}
	return p
}

// reportText is the report as the log keeps it: without the person's values, tests apart (SPEC A2).
func reportText(r *saml.Report, test bool) string {
	if r == nil {
		return ""
	}
	if !test {
		r = r.Redacted()
	}
	return jsonText(r)
}

// refusalOf is Verify's error as the log keeps it, nil for none.
func refusalOf(err error, report *saml.Report) *models.Refusal {
	if err == nil {
		return nil
	}
	var e *saml.Error
	if !errors.As(err, &e) {
		return &models.Refusal{Reason: string(saml.ReasonInternal)}
	}
	why := &models.Refusal{Reason: string(e.Reason)}
	if clean := report.Redacted().Error; clean != nil {
		why.Expected, why.Received = clean.Expected, clean.Received
	}
	return why
}

// signInRefused is the one calm page for every refusal: no cause, but the code under which the admin finds it.
func (s *Server) signInRefused(c Ctx, failed *models.SignIn, a *models.LoginAttempt) error {
	p := views.ErrorPage{
		Page: s.page(c, "We could not sign you in"), Status: http.StatusForbidden, Heading: "We could not sign you in",
		Text:    "Your sign-in did not go through. Ask your administrator and give them the code below.",
		Actions: []views.Link{{Label: "Try again", Path: "/login"}},
	}
	if failed != nil {
		p.Code = failed.Reference
		p.Actions = append(p.Actions, s.emergency(c, failed.OrganizationID)...)
		if failed.Kind == models.AttemptTest {
			p.Heading, p.Title = "The test sign-in failed", "The test sign-in failed"
			p.Text = "The setup page shows what went wrong and how to mend it."
			p.Actions = nil
			if a != nil && a.ReturnPath != "" {
				p.Actions = []views.Link{{Label: "See what happened", Path: a.ReturnPath}}
			}
		}
	}
	return render(c, http.StatusForbidden, views.Error(p))
}
