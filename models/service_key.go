package models

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"sync"
	"time"
)

const (
	serviceKeyBits = 2048
	serviceKeyLife = 10 * 365 * 24 * time.Hour
	sealServiceKey = "service key"
)

// ensureServiceKey makes the connection's own key and self-signed certificate once settings need them: to sign requests
// or to have assertions encrypted (SPEC S5, T3).
func ensureServiceKey(tx *Tx, c *Connection, s *ConnectionSettings) error {
	if c.ServiceKey != "" || !s.SignRequests && !s.Encrypt {
		return nil
	}
	key, cert, err := newServiceKey(tx, c)
	if err != nil {
		return err
	}
	return updateConnection(tx, c, map[string]any{"service_key": key, "service_cert": cert})
}

// newServiceKey makes a key, sealed, and its self-signed certificate.
func newServiceKey(tx *Tx, c *Connection) (sealed, certificate string, err error) {
	key, err := rsa.GenerateKey(rand.Reader, serviceKeyBits)
	if err != nil {
		return "", "", err
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return "", "", err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "Rollcall " + c.ID},
		NotBefore: tx.Now.Add(-time.Hour), NotAfter: tx.Now.Add(serviceKeyLife),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return "", "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", "", err
	}
	sealed = tx.db.keys.Seal(sealServiceKey, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	return sealed, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})), nil
}

// ServiceKey is one of a connection's own keys.
type ServiceKey struct {
	Key  *rsa.PrivateKey
	Cert *x509.Certificate // nil for a past key: nobody is to use it any more
}

// OpenServiceKeys are the connection's own keys: the one in use first, then the next, then the past one; none before
// they are needed. Sign with the first, publish those with a certificate, decrypt with all.
func OpenServiceKeys(tx *Tx, c *Connection) (keys []ServiceKey, err error) {
	for _, stored := range [][2]string{{c.ServiceKey, c.ServiceCert}, {c.NextKey, c.NextCert}, {c.PastKey, ""}} {
		if stored[0] == "" {
			continue
		}
		k, err := tx.db.opened.open(tx, stored)
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// maxOpened is how many opened keys are kept.
const maxOpened = 1000

// openedKeys are service keys that were opened before: to open and parse one takes as long as five signatures are checked.
// They are found by what is stored, so another key in the row is another one here, and nothing has to be forgotten in time.
type openedKeys struct {
	mu   sync.Mutex
	keys map[[2]string]ServiceKey // sealed key and certificate
}

// open is openServiceKey for a key that may have been opened before.
func (o *openedKeys) open(tx *Tx, stored [2]string) (ServiceKey, error) {
	o.mu.Lock()
	k, known := o.keys[stored]
	o.mu.Unlock()
	if known {
		return k, nil
	}
	k, err := openServiceKey(tx, stored[0], stored[1])
	if err != nil {
		return k, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.keys == nil || len(o.keys) >= maxOpened {
		o.keys = map[[2]string]ServiceKey{}
	}
	o.keys[stored] = k
	return k, nil
}

func openServiceKey(tx *Tx, sealed, certificate string) (k ServiceKey, err error) {
	text, err := tx.db.keys.Open(sealServiceKey, sealed)
	if err != nil {
		return k, err
	}
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return k, notFound("service key")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return k, err
	}
	k.Key = key.(*rsa.PrivateKey) // newServiceKey makes no other kind
	if certificate == "" {
		return k, nil
	}
	if block, _ = pem.Decode([]byte(certificate)); block == nil {
		return k, notFound("service certificate")
	}
	k.Cert, err = x509.ParseCertificate(block.Bytes)
	return k, err
}
