package handlers

import (
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"rollcall/models"
	"rollcall/saml"
	"rollcall/views"
)

// Fetches of metadata per organization: each is a request of ours to a stranger's address.
const (
	fetchTries  = 20
	fetchWindow = 10 * time.Minute
)

// formFault is a fault of the metadata form: the field and the sentence.
type formFault struct {
	Field, Text string
	Reason      string // for the guide's hint; "" for none
}

func (f *formFault) Error() string { return f.Text }

// plainMarks turn a hint into plain text, as the sentences at fields are.
var plainMarks = strings.NewReplacer("`", "")

// metadataForm takes the provider's data; what is saved, or waits to be saved, stands above it.
func (w *wizard) metadataForm(n int, s *Server) *views.MetadataForm {
	m := &views.MetadataForm{Action: w.base() + "/metadata", How: "url", URL: w.cs.MetadataURL}
	if w.guide.SSO.Bring != "" && m.URL == "" {
		m.How = w.guide.SSO.Bring
	}
	if w.cs.Complete() {
		saved := models.ProviderData{
			EntityID: w.cs.EntityID, SSOURL: w.cs.SSOURL, SSOBinding: w.cs.SSOBinding, Certificates: w.cs.Certificates,
			MetadataURL: w.cs.MetadataURL, SignRequests: w.cs.SignRequests,
		}
		m.Understood, m.KeepAction = s.understood(saved), w.path(n)
		m.Understood.Saved = true
	} else if p, ok := models.Understood(w.session); ok {
		m.Understood, m.KeepAction = s.understood(p), w.base()+"/metadata/keep"
	}
	return m
}

// understood says what was read, before it is saved (SPEC L4).
func (s *Server) understood(p models.ProviderData) *views.Understood {
	u := &views.Understood{EntityID: p.EntityID, SSOURL: p.SSOURL, Source: p.MetadataURL, Binding: "redirect"}
	if p.SSOBinding == string(saml.Post) {
		u.Binding = "POST"
	}
	if p.SignRequests {
		u.Signed = "Asked for: our requests are signed, and our metadata holds the certificate."
	}
	certificates, err := saml.ParseCertificates(p.Certificates)
	if err != nil {
		return u
	}
	for _, k := range certificates {
		f := views.CertificateFact{Fingerprint: k.Fingerprint, Subject: k.X509.Subject.CommonName, Until: instant(&k.NotAfter)}
		if late := k.Dates(s.DB.Now()); late != nil {
			f.Warning = late.Sentence(saml.Labels{})
		}
		u.Certificates = append(u.Certificates, f)
	}
	return u
}

// POST /setup/sso/metadata reads what the provider issued and shows what it understood; nothing is saved yet.
func (s *Server) wizardMetadata(c Ctx) error {
	w, n, err := s.lookAt(c, "metadata")
	if err != nil {
		return err
	}
	m := metadataTyped(c, w.base()+"/metadata")
	p, err := s.readProvider(c, s.setupActor(c), &m)
	var fault *formFault
	if errors.As(err, &fault) {
		return s.stepPage(c, w, n, http.StatusUnprocessableEntity, func(page *views.WizardStepPage) {
			page.Metadata, page.Errors = &m, views.FieldErrors{fault.Field: strings.TrimSpace(fault.Text + " " + plainMarks.Replace(w.fix(fault.Reason)))}
		})
	}
	if err != nil {
		return err
	}
	err = s.DB.Update(c.Request().Context(), s.setupActor(c), func(tx *models.Tx) error { return models.KeepUnderstood(tx, w.session, p) })
	if err != nil {
		return err
	}
	m.Understood, m.KeepAction = s.understood(p), w.base()+"/metadata/keep"
	return s.stepPage(c, w, n, http.StatusOK, func(page *views.WizardStepPage) { page.Metadata = &m })
}

// metadataTyped is the form as it was typed.
func metadataTyped(c Ctx, action string) views.MetadataForm {
	return views.MetadataForm{
		Action: action, How: field(c, "how"), URL: field(c, "url"), XML: c.FormValue("xml"),
		EntityID: field(c, "entity_id"), SSOURL: field(c, "sso_url"), Cert: c.FormValue("certificate"),
	}
}

// POST /setup/sso/metadata/keep saves what was understood into the draft.
func (s *Server) wizardMetadataKeep(c Ctx) error {
	w, n, err := s.lookAt(c, "metadata")
	if err != nil {
		return err
	}
	p, ok := models.Understood(w.session)
	if !ok {
		return redirect(c, w.path(n))
	}
	return s.reach(c, w, n+1, func(tx *models.Tx) error { return models.SaveProviderData(tx, w.con, p) })
}

// readProvider reads the provider's data in the way that the pressed button names. by is who acts, in the organization.
func (s *Server) readProvider(c Ctx, by models.Actor, m *views.MetadataForm) (models.ProviderData, error) {
	options := saml.MetadataOptions{AllowHTTP: s.AllowPrivate, OwnEntityPrefix: s.url("/saml/")}
	var found []saml.IdP
	var raw []byte
	var err error
	switch m.How {
	case "fields":
		var one saml.IdP
		one, err = saml.CheckFields(m.EntityID, m.SSOURL, m.Cert, options)
		found = []saml.IdP{one}
	case "url":
		raw, err = s.fetchMetadata(c, by, m.URL)
	case "file":
		raw, err = uploaded(c)
	case "xml":
		raw = []byte(m.XML)
	default:
		m.How = "url"
		err = &formFault{Field: "url", Text: "Choose one of the four ways and press its button."}
	}
	if err == nil && m.How != "fields" {
		found, err = saml.ParseMetadata(raw, s.DB.Now(), options)
	}
	var se *saml.Error
	if errors.As(err, &se) {
		return models.ProviderData{}, &formFault{faultyField(m.How, se.Reason), se.Sentence(saml.Labels{}), string(se.Reason)}
	}
	if err != nil {
		return models.ProviderData{}, err
	}
	one, err := chosen(c, m, found, raw)
	if err != nil {
		return models.ProviderData{}, err
	}
	p := providerData(one, s.DB.Now())
	if m.How == "url" {
		p.MetadataURL = m.URL
	}
	return p, nil
}

// faultyField is the field that a fault of the provider's data belongs to.
func faultyField(how string, r saml.Reason) string {
	switch {
	case how != "fields":
		return how
	case r == saml.ReasonMetadataURL || r == saml.ReasonMetadataNoSSO:
		return "sso_url"
	case strings.HasPrefix(string(r), "cert_") || r == saml.ReasonMetadataNoCert:
		return "certificate"
	}
	return "entity_id"
}

// fetchMetadata opens the address through the guarded client.
func (s *Server) fetchMetadata(c Ctx, by models.Actor, address string) ([]byte, error) {
	if address == "" {
		return nil, &formFault{Field: "url", Text: "Paste the address of your provider’s metadata."}
	}
	if s.RateLimits {
		err := s.DB.Update(c.Request().Context(), by, func(tx *models.Tx) error {
			return models.Hit(tx, "metadata:"+by.OrgID, fetchTries, fetchWindow)
		})
		if err != nil {
			return nil, err
		}
	}
	raw, err := s.Fetch(c.Request().Context(), address)
	var worded interface{ Sentence() string }
	if errors.As(err, &worded) {
		s.Log.Info("metadata was not fetched", "req", requestID(c), "org", by.OrgID, "err", err)
		return nil, &formFault{"url", worded.Sentence(), "metadata_unreachable"}
	}
	return raw, err
}

// uploaded is the file of the form.
func uploaded(c Ctx) ([]byte, error) {
	h, err := c.FormFile("file")
	if err != nil {
		return nil, &formFault{Field: "file", Text: "Choose the metadata file first."}
	}
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// chosen is the one provider of a document; with several the admin says which. A file cannot be chosen again by us, so
// its text goes into the form.
func chosen(c Ctx, m *views.MetadataForm, found []saml.IdP, raw []byte) (saml.IdP, error) {
	if len(found) == 1 {
		return found[0], nil
	}
	for _, one := range found {
		if one.EntityID == c.FormValue("choose") {
			return one, nil
		}
		label := one.EntityID
		if one.Name != "" {
			label = one.Name + " (" + one.EntityID + ")"
		}
		m.Choices = append(m.Choices, views.Option{Value: one.EntityID, Label: label})
	}
	if m.How == "file" {
		m.How, m.XML = "xml", string(raw)
	}
	return saml.IdP{}, &formFault{Field: "choose", Text: "This metadata describes several providers. Choose yours and press the button again."}
}

// providerData is what is stored of a provider.
func providerData(one saml.IdP, now time.Time) models.ProviderData {
	p := models.ProviderData{
		EntityID: one.EntityID, SSOURL: one.SSOURL, SSOBinding: string(one.SSOBinding), SignRequests: one.WantSignedRequests, ReadAgain: one.ReadAgain(now),
	}
	for _, k := range one.Certificates {
		p.Certificates += string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: k.X509.Raw}))
	}
	return p
}
