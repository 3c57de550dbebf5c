package practice

import (
	"net/http"
	"strings"

	"rollcall/saml/samltest"
)

func (i *IdP) metadata(w http.ResponseWriter, _ *http.Request, t *tenant) {
	w.Header().Set("Content-Type", "application/samlmetadata+xml")
	_, _ = w.Write(t.saml.Metadata()) // the client has gone
}

// signIn is a sign-in under way, carried from form to form.
type signIn struct {
	ACSURL, EntityID string
	RequestID        string // empty: it began here
	RelayState       string
}

// chooser asks who is signing in: what a real identity provider learns from a password.
func (i *IdP) chooser(w http.ResponseWriter, r *http.Request, t *tenant) {
	request, err := samltest.ParseAuthnRequest(r.FormValue("SAMLRequest"))
	if err != nil {
		i.fail(w, t, http.StatusBadRequest, "This address takes sign-in requests from Rollcall, and there was none that could be read. Begin at Rollcall's sign-in page.")
		return
	}
	s := signIn{ACSURL: request.ACSURL, EntityID: request.Issuer, RequestID: request.ID, RelayState: r.FormValue("RelayState")}
	if !i.trusted(s.ACSURL) {
		i.fail(w, t, http.StatusForbidden, "This request wants its answer sent to an address that is not Rollcall's.")
		return
	}
	t.SAML = SAMLSettings{ACSURL: s.ACSURL, EntityID: s.EntityID} // an admin would type these in
	i.render(w, http.StatusOK, "chooser", struct {
		view
		SignIn signIn
	}{i.view("Who is signing in?", t), s})
}

// trusted: answers go to Rollcall only.
func (i *IdP) trusted(acs string) bool { return strings.HasPrefix(acs, i.options.Rollcall+"/") }

// answer signs the response for the person chosen.
func (i *IdP) answer(w http.ResponseWriter, r *http.Request, t *tenant) {
	s := signIn{ACSURL: r.FormValue("acs"), EntityID: r.FormValue("entity"), RequestID: r.FormValue("request"), RelayState: r.FormValue("relay")}
	i.respond(w, r, t, s)
}

// start begins a sign-in here (IdP-initiated).
func (i *IdP) start(w http.ResponseWriter, r *http.Request, t *tenant) {
	if t.SAML.ACSURL == "" {
		i.fail(w, t, http.StatusConflict, "Type in Rollcall's ACS URL and entity ID first, or sign in once from Rollcall.")
		return
	}
	i.respond(w, r, t, signIn{ACSURL: t.SAML.ACSURL, EntityID: t.SAML.EntityID})
}

func (i *IdP) respond(w http.ResponseWriter, r *http.Request, t *tenant, s signIn) {
	p := t.person(r.FormValue("person"))
	switch {
	case p == nil:
		i.fail(w, t, http.StatusNotFound, "There is nobody like that here.")
		return
	case p.Gone:
		i.fail(w, t, http.StatusForbidden, p.Name()+" was deactivated here, so this identity provider signs nobody in by that name.")
		return
	case !i.trusted(s.ACSURL):
		i.fail(w, t, http.StatusForbidden, "This answer would go to an address that is not Rollcall's.")
		return
	}
	response, err := t.saml.Respond(samltest.Options{
		Now: i.options.Now(), Recipient: s.ACSURL, Audience: s.EntityID, InResponseTo: s.RequestID, NameID: p.Email,
		Signed: samltest.SignBoth, Attributes: attributes(p),
	})
	if err != nil {
		i.fail(w, t, http.StatusInternalServerError, "The response could not be signed.")
		return
	}
	i.render(w, http.StatusOK, "answer", struct {
		view
		SignIn   signIn
		Person   *Person
		Response string
	}{i.view("Signed in as "+p.Name(), t), s, p, response})
}

// attributes are sent under the names that Rollcall's guides ask for.
func attributes(p *Person) []samltest.Attribute {
	var out []samltest.Attribute
	for _, a := range [][2]string{
		{"email", p.Email}, {"firstName", p.First}, {"lastName", p.Last}, {"country", p.Country}, {"currentCity", p.City},
		{"currentState", p.Region}, {"plan", p.Plan},
	} {
		if a[1] != "" {
			out = append(out, samltest.Attribute{Name: a[0], Values: []string{a[1]}})
		}
	}
	return out
}
