package handlers

import (
	"net/http"
	"slices"
	"strings"

	"rollcall/models"
	"rollcall/scim"
)

// scimEndpoint is one address: what each method does there.
type scimEndpoint map[string]func() (scimAnswer, error)

// route finds the endpoint by the path below the directory's base URL and runs the method's handler.
func (r *scimRequest) route() (scimAnswer, error) {
	e, err := r.endpoint()
	if err != nil {
		return scimAnswer{}, err
	}
	method := r.c.Request().Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if run, ok := e[method]; ok {
		return run()
	}
	var allow []string
	for m := range e {
		allow = append(allow, m)
	}
	if _, ok := e[http.MethodGet]; ok {
		allow = append(allow, http.MethodHead)
	}
	slices.Sort(allow)
	r.c.Response().Header().Set("Allow", strings.Join(allow, ", "))
	return scimAnswer{}, &scim.Error{Status: http.StatusMethodNotAllowed, Detail: "This address takes only " + strings.Join(allow, ", ") + "."}
}

var errNoSCIMEndpoint = &scim.Error{
	Status: http.StatusNotFound, Detail: "There is no SCIM endpoint at this address. The base URL ends with the directory's id; below it are Users and Groups.",
}

func (r *scimRequest) endpoint() (scimEndpoint, error) {
	if len(r.path) == 0 || len(r.path) > 2 {
		return nil, errNoSCIMEndpoint
	}
	id := ""
	if len(r.path) == 2 {
		id = r.path[1]
	}
	switch name := strings.ToLower(r.path[0]); {
	case name == "users":
		return r.resource(scim.UserKind, id), nil
	case name == "groups":
		return r.resource(scim.GroupKind, id), nil
	case name == "serviceproviderconfig" && id == "", name == "resourcetypes", name == "schemas":
		return scimEndpoint{http.MethodGet: func() (scimAnswer, error) { return r.discover(name, id) }}, nil
	case name == ".search" && id == "":
		return scimEndpoint{http.MethodPost: r.searchAll}, nil
	case name == "bulk" && id == "":
		return scimEndpoint{http.MethodPost: r.bulk}, nil
	case name == "me":
		return nil, &scim.Error{Status: http.StatusNotImplemented, Detail: "/Me is not offered: a directory's token stands for no person."}
	}
	return nil, errNoSCIMEndpoint
}

// resource is the endpoint of a list, a search or one resource.
func (r *scimRequest) resource(k scim.ResourceKind, id string) scimEndpoint {
	ifMatch := r.c.Request().Header.Get("If-Match")
	change := func(method string) func() (scimAnswer, error) {
		return func() (scimAnswer, error) {
			q, err := scim.ParseQuery(r.query, k)
			if err != nil {
				return scimAnswer{}, err
			}
			var body []byte
			if method != http.MethodDelete {
				if body, err = r.body(); err != nil {
					return scimAnswer{}, err
				}
			}
			return r.change(scimChange{kind: k, method: method, id: id, ifMatch: ifMatch, body: body, query: q})
		}
	}
	switch id {
	case "":
		return scimEndpoint{http.MethodGet: func() (scimAnswer, error) { return r.list(k) }, http.MethodPost: change(http.MethodPost)}
	case ".search":
		return scimEndpoint{http.MethodPost: func() (scimAnswer, error) { return r.search(k) }}
	}
	return scimEndpoint{
		http.MethodGet: func() (scimAnswer, error) { return r.get(k, id) }, http.MethodPut: change(http.MethodPut),
		http.MethodPatch: change(http.MethodPatch), http.MethodDelete: change(http.MethodDelete),
	}
}

// scimChange is a request that writes: one by itself, or an operation of a bulk request.
type scimChange struct {
	kind       scim.ResourceKind
	method, id string // id is empty for POST
	ifMatch    string
	body       []byte
	query      scim.Query
}

func (r *scimRequest) change(x scimChange) (scimAnswer, error) {
	if x.kind == scim.GroupKind {
		switch x.method {
		case http.MethodPost:
			return r.createGroup(x)
		case http.MethodDelete:
			return r.deleteGroup(x)
		}
		return r.editGroup(x)
	}
	switch x.method {
	case http.MethodPost:
		return r.createUser(x)
	case http.MethodDelete:
		return r.deleteUser(x)
	}
	return r.saveUser(x)
}

// checkETag refuses a change of a version that is no longer there (RFC 7644 §3.14).
func checkETag(ifMatch string, version int64) error {
	if ifMatch != "" && !scim.MatchETag(ifMatch, scim.ETag(version)) {
		return &models.Error{Code: models.Precondition, Message: "The resource has changed since it was read. Read it again and repeat the change."}
	}
	return nil
}

// discover answers the documents about ourselves (RFC 7644 §4).
func (r *scimRequest) discover(name, id string) (scimAnswer, error) {
	if r.query.Has("filter") {
		return scimAnswer{}, &scim.Error{Status: http.StatusForbidden, Detail: "Discovery cannot be filtered."}
	}
	if name == "serviceproviderconfig" {
		return scimAnswer{status: http.StatusOK, body: scim.Encode(scim.ServiceProviderConfig(r.base))}, nil
	}
	list := scim.ResourceTypes(r.base)
	if name == "schemas" {
		var plans []string
		err := r.read(func(tx *models.Tx) error {
			o, err := models.FindOrganization(tx)
			if err != nil {
				return err
			}
			p, err := models.OrganizationPlans(tx, o)
			if err == nil {
				plans = p.Names()
			}
			return err
		})
		if err != nil {
			return scimAnswer{}, err
		}
		list = scim.Schemas(r.base, plans)
	}
	if id == "" {
		return scimAnswer{status: http.StatusOK, body: scim.RenderList(scim.EncodeAll(list), len(list), 1)}, nil
	}
	doc, ok := scim.FindDocument(list, id)
	if !ok {
		return scimAnswer{}, &scim.Error{Status: http.StatusNotFound, Detail: "There is no document with this id."}
	}
	return scimAnswer{status: http.StatusOK, body: scim.Encode(doc)}, nil
}

// logPath is a path as the log keeps it: what is neither one of our words nor one of our ids may be personal.
func logPath(path []string) string {
	var b strings.Builder
	for _, part := range path {
		switch {
		case slices.Contains([]string{"users", "groups", ".search", "bulk", "me", "schemas", "resourcetypes", "serviceproviderconfig"}, strings.ToLower(part)),
			len(part) == 30 && (strings.HasPrefix(part, "usr-") || strings.HasPrefix(part, "grp-")):
			b.WriteString("/" + part)
		default:
			b.WriteString("/…")
		}
	}
	return b.String()
}
