package saml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/beevik/etree"
	validator "github.com/mattermost/xml-roundtrip-validator"
	dsig "github.com/russellhaering/goxmldsig"
)

// tokens writes down a document as encoding/xml reads it.
func tokens(t *testing.T, data []byte) string {
	t.Helper()
	var b strings.Builder
	dec := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatalf("read, but encoding/xml refuses: %v", err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			b.WriteString("<" + fullName(x.Name.Space, x.Name.Local))
			for _, a := range x.Attr {
				// encoding/xml leaves out the normalization of XML §3.3.3
				b.WriteString(" " + fullName(a.Name.Space, a.Name.Local) + "=" + strings.NewReplacer("\t", " ", "\n", " ").Replace(a.Value))
			}
			b.WriteString(">")
		case xml.EndElement:
			b.WriteString("</" + fullName(x.Name.Space, x.Name.Local) + ">")
		case xml.CharData:
			b.WriteString(string(x))
		}
	}
}

// written writes down a tree in the same way.
func written(el *etree.Element) string {
	var b strings.Builder
	b.WriteString("<" + fullName(el.Space, el.Tag))
	for _, a := range el.Attr {
		b.WriteString(" " + fullName(a.Space, a.Key) + "=" + strings.NewReplacer("\t", " ", "\n", " ").Replace(a.Value))
	}
	b.WriteString(">")
	for _, c := range el.Child {
		switch x := c.(type) {
		case *etree.Element:
			b.WriteString(written(x))
		case *etree.CharData:
			b.WriteString(x.Data)
		}
	}
	b.WriteString("</" + fullName(el.Space, el.Tag) + ">")
	return b.String()
}

// FuzzRead: what the reader takes, encoding/xml takes too and reads alike, names survive being written, and the canonical
// form reads as the same document and is its own canonical form.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		`<a/>`, `<a b="1"/>`, `<?xml version="1.0" encoding="utf-8"?><a/>`, `<p:a xmlns:p="urn:x" p:b="1"/>`,
		`<a xmlns="urn:x"><b xmlns=""/></a>`, `<a><!-- x --></a>`, `<a><![CDATA[x]]></a>`, `<!DOCTYPE a><a/>`, `<a/><b/>`,
		`<a::b/>`, `<:a/>`, `<a :b="1"/>`, `<a ID="1"><b ID="1"/></a>`, `<a>&#13;&lt;</a>`, `<a b="&#10;"/>`, "<a>\xff</a>", `<a`,
		"<a b='x\r\ny' >\r\n&#x41;</a >\n", `<a xml:lang="x"><b/></a>`, `<a b="]]>">]]&gt;</a>`, `<q:a xmlns:q="u" xmlns="v"><b q:c="1" d="2"/></q:a>`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, _, e := read(data, responseLimits)
		if e != nil {
			return
		}
		if got, want := written(root), strings.TrimSpace(tokens(t, data)); got != want {
			t.Fatalf("read %q, encoding/xml reads %q", got, want)
		}
		if err := validator.Validate(bytes.NewReader(data)); err != nil {
			t.Fatalf("read, but it does not survive being written: %v", err)
		}
		for algorithm := range canonicalizations {
			m := method{algorithm: algorithm}
			once, e := m.canonical(root, nil)
			if e != nil {
				t.Fatalf("%s: no canonical form: %s", algorithm, e.Detail)
			}
			again, e := reread(once)
			if e != nil {
				t.Fatalf("%s: %q is not read again: %s", algorithm, once, e.Detail)
			}
			if twice, _ := m.canonical(again, nil); !bytes.Equal(once, twice) {
				t.Fatalf("%s: %q, then %q", algorithm, once, twice)
			}
		}
	})
}

// TestCanonical compares the canonical forms with goxmldsig's, and where that library leaves something out, with the
// standards.
func TestCanonical(t *testing.T) {
	const odd = `<p:a xmlns:p="urn:p" xmlns="urn:d" xmlns:u="urn:unused" z="1" p:y="&quot;&lt;&#9;&#10;&#13;" xml:lang="en" a='>'>` +
		`t&amp;&lt;&gt;&#13;<b><c xmlns:q="urn:q" xmlns="" q:r="1"/></b><p:d xmlns:p="urn:p" p:e=""/></p:a>`
	root, _, e := read([]byte(odd), responseLimits)
	if e != nil {
		t.Fatal(e.Detail)
	}
	for algorithm, c := range map[dsig.AlgorithmID]dsig.Canonicalizer{
		dsig.CanonicalXML10ExclusiveAlgorithmId: dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("u"),
		dsig.CanonicalXML10RecAlgorithmId:       dsig.MakeC14N10RecCanonicalizer(),
		dsig.CanonicalXML11AlgorithmId:          dsig.MakeC14N11Canonicalizer(),
	} {
		want, err := c.Canonicalize(root.Copy())
		if err != nil {
			t.Fatal(err)
		}
		got, e := method{string(algorithm), "u"}.canonical(root, nil)
		if e != nil || string(got) != string(want) {
			t.Errorf("%s:\n got %s\nwant %s", algorithm, got, want)
		}
	}
	// No ancestor shows a default namespace that xmlns="" would have to undo; goxmldsig writes one all the same.
	if got, _ := (method{string(dsig.CanonicalXML10ExclusiveAlgorithmId), ""}).canonical(root.FindElement("./b/c"), nil); string(got) != `<c xmlns:q="urn:q" q:r="1"></c>` {
		t.Errorf("empty default namespace: %s", got)
	}
	inner := root.FindElement("./b/c")
	for prefixes, want := range map[string]string{
		"": `<c xmlns:q="urn:q" q:r="1"></c>`, "u": `<c xmlns:q="urn:q" xmlns:u="urn:unused" q:r="1"></c>`,
		"#default p": `<c xmlns:p="urn:p" xmlns:q="urn:q" q:r="1"></c>`,
	} {
		if got, _ := (method{string(dsig.CanonicalXML10ExclusiveAlgorithmId), prefixes}).canonical(inner, nil); string(got) != want {
			t.Errorf("prefixes %q: %s", prefixes, got)
		}
	}
	if got, _ := (method{string(dsig.CanonicalXML10ExclusiveAlgorithmId), "#default"}).canonical(root.FindElement("./d"), nil); string(got) != `<p:d xmlns="urn:d" xmlns:p="urn:p" p:e=""></p:d>` {
		t.Errorf("default prefix: %s", got)
	}
}
