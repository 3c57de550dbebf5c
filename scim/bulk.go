package scim

import (
	"fmt"
	"strings"
)

// bulkReference is how an operation names the resource that another one creates
// (RFC 7644 §3.7.2). Rollcall's ids never contain it.
const bulkReference = "bulkId:"

// BulkRequest is the body of a POST to /Bulk (RFC 7644 §3.7).
type BulkRequest struct {
	FailOnErrors int // stop after so many errors; 0: never
	Operations   []BulkOperation
}

// BulkOperation is one request inside a bulk request.
type BulkOperation struct {
	Method  string // POST, PUT, PATCH or DELETE
	Kind    ResourceKind
	BulkID  string // set on every POST, unique in the request
	Version string // entity tag the resource must have, or empty

	id   string // as written, perhaps a reference
	data any
	refs []string // bulkIds that it needs
}

// ParseBulk reads a bulk request. Faults of the whole request are errors here; a body
// that is wrong shows when its operation is run.
func ParseBulk(body []byte) (BulkRequest, error) {
	if len(body) > MaxBody {
		return BulkRequest{}, tooLarge(fmt.Sprintf("The bulk request is larger than %d bytes.", MaxBody))
	}
	o, err := decodeObject(body)
	if err != nil {
		return BulkRequest{}, err
	}
	v, _ := o.get("Operations")
	list := asList(v)
	if len(list) == 0 {
		return BulkRequest{}, refuse(InvalidSyntax, "Operations is missing or empty; a bulk request needs a list of operations.")
	}
	if len(list) > MaxBulkOperations {
		return BulkRequest{}, tooLarge(fmt.Sprintf("The bulk request has more than %d operations.", MaxBulkOperations))
	}
	var r BulkRequest
	if r.FailOnErrors, err = number(o, "failOnErrors", 0); err != nil {
		return BulkRequest{}, err
	}
	r.FailOnErrors = max(r.FailOnErrors, 0)
	seen := map[string]bool{}
	for i, v := range list {
		op, err := parseBulkOperation(v, i+1)
		if err != nil {
			return BulkRequest{}, err
		}
		if op.BulkID != "" && seen[op.BulkID] {
			return BulkRequest{}, refuse(InvalidValue, "Operation %d repeats the bulkId %s.", i+1, quote(op.BulkID))
		}
		seen[op.BulkID] = true
		r.Operations = append(r.Operations, op)
	}
	return r, nil
}

func tooLarge(detail string) *Error { return &Error{Status: 413, Detail: detail} }

func parseBulkOperation(v any, number int) (op BulkOperation, err error) {
	o, ok := v.(object)
	if !ok {
		return op, refuse(InvalidSyntax, "Operation %d is not an object.", number)
	}
	field := func(name string) string {
		v, _ := o.get(name)
		return text(v)
	}
	op.Method, op.BulkID, op.Version = strings.ToUpper(field("method")), field("bulkId"), field("version")
	switch op.Method {
	case "POST", "PUT", "PATCH", "DELETE":
	default:
		return op, refuse(InvalidSyntax, "Operation %d has the method %s; it must be POST, PUT, PATCH or DELETE.", number, quote(op.Method))
	}
	if op.Method == "POST" && op.BulkID == "" {
		return op, refuse(InvalidSyntax, "Operation %d is a POST and needs a bulkId.", number)
	}
	if op.Method != "POST" {
		op.BulkID = "" // only a POST makes a resource to refer to
	}
	endpoint, id, _ := strings.Cut(strings.Trim(field("path"), "/"), "/")
	switch {
	case strings.EqualFold(endpoint, "Users"):
	case strings.EqualFold(endpoint, "Groups"):
		op.Kind = GroupKind
	default:
		return op, refuse(InvalidPath, "Operation %d has the path %s; it must start with /Users or /Groups.", number, quote(field("path")))
	}
	if (id == "") != (op.Method == "POST") || strings.Contains(id, "/") {
		return op, refuse(InvalidPath, "Operation %d has the path %s, which does not fit %s.", number, quote(field("path")), op.Method)
	}
	op.id = id
	op.data, _ = o.get("data")
	op.refs = bulkReferences(nil, op.id, op.data)
	return op, nil
}
