package saml

import (
	"fmt"
	"strings"
	"time"
)

// Reason is a stable code for why something was refused. Logs, tests and pages cite it.
type Reason string

// Reasons of Verify.
const (
	ReasonTooLarge     Reason = "saml_too_large"    // over a size, depth or count limit
	ReasonEncoding     Reason = "saml_encoding"     // not base64 of plain XML
	ReasonXML          Reason = "saml_xml"          // XML that a SAML response has no need for, or broken
	ReasonStructure    Reason = "saml_structure"    // elements missing, repeated or in the wrong place
	ReasonUnsigned     Reason = "saml_unsigned"     // neither response nor assertion is signed
	ReasonSignature    Reason = "saml_signature"    // a signature of odd shape, or content changed after signing
	ReasonWrongCert    Reason = "saml_wrong_cert"   // signed by a certificate that is not pinned
	ReasonCertDates    Reason = "saml_cert_dates"   // signed by a pinned certificate outside its dates
	ReasonAlgorithm    Reason = "saml_alg"          // SHA-1 or another algorithm that is not allowed
	ReasonEncrypted    Reason = "saml_encrypted"    // cannot be decrypted, or encrypted in an unsafe way
	ReasonVersion      Reason = "saml_version"      // not SAML 2.0
	ReasonStatus       Reason = "saml_status"       // the identity provider answered with an error
	ReasonDestination  Reason = "saml_destination"  // Destination or Recipient is not our ACS URL
	ReasonIssuer       Reason = "saml_issuer"       // issued by somebody else
	ReasonAudience     Reason = "saml_audience"     // meant for somebody else
	ReasonTime         Reason = "saml_time"         // expired, not yet valid, too old, or unreadable times
	ReasonConditions   Reason = "saml_conditions"   // a condition that Rollcall does not know
	ReasonConfirmation Reason = "saml_confirmation" // no bearer confirmation
	ReasonInResponseTo Reason = "saml_inresponseto" // unsolicited, or for another request
	ReasonReplay       Reason = "saml_replay"       // seen before; the caller finds this
	ReasonNameID       Reason = "saml_name_id"      // no NameID, an empty one, or several
	ReasonNoEmail      Reason = "saml_no_email"     // no usable e-mail address came
	ReasonEmail        Reason = "saml_email"        // several addresses, or not a plain one
	ReasonDomain       Reason = "saml_domain"       // outside the verified domains
	ReasonMissing      Reason = "saml_missing"      // a required field is missing; not a refusal
	ReasonNotMember    Reason = "saml_not_member"   // not in the directory; the caller finds this
	ReasonInternal     Reason = "saml_internal"     // a bug on our side
)

// Reasons of ParseMetadata, ParseCertificates and CheckFields.
const (
	ReasonMetadataTooLarge Reason = "metadata_too_large" // over 2 MiB or 50,000 elements
	ReasonMetadataNotSAML  Reason = "metadata_not_saml"  // a web page or other text
	ReasonMetadataXML      Reason = "metadata_xml"       // broken XML or a DOCTYPE
	ReasonMetadataSP       Reason = "metadata_sp"        // a service provider's metadata
	ReasonMetadataOwn      Reason = "metadata_own"       // our own metadata
	ReasonMetadataCert     Reason = "metadata_cert"      // a bare certificate
	ReasonMetadataLink     Reason = "metadata_link"      // a link instead of the document
	ReasonMetadataNoIdP    Reason = "metadata_no_idp"    // no SAML 2.0 identity provider in it
	ReasonMetadataEntity   Reason = "metadata_entity_id" // no entity ID
	ReasonMetadataExpired  Reason = "metadata_expired"   // validUntil has passed
	ReasonMetadataNoCert   Reason = "metadata_no_cert"   // no signing certificate
	ReasonMetadataNoSSO    Reason = "metadata_no_sso"    // no sign-in address for redirect or POST
	ReasonMetadataURL      Reason = "metadata_url"       // a sign-in address that is not https
	ReasonCertFormat       Reason = "cert_format"        // not a certificate
	ReasonCertWeak         Reason = "cert_weak"          // RSA below 2048 bits or above 16,384, or another kind of key
	ReasonCertMany         Reason = "cert_many"          // more than 10
	ReasonCertExpired      Reason = "cert_expired"       // NotAfter has passed
	ReasonCertFuture       Reason = "cert_future"        // NotBefore is to come
)

// Error is a refusal. Expected and Received may hold personal values (an address): they
// are for the admin of the connection, never for logs.
type Error struct {
	Reason   Reason        `json:"reason"`
	Expected string        `json:"expected,omitempty"`
	Received string        `json:"received,omitempty"`
	Off      time.Duration `json:"off,omitempty"`    // ReasonTime: how much too old (positive) or too early (negative)
	Detail   string        `json:"detail,omitempty"` // what exactly, in our own words
}

// Error returns the reason code alone, which is safe to log.
func (e *Error) Error() string { return string(e.Reason) }

// refuse makes an Error with a detail in our own words.
func refuse(r Reason, detail string) *Error { return &Error{Reason: r, Detail: detail} }

// sentences holds the admin's sentence per reason. {idp}, {audience}, {acs} are Labels;
// {got}, {want}, {detail} come from the Error; {when} from Off.
var sentences = map[Reason]string{
	ReasonTooLarge:     "The response is too large: {detail}. If it lists many groups, add a group filter in {idp}.",
	ReasonEncoding:     "The response arrived in a form that Rollcall does not read: {detail}. Set {idp} to send it with the POST binding, uncompressed.",
	ReasonXML:          "The response is not clean XML: {detail}. Nothing between {idp} and Rollcall may change it.",
	ReasonStructure:    "The response is not built as SAML 2.0 asks: {detail}. Check that nothing changes it on the way from {idp}.",
	ReasonUnsigned:     "{idp} sent a response that is not signed. Set “Assertion signature” to Signed.",
	ReasonSignature:    "The signature does not fit the response: {detail}. It was changed after {idp} signed it, or signed in an unusual way.",
	ReasonWrongCert:    "The response was signed with another certificate (…{got}). You gave us …{want}. If {idp} renewed it, add the new one.",
	ReasonCertDates:    "The certificate that signed the response is outside its dates ({got}). Renew it in {idp} and add the new one here.",
	ReasonAlgorithm:    "{idp} used {got}. Choose RSA-SHA256 and SHA256.",
	ReasonEncrypted:    "The encrypted response could not be read: {detail}. Use RSA-OAEP with AES-GCM and the certificate from Rollcall’s metadata, or switch encryption off in {idp}.",
	ReasonVersion:      "The response is not SAML 2.0 (it says {got}). Choose SAML 2.0 in {idp}.",
	ReasonStatus:       "{idp} refused: {got}. Usually the person is not assigned to the app.",
	ReasonDestination:  "The response was sent to {got}; the right address is {want}. Paste it into {acs}.",
	ReasonIssuer:       "The issuer is wrong. The response came from {got}; this connection was set up for {want}. Give Rollcall the metadata of the app you are using.",
	ReasonAudience:     "The audience is wrong. {idp} sent {got}; Rollcall expects {want}. Paste it into {audience}.",
	ReasonTime:         "The response is {when}. One of the clocks is wrong; check the time on the {idp} server.",
	ReasonConditions:   "The response carries a condition that Rollcall does not know ({got}). Remove it in {idp}.",
	ReasonConfirmation: "The response does not confirm its subject as bearer ({detail}). Choose the Web Browser SSO profile in {idp}.",
	ReasonInResponseTo: "This answer does not belong to a sign-in we started. (IdP-started sign-in is switched off; switch it on in Sign-in policy if you want it.)",
	ReasonReplay:       "This response was used before. Start the sign-in again.",
	ReasonNameID:       "The response names no single person: {detail}. Set the Name ID in {idp} to the e-mail address.",
	ReasonNoEmail:      "No e-mail address arrived. Set Name ID format to EmailAddress or send an attribute named email.",
	ReasonEmail:        "“{got}” is not one plain e-mail address. Send exactly one address, in an attribute named email.",
	ReasonDomain:       "{got} is outside your domains ({want}). Add the domain or use another account.",
	ReasonMissing:      "{detail} did not arrive. Add an attribute named {want}. Received: {got}.",
	ReasonNotMember:    "{got} is not in your directory list. With Directory Sync on, people are added from {idp}, not at first sign-in.",
	ReasonInternal:     "Rollcall could not read the response because of a fault of its own. Try again, and tell support if it stays.",

	ReasonMetadataTooLarge: "This metadata is larger than 2 MB. Give us the file for your own provider only, not that of a whole federation.",
	ReasonMetadataNotSAML:  "That is a web page or other text, not SAML metadata.",
	ReasonMetadataXML:      "The metadata could not be read ({detail}). Download it again and upload the file unchanged.",
	ReasonMetadataSP:       "That is the metadata of a service provider. We need the file your identity provider gives you.",
	ReasonMetadataOwn:      "That is our metadata. We need the file your provider gives you.",
	ReasonMetadataCert:     "That is only the certificate. Give us the whole metadata, or enter the three fields by hand.",
	ReasonMetadataLink:     "That is a link. Enter it as the metadata URL, or open it and paste what it shows.",
	ReasonMetadataNoIdP:    "There is no SAML 2.0 identity provider in this metadata. Choose SAML 2.0 in your provider and download it again.",
	ReasonMetadataEntity:   "The metadata names no entity ID, or one that is not usable ({detail}). Download it again from your provider.",
	ReasonMetadataExpired:  "This metadata expired on {got}. Download a fresh copy.",
	ReasonMetadataNoCert:   "The metadata holds no signing certificate, so we could not check any response. Export it with its certificate.",
	ReasonMetadataNoSSO:    "The metadata names no sign-in address for the redirect or POST binding. Switch one of them on in your provider.",
	ReasonMetadataURL:      "The sign-in address {got} cannot be used. It must be an https address without user name and fragment.",
	ReasonCertFormat:       "This does not look like a certificate. It starts with -----BEGIN CERTIFICATE-----.",
	ReasonCertWeak:         "This certificate’s key is too weak or of another kind ({got}). Use RSA with 2048 to 16,384 bits, or ECDSA.",
	ReasonCertMany:         "There are more than 10 certificates. Give us only those that sign now or next.",
	ReasonCertExpired:      "This certificate expired on {got}.",
	ReasonCertFuture:       "This certificate is not valid before {got}.",
}

// Sentence tells the admin what happened and what to change, with both values named.
func (e *Error) Sentence(l Labels) string {
	text, ok := sentences[e.Reason]
	if !ok {
		text = sentences[ReasonInternal]
	}
	if e.Reason == ReasonTime && e.Off == 0 {
		text = "A time in the response cannot be used: {detail}. {idp} must send times like 2026-11-21T12:00:00Z."
	}
	return strings.NewReplacer(
		"Rollcall", or(l.Product, "Rollcall"),
		"{idp}", or(l.IdP, "your identity provider"),
		"{audience}", or(l.AudienceField, "the audience (entity ID) field"),
		"{acs}", or(l.ACSField, "the ACS (reply URL) field"),
		"{got}", or(e.Received, "nothing"),
		"{want}", or(e.Expected, "something else"),
		"{detail}", or(e.Detail, "something is missing"),
		"{when}", e.when(),
	).Replace(text)
}

// when words Off: "5 minutes too old".
func (e *Error) when() string {
	off, word := e.Off, "too old"
	if off < 0 {
		off, word = -off, "too early"
	}
	n, unit := int(off.Round(time.Minute)/time.Minute), "minute"
	if off < 90*time.Second {
		n, unit = int(off.Round(time.Second)/time.Second), "second"
	}
	if n != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s %s", n, unit, word)
}

// or returns s, or instead when s is empty.
func or(s, instead string) string {
	if s == "" {
		return instead
	}
	return s
}
