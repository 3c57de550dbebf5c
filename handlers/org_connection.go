package handlers

import (
	"net/http"
	"sort"
	"time"

	"rollcall/models"
	"rollcall/saml"
	"rollcall/views"
)

const connectionPath = "/organization/sso/connection"

func (s *Server) connectionRoutes(p page) {
	p.Get("/sso/connection", s.orgConnection)
	p.Post("/sso/connection/idp-initiated", s.orgIDPInitiated)
	p.Post("/sso/connection/key", s.orgServiceKey)
	p.Get("/sso/signins", s.orgSignIns)
	p.Get("/sso/signins/:id", s.orgSignIn)
	p.Get("/sso/check", s.orgCheck)
	// What this page will hold stands on the one it leads to, so far.
	p.Get("/sso/domains", func(c Ctx) error { return redirect(c, "/organization/sso#domain-list") })
}

// GET /organization/sso/connection is Single Sign-On in detail.
func (s *Server) orgConnection(c Ctx) error { return s.drawConnection(c, http.StatusOK, nil) }

func (s *Server) drawConnection(c Ctx, status int, change func(*models.Connection, *views.OrgConnectionPage)) error {
	var d ssoData
	var settings *models.ConnectionSettings
	err := s.view(c, func(tx *models.Tx) (err error) {
		settings, err = d.readConnection(tx)
		return err
	})
	if err != nil {
		return err
	}
	p := views.OrgConnectionPage{Page: s.page(c, "Single Sign-On"), Connection: d.ssoCard(), Blocked: d.blocked()}
	p.Path = connectionPath
	if con := d.sso.Connection; con != nil {
		p.EntityID, p.MetadataURL = s.url(samlPath(con.ID, "metadata")), s.url(samlPath(con.ID, "metadata"))
		p.ACSURL, p.StartURL, p.IDPInitiated = s.url(samlPath(con.ID, "acs")), s.url(samlPath(con.ID, "start")), con.IDPInitiated
		if d.sso.DraftWaits {
			p.DraftText = "Changed settings wait for a test sign-in. Until it has passed, sign-ins go by the settings below."
		}
		p.Seen = initiatedForm(con).seen()
		d.providerSide(&p, settings)
		if con.ServiceKey != "" {
			p.Key = &views.ServiceKeyState{NextSince: instant(con.NextKeyAt), Next: con.NextKey != ""}
		}
	}
	if change != nil {
		change(d.sso.Connection, &p)
	}
	return render(c, status, views.OrgConnection(p))
}

// readConnection reads what the page shows, and the settings that sign-ins go by; nil before there are any.
func (d *ssoData) readConnection(tx *models.Tx) (settings *models.ConnectionSettings, err error) {
	d.now = tx.Now
	if d.org, err = models.FindOrganization(tx); err != nil {
		return nil, err
	}
	if d.domains, err = models.ListDomains(tx); err != nil {
		return nil, err
	}
	if d.sso, err = models.FindConnectionStatus(tx, d.org); err != nil {
		return nil, err
	}
	people := []string{d.sso.DeactivatedBy}
	if d.sso.Link != nil {
		people = append(people, d.sso.Link.CreatedBy)
	}
	if d.labels, err = models.Labels(tx, people); err != nil || d.sso.Connection == nil {
		return nil, err
	}
	settings, err = models.ActiveSettings(tx, d.sso.Connection)
	if models.CodeOf(err) == models.NotFound {
		return models.SettingsInWork(tx, d.sso.Connection)
	}
	return settings, err
}

// providerSide is what the identity provider has told us.
func (d *ssoData) providerSide(p *views.OrgConnectionPage, set *models.ConnectionSettings) {
	if set == nil || !set.Complete() {
		return
	}
	p.Ready = true
	p.Provider = []views.Fact{{Label: "Entity ID", Value: set.EntityID}, {Label: "Sign-in address", Value: set.SSOURL}, {Label: "Binding", Value: set.SSOBinding}}
	if set.MetadataURL != "" {
		p.Provider = append(p.Provider, views.Fact{Label: "Metadata", Value: set.MetadataURL})
	}
	for name, attribute := range set.MappedNames() {
		p.Mapping = append(p.Mapping, views.Fact{Label: name, Value: attribute})
	}
	sort.Slice(p.Mapping, func(i, j int) bool { return p.Mapping[i].Label < p.Mapping[j].Label })
	p.Facts = []views.Fact{
		{Label: "Signed requests", Value: onOff(set.SignRequests)}, {Label: "Encrypted assertions", Value: onOff(set.Encrypt)},
		{Label: "Last test passed", Value: instant(set.TestedAt).Text},
	}
	certificates, err := saml.ParseCertificates(set.Certificates)
	if err != nil {
		return // they were read when they were saved
	}
	for _, cert := range certificates {
		from, until := cert.NotBefore.UTC(), cert.NotAfter.UTC()
		p.Certificates = append(p.Certificates, views.CertificateRow{
			Fingerprint: cert.Fingerprint, Subject: cert.X509.Subject.CommonName, From: instant(&from), Until: instant(&until), State: certificateState(from, until, d.now),
		})
	}
}

func certificateState(from, until, now time.Time) string {
	switch {
	case now.Before(from):
		return "future"
	case now.After(until):
		return "expired"
	case until.Sub(now) < certificateWarning:
		return "soon"
	}
	return "valid"
}

func initiatedForm(con *models.Connection) form {
	return form{switchValue("idp_initiated", "Sign-in that begins at your identity provider", con.IDPInitiated)}
}

// POST /organization/sso/connection/idp-initiated sets whether sign-ins may begin at the provider (SPEC S3).
func (s *Server) orgIDPInitiated(c Ctx) error {
	err := s.update(c, func(tx *models.Tx) error {
		if _, err := models.FindOrganizationForUpdate(tx); err != nil {
			return err
		}
		con, err := models.OrganizationConnection(tx)
		if err != nil {
			return err
		}
		if err := initiatedForm(con).check(c); err != nil {
			return err
		}
		return models.SetIDPInitiated(tx, con, ticked(c, "idp_initiated"))
	})
	if models.IsStale(err) {
		return s.drawConnection(c, http.StatusConflict, func(con *models.Connection, p *views.OrgConnectionPage) {
			p.Seen, p.IDPInitiated = initiatedForm(con).again(c, err, s.lastChange(c, "connection.idp_initiated_changed")), ticked(c, "idp_initiated")
		})
	}
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: "Saved."})
	return redirect(c, connectionPath)
}

// POST /organization/sso/connection/key takes a step of the roll-over of our own key (SPEC S5): "renew" publishes a new
// one, "switch" puts it into use.
func (s *Server) orgServiceKey(c Ctx) error {
	step, said := models.StartKeyRollOver, "The new key is in our metadata now, beside the one in use."
	if field(c, "step") == "switch" {
		step, said = models.SwitchServiceKey, "The new key is in use now."
	}
	err := s.update(c, func(tx *models.Tx) error {
		con, err := models.OrganizationConnection(tx)
		if err != nil {
			return err
		}
		return step(tx, con)
	})
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: said})
	return redirect(c, connectionPath)
}
