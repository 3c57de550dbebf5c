package handlers

import (
	"net/http"
	"strings"

	"rollcall/models"
	"rollcall/views"
)

func (s *Server) inviteRoutes(p page) {
	p.Get("/invites/:token", s.invite)
	p.Post("/invites/:token", s.inviteAccept)
	p.Post("/invites/:token/ask", s.inviteAsk)
}

// inviteData is an invite with what its page shows.
type inviteData struct {
	invite *models.Invite
	org    *models.Organization
	member *models.Member
	plans  *models.Plans
	door   *models.SSODoor // nil: the organization's people do not come in by single sign-on
	by     string
	state  string
	hash   string // of the password that an account with the address has already; "" for none
}

// read finds an invite by its token; the row tells the organization.
func (d *inviteData) read(tx *models.Tx, token string) (err error) {
	if d.invite, err = models.FindInviteByToken(tx, token); err != nil {
		return err
	}
	in := tx.In(d.invite.OrganizationID)
	d.state = d.invite.State(tx.Now)
	if d.org, err = models.FindOrganization(in); err != nil {
		return err
	}
	if d.member, err = models.FindMember(in, d.invite.MemberID); err != nil {
		return err
	}
	if d.plans, err = models.OrganizationPlans(in, d.org); err != nil {
		return err
	}
	if d.door, err = doorOfInvite(tx, d.invite); err != nil {
		return err
	}
	a, err := models.FindAccountByEmail(tx, d.invite.Email)
	switch {
	case err == nil:
		d.hash = a.PasswordHash
	case !models.IsNotFound(err):
		return err
	}
	labels, err := models.Labels(in, []string{d.invite.CreatedBy})
	d.by = labels[d.invite.CreatedBy].Name
	if d.by == "" {
		d.by = d.org.Name
	}
	return err
}

// doorOfInvite is the single sign-on of the invite's own organization, nil where the address is not sent there: another
// organization's would open nothing here (SPEC S7).
func doorOfInvite(tx *models.Tx, i *models.Invite) (*models.SSODoor, error) {
	door, err := models.FindSSODoor(tx, models.Fold(i.Email))
	if models.IsNotFound(err) || err == nil && door.OrganizationID != i.OrganizationID {
		return nil, nil
	}
	return door, err
}

// GET /invites/<token> shows the invite; nothing is used up.
func (s *Server) invite(c Ctx) error { return s.drawInvite(c, http.StatusOK, nil) }

func (s *Server) drawInvite(c Ctx, status int, change func(*views.InvitePage)) error {
	if err := s.limited(c, "token", ""); err != nil {
		return err
	}
	var d inviteData
	err := s.view(c, func(tx *models.Tx) error { return d.read(tx, c.Param("token")) })
	p := views.InvitePage{Page: s.page(c, "Invite"), State: "unknown"}
	switch {
	case models.CodeOf(err) == models.NotFound:
		return render(c, http.StatusNotFound, views.Invite(p))
	case err != nil:
		return err
	}
	d.fill(&p, c)
	if d.state != "open" {
		status = http.StatusGone
	}
	if change != nil {
		change(&p)
	}
	return render(c, status, views.Invite(p))
}

func (d *inviteData) fill(p *views.InvitePage, c Ctx) {
	p.State, p.Action, p.Organization, p.Inviter = d.state, "/invites/"+c.Param("token"), d.org.Name, d.by
	p.Email, p.Role, p.Plan, p.NoPassword = d.invite.Email, "Member", planOfMember(d.plans, d.member), d.invite.PasswordsDisabled
	if d.invite.Role == models.RoleAdmin {
		p.Role = "Administrator"
	}
	p.Named = d.member.NameKnown()
	if d.door != nil {
		p.SSO, p.OnlySSO = with("/saml/"+d.door.ConnectionID+"/start", d.invite.Email, ""), d.door.Required || d.invite.PasswordsDisabled
	}
	if d.state == "expired" {
		p.AskAction = p.Action + "/ask"
	}
	if v := viewerOf(c); v != nil {
		p.HasAccount = models.Fold(v.Account.Email) == models.Fold(d.invite.Email)
		if !p.HasAccount {
			p.OtherAccount = v.Account.Email
		}
	}
}

// POST /invites/<token> accepts: the account is made or attached, and signed in. The token came to the address by mail,
// so it proves it.
func (s *Server) inviteAccept(c Ctx) error {
	var d inviteData
	err := s.view(c, func(tx *models.Tx) error { return d.read(tx, c.Param("token")) })
	if models.CodeOf(err) == models.NotFound || err == nil && d.state != "open" {
		return s.drawInvite(c, http.StatusOK, nil)
	}
	if err != nil {
		return err
	}
	v := viewerOf(c)
	known := v != nil && models.Fold(v.Account.Email) == models.Fold(d.invite.Email)
	if v != nil && !known {
		return s.drawInvite(c, http.StatusConflict, nil)
	}
	if err := s.refusePasswords(c, d.invite.Email); err != nil {
		return err
	}
	in, faults, err := s.acceptance(c, &d, known)
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return s.drawInvite(c, http.StatusUnprocessableEntity, func(p *views.InvitePage) { p.Errors, p.Name = faults, field(c, "name") })
	}
	return s.signIn(c, d.org.ID, "/account", func(tx *models.Tx) (*models.Account, error) {
		i, err := models.FindInviteByToken(tx, c.Param("token"))
		if err != nil {
			return nil, err
		}
		a, _, err := models.AcceptInvite(tx.In(i.OrganizationID), i, in)
		return a, err
	})
}

// acceptance reads the form; whoever is signed in as the invited person has nothing to fill in.
func (s *Server) acceptance(c Ctx, d *inviteData, known bool) (in models.Acceptance, faults views.FieldErrors, err error) {
	faults = views.FieldErrors{}
	if known {
		return in, faults, nil
	}
	if d.member.NameKnown() == "" {
		in.FirstName, in.LastName, _ = strings.Cut(field(c, "name"), " ")
		if in.FirstName == "" {
			faults["name"] = "Write your name."
		}
	}
	if d.invite.PasswordsDisabled {
		return in, faults, nil
	}
	if d.hash != "" { // it stays as it is, so another one must not be believed to be set
		if err := s.limited(c, "password", d.invite.Email); err != nil {
			return in, nil, err
		}
		if !s.passwordMatches(d.hash, c.FormValue("password")) {
			faults["password"] = "You have an account with this address already. Write its password, or sign in by an e-mailed link first and open this invite again."
		}
		return in, faults, nil
	}
	if in.PasswordHash, err = s.hashPassword(c.FormValue("password"), d.invite.Email); err != nil {
		more, ok := fieldErrors(err)
		if !ok {
			return in, nil, err
		}
		faults["password"] = more["password"]
	}
	return in, faults, nil
}

// POST /invites/<token>/ask tells the administrators that somebody wants a new invite for an expired one.
func (s *Server) inviteAsk(c Ctx) error {
	if err := s.limited(c, "invite-ask", c.Param("token")); err != nil {
		return err
	}
	err := s.update(c, func(tx *models.Tx) error { return models.AskForInvite(tx, c.Param("token")) })
	if err != nil {
		return err
	}
	return s.drawInvite(c, http.StatusOK, func(p *views.InvitePage) { p.Asked = true })
}
