package models

import "time"

// Kinds of Session.
const (
	SessionWeb          = "web"
	SessionSetup        = "setup" // the narrow cookie behind a setup link (SPEC L2)
	SessionOperator     = "operator"
	SessionOperatorHalf = "operator-half" // password right, code still to come
)

// Session is one signed-in browser. The cookie holds only a random token, the row its digest; the row decides. A
// session by SSO names its member and connection and opens nothing else (SPEC S7).
type Session struct {
	Digest         string `gorm:"primaryKey"`
	Kind           string
	AccountID      *string
	OrganizationID string // the one the browser is in (SPEC I5); "" for none
	MemberID       *string
	ConnectionID   *string // set: came by SSO
	SetupLinkID    *string
	OperatorID     *string
	Data           string // JSON of what the cookie library keeps (flash)
	UserAgent      string
	IdleSeconds    int64
	CreatedAt      time.Time
	SeenAt         time.Time
	ExpiresAt      time.Time
	EndedAt        *time.Time
	RevocationID   *string
}

const (
	webLifetime = 30 * 24 * time.Hour
	webIdle     = 7 * 24 * time.Hour
	seenEvery   = time.Minute // at most one write a minute
)

// CreateSession stores s for a new token, which it answers. Lifetimes of zero mean those of a password session.
func CreateSession(tx *Tx, s *Session, lifetime, idle time.Duration) (token string, err error) {
	if lifetime == 0 {
		lifetime, idle = webLifetime, webIdle
	}
	token = tx.NewToken()
	s.Digest, s.CreatedAt, s.SeenAt, s.ExpiresAt = Digest(token), tx.Now, tx.Now, tx.Now.Add(lifetime)
	s.IdleSeconds = int64(idle.Seconds())
	if s.Data == "" {
		s.Data = "{}"
	}
	return token, insert(tx, s)
}

// FindSession is the live session of that kind behind a token; NotFound when it is unknown, ended, expired or idle for
// too long.
func FindSession(tx *Tx, kind, token string) (*Session, error) {
	s, err := firstAnywhere[Session](tx, "digest = ? AND kind = ? AND ended_at IS NULL AND expires_at > ?", Digest(token), kind, tx.Now)
	if err == nil && tx.Now.Sub(s.SeenAt) > time.Duration(s.IdleSeconds)*time.Second {
		return nil, notFound("session")
	}
	return s, err
}

// SeenLongAgo tells whether TouchSession is due.
func (s *Session) SeenLongAgo(now time.Time) bool { return now.Sub(s.SeenAt) > seenEvery }

// TouchSession notes that the session is in use.
func TouchSession(tx *Tx, s *Session) error {
	return tx.allOrgs().Model(&Session{}).Where("digest = ?", s.Digest).Update("seen_at", tx.Now).Error
}

// SaveSessionData keeps what the cookie library stores, and the organization the browser is in.
func SaveSessionData(tx *Tx, s *Session) error {
	return tx.allOrgs().Model(&Session{}).Where("digest = ? AND ended_at IS NULL", s.Digest).
		Updates(map[string]any{"data": s.Data, "organization_id": s.OrganizationID, "member_id": s.MemberID}).Error
}

// EndSession ends one session (sign-out).
func EndSession(tx *Tx, digest string) error {
	_, err := tx.run("UPDATE sessions SET ended_at = ? WHERE digest = ? AND ended_at IS NULL", tx.Now, digest)
	return err
}

// EndSessionsOfMember ends all sessions in which the person acts as this member: those by SSO, and those of the account
// that are in the organization now. Part of the transaction that takes the membership's rights away (SPEC S7).
func EndSessionsOfMember(tx *Tx, m *Member) error {
	_, err := tx.run("UPDATE sessions SET ended_at = ? WHERE organization_id = ? AND ended_at IS NULL AND (member_id = ? OR account_id = ?)",
		tx.Now, tx.Actor.OrgID, m.ID, orNone(m.AccountID))
	return err
}

// EndSessionsOfAccount ends all of an account's sessions but the one kept, after a change of password.
func EndSessionsOfAccount(tx *Tx, accountID, keepDigest string) error {
	return tx.allOrgs().Model(&Session{}).Where("account_id = ? AND digest <> ? AND ended_at IS NULL", accountID, keepDigest).
		Update("ended_at", tx.Now).Error
}

// ListSessionsOfAccount are an account's live sessions, newest first.
func ListSessionsOfAccount(tx *Tx, accountID string) ([]Session, error) {
	var rows []Session
	return rows, tx.allOrgs().Where("account_id = ? AND kind = ? AND ended_at IS NULL AND expires_at > ?", accountID, SessionWeb, tx.Now).
		Order("seen_at DESC").Find(&rows).Error
}
