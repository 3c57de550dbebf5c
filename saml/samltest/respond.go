package samltest

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/beevik/etree"
)

// Attribute is one attribute of a person.
type Attribute struct {
	Name   string
	Values []string
}

// Signed says what of a response is signed.
type Signed int

// What is signed. The zero value signs the assertion, as most identity providers do.
const (
	SignAssertion Signed = iota
	SignResponse
	SignBoth
	SignNothing
)

// Options describe one response. Recipient, Audience, NameID and Now must be given.
type Options struct {
	Now          time.Time
	Recipient    string // the ACS URL; also the Destination
	Audience     string // the service provider's entity ID
	InResponseTo string // the request's ID; empty when the sign-in starts here
	NameID       string
	NameIDFormat string // FormatEmail when empty
	Attributes   []Attribute
	Life         time.Duration // 5 minutes when 0
	SessionLife  time.Duration // no end when 0

	Signed   Signed
	Sign     Sign  // how; Key and Certificate default to the identity provider's
	Response *Sign // how the response is signed, where it differs
	Encrypt  *Encrypt

	// Hooks for tests, in the order in which they run: before the assertion is signed,
	// before the response is signed, after everything is signed, and on the bytes.
	EditAssertion func(assertion *etree.Element)
	EditResponse  func(response *etree.Element)
	EditSigned    func(response *etree.Element)
	EditBytes     func(data []byte) []byte
}

// Respond builds a response and returns it as the form wants it: base64 of XML.
func (i *IdP) Respond(o Options) (string, error) {
	data, err := i.RespondXML(o)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(data), nil
}

// RespondXML is Respond without the base64.
func (i *IdP) RespondXML(o Options) ([]byte, error) {
	if o.Now.IsZero() {
		return nil, errors.New("Options.Now is not set")
	}
	response, err := build(responseTemplate, i.values(o))
	if err != nil {
		return nil, err
	}
	assertion := response.FindElement("./Assertion")
	if o.EditAssertion != nil {
		o.EditAssertion(assertion)
	}
	if o.Signed == SignAssertion || o.Signed == SignBoth {
		if err := i.sign(o.Sign, assertion); err != nil {
			return nil, err
		}
	}
	if o.Encrypt != nil {
		if err := o.Encrypt.replace(assertion); err != nil {
			return nil, err
		}
	}
	return i.finish(o, response)
}

// finish signs the response, runs the last hooks and writes the bytes.
func (i *IdP) finish(o Options, response *etree.Element) ([]byte, error) {
	if o.EditResponse != nil {
		o.EditResponse(response)
	}
	if o.Signed == SignResponse || o.Signed == SignBoth {
		how := o.Sign
		if o.Response != nil {
			how = *o.Response
		}
		if err := i.sign(how, response); err != nil {
			return nil, err
		}
	}
	if o.EditSigned != nil {
		o.EditSigned(response)
	}
	data, err := serialize(response)
	if err == nil && o.EditBytes != nil {
		data = o.EditBytes(data)
	}
	return data, err
}

// sign signs with this identity provider's key unless the options bring another.
func (i *IdP) sign(s Sign, el *etree.Element) error {
	if s.Key == nil {
		s.Key = i.Key
		if s.Certificate == nil {
			s.Certificate = i.Certificate
		}
	}
	return s.Enveloped(el)
}

const responseTemplate = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="{response}" Version="2.0" IssueInstant="{now}" Destination="{recipient}"{in}>` +
	`<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{idp}</saml:Issuer>` +
	`<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>` +
	`<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="{assertion}" Version="2.0" IssueInstant="{now}">` +
	`<saml:Issuer>{idp}</saml:Issuer>` +
	`<saml:Subject><saml:NameID Format="{format}">{name}</saml:NameID>` +
	`<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData{in} NotOnOrAfter="{end}" Recipient="{recipient}"/></saml:SubjectConfirmation></saml:Subject>` +
	`<saml:Conditions NotBefore="{now}" NotOnOrAfter="{end}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>` +
	`<saml:AuthnStatement AuthnInstant="{now}" SessionIndex="{session}"{sessionEnd}><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
	`{attributes}</saml:Assertion></samlp:Response>`

// values fills the template; everything is escaped here.
func (i *IdP) values(o Options) map[string]string {
	life := o.Life
	if life == 0 {
		life = 5 * time.Minute
	}
	format := o.NameIDFormat
	if format == "" {
		format = FormatEmail
	}
	in, sessionEnd := "", ""
	if o.InResponseTo != "" {
		in = fmt.Sprintf(` InResponseTo="%s"`, escape(o.InResponseTo))
	}
	if o.SessionLife != 0 {
		sessionEnd = fmt.Sprintf(` SessionNotOnOrAfter="%s"`, stamp(o.Now.Add(o.SessionLife)))
	}
	return map[string]string{
		"{response}": newID(), "{assertion}": newID(), "{session}": newID(),
		"{now}": stamp(o.Now), "{end}": stamp(o.Now.Add(life)), "{in}": in, "{sessionEnd}": sessionEnd,
		"{recipient}": escape(o.Recipient), "{audience}": escape(o.Audience), "{idp}": escape(i.EntityID),
		"{format}": escape(format), "{name}": escape(o.NameID), "{attributes}": attributes(o.Attributes),
	}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// attributes writes an AttributeStatement, or nothing.
func attributes(all []Attribute) string {
	if len(all) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("<saml:AttributeStatement>")
	for _, a := range all {
		fmt.Fprintf(&b, `<saml:Attribute Name="%s" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic">`, escape(a.Name))
		for _, v := range a.Values {
			fmt.Fprintf(&b, `<saml:AttributeValue xsi:type="xs:string">%s</saml:AttributeValue>`, escape(v))
		}
		b.WriteString("</saml:Attribute>")
	}
	b.WriteString("</saml:AttributeStatement>")
	return b.String()
}

// build fills a template and parses it.
func build(template string, values map[string]string) (*etree.Element, error) {
	pairs := make([]string, 0, 2*len(values))
	for k, v := range values {
		pairs = append(pairs, k, v)
	}
	return parse(strings.NewReplacer(pairs...).Replace(template))
}

func parse(s string) (*etree.Element, error) {
	doc := etree.NewDocument()
	if err := doc.ReadFromString(s); err != nil {
		return nil, fmt.Errorf("build the response: %w", err)
	}
	return doc.Root(), nil
}

// serialize writes a tree so that its canonical form stays what it is.
func serialize(el *etree.Element) ([]byte, error) {
	doc := etree.NewDocument()
	doc.SetRoot(el.Copy())
	doc.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true}
	return doc.WriteToBytes()
}
