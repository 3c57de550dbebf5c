package models

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"io"
	"math/big"
	"strings"
)

// randReader is the one door through which randomness comes in (DB.Rand).
var randReader io.Reader = rand.Reader

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

const (
	base62      = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	tokenLength = 22 // base62 characters; 62^22 is just above 2^130
)

// NewID is prefix, hyphen and 26 lower-case base32 characters of 128 random bits (SPEC I1). No underscore: Okta
// refuses one in a base URL.
func (tx *Tx) NewID(prefix string) string { return newID(tx.db.Rand, prefix) }

// validID tells whether NewID could have made that id.
func validID(prefix, id string) bool {
	rest, ok := strings.CutPrefix(id, prefix+"-")
	b, err := idEncoding.DecodeString(rest)
	return ok && err == nil && len(b) == 16
}

func newID(r io.Reader, prefix string) string {
	var b [16]byte
	mustRead(r, b[:])
	return prefix + "-" + idEncoding.EncodeToString(b[:])
}

// NewToken is a secret of 22 base62 characters (more than 128 bits), for links and bearer tokens. Only its Digest is
// stored (SPEC T1).
func (tx *Tx) NewToken() string { return newToken(tx.db.Rand) }

func newToken(r io.Reader) string {
	max := big.NewInt(int64(len(base62)))
	out := make([]byte, tokenLength)
	for i := range out {
		n, err := rand.Int(r, max)
		if err != nil {
			panic(err) // no randomness: nothing may go on
		}
		out[i] = base62[n.Int64()]
	}
	return string(out)
}

func mustRead(r io.Reader, b []byte) {
	if _, err := io.ReadFull(r, b); err != nil {
		panic(err) // no randomness: nothing may go on
	}
}

// Digest is what is stored of a token: the SHA-256 in hex. Tokens have 128 bits, so no salt or slow hash is needed.
func Digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// lastFour is what pages show of a token later (SPEC T1).
func lastFour(token string) string { return token[max(0, len(token)-4):] }
