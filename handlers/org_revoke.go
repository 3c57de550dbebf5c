package handlers

import (
	"net/http"
	"strings"

	"rollcall/models"
	"rollcall/views"
)

// typedSlugAbove is how many people a deactivation may touch before the organization's slug must be typed.
const typedSlugAbove = 25

// GET /organization/sso/revoke and /organization/sso/directory/revoke are the confirmation as pages.
func (s *Server) orgSSORevoke(c Ctx) error {
	return s.revokePage(c, models.KindSSO, http.StatusOK, nil)
}
func (s *Server) orgSCIMRevoke(c Ctx) error {
	return s.revokePage(c, models.KindSCIM, http.StatusOK, nil)
}

// POST to the same addresses deactivates.
func (s *Server) orgSSORevokeNow(c Ctx) error  { return s.revoke(c, models.KindSSO) }
func (s *Server) orgSCIMRevokeNow(c Ctx) error { return s.revoke(c, models.KindSCIM) }

// revokeData is whom a deactivation would touch.
type revokeData struct {
	org   *models.Organization
	state string
	reach *models.Reach
}

func (d *revokeData) read(tx *models.Tx, kind string) (err error) {
	if d.org, err = models.FindOrganization(tx); err != nil {
		return err
	}
	if d.state, err = integrationState(tx, d.org, kind); err != nil {
		return err
	}
	d.reach, err = models.FindReach(tx, kind)
	return err
}

func integrationState(tx *models.Tx, o *models.Organization, kind string) (string, error) {
	if kind == models.KindSSO {
		st, err := models.FindConnectionStatus(tx, o)
		if err != nil {
			return "", err
		}
		return st.State, nil
	}
	st, err := models.FindDirectoryStatus(tx, o)
	if err != nil {
		return "", err
	}
	return st.State, nil
}

// revokePage draws the confirmation. What is not Active has nothing to confirm.
func (s *Server) revokePage(c Ctx, kind string, status int, change func(*views.RevokeForm)) error {
	var d revokeData
	if err := s.view(c, func(tx *models.Tx) error { return d.read(tx, kind) }); err != nil {
		return err
	}
	if d.state != models.Active {
		return redirect(c, "/organization/sso")
	}
	p := views.OrgRevokePage{Page: s.page(c, "Deactivate"), Form: *revokeForm(kind, d.org, d.reach)}
	p.Path = "/organization/sso"
	if change != nil {
		change(&p.Form)
	}
	return render(c, status, views.OrgRevoke(p))
}

// revokeForm counts the consequences in words.
func revokeForm(kind string, o *models.Organization, r *models.Reach) *views.RevokeForm {
	f := &views.RevokeForm{
		Kind: kind, AlsoSCIM: kind == models.KindSSO && r.DirectoryOn, MembersCount: int(r.Managed), PolicyWord: removedWords[o.Deprovision],
	}
	f.AskMembers = r.Managed > 0 && (kind == models.KindSCIM || f.AlsoSCIM)
	touches := func(n int64, one, many string) {
		if n > 0 {
			f.Consequences = append(f.Consequences, count(n, one, many))
		}
	}
	if kind == models.KindSSO {
		if r.SignIns == 0 {
			f.Consequences = append(f.Consequences, "Nobody has signed in through your identity provider yet.")
		}
		touches(r.SignIns, "person who signs in through your identity provider gets the password or e-mailed link back.",
			"people who sign in through your identity provider get the password or e-mailed link back.")
		touches(r.Sessions, "person is signed in that way now and is signed out.", "people are signed in that way now and are signed out.")
	}
	if kind == models.KindSCIM || f.AlsoSCIM {
		touches(r.Managed, "member gets no more changes from your directory.", "members get no more changes from your directory.")
		touches(r.Tokens, "directory token stops working.", "directory tokens stop working.")
	}
	touches(r.Links, "open setup link stops working.", "open setup links stop working.")
	if touched(kind, r) > typedSlugAbove {
		f.Slug = o.Slug
	}
	return f
}

func touched(kind string, r *models.Reach) int64 {
	if kind == models.KindSCIM {
		return r.Managed
	}
	if r.DirectoryOn {
		return max(r.SignIns, r.Managed)
	}
	return r.SignIns
}

// revoke deactivates in one commit; the notice offers Undo.
func (s *Server) revoke(c Ctx, kind string) error {
	members := field(c, "members")
	if members == "" {
		members = models.MembersKeep
	}
	faults := views.FieldErrors{}
	if members != models.MembersKeep && members != models.MembersDeprovision {
		faults["members"] = "Choose what becomes of the members: keep them, or remove them."
	}
	err := s.update(c, func(tx *models.Tx) error {
		var d revokeData
		if err := d.read(tx, kind); err != nil {
			return err
		}
		if slug := revokeForm(kind, d.org, d.reach).Slug; slug != "" && !strings.EqualFold(field(c, "confirm"), slug) {
			faults["confirm"] = "Type " + slug + " to confirm; this touches more than 25 people."
		}
		if len(faults) > 0 {
			return errFormFaults
		}
		if _, err := models.Deactivate(tx, kind, members); err != nil || kind != models.KindSSO || !ticked(c, "notify") {
			return err
		}
		return models.MailPeopleOfSSO(tx)
	})
	if err == errFormFaults {
		return s.revokePage(c, kind, http.StatusUnprocessableEntity, func(f *views.RevokeForm) {
			f.Errors, f.Members, f.Typed = faults, members, field(c, "confirm")
		})
	}
	if err != nil {
		return err
	}
	return redirect(c, "/organization/sso")
}

// errFormFaults rolls a unit of work back whose form is drawn again.
var errFormFaults = &models.Error{Code: models.Invalid, Message: "Look at the marked fields."}

// POST /organization/sso/undo takes a deactivation back (SPEC R2).
func (s *Server) orgSSOUndo(c Ctx) error {
	err := s.update(c, func(tx *models.Tx) error { return models.UndoRevocation(tx, field(c, "event")) })
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: "The deactivation is undone. What it had switched off works again."})
	return redirect(c, "/organization/sso")
}
