package handlers

import (
	"rollcall/models"
	"rollcall/saml"
	"rollcall/views"
)

// samlPath is one of a connection's addresses.
func samlPath(connectionID, last string) string { return "/saml/" + connectionID + "/" + last }

// ourSide is what a connection's settings say about us: it is all that our metadata needs.
func (s *Server) ourSide(tx *models.Tx, c *models.Connection, cs *models.ConnectionSettings) (saml.Settings, error) {
	set := saml.Settings{
		SPEntityID: s.url(samlPath(c.ID, "metadata")), ACSURL: s.url(samlPath(c.ID, "acs")),
		SignRequests: cs.SignRequests, EncryptAssertions: cs.Encrypt, Labels: labelsOf(c.IDP),
	}
	keys, err := models.OpenServiceKeys(tx, c)
	for i, k := range keys {
		if i == 0 {
			set.SigningKey = k.Key
		}
		if k.Cert != nil {
			set.ServiceCertificates = append(set.ServiceCertificates, k.Cert)
		}
		set.DecryptionKeys = append(set.DecryptionKeys, k.Key)
	}
	return set, err
}

// samlSettings are what a response or request of this connection is made and judged by. A test accepts people of
// domains that are not verified yet (SPEC O4).
func (s *Server) samlSettings(tx *models.Tx, c *models.Connection, cs *models.ConnectionSettings, test bool) (saml.Settings, error) {
	set, err := s.ourSide(tx, c, cs)
	if err != nil {
		return set, err
	}
	set.IdPEntityID, set.SSOURL, set.SSOBinding = cs.EntityID, cs.SSOURL, saml.Binding(cs.SSOBinding)
	set.Mapping, set.HardCertificateDates, set.AllowUnsolicited = cs.MappedNames(), cs.HardCertificateDates, c.IDPInitiated
	certificates, err := saml.ParseCertificates(cs.Certificates)
	if err != nil {
		return set, err
	}
	for _, k := range certificates {
		set.Certificates = append(set.Certificates, k.X509)
	}
	domains, err := models.ListDomains(tx)
	for _, d := range domains {
		if test || d.Proved() {
			set.Domains = append(set.Domains, d.Name)
		}
	}
	return set, err
}

// labelsOf are the provider's own words for the sentences about a failure.
func labelsOf(slug string) saml.Labels {
	g := views.GuideBySlug(slug)
	if g == nil {
		return saml.Labels{}
	}
	audience, _ := g.Hint(models.KindSSO, string(saml.ReasonAudience))
	destination, _ := g.Hint(models.KindSSO, string(saml.ReasonDestination))
	return saml.Labels{IdP: g.Short, AudienceField: audience.Field, ACSField: destination.Field}
}
