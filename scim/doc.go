// Package scim is the SCIM 2.0 protocol of Rollcall, pure: bytes in, values out.
// It knows no database, no HTTP server and no clock. Whoever calls it does tokens,
// rows, transactions and answers.
//
// Covered: RFC 7643 (User, Group, enterprise extension, discovery documents) and of
// RFC 7644 creating, replacing, PATCH with value paths, filters, paging, sorting,
// attributes and excludedAttributes, POST /.search, bulk with bulkId references, and
// entity tags. Not covered: /Me, password changes (a password is taken and dropped).
//
// The rule is "liberal in, strict out". Any letter case, "True" and "False", null, the
// empty string, one object where a list belongs and the other way round, missing
// `schemas` and unknown attributes are understood; the answer has one canonical form.
// The deviations of identity providers are named functions in dialect.go.
//
// A request goes this way:
//
//	ParseUser(body)               -> User           POST
//	PutUser(old, sent)            -> User, changed  PUT
//	ParsePatch(body); PatchUser   -> User, changed  PATCH
//	ParseGroup; PatchGroup        -> Group or GroupChange (edits, never the whole list)
//	ParseQuery or ParseSearch     -> Query          GET with parameters, POST /.search
//	UserResource or GroupResource -> map            the canonical resource
//	Query.Filter.Match, Sort, Project               on such maps
//	RenderUser, RenderGroup                         the same, straight to bytes
//	Encode, RenderList, RenderBulk                  the bytes of the answer
//
// Read turns a User into the product's attributes. EncodeDocument and DecodeDocument
// store User.Attributes and User.Extra.
//
// Every error returned is an *Error, which carries its HTTP status, its scimType and a
// sentence for the administrator of the identity provider. Nothing here panics,
// whatever the client sends; the fuzz tests hold that.
package scim
