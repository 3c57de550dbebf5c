package handlers

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"rollcall/models"
	"rollcall/scim"
)

// userOf is the SCIM user that a row stands for. One that no identity provider has written to shows the member as the
// organization has it (SPEC I3).
func userOf(u *models.DirectoryUser) (scim.User, error) {
	out := scim.User{UserName: u.UserName, ExternalID: orNone(u.ExternalID), Active: u.Active}
	if !u.Managed {
		out.Attributes = shown(u.Profile)
		return out, nil
	}
	var err error
	if out.Attributes, err = scim.DecodeDocument([]byte(u.Document)); err != nil {
		return out, fmt.Errorf("document of %s: %w", u.ID, err)
	}
	if out.Extra, err = scim.DecodeDocument([]byte(u.Extra)); err != nil {
		return out, fmt.Errorf("extra of %s: %w", u.ID, err)
	}
	return out, nil
}

// shown are the core attributes of a member, without empty ones.
func shown(p models.Profile) map[string]any {
	attributes := map[string]any{}
	put := func(name string, m map[string]any, values ...string) {
		filled := false
		for i := 0; i < len(values); i += 2 {
			if values[i+1] != "" {
				m[values[i]], filled = values[i+1], true
			}
		}
		if !filled {
			return
		}
		if attributes[name] = any(m); name != "name" {
			attributes[name] = []any{m}
		}
	}
	put("name", map[string]any{}, "givenName", p.FirstName, "familyName", p.LastName)
	put("emails", map[string]any{"type": "work", "primary": true}, "value", p.Email)
	put("addresses", map[string]any{"type": "work"}, "country", p.Country, "locality", p.CurrentCity, "region", p.CurrentState)
	return attributes
}

// withStandIn gives a user whom no identity provider has written to, and of whom only the e-mail is known, a name made
// from it: Okta refuses an import in which a listed user lacks one. It is shown only, never stored.
func withStandIn(u scim.User, row *models.DirectoryUser) scim.User {
	given, family := standIn(row.Email)
	if row.Managed || row.FirstName != "" || row.LastName != "" || given == "" {
		return u
	}
	u.Attributes["name"] = map[string]any{"givenName": given, "familyName": family}
	return u
}

// withoutEcho takes the stand-in out of what a PUT sends back. A first and last name from an address like jo.miller@
// stay: they are as likely the person's, sent by the identity provider.
func withoutEcho(u scim.User, row *models.DirectoryUser) scim.User {
	name, _ := u.Attributes["name"].(map[string]any)
	given, family := standIn(row.Email)
	local, _, _ := strings.Cut(row.Email, "@")
	guess := len(words(local)) < 2 && name["givenName"] == given && name["familyName"] == family
	if row.Managed || row.FirstName != "" || row.LastName != "" || !guess {
		return u
	}
	delete(name, "givenName")
	delete(name, "familyName")
	if len(name) == 0 {
		delete(u.Attributes, "name")
	}
	return u
}

// standIn makes name parts from an address: jo.miller@acme.com is Jo Miller, info@acme.com is Info Acme.
func standIn(email string) (given, family string) {
	local, domain, _ := strings.Cut(email, "@")
	parts := words(local)
	if len(parts) == 1 {
		label, _, _ := strings.Cut(domain, ".")
		parts = append(parts, words(label)...)
	}
	if len(parts) < 2 {
		return "", ""
	}
	return parts[0], strings.Join(parts[1:], " ")
}

// words are the parts of s between punctuation, each with a capital.
func words(s string) []string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, p := range parts {
		first, size := utf8.DecodeRuneInString(p)
		parts[i] = string(unicode.ToTitle(first)) + p[size:]
	}
	return parts
}

// pushOf is what a SCIM user means for the rows.
func pushOf(u scim.User, fields map[string]string) models.Push {
	in := models.Push{
		UserName: u.UserName, ExternalID: u.ExternalID, Active: u.Active, Profile: profileOf(u, fields),
		Document: string(scim.EncodeDocument(u.Attributes)), Extra: string(scim.EncodeDocument(u.Extra)),
	}
	list, _ := u.Attributes["emails"].([]any)
	for _, e := range list {
		if m, ok := e.(map[string]any); ok {
			if address, ok := m["value"].(string); ok {
				in.Emails = append(in.Emails, address)
			}
		}
	}
	return in
}

func profileOf(u scim.User, fields map[string]string) models.Profile {
	p := scim.Read(u, fields)
	return models.Profile{
		FirstName: p.FirstName, LastName: p.LastName, Email: p.Email, Country: p.Country, CurrentCity: p.CurrentCity,
		CurrentState: p.CurrentState, BirthYear: p.BirthYear, Role: p.Role, Plan: p.Plan,
	}
}

// ReadProfile is the profile of a stored user under a mapping, for models.SetDirectoryMapping (SPEC I4).
func ReadProfile(fields map[string]string) func(*models.DirectoryUser) (models.Profile, error) {
	return func(row *models.DirectoryUser) (models.Profile, error) {
		u, err := userOf(row)
		return profileOf(u, fields), err
	}
}

func (r *scimRequest) userMeta(u *models.DirectoryUser) scim.Meta {
	return scim.Meta{ID: u.ID, Created: u.CreatedAt, LastModified: u.UpdatedAt, Version: scim.ETag(u.Version), Location: r.base + "/Users/" + u.ID}
}

func (r *scimRequest) groupMeta(g *models.Group) scim.Meta {
	return scim.Meta{ID: g.ID, Created: g.CreatedAt, LastModified: g.UpdatedAt, Version: scim.ETag(g.Version), Location: r.base + "/Groups/" + g.ID}
}

// renderUsers renders rows as JSON. A query that picks attributes goes through the maps of userResources; all others get
// the stored document as it is.
func (r *scimRequest) renderUsers(tx *models.Tx, rows []models.DirectoryUser, q scim.Query) ([][]byte, error) {
	if q.Projected() {
		all, err := r.userResources(tx, rows, q.Wants("groups"))
		return projected(all, q), err
	}
	groups, err := r.groupRefs(tx, rows)
	if err != nil {
		return nil, err
	}
	out := make([][]byte, len(rows))
	for i := range rows {
		row := &rows[i]
		u, document := scim.User{UserName: row.UserName, ExternalID: orNone(row.ExternalID), Active: row.Active}, row.Document
		if !row.Managed {
			u.Attributes = shown(row.Profile)
			document = string(scim.EncodeDocument(withStandIn(u, row).Attributes))
		}
		if out[i], err = scim.RenderUser(u, document, r.userMeta(row), groups[row.MemberID]); err != nil {
			return nil, fmt.Errorf("document of %s: %w", row.ID, err)
		}
	}
	return out, nil
}

func projected(all []map[string]any, q scim.Query) [][]byte {
	for i := range all {
		all[i] = scim.Project(all[i], q)
	}
	return scim.EncodeAll(all)
}

func orNone(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// groupRefs are the groups of users by member id.
func (r *scimRequest) groupRefs(tx *models.Tx, rows []models.DirectoryUser) (map[string][]scim.Ref, error) {
	var ids []string
	for i := range rows {
		if !rows[i].Groupless {
			ids = append(ids, rows[i].MemberID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	of, err := models.ListUserGroups(tx, r.client.Directory, ids)
	out := make(map[string][]scim.Ref, len(of))
	for id, groups := range of {
		for _, g := range groups {
			out[id] = append(out[id], scim.Ref{ID: g.ID, Display: g.Name, Location: r.base + "/Groups/" + g.ID})
		}
	}
	return out, err
}

// userResources are rows as maps, for filters, sorting and projection, with their groups where they are asked for.
func (r *scimRequest) userResources(tx *models.Tx, rows []models.DirectoryUser, withGroups bool) ([]map[string]any, error) {
	var groups map[string][]scim.Ref
	if withGroups {
		var err error
		if groups, err = r.groupRefs(tx, rows); err != nil {
			return nil, err
		}
	}
	out := make([]map[string]any, len(rows))
	for i := range rows {
		u, err := userOf(&rows[i])
		if err != nil {
			return nil, err
		}
		out[i] = scim.UserResource(withStandIn(u, &rows[i]), r.userMeta(&rows[i]), groups[rows[i].MemberID])
	}
	return out, nil
}

// eachGroup calls each with every row as a SCIM group, with its members where they are asked for.
func (r *scimRequest) eachGroup(tx *models.Tx, rows []models.Group, withMembers bool, each func(scim.Group, scim.Meta, []scim.Ref)) error {
	var of map[string][]models.GroupUser
	if withMembers && len(rows) > 0 {
		ids := make([]string, len(rows))
		for i := range rows {
			ids[i] = rows[i].ID
		}
		var err error
		if of, err = models.ListGroupUsers(tx, r.client.Directory, ids); err != nil {
			return err
		}
	}
	for i := range rows {
		users := of[rows[i].ID]
		refs := make([]scim.Ref, len(users))
		for j, u := range users {
			refs[j] = scim.Ref{ID: u.UserID, Display: u.Display(), Location: r.base + "/Users/" + u.UserID}
		}
		each(scim.Group{DisplayName: rows[i].Name, ExternalID: orNone(rows[i].ExternalID)}, r.groupMeta(&rows[i]), refs)
	}
	return nil
}

// renderGroups renders rows as JSON.
func (r *scimRequest) renderGroups(tx *models.Tx, rows []models.Group, q scim.Query) (out [][]byte, err error) {
	if q.Projected() {
		all, err := r.groupResources(tx, rows, q.Wants("members"))
		return projected(all, q), err
	}
	err = r.eachGroup(tx, rows, true, func(g scim.Group, m scim.Meta, members []scim.Ref) {
		out = append(out, scim.RenderGroup(g, m, members))
	})
	return out, err
}

// groupResources are rows as maps.
func (r *scimRequest) groupResources(tx *models.Tx, rows []models.Group, withMembers bool) (out []map[string]any, err error) {
	err = r.eachGroup(tx, rows, withMembers, func(g scim.Group, m scim.Meta, members []scim.Ref) {
		out = append(out, scim.GroupResource(g, m, members))
	})
	return out, err
}
