package models

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
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
	key, err := rsa.GenerateKey(rand.Reader, serviceKeyBits)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "Rollcall " + c.ID},
		NotBefore: tx.Now.Add(-time.Hour), NotAfter: tx.Now.Add(serviceKeyLife),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	sealed := tx.db.keys.Seal(sealServiceKey, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	return updateConnection(tx, c, map[string]any{
		"service_key": sealed, "service_cert": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})),
	})
}

// OpenServiceKey is the connection's own private key and certificate; nil before they are needed.
func OpenServiceKey(tx *Tx, c *Connection) (*rsa.PrivateKey, *x509.Certificate, error) {
	if c.ServiceKey == "" {
		return nil, nil, nil
	}
	text, err := tx.db.keys.Open(sealServiceKey, c.ServiceKey)
	if err != nil {
		return nil, nil, err
	}
	keyBlock, _ := pem.Decode([]byte(text))
	certBlock, _ := pem.Decode([]byte(c.ServiceCert))
	if keyBlock == nil || certBlock == nil {
		return nil, nil, notFound("service key")
	}
	key, err := x509.ParsePKCS8PrivateKey(keyBlock.Bytes)
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(certBlock.Bytes)
	if err != nil {
		return nil, nil, err
	}
	return key.(*rsa.PrivateKey), cert, nil // ensureServiceKey makes no other kind
}
