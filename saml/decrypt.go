package saml

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rsa"
	_ "crypto/sha1" // OAEP's default hash; nothing is signed with it
	_ "crypto/sha512"
	"encoding/base64"
	"errors"

	"github.com/beevik/etree"
)

// maxRecipients is how many wrapped keys of one assertion are tried.
const maxRecipients = 4

// contentCipher is one algorithm for the content of an encrypted assertion.
type contentCipher struct {
	keyBytes int
	gcm      bool
}

// contentCiphers are the ones accepted; CBC only where a signature covers the ciphertext,
// because otherwise every answer to a changed ciphertext would help to decrypt it.
var contentCiphers = map[string]contentCipher{
	nsXenc11 + "aes128-gcm": {16, true},
	nsXenc11 + "aes192-gcm": {24, true},
	nsXenc11 + "aes256-gcm": {32, true},
	nsXenc + "aes128-cbc":   {16, false},
	nsXenc + "aes192-cbc":   {24, false},
	nsXenc + "aes256-cbc":   {32, false},
}

// oaepDigests and oaepMasks are the hash functions of OAEP (XML encryption 1.1 §5.5.2).
var (
	oaepDigests = map[string]crypto.Hash{
		"":                    crypto.SHA1,
		nsDsig + "sha1":       crypto.SHA1,
		nsXenc + "sha256":     crypto.SHA256,
		nsDsig + "sha256":     crypto.SHA256, // wrong but seen: gosaml2's spelling
		nsXenc + "sha512":     crypto.SHA512,
		nsDsigMore + "sha384": crypto.SHA384,
	}
	oaepMasks = map[string]crypto.Hash{
		"":                      crypto.SHA1,
		nsXenc11 + "mgf1sha1":   crypto.SHA1,
		nsXenc11 + "mgf1sha256": crypto.SHA256,
		nsXenc11 + "mgf1sha384": crypto.SHA384,
		nsXenc11 + "mgf1sha512": crypto.SHA512,
	}
)

const nsDsigMore = "http://www.w3.org/2001/04/xmldsig-more#"

// errDecrypt is the one answer to every failure after the algorithms were read: which step
// failed would be an oracle.
var errDecrypt = errors.New("it does not open with this connection’s keys")

// decrypt opens an EncryptedAssertion with the first key that fits, and returns the bytes
// of the assertion. signed says that a verified signature covers the ciphertext.
func decrypt(el *etree.Element, keys []*rsa.PrivateKey, signed bool) ([]byte, *Error) {
	data := child(el, nsXenc, "EncryptedData")
	name := attr(child(data, nsXenc, "EncryptionMethod"), "Algorithm")
	content, known := contentCiphers[name]
	switch {
	case len(keys) == 0:
		return nil, refuse(ReasonEncrypted, "this connection has no key for encrypted responses")
	case !known:
		return nil, refuse(ReasonEncrypted, "the cipher "+algorithmName(name)+" is not supported")
	case !content.gcm && !signed:
		return nil, refuse(ReasonEncrypted, "AES-CBC is accepted inside a signed response only")
	}
	sealed, err := cipherValue(data)
	if err != nil {
		return nil, refuse(ReasonEncrypted, errDecrypt.Error())
	}
	wrapped := append(children(child(data, nsDsig, "KeyInfo"), nsXenc, "EncryptedKey"), children(el, nsXenc, "EncryptedKey")...)
	for _, w := range wrapped[:min(len(wrapped), maxRecipients)] {
		options, e := oaep(w)
		if e != nil {
			return nil, e
		}
		for _, key := range keys {
			if plain, err := content.open(w, key, options, sealed); err == nil {
				return plain, nil
			}
		}
	}
	return nil, refuse(ReasonEncrypted, errDecrypt.Error())
}

// cipherValue decodes the CipherValue of EncryptedData or EncryptedKey.
func cipherValue(el *etree.Element) ([]byte, error) {
	encoded, plain := text(child(child(el, nsXenc, "CipherData"), nsXenc, "CipherValue"))
	if !plain {
		return nil, errors.New("no cipher value")
	}
	return base64.StdEncoding.DecodeString(stripBlanks(encoded))
}

// oaep reads how a key is wrapped. RSA 1.5 is never accepted: it leaks by its errors.
func oaep(wrapped *etree.Element) (*rsa.OAEPOptions, *Error) {
	m := child(wrapped, nsXenc, "EncryptionMethod")
	name := attr(m, "Algorithm")
	hash, okHash := oaepDigests[attr(child(m, nsDsig, "DigestMethod"), "Algorithm")]
	mask, okMask := oaepMasks[attr(child(m, nsXenc11, "MGF"), "Algorithm")]
	switch {
	case name == nsXenc+"rsa-oaep-mgf1p":
		mask = crypto.SHA1 // fixed by this algorithm's definition
	case name != nsXenc11+"rsa-oaep":
		return nil, refuse(ReasonEncrypted, "the key transport "+algorithmName(name)+" is not supported")
	}
	if !okHash || !okMask {
		return nil, refuse(ReasonEncrypted, "the OAEP hash is not supported")
	}
	label, err := base64.StdEncoding.DecodeString(stripBlanks(childText(m, nsXenc, "OAEPparams")))
	if err != nil {
		return nil, refuse(ReasonEncrypted, "the OAEP parameters are not base64")
	}
	return &rsa.OAEPOptions{Hash: hash, MGFHash: mask, Label: label}, nil
}

// open unwraps the content key and decrypts.
func (c contentCipher) open(wrapped *etree.Element, key *rsa.PrivateKey, options *rsa.OAEPOptions, sealed []byte) ([]byte, error) {
	secret, err := cipherValue(wrapped)
	if err != nil || key == nil {
		return nil, errDecrypt
	}
	if secret, err = key.Decrypt(nil, secret, options); err != nil || len(secret) != c.keyBytes {
		return nil, errDecrypt
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, errDecrypt
	}
	if !c.gcm {
		return openCBC(block, sealed)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil || len(sealed) < aead.NonceSize() {
		return nil, errDecrypt
	}
	return aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], nil)
}

// openCBC decrypts AES-CBC with the padding of XML encryption §5.2, of which only the last
// byte counts.
func openCBC(block cipher.Block, sealed []byte) ([]byte, error) {
	size := block.BlockSize()
	if len(sealed) < 2*size || len(sealed)%size != 0 {
		return nil, errDecrypt
	}
	plain := make([]byte, len(sealed)-size)
	cipher.NewCBCDecrypter(block, sealed[:size]).CryptBlocks(plain, sealed[size:])
	pad := int(plain[len(plain)-1])
	if pad < 1 || pad > size {
		return nil, errDecrypt
	}
	return plain[:len(plain)-pad], nil
}
