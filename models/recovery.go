package models

import (
	"strconv"
	"strings"
	"time"
)

// recoveryCodes is how many are made at once.
const recoveryCodes = 10

// RecoveryCode lets an administrator in when single sign-on does not work: used once, stored as a hash (SPEC S8, T1).
type RecoveryCode struct {
	Digest         string `gorm:"primaryKey"`
	OrganizationID string
	CreatedBy      string // account id
	CreatedAt      time.Time
	UsedBy         string // account id; "" for nobody yet
	UsedAt         *time.Time
	EndedAt        *time.Time // replaced by newer ones
}

// RecoveryCodes are the codes of an organization that were made together last; empty before the first.
type RecoveryCodes []RecoveryCode

// Left is how many can still be used.
func (c RecoveryCodes) Left() int { return len(c) - c.used() }

// Proved tells whether one of them has been used, and so is known to work.
func (c RecoveryCodes) Proved() bool { return c.used() > 0 }

func (c RecoveryCodes) used() (n int) {
	for _, r := range c {
		if r.UsedAt != nil {
			n++
		}
	}
	return n
}

// FindRecoveryCodes are the organization's codes.
func FindRecoveryCodes(tx *Tx) (RecoveryCodes, error) {
	var rows RecoveryCodes
	return rows, tx.org().Where("ended_at IS NULL").Order("used_at, digest").Find(&rows).Error
}

// MakeRecoveryCodes replaces the organization's codes by ten new ones and answers them, to be shown once. A session by
// SSO makes none: whoever holds the identity provider would keep a way in after it was taken away (SPEC S7).
func MakeRecoveryCodes(tx *Tx, by *Session) ([]string, error) {
	if err := tx.refuseActing("make recovery codes"); err != nil {
		return nil, err
	}
	if by.ConnectionID != nil {
		return nil, &Error{Code: Forbidden, Message: "A session through SSO makes no recovery codes. Sign in with your password, an e-mailed link or a recovery code first."}
	}
	o, err := lockOrganization(tx)
	if err != nil {
		return nil, err
	}
	if err := tx.org().Model(&RecoveryCode{}).Where("ended_at IS NULL").Update("ended_at", tx.Now).Error; err != nil {
		return nil, err
	}
	codes, rows := make([]string, recoveryCodes), make([]*RecoveryCode, recoveryCodes)
	for i := range codes {
		codes[i] = tx.newRecoveryCode()
		rows[i] = &RecoveryCode{Digest: recoveryDigest(codes[i]), OrganizationID: o.ID, CreatedBy: tx.Actor.ID, CreatedAt: tx.Now}
	}
	if err := insert(tx, rows...); err != nil {
		return nil, err
	}
	out, err := mailAdmins(tx, o, "recovery_codes_made", nil)
	if err != nil {
		return nil, err
	}
	return codes, tx.Record("recovery_codes.created", o.ID, Changes{"count": recoveryCodes}, out...)
}

// newRecoveryCode is 128 random bits in base32, in groups that a person can type.
func (tx *Tx) newRecoveryCode() string {
	_, code, _ := strings.Cut(tx.NewID("r"), "-")
	return strings.Join([]string{code[:5], code[5:10], code[10:15], code[15:20], code[20:]}, "-")
}

// recoveryDigest is what is stored of a code; letter case, spaces and hyphens do not matter.
func recoveryDigest(code string) string {
	return Digest(strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(code)))
}

// errRecovery is the one answer to everything that does not fit.
var errRecovery = &Error{Code: Invalid, Field: "code", Message: "This e-mail and code do not fit together, or the code was used before. Take another code."}

// useRecoveryCode spends one of the organization's codes.
func useRecoveryCode(tx *Tx, code, accountID string) error {
	res := tx.org().Model(&RecoveryCode{}).Where("digest = ? AND used_at IS NULL AND ended_at IS NULL", recoveryDigest(code)).
		Updates(map[string]any{"used_at": tx.Now, "used_by": accountID})
	if res.Error == nil && res.RowsAffected != 1 {
		return errRecovery
	}
	return res.Error
}

// ProveRecoveryCode spends a code of the acting administrator's organization, which shows that they are at hand.
func ProveRecoveryCode(tx *Tx, code string) error {
	if err := tx.refuseActing("use a recovery code"); err != nil {
		return err
	}
	if err := useRecoveryCode(tx, code, tx.Actor.ID); err != nil {
		return &Error{Code: CodeOf(err), Field: "code", Message: "This is none of the unused codes. Type one of the newest ten.", Err: err}
	}
	return tx.Record("recovery_codes.proved", tx.Actor.OrgID, nil)
}

// Recover spends a code with an administrator's e-mail and answers the token of a session of one hour that is bound to
// that membership (SPEC S8). endDigest is the session that the browser had. Whatever does not fit costs the same two
// lookups and gets the same answer.
func Recover(tx *Tx, email, code, endDigest, userAgent string) (token string, err error) {
	var row RecoveryCode
	err = tx.allOrgs().First(&row, "digest = ? AND used_at IS NULL AND ended_at IS NULL", recoveryDigest(code)).Error
	a, aerr := FindAccountByEmail(tx, email)
	for _, e := range []error{err, aerr} {
		if code := CodeOf(e); e != nil && code != NotFound && code != Invalid {
			return "", e
		}
	}
	if err != nil || aerr != nil || a.SuspendedAt != nil {
		return "", errRecovery
	}
	in := tx.In(row.OrganizationID)
	in.Actor.Kind, in.Actor.ID = ActorMember, a.ID
	m, err := FindMemberOfAccount(in, a.ID)
	may := false
	switch {
	case err == nil:
		may, err = MayRecover(in, m)
	case IsNotFound(err):
		err = nil
	}
	if err == nil && !may {
		err = errRecovery
	}
	if err == nil {
		err = useRecoveryCode(in, code, a.ID)
	}
	if err != nil {
		return "", err
	}
	return recovered(in, a, m, endDigest, userAgent)
}

// recovered opens the session and tells all administrators.
func recovered(tx *Tx, a *Account, m *Member, endDigest, userAgent string) (string, error) {
	if endDigest != "" {
		if err := EndSession(tx, endDigest); err != nil {
			return "", err
		}
	}
	s := &Session{Kind: SessionWeb, AccountID: &a.ID, OrganizationID: m.OrganizationID, MemberID: &m.ID, UserAgent: clean(userAgent)}
	token, err := CreateSession(tx, s, recoverySession, recoverySession)
	if err != nil {
		return "", err
	}
	o, err := FindOrganization(tx)
	if err != nil {
		return "", err
	}
	codes, err := FindRecoveryCodes(tx)
	if err != nil {
		return "", err
	}
	values := map[string]string{"who": m.FullName(), "address": m.Email, "ip": tx.Actor.IP, "at": tx.Now.Format(time.RFC3339), "left": strconv.Itoa(codes.Left())}
	out, err := mailAdmins(tx, o, "recovery_used", values, m.ID)
	if err != nil {
		return "", err
	}
	if len(out) == 0 { // the last administrator, whom the directory has taken out
		values["organization"] = o.Name
		out = []*Outbox{NewMail("recovery_used", m.Email, "", values, m.ID)}
	}
	return token, tx.Record("recovery_codes.used", m.ID, Changes{"left": codes.Left()}, out...)
}

// MayRecover tells whether a recovery code lets the member in: an administrator who may sign in, or the last one, whom
// the directory has taken out (SPEC P12).
func MayRecover(tx *Tx, m *Member) (bool, error) {
	if m.Role != RoleAdmin || m.BlockedAt != nil {
		return false, nil
	}
	if m.MaySignIn() || m.Status != MemberDeactivated && m.Status != MemberLeaving { // a removal that waits is one all the same
		return m.MaySignIn(), nil
	}
	return nobodyElseAdministers(tx, m)
}
