package handlers

import (
	"net/http"
	"strings"

	"rollcall/models"
	"rollcall/scim"
)

// bulk runs the operations of a bulk request (RFC 7644 §3.7), each in a transaction and with a log line of its own.
func (r *scimRequest) bulk() (scimAnswer, error) {
	body, err := r.body()
	if err != nil {
		return scimAnswer{}, err
	}
	req, err := scim.ParseBulk(body)
	if err != nil {
		return scimAnswer{}, err
	}
	results := make([]*scim.BulkResult, len(req.Operations))
	made := map[string]string{} // bulkId to id
	failed := 0
	for _, i := range req.Order() {
		results[i] = r.bulkOne(req.Operations[i], made)
		if results[i].Status >= http.StatusBadRequest {
			failed++
		}
		if req.FailOnErrors > 0 && failed >= req.FailOnErrors {
			break
		}
	}
	var run []scim.BulkResult
	for _, result := range results {
		if result != nil {
			run = append(run, *result)
		}
	}
	return scimAnswer{status: http.StatusOK, body: scim.RenderBulk(run)}, nil
}

// bulkOne runs one operation. made takes the id of what it creates.
func (r *scimRequest) bulkOne(op scim.BulkOperation, made map[string]string) *scim.BulkResult {
	result := &scim.BulkResult{Method: op.Method, BulkID: op.BulkID}
	one := *r
	id, body, err := op.Resolve(made)
	one.aim(op, id)
	if id != "" {
		result.Location = r.base + "/" + strings.Join(one.path, "/")
	}
	var a scimAnswer
	if err == nil {
		var q scim.Query
		if q, err = scim.ParseQuery(nil, op.Kind); err == nil {
			a, err = one.change(scimChange{kind: op.Kind, method: op.Method, id: id, ifMatch: op.Version, body: body, query: q})
		}
	}
	if err != nil {
		f := faultOf(err)
		if f.Status >= http.StatusInternalServerError {
			r.Log.Error("a bulk operation failed", "req", requestID(r.c), "dir", r.client.Directory.ID, "err", err)
		}
		result.Status, result.Response = f.Status, (&scim.Error{Status: f.Status, ScimType: f.SCIMType, Detail: f.Text}).Body()
		one.logFailure(err)
		return result
	}
	result.Status, result.Version = a.status, a.etag
	if op.Method == http.MethodPost {
		made[op.BulkID] = a.id
	}
	if a.location != "" {
		result.Location = a.location
	}
	return result
}

// aim makes r the request that an operation stands for; a malformed one stands for none, and its method may be any text.
func (r *scimRequest) aim(op scim.BulkOperation, id string) {
	r.path = []string{"Users"}
	if op.Kind == scim.GroupKind {
		r.path[0] = "Groups"
	}
	if id != "" {
		r.path = append(r.path, id)
	}
	r.exchange = models.SCIMExchange{Method: op.Method, Path: logPath(r.path)}
	if op.Malformed() {
		r.exchange = models.SCIMExchange{Method: http.MethodPost, Path: "/Bulk"}
	}
}
