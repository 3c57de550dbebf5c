package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"rollcall/models"
	"rollcall/views"
)

// withViewer loads who is looking, if anybody: session, account, membership. A session whose member may no longer
// sign in is worth nothing from this request on (SPEC S7).
func (s *Server) withViewer(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c Ctx) error {
		sess, err := s.sessions.Get(c.Request(), cookieSession)
		if err != nil {
			return err
		}
		row := rowOf(sess)
		if row == nil || row.AccountID == nil {
			return next(c)
		}
		v := &viewer{Session: row}
		by := s.actor(c, models.ActorMember, *row.AccountID, row.OrganizationID)
		err = s.DB.View(c.Request().Context(), by, func(tx *models.Tx) error { return v.load(tx) })
		switch {
		case models.CodeOf(err) == models.NotFound:
			return next(c)
		case err != nil:
			return err
		}
		c.Set(viewerKey, v)
		s.touch(c, row)
		return next(c)
	}
}

// touch notes that the session is in use, at most once a minute.
func (s *Server) touch(c Ctx, row *models.Session) {
	if !row.SeenLongAgo(s.DB.Now()) {
		return
	}
	err := s.update(c, func(tx *models.Tx) error { return models.TouchSession(tx, row) })
	if err != nil {
		s.Log.Warn("a session was not touched", "req", requestID(c), "err", err)
	}
}

// load reads the person behind the session. NotFound means that the session opens nothing; so does single sign-on that
// became required meanwhile (SPEC S8).
func (v *viewer) load(tx *models.Tx) (err error) {
	if v.Account, err = models.FindAccount(tx, *v.Session.AccountID); err != nil {
		return err
	}
	if v.Bound() {
		return v.loadBound(tx)
	}
	var required *models.SSORequired
	if err := models.RefusePasswords(tx, v.Account.Email); errors.As(err, &required) {
		return errSessionEnded
	} else if err != nil {
		return err
	}
	members, err := models.MembershipsOf(tx, v.Account.ID)
	if err != nil {
		return err
	}
	for i := range members {
		m := &members[i]
		if !m.MaySignIn() {
			continue
		}
		o, err := models.FindOrganization(tx.In(m.OrganizationID))
		if err != nil {
			return err
		}
		if closed, err := models.OnlyBySSO(tx.In(o.ID), o, m); err != nil || closed {
			if err != nil {
				return err
			}
			continue
		}
		v.Orgs = append(v.Orgs, views.OrgRef{ID: o.ID, Name: o.Name, Slug: o.Slug})
		if v.Org == nil && (v.Session.OrganizationID == "" || v.Session.OrganizationID == o.ID) {
			v.Org, v.Member = o, m
		}
	}
	return nil
}

var errSessionEnded = &models.Error{Code: models.NotFound, Message: "This session has ended."}

// loadBound loads the one member that a session by SSO or by a recovery code is bound to.
func (v *viewer) loadBound(tx *models.Tx) (err error) {
	in := tx.In(v.Session.OrganizationID)
	if v.Member, err = models.FindMember(in, *v.Session.MemberID); err != nil {
		return err
	}
	may := v.Member.MaySignIn()
	if v.ByCode() {
		if may, err = models.MayRecover(in, v.Member); err != nil {
			return err
		}
	}
	if !may {
		return errSessionEnded
	}
	if v.Org, err = models.FindOrganization(in); err != nil {
		return err
	}
	v.Orgs = []views.OrgRef{{ID: v.Org.ID, Name: v.Org.Name, Slug: v.Org.Slug}}
	return nil
}

// requireAccount sends people who have not signed in to /login and back.
func (s *Server) requireAccount(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c Ctx) error {
		if viewerOf(c) == nil {
			return redirect(c, "/login?next="+nextParam(c))
		}
		return next(c)
	}
}

// requireAdmin lets only administrators on; anybody else sees who they are (SPEC O6).
func (s *Server) requireAdmin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c Ctx) error {
		v := viewerOf(c)
		if v.Org == nil {
			return redirect(c, "/account")
		}
		if !v.Admin() {
			return s.notAdmin(c)
		}
		return next(c)
	}
}

// sameOrganization refuses the form of another organization's page (a stale tab): nothing changes, and the page
// offers to switch (SPEC I5).
func (s *Server) sameOrganization(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c Ctx) error {
		if c.Request().Method != http.MethodPost {
			return next(c)
		}
		if err := parseForm(c); err != nil {
			return err
		}
		v := viewerOf(c)
		if id := c.FormValue("organization"); id != v.Org.ID {
			return s.staleTab(c, v, id)
		}
		return next(c)
	}
}

func (s *Server) staleTab(c Ctx, v *viewer, id string) error {
	p := views.ErrorPage{
		Page: s.page(c, "Another organization"), Status: http.StatusConflict, Heading: "This page belongs to another organization",
		Text: "You are in " + v.Org.Name + " now, so nothing was changed. Open the page again, or switch first.",
		Next: "/organization",
	}
	for i := range v.Orgs {
		if v.Orgs[i].ID == id {
			p.Switch = &v.Orgs[i]
		}
	}
	return render(c, http.StatusConflict, views.Error(p))
}
