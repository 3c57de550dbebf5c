package scim

// The attribute tables of RFC 7643 §4 and §8.7.1 and of Rollcall's extension. Discovery,
// normalisation, paths, filters and projection all read these same rows.

var (
	userSchema = newSchema(UserSchema, "User", "User account", append(common(),
		&attribute{name: "userName", required: true, unique: true, note: "Name to sign in with, unique in the directory"},
		&attribute{name: "name", kind: kindComplex, note: "Parts of the person's name", sub: []*attribute{
			{name: "formatted"}, {name: "familyName"}, {name: "givenName"}, {name: "middleName"},
			{name: "honorificPrefix"}, {name: "honorificSuffix"},
		}},
		&attribute{name: "displayName"},
		&attribute{name: "nickName"},
		&attribute{name: "profileUrl", kind: kindReference, refs: []string{"external"}},
		&attribute{name: "title"},
		&attribute{name: "userType"},
		&attribute{name: "preferredLanguage"},
		&attribute{name: "locale"},
		&attribute{name: "timezone"},
		&attribute{name: "active", kind: kindBoolean, note: "False takes the person's access away"},
		&attribute{name: "password", mutability: "writeOnly", returned: "never", exact: true, note: "Accepted and dropped"},
		list("emails", kindString, "work", "home", "other"),
		list("phoneNumbers", kindString, "work", "home", "mobile", "fax", "pager", "other"),
		list("ims", kindString),
		list("photos", kindReference, "photo", "thumbnail"),
		&attribute{name: "addresses", kind: kindComplex, multi: true, note: "Postal addresses", sub: []*attribute{
			{name: "formatted"}, {name: "streetAddress"}, {name: "locality"}, {name: "region"}, {name: "postalCode"},
			{name: "country"}, {name: "type", canonical: []string{"work", "home", "other"}}, {name: "primary", kind: kindBoolean},
		}},
		&attribute{name: "groups", kind: kindComplex, multi: true, mutability: "readOnly", note: "Groups the user is in", sub: []*attribute{
			{name: "value", exact: true, mutability: "readOnly"},
			{name: "$ref", kind: kindReference, exact: true, mutability: "readOnly", refs: []string{"Group"}},
			{name: "display", mutability: "readOnly"},
			{name: "type", mutability: "readOnly", canonical: []string{"direct"}},
		}},
		list("entitlements", kindString),
		list("roles", kindString),
		list("x509Certificates", kindBinary),
	))

	groupSchema = newSchema(GroupSchema, "Group", "Group of users", append(common(),
		&attribute{name: "displayName", required: true, unique: true, note: "Name of the group, unique in the directory"},
		&attribute{name: "members", kind: kindComplex, multi: true, note: "Users in the group", sub: []*attribute{
			{name: "value", exact: true, mutability: "immutable", note: "Id of the user"},
			{name: "$ref", kind: kindReference, exact: true, mutability: "immutable", refs: []string{"User"}},
			{name: "type", mutability: "immutable", canonical: []string{"User"}},
			{name: "display", mutability: "readOnly"},
		}},
	))

	enterpriseSchema = newSchema(EnterpriseSchema, "EnterpriseUser", "Enterprise user", []*attribute{
		{name: "employeeNumber"}, {name: "costCenter"}, {name: "organization"}, {name: "division"}, {name: "department"},
		{name: "manager", kind: kindComplex, sub: []*attribute{
			{name: "value", exact: true},
			{name: "$ref", kind: kindReference, exact: true, refs: []string{"User"}},
			{name: "displayName"},
		}},
	})

	rollcallSchema = newSchema(RollcallSchema, "RollcallUser", "What Rollcall needs to know of a member", []*attribute{
		{name: "firstName"}, {name: "lastName"}, {name: "email"},
		{name: "country", note: "ISO 3166-1 code or name"},
		{name: "currentCity"}, {name: "currentState"},
		{name: "birthYear", kind: kindInteger},
		{name: "role", canonical: []string{"admin", "member"}},
		planAttribute,
	})

	planAttribute = &attribute{name: "plan", note: "Name of a plan the organization has purchased"}

	userSchemas  = []*schema{userSchema, enterpriseSchema, rollcallSchema}
	groupSchemas = []*schema{groupSchema}
)

// common returns the attributes that every resource has (RFC 7643 §3.1).
func common() []*attribute {
	return []*attribute{
		{name: "schemas", kind: kindReference, multi: true, mutability: "readOnly", returned: "always", exact: true},
		{name: "id", exact: true, mutability: "readOnly", returned: "always", unique: true},
		{name: "externalId", exact: true, note: "The identity provider's own id"},
		{name: "meta", kind: kindComplex, mutability: "readOnly", sub: []*attribute{
			{name: "resourceType", exact: true, mutability: "readOnly"},
			{name: "created", kind: kindDateTime, mutability: "readOnly"},
			{name: "lastModified", kind: kindDateTime, mutability: "readOnly"},
			{name: "location", kind: kindReference, exact: true, mutability: "readOnly"},
			{name: "version", exact: true, mutability: "readOnly"},
		}},
	}
}

// list returns a multi-valued attribute of the default shape (RFC 7643 §2.4).
func list(name string, k kind, types ...string) *attribute {
	value := &attribute{name: "value", kind: k, exact: k != kindString}
	if k == kindReference {
		value.refs = []string{"external"}
	}
	return &attribute{name: name, kind: kindComplex, multi: true, sub: []*attribute{
		value, {name: "display"}, {name: "type", canonical: types}, {name: "primary", kind: kindBoolean},
	}}
}
