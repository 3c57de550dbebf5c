package handlers

import (
	"net/http"
	"strings"

	"rollcall/models"
	"rollcall/views"
)

// ownOrganization tells whether the form belongs to the organization that the session is in now (SPEC I5).
func ownOrganization(c Ctx, v *viewer) bool {
	id := ""
	if v.Org != nil {
		id = v.Org.ID
	}
	return c.FormValue("organization") == id
}

func profileTyped(c Ctx) models.Profile {
	return models.Profile{
		FirstName: field(c, "first_name"), LastName: field(c, "last_name"), Country: field(c, "country"),
		CurrentCity: field(c, "current_city"), CurrentState: field(c, "current_state"), BirthYear: field(c, "birth_year"),
	}
}

// POST /account saves one's own profile, as far as no directory owns it.
func (s *Server) accountSave(c Ctx) error {
	v := viewerOf(c)
	if !ownOrganization(c, v) {
		return s.staleTab(c, v, c.FormValue("organization"))
	}
	err := s.update(c, func(tx *models.Tx) error {
		if v.Member == nil {
			return models.RenameAccount(tx, v.Account, field(c, "name"))
		}
		return models.SaveOwnProfile(tx, v.Member.ID, profileTyped(c))
	})
	if faults, ok := fieldErrors(err); ok {
		return s.drawAccount(c, http.StatusUnprocessableEntity, func(p *views.AccountPage) {
			p.Errors = faults
			keepTyped(c, p.Profile)
		})
	}
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: "Profile saved."})
	return redirect(c, "/account")
}

// keepTyped puts what was typed back into the fields of a form that is drawn again.
func keepTyped(c Ctx, fields []views.ProfileField) {
	for i := range fields {
		if f := &fields[i]; !f.Managed && c.Request().PostForm.Has(f.Name) {
			f.Value = field(c, f.Name)
		}
	}
}

// POST /account/password changes the password or sets the first one. A session by SSO changes none (SPEC S7).
func (s *Server) accountPassword(c Ctx) error {
	v := viewerOf(c)
	if v.Bound() {
		return &models.Error{Code: models.Forbidden, Message: "You are signed in with your company account or a recovery code, which changes no password."}
	}
	if err := s.limited(c, "password", v.Account.Email); err != nil {
		return err
	}
	faults := views.FieldErrors{}
	if v.Account.PasswordHash != "" && !s.passwordMatches(v.Account.PasswordHash, c.FormValue("current")) {
		faults["current"] = "This is not your current password."
	}
	hash, err := s.hashPassword(c.FormValue("password"), v.Account.Email)
	if more, ok := fieldErrors(err); ok {
		faults["password"] = more["password"]
	} else if err != nil {
		return err
	}
	if len(faults) > 0 {
		return s.drawAccount(c, http.StatusUnprocessableEntity, func(p *views.AccountPage) { p.Errors = faults })
	}
	err = s.update(c, func(tx *models.Tx) error {
		closed, err := models.PasswordsClosed(tx, v.Account)
		if err == nil && closed {
			err = &models.Error{Code: models.Forbidden, Message: "You were invited without a password: sign in with your company account, or by an e-mailed link."}
		}
		if err != nil {
			return err
		}
		return models.SetPassword(tx, v.Account, hash, v.Session.Digest)
	})
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: "Your password is saved. All other sessions are signed out."})
	return redirect(c, "/account")
}

// POST /account/sessions/end ends another of one's own sessions.
func (s *Server) accountSessionEnd(c Ctx) error {
	v := viewerOf(c)
	err := s.update(c, func(tx *models.Tx) error {
		rows, err := models.ListSessionsOfAccount(tx, v.Account.ID)
		if err != nil {
			return err
		}
		for i := range rows {
			if sessionID(&rows[i]) == field(c, "session") {
				return models.EndSession(tx, rows[i].Digest)
			}
		}
		return &models.Error{Code: models.NotFound, Message: "This session has ended already."}
	})
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: "The session is ended."})
	return redirect(c, "/account")
}

// POST /organization/switch goes to another of one's organizations (SPEC I5). A session by SSO is bound to its own.
func (s *Server) switchOrganization(c Ctx) error {
	v := viewerOf(c)
	to := field(c, "to")
	for _, o := range v.Orgs {
		if o.ID != to {
			continue
		}
		row := *v.Session
		row.OrganizationID, row.Data = to, jsonText(sessionData{Flash: &views.Notice{Kind: "info", Text: "You are in " + o.Name + " now."}})
		if err := s.update(c, func(tx *models.Tx) error { return models.SaveSessionData(tx, &row) }); err != nil {
			return err
		}
		return redirect(c, ownPath(c.FormValue("next"), "/account"))
	}
	return &models.Error{Code: models.NotFound, Message: "You are not in that organization."}
}

// browserName is a browser and its system in two words; nobody reads user-agent strings.
func browserName(agent string) string {
	browser, system := "A browser", ""
	for _, b := range [][2]string{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"}} {
		if strings.Contains(agent, b[0]) {
			browser = b[1]
			break
		}
	}
	for _, o := range [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}} {
		if strings.Contains(agent, o[0]) {
			system = " on " + o[1]
			break
		}
	}
	return browser + system
}
