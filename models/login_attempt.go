package models

import (
	"time"
)

// Kinds of LoginAttempt and SignIn.
const (
	AttemptLogin = "login"
	AttemptTest  = "test"
	AttemptIDP   = "idp" // started by the identity provider
)

// attemptLife is how long a browser has for its way through the identity provider.
const attemptLife = 10 * time.Minute

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

// NewAttempt is what StartAttempt needs: secrets as they are, of which only digests are stored.
type NewAttempt struct {
	Kind       string // AttemptLogin or AttemptTest
	RequestID  string // of the AuthnRequest
	Relay      string // the RelayState handle
	Browser    string // the rc_browser secret
	ReturnPath string // already checked to be one of our own
	Settings   *ConnectionSettings
}

// StartAttempt opens a sign-in through the connection and its row in the sign-in log. Only an Active connection takes
// sign-ins; tests run before that too (SPEC L4, O4).
func StartAttempt(tx *Tx, c *Connection, n NewAttempt) (*SignIn, error) {
	if n.Kind == AttemptLogin && c.State != Active {
		return nil, errSSOOff
	}
	a := &LoginAttempt{
		ID: n.RequestID, OrganizationID: c.OrganizationID, ConnectionID: c.ID, SettingsID: n.Settings.ID, Kind: n.Kind,
		RelayDigest: Digest(n.Relay), BrowserDigest: Digest(n.Browser), ReturnPath: n.ReturnPath,
		ExpectedDigest: n.Settings.Digest, CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(attemptLife),
	}
	if err := insert(tx, a); err != nil {
		return nil, err
	}
	return insertSignIn(tx, c, &SignIn{Kind: n.Kind, AttemptID: a.ID, Outcome: SignInStarted})
}

// errSSOOff is the same for an unknown and a switched-off connection, so that neither can be told from the other.
var errSSOOff = &Error{Code: NotFound, Message: "Single sign-on is not switched on at this address. Sign in another way, or ask your administrator."}

// FindAttempt finds a connection's attempt by its RelayState handle, else by the AuthnRequest's ID that a response
// answers to (some identity providers lose the RelayState). An attempt of another connection is NotFound.
func FindAttempt(tx *Tx, c *Connection, relay, requestID string) (*LoginAttempt, error) {
	if relay != "" {
		return first[LoginAttempt](tx, "connection_id = ? AND relay_digest = ?", c.ID, Digest(relay))
	}
	return first[LoginAttempt](tx, "connection_id = ? AND id = ?", c.ID, requestID)
}

// useAttempt takes the attempt for one response; a second one, or a late one, is a Refusal.
func useAttempt(tx *Tx, a *LoginAttempt) error {
	n, err := assign[LoginAttempt](tx, map[string]any{"used_at": tx.Now}, "id = ? AND used_at IS NULL AND expires_at > ?", a.ID, tx.Now)
	if err != nil || n == 1 {
		return err
	}
	if a.UsedAt != nil {
		return &Refusal{Reason: ReasonReplay}
	}
	if tx.Now.Before(a.ExpiresAt) {
		return &Refusal{Reason: ReasonReplay} // taken by another response a moment ago
	}
	return &Refusal{Reason: ReasonLate, Expected: "within 10 minutes"}
}
