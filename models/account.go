package models

import (
	"net/mail"
	"strings"
	"time"

	"golang.org/x/net/idna"
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
	CreatedAt     time.Time
}

// AccountToken is a one-time secret sent to an account's address: kinds `signin`, `reset`, `verify`.
type AccountToken struct {
	Digest    string `gorm:"primaryKey"`
	AccountID string
	Kind      string
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
	var a Account
	return &a, tx.g.First(&a, "id = ?", id).Error
}

// FindAccountByEmail finds an account by its address in any letter case.
func FindAccountByEmail(tx *Tx, email string) (*Account, error) {
	_, key, err := ParseEmail(email)
	if err != nil {
		return nil, err
	}
	var a Account
	return &a, tx.g.First(&a, "email_key = ?", key).Error
}

// CreateAccount makes an account for an address that has none; a taken one is a Conflict.
func CreateAccount(tx *Tx, email, name string) (*Account, error) {
	email, key, err := ParseEmail(email)
	if err != nil {
		return nil, err
	}
	a := &Account{ID: tx.NewID("acc"), Email: email, EmailKey: key, Name: strings.TrimSpace(name), CreatedAt: tx.Now}
	if err := tx.g.Create(a).Error; err != nil {
		return nil, err
	}
	return a, tx.g.Create(&PersonLabel{PersonID: a.ID, Name: a.Name, Email: a.Email}).Error
}
