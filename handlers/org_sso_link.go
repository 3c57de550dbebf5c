package handlers

import (
	"net/http"
	"net/url"
	"strings"

	"rollcall/models"
	"rollcall/views"
)

// kind is the integration that a form of the tab is about.
func kind(c Ctx) (string, error) {
	if k := field(c, "kind"); k == models.KindSSO || k == models.KindSCIM {
		return k, nil
	}
	return "", &models.Error{Code: models.Invalid, Field: "kind", Message: "Choose Single Sign-On or Directory Sync."}
}

// POST /organization/sso/link makes a setup link. The link is in this answer only: it is stored as a hash and in no
// URL, so a reload of the page shows it no more (SPEC L1).
func (s *Server) orgSSOLink(c Ctx) error {
	k, err := kind(c)
	if err != nil {
		return err
	}
	var l *models.SetupLink
	token := ""
	err = s.update(c, func(tx *models.Tx) (err error) {
		l, token, err = models.CreateSetupLink(tx, k)
		return err
	})
	if faults, ok := fieldErrors(err); ok {
		return s.drawSSO(c, http.StatusUnprocessableEntity, func(_ *ssoData, p *views.OrgSSOPage) { p.Settings.Errors = faults })
	}
	if err != nil {
		return err
	}
	return s.drawNewLink(c, http.StatusOK, l, token, "", "")
}

// drawNewLink draws the tab with the link; to and fault are those of the form that e-mails it.
func (s *Server) drawNewLink(c Ctx, status int, l *models.SetupLink, token, to, fault string) error {
	return s.drawSSO(c, status, func(d *ssoData, p *views.OrgSSOPage) {
		p.NewLink = &views.NewLink{
			Kind: l.Kind, URL: s.url("/s/" + token), Lasts: lasts(l.ExpiresAt.Sub(d.now)), Expires: instant(&l.ExpiresAt), MailTo: to, MailError: fault,
		}
	})
}

// POST /organization/sso/link/cancel ends the live link.
func (s *Server) orgSSOLinkCancel(c Ctx) error {
	k, err := kind(c)
	if err != nil {
		return err
	}
	if err := s.update(c, func(tx *models.Tx) error { return models.CancelSetupLink(tx, k) }); err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: "The setup link is cancelled. What was entered through it is kept."})
	return redirect(c, "/organization/sso")
}

// POST /organization/sso/link/mail e-mails the link that was just shown. The browser gives it back, for only its hash
// is stored.
func (s *Server) orgSSOLinkMail(c Ctx) error {
	token := ""
	if u, err := url.Parse(field(c, "link")); err == nil {
		token = strings.TrimPrefix(u.Path, "/s/")
	}
	to := field(c, "email")
	if err := s.limited(c, "setup-mail", viewerOf(c).Org.ID); err != nil {
		return err
	}
	var l *models.SetupLink
	err := s.update(c, func(tx *models.Tx) (err error) {
		l, err = models.MailSetupLink(tx, token, to)
		return err
	})
	if faults, ok := fieldErrors(err); ok && l != nil {
		return s.drawNewLink(c, http.StatusUnprocessableEntity, l, token, to, faults["email"])
	}
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: "The setup link is on its way to " + to + "."})
	return redirect(c, "/organization/sso")
}

// POST /organization/sso/activate switches Single Sign-On on: after a passed test, or again after a deactivation.
func (s *Server) orgSSOActivate(c Ctx) error {
	k, err := kind(c)
	if err != nil {
		return err
	}
	if k == models.KindSCIM {
		s.flash(c, views.Notice{Kind: "info", Title: "Directory Sync needs a new token.", Text: "Make a setup link; the directory, its members and its ids are kept. It turns Active with the first request that your identity provider sends."})
		return redirect(c, "/organization/sso")
	}
	err = s.update(c, func(tx *models.Tx) error {
		con, err := models.OrganizationConnection(tx)
		if err != nil {
			return err
		}
		return models.ActivateConnection(tx, con, false)
	})
	if faults, ok := fieldErrors(err); ok {
		s.flash(c, views.Notice{Kind: "warn", Title: "Single Sign-On is not switched on.", Text: faults[""]})
		return redirect(c, "/organization/sso")
	}
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Title: "Single Sign-On is Active.", Text: "People of your verified domains are sent to your identity provider from now on."})
	return redirect(c, "/organization/sso")
}
