package samltest

import (
	"crypto"
	"crypto/ecdsa"
	_ "crypto/md5" // for forgeries only
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" // for forgeries only
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// Sign says how to sign. The zero value, with a key, is RSA or ECDSA with SHA-256,
// exclusive canonicalization, and the certificate in KeyInfo.
type Sign struct {
	Key         crypto.Signer
	Certificate *x509.Certificate // shown in KeyInfo; none when nil
	NoKeyInfo   bool
	Hash        crypto.Hash // of the signature; SHA256 when 0
	Digest      crypto.Hash // of the content; as Hash when 0
	C14N        string      // algorithm of both canonicalizations; exclusive when empty
	Prefixes    string      // InclusiveNamespaces PrefixList of the transform
	PSS         bool        // RSA-PSS, with a salt as long as the hash
	Blanks      bool        // blanks and line breaks within the base64 values

	// Hooks for forgeries: on SignedInfo before it is signed, on the whole Signature after.
	EditSignedInfo func(info *etree.Element)
	EditSignature  func(sig *etree.Element)
}

var signatureNames = map[crypto.Hash]string{crypto.MD5: "md5", crypto.SHA1: "sha1", crypto.SHA256: "sha256", crypto.SHA384: "sha384", crypto.SHA512: "sha512"}

var digestNames = map[crypto.Hash]string{
	crypto.MD5:    "http://www.w3.org/2001/04/xmldsig-more#md5",
	crypto.SHA1:   nsDsig + "sha1",
	crypto.SHA256: "http://www.w3.org/2001/04/xmlenc#sha256",
	crypto.SHA384: "http://www.w3.org/2001/04/xmldsig-more#sha384",
	crypto.SHA512: "http://www.w3.org/2001/04/xmlenc#sha512",
}

// Enveloped signs an element by its ID and puts the Signature after its Issuer, or first.
func (s Sign) Enveloped(el *etree.Element) error {
	if s.Hash == 0 {
		s.Hash = crypto.SHA256
	}
	if s.Digest == 0 {
		s.Digest = s.Hash
	}
	if s.C14N == "" {
		s.C14N = string(dsig.CanonicalXML10ExclusiveAlgorithmId)
	}
	digest, err := s.digest(el)
	if err != nil {
		return err
	}
	sig, err := parse(s.template(el.SelectAttrValue("ID", ""), digest))
	if err != nil {
		return err
	}
	if s.EditSignedInfo != nil {
		s.EditSignedInfo(sig.FindElement("./SignedInfo"))
	}
	place := 0
	if issuer := el.FindElement("./Issuer"); issuer != nil {
		place = issuer.Index() + 1
	}
	el.InsertChildAt(place, sig)
	value, err := s.value(sig.FindElement("./SignedInfo"))
	if err != nil {
		return err
	}
	sig.FindElement("./SignatureValue").SetText(s.encode(value))
	if s.EditSignature != nil {
		s.EditSignature(sig)
	}
	return nil
}

// template writes the Signature without its value.
func (s Sign) template(id string, digest []byte) string {
	family, prefixes, keyInfo := "rsa", "", ""
	if _, ok := s.Key.(*ecdsa.PrivateKey); ok {
		family = "ecdsa"
	}
	method := "http://www.w3.org/2001/04/xmldsig-more#" + family + "-" + signatureNames[s.Hash]
	if s.Hash == crypto.SHA1 && family == "rsa" {
		method = nsDsig + "rsa-sha1"
	}
	if s.PSS {
		method = "http://www.w3.org/2007/05/xmldsig-more#" + signatureNames[s.Hash] + "-rsa-MGF1"
	}
	if s.Prefixes != "" {
		prefixes = `<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="` + escape(s.Prefixes) + `"/>`
	}
	if s.Certificate != nil && !s.NoKeyInfo {
		keyInfo = "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>" + s.encode(s.Certificate.Raw) + "</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
	}
	return `<ds:Signature xmlns:ds="` + nsDsig + `"><ds:SignedInfo>` +
		`<ds:CanonicalizationMethod Algorithm="` + s.C14N + `"/><ds:SignatureMethod Algorithm="` + method + `"/>` +
		`<ds:Reference URI="#` + escape(id) + `"><ds:Transforms><ds:Transform Algorithm="` + nsDsig + `enveloped-signature"/>` +
		`<ds:Transform Algorithm="` + s.C14N + `">` + prefixes + `</ds:Transform></ds:Transforms>` +
		`<ds:DigestMethod Algorithm="` + digestNames[s.Digest] + `"/><ds:DigestValue>` + s.encode(digest) + `</ds:DigestValue></ds:Reference>` +
		`</ds:SignedInfo><ds:SignatureValue/>` + keyInfo + `</ds:Signature>`
}

// encode writes base64, on request as badly wrapped as some identity providers do.
func (s Sign) encode(b []byte) string {
	text := base64.StdEncoding.EncodeToString(b)
	if !s.Blanks {
		return text
	}
	var out strings.Builder
	for i := 0; i < len(text); i += 20 {
		out.WriteString("\n    " + text[i:min(i+20, len(text))])
	}
	return out.String() + "\n  "
}

// canonicalize returns the canonical bytes of an element where it stands.
func (s Sign) canonicalize(el *etree.Element, prefixes string) ([]byte, error) {
	copied := el.Copy()
	for p := el.Parent(); p != nil; p = p.Parent() {
		for _, a := range p.Attr {
			if (a.Space == "xmlns" || a.FullKey() == "xmlns") && copied.SelectAttr(a.FullKey()) == nil {
				copied.CreateAttr(a.FullKey(), a.Value) // declared around it
			}
		}
	}
	switch dsig.AlgorithmID(s.C14N) {
	case dsig.CanonicalXML10RecAlgorithmId:
		return dsig.MakeC14N10RecCanonicalizer().Canonicalize(copied)
	case dsig.CanonicalXML11AlgorithmId:
		return dsig.MakeC14N11Canonicalizer().Canonicalize(copied)
	}
	return dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(prefixes).Canonicalize(copied)
}

func (s Sign) digest(el *etree.Element) ([]byte, error) {
	data, err := s.canonicalize(el, s.Prefixes)
	if err != nil {
		return nil, fmt.Errorf("canonicalize: %w", err)
	}
	h := s.Digest.New()
	h.Write(data)
	return h.Sum(nil), nil
}

// value signs SignedInfo; ECDSA gives r‖s of equal length (XML signature §4.4.2.3).
func (s Sign) value(info *etree.Element) ([]byte, error) {
	data, err := s.canonicalize(info, "")
	if err != nil {
		return nil, fmt.Errorf("canonicalize: %w", err)
	}
	h := s.Hash.New()
	h.Write(data)
	var how crypto.SignerOpts = s.Hash
	if s.PSS {
		how = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: s.Hash}
	}
	raw, err := s.Key.Sign(rand.Reader, h.Sum(nil), how)
	key, ok := s.Key.(*ecdsa.PrivateKey)
	if err != nil || !ok {
		return raw, err
	}
	var rs struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(raw, &rs); err != nil {
		return nil, err
	}
	size := (key.Params().BitSize + 7) / 8
	out := make([]byte, 2*size)
	rs.R.FillBytes(out[:size])
	rs.S.FillBytes(out[size:])
	return out, nil
}
