package handlers

import (
	"context"
	"time"

	"rollcall/models"
	"rollcall/saml"
)

// A response may bring the provider's metadata to be read again once in this time, and has to wait for it so long.
const (
	renewEvery   = 5 * time.Minute
	renewPatient = 800 * time.Millisecond
)

// verify judges the response. Where the signer is unknown, the provider may have rolled its certificate over since the
// sign-in began or since our daily look: then it is judged again by the newest version of the same settings, and at last
// by what the metadata says now (SPEC S5). A test is judged by the settings that it tests.
func (s *Server) verify(c Ctx, r *arrivedResponse) (saml.Identity, *saml.Report, error) {
	identity, report, err := saml.Verify(r.settings, r.raw, s.DB.Now())
	for _, renew := range []func(Ctx, *arrivedResponse) error{s.takeNewer, s.readAgain} {
		if report.Reason != saml.ReasonWrongCert || r.test() {
			break
		}
		before := r.cs.ID
		if why := renew(c, r); why != nil {
			s.Log.Info("certificates were not renewed", "req", requestID(c), "connection", c.Param("connection"), "err", why)
		}
		if r.cs.ID != before {
			identity, report, err = saml.Verify(r.settings, r.raw, s.DB.Now())
		}
	}
	return identity, report, err
}

// takeNewer goes on with the settings in use now, if they only renew those that the sign-in began with.
func (s *Server) takeNewer(c Ctx, r *arrivedResponse) error {
	return s.connection(c, false, func(tx *models.Tx, con *models.Connection) error {
		newest, err := models.ActiveSettings(tx, con)
		if err != nil || con.State != models.Active || newest.ID == r.cs.ID || !newest.RenewalOf(r.cs) {
			return err
		}
		set, err := s.samlSettings(tx, con, newest, false)
		if err == nil {
			r.cs, r.settings = newest, set
		}
		return err
	})
}

// readAgain reads the provider's metadata once more and takes what it says, by the rules of the daily look. Anybody can
// send a response with an unknown signature, so it is done rarely, and briefly; a failure is left to the daily look.
func (s *Server) readAgain(c Ctx, r *arrivedResponse) error {
	if r.cs.MetadataURL == "" {
		return nil
	}
	look := &models.MetadataLook{ConnectionID: c.Param("connection"), URL: r.cs.MetadataURL}
	err := s.connection(c, true, func(tx *models.Tx, con *models.Connection) error {
		look.OrganizationID = con.OrganizationID
		return models.Hit(tx, "saml-renew:"+con.ID, 1, renewEvery)
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), renewPatient)
	defer cancel()
	raw, err := s.Fetch(ctx, look.URL)
	if err != nil {
		return err
	}
	found, err := saml.ParseMetadata(raw, s.DB.Now(), saml.MetadataOptions{AllowHTTP: s.AllowPrivate, OwnEntityPrefix: s.url("/saml/")})
	if err != nil {
		return err
	}
	var says []models.ProviderData
	for _, one := range found {
		says = append(says, providerData(one, s.DB.Now()))
	}
	err = s.connection(c, true, func(tx *models.Tx, _ *models.Connection) error { return models.RefreshMetadata(tx, look, says) })
	if err != nil {
		return err
	}
	return s.takeNewer(c, r)
}
