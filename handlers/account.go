package handlers

import (
	"net/http"
	"strconv"

	"rollcall/models"
	"rollcall/views"
)

func (s *Server) accountRoutes(p page) {
	p.Get("/account", s.account)
	p.Post("/account", s.accountSave)
	p.Post("/account/password", s.accountPassword)
	p.Post("/account/sessions/end", s.accountSessionEnd)
	p.Post("/account/personal", s.accountPersonal)
	p.Get("/account/leave", s.leave)
	p.Post("/account/leave", s.leaveNow)
	p.Get("/account/complete", s.complete)
	p.Post("/account/complete", s.completeSave)
	p.Post("/organization/switch", s.switchOrganization)
}

// accountData is all that a person's own page shows.
type accountData struct {
	viewer   *viewer
	free     models.Plan   // of who belongs to no organization
	plans    *models.Plans // of the organization the session is in; nil outside one
	members  []models.Member
	orgs     map[string]*models.Organization
	owned    map[string]bool
	sessions []models.Session
	closed   bool // may set no password
}

func (d *accountData) read(tx *models.Tx) (err error) {
	v := d.viewer
	if v.Org != nil {
		if d.plans, err = models.OrganizationPlans(tx, v.Org); err != nil {
			return err
		}
		if d.owned, err = models.OwnedFields(tx, v.Member); err != nil {
			return err
		}
	}
	catalog, err := models.ListPlans(tx)
	if err != nil {
		return err
	}
	for _, p := range catalog {
		if p.Free {
			d.free = p
		}
	}
	if d.members, err = d.memberships(tx); err != nil {
		return err
	}
	d.orgs = map[string]*models.Organization{}
	for _, m := range d.members {
		if d.orgs[m.OrganizationID], err = models.FindOrganization(tx.In(m.OrganizationID)); err != nil {
			return err
		}
	}
	if d.sessions, err = models.ListSessionsOfAccount(tx, v.Account.ID); err != nil {
		return err
	}
	d.closed, err = models.PasswordsClosed(tx, v.Account)
	return err
}

// memberships are all of the account's; a bound session sees only its own (SPEC S7).
func (d *accountData) memberships(tx *models.Tx) ([]models.Member, error) {
	if d.viewer.Bound() {
		return []models.Member{*d.viewer.Member}, nil
	}
	return models.MembershipsOf(tx, d.viewer.Account.ID)
}

// GET /account is one's own page; whoever has something to complete does that first (SPEC P4).
func (s *Server) account(c Ctx) error {
	if m := viewerOf(c).Member; m != nil && m.OnlyPersonalHolds() {
		return redirect(c, "/account/complete")
	}
	return s.drawAccount(c, http.StatusOK, nil)
}

func (s *Server) drawAccount(c Ctx, status int, change func(*views.AccountPage)) error {
	d := accountData{viewer: viewerOf(c)}
	if err := s.view(c, d.read); err != nil {
		return err
	}
	p := d.page(s.page(c, "Your account"))
	p.Path = "/account"
	if change != nil {
		change(&p)
	}
	return render(c, status, views.Account(p))
}

func (d *accountData) page(frame views.Page) views.AccountPage {
	v := d.viewer
	p := views.AccountPage{Page: frame, Profile: d.profile(), HasPassword: v.Account.PasswordHash != ""}
	p.Plan = planRef(d.free)
	if v.Member != nil {
		p.Plan = planOfMember(d.plans, v.Member)
		if v.Member.Status == models.MemberWaiting {
			p.Waits = v.Org.Name
		}
		if v.Member.Managed() {
			p.ManagedReason = "Your name, e-mail and plan are managed by " + v.Org.Name + "’s directory."
		}
	}
	p.PersonalEmail, p.PersonalAsked = v.Account.PersonalEmail, !v.BySSO() && v.Member != nil
	switch {
	case v.BySSO():
		p.PasswordNote = "You sign in with your company account, so there is no password to change here."
	case v.ByCode():
		p.PasswordNote = "You signed in with a recovery code, which changes no password."
	case d.closed:
		p.PasswordNote = "You were invited without a password: you sign in with your company account, or by a link that we e-mail you."
	}
	for _, m := range d.members {
		p.Memberships = append(p.Memberships, d.membership(m))
	}
	for i := range d.sessions {
		p.Sessions = append(p.Sessions, d.session(&d.sessions[i]))
	}
	return p
}

func (d *accountData) membership(m models.Member) views.Membership {
	out := views.Membership{ID: m.OrganizationID, Name: d.orgs[m.OrganizationID].Name, Role: "Member", Kind: "active", State: "Active"}
	if m.Role == models.RoleAdmin {
		out.Role = "Administrator"
	}
	if d.viewer.Org != nil && d.viewer.Org.ID == m.OrganizationID {
		out.Current, out.Plan = true, planOfMember(d.plans, &m)
	}
	switch {
	case m.BlockedAt != nil:
		out.Kind, out.State = "off", "Sign-in blocked"
	case m.Status == models.MemberHeld:
		out.Kind, out.State = "awaiting", "On hold"
	case m.Status == models.MemberWaiting:
		out.Kind, out.State = "awaiting", "Waiting for a seat"
	case m.Status != models.MemberActive:
		out.Kind, out.State = "off", "Not active"
	}
	return out
}

func (d *accountData) session(row *models.Session) views.SessionRow {
	how := "with a password or an e-mailed link"
	if row.ConnectionID != nil {
		how = "through single sign-on"
	} else if row.MemberID != nil {
		how = "with a recovery code"
	}
	return views.SessionRow{
		ID: sessionID(row), Where: browserName(row.UserAgent), How: how, Began: instant(&row.CreatedAt), Seen: instant(&row.SeenAt),
		This: row.Digest == d.viewer.Session.Digest,
	}
}

// sessionID names a session in a form without giving away what is stored of its token.
func sessionID(row *models.Session) string { return models.Digest(row.Digest)[:24] }

// profile are the person's own fields: as text where a directory sends them, else as a form (SPEC P8).
func (d *accountData) profile() []views.ProfileField {
	a, m := d.viewer.Account, d.viewer.Member
	email := views.ProfileField{Label: "E-mail", Value: a.Email, Managed: true}
	if m == nil {
		return []views.ProfileField{email, {Name: "name", Label: "Your name", Value: a.Name, Autocomplete: "name", Required: true}}
	}
	year := ""
	if m.BirthYear != 0 {
		year = strconv.FormatInt(m.BirthYear, 10)
	}
	fields := []views.ProfileField{
		email,
		{Name: "first_name", Label: "First name", Value: m.FirstName, Autocomplete: "given-name", Required: true},
		{Name: "last_name", Label: "Last name", Value: m.LastName, Autocomplete: "family-name", Required: true},
		{Name: "country", Label: "Country", Value: m.Country, Autocomplete: "country", Required: true, Options: withEmpty(countryOptions(), "Choose a country")},
		{Name: "current_city", Label: "City", Value: m.CurrentCity, Autocomplete: "address-level2"},
		{Name: "current_state", Label: "State or region", Value: m.CurrentState, Autocomplete: "address-level1"},
		{Name: "birth_year", Label: "Year of birth", Value: year, Autocomplete: "bday-year"},
	}
	for i := range fields {
		f := &fields[i]
		if d.owned[f.Name] {
			f.Managed = true
			if f.Name == "country" {
				f.Value = countryName(f.Value)
			}
		}
	}
	return fields
}

func withEmpty(list []views.Option, label string) []views.Option {
	return append([]views.Option{{Label: label}}, list...)
}
