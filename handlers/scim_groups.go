package handlers

import (
	"net/http"

	"rollcall/models"
	"rollcall/scim"
)

func (r *scimRequest) answerGroup(tx *models.Tx, g *models.Group, q scim.Query, status int) (scimAnswer, error) {
	res, err := r.renderGroups(tx, []models.Group{*g}, q)
	if err != nil {
		return scimAnswer{}, err
	}
	m := r.groupMeta(g)
	return scimAnswer{status: status, body: res[0], location: m.Location, etag: m.Version, id: g.ID}, nil
}

func (r *scimRequest) createGroup(x scimChange) (scimAnswer, error) {
	sent, err := scim.ParseGroup(x.body)
	if err != nil {
		return scimAnswer{}, err
	}
	return r.write(func(tx *models.Tx) (scimAnswer, error) {
		g, unknown, err := models.PushGroup(tx, r.client.Directory, sent.DisplayName, sent.ExternalID, sent.Members)
		if err != nil {
			return scimAnswer{}, err
		}
		a, err := r.answerGroup(tx, g, x.query, http.StatusCreated)
		a.changed, a.reason, a.cause = []string{"displayName", "members"}, reasonLeftOut, leftOut(unknown)
		return a, err
	})
}

// editGroup is PUT and PATCH. A PATCH answers 204, as Entra asks, unless attributes are asked for.
func (r *scimRequest) editGroup(x scimChange) (scimAnswer, error) {
	edit, changed, err := parseGroupEdit(x)
	if err != nil {
		return scimAnswer{}, err
	}
	return r.write(func(tx *models.Tx) (scimAnswer, error) {
		g, err := models.FindGroupSeen(tx, r.client.Directory, x.id)
		if err != nil {
			return scimAnswer{}, err
		}
		if err := checkETag(x.ifMatch, g.Version); err != nil {
			return scimAnswer{}, err
		}
		unknown, err := models.EditGroup(tx, r.client.Directory, g, edit)
		if err != nil {
			return scimAnswer{}, err
		}
		a := scimAnswer{status: http.StatusNoContent, id: g.ID, etag: scim.ETag(g.Version)}
		if x.method == http.MethodPut || x.query.Projected() {
			if a, err = r.answerGroup(tx, g, x.query, http.StatusOK); err != nil {
				return a, err
			}
		}
		a.changed, a.reason, a.cause = changed, reasonLeftOut, leftOut(unknown)
		return a, nil
	})
}

func parseGroupEdit(x scimChange) (e models.GroupEdit, changed []string, err error) {
	if x.method == http.MethodPut {
		sent, err := scim.ParseGroup(x.body)
		members := []models.MembersEdit{{Replace: true, Add: sent.Members}}
		return models.GroupEdit{Name: &sent.DisplayName, ExternalID: &sent.ExternalID, Members: members}, []string{"displayName", "members"}, err
	}
	ops, err := scim.ParsePatch(x.body)
	if err != nil {
		return e, nil, err
	}
	c, err := scim.PatchGroup(ops)
	e.Name, e.ExternalID = c.DisplayName, c.ExternalID
	for _, m := range c.Members {
		switch m.Op {
		case scim.AddMembers:
			e.Members = append(e.Members, models.MembersEdit{Add: m.IDs})
		case scim.RemoveMembers:
			e.Members = append(e.Members, models.MembersEdit{Remove: m.IDs})
		case scim.ReplaceMembers:
			e.Members = append(e.Members, models.MembersEdit{Replace: true, Add: m.IDs})
		}
	}
	return e, c.Changed, err
}

// leftOut is the log's word for members that the directory does not have.
func leftOut(unknown []string) string {
	if len(unknown) == 0 {
		return ""
	}
	return "Taken in without " + count(int64(len(unknown)), "member that is no user", "members that are no users") + " of this directory."
}

func (r *scimRequest) deleteGroup(x scimChange) (scimAnswer, error) {
	return r.write(func(tx *models.Tx) (scimAnswer, error) {
		g, err := models.FindGroupSeen(tx, r.client.Directory, x.id)
		if err != nil {
			return scimAnswer{}, err
		}
		if err := checkETag(x.ifMatch, g.Version); err != nil {
			return scimAnswer{}, err
		}
		return scimAnswer{status: http.StatusNoContent, id: g.ID}, models.DropGroup(tx, r.client.Directory, g)
	})
}
