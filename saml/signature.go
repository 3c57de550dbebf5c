package saml

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"regexp"
	"strings"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// signatureAlgorithms are the only ones accepted: RSA and ECDSA with SHA-256 or better.
var signatureAlgorithms = map[string]x509.SignatureAlgorithm{
	dsig.RSASHA256SignatureMethod:   x509.SHA256WithRSA,
	dsig.RSASHA384SignatureMethod:   x509.SHA384WithRSA,
	dsig.RSASHA512SignatureMethod:   x509.SHA512WithRSA,
	dsig.ECDSASHA256SignatureMethod: x509.ECDSAWithSHA256,
	dsig.ECDSASHA384SignatureMethod: x509.ECDSAWithSHA384,
	dsig.ECDSASHA512SignatureMethod: x509.ECDSAWithSHA512,
	nsDsigPSS + "sha256-rsa-MGF1":   x509.SHA256WithRSAPSS,
	nsDsigPSS + "sha384-rsa-MGF1":   x509.SHA384WithRSAPSS,
	nsDsigPSS + "sha512-rsa-MGF1":   x509.SHA512WithRSAPSS,
}

// nsDsigPSS names RSA-PSS without parameters: the salt is as long as the hash (RFC 9231 §2.3.10).
const nsDsigPSS = "http://www.w3.org/2007/05/xmldsig-more#"

// digestAlgorithms are the only ones accepted.
var digestAlgorithms = map[string]crypto.Hash{
	"http://www.w3.org/2001/04/xmlenc#sha256":       crypto.SHA256,
	"http://www.w3.org/2001/04/xmldsig-more#sha384": crypto.SHA384,
	"http://www.w3.org/2001/04/xmlenc#sha512":       crypto.SHA512,
}

// canonicalizations are the ones accepted, and whether they are exclusive. Responses hold no comments, so that the
// forms with and without them are the same.
var canonicalizations = map[string]bool{
	string(dsig.CanonicalXML10ExclusiveAlgorithmId):             true,
	string(dsig.CanonicalXML10ExclusiveWithCommentsAlgorithmId): true,
	string(dsig.CanonicalXML10RecAlgorithmId):                   false,
	string(dsig.CanonicalXML10WithCommentsAlgorithmId):          false,
	string(dsig.CanonicalXML11AlgorithmId):                      false,
	string(dsig.CanonicalXML11WithCommentsAlgorithmId):          false,
}

// plainReference matches the one Reference form that is accepted: a plain ID. (XML wants a
// letter first; some identity providers begin with a digit all the same.)
var plainReference = regexp.MustCompile(`^#[A-Za-z0-9_][A-Za-z0-9_.-]*$`)

// method is an algorithm with the prefix list of exclusive canonicalization.
type method struct{ algorithm, prefixes string }

// signedInfo is all that a SignedInfo says. Both readings of it (before and after its
// signature was checked) must be equal.
type signedInfo struct {
	c14n, transform          method
	signature, digest        string
	uri, digestValue, signed string // signed is the ID that uri points to
}

// signatureOf returns the signature of an element, or nil. It must stand right after the
// Issuer, or first where there is none (SAML core §2.3.3, §3.2.2).
func signatureOf(el *etree.Element) (*etree.Element, *Error) {
	all := children(el, nsDsig, "Signature")
	if len(all) == 0 {
		return nil, nil
	}
	place := 0
	kids := el.ChildElements()
	if len(children(el, nsAssertion, "Issuer")) > 0 {
		place = 1
	}
	if len(all) > 1 || kids[place] != all[0] || place == 1 && kids[0].Tag != "Issuer" {
		return nil, refuse(ReasonStructure, "the signature must follow the issuer")
	}
	return all[0], nil
}

// sequence returns the children when they are exactly these, in this order, in the
// XML signature namespace.
func sequence(el *etree.Element, tags ...string) ([]*etree.Element, bool) {
	kids := el.ChildElements()
	if len(kids) != len(tags) {
		return nil, false
	}
	for i, tag := range tags {
		if !is(kids[i], nsDsig, tag) {
			return nil, false
		}
	}
	return kids, true
}

// readSignedInfo reads a SignedInfo of the one shape that SAML allows (core §5.4).
func readSignedInfo(el *etree.Element) (info signedInfo, e *Error) {
	odd := refuse(ReasonSignature, "it has an unusual shape")
	top, ok := sequence(el, "CanonicalizationMethod", "SignatureMethod", "Reference")
	if !ok {
		return info, odd
	}
	ref, ok := sequence(top[2], "Transforms", "DigestMethod", "DigestValue")
	if !ok {
		return info, odd
	}
	transforms, ok := sequence(ref[0], "Transform", "Transform")
	if !ok || attr(transforms[0], "Algorithm") != string(dsig.EnvelopedSignatureAltorithmId) || len(transforms[0].ChildElements()) > 0 {
		return info, odd
	}
	info.signature, info.digest = attr(top[1], "Algorithm"), attr(ref[1], "Algorithm")
	if len(top[1].ChildElements()) > 0 || len(ref[1].ChildElements()) > 0 {
		return info, odd
	}
	var plain, okA, okB bool
	info.c14n, okA = readMethod(top[0])
	info.transform, okB = readMethod(transforms[1])
	info.uri = attr(top[2], "URI")
	info.digestValue, plain = text(ref[2])
	if !okA || !okB || !plain || !plainReference.MatchString(info.uri) {
		return info, odd
	}
	info.signed = info.uri[1:]
	return info, info.weak()
}

// weak refuses algorithms that are not on the lists.
func (i signedInfo) weak() *Error {
	for _, name := range []string{i.signature, i.digest} {
		_, sig := signatureAlgorithms[name]
		_, dig := digestAlgorithms[name]
		if name == i.signature && !sig || name == i.digest && !dig {
			return &Error{Reason: ReasonAlgorithm, Expected: "SHA-256 or better", Received: algorithmName(name)}
		}
	}
	return nil
}

// algorithmName shortens an algorithm's URI to what consoles call it.
func algorithmName(uri string) string {
	name := uri[strings.LastIndexAny(uri, "#/")+1:]
	if strings.Contains(name, "sha1") {
		return "SHA-1"
	}
	return or(name, "an unnamed algorithm")
}

// readMethod reads a canonicalization with its optional prefix list.
func readMethod(el *etree.Element) (method, bool) {
	m := method{algorithm: attr(el, "Algorithm")}
	kids := el.ChildElements()
	if len(kids) == 1 && is(kids[0], "http://www.w3.org/2001/10/xml-exc-c14n#", "InclusiveNamespaces") {
		m.prefixes = attr(kids[0], "PrefixList")
		kids = nil
	}
	_, known := canonicalizations[m.algorithm]
	return m, known && len(kids) == 0
}

// verified is an element re-read from bytes that a pinned certificate's key signed.
type verified struct {
	element *etree.Element
	signer  *x509.Certificate
	info    signedInfo
}

// verifySignature checks the enveloped signature sig of el against each pinned certificate
// and returns the element as it stands in the digested bytes. What KeyInfo shows decides
// nothing.
func verifySignature(el, sig *etree.Element, pinned []*x509.Certificate) (*verified, *Error) {
	tags := []string{"SignedInfo", "SignatureValue", "KeyInfo"}
	kids, ok := sequence(sig, tags...)
	if !ok {
		kids, ok = sequence(sig, tags[:2]...)
	}
	if !ok {
		return nil, refuse(ReasonSignature, "it has an unusual shape")
	}
	info, e := readSignedInfo(kids[0])
	if e != nil {
		return nil, e
	}
	if info.signed != attr(el, "ID") {
		return nil, refuse(ReasonSignature, "it signs another element")
	}
	signer, bytes, e := checkKey(kids, info, pinned)
	if e != nil {
		return nil, e
	}
	// From here on only what was signed counts: read it again from the signed bytes.
	again, e := reread(bytes)
	if e != nil {
		return nil, e
	}
	if second, e := readSignedInfo(again); e != nil || second != info {
		return nil, refuse(ReasonSignature, "it reads differently the second time")
	}
	fresh, e := checkDigest(el, sig, info)
	if e != nil {
		return nil, e
	}
	return &verified{fresh, signer, info}, nil
}

// checkKey finds the pinned certificate whose key made the signature value over SignedInfo,
// and returns the signed bytes.
func checkKey(kids []*etree.Element, info signedInfo, pinned []*x509.Certificate) (*x509.Certificate, []byte, *Error) {
	signed, e := info.c14n.canonical(kids[0], nil)
	if e != nil {
		return nil, nil, e
	}
	encoded, plain := text(kids[1])
	value, err := base64.StdEncoding.Strict().DecodeString(stripBlanks(encoded))
	if err != nil || !plain || len(value) == 0 {
		return nil, nil, refuse(ReasonSignature, "its value is not base64")
	}
	algorithm := signatureAlgorithms[info.signature]
	if strings.Contains(info.signature, "#ecdsa-") {
		value = derSignature(value)
	}
	for _, cert := range pinned {
		if cert != nil && cert.CheckSignature(algorithm, signed, value) == nil {
			return cert, signed, nil
		}
	}
	return nil, nil, unknownSigner(kids, pinned)
}

// derSignature re-encodes r‖s (XML signature §4.4.2.3) as the DER that crypto/x509 wants.
func derSignature(value []byte) []byte {
	half := len(value) / 2
	der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(value[:half]), new(big.Int).SetBytes(value[half:])})
	if err != nil || len(value)%2 != 0 {
		return nil
	}
	return der
}

// unknownSigner tells a foreign certificate from a SignedInfo changed after signing, by
// the certificate that KeyInfo claims. It only words the refusal.
func unknownSigner(kids []*etree.Element, pinned []*x509.Certificate) *Error {
	e := &Error{Reason: ReasonWrongCert, Expected: "none", Received: "unnamed"}
	if len(pinned) > 0 && pinned[0] != nil {
		e.Expected = short(Fingerprint(pinned[0]))
	}
	if len(kids) < 3 {
		return e
	}
	claimed, _ := text(kids[2].FindElement("./X509Data/X509Certificate"))
	der, err := base64.StdEncoding.DecodeString(stripBlanks(claimed))
	if err != nil || len(der) == 0 {
		return e
	}
	sum := sha256.Sum256(der)
	e.Received = short(hex.EncodeToString(sum[:]))
	for _, cert := range pinned {
		if cert != nil && bytes.Equal(cert.Raw, der) {
			return refuse(ReasonSignature, "its value does not fit the certificate")
		}
	}
	return e
}

// checkDigest compares the digest of el without sig, and re-reads el from those bytes.
func checkDigest(el, sig *etree.Element, info signedInfo) (*etree.Element, *Error) {
	data, e := info.transform.canonical(el, sig)
	if e != nil {
		return nil, e
	}
	want, err := base64.StdEncoding.Strict().DecodeString(stripBlanks(info.digestValue))
	hash := digestAlgorithms[info.digest].New()
	hash.Write(data)
	if err != nil || !bytes.Equal(hash.Sum(nil), want) {
		return nil, refuse(ReasonSignature, "the content is not what was signed")
	}
	fresh, e := reread(data)
	if e != nil {
		return nil, e
	}
	if !is(fresh, el.NamespaceURI(), el.Tag) || attr(fresh, "ID") != info.signed {
		return nil, refuse(ReasonSignature, "it reads differently the second time")
	}
	return fresh, nil
}
