package samltest

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/beevik/etree"
)

const (
	nsXenc   = "http://www.w3.org/2001/04/xmlenc#"
	nsXenc11 = "http://www.w3.org/2009/xmlenc11#"
)

// Encrypt says how to encrypt an assertion. The zero value, with a key, is AES-128-GCM
// with RSA-OAEP in its oldest form (SHA-1, MGF1 with SHA-1).
type Encrypt struct {
	To        *rsa.PublicKey
	Cipher    string      // aes128-gcm, aes256-gcm, aes128-cbc, aes256-cbc
	Transport string      // rsa-oaep-mgf1p, rsa-oaep (1.1), rsa-1_5
	Digest    crypto.Hash // of OAEP: SHA1, SHA256; not written when 0
	Mask      crypto.Hash // of OAEP 1.1; not written when 0
	Detached  bool        // EncryptedKey beside EncryptedData
	Label     []byte      // OAEPparams; not written when empty

	// Edit is a hook for forgeries on the finished EncryptedAssertion.
	Edit func(el *etree.Element)
}

// replace puts an EncryptedAssertion in the assertion's place.
func (e Encrypt) replace(assertion *etree.Element) error {
	plain, err := serialize(assertion)
	if err != nil {
		return err
	}
	encrypted, err := e.Element(plain)
	if err != nil {
		return err
	}
	parent, place := assertion.Parent(), assertion.Index()
	parent.RemoveChildAt(place)
	parent.InsertChildAt(place, encrypted)
	return nil
}

// Element encrypts any bytes into an EncryptedAssertion.
func (e Encrypt) Element(plain []byte) (*etree.Element, error) {
	if e.Cipher == "" {
		e.Cipher = "aes128-gcm"
	}
	if e.Transport == "" {
		e.Transport = "rsa-oaep-mgf1p"
	}
	secret := make([]byte, 16)
	if strings.HasPrefix(e.Cipher, "aes256") {
		secret = make([]byte, 32)
	}
	_, _ = rand.Read(secret) // never fails since Go 1.24
	sealed, err := e.seal(secret, plain)
	if err != nil {
		return nil, err
	}
	wrapped, err := e.wrap(secret)
	if err != nil {
		return nil, err
	}
	el, err := parse(e.template(sealed, wrapped))
	if err == nil && e.Edit != nil {
		e.Edit(el)
	}
	return el, err
}

func (e Encrypt) seal(secret, plain []byte) ([]byte, error) {
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(e.Cipher, "-gcm") {
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return nil, err
		}
		return aead.Seal(nil, nil, plain, nil), nil
	}
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	padded := append(append([]byte{}, plain...), make([]byte, pad)...)
	padded[len(padded)-1] = byte(pad)
	out := make([]byte, aes.BlockSize+len(padded))
	_, _ = rand.Read(out[:aes.BlockSize]) // never fails since Go 1.24
	cipher.NewCBCEncrypter(block, out[:aes.BlockSize]).CryptBlocks(out[aes.BlockSize:], padded)
	return out, nil
}

func (e Encrypt) wrap(secret []byte) ([]byte, error) {
	if e.Transport == "rsa-1_5" {
		//lint:ignore SA1019 a forgery on purpose: it must be refused
		return rsa.EncryptPKCS1v15(rand.Reader, e.To, secret)
	}
	hash, mask := e.Digest, e.Mask
	if hash == 0 {
		hash = crypto.SHA1
	}
	if mask == 0 {
		mask = crypto.SHA1
	}
	return rsa.EncryptOAEPWithOptions(rand.Reader, e.To, secret, &rsa.OAEPOptions{Hash: hash, MGFHash: mask, Label: e.Label})
}

// template writes the EncryptedAssertion.
func (e Encrypt) template(sealed, wrapped []byte) string {
	cipherNS, transportNS, digest, mask := nsXenc, nsXenc, "", ""
	if strings.HasSuffix(e.Cipher, "-gcm") {
		cipherNS = nsXenc11
	}
	if e.Transport == "rsa-oaep" {
		transportNS = nsXenc11
	}
	if e.Digest != 0 {
		digest = fmt.Sprintf(`<ds:DigestMethod xmlns:ds=%q Algorithm=%q/>`, nsDsig, digestNames[e.Digest])
	}
	if len(e.Label) > 0 {
		digest = "<xenc:OAEPparams>" + base64.StdEncoding.EncodeToString(e.Label) + "</xenc:OAEPparams>" + digest
	}
	if e.Mask != 0 {
		mask = fmt.Sprintf(`<x11:MGF xmlns:x11=%q Algorithm=%q/>`, nsXenc11, nsXenc11+"mgf1"+signatureNames[e.Mask])
	}
	key := fmt.Sprintf(`<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm=%q>%s%s</xenc:EncryptionMethod><xenc:CipherData><xenc:CipherValue>%s</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>`,
		transportNS+e.Transport, digest, mask, base64.StdEncoding.EncodeToString(wrapped))
	inside, beside := fmt.Sprintf(`<ds:KeyInfo xmlns:ds=%q>%s</ds:KeyInfo>`, nsDsig, key), ""
	if e.Detached {
		inside, beside = "", key
	}
	return fmt.Sprintf(`<saml:EncryptedAssertion xmlns:saml=%q xmlns:xenc=%q><xenc:EncryptedData Type=%q><xenc:EncryptionMethod Algorithm=%q/>%s<xenc:CipherData><xenc:CipherValue>%s</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>%s</saml:EncryptedAssertion>`,
		nsAssertion, nsXenc, nsXenc+"Element", cipherNS+e.Cipher, inside, base64.StdEncoding.EncodeToString(sealed), beside)
}
