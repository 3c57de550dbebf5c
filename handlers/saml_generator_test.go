package handlers

import (
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
)

// quickIdP answers as fast as an identity provider can: its text is canonical as it stands, so that one digest and one
// signature are all its work. A benchmark is then not one of the identity provider.
type quickIdP struct {
	w      *ssoWorld
	groups string // attribute values that bring a response to 6 KB
	made   atomic.Int64
}

func newQuickIdP(w *ssoWorld) *quickIdP {
	return &quickIdP{w: w, groups: strings.Repeat("<saml:AttributeValue>a group of the identity provider, number 11</saml:AttributeValue>", 40)}
}

const (
	quickAssertion = `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{id}" IssueInstant="{now}" Version="2.0"><saml:Issuer>{idp}</saml:Issuer>{signature}` +
		`<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">{name}</saml:NameID>` +
		`<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="{request}" NotOnOrAfter="{end}" Recipient="{acs}"></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject>` +
		`<saml:Conditions NotBefore="{now}" NotOnOrAfter="{end}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>` +
		`<saml:AuthnStatement AuthnInstant="{now}" SessionIndex="{id}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
		`<saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>{name}</saml:AttributeValue></saml:Attribute><saml:Attribute Name="firstName"><saml:AttributeValue>Alice</saml:AttributeValue></saml:Attribute>` +
		`<saml:Attribute Name="lastName"><saml:AttributeValue>Adams</saml:AttributeValue></saml:Attribute><saml:Attribute Name="country"><saml:AttributeValue>US</saml:AttributeValue></saml:Attribute>` +
		`<saml:Attribute Name="groups">{groups}</saml:Attribute></saml:AttributeStatement></saml:Assertion>`
	quickSignedInfo = `<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod>` +
		`<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod><ds:Reference URI="#%s"><ds:Transforms>` +
		`<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform></ds:Transforms>` +
		`<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>%s</ds:DigestValue></ds:Reference></ds:SignedInfo>`
	quickSignature = `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">%s<ds:SignatureValue>%s</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>`
	quickResponse  = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r%s" Version="2.0" IssueInstant="%s" Destination="%s" InResponseTo="%s">` +
		`<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>%s</samlp:Response>`
)

// respond is a signed answer to a request, as the form carries it. Its values need no escaping.
func (q *quickIdP) respond(request, email string) string {
	now := q.w.clock.Now().UTC()
	stamp, id, acs := now.Format(time.RFC3339), fmt.Sprintf("_a%d", q.made.Add(1)), samlBase+q.w.acs()
	assertion := strings.NewReplacer("{id}", id, "{now}", stamp, "{end}", now.Add(5*time.Minute).Format(time.RFC3339), "{idp}", q.w.idp.EntityID,
		"{name}", email, "{request}", request, "{acs}", acs, "{audience}", samlBase+"/saml/"+q.w.con.ID+"/metadata", "{groups}", q.groups).Replace(quickAssertion)
	before, after, _ := strings.Cut(assertion, "{signature}")
	text := base64.StdEncoding.EncodeToString
	digest := sha256.Sum256([]byte(before + after))
	info := fmt.Sprintf(quickSignedInfo, id, text(digest[:]))
	sum := sha256.Sum256([]byte(info))
	value, err := q.w.idp.Key.Sign(nil, sum[:], crypto.SHA256)
	if err != nil {
		q.w.t.Error(err)
	}
	signature := fmt.Sprintf(quickSignature, info, text(value), text(q.w.idp.Certificate.Raw))
	return text(fmt.Appendf(nil, quickResponse, id, stamp, acs, request, before+signature+after))
}
