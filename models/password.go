package models

import (
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
)

// Limits of a password, in characters and bytes.
const (
	minPassword = 10
	maxPassword = 256
)

// passwordCost is the work of one argon2id hash (SPEC T2): 19 MiB and two passes, the OWASP minimum, so that a sign-in
// stays well under 100 ms on a small server.
var passwordCost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// nobodysHash is compared with when there is no password, so that an unknown account costs the same work as a known
// one (SPEC S2). Its password is nobody's: the comparison's answer is not used.
const nobodysHash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$FQDIFo8CrnQNMIkPpsE4SHu5xqpV+ySSPgGYATAhLPw"

// CheckPasswordRule tells what is wrong with a new password; nil when it may be used.
func CheckPasswordRule(password, email string) error {
	switch {
	case utf8.RuneCountInString(password) < minPassword:
		return invalid("password", "Use a password of at least 10 characters. A few words are easiest.")
	case len(password) > maxPassword:
		return invalid("password", "Use a password of at most 256 characters.")
	case strings.EqualFold(password, email), strings.Trim(password, password[:1]) == "":
		return invalid("password", "This password is too easy to guess. Use a few words that only you put together.")
	}
	return nil
}

// HashPassword makes the argon2id hash of a password that keeps the rule, in PHC form. It takes long and much memory: the
// caller bounds how many run at once and calls it outside of any transaction.
func HashPassword(password, email string) (string, error) {
	if err := CheckPasswordRule(password, email); err != nil {
		return "", err
	}
	return argon2id.CreateHash(password, passwordCost)
}

// PasswordMatches compares a password with a hash; an empty hash matches nothing, after the same work. Like
// HashPassword it belongs outside of any transaction.
func PasswordMatches(hash, password string) bool {
	against := hash
	if hash == "" || len(password) > maxPassword {
		against, password = nobodysHash, "nobody's password"
		hash = ""
	}
	ok, err := argon2id.ComparePasswordAndHash(password, against)
	return err == nil && ok && hash != ""
}
