package saml

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"
	"time"
)

const (
	maxCertificates = 10
	minRSABits      = 2048
	maxRSABits      = 16384 // a key of a megabyte would take minutes for each response
)

// Certificate is an identity provider's signing certificate as read from a person's input.
type Certificate struct {
	X509        *x509.Certificate
	Fingerprint string // SHA-256 of the DER bytes, lower-case hex
	NotBefore   time.Time
	NotAfter    time.Time
}

// Fingerprint returns the SHA-256 of a certificate, in lower-case hex.
func Fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}

// short is the end of a fingerprint, enough to tell two apart.
func short(fingerprint string) string {
	return fingerprint[max(0, len(fingerprint)-8):]
}

// Dates returns an Error with ReasonCertExpired or ReasonCertFuture when the certificate is
// outside its dates, or nil. A pinned certificate works all the same; people should know.
func (c Certificate) Dates(now time.Time) *Error {
	switch {
	case now.After(c.NotAfter):
		return &Error{Reason: ReasonCertExpired, Received: day(c.NotAfter)}
	case now.Before(c.NotBefore):
		return &Error{Reason: ReasonCertFuture, Received: day(c.NotBefore)}
	}
	return nil
}

// day writes a date for a sentence.
func day(t time.Time) string { return t.UTC().Format("2 January 2006") }

// ParseCertificates reads the certificates in a text as people paste it: PEM blocks, bare
// base64 with or without line breaks, several below each other. Duplicates are dropped.
// Errors are *Error with ReasonCertFormat, ReasonCertWeak or ReasonCertMany.
func ParseCertificates(input string) ([]Certificate, error) {
	if len(input) > MaxValue {
		return nil, refuse(ReasonCertFormat, "too long")
	}
	input = strings.TrimPrefix(input, "\ufeff")
	var all []Certificate
	for _, der := range certificateBytes(input) {
		cert, e := parseCertificate(der)
		if e != nil {
			return nil, e
		}
		all = appendCertificate(all, cert)
	}
	switch {
	case len(all) == 0:
		return nil, refuse(ReasonCertFormat, "nothing in it")
	case len(all) > maxCertificates:
		return nil, refuse(ReasonCertMany, fmt.Sprint(len(all)))
	}
	return all, nil
}

// certificateBytes cuts the input into DER candidates. A candidate that is nil did not decode.
func certificateBytes(input string) [][]byte {
	const begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
	var all [][]byte
	if !strings.Contains(input, begin) {
		// Bytes as some consoles export them: DER, or base64 without the armour lines.
		if strings.HasPrefix(input, "\x30\x82") {
			return [][]byte{[]byte(input)}
		}
		return [][]byte{decodeCertificate(input)}
	}
	for _, block := range strings.Split(input, begin)[1:] {
		body, _, closed := strings.Cut(block, end)
		// encoding/pem wants line breaks where pasted text often has blanks or none.
		if p, _ := pem.Decode([]byte(begin + block)); p != nil {
			all = append(all, p.Bytes)
		} else if closed {
			all = append(all, decodeCertificate(body))
		} else {
			all = append(all, nil)
		}
	}
	return all
}

// decodeCertificate decodes base64 with any blanks in it, padded or not; nil when it is not base64.
func decodeCertificate(s string) []byte {
	der, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.Join(strings.Fields(s), ""), "="))
	if err != nil {
		return nil
	}
	return der
}

// parseCertificate reads one certificate and judges its key.
func parseCertificate(der []byte) (Certificate, *Error) {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return Certificate{}, refuse(ReasonCertFormat, "not a certificate")
	}
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < minRSABits || bits > maxRSABits {
			return Certificate{}, &Error{Reason: ReasonCertWeak, Expected: "2048 bits", Received: fmt.Sprintf("RSA with %d bits", bits)}
		}
	case *ecdsa.PublicKey:
	default:
		return Certificate{}, &Error{Reason: ReasonCertWeak, Expected: "RSA or ECDSA", Received: cert.PublicKeyAlgorithm.String()}
	}
	return Certificate{cert, Fingerprint(cert), cert.NotBefore.UTC(), cert.NotAfter.UTC()}, nil
}

// appendCertificate adds a certificate that is not there yet.
func appendCertificate(all []Certificate, c Certificate) []Certificate {
	for _, old := range all {
		if old.Fingerprint == c.Fingerprint {
			return all
		}
	}
	return append(all, c)
}
