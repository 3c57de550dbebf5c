package handlers

import (
	"context"
	"net/http"

	"rollcall/models"
	"rollcall/scim"
	"rollcall/views"
)

// get answers one resource; 304 where the client has this version already.
func (r *scimRequest) get(k scim.ResourceKind, id string) (a scimAnswer, err error) {
	q, err := scim.ParseQuery(r.query, k)
	if err != nil {
		return a, err
	}
	err = r.read(func(tx *models.Tx) error {
		if k == scim.GroupKind {
			g, err := models.FindGroupSeen(tx, r.client.Directory, id)
			if err != nil {
				return err
			}
			a, err = r.answerGroup(tx, g, q, http.StatusOK)
			return err
		}
		u, err := models.FindUserSeen(tx, r.client.Directory, id)
		if err != nil {
			return err
		}
		a, err = r.answerUser(tx, u, q, http.StatusOK)
		return err
	})
	if err != nil {
		return a, err
	}
	if none := r.c.Request().Header.Get("If-None-Match"); none != "" && scim.MatchETag(none, a.etag) {
		a.status, a.body = http.StatusNotModified, nil
	}
	return a, nil
}

func (r *scimRequest) answerUser(tx *models.Tx, u *models.DirectoryUser, q scim.Query, status int) (scimAnswer, error) {
	res, err := r.renderUsers(tx, []models.DirectoryUser{*u}, q)
	if err != nil {
		return scimAnswer{}, err
	}
	m := r.userMeta(u)
	a := scimAnswer{status: status, body: res[0], location: m.Location, etag: m.Version, id: u.ID, person: u.MemberID}
	if holds := u.Holds(); len(holds) > 0 && u.Active {
		a.reason, a.cause = holds[0], "Taken in, but on hold: "+views.HoldLine(holds)+"."
	}
	return a, nil
}

func (r *scimRequest) createUser(x scimChange) (scimAnswer, error) {
	sent, err := scim.ParseUser(x.body)
	if err != nil {
		return scimAnswer{}, err
	}
	hint := models.Newcomer{
		DirectoryID: r.client.Directory.ID, UserName: sent.UserName, Email: scim.Read(sent, r.client.Directory.Fields()).Email,
	}
	update := func(ctx context.Context, by models.Actor, fn func(*models.Tx) error) error {
		return r.DB.UpdateFor(ctx, by, hint, fn)
	}
	return r.writeIn(update, func(tx *models.Tx) (scimAnswer, error) {
		d, err := models.FindDirectoryForUpdate(tx, r.client.Directory.ID)
		if err != nil {
			return scimAnswer{}, err
		}
		u, err := models.CreateDirectoryUser(tx, d, pushOf(sent, d.Fields()))
		if err != nil {
			return scimAnswer{}, err
		}
		a, err := r.answerUser(tx, u, x.query, http.StatusCreated)
		a.changed = scim.Changed(scim.User{}, sent)
		return a, err
	})
}

// saveUser is PUT and PATCH.
func (r *scimRequest) saveUser(x scimChange) (scimAnswer, error) {
	edit, err := parseEdit(x)
	if err != nil {
		return scimAnswer{}, err
	}
	return r.write(func(tx *models.Tx) (scimAnswer, error) {
		d, err := models.FindDirectoryForUpdate(tx, r.client.Directory.ID)
		if err != nil {
			return scimAnswer{}, err
		}
		u, err := models.FindDirectoryUserForUpdate(tx, d, x.id)
		if err != nil {
			return scimAnswer{}, err
		}
		r.exchange.PersonID = u.MemberID // also of a failure
		if err := checkETag(x.ifMatch, u.Version); err != nil {
			return scimAnswer{}, err
		}
		old, err := userOf(u)
		if err != nil {
			return scimAnswer{}, err
		}
		next, changed, err := edit(old, d.Fields())
		if err != nil {
			return scimAnswer{}, err
		}
		if x.method == http.MethodPut {
			next = withoutEcho(next, u)
		}
		if err := models.SaveDirectoryUser(tx, d, u, pushOf(next, d.Fields())); err != nil {
			return scimAnswer{}, err
		}
		a, err := r.answerUser(tx, u, x.query, http.StatusOK)
		a.changed = changed
		return a, err
	})
}

// userEdit makes the next state of a user out of the old one.
type userEdit func(old scim.User, fields map[string]string) (next scim.User, changed []string, err error)

// parseEdit reads the body of a PUT or PATCH before anything is locked.
func parseEdit(x scimChange) (userEdit, error) {
	if x.method == http.MethodPut {
		sent, err := scim.ParseUser(x.body)
		return func(old scim.User, _ map[string]string) (scim.User, []string, error) {
			next, changed := scim.PutUser(old, sent)
			return next, changed, nil
		}, err
	}
	ops, err := scim.ParsePatch(x.body)
	return func(old scim.User, fields map[string]string) (scim.User, []string, error) {
		return scim.PatchUser(old, ops, fields)
	}, err
}

func (r *scimRequest) deleteUser(x scimChange) (scimAnswer, error) {
	return r.write(func(tx *models.Tx) (scimAnswer, error) {
		d, err := models.FindDirectoryForUpdate(tx, r.client.Directory.ID)
		if err != nil {
			return scimAnswer{}, err
		}
		u, err := models.FindDirectoryUserForUpdate(tx, d, x.id)
		if err != nil {
			return scimAnswer{}, err
		}
		if err := checkETag(x.ifMatch, u.Version); err != nil {
			return scimAnswer{}, err
		}
		return scimAnswer{status: http.StatusNoContent, id: u.ID, person: u.MemberID}, models.DeleteDirectoryUser(tx, d, u)
	})
}
