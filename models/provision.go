package models

// Arrival is what one of the doors (SCIM, JIT sign-in, CSV, invite, an admin's form) says about a person. Provision
// alone decides what becomes of the member (SPEC P).
type Arrival struct {
	Source    string // SourceSCIM …
	Profile   Profile
	Active    bool           // false: the identity provider says that the person left
	Directory *Directory     // with SourceSCIM
	User      *DirectoryUser // with SourceSCIM: the row that the arrival comes from
	Member    *Member        // the member it is tied to already; nil: found by e-mail, or made
}

// Provision finds or makes the member of an arrival and brings plan, role, holds, status and account up to date, with
// audit and outbox in the same commit. An arrival that changes nothing writes nothing.
func Provision(tx *Tx, a Arrival) (*Member, error) {
	return nil, &Error{Code: NotBuilt, Message: "Provisioning is not built yet."}
}
