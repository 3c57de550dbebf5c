package models

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Keyring seals secrets at rest with AES-256-GCM (SPEC T3). The first key encrypts; each ciphertext names its key, so
// that keys can be rolled over.
type Keyring struct {
	order []string
	aead  map[string]cipher.AEAD
	raw   [][]byte
}

const secretKeyBytes = 32

// ParseKeyring reads ROLLCALL_SECRET_KEY: base64 of 32 bytes, or a comma list of such keys.
func ParseKeyring(text string) (*Keyring, error) {
	k := &Keyring{aead: map[string]cipher.AEAD{}}
	for part := range strings.SplitSeq(text, ",") {
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(part))
		if err != nil || len(key) != secretKeyBytes {
			return nil, errors.New("a secret key is the base64 form of 32 bytes, or a comma list of such keys")
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(key)
		name := hex.EncodeToString(sum[:4])
		k.order, k.raw = append(k.order, name), append(k.raw, key)
		k.aead[name] = aead
	}
	return k, nil
}

// NewSecretKey makes a key in the form ParseKeyring reads.
func NewSecretKey() string {
	var b [secretKeyBytes]byte
	mustRead(rand.Reader, b[:])
	return base64.StdEncoding.EncodeToString(b[:])
}

// Derive gives a 32-byte key for one purpose per key of the ring, newest first (cookie signing, for example).
func (k *Keyring) Derive(purpose string) [][]byte {
	out := make([][]byte, 0, len(k.raw))
	for _, key := range k.raw {
		sum := sha256.Sum256(append([]byte("rollcall "+purpose+"\x00"), key...))
		out = append(out, sum[:])
	}
	return out
}

// Seal encrypts text as `v1:<key name>:<base64>`; purpose is authenticated beside it.
func (k *Keyring) Seal(purpose, text string) string {
	name := k.order[0]
	aead := k.aead[name]
	nonce := make([]byte, aead.NonceSize())
	mustRead(rand.Reader, nonce)
	return "v1:" + name + ":" + base64.RawStdEncoding.EncodeToString(aead.Seal(nonce, nonce, []byte(text), []byte(purpose)))
}

// Open decrypts what Seal made for the same purpose.
func (k *Keyring) Open(purpose, sealed string) (string, error) {
	parts := strings.SplitN(sealed, ":", 3)
	if len(parts) != 3 || parts[0] != "v1" {
		return "", errors.New("not a sealed secret")
	}
	aead, ok := k.aead[parts[1]]
	if !ok {
		return "", fmt.Errorf("sealed with the secret key %s, which is not in ROLLCALL_SECRET_KEY", parts[1])
	}
	b, err := base64.RawStdEncoding.DecodeString(parts[2])
	if err != nil || len(b) < aead.NonceSize() {
		return "", errors.New("a sealed secret is damaged")
	}
	text, err := aead.Open(nil, b[:aead.NonceSize()], b[aead.NonceSize():], []byte(purpose))
	if err != nil {
		return "", errors.New("a sealed secret does not open")
	}
	return string(text), nil
}

// Keys is the ring the database was opened with.
func (db *DB) Keys() *Keyring { return db.keys }
