package models

import (
	"encoding/json"
	"time"
)

// Why a SetupLink ended.
const (
	LinkReplaced  = "replaced"
	LinkCancelled = "cancelled"
	LinkFinished  = "finished"
	LinkRevoked   = "revoked" // its integration was deactivated
)

// setupLinkLife is how long a setup link works; it is never extended (SPEC L1).
const setupLinkLife = 24 * time.Hour

// SetupLink lets the customer's IT person configure one integration for 24 hours without an account. Exactly one is
// live per organization and kind.
type SetupLink struct {
	ID             string `gorm:"primaryKey"`
	OrganizationID string
	Kind           string // KindSSO or KindSCIM
	Digest         string
	LastFour       string
	CreatedBy      string // account id, or "command"
	CreatedAt      time.Time
	ExpiresAt      time.Time
	OpenedAt       *time.Time
	StartedAt      *time.Time
	EndedAt        *time.Time
	EndReason      string
	RevocationID   *string
}

// Live tells whether the link still works.
func (l *SetupLink) Live(now time.Time) bool { return l.EndedAt == nil && now.Before(l.ExpiresAt) }

// State is live, expired, replaced, cancelled, finished or revoked (SPEC L2).
func (l *SetupLink) State(now time.Time) string {
	switch {
	case l.EndedAt != nil:
		return l.EndReason
	case !now.Before(l.ExpiresAt):
		return LinkExpired
	}
	return "live"
}

// CreateSetupLink makes a link and answers its token, which is shown once. It ends the earlier one of that kind and
// prepares what the wizard will configure. A link needs the feature bought and one domain entered (SPEC L1, O4).
func CreateSetupLink(tx *Tx, kind string) (*SetupLink, string, error) {
	o, err := lockOrganization(tx)
	if err != nil {
		return nil, "", err
	}
	if err := mayMakeLink(tx, o, kind); err != nil {
		return nil, "", err
	}
	if err := prepareIntegration(tx, kind); err != nil {
		return nil, "", err
	}
	if err := endLinks(tx, kind, LinkReplaced, nil); err != nil {
		return nil, "", err
	}
	token := tx.NewToken()
	l := &SetupLink{
		ID: tx.NewID("lnk"), OrganizationID: o.ID, Kind: kind, Digest: Digest(token), LastFour: lastFour(token),
		CreatedBy: tx.Actor.ID, CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(setupLinkLife),
	}
	if err := tx.g.Create(l).Error; err != nil {
		return nil, "", err
	}
	return l, token, tx.Record("setup_link.created", l.ID, Changes{"kind": kind})
}

func mayMakeLink(tx *Tx, o *Organization, kind string) error {
	if kind != KindSSO && kind != KindSCIM {
		return invalid("kind", "A setup link is for sso or for scim.")
	}
	if !o.Bought(kind) {
		return &Error{Code: PaymentRequired, Message: integrationName(kind) + " is not included in what your organization has bought."}
	}
	domains, err := ListDomains(tx)
	if err == nil && len(domains) == 0 {
		return invalid("domains", "Add an e-mail domain first; the setup link needs one.")
	}
	return err
}

func integrationName(kind string) string {
	if kind == KindSSO {
		return "Single Sign-On"
	}
	return "Directory Sync"
}

// prepareIntegration makes the connection or directory that the wizard configures, so that its id (and with it the
// ACS and base URL) is fixed before the link is opened.
func prepareIntegration(tx *Tx, kind string) error {
	if kind == KindSSO {
		_, err := PrepareConnection(tx)
		return err
	}
	d, err := ensureDirectory(tx)
	if err != nil {
		return err
	}
	return reopenDirectory(tx, d)
}

// endLinks ends the live links of a kind.
func endLinks(tx *Tx, kind, reason string, revocation *string) error {
	return tx.org().Model(&SetupLink{}).Where("kind = ? AND ended_at IS NULL", kind).
		Updates(map[string]any{"ended_at": tx.Now, "end_reason": reason, "revocation_id": revocation}).Error
}

// CancelSetupLink ends the live link of a kind.
func CancelSetupLink(tx *Tx, kind string) error {
	if _, err := lockOrganization(tx); err != nil {
		return err
	}
	l, err := LatestSetupLink(tx, kind)
	if err != nil {
		return err
	}
	if !l.Live(tx.Now) {
		return &Error{Code: Gone, Message: "This setup link has ended already."}
	}
	if err := endLinks(tx, kind, LinkCancelled, nil); err != nil {
		return err
	}
	return tx.Record("setup_link.cancelled", l.ID, Changes{"kind": kind})
}

// FinishSetupLink ends the link that the wizard was walked through with (SPEC L1: pressing Done ends it).
func FinishSetupLink(tx *Tx, l *SetupLink) error {
	if err := endLinks(tx, l.Kind, LinkFinished, nil); err != nil {
		return err
	}
	out, err := tellMaker(tx, l, "setup_link_finished")
	if err != nil {
		return err
	}
	return tx.Record("setup_link.finished", l.ID, Changes{"kind": l.Kind}, out...)
}

// FindSetupLink finds a link of any state by its token. The row tells the organization.
func FindSetupLink(tx *Tx, token string) (*SetupLink, error) {
	var l SetupLink
	return &l, tx.allOrgs().First(&l, "digest = ?", Digest(token)).Error
}

// FindSetupLinkByID finds one of the actor's organization's links, for the session behind it (SPEC L2).
func FindSetupLinkByID(tx *Tx, id string) (*SetupLink, error) {
	var l SetupLink
	return &l, tx.org().First(&l, "id = ?", id).Error
}

// LatestSetupLink is the newest link of a kind, live or not.
func LatestSetupLink(tx *Tx, kind string) (*SetupLink, error) {
	var l SetupLink
	return &l, tx.org().Where("kind = ?", kind).Order("created_at DESC, id DESC").First(&l).Error
}

// OpenSetupLink notes the first look at a link's page; it uses nothing up.
func OpenSetupLink(tx *Tx, l *SetupLink) error {
	return tx.org().Model(&SetupLink{}).Where("id = ? AND opened_at IS NULL", l.ID).Update("opened_at", tx.Now).Error
}

// StartSetup exchanges a live link for a narrow session and answers its token (SPEC L2). beside is the setup session
// that the browser has already, or nil: somebody who was given both links of one organization works with both.
func StartSetup(tx *Tx, l *SetupLink, beside *Session) (token string, err error) {
	if !l.Live(tx.Now) {
		return "", &Error{Code: Gone, Message: "This setup link no longer works. Ask the person who sent it for a new one."}
	}
	if err := noteStart(tx, l); err != nil {
		return "", err
	}
	s := &Session{Kind: SessionSetup, OrganizationID: l.OrganizationID, SetupLinkID: &l.ID, Data: setupLinks(l, beside)}
	left := l.ExpiresAt.Sub(tx.Now)
	return CreateSession(tx, s, left, left)
}

// noteStart notes the first use of a link, and tells whoever made it: unlike a look at its page, no mail scanner does it.
func noteStart(tx *Tx, l *SetupLink) error {
	res := tx.org().Model(&SetupLink{}).Where("id = ? AND started_at IS NULL", l.ID).Update("started_at", tx.Now)
	if res.Error != nil || res.RowsAffected == 0 {
		return res.Error
	}
	out, err := tellMaker(tx, l, "setup_link_opened")
	if err != nil {
		return err
	}
	return tx.Record("setup_link.started", l.ID, Changes{"kind": l.Kind}, out...)
}

// setupLinks is the JSON of the link ids by kind that a setup session opens.
func setupLinks(l *SetupLink, beside *Session) string {
	ids := map[string]string{}
	if beside != nil && beside.OrganizationID == l.OrganizationID {
		_ = json.Unmarshal([]byte(beside.Data), &ids) // only this function writes it
	}
	ids[l.Kind] = l.ID
	b, _ := json.Marshal(ids) // strings always marshal
	return string(b)
}

// FindSetup finds the link of a kind behind a setup session; NotFound when the session opens none. The link may have
// ended meanwhile: look at Live on each request.
func FindSetup(tx *Tx, s *Session, kind string) (*SetupLink, error) {
	ids := map[string]string{}
	_ = json.Unmarshal([]byte(s.Data), &ids) // only setupLinks writes it
	if ids[kind] == "" {
		return nil, notFound("setup")
	}
	l, err := FindSetupLinkByID(tx, ids[kind])
	if err == nil && l.Kind != kind {
		return nil, notFound("setup")
	}
	return l, err
}

const understoodKey = "understood"

// KeepUnderstood keeps provider data that somebody is to look at before it is saved (SPEC L4) in the setup session.
func KeepUnderstood(tx *Tx, s *Session, p ProviderData) error {
	data := map[string]string{}
	_ = json.Unmarshal([]byte(s.Data), &data) // only this file writes it
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	data[understoodKey] = string(b)
	if b, err = json.Marshal(data); err != nil {
		return err
	}
	s.Data = string(b)
	return SaveSessionData(tx, s)
}

// Understood is what KeepUnderstood kept; false for nothing.
func Understood(s *Session) (p ProviderData, ok bool) {
	data := map[string]string{}
	if json.Unmarshal([]byte(s.Data), &data) != nil || data[understoodKey] == "" {
		return p, false
	}
	return p, json.Unmarshal([]byte(data[understoodKey]), &p) == nil
}
