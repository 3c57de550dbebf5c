package models

import "time"

// SpentAssertion is an assertion id that was used, kept until it would be refused as expired (SPEC S4).
type SpentAssertion struct {
	OrganizationID  string
	ConnectionID    string `gorm:"primaryKey"`
	AssertionDigest string `gorm:"primaryKey"`
	ExpiresAt       time.Time
}

// GoodResponse is a response that the saml room has accepted.
type GoodResponse struct {
	Attempt       *LoginAttempt // nil: began at the identity provider
	InResponseTo  string        // the signed one
	AssertionID   string
	RememberUntil time.Time
	Browser       string // secret given to the browser that posted, where no browser of ours had started
	Identity      string // JSON of who it is, for the finishing page
	Report        string // JSON of the report
}

// AcceptResponse spends the assertion and the request, and answers the code of a finishing ticket. A Refusal leaves the
// transaction usable, so that the caller can log it with FailSignIn in the same commit.
func AcceptResponse(tx *Tx, c *Connection, r GoodResponse) (code string, err error) {
	kind := AttemptIDP
	if r.Attempt != nil {
		kind = r.Attempt.Kind
	}
	if kind != AttemptTest && c.State != Active {
		return "", &Refusal{Reason: ReasonOff}
	}
	if err := spendAssertion(tx, c, r); err != nil {
		return "", err
	}
	switch {
	case r.Attempt != nil && r.Attempt.ID == r.InResponseTo:
		if err := useAttempt(tx, r.Attempt); err != nil {
			return "", err
		}
	case r.Attempt != nil || r.InResponseTo != "" || !c.IDPInitiated:
		return "", &Refusal{Reason: ReasonRequest, Received: r.InResponseTo}
	}
	s, err := signInOf(tx, c, r.Attempt)
	if err != nil {
		return "", err
	}
	s.Outcome, s.Report, s.RespondedAt = SignInResponded, r.Report, &tx.Now
	if err := s.save(tx); err != nil {
		return "", err
	}
	return newTicket(tx, c, s, r)
}

// spendAssertion remembers the assertion; one that is known already is a replay. The insert that does nothing keeps
// PostgreSQL's transaction usable, and of concurrent ones exactly one counts.
func spendAssertion(tx *Tx, c *Connection, r GoodResponse) error {
	n, err := tx.run(`INSERT INTO spent_assertions (organization_id, connection_id, assertion_digest, expires_at)
		VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, c.OrganizationID, c.ID, Digest(r.AssertionID), r.RememberUntil.UTC())
	if err == nil && n == 0 {
		return &Refusal{Reason: ReasonReplay}
	}
	return err
}
