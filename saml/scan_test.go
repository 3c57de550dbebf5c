package saml

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/beevik/etree"
)

// FuzzScan: what the scan lets through parses to one tree with unique names, and writing
// that tree gives a document that scans again.
func FuzzScan(f *testing.F) {
	for _, s := range []string{
		`<a/>`, `<a b="1"/>`, `<?xml version="1.0" encoding="utf-8"?><a/>`, `<p:a xmlns:p="urn:x" p:b="1"/>`,
		`<a xmlns="urn:x"><b xmlns=""/></a>`, `<a><!-- x --></a>`, `<a><![CDATA[x]]></a>`, `<!DOCTYPE a><a/>`, `<a/><b/>`,
		`<a::b/>`, `<:a/>`, `<a :b="1"/>`, `<a ID="1"><b ID="1"/></a>`, `<a>&#13;&lt;</a>`, `<a b="&#10;"/>`, "<a>\xff</a>", `<a`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, e := scan(data, responseLimits); e != nil {
			return
		}
		root, e := parse(data)
		if e != nil {
			t.Fatalf("scanned, but does not parse: %v", e.Detail)
		}
		elements := 0
		dec := xml.NewDecoder(strings.NewReader(string(data)))
		for {
			token, err := dec.Token() // with namespaces and nesting checked
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("scanned, but encoding/xml refuses: %v", err)
			}
			if _, ok := token.(xml.StartElement); ok {
				elements++
			}
		}
		if n := count(root); n != elements {
			t.Fatalf("etree sees %d elements, encoding/xml %d", n, elements)
		}
		doc := etree.NewDocument()
		doc.SetRoot(root)
		again, err := doc.WriteToBytes()
		if err != nil {
			t.Fatal(err)
		}
		if _, e := scan(again, responseLimits); e != nil && e.Reason != ReasonTooLarge {
			t.Fatalf("written again it is refused: %v", e.Detail)
		}
	})
}

func count(el *etree.Element) int {
	n := 1
	for _, c := range el.ChildElements() {
		n += count(c)
	}
	return n
}
