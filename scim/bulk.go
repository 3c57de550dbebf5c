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
	Method  string // as sent, in capitals; unless Malformed, one of POST, PUT, PATCH and DELETE
	Kind    ResourceKind
	BulkID  string // as sent, for the answer; a POST without one is malformed
	Version string // entity tag the resource must have, or empty

	id    string // as written, perhaps a reference
	data  any
	refs  []string // bulkIds that it needs
	fault *Error   // why it cannot be run
}

// Malformed tells whether the operation is refused for itself, whatever its resource.
func (op BulkOperation) Malformed() bool { return op.fault != nil }

// makes tells whether the operation creates what its bulkId stands for.
func (op BulkOperation) makes() bool { return op.Method == "POST" && !op.Malformed() }

// ParseBulk reads a bulk request. Faults of the whole request are errors here. One
// operation that cannot be run keeps no other from being run (RFC 7644 §3.7): Resolve
// answers its fault.
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
		op := parseBulkOperation(v, i+1)
		if op.makes() && seen[op.BulkID] {
			op.fault = refuse(InvalidValue, "Operation %d repeats the bulkId %s.", i+1, quote(op.BulkID))
		}
		seen[op.BulkID] = seen[op.BulkID] || op.makes()
		r.Operations = append(r.Operations, op)
	}
	return r, nil
}

func tooLarge(detail string) *Error { return &Error{Status: 413, Detail: detail} }

func parseBulkOperation(v any, number int) (op BulkOperation) {
	o, ok := v.(object)
	if !ok {
		op.fault = refuse(InvalidSyntax, "Operation %d is not an object.", number)
		return op
	}
	field := func(name string) string {
		v, _ := o.get(name)
		return text(v)
	}
	op.Method, op.BulkID, op.Version = strings.ToUpper(field("method")), field("bulkId"), field("version")
	switch op.Method {
	case "POST", "PUT", "PATCH", "DELETE":
	default:
		op.fault = refuse(InvalidSyntax, "Operation %d has the method %s; it must be POST, PUT, PATCH or DELETE.", number, quote(op.Method))
		return op
	}
	if op.Method == "POST" && op.BulkID == "" {
		op.fault = refuse(InvalidSyntax, "Operation %d is a POST and needs a bulkId.", number)
		return op
	}
	op.data, _ = o.get("data")
	if op.fault = op.aim(field("path"), number); op.fault == nil {
		op.refs = bulkReferences(nil, op.id, op.data)
	}
	return op
}

// aim reads the path of an operation.
func (op *BulkOperation) aim(path string, number int) *Error {
	endpoint, id, _ := strings.Cut(strings.Trim(path, "/"), "/")
	switch {
	case strings.EqualFold(endpoint, "Users"):
	case strings.EqualFold(endpoint, "Groups"):
		op.Kind = GroupKind
	default:
		return refuse(InvalidPath, "Operation %d has the path %s; it must start with /Users or /Groups.", number, quote(path))
	}
	if (id == "") != (op.Method == "POST") || strings.Contains(id, "/") {
		return refuse(InvalidPath, "Operation %d has the path %s, which does not fit %s.", number, quote(path), op.Method)
	}
	op.id = id
	return nil
}
