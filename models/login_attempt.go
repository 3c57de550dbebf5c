package models

import "time"

// Kinds of LoginAttempt and SignIn.
const (
	AttemptLogin = "login"
	AttemptTest  = "test"
	AttemptIDP   = "idp" // started by the identity provider
)

// LoginAttempt is an AuthnRequest that a browser started: used once, by that browser (SPEC S4).
type LoginAttempt struct {
	ID             string `gorm:"primaryKey"` // the AuthnRequest's ID
	OrganizationID string
	ConnectionID   string
	SettingsID     string // the settings the request was made with
	Kind           string
	RelayDigest    string // of the RelayState handle
	BrowserDigest  string // of the rc_browser secret
	ReturnPath     string
	ExpectedDigest string // the settings' Digest when a test began
	CreatedAt      time.Time
	ExpiresAt      time.Time
	UsedAt         *time.Time
}

// SpentAssertion is an assertion id that was used, kept until it would be refused as expired (SPEC S4).
type SpentAssertion struct {
	OrganizationID  string
	ConnectionID    string `gorm:"primaryKey"`
	AssertionDigest string `gorm:"primaryKey"`
	ExpiresAt       time.Time
}

// FinishTicket leads from the ACS to the finishing page, which only the browser that started the sign-in can use.
type FinishTicket struct {
	Digest         string `gorm:"primaryKey"`
	OrganizationID string
	ConnectionID   string
	SignInID       string
	BrowserDigest  string
	ReturnPath     string
	Identity       string // sealed JSON of the verified identity; blanked when used
	CreatedAt      time.Time
	ExpiresAt      time.Time
	UsedAt         *time.Time
}

// SignIn is a row of the sign-in log (SPEC A2): facts, never XML and, tests apart, no personal values.
type SignIn struct {
	Seq            int64 `gorm:"primaryKey;autoIncrement"`
	ID             string
	OrganizationID string
	ConnectionID   string
	AttemptID      string
	Kind           string
	Outcome        string // started, succeeded, failed, test_passed, test_failed
	Reason         string // stable reason code
	Expected       string
	Received       string
	Reference      string // the code a member tells the admin
	PersonID       string // member id, once known
	Report         string // JSON of the verification report
	StartedAt      time.Time
	FinishedAt     *time.Time
}
