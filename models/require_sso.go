package models

import (
	"time"

	"gorm.io/gorm"
)

// SSORequired refuses every way in but single sign-on for people of the domains of an organization that requires it
// (SPEC S8). It is the same for known and unknown people.
type SSORequired struct{ Door *SSODoor }

// Error names no person.
func (e *SSORequired) Error() string { return "single sign-on is required" }

// RefusePasswords answers an SSORequired error for an address whose domain's organization requires single sign-on. It
// looks at no account, so its answer tells nothing about one.
func RefusePasswords(tx *Tx, email string) error {
	_, key, err := ParseEmail(email)
	if err != nil {
		return nil // no address, so nobody's
	}
	org, err := requiredBy(tx, key)
	if err != nil || org == "" {
		return err
	}
	door, err := FindSSODoor(tx, key)
	if err != nil {
		return err
	}
	return &SSORequired{Door: door}
}

// requiredBy is the organization that requires single sign-on of people of that folded address' domain, or "". A switch
// without an Active connection counts for nothing: nobody is locked out.
func requiredBy(tx *Tx, emailKey string) (orgID string, err error) {
	var ids []string
	err = tx.allOrgs().Model(&Domain{}).
		Joins("JOIN organizations ON organizations.id = domains.organization_id AND organizations.require_sso = ? AND organizations.sso_bought = ?", true, true).
		Joins("JOIN connections ON connections.organization_id = organizations.id AND connections.state = ? AND connections.active_settings_id IS NOT NULL", Active).
		Where("domains.verified_name = ?", emailDomain(emailKey)).Limit(1).Pluck("organizations.id", &ids).Error
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

// OnlyBySSO tells whether this membership may be entered through single sign-on only: its organization requires it and
// its address is in one of the domains. A guest from outside the domains is excepted.
func OnlyBySSO(tx *Tx, o *Organization, m *Member) (bool, error) {
	if !o.RequireSSO || m.EmailKey == nil {
		return false, nil
	}
	org, err := requiredBy(tx, *m.EmailKey)
	return org == o.ID, err
}

// RequireSSO switches the rule on or off. On needs that the acting administrator's own session came through the Active
// connection and that one of the recovery codes has been proved, so that nobody locks the organization out.
func RequireSSO(tx *Tx, on bool, by *Session) error {
	if err := tx.refuseActing("change whether single sign-on is required"); err != nil {
		return err
	}
	o, err := lockOrganization(tx)
	if err != nil || o.RequireSSO == on {
		return err
	}
	action := "organization.sso_not_required"
	if on {
		if err := mayRequireSSO(tx, by); err != nil {
			return err
		}
		action = "organization.sso_required"
	}
	if err := changeOrganization(tx, map[string]any{"require_sso": on}); err != nil {
		return err
	}
	out, err := mailAdmins(tx, o, "sso_required", map[string]string{"on": yes(on), "by": staffName(tx)})
	if err != nil {
		return err
	}
	return tx.Record(action, o.ID, nil, out...)
}

func mayRequireSSO(tx *Tx, by *Session) error {
	c, err := OrganizationConnection(tx)
	if err != nil && !IsNotFound(err) {
		return err
	}
	codes, cerr := FindRecoveryCodes(tx)
	switch {
	case cerr != nil:
		return cerr
	case err != nil || c.State != Active:
		return invalid("require", "Single Sign-On is not active, so it cannot be required yet.")
	case by.ConnectionID == nil || *by.ConnectionID != c.ID:
		return invalid("require", "Sign in through SSO once yourself before you require it for everyone.")
	case !codes.Proved():
		return invalid("require", "Make recovery codes and prove one of them before you require SSO for everyone.")
	case codes.Left() == 0:
		return invalid("require", "All recovery codes are used. Make new ones before you require SSO for everyone.")
	}
	return nil
}

// PolicyReach counts whom the sign-in policy touches.
type PolicyReach struct {
	People    int64 // members of the verified domains who may sign in
	Passwords int64 // of them, those who have a password
	Signed    int64 // live sessions in the organization
}

// FindPolicyReach counts whom Require SSO and *sign everyone out* would touch now.
func FindPolicyReach(tx *Tx) (*PolicyReach, error) {
	r := &PolicyReach{}
	err := tx.org().Model(&Session{}).Where("kind = ? AND ended_at IS NULL AND expires_at > ?", SessionWeb, tx.Now).Count(&r.Signed).Error
	if err != nil {
		return nil, err
	}
	domains, err := ListDomains(tx)
	if err != nil {
		return nil, err
	}
	for _, d := range domains {
		if !d.Proved() {
			continue
		}
		of := func() *gorm.DB {
			return tx.org().Model(&Member{}).Where(`status = ? AND email_key LIKE ? ESCAPE '\'`, MemberActive, "%@"+escapeLike(d.Name))
		}
		var n, with int64
		if err := of().Count(&n).Error; err != nil {
			return nil, err
		}
		err := of().Where("account_id IN (?)", tx.g.Model(&Account{}).Select("id").Where("password_hash <> ''")).Count(&with).Error
		if err != nil {
			return nil, err
		}
		r.People, r.Passwords = r.People+n, r.Passwords+with
	}
	return r, nil
}

// Bounds of the lifetime of a session by SSO, in hours: 1 hour to 30 days (SPEC S7).
const (
	minSessionHours = 1
	maxSessionHours = 30 * 24
)

// SetSessionLifetime sets how long a session by SSO lasts at most and unused, in hours, from the next sign-in on.
func SetSessionLifetime(tx *Tx, hours, idle int64) error {
	switch {
	case hours < minSessionHours || hours > maxSessionHours:
		return invalid("session_hours", "Choose from 1 to 720 hours (30 days).")
	case idle < minSessionHours || idle > hours:
		return invalid("idle_hours", "Choose from 1 hour to the whole length of a session.")
	}
	o, err := lockOrganization(tx)
	if err != nil || o.SessionHours == hours && o.IdleHours == idle {
		return err
	}
	if err := changeOrganization(tx, map[string]any{"session_hours": hours, "idle_hours": idle}); err != nil {
		return err
	}
	return tx.Record("organization.session_lifetime_changed", o.ID, Changes{"hours": hours, "idle_hours": idle})
}

// SignEveryoneOut ends every session that is in the organization, but the one kept, and answers how many.
func SignEveryoneOut(tx *Tx, keepDigest string) (int64, error) {
	res := tx.org().Model(&Session{}).Where("kind = ? AND digest <> ? AND ended_at IS NULL AND expires_at > ?", SessionWeb, keepDigest, tx.Now).
		Update("ended_at", tx.Now)
	if res.Error != nil {
		return 0, res.Error
	}
	return res.RowsAffected, tx.Record("organization.signed_everyone_out", tx.Actor.OrgID, Changes{"sessions": res.RowsAffected})
}

// recoverySession is how long a session by a recovery code lasts.
const recoverySession = time.Hour

// staffName is who acts where that is the service's staff and no administrator, else "".
func staffName(tx *Tx) string {
	if tx.Actor.Kind == ActorOperator {
		return "The service’s staff"
	}
	return ""
}
