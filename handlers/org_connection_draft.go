package handlers

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"rollcall/models"
	"rollcall/saml"
	"rollcall/views"
)

// draftChanges are the settings in which the draft differs from those in use.
func draftChanges(active, draft *models.ConnectionSettings) (list []views.DraftChange) {
	add := func(label, before, after string) {
		if before != after {
			list = append(list, views.DraftChange{Label: label, Before: before, After: after})
		}
	}
	add("Issuer (entity ID)", active.EntityID, draft.EntityID)
	add("Sign-in address", active.SSOURL, draft.SSOURL)
	add("Binding", active.SSOBinding, draft.SSOBinding)
	add("Certificates", certificateWords(active), certificateWords(draft))
	add("Metadata address", active.MetadataURL, draft.MetadataURL)
	add("Signed requests", onOff(active.SignRequests), onOff(draft.SignRequests))
	add("Encryption of assertions", onOff(active.Encrypt), onOff(draft.Encrypt))
	add("Expired certificates refused", onOff(active.HardCertificateDates), onOff(draft.HardCertificateDates))
	before, after := active.MappedNames(), draft.MappedNames()
	fields := maps.Clone(before)
	maps.Copy(fields, after)
	for _, f := range slices.Sorted(maps.Keys(fields)) {
		add("Attribute name of "+f, before[f], after[f])
	}
	return list
}

// switchesForm and mappingForm are the forms of the draft, or of what is in use before there is one.
func switchesForm(cs *models.ConnectionSettings) form {
	return form{
		switchValue("sign_requests", "Sign our requests", cs.SignRequests), switchValue("encrypt", "Offer encryption of assertions", cs.Encrypt),
		switchValue("hard_dates", "Refuse expired certificates", cs.HardCertificateDates),
	}
}

func (w *connectionWork) mappingForm(cs *models.ConnectionSettings) (f form) {
	names := cs.MappedNames()
	for _, a := range w.attributes() {
		f = append(f, formValue{name: "map_" + a.Field, label: a.Label, now: names[a.Field], words: func(s string) string { return cmp.Or(s, a.Send) }})
	}
	return f
}

// certificateWords name certificates by the start of the fingerprint and the end of their time.
func certificateWords(s *models.ConnectionSettings) string {
	certificates, err := saml.ParseCertificates(s.Certificates)
	if err != nil {
		return "" // they were read when they were saved
	}
	var words []string
	for _, k := range certificates {
		words = append(words, k.Fingerprint[:12]+"… until "+day(&k.NotAfter))
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

// GET /organization/sso/connection/test shows the newest test of the settings in use.
func (s *Server) orgConnectionTest(c Ctx) error {
	w, err := s.readWork(c, false)
	if errors.Is(err, errNotActive) {
		return redirect(c, connectionPath)
	}
	if err != nil {
		return err
	}
	panel, err := s.testPanel(c, s.currentActor(c), &w.wizard)
	if err != nil {
		return err
	}
	panel.Start, panel.Cancel, panel.Events = testPath, testPath+"/cancel", connectionPath+"/events"
	p := views.OrgConnectionTestPage{Page: s.page(c, "Test sign-in"), Provider: providerName(w.con.IDP), Test: *panel}
	p.Path = testPath
	return render(c, http.StatusOK, views.OrgConnectionTest(p))
}

// POST …/connection/test and …/edit/test begin a test sign-in, with the settings in use or with the draft, in the tab
// that the button opens. It never signs anybody in.
func (s *Server) orgConnectionTestNow(c Ctx) error { return s.startTest(c, false, testPath) }
func (s *Server) orgEditTest(c Ctx) error          { return s.startTest(c, true, editPath) }

func (s *Server) startTest(c Ctx, draft bool, back string) error {
	w, err := s.readWork(c, draft)
	if err != nil {
		return err
	}
	request, err := s.testRequest(c, s.currentActor(c), w.con, w.cs, back)
	if err != nil {
		return err
	}
	return s.samlHop(c, request, "your provider’s sign-in page")
}

// orgTestCancel stops waiting for a test.
func (s *Server) orgTestCancel(back string) func(Ctx) error {
	return func(c Ctx) error {
		err := s.update(c, func(tx *models.Tx) error {
			con, err := models.OrganizationConnection(tx)
			if err != nil {
				return err
			}
			return models.CancelTest(tx, con)
		})
		if err != nil {
			return err
		}
		return redirect(c, back)
	}
}

// GET …/connection/events says "look again" when a test or the draft changes.
func (s *Server) orgConnectionEvents(c Ctx) error {
	return s.events(c, func() (mark string, err error) {
		err = s.view(c, func(tx *models.Tx) (err error) {
			mark, err = models.SetupMark(tx, models.KindSSO)
			return err
		})
		return mark, err
	})
}
