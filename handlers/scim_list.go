package handlers

import (
	"net/http"

	"rollcall/models"
	"rollcall/scim"
)

const (
	scanStep  = 500    // rows read at once where no index answers a filter
	scanLimit = 20_000 // resources that one such search may gather
)

// list is GET of a collection.
func (r *scimRequest) list(k scim.ResourceKind) (scimAnswer, error) {
	q, err := scim.ParseQuery(r.query, k)
	if err != nil {
		return scimAnswer{}, err
	}
	return r.answerList(q)
}

// search is POST to /Users/.search or /Groups/.search (RFC 7644 §3.4.3).
func (r *scimRequest) search(k scim.ResourceKind) (scimAnswer, error) {
	body, err := r.body()
	if err != nil {
		return scimAnswer{}, err
	}
	q, err := scim.ParseSearch(body, k)
	if err != nil {
		return scimAnswer{}, err
	}
	return r.answerList(q)
}

// searchAll is POST to /.search: users and then groups, as far as the query makes sense for each.
func (r *scimRequest) searchAll() (scimAnswer, error) {
	body, err := r.body()
	if err != nil {
		return scimAnswer{}, err
	}
	users, errUsers := scim.ParseSearch(body, scim.UserKind)
	groups, errGroups := scim.ParseSearch(body, scim.GroupKind)
	switch {
	case errUsers != nil && errGroups != nil:
		return scimAnswer{}, errUsers
	case errUsers != nil:
		return r.answerList(groups)
	case errGroups != nil:
		return r.answerList(users)
	}
	return r.answerList(users, groups)
}

// answerList answers one list over one or both kinds of resource.
func (r *scimRequest) answerList(queries ...scim.Query) (scimAnswer, error) {
	var out [][]byte
	total, start := 0, queries[0].StartIndex
	err := r.read(func(tx *models.Tx) error {
		out, total = nil, 0
		for _, q := range queries {
			q.Count -= len(out)
			q.StartIndex = max(1, start-total)
			page, n, err := r.page(tx, q)
			if err != nil {
				return err
			}
			out, total = append(out, page...), total+n
		}
		return nil
	})
	return scimAnswer{status: http.StatusOK, body: scim.RenderList(out, total, start)}, err
}

// page is the asked-for page of one kind of resource and how many match in all.
func (r *scimRequest) page(tx *models.Tx, q scim.Query) ([][]byte, int, error) {
	if q.Kind == scim.GroupKind {
		return r.pageOfGroups(tx, q)
	}
	return r.pageOfUsers(tx, q)
}

// pageOfUsers lets the database answer what it has an index for, in list order; anything else is matched here.
func (r *scimRequest) pageOfUsers(tx *models.Tx, q scim.Query) ([][]byte, int, error) {
	narrow, exact := userQuery(q.Filter)
	if !exact || q.SortBy != "" {
		return r.scanUsers(tx, narrow, q)
	}
	var rows []models.DirectoryUser
	var err error
	d := r.client.Directory // read with the token: its count is of this request
	if narrow.Offset, narrow.Limit = q.StartIndex-1, q.Count; q.Count > 0 && (q.Filtered || int64(q.StartIndex) <= d.UserCount) {
		if rows, err = models.ListDirectoryUsers(tx, d, narrow); err != nil {
			return nil, 0, err
		}
	}
	total := d.UserCount
	switch {
	case !q.Filtered:
	case len(rows) < q.Count && (len(rows) > 0 || narrow.Offset == 0): // the page ends the list
		total = int64(narrow.Offset + len(rows))
	default:
		if total, err = models.CountDirectoryUsers(tx, d, narrow); err != nil {
			return nil, 0, err
		}
	}
	page, err := r.renderUsers(tx, rows, q)
	return page, int(total), err
}

func (r *scimRequest) scanUsers(tx *models.Tx, narrow models.DirectoryUserQuery, q scim.Query) ([][]byte, int, error) {
	var all []map[string]any
	for narrow.Limit = scanStep; ; {
		rows, err := models.ListDirectoryUsers(tx, r.client.Directory, narrow)
		if err != nil {
			return nil, 0, err
		}
		found, err := r.userResources(tx, rows, true)
		if err != nil {
			return nil, 0, err
		}
		if all, err = gather(all, found, q); err != nil {
			return nil, 0, err
		}
		if len(rows) < scanStep {
			return projected(cut(all, q), q), len(all), nil
		}
		narrow.After = rows[len(rows)-1].Seq
	}
}

func (r *scimRequest) pageOfGroups(tx *models.Tx, q scim.Query) ([][]byte, int, error) {
	narrow, exact := groupQuery(q.Filter)
	if exact && q.SortBy == "" {
		narrow.Offset, narrow.Limit = q.StartIndex-1, max(q.Count, 1)
		rows, total, err := models.ListGroupsSeen(tx, r.client.Directory, narrow)
		if err != nil || q.Count == 0 {
			return nil, int(total), err
		}
		page, err := r.renderGroups(tx, rows, q)
		return page, int(total), err
	}
	var all []map[string]any
	for narrow.Limit = scanStep; ; narrow.Offset += scanStep {
		rows, _, err := models.ListGroupsSeen(tx, r.client.Directory, narrow)
		if err != nil {
			return nil, 0, err
		}
		found, err := r.groupResources(tx, rows, true)
		if err != nil {
			return nil, 0, err
		}
		if all, err = gather(all, found, q); err != nil {
			return nil, 0, err
		}
		if len(rows) < scanStep {
			return projected(cut(all, q), q), len(all), nil
		}
	}
}

func gather(all, found []map[string]any, q scim.Query) ([]map[string]any, error) {
	for _, r := range found {
		if q.Filter.Match(r) {
			all = append(all, r)
		}
	}
	if len(all) > scanLimit {
		return nil, &scim.Error{Status: http.StatusBadRequest, ScimType: scim.TooMany, Detail: "Too many resources match. Narrow the filter, or read the list page by page without one."}
	}
	return all, nil
}

// cut sorts all that match and cuts the page out.
func cut(all []map[string]any, q scim.Query) []map[string]any {
	q.Sort(all)
	from := min(q.StartIndex-1, len(all))
	return all[from:min(from+q.Count, len(all))]
}

// userQuery turns the comparisons of a filter that have an index into a query. exact tells that they are the whole
// filter, so that nothing is left to match.
func userQuery(f scim.Filter) (q models.DirectoryUserQuery, exact bool) {
	list, exact := f.Conjuncts()
	for _, c := range list {
		text, isText := c.Value.(string)
		flag, isFlag := c.Value.(bool)
		if c.Op != "eq" || !isText && !isFlag {
			exact = false
			continue
		}
		var to **string
		switch c.Path {
		case "id":
			to = &q.ID
		case "userName":
			to = &q.UserName
		case "externalId":
			to = &q.ExternalID
		case "email", "emails.value", "emails[].value":
			to, exact = &q.Email, false // further addresses and types are for Match to tell apart
		case "active":
			if exact = exact && q.Active == nil && isFlag; isFlag {
				q.Active = &flag
			}
			continue
		}
		if to == nil || *to != nil || !isText {
			exact = false
			continue
		}
		*to = &text
	}
	return q, exact
}

func groupQuery(f scim.Filter) (q models.GroupQuery, exact bool) {
	list, exact := f.Conjuncts()
	for _, c := range list {
		text, isText := c.Value.(string)
		to := map[string]**string{"id": &q.ID, "displayName": &q.Name, "externalId": &q.ExternalID, "members.value": &q.User}[c.Path]
		if c.Op != "eq" || !isText || to == nil || *to != nil {
			exact = false
			continue
		}
		*to = &text
	}
	return q, exact
}
