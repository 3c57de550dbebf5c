package views

// CertificateRow is one signing certificate of the identity provider. State is valid, soon, expired or future.
type CertificateRow struct {
	Fingerprint, Subject string
	From, Until          Time
	State                string
}

// ServiceKeyState is how far the roll-over of our own key is.
type ServiceKeyState struct {
	Next      bool // a new key is published and not in use yet
	NextSince Time
}

// OrgConnectionPage is Single Sign-On in detail. The switch posts to /organization/sso/connection/idp-initiated
// (idp_initiated: "on" or absent), the key's buttons to /organization/sso/connection/key (step: "renew" or "switch").
type OrgConnectionPage struct {
	Page
	Connection   Integration // Kind sso; shown by label and line
	Ready        bool        // the provider's data is there
	EntityID     string      // ours, as the next three
	ACSURL       string
	MetadataURL  string
	StartURL     string
	Provider     []Fact // entity ID, sign-in address, binding, metadata address, last refresh
	Certificates []CertificateRow
	Mapping      []Fact // Rollcall's field to the attribute's name
	Facts        []Fact // signed requests, encryption, tested, active since
	IDPInitiated bool
	Seen         Seen             // of its form
	Key          *ServiceKeyState // our own key; nil when the connection needs none
	DraftText    string           // a draft that is not in use yet: "Changes by IT wait for a test."; empty for none
	Blocked      string           // why no setup link can be made now
}

func (c CertificateRow) status() (kind, word string) {
	switch c.State {
	case "soon":
		return "warn", "Expires soon"
	case "expired":
		return "error", "Expired"
	case "future":
		return "awaiting", "Not valid yet"
	}
	return "active", "Valid"
}

func (c CertificateRow) kind() string { kind, _ := c.status(); return kind }
func (c CertificateRow) word() string { _, word := c.status(); return word }
