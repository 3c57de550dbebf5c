package models

import (
	"encoding/base32"
	"io"
	"net/url"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

const (
	sealTOTP   = "operator totp"
	totpPeriod = 30 // seconds of one code (RFC 6238 §5.2)
	totpSkew   = 1  // steps before and after that count too
)

var errWrongCode = invalid("code", "This code does not fit. Wait for the next one in your app, and check that your phone’s clock is right.")

// OperatorSecret is the secret for the operator's authenticator app and its otpauth address, made at the first call. Once
// a code of it has fitted it is shown to nobody: both are "" then.
func OperatorSecret(tx *Tx, o *Operator, issuer string) (secret, address string, err error) {
	if o.TOTPProvedAt != nil {
		return "", "", nil
	}
	if o.TOTPSecret == "" {
		raw := make([]byte, 20) // RFC 4226 §4, R6
		if _, err := io.ReadFull(tx.db.Rand, raw); err != nil {
			return "", "", err
		}
		o.TOTPSecret = tx.db.keys.Seal(sealTOTP, base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
		if err := tx.g.Model(&Operator{}).Where("id = ?", o.ID).Update("totp_secret", o.TOTPSecret).Error; err != nil {
			return "", "", err
		}
	}
	if secret, err = tx.db.keys.Open(sealTOTP, o.TOTPSecret); err != nil {
		return "", "", err
	}
	q := url.Values{"secret": {secret}, "issuer": {issuer}}
	return secret, "otpauth://totp/" + url.PathEscape(issuer+":"+o.Email) + "?" + q.Encode(), nil
}

// CheckOperatorCode takes a code of the operator's app (RFC 6238), each only once. A wrong or used one is Invalid.
func CheckOperatorCode(tx *Tx, o *Operator, code string) error {
	if o.TOTPSecret == "" {
		return errWrongCode
	}
	secret, err := tx.db.keys.Open(sealTOTP, o.TOTPSecret)
	if err != nil {
		return err
	}
	now := tx.Now.Unix() / totpPeriod
	for step := now - totpSkew; step <= now+totpSkew; step++ {
		fits, err := hotp.ValidateCustom(code, uint64(step), secret, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil || !fits {
			continue
		}
		set := map[string]any{"totp_step": step}
		if o.TOTPProvedAt == nil {
			set["totp_proved_at"] = tx.Now
		}
		res := tx.g.Model(&Operator{}).Where("id = ? AND totp_step < ?", o.ID, step).Updates(set)
		if res.Error != nil || res.RowsAffected == 1 {
			return res.Error
		}
	}
	return errWrongCode
}
