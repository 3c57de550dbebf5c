package saml

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"
)

// MaxMetadata is the largest metadata document, in bytes.
const MaxMetadata = 2 << 20

const (
	bindingRedirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
	bindingPost     = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
)

// MetadataOptions are the two things about metadata that the document cannot say.
type MetadataOptions struct {
	AllowHTTP       bool   // tests: sign-in addresses may be http
	OwnEntityPrefix string // entity IDs that begin so are ours
}

// IdP is one identity provider as its metadata describes it.
type IdP struct {
	EntityID           string
	SSOURL             string
	SSOBinding         Binding // Redirect where both are offered
	Certificates       []Certificate
	WantSignedRequests bool
	ValidUntil         time.Time     // zero: no end
	CacheDuration      time.Duration // zero: not said
	Name               string        // display or organization name, if any
}

// ReadAgain is how soon the metadata asks to be read again, by its cacheDuration or its end; 0 when it says neither.
func (i IdP) ReadAgain(now time.Time) time.Duration {
	again := i.CacheDuration
	if left := i.ValidUntil.Sub(now); !i.ValidUntil.IsZero() && (again == 0 || left < again) {
		again = left
	}
	return again
}

// ParseMetadata reads the identity providers of a metadata document that a person uploaded,
// pasted or had fetched: XML with or without byte order mark, or its base64, with or without
// PEM armour. With several in it the caller lets the admin choose. Metadata signatures are
// not looked at: what an admin gives is trusted for this connection only.
//
// Errors are *Error with one of the metadata_ or cert_ reasons.
func ParseMetadata(b []byte, now time.Time, o MetadataOptions) (found []IdP, err error) {
	defer func() {
		if recover() != nil {
			found, err = nil, refuse(ReasonMetadataXML, "it could not be read")
		}
	}()
	if len(b) > MaxMetadata {
		return nil, refuse(ReasonMetadataTooLarge, "")
	}
	data, e := metadataBytes(b)
	if e != nil {
		return nil, e
	}
	root, _, e := read(data, metadataLimits)
	if e != nil {
		return nil, metadataReadError(data, e)
	}
	m := &metadataReader{now: now.UTC(), options: o}
	m.entities(root, time.Time{})
	if len(m.found) == 0 {
		return nil, m.why(root)
	}
	return m.found, nil
}

// metadataReadError tells a web page from broken metadata.
func metadataReadError(data []byte, e *Error) *Error {
	head := strings.ToLower(string(data[:min(len(data), 4096)]))
	switch {
	case strings.HasPrefix(head, "<!doctype html") || strings.Contains(head, "<html"):
		return refuse(ReasonMetadataNotSAML, "a web page")
	case e.Reason == ReasonTooLarge:
		return refuse(ReasonMetadataTooLarge, e.Detail)
	}
	return refuse(ReasonMetadataXML, e.Detail)
}

// metadataReader collects identity providers, and the best reason why there are none.
type metadataReader struct {
	now      time.Time
	options  MetadataOptions
	found    []IdP
	sp       bool   // a service provider was seen
	firstBad *Error // of an entity that was an identity provider
}

// entities walks EntitiesDescriptor groups; the earliest validUntil of the enclosing groups
// holds for what is inside.
func (m *metadataReader) entities(el *etree.Element, until time.Time) {
	if at, ok := validUntil(el); ok && (until.IsZero() || at.Before(until)) {
		until = at
	}
	switch {
	case is(el, nsMetadata, "EntityDescriptor"):
		m.entity(el, until)
	case is(el, nsMetadata, "EntitiesDescriptor"):
		for _, c := range el.ChildElements() {
			m.entities(c, until)
		}
	}
}

// validUntil reads the attribute; some providers leave the zone out. Unreadable means past.
func validUntil(el *etree.Element) (time.Time, bool) {
	s := attr(el, "validUntil")
	if s == "" {
		return time.Time{}, false
	}
	for _, zone := range []string{"", "Z"} {
		if t, e := instant(s + zone); e == nil {
			return t, true
		}
	}
	return time.Unix(0, 0).UTC(), true
}

// entity reads the identity provider roles of one entity.
func (m *metadataReader) entity(el *etree.Element, until time.Time) {
	m.sp = m.sp || len(children(el, nsMetadata, "SPSSODescriptor")) > 0
	for _, role := range children(el, nsMetadata, "IDPSSODescriptor") {
		if !speaksSAML2(role) {
			continue
		}
		roleUntil := until
		if at, ok := validUntil(role); ok && (until.IsZero() || at.Before(until)) {
			roleUntil = at
		}
		idp, e := m.role(el, role, roleUntil)
		if e == nil {
			m.add(idp)
		} else if m.firstBad == nil {
			m.firstBad = e
		}
	}
}

// add takes an identity provider, or what is new of one that came before: a second role or entity of the same name only
// brings certificates, because nobody could choose between the two.
func (m *metadataReader) add(idp IdP) {
	i := slices.IndexFunc(m.found, func(old IdP) bool { return old.EntityID == idp.EntityID })
	if i < 0 {
		m.found = append(m.found, idp)
		return
	}
	old := &m.found[i]
	for _, c := range idp.Certificates {
		if len(old.Certificates) < maxCertificates {
			old.Certificates = appendCertificate(old.Certificates, c)
		}
	}
}

func speaksSAML2(role *etree.Element) bool {
	for _, p := range strings.Fields(attr(role, "protocolSupportEnumeration")) {
		if p == nsProtocol {
			return true
		}
	}
	return false
}

// role turns one IDPSSODescriptor into an IdP.
func (m *metadataReader) role(el, role *etree.Element, until time.Time) (IdP, *Error) {
	idp := IdP{EntityID: strings.TrimSpace(attr(el, "entityID")), ValidUntil: until, Name: displayName(el, role)}
	if e := m.checkEntityID(idp.EntityID); e != nil {
		return idp, e
	}
	if !until.IsZero() && !m.now.Before(until) {
		return idp, &Error{Reason: ReasonMetadataExpired, Received: day(until)}
	}
	var e *Error
	if idp.Certificates, e = signingCertificates(role); e != nil {
		return idp, e
	}
	if idp.SSOURL, idp.SSOBinding, e = m.endpoint(role); e != nil {
		return idp, e
	}
	want := attr(role, "WantAuthnRequestsSigned")
	idp.WantSignedRequests = want == "true" || want == "1"
	idp.CacheDuration = cacheDuration(attr(el, "cacheDuration"))
	return idp, nil
}

// checkEntityID wants any non-empty name of at most 1024 characters (core §8.3.6), not ours.
func (m *metadataReader) checkEntityID(id string) *Error {
	prefix := m.options.OwnEntityPrefix
	switch {
	case id == "":
		return refuse(ReasonMetadataEntity, "it is empty")
	case len(id) > 1024:
		return refuse(ReasonMetadataEntity, "it is longer than 1,024 characters")
	case strings.ContainsAny(id, " \t\r\n\x00"):
		return refuse(ReasonMetadataEntity, "it has blanks in it")
	case prefix != "" && strings.HasPrefix(id, prefix):
		return refuse(ReasonMetadataOwn, "")
	}
	return nil
}

// endpoint picks the sign-in address: redirect, else POST. The first usable one counts.
func (m *metadataReader) endpoint(role *etree.Element) (string, Binding, *Error) {
	bad := refuse(ReasonMetadataNoSSO, "")
	for _, want := range []struct {
		uri     string
		binding Binding
	}{{bindingRedirect, Redirect}, {bindingPost, Post}} {
		for _, s := range children(role, nsMetadata, "SingleSignOnService") {
			if attr(s, "Binding") != want.uri {
				continue
			}
			location := strings.TrimSpace(attr(s, "Location"))
			if e := checkURL(location, m.options.AllowHTTP); e != nil {
				bad = e
				continue
			}
			return lowerScheme(location), want.binding, nil
		}
	}
	return "", "", bad
}

// checkURL wants an absolute https address that a browser can be sent to.
func checkURL(s string, allowHTTP bool) *Error {
	u, err := url.Parse(s)
	bad := err != nil || u.Host == "" || u.Hostname() == "" || u.User != nil || u.Fragment != "" || strings.Contains(s, "#") ||
		u.Opaque != "" || len(s) > 2048 || strings.ContainsAny(s, " \t\r\n\\\"<>")
	if bad || u.Scheme != "https" && !(allowHTTP && u.Scheme == "http") {
		return &Error{Reason: ReasonMetadataURL, Expected: "https", Received: cut(s, 200)}
	}
	return nil
}

// lowerScheme writes HTTPS:// as everything else expects it.
func lowerScheme(address string) string {
	scheme, rest, _ := strings.Cut(address, ":")
	return strings.ToLower(scheme) + ":" + rest
}

// why words the reason when no identity provider could be used.
func (m *metadataReader) why(root *etree.Element) *Error {
	prefix := m.options.OwnEntityPrefix
	switch {
	case m.firstBad != nil:
		return m.firstBad
	case root.NamespaceURI() != nsMetadata:
		return refuse(ReasonMetadataNotSAML, "another XML document")
	case m.sp && prefix != "" && strings.HasPrefix(attr(root, "entityID"), prefix):
		return refuse(ReasonMetadataOwn, "")
	case m.sp:
		return refuse(ReasonMetadataSP, "")
	}
	return refuse(ReasonMetadataNoIdP, "")
}
