package saml_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"rollcall/saml"
	"rollcall/saml/samltest"

	"github.com/beevik/etree"
)

// slowest is a guard against work that grows out of hand, wide enough for the race detector on a busy machine. How
// quick it is, BenchmarkVerifyHeavy says.
const slowest = 10 * time.Second

// heavySamples are inputs made to be slow. Their outcome does not matter, their time does.
func heavySamples() []sample {
	padding := strings.Repeat("lorem ipsum ", 100_000)
	signedBy := func(s samltest.Signed, edit func(*etree.Element)) func(*samltest.Options) {
		return func(o *samltest.Options) { o.Signed, o.EditAssertion = s, edit }
	}
	into := func(s string) func(*etree.Element) {
		return func(a *etree.Element) {
			last := a.FindElements(".//AttributeValue")
			last[len(last)-1].AddChild(element(s))
		}
	}
	nested := strings.Repeat("<x xmlns:q='urn:q' q:a='1'>", 30) + strings.Repeat("</x>", 30)
	return []sample{
		{name: "padding", edit: signedBy(samltest.SignBoth, text("./Issuer", padding))},
		{name: "wide", edit: signedBy(samltest.SignResponse, into("<r>"+strings.Repeat("<x/>", 9_900)+"</r>"))},
		{name: "wide, in scope of many prefixes", edit: signedBy(samltest.SignResponse,
			into("<r"+numbered(` xmlns:a%d="urn:x"`, 34)+">"+strings.Repeat("<x/>", 9_900)+"</r>"))},
		{name: "wide, many attributes", edit: signedBy(samltest.SignResponse, into("<r>"+strings.Repeat("<x"+numbered(` a%d="1"`, 20)+"/>", 4_000)+"</r>"))},
		{name: "wide, redeclaring", edit: signedBy(samltest.SignBoth, into("<r>"+strings.Repeat("<q:x xmlns:q='urn:q'/>", 9_900)+"</r>"))},
		{name: "deep and wide", edit: signedBy(samltest.SignBoth, into("<r>"+strings.Repeat(nested, 300)+"</r>"))},
		{name: "wide, inclusive", edit: func(o *samltest.Options) {
			signedBy(samltest.SignResponse, into("<r>"+strings.Repeat("<x/>", 900)+"</r>"))(o)
			o.Sign.C14N = inclusive10
		}},
		{name: "unclosed", raw: func(string) string { return encode(strings.Repeat("<a>", 300_000)) }},
		{name: "one long name", raw: func(string) string { return encode("<" + strings.Repeat("a", 1_000_000) + "/>") }},
		{name: "one long attribute", raw: func(string) string { return encode("<a b='" + strings.Repeat("&lt;", 300_000) + "'/>") }},
		{name: "many attributes at once", raw: func(string) string { return encode("<a" + numbered(` a%d="1"`, 100_000) + "/>") }},
	}
}

func TestVerifyIsQuick(t *testing.T) {
	for _, c := range heavySamples() {
		t.Run(c.name, func(t *testing.T) {
			raw := c.make(t)
			start := time.Now()
			_, report, _ := saml.Verify(c.connection(), raw, now)
			took := time.Since(start)
			t.Logf("%d bytes: %v, %q", len(raw), took, report.Reason)
			if took > slowest {
				t.Errorf("took %v", took)
			}
		})
	}
}

func BenchmarkVerifyHeavy(b *testing.B) {
	for _, c := range heavySamples() {
		b.Run(c.name, func(b *testing.B) {
			raw, settings := c.make(b), c.connection()
			for b.Loop() {
				_, _, _ = saml.Verify(settings, raw, now)
			}
		})
	}
}

// BenchmarkVerify verifies a usual response of about 6 KB beside the bare RSA check that
// no verifier can go below.
func BenchmarkVerify(b *testing.B) {
	raw := usualResponse(b)
	b.Run("response", func(b *testing.B) {
		b.ReportMetric(float64(len(raw)), "bytes")
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := saml.Verify(settings(), raw, now); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bare RSA", func(b *testing.B) {
		key := world().acme.Key.(*rsa.PrivateKey)
		sum := sha256.Sum256([]byte(raw))
		sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, sum[:], sig) != nil {
				b.Fatal("bad signature")
			}
		}
	})
}
