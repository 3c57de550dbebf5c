package saml_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"rollcall/saml"
	"rollcall/saml/samltest"

	"github.com/beevik/etree"
)

const (
	exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
	more      = "http://www.w3.org/2001/04/xmldsig-more#"
	nsPSS     = "http://www.w3.org/2007/05/xmldsig-more#"
)

// xmlsec is how xmlsec1, which shares no code with this module, signs the response or its assertion.
type xmlsec struct {
	response           bool
	key                string // of testdata/keys; acme when empty
	method, hash       string // algorithms; RSA and SHA-256 when empty
	c14n, transform    string // exclusive when empty
	prefixes, inPrefix string // prefix lists of the transform and of SignedInfo
	before             func([]byte) []byte
}

// template is a Signature without its values.
func (x xmlsec) template(id string) string {
	list := func(prefixes string) string {
		if prefixes == "" {
			return ""
		}
		return `<ec:InclusiveNamespaces xmlns:ec="` + exclusive + `" PrefixList="` + prefixes + `"/>`
	}
	return strings.NewReplacer("{c14n}", or(x.c14n, exclusive), "{transform}", or(x.transform, exclusive), "{in}", list(x.inPrefix), "{list}", list(x.prefixes),
		"{method}", or(x.method, more+"rsa-sha256"), "{hash}", or(x.hash, "http://www.w3.org/2001/04/xmlenc#sha256"), "{id}", id).Replace(
		`<ds:Signature xmlns:ds="` + dsigNS + `"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{c14n}">{in}</ds:CanonicalizationMethod>` +
			`<ds:SignatureMethod Algorithm="{method}"/><ds:Reference URI="#{id}"><ds:Transforms><ds:Transform Algorithm="` + dsigNS + `enveloped-signature"/>` +
			`<ds:Transform Algorithm="{transform}">{list}</ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="{hash}"/><ds:DigestValue/></ds:Reference></ds:SignedInfo>` +
			`<ds:SignatureValue/></ds:Signature>`)
}

func or(s, instead string) string {
	if s == "" {
		return instead
	}
	return s
}

// sign puts the template behind the issuer and lets xmlsec1 fill it.
func (x xmlsec) sign(b []byte) []byte {
	if x.before != nil {
		b = x.before(b)
	}
	element, place := []byte("<saml:Assertion"), []byte("</saml:Issuer>")
	if x.response {
		element = []byte("<samlp:Response")
	}
	start := bytes.Index(b, element)
	_, id, _ := strings.Cut(string(b[start:]), ` ID="`)
	id, _, _ = strings.Cut(id, `"`)
	at := start + bytes.Index(b[start:], place) + len(place)
	b = bytes.Join([][]byte{b[:at], []byte(x.template(id)), b[at:]}, nil)
	dir, err := os.MkdirTemp("", "xmlsec")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	doc := filepath.Join(dir, "response.xml")
	if err := os.WriteFile(doc, b, 0o600); err != nil {
		panic(err)
	}
	out, err := exec.Command("xmlsec1", "--sign", "--privkey-pem", x.keyFile(dir), "--id-attr:ID", nsSAMLP+":Response", "--id-attr:ID", nsSAML+":Assertion", doc).Output()
	if err != nil {
		panic("xmlsec1: " + err.Error() + " " + string(err.(*exec.ExitError).Stderr))
	}
	return out
}

// keyFile writes the key under the label that OpenSSL knows.
func (x xmlsec) keyFile(dir string) string {
	data, err := os.ReadFile("testdata/keys/" + or(x.key, "acme") + ".pem")
	block, _ := pem.Decode(data)
	path := filepath.Join(dir, "key.pem")
	if err == nil {
		err = os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: block.Bytes}), 0o600)
	}
	if err != nil {
		panic(err)
	}
	return path
}

// by makes a response that xmlsec1 signs.
func by(x xmlsec) func(*samltest.Options) {
	return func(o *samltest.Options) { o.Signed, o.EditBytes = samltest.SignNothing, x.sign }
}

// with is by, of a response that is changed before.
func (x xmlsec) with(old, new string) func(*samltest.Options) {
	x.before = replaced(old, new)
	return by(x)
}

// oddText has everything that canonical forms write in another way than it was sent.
const oddText = "<saml:AttributeValue xmlns:b='urn:a' xmlns:a = 'urn:b'   b:z='1' a:z=\"2\" z='&#9;&#10;&#13;&quot;&lt;>&apos; \t\n' xml:lang='de'>\r\n a&#13;&gt;&#x1F600;\u00e9e\u0301 \"'&#65; <a:x  xmlns='urn:c'\n><y xmlns=''/><b:y/></a:x ></saml:AttributeValue>"

// noTool tells whether xmlsec1 is missing.
var noTool = sync.OnceValue(func() bool { _, err := exec.LookPath("xmlsec1"); return err != nil })

// xmlsecSamples are good responses signed by xmlsec1: its canonical forms are another's work than ours and goxmldsig's.
var xmlsecSamples = []sample{
	{name: "xmlsec: exclusive", check: person, edit: by(xmlsec{})},
	{name: "xmlsec: exclusive, response", check: person, edit: by(xmlsec{response: true})},
	{name: "xmlsec: exclusive with comments", check: person, edit: by(xmlsec{c14n: exclusive + "WithComments", transform: exclusive + "WithComments"})},
	{name: "xmlsec: inclusive 1.0 with comments", check: person, edit: by(xmlsec{c14n: inclusive10 + "#WithComments", transform: inclusive10 + "#WithComments"})},
	{name: "xmlsec: inclusive 1.1", check: person, edit: by(xmlsec{c14n: inclusive11, transform: inclusive11})},
	{name: "xmlsec: inclusive 1.1 with comments", check: person, edit: by(xmlsec{c14n: inclusive11 + "#WithComments", transform: inclusive11 + "#WithComments", response: true})},
	{name: "xmlsec: SignedInfo inclusive, content exclusive", check: person, edit: by(xmlsec{c14n: inclusive10})},
	{name: "xmlsec: prefix lists for both", check: person, edit: by(xmlsec{prefixes: "xs xsi saml samlp #default", inPrefix: "samlp saml"})},
	{name: "xmlsec: language on the response, inclusive 1.0", check: person, edit: xmlsec{c14n: inclusive10, transform: inclusive10}.with(" Version=", ` xml:lang="en" xml:space="preserve" Version=`)},
	{name: "xmlsec: language on the response, inclusive 1.1", check: person, edit: xmlsec{c14n: inclusive11, transform: inclusive11}.with(" Version=", ` xml:lang="en" xml:space="preserve" Version=`)},
	{name: "xmlsec: language on the response, exclusive", check: person, edit: xmlsec{}.with(" Version=", ` xml:lang="en" Version=`)},
	{name: "xmlsec: language of its own, inclusive", check: person, edit: by(xmlsec{c14n: inclusive10, transform: inclusive10, before: func(b []byte) []byte {
		return bytes.ReplaceAll(b, []byte(" Version="), []byte(` xml:lang="fr" Version=`))
	}})},
	{name: "xmlsec: base on the response, exclusive", check: person, edit: xmlsec{}.with(" Version=", ` xml:base="https://x.test/" Version=`)},
	{name: "xmlsec: odd text, exclusive", edit: xmlsec{}.with("<saml:AttributeValue", oddText+"<saml:AttributeValue"), check: nobody, want: saml.ReasonStructure},
	{name: "xmlsec: odd text elsewhere, exclusive", check: person, edit: xmlsec{}.with("</saml:AttributeStatement>", odd("")+"</saml:AttributeStatement>")},
	{name: "xmlsec: odd text elsewhere, prefix list", check: person, edit: xmlsec{prefixes: "a b #default"}.with("</saml:AttributeStatement>", odd("")+"</saml:AttributeStatement>")},
	{name: "xmlsec: odd text elsewhere, inclusive", check: person, edit: xmlsec{c14n: inclusive10, transform: inclusive10}.with("</saml:AttributeStatement>", odd("")+"</saml:AttributeStatement>")},
	{name: "xmlsec: odd text elsewhere, inclusive 1.1, response", check: person, edit: xmlsec{c14n: inclusive11, transform: inclusive11, response: true}.with("</saml:AttributeStatement>", odd("")+"</saml:AttributeStatement>")},
	{name: "xmlsec: one prefix for two namespaces, beside each other", check: person, edit: xmlsec{}.with("</saml:AttributeStatement>", odd("urn:one")+odd("urn:two")+"</saml:AttributeStatement>")},
	{name: "xmlsec: declarations repeated", check: person, edit: xmlsec{}.with("<saml:Subject>", `<saml:Subject xmlns:saml="`+nsSAML+`" xmlns:samlp="`+nsSAMLP+`" xmlns="">`)},
	{name: "xmlsec: DOS line ends", check: person, edit: by(xmlsec{before: func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("><saml:"), []byte(">\r\n\t<saml:")) }})},
	{name: "xmlsec: SHA-384", check: person, edit: by(xmlsec{method: more + "rsa-sha384", hash: more + "sha384"})},
	{name: "xmlsec: SHA-512", check: person, edit: by(xmlsec{method: more + "rsa-sha512", hash: "http://www.w3.org/2001/04/xmlenc#sha512"})},
	{name: "xmlsec: elliptic", check: person, idp: ec, settings: pinEC, edit: by(xmlsec{key: "ec", method: more + "ecdsa-sha256"})},
	{name: "xmlsec: elliptic with SHA-512", check: person, idp: ec, settings: pinEC, edit: by(xmlsec{key: "ec", method: more + "ecdsa-sha512", response: true})},
	{name: "xmlsec: SHA-1", want: saml.ReasonAlgorithm, edit: by(xmlsec{method: dsigNS + "rsa-sha1"})},
	{name: "xmlsec: SHA-1 digest", want: saml.ReasonAlgorithm, edit: by(xmlsec{hash: dsigNS + "sha1"})},
	{name: "xmlsec: SHA-224", want: saml.ReasonAlgorithm, edit: by(xmlsec{method: more + "rsa-sha224", hash: more + "sha224"})},
	{name: "xmlsec: mallory's key", want: saml.ReasonWrongCert, edit: by(xmlsec{key: "mallory"})},
	{name: "xmlsec: base on the response, inclusive", want: saml.ReasonSignature, edit: xmlsec{c14n: inclusive10, transform: inclusive10}.with(" Version=", ` xml:base="https://x.test/" Version=`)},
}

// odd is an attribute of one odd value that holds no text beside its elements.
func odd(uri string) string {
	if uri != "" {
		return `<saml:Attribute Name="odd"><saml:AttributeValue><q:x xmlns:q="` + uri + `" q:a="1"/></saml:AttributeValue></saml:Attribute>`
	}
	return `<saml:Attribute Name="odd">` + strings.Replace(oddText, "\r\n a&#13;&gt;&#x1F600;\u00e9e\u0301 \"'&#65; ", "<u>\r\n a&#13;&gt;&#x1F600;\u00e9e\u0301 \"'&#65; </u>", 1) + `</saml:Attribute>`
}

func nobody(*testing.T, saml.Identity, *saml.Report) {}

func TestVerifyAcceptsXmlsec1(t *testing.T) {
	if noTool() {
		t.Skip("xmlsec1 is not installed (Debian package xmlsec1)")
	}
	runAll(t, xmlsecSamples)
}

// TestChainIsNoTrust: a certificate that a pinned one has issued is a stranger's all the same.
func TestChainIsNoTrust(t *testing.T) {
	w := world()
	template := &x509.Certificate{SerialNumber: w.mallory.Certificate.SerialNumber, Subject: w.acme.Certificate.Subject, NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(nil, template, w.acme.Certificate, w.mallory.Key.Public(), w.acme.Key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	sample{want: saml.ReasonWrongCert, edit: func(o *samltest.Options) {
		o.Sign.Key, o.Sign.Certificate = w.mallory.Key, leaf
		o.Sign.EditSignature = func(sig *etree.Element) {
			c := element(`<ds:X509Certificate xmlns:ds="` + dsigNS + `">` + b64(w.acme.Certificate) + `</ds:X509Certificate>`)
			find(sig, "./KeyInfo/X509Data").AddChild(c)
		}
	}}.run(t)
}
