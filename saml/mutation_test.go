package saml_test

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var mutate = flag.Bool("mutate", false, "take each check out, one at a time, and see that a test fails (slow)")

// mutations take one check each out of the code. docs/SECURITY.md lists them beside the class of attack they guard.
var mutations = []struct{ check, file, old, new string }{
	{"strict base64", "scan.go", `case data[0] != '<':`, `case data[0] == 0:`},
	{"no DOCTYPE", "reader.go", `return refuse(ReasonXML, "it has a DOCTYPE")`, `r.at += strings.IndexByte(rest, '>') + 1; return nil`},
	{"no comments, CDATA, instructions", "reader.go", `case !r.limits.loose:`, `case false:`},
	{"one root", "reader.go", `if r.here == nil && r.root != nil {`, `if false {`},
	{"UTF-8 only", "reader_text.go", `if !utf8.Valid(data) {`, `if false {`},
	{"no text outside the root", "reader.go", `if strings.Trim(s, " \t\n") != "" {`, `if false {`},
	{"attributes once", "scan.go", `case s.repeated(attrs[:i], a, uri):`, `case false && s.repeated(attrs[:i], a, uri):`},
	{"no rebound prefixes", "scan.go", `case prefix != "" && known && old != a.Value && !s.limits.loose:`, `case false && old != a.Value && known:`},
	{"reserved namespaces", "scan.go", `|| a.Value == nsXML || a.Value == nsXMLNS:`, `:`},
	{"short prefix lists", "canonical.go", `if len(c.prefixes) > maxPrefixes {`, `if false {`},
	{"IDs once", "scan.go", `case isID && (identified || s.ids[a.Value]):`, `case false && identified:`},
	{"size limits", "scan.go", `case s.elements > s.limits.elements:`, `case false:`},
	{"one assertion", "tree.go", `if (p.assertion == nil) == (p.encrypted == nil) {`, `if p.assertion == nil && p.encrypted == nil {`},
	{"assertions and signatures in their places", "tree.go", `if c != p.assertion && c != p.encrypted {`, `if false {`},
	{"known children once", "tree.go", `if !known || c.NamespaceURI() != home || once && seen[c.Tag] {`, `if false && !known && home == "" && once {`},
	{"signed at all", "verify.go", `return t, checkSignature, refuse(ReasonUnsigned, "neither the response nor the assertion is signed")`, `t.assertion = inside.assertion; return t, "", nil`},
	{"signature right after the issuer", "signature.go", `if len(all) > 1 || kids[place] != all[0] || place == 1 && kids[0].Tag != "Issuer" {`, `if false && len(kids) == place {`},
	{"the signature covers this element", "signature.go", `if info.signed != attr(el, "ID") {`, `if false {`},
	{"algorithms", "signature.go", `if name == i.signature && !sig || name == i.digest && !dig {`, `if false && sig && dig {`},
	{"pinned keys only", "signature.go", `if cert != nil && cert.CheckSignature(algorithm, signed, value) == nil {`, `if cert != nil && (cert.CheckSignature(algorithm, signed, value) == nil || true) {`},
	{"digest of the content", "signature.go", `if err != nil || !bytes.Equal(hash.Sum(nil), want) {`, `if err != nil || bytes.Equal(nil, want) {`},
	{"one Reference of the plain form", "signature.go", `if !okA || !okB || !plain || !plainReference.MatchString(info.uri) {`, `if !okA || !okB || !plain || info.uri == "" {`},
	{"authenticated encryption", "decrypt.go", `case !content.gcm && !signed:`, `case false:`},
	{"status", "verify.go", `if e = status(root); e != nil {`, `if false {`},
	{"version", "conditions.go", `if got := attr(el, "Version"); got != "2.0" {`, `if got := attr(el, "Version"); got == "x" {`},
	{"Destination", "conditions.go", `if got == v.ACSURL && got != "" || got == "" && !t.responseSigned {`, `if true {`},
	{"Issuer", "conditions.go", `if got != v.IdPEntityID || got == "" || !plain {`, `if false && plain {`},
	{"IssueInstant", "conditions.go", `if e := v.window(at, at.Add(maxAge)); e != nil {`, `if e := v.window(at, at.Add(maxAge)); e != nil && false {`},
	{"time windows", "conditions.go", `if !to.IsZero() && !v.now.Add(-v.skew()).Before(to) {`, `if false {`},
	{"times of the year 1", "conditions.go", `if t.IsZero() {`, `if false {`},
	{"plain times", "conditions.go", `if err != nil || !dateTime.MatchString(s) {`, `if err != nil {`},
	{"Audience", "conditions.go", `if !match && first == nil {`, `if false {`},
	{"AudienceRestriction there", "conditions.go", `if len(restrictions) == 0 || v.SPEntityID == "" {`, `if false {`},
	{"Recipient", "conditions.go", `if got := attr(data, "Recipient"); got != v.ACSURL || got == "" {`, `if got := attr(data, "Recipient"); got == "x" {`},
	{"InResponseTo", "conditions.go", `if c.inResponseTo != answered || c.inResponseTo == "" && !v.AllowUnsolicited {`, `if false {`},
	{"bearer", "conditions.go", `if attr(sc, "Method") != bearer || data == nil {`, `if data == nil {`},
	{"known conditions", "conditions.go", `if !known || c.NamespaceURI() != nsAssertion {`, `if false && !known {`},
	{"one NameID", "identity.go", `if len(names) != 1 {`, `if len(names) == 0 {`},
	{"plain NameID", "identity.go", `case !plain:`, `case false && !plain:`},
	{"one e-mail", "email.go", `if address != "" && !strings.EqualFold(address, value) {`, `if false {`},
	{"plain e-mail", "email.go", `	if !plainAddress(address) {`, `	if address == "" {`},
	{"verified domain", "email.go", `if domain != "" && slices.Contains(v.Domains, domain) {`, `if domain != "" && slices.Contains(append(v.Domains, domain), domain) {`},
}

// second is where a check stands once more, so that only without both a test can fail.
var second = map[string]string{
	"the signature covers this element": `!is(fresh, el.NamespaceURI(), el.Tag) || attr(fresh, "ID") != info.signed`,
}

// TestMutations keeps the list in step with the code. With -mutate it takes each check out in turn, by an overlay, and
// the tests of Verify have to fail.
func TestMutations(t *testing.T) {
	for _, m := range mutations {
		code, err := os.ReadFile(m.file)
		if err != nil || strings.Count(string(code), m.old) != 1 {
			t.Errorf("%s: %q is not once in %s", m.check, m.old, m.file)
			continue
		}
		if !*mutate {
			continue
		}
		t.Run(m.check, func(t *testing.T) {
			here, _ := filepath.Abs(m.file)
			changed, overlay := filepath.Join(t.TempDir(), "changed.go"), filepath.Join(t.TempDir(), "overlay.json")
			without := strings.Replace(string(code), m.old, m.new, 1)
			if again := second[m.check]; again != "" {
				without = strings.Replace(without, again, "false", 1)
			}
			write(t, changed, []byte(without))
			list, _ := json.Marshal(map[string]any{"Replace": map[string]string{here: changed}})
			write(t, overlay, list)
			out, err := exec.Command("go", "test", "-overlay", overlay, "-vet=off", "-run", "^TestVerify(Refuses|Accepts)", ".").CombinedOutput()
			switch {
			case err == nil:
				t.Error("no test fails without it")
			case strings.Contains(string(out), "build failed"):
				t.Errorf("it does not build:\n%s", out)
			default:
				t.Logf("%d samples fail", strings.Count(string(out), "    --- FAIL"))
			}
		})
	}
}
