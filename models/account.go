package models

import (
	"net/mail"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/idna"
	"gorm.io/gorm"
)

// Account is the person who signs in: e-mail unique in the whole service, password, sessions. It belongs to no
// organization; members point to it (SPEC I2).
type Account struct {
	ID            string `gorm:"primaryKey"`
	Email         string
	EmailKey      string
	Name          string
	PasswordHash  string // argon2id in PHC form, or "" for none
	EmailProvedAt *time.Time
	SuspendedAt   *time.Time
	SuspendedFor  string // the member whose leaving suspended it; meanwhile EmailKey is its id, so that the address is free (SPEC P7)
	PersonalEmail string // a private address that the person has proved, beside Email; "" for none
	CreatedAt     time.Time
}

// AccountToken is a one-time secret sent to an account's address: kinds `signin`, `reset`, `verify`, `personal`.
type AccountToken struct {
	Digest    string `gorm:"primaryKey"`
	AccountID string
	Kind      string
	Email     string // with `personal`: the private address it proves; "" where one may be given
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    *time.Time
}

const maxEmail = 254

// ParseEmail reads one plain address and answers it as typed and folded: no display name, no quoted local part, no IP
// literal, a domain with a dot (SPEC S4).
func ParseEmail(text string) (email, key string, err error) {
	bad := invalid("email", "“"+text+"” is not an e-mail address. Write it like jo@acme.com.")
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxEmail || strings.ContainsAny(text, "\"<>()[],;:\\ \t\r\n\x00") {
		return "", "", bad
	}
	a, perr := mail.ParseAddress(text)
	if perr != nil || a.Address != text {
		return "", "", bad
	}
	local, domain, _ := strings.Cut(text, "@")
	ascii, derr := idna.Lookup.ToASCII(domain)
	if derr != nil || !strings.Contains(ascii, ".") || local == "" {
		return "", "", bad
	}
	return text, strings.ToLower(local + "@" + ascii), nil
}

// emailDomain is the part behind the @ of a folded address.
func emailDomain(key string) string { return key[strings.LastIndexByte(key, '@')+1:] }

// FindAccount finds an account by id.
func FindAccount(tx *Tx, id string) (*Account, error) {
	return first[Account](tx, "id = ?", id)
}

// FindAccountByEmail finds an account by its address in any letter case.
func FindAccountByEmail(tx *Tx, email string) (*Account, error) {
	_, key, err := ParseEmail(email)
	if err != nil {
		return nil, err
	}
	if tx.lacks(noAccount(key)) {
		return new(Account), gorm.ErrRecordNotFound
	}
	return first[Account](tx, "email_key = ?", key)
}

// CreateAccount makes an account for an address that has none; a taken one is a Conflict.
func CreateAccount(tx *Tx, email, name string) (*Account, error) {
	email, key, err := ParseEmail(email)
	if err != nil {
		return nil, err
	}
	a := &Account{ID: tx.NewID("acc"), Email: email, EmailKey: key, Name: strings.TrimSpace(name), CreatedAt: tx.Now}
	if err := insertNew(tx, noAccount(key), &tx.unit.late.accounts, a); err != nil {
		return nil, err
	}
	setLabel(tx.In(""), a.ID, a.Name, a.Email)
	return a, nil
}

// Kinds of AccountToken.
const (
	TokenSignIn = "signin"
	TokenReset  = "reset"
	TokenVerify = "verify"

	TokenPersonal = "personal" // see personal.go
)

// tokenLife is how long each kind of AccountToken works.
var tokenLife = map[string]time.Duration{TokenSignIn: 15 * time.Minute, TokenReset: time.Hour, TokenVerify: 72 * time.Hour}

// tokenPath is the page that each kind of AccountToken opens; the mail puts the base URL before it.
var tokenPath = map[string]string{TokenSignIn: "/login/link/", TokenReset: "/reset/", TokenVerify: "/verify/"}

// tokenMail is the mail that each kind of AccountToken travels in.
var tokenMail = map[string]string{TokenSignIn: "sign_in_link", TokenReset: "reset", TokenVerify: "verify"}

// SendAccountToken makes a one-time link of a kind and queues its mail. Earlier ones of that kind stop working.
func SendAccountToken(tx *Tx, a *Account, kind, next string) error {
	err := tx.g.Model(&AccountToken{}).Where("account_id = ? AND kind = ? AND used_at IS NULL", a.ID, kind).Update("used_at", tx.Now).Error
	if err != nil {
		return err
	}
	token := tx.NewToken()
	row := &AccountToken{Digest: Digest(token), AccountID: a.ID, Kind: kind, CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(tokenLife[kind])}
	if err := tx.g.Create(row).Error; err != nil {
		return err
	}
	link := tokenPath[kind] + token
	if next != "" {
		link += "?next=" + url.QueryEscape(next)
	}
	return tx.Queue(NewMail(tokenMail[kind], a.Email, link, map[string]string{"name": a.Name, "email": a.Email}, a.ID))
}

// FindAccountToken is the account behind a link that still works; Gone when it was used, has expired or never was, for
// which there is one answer. It uses nothing up: mail scanners open links.
func FindAccountToken(tx *Tx, kind, token string) (*Account, error) {
	var t AccountToken
	err := tx.g.First(&t, "digest = ? AND kind = ? AND used_at IS NULL AND expires_at > ?", Digest(token), kind, tx.Now).Error
	if CodeOf(translate(err)) == NotFound {
		return nil, goneLink()
	}
	if err != nil {
		return nil, err
	}
	return FindAccount(tx, t.AccountID)
}

func goneLink() error {
	return &Error{Code: Gone, Message: "This link was used before or has expired. Ask for a new one."}
}

// UseAccountToken uses a link up and answers its account, whose e-mail it proves. A password that somebody set before
// the address was proved is dropped, unless the link is the one of that very sign-up: whoever set it may not be the
// owner of the address.
func UseAccountToken(tx *Tx, kind, token string) (*Account, error) {
	a, err := FindAccountToken(tx, kind, token)
	if err != nil {
		return nil, err
	}
	res := tx.g.Model(&AccountToken{}).Where("digest = ? AND used_at IS NULL", Digest(token)).Update("used_at", tx.Now)
	if res.Error != nil {
		return nil, res.Error
	}
	if res.RowsAffected == 0 {
		return nil, goneLink()
	}
	return a, ProveEmail(tx, a, kind == TokenVerify)
}

// ProveEmail notes that the person behind the browser reads the account's mail. keepPassword is false where the
// password may be a stranger's.
func ProveEmail(tx *Tx, a *Account, keepPassword bool) error {
	if a.EmailProvedAt != nil {
		return nil
	}
	a.EmailProvedAt = &tx.Now
	set := map[string]any{"email_proved_at": tx.Now}
	if !keepPassword && a.PasswordHash != "" {
		a.PasswordHash, set["password_hash"] = "", ""
	}
	if err := tx.g.Model(&Account{}).Where("id = ?", a.ID).Updates(set).Error; err != nil {
		return err
	}
	return tx.Record("account.email_proved", a.ID, nil)
}

// SetPassword stores the hash of a new password (from HashPassword) and ends the account's other sessions; keepDigest
// is the session that goes on, or "".
func SetPassword(tx *Tx, a *Account, hash, keepDigest string) error {
	if err := tx.g.Model(&Account{}).Where("id = ?", a.ID).Update("password_hash", hash).Error; err != nil {
		return err
	}
	a.PasswordHash = hash
	if err := EndSessionsOfAccount(tx, a.ID, keepDigest); err != nil {
		return err
	}
	return tx.Record("account.password_changed", a.ID, nil, NewMail("password_changed", a.Email, "", map[string]string{"name": a.Name}, a.ID))
}

// SendReset mails a link to set a new password. An account whose invite disabled passwords (SPEC O5) gets a sign-in
// link instead.
func SendReset(tx *Tx, a *Account) error {
	closed, err := PasswordsClosed(tx, a)
	if err != nil {
		return err
	}
	if closed {
		return SendAccountToken(tx, a, TokenSignIn, "")
	}
	return SendAccountToken(tx, a, TokenReset, "")
}

// PasswordsClosed tells whether the account may set no password: it has none, and came by an invite that disabled
// passwords (SPEC O5).
func PasswordsClosed(tx *Tx, a *Account) (bool, error) {
	if a.PasswordHash != "" {
		return false, nil
	}
	var n int64
	err := tx.allOrgs().Model(&Invite{}).Where("accepted_at IS NOT NULL AND passwords_disabled = ? AND member_id IN (?)", true,
		tx.allOrgs().Model(&Member{}).Select("id").Where("account_id = ? AND status <> ?", a.ID, MemberDisconnected)).Count(&n).Error
	return n > 0, err
}

// StartSession opens a new web session of the account, in the actor's organization or else the first it may enter, and
// ends the one that the browser had (SPEC S7: the id rotates). It answers the token for the cookie. Where single sign-on is required it
// opens none, however the person came (SPEC S8).
func StartSession(tx *Tx, a *Account, endDigest, userAgent string) (string, error) {
	if a.SuspendedAt != nil {
		return "", &Error{Code: Forbidden, Message: "This account is suspended. Write to support."}
	}
	if endDigest != "" {
		if err := EndSession(tx, endDigest); err != nil {
			return "", err
		}
	}
	if err := RefusePasswords(tx, a.Email); err != nil {
		return "", err
	}
	members, err := MembershipsOf(tx, a.ID)
	if err != nil {
		return "", err
	}
	s := &Session{Kind: SessionWeb, AccountID: &a.ID, UserAgent: userAgent}
	var into *Member
	for i := range members {
		if m := &members[i]; m.MaySignIn() && (into == nil || m.OrganizationID == tx.Actor.OrgID) {
			into, s.OrganizationID = m, m.OrganizationID
		}
	}
	if into != nil {
		err := tx.In(s.OrganizationID).org().Model(&Member{}).Where("id = ?", into.ID).Update("last_sign_in_at", tx.Now).Error
		if err != nil {
			return "", err
		}
	}
	token, err := CreateSession(tx, s, 0, 0)
	if err != nil {
		return "", err
	}
	return token, tx.In(s.OrganizationID).Record("account.signed_in", a.ID, nil)
}
