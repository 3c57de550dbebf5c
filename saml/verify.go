package saml

import (
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"
)

// verifier carries one call of Verify.
type verifier struct {
	Settings
	now    time.Time
	report *Report
	ids    map[string]bool // IDs of the outer document
}

// trusted is what signatures cover, re-read from the digested bytes.
type trusted struct {
	response       *etree.Element // as received when only the assertion is signed
	responseSigned bool
	assertion      *etree.Element
}

// Verify decides about one response: raw is the SAMLResponse form value, at most MaxValue
// bytes. It is pure, and no input makes it panic. The Report is never nil and is filled on
// failure too; the error is then an *Error with the first failed check.
//
// The caller still has to refuse a replay (Identity.AssertionID) and an InResponseTo that
// it has no open request for.
func Verify(s Settings, raw string, now time.Time) (id Identity, report *Report, err error) {
	report = &Report{}
	defer func() {
		if recover() != nil {
			e := refuse(ReasonInternal, "")
			report.record("internal", e)
			id, err = Identity{}, e
		}
	}()
	v := &verifier{Settings: s, now: now.UTC(), report: report}
	t := v.trust(raw)
	if report.Error != nil {
		return Identity{}, report, report.Error
	}
	id = v.judge(t)
	if report.Error != nil {
		return Identity{}, report, report.Error
	}
	return id, report, nil
}

// trust does steps 1 to 5: from the form value to elements that are signed. It stops at the
// first failure.
func (v *verifier) trust(raw string) (t trusted) {
	data, e := decode(raw)
	if v.report.record(checkEncoding, e); e != nil {
		return t
	}
	root, e := v.read(data)
	if v.report.record(checkXML, e); e != nil {
		return t
	}
	// An error answer carries no assertion and often no signature; it is refused whatever
	// else is true of it, so say first what the identity provider said.
	if e = status(root); e != nil {
		v.report.record(checkStatus, e)
		return t
	}
	outer, e := structure(root)
	if v.report.record(checkStructure, e); e != nil {
		return t
	}
	var step string
	if t, step, e = v.signatures(outer); e != nil {
		v.report.record(step, e)
		return t
	}
	v.report.record(checkSignature, nil)
	return t
}

// read reads a document whose IDs are not used by another one of this response.
func (v *verifier) read(data []byte) (*etree.Element, *Error) {
	root, ids, e := read(data, responseLimits)
	if e != nil {
		return nil, e
	}
	for id := range ids {
		if v.ids[id] {
			return nil, refuse(ReasonStructure, "it uses an ID twice")
		}
	}
	if v.ids == nil {
		v.ids = ids
	}
	return root, nil
}

// reread reads canonical bytes of something that was read before: declarations stand more often in them.
func reread(data []byte) (*etree.Element, *Error) {
	l := responseLimits
	l.attributes, l.work = 2*l.attributes, 4*l.work
	root, _, e := read(data, l)
	return root, e
}

// signatures verifies whatever is signed and returns the signed elements. step names the
// check that failed.
//
// Where response and assertion are both signed, the assertion is taken from its own signed
// bytes: re-reading it inside the response's canonical form could lose namespace
// declarations that its own signature covers.
func (v *verifier) signatures(p parts) (t trusted, step string, e *Error) {
	t.response = p.response
	outer, e := v.verified(p.response)
	if e != nil {
		return t, checkSignature, e
	}
	inside := p
	if outer != nil {
		t.response, t.responseSigned = outer.element, true
		if inside, e = structure(outer.element); e != nil {
			return t, checkStructure, e
		}
	}
	source := p.assertion
	if inside.encrypted != nil {
		if source, e = v.decrypted(inside.encrypted, outer != nil); e != nil {
			return t, checkDecryption, e
		}
		inside.assertion = source
	}
	inner, e := v.verified(source)
	if e != nil {
		return t, checkSignature, e
	}
	switch {
	case inner != nil:
		t.assertion = inner.element
	case outer != nil:
		t.assertion = inside.assertion
	default:
		return t, checkSignature, refuse(ReasonUnsigned, "neither the response nor the assertion is signed")
	}
	return t, checkStructure, v.describe(outer, inner, t.assertion)
}

// verified checks the signature of an element, if it has one.
func (v *verifier) verified(el *etree.Element) (*verified, *Error) {
	sig, e := signatureOf(el)
	if e != nil || sig == nil {
		return nil, e
	}
	done, e := verifySignature(el, sig, v.Certificates)
	if e != nil {
		return nil, e
	}
	c := done.signer
	if v.now.Before(c.NotBefore) || v.now.After(c.NotAfter) {
		if v.HardCertificateDates {
			return nil, &Error{Reason: ReasonCertDates, Received: day(c.NotBefore) + " to " + day(c.NotAfter)}
		}
		v.report.Warnings = append(v.report.Warnings, ReasonCertDates)
	}
	return done, nil
}

// decrypted opens the encrypted assertion and puts its plain text through the same checks.
func (v *verifier) decrypted(el *etree.Element, signed bool) (*etree.Element, *Error) {
	v.report.Encrypted = true
	data, e := decrypt(el, v.DecryptionKeys, signed)
	if e != nil {
		return nil, e
	}
	assertion, e := v.read(data)
	if e != nil && e.Reason == ReasonXML {
		if inside := v.readWithin(el, data); inside != nil {
			assertion, e = inside, nil
		}
	}
	if e != nil {
		return nil, e
	}
	if e = assertionStructure(assertion); e != nil {
		return nil, e
	}
	values := 0
	return assertion, (&parts{assertion: assertion}).walk(assertion, &values)
}

// readWithin reads an element that uses prefixes which only the elements around its encrypted form declare: it stands where
// that stood (XML encryption §4.3.3). It answers nil for what does not read so either.
func (v *verifier) readWithin(place *etree.Element, data []byte) *etree.Element {
	var declared []binding
	for el := place; el != nil; el = el.Parent() {
		for _, a := range el.Attr {
			if prefix, is := declares(a); is && !slices.ContainsFunc(declared, func(b binding) bool { return b.prefix == prefix }) {
				declared = append(declared, binding{prefix, a.Value})
			}
		}
	}
	var b strings.Builder
	b.WriteString("<context")
	for _, d := range declared {
		b.WriteString(" " + strings.TrimSuffix("xmlns:"+d.prefix, ":") + `="` + escape(d.uri) + `"`)
	}
	b.WriteString(">" + string(data) + "</context>")
	around, e := v.read([]byte(b.String()))
	if e != nil || len(around.ChildElements()) != 1 {
		return nil
	}
	if beside, _ := text(around); beside != "" {
		return nil
	}
	return around.ChildElements()[0]
}

// describe puts what was signed into the report, and looks once more at the structure of
// the assertion that will be used.
func (v *verifier) describe(outer, inner *verified, assertion *etree.Element) *Error {
	shown := inner
	switch {
	case outer != nil && inner != nil:
		v.report.Signed = "both"
	case outer != nil:
		v.report.Signed, shown = "response", outer
	default:
		v.report.Signed = "assertion"
	}
	v.report.Certificate = Fingerprint(shown.signer)
	v.report.SignatureAlgorithm = algorithmName(shown.info.signature)
	v.report.DigestAlgorithm = algorithmName(shown.info.digest)
	if e := assertionStructure(assertion); e != nil {
		return e
	}
	values := 0
	return (&parts{assertion: assertion}).walk(assertion, &values)
}
