package models

import (
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Outcomes of a SignIn.
const (
	SignInStarted    = "started"
	SignInResponded  = "responded" // the response was good; the browser has not come to the finishing page yet
	SignInSucceeded  = "succeeded"
	SignInFailed     = "failed"
	SignInTestPassed = "test_passed"
	SignInTestFailed = "test_failed"
)

// Reasons that this room finds; all others are the saml room's.
const (
	ReasonReplay    = "saml_replay"       // the assertion or the request was used before
	ReasonRequest   = "saml_inresponseto" // no request of this connection
	ReasonNotMember = "saml_not_member"   // directory mode never creates (SPEC S6)
	ReasonLate      = "sso_late"          // the request had expired
	ReasonOff       = "sso_off"           // the connection was switched off meanwhile
	ReasonBrowser   = "sso_browser"       // another browser, a second use, or a late one
	ReasonConflict  = "sso_identity"      // NameID and e-mail name two people (SPEC S4)
	ReasonAccount   = "sso_account_off"   // the member may not sign in
	ReasonHeld      = "sso_held"          // the member is held for what the person cannot mend
	ReasonRefused   = "sso_refused"       // provisioning refused to make the member
	ReasonChanged   = "settings_changed"  // the settings changed since the test began
	ReasonTimeout   = "test_timeout"      // no answer came back
	ReasonCancelled = "test_cancelled"    // somebody stopped waiting
)

// testTimeout is how long a test sign-in is waited for (UX: test_timeout).
const testTimeout = 5 * time.Minute

// Refusal is a sign-in that was not let through. Expected and Received are facts for the admin, without personal
// values.
type Refusal struct {
	Reason, Expected, Received string
	PersonID                   string // the member, once known
}

// Error is the reason code alone, which is safe to log.
func (r *Refusal) Error() string { return r.Reason }

// AsRefusal tells whether err is a Refusal.
func AsRefusal(err error) (*Refusal, bool) {
	var r *Refusal
	ok := errors.As(err, &r)
	return r, ok
}

// SignIn is a row of the sign-in log (SPEC A2): facts, never XML and, tests apart, no personal values.
type SignIn struct {
	Seq            int64 `gorm:"primaryKey;autoIncrement"`
	ID             string
	OrganizationID string
	ConnectionID   string
	AttemptID      string
	Kind           string
	Outcome        string // SignInStarted …
	Reason         string // stable reason code
	Expected       string
	Received       string
	Reference      string // the code a member tells the admin
	PersonID       string // member id, once known
	Report         string // JSON of the verification report
	StartedAt      time.Time
	RespondedAt    *time.Time
	FinishedAt     *time.Time
}

// TimedOut tells whether a test was waited for in vain.
func (s *SignIn) TimedOut(now time.Time) bool {
	return s.Outcome == SignInStarted && now.Sub(s.StartedAt) >= testTimeout
}

const referenceLength = 8

// newReference is the code that a member reads out to the admin: 8 base32 characters.
func (tx *Tx) newReference() string {
	_, random, _ := strings.Cut(tx.NewID("r"), "-")
	return strings.ToUpper(random[:referenceLength])
}

func insertSignIn(tx *Tx, c *Connection, s *SignIn) (*SignIn, error) {
	s.ID, s.Reference = tx.NewID("sgn"), tx.newReference()
	s.OrganizationID, s.ConnectionID, s.StartedAt = c.OrganizationID, c.ID, tx.Now
	return s, insert(tx, s)
}

// signInOf is the row that an attempt's next news goes to: its own while it waits, else a new one, so that a failure is
// never overwritten. Without an attempt it is a new row of a sign-in that the identity provider began.
func signInOf(tx *Tx, c *Connection, a *LoginAttempt) (*SignIn, error) {
	if a == nil {
		return insertSignIn(tx, c, &SignIn{Kind: AttemptIDP, Outcome: SignInStarted})
	}
	s, err := only(find[SignIn](tx, "ORDER BY seq LIMIT 1", "attempt_id = ? AND outcome = ?", a.ID, SignInStarted))
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return insertSignIn(tx, c, &SignIn{Kind: a.Kind, AttemptID: a.ID, Outcome: SignInStarted})
	}
	return s, err
}

// FailSignIn logs a refused response and answers the row, whose Reference the member is shown. a is nil without a
// known attempt; report is the JSON of the verification report, without personal values unless it is a test.
func FailSignIn(tx *Tx, c *Connection, a *LoginAttempt, why *Refusal, report string) (*SignIn, error) {
	s, err := signInOf(tx, c, a)
	if err != nil {
		return nil, err
	}
	return s, s.fail(tx, why, report)
}

func (s *SignIn) fail(tx *Tx, why *Refusal, report string) error {
	s.Outcome, s.Reason, s.Expected, s.Received = SignInFailed, why.Reason, why.Expected, why.Received
	if s.Kind == AttemptTest {
		s.Outcome = SignInTestFailed
	}
	if report != "" {
		s.Report, s.RespondedAt = report, &tx.Now
	}
	if why.PersonID != "" {
		s.PersonID = why.PersonID
	}
	s.FinishedAt = &tx.Now
	return s.save(tx)
}

func (s *SignIn) save(tx *Tx) error {
	n, err := assign[SignIn](tx, map[string]any{
		"outcome": s.Outcome, "reason": s.Reason, "expected": s.Expected, "received": s.Received, "person_id": s.PersonID,
		"report": s.Report, "responded_at": s.RespondedAt, "finished_at": s.FinishedAt,
	}, "id = ?", s.ID)
	if err == nil && n != 1 {
		err = stale()
	}
	return err
}

// SignInQuery narrows the sign-in log. Before is the Seq of the last row of the page before; empty fields do not narrow.
type SignInQuery struct {
	Outcome, Reason, PersonID, Reference, Kind string
	Before                                     int64
	Limit                                      int
}

// ListSignIns lists the sign-in log, newest first.
func ListSignIns(tx *Tx, q SignInQuery) ([]SignIn, error) {
	g := tx.org().Order("seq DESC")
	for column, value := range map[string]string{
		"outcome": q.Outcome, "reason": q.Reason, "person_id": q.PersonID, "reference": strings.ToUpper(strings.TrimSpace(q.Reference)), "kind": q.Kind,
	} {
		if value != "" {
			g = g.Where(column+" = ?", value)
		}
	}
	if q.Before > 0 {
		g = g.Where("seq < ?", q.Before)
	}
	if q.Limit > 0 {
		g = g.Limit(q.Limit)
	}
	var rows []SignIn
	return rows, g.Find(&rows).Error
}

// FindSignIn finds a row of the organization's sign-in log.
func FindSignIn(tx *Tx, id string) (*SignIn, error) {
	return first[SignIn](tx, "id = ?", id)
}

// LatestTest is the newest test sign-in of a connection; NotFound before the first.
func LatestTest(tx *Tx, c *Connection) (*SignIn, error) {
	var s SignIn
	return &s, tx.org().Where("connection_id = ? AND kind = ?", c.ID, AttemptTest).Order("seq DESC").First(&s).Error
}

// LatestTestOf is the newest test sign-in with one version of a connection's settings; NotFound before the first, and
// for one so old that its request is forgotten.
func LatestTestOf(tx *Tx, c *Connection, settingsID string) (*SignIn, error) {
	var s SignIn
	attempts := tx.org().Model(&LoginAttempt{}).Select("id").Where("settings_id = ?", settingsID)
	return &s, tx.org().Where("connection_id = ? AND kind = ? AND attempt_id IN (?)", c.ID, AttemptTest, attempts).Order("seq DESC").First(&s).Error
}

// CancelTest stops waiting for a test sign-in: an answer that comes later is refused.
func CancelTest(tx *Tx, c *Connection) error {
	s, err := LatestTest(tx, c)
	if IsNotFound(err) || err == nil && s.Outcome != SignInStarted {
		return nil
	}
	if err != nil {
		return err
	}
	err = tx.org().Model(&LoginAttempt{}).Where("id = ? AND used_at IS NULL", s.AttemptID).Update("used_at", tx.Now).Error
	if err != nil {
		return err
	}
	return s.fail(tx, &Refusal{Reason: ReasonCancelled}, "")
}
