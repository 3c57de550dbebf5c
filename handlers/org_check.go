package handlers

import (
	"net/http"
	"regexp"
	"strings"
	"time"

	"rollcall/models"
	"rollcall/saml"
	"rollcall/views"
)

const checkPath = "/organization/sso/check"

// referenceCode is the shape of the code that a member reads out.
var referenceCode = regexp.MustCompile(`^[A-Za-z2-7]{8}$`)

// GET /organization/sso/check walks the way of a person's sign-in and shows the first fault with its mend (SPEC A2). A
// reference code leads to its sign-in.
func (s *Server) orgCheck(c Ctx) error {
	q := field(c, "q")
	p := views.OrgCheckPage{Page: s.page(c, "Why can’t this person sign in?"), Query: q}
	p.Path = checkPath
	if q == "" {
		return render(c, http.StatusOK, views.OrgCheck(p))
	}
	if !strings.Contains(q, "@") {
		return s.checkReference(c, p, strings.NewReplacer("-", "", " ", "").Replace(q))
	}
	var k *models.SignInCheck
	err := s.view(c, func(tx *models.Tx) (err error) {
		k, err = models.FindSignInCheck(tx, q)
		return err
	})
	if faults, ok := fieldErrors(err); ok {
		p.Errors = views.FieldErrors{"q": faults["email"]}
		return render(c, http.StatusUnprocessableEntity, views.OrgCheck(p))
	}
	if err != nil {
		return err
	}
	walk := signInWalk{SignInCheck: k, now: s.DB.Now(), provider: providerName(k.SSO.IDP)}
	p.Who, p.Checks = k.Email, walk.steps()
	if k.Member != nil {
		p.Member = membersPath + "/" + k.Member.ID
	}
	for i := range p.Checks {
		if x := &p.Checks[i]; x.Kind == "bad" {
			p.Fault, p.Fix = x.Detail, x.Fix
			x.Fix = "" // it stands at the top
			break
		}
	}
	return render(c, http.StatusOK, views.OrgCheck(p))
}

// checkReference leads to the sign-in of a code.
func (s *Server) checkReference(c Ctx, p views.OrgCheckPage, code string) error {
	var rows []models.SignIn
	if referenceCode.MatchString(code) {
		err := s.view(c, func(tx *models.Tx) (err error) {
			rows, err = models.ListSignIns(tx, models.SignInQuery{Reference: code, Limit: 1})
			return err
		})
		if err != nil {
			return err
		}
	}
	if len(rows) == 0 {
		p.Errors = views.FieldErrors{"q": "This is no e-mail address, and no sign-in in the log has this code. A code has 8 letters and digits."}
		return render(c, http.StatusUnprocessableEntity, views.OrgCheck(p))
	}
	return redirect(c, signInsPath+"/"+rows[0].ID)
}

// signInWalk puts a SignInCheck into words.
type signInWalk struct {
	*models.SignInCheck
	now      time.Time
	provider string
}

func (w *signInWalk) steps() []views.Check {
	return []views.Check{w.domain(), w.connection(), w.certificate(), w.policy(), w.member(), w.last(), w.directory()}
}

// guest tells whether the person comes from outside the domains and is here all the same.
func (w *signInWalk) guest() bool { return w.Domain == nil && w.Member != nil }

func (w *signInWalk) domain() views.Check {
	name := w.Email[strings.LastIndexByte(w.Email, '@')+1:]
	c := views.Check{Kind: "ok", Label: "Domain", Detail: name + " is one of your domains and is verified."}
	switch {
	case w.guest():
		c.Kind, c.Detail = "off", name+" is not one of your domains. As a guest, the person signs in with a password or an e-mailed link."
	case w.Domain == nil:
		c.Kind, c.Detail = "bad", name+" is not one of your domains, so its people are not sent to your provider."
		c.Fix, c.FixPath, c.FixLabel = "Add "+name+" to your e-mail domains and verify it, or invite the person as a guest.", "/organization/sso", "Open the domains"
	case !w.Domain.Proved():
		c.Kind, c.Detail = "bad", name+" is not verified, so its people are not sent to your provider yet."
		c.Fix, c.FixPath, c.FixLabel = "Publish the DNS record that is shown beside the domain, then press Verify.", "/organization/sso#domain-list", "See the DNS record"
	case w.Domain.State == models.DomainLost:
		c.Kind, c.Detail = "warn", "The DNS proof of "+name+" is gone. Sign-in goes on; put the record back."
	}
	return c
}

func (w *signInWalk) connection() views.Check {
	c := views.Check{Kind: "ok", Label: "Connection", Detail: "Single Sign-On is active."}
	if w.guest() {
		return views.Check{Kind: "off", Label: c.Label, Detail: "Not needed for a guest."}
	}
	c.FixPath, c.FixLabel = "/organization/sso", "Open the tab"
	switch w.SSO.State {
	case models.Active:
		c.FixPath, c.FixLabel = "", ""
		if w.SSO.Failing() {
			c.Kind, c.Detail = "warn", "Single Sign-On is active, but the last "+count(w.SSO.FailedInARow, "sign-in", "sign-ins")+" failed, of whomever."
			c.FixPath, c.FixLabel = signInsPath+"?outcome=failed", "See them"
		}
	case models.NotIncluded:
		c.Kind, c.Detail, c.Fix = "bad", "Single Sign-On is not included in what your organization has bought.", "People sign in with a password or an e-mailed link until it is bought and set up."
	case models.Deactivated:
		c.Kind, c.Detail, c.Fix = "bad", "Single Sign-On is deactivated.", "Activate it again on the tab, or set it up with a new setup link. Until then people sign in with a password or an e-mailed link."
	default:
		c.Kind, c.Detail, c.Fix = "bad", "Single Sign-On is not active yet.", "Finish the setup: it needs a test sign-in that passed. Until then people sign in with a password or an e-mailed link."
	}
	return c
}

func (w *signInWalk) certificate() views.Check {
	c := views.Check{Kind: "off", Label: "Certificate", Detail: "There are no settings in use."}
	end := w.SSO.CertificateEnds
	switch {
	case w.guest():
		c.Detail = "Not needed for a guest."
	case w.Settings == nil || end == nil:
	case end.Before(w.now) && w.Settings.HardCertificateDates:
		c.Kind, c.Detail = "bad", "Your provider’s signing certificate expired on "+day(end)+", and expired ones are refused."
		c.Fix, c.FixPath, c.FixLabel = "Make a new certificate at your provider and give it to us.", editPath, "Change the connection"
	case end.Before(w.now):
		c.Kind, c.Detail = "warn", "Your provider’s signing certificate expired on "+day(end)+". Sign-ins go on; replace it."
		c.FixPath, c.FixLabel = editPath, "Change the connection"
	case end.Sub(w.now) < certificateWarning:
		c.Kind, c.Detail = "warn", "Your provider’s signing certificate ends on "+day(end)+"."
	default:
		c.Kind, c.Detail = "ok", "Valid until "+day(end)+"."
	}
	return c
}

func (w *signInWalk) policy() views.Check {
	c := views.Check{Kind: "ok", Label: "Sign-in policy", Detail: "A password or an e-mailed link works beside single sign-on."}
	if w.Org.RequireSSO && !w.guest() {
		c.Detail = "Single sign-on is required: a password or an e-mailed link is refused."
	}
	if con := w.SSO.Connection; con != nil && !con.IDPInitiated && !w.guest() {
		c.Detail += " Sign-ins that begin at the provider are refused; people begin here."
	}
	return c
}

func (w *signInWalk) last() views.Check {
	c := views.Check{Kind: "off", Label: "Last attempt", Detail: "No sign-in of this person that came back from your provider is in the log."}
	if w.Last == nil {
		if w.Member == nil && w.Domain != nil {
			c.Fix = "If the provider shows an error of its own, assign the person to the app there."
		}
		return c
	}
	c.FixPath, c.FixLabel = signInsPath+"/"+w.Last.ID, "See what happened"
	when := instant(&w.Last.StartedAt).Text
	switch w.Last.Outcome {
	case models.SignInFailed:
		var e *saml.Error
		c.Kind, c.Detail = "bad", sentenceOf(w.Last.Reason, e, saml.Labels{IdP: w.provider})
		c.At, c.Expected, c.Got = when, w.Last.Expected, w.Last.Received
		if g := views.GuideBySlug(w.SSO.IDP); g != nil {
			if h, ok := g.Hint(models.KindSSO, w.Last.Reason); ok {
				c.Fix = h.Fix
			}
		}
	case models.SignInSucceeded:
		c.Kind, c.Detail = "ok", "Signed in on "+when+"."
	default:
		c.Kind, c.Detail = "wait", "Began on "+when+" and has not ended."
	}
	return c
}
