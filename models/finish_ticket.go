package models

import "time"

// ticketLife is how long the browser has from the ACS to the finishing page.
const ticketLife = 2 * time.Minute

const sealIdentity = "identity"

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

func newTicket(tx *Tx, c *Connection, s *SignIn, r GoodResponse) (string, error) {
	code := tx.NewToken()
	t := &FinishTicket{
		Digest: Digest(code), OrganizationID: c.OrganizationID, ConnectionID: c.ID, SignInID: s.ID, BrowserDigest: Digest(r.Browser),
		Identity: tx.db.keys.Seal(sealIdentity, r.Identity), CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(ticketLife),
	}
	if r.Attempt != nil {
		t.BrowserDigest, t.ReturnPath = r.Attempt.BrowserDigest, r.Attempt.ReturnPath
	}
	return code, insert(tx, t)
}

// FindTicket finds a ticket by its code; the row tells the organization.
func FindTicket(tx *Tx, code string) (*FinishTicket, error) {
	return firstAnywhere[FinishTicket](tx, "digest = ?", Digest(code))
}

// UseTicket opens the ticket for the browser that may use it, once, and answers the identity's JSON. Anything else is a
// Refusal that leaves the ticket as it was. tx is inside the ticket's organization.
func UseTicket(tx *Tx, t *FinishTicket, browser string) (identity string, err error) {
	if browser == "" {
		return "", &Refusal{Reason: ReasonBrowser}
	}
	n, err := assign[FinishTicket](tx, map[string]any{"used_at": tx.Now, "identity": ""},
		"digest = ? AND browser_digest = ? AND used_at IS NULL AND expires_at > ?", t.Digest, Digest(browser), tx.Now)
	if err != nil {
		return "", err
	}
	if n != 1 {
		return "", &Refusal{Reason: ReasonBrowser}
	}
	return tx.db.keys.Open(sealIdentity, t.Identity)
}
