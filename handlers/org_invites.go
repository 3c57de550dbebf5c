package handlers

import (
	"net/http"
	"strconv"
	"strings"

	"rollcall/models"
	"rollcall/views"
)

const (
	invitesPath    = "/organization/invites"
	invitesPerPage = 25 // each row has two forms
)

func (s *Server) invitesRoutes(p page) {
	p.Get("/invites", s.orgInvites)
	p.Post("/invites", s.orgInviteSend)
	p.Get("/invites/new", s.orgInviteNew)
	p.Post("/invites/:id/cancel", s.orgInviteCancel)
	p.Post("/invites/:id/resend", s.orgInviteResend)
	s.importRoutes(p)
}

// GET /organization/invites lists invites with the password rule that each has (SPEC O5).
func (s *Server) orgInvites(c Ctx) error {
	openOnly := c.QueryParam("show") != "all"
	var rows []models.Invite
	var labels map[string]models.PersonLabel
	var total int64
	err := s.view(c, func(tx *models.Tx) (err error) {
		if total, err = models.CountInvites(tx, openOnly); err != nil {
			return err
		}
		if rows, err = models.ListInvites(tx, openOnly, (pageNumber(c)-1)*invitesPerPage, invitesPerPage); err != nil {
			return err
		}
		var people []string
		for _, i := range rows {
			people = append(people, i.CreatedBy)
		}
		labels, err = models.Labels(tx, people)
		return err
	})
	if err != nil {
		return err
	}
	p := views.OrgInvitesPage{
		Page: s.page(c, "Invites"), Filter: "open", Total: count(total, "invite", "invites"), Pager: pagesOf(c, invitesPath, total, invitesPerPage),
		NoPassword: viewerOf(c).Org.DisablePasswords,
	}
	if !openOnly {
		p.Filter = "all"
	}
	now := s.DB.Now()
	for _, i := range rows {
		p.Rows = append(p.Rows, views.InviteRow{
			ID: i.ID, Email: i.Email, MemberPath: membersPath + "/" + i.MemberID, Admin: i.Role == models.RoleAdmin, State: i.State(now),
			NoPassword: i.PasswordsDisabled, By: nameOf(labels, i.CreatedBy), At: instant(&i.CreatedAt), Expires: instant(&i.ExpiresAt),
		})
	}
	return render(c, http.StatusOK, views.OrgInvites(p))
}

// GET /organization/invites/new is the form of one invite.
func (s *Server) orgInviteNew(c Ctx) error { return s.drawInviteNew(c, http.StatusOK, nil) }

func (s *Server) drawInviteNew(c Ctx, status int, faults views.FieldErrors) error {
	var domains []models.Domain
	err := s.view(c, func(tx *models.Tx) (err error) {
		domains, err = models.ListDomains(tx)
		return err
	})
	if err != nil {
		return err
	}
	var names []string
	for _, d := range domains {
		names = append(names, d.Name)
	}
	p := views.OrgInviteNewPage{
		Page: s.page(c, "Invite somebody"), Email: c.FormValue("email"), Role: field(c, "role"), NoPassword: viewerOf(c).Org.DisablePasswords,
		Outside: strings.Join(names, ", "), Errors: faults,
	}
	p.Path = invitesPath + "/new"
	return render(c, status, views.OrgInviteNew(p))
}

// POST /organization/invites sends an invite.
func (s *Server) orgInviteSend(c Ctx) error {
	role := field(c, "role")
	if role == "" {
		role = models.RoleMember
	}
	if err := s.limited(c, "invite", ""); err != nil {
		return err
	}
	var made []models.Invite
	var already []string
	err := s.update(c, func(tx *models.Tx) (err error) {
		made, already, err = models.CreateInvites(tx, c.FormValue("email"), role)
		return err
	})
	if faults, ok := fieldErrors(err); ok {
		return s.drawInviteNew(c, http.StatusUnprocessableEntity, faults)
	}
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: invitesSent(made, already)})
	return redirect(c, invitesPath)
}

// invitesSent says who was invited, and who was left alone because of an open invite.
func invitesSent(made []models.Invite, already []string) string {
	text := ""
	switch len(made) {
	case 0:
	case 1:
		text = "The invite is on its way to " + made[0].Email + ". It works until " + instant(&made[0].ExpiresAt).Text + "."
	default:
		text = strconv.Itoa(len(made)) + " invites are on their way. They work until " + instant(&made[0].ExpiresAt).Text + "."
	}
	if len(already) > 0 {
		text += " Invited already, so nothing was sent: " + strings.Join(already, ", ") + "."
	}
	return strings.TrimSpace(text)
}

// POST /organization/invites/<id>/cancel ends an open invite.
func (s *Server) orgInviteCancel(c Ctx) error {
	return s.inviteAct(c, models.CancelInvite, "The invite is cancelled. Its link works no more.")
}

// POST /organization/invites/<id>/resend sends it again with a new link.
func (s *Server) orgInviteResend(c Ctx) error {
	return s.inviteAct(c, models.ResendInvite, "The invite is sent again. The link in the earlier mail works no more.")
}

func (s *Server) inviteAct(c Ctx, act func(*models.Tx, string) error, done string) error {
	if err := s.update(c, func(tx *models.Tx) error { return act(tx, c.Param("id")) }); err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: done})
	return redirect(c, invitesPath)
}
